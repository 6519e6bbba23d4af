"""How many eigenvalues of a symmetric matrix of balls are certainly positive, how many negative.

By Sylvester's law a congruence QᵀAQ with a regular Q has the signs of A's eigenvalues. Q is made
of the eigenvectors of the middle, so that the congruent matrix is nearly diagonal; its signs are
then those of the pivots of LDLᵀ, in balls (Rump, Verification methods, Acta Numerica 2010, §10).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Arb = Any  # flint.arb
Matrix = list[list[Arb]]

LEAST_DIAGONAL = 1e-8  # of the largest entry of its row


@dataclass(frozen=True, slots=True)
class Inertia:
    """Numbers of eigenvalues that are certainly positive, negative, and of unknown sign."""

    positive: int
    negative: int
    unknown: int


def inertia(matrix: Matrix) -> Inertia:
    """The signs of the eigenvalues of every symmetric matrix within `matrix`.

    Where some are unknown, the others are lower bounds: the matrix is then certainly positive on a
    subspace of dimension `positive`, and negative on one of dimension `negative`.
    """
    from flint import arb_mat

    size = len(matrix)
    basis = _eigenvectors(matrix)
    if basis is None:
        return Inertia(0, 0, size)
    congruent = (basis.transpose() * arb_mat(matrix) * basis).tolist()
    pivots = _pivots(congruent)
    if len(pivots) == size:  # then the basis is regular, for the congruent matrix is
        positive = sum(bool(pivot > 0) for pivot in pivots)
        return Inertia(positive, size - positive, 0)
    # A diagonal entry of the congruent matrix is the value on one vector; a definite leading part
    # is the value on a subspace.
    positive = _definite_part(congruent, 1)
    negative = _definite_part(congruent, -1)
    return Inertia(positive, negative, size - positive - negative)


def _eigenvectors(matrix: Matrix) -> Any:
    """Eigenvectors of the middle, scaled to about unit diagonal, as columns of an exact matrix."""
    import numpy as np
    from flint import arb_mat

    middle = np.array([[float(ball.mid()) for ball in row] for row in matrix])
    # A diagonal entry that is next to nothing beside its row does not set the scale.
    diagonal = np.maximum(np.abs(np.diag(middle)), np.abs(middle).max(axis=1) * LEAST_DIAGONAL)
    scale = 1 / np.sqrt(np.where(diagonal > 0, diagonal, 1))
    scaled = middle * scale * scale[:, None]
    if not np.isfinite(scaled).all():
        return None
    _, vectors = np.linalg.eigh(scaled)
    return arb_mat((vectors * scale[:, None]).tolist())


def _pivots(matrix: Matrix) -> list[Arb]:
    """The pivots of LDLᵀ, as far as their signs are certain."""
    rows = [list(row) for row in matrix]
    pivots: list[Arb] = []
    for k in range(len(rows)):
        pivot = rows[k][k]
        if not pivot.is_finite() or pivot.contains(0):
            break
        pivots.append(pivot)
        for i in range(k + 1, len(rows)):
            factor = rows[i][k] / pivot
            for j in range(k + 1, i + 1):
                rows[i][j] -= factor * rows[j][k]
                rows[j][i] = rows[i][j]
    return pivots


def _definite_part(matrix: Matrix, sign: int) -> int:
    """The size of a part of the matrix that is certainly definite with this sign."""
    chosen = [k for k in range(len(matrix)) if matrix[k][k] * sign > 0]
    part = [[matrix[i][j] * sign for j in chosen] for i in chosen]
    size = 0
    for pivot in _pivots(part):
        if not pivot > 0:
            break
        size += 1
    return size
