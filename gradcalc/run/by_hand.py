"""What the language does not have, as the program that computes it."""

from __future__ import annotations

from collections.abc import Mapping

from gradcalc.language import syntax as ast
from gradcalc.language.printer import to_text

_ROOT = (
    "Y = A; Z = eye(len(A)); for i in 0..20 { W = (Y + inv(Z))/2; Z = (Z + inv(Y))/2; Y = W }; Y"
)
# Halley's method for exp(Y) = A. Around exp(-Y/2) on both sides it is stable: errors of rounding
# that do not commute with A shrink, which they don't where A stands alone.
_LOGARITHM = (
    "I = eye(len(A)); Y = 0*A; for i in 0..20 "
    "{ E = expm(-Y/2); Z = E @ A @ E; Y = Y + 2*solve(Z + I, Z - I) }; Y"
)
_LARGEST = "v = ones(len(A)); for i in 0..100 { v = A @ v; v = v/norm(v) }; v @ A @ v"

BACKWARDS = "A[arange(len(A) - 1, -1, -1)]"

# By name, what the program computes of the matrix A.
PROGRAMS: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(
        ("eig", "eigh", "eigvals", "eigvalsh", "eigenvalues"),
        ("the eigenvalue of largest size, of a symmetric matrix", _LARGEST),
    ),
    "qr": ("R, of which Q is A @ inv(R)", "cholesky(A.T @ A).T"),
    "pinv": ("of independent columns", "inv(A.T @ A) @ A.T"),
    "logm": ("the logarithm of a matrix without negative eigenvalues", _LOGARITHM),
    "sqrtm": ("the square root with positive eigenvalues", _ROOT),
    **dict.fromkeys(("flip", "reverse", "flipud"), ("the other order", BACKWARDS)),
    "trapz": ("places that are 1 apart", "sum((A[1:] + A[:-1])/2)"),
    "tile": ("two of it", "concat(A, A)"),
    "cond": ("in the Euclidean norm of all elements", "norm(A)*norm(inv(A))"),
}


def way_by_hand(call: ast.Call) -> str | None:
    """The hint for a function that there is not, or None where no way is known."""
    if call.function not in PROGRAMS or not call.arguments:
        return None
    what, program = PROGRAMS[call.function]
    matrix = call.arguments[0]
    named = isinstance(matrix, ast.Name) and matrix.name == "A"
    before = "" if named else f"A = {to_text(matrix)}; "
    return f"for {what}, write {before}{program}"
