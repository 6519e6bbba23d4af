"""What a derivative is called, in tables, in columns and as JSON, by the kind of the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcalc.answers.result import Derivative, Result

PRIMES = ("f", "f'", "f''", "f'''")


def derivative(result: Result, row: Derivative, of: str = "", by: str = "") -> str:
    """A derivative as people write it: `∂/∂x`, `∂²/∂x∂y`, `J·t`, `f''`.

    `of` and `by` are the indices of an element, `[0]`: `∂f[0]/∂v[1]`.
    """
    top = f"f{of}" if of else ""
    match result.kind:
        case "hessian":
            first, second = row.by
            if first == second and not by:
                return f"∂²/∂{first}²"
            return f"∂²/∂{first}{of}∂{second}{by}"
        case "jvp":
            return f"J·t{of}"
        case "vjp":
            return f"(u·J) {row.by[0]}{by}"
        case "hvp":
            return f"(H·t) {row.by[0]}{by}"
        case "order":
            order = len(row.by)
            return PRIMES[order] if order < len(PRIMES) else f"f^({order})"
        case _:
            return f"∂{top}/∂{row.by[0]}{by}"


def column(result: Result, row: Derivative) -> str:
    """A derivative as the name of a column or an array: `d_x`, `d2_x_y`, `jvp`, `vjp_x`."""
    match result.kind:
        case "hessian":
            return "d2_" + "_".join(row.by)
        case "jvp":
            return "jvp"
        case "vjp" | "hvp":
            return f"{result.kind}_{row.by[0]}"
        case "order":
            return f"d{len(row.by)}"
        case _:
            return f"d_{row.by[0]}"


def value(result: Result) -> str:
    """What the value of an answer is."""
    return {"vjp": "u·f", "hvp": "t·∇f"}.get(result.kind, "value")
