"""Parameters that the data can't tell apart, and the combinations of them that are determined.

Along a null vector of the Jacobian the parameters can move without any effect on the formula. A
combination g is determined if no null vector moves it: its gradient is orthogonal to them, at other
values of the parameters too. Sums, products and products with exponentials are looked for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product

import numpy as np

from gradcalc.fitting.problem import Matrix, Problem, Vector
from gradcalc.fitting.starts import thinned
from gradcalc.fitting.sums import big_sums
from gradcalc.rules.systems import big_numbers

SUSPICIOUS = 1e-9  # relative singular value, below which big numbers are asked
NULL = 1e-60  # relative eigenvalue of JᵀJ that is 0 in so many digits
DIGITS = 100
ROWS = 200
PLACES = 4  # values of the parameters at which a combination is tried
CLOSE = 1e-5
MAX_DENOMINATOR = 4
MAX_COMBINED = 3  # parameters whose combinations are looked for


@dataclass(frozen=True, slots=True)
class Confounded:
    """Parameters that can't be told apart; `determined` are combinations of them that are known."""

    parameters: tuple[str, ...]
    determined: tuple[str, ...]

    def __str__(self) -> str:
        if len(self.parameters) == 1:
            return f"{self.parameters[0]} has no effect on the formula's values in these rows"
        names = f"{', '.join(self.parameters[:-1])} and {self.parameters[-1]}"
        if not self.determined:
            return f"{names} can't be told apart by these data"
        verb = "is" if len(self.determined) == 1 else "are"
        return f"only {' and '.join(self.determined)} {verb} determined, not {names}"


@dataclass(frozen=True, slots=True)
class Degeneracy:
    """What is not determined: groups of parameters, their places, and one place for each null
    vector, which can be held while the others are sought."""

    groups: tuple[Confounded, ...]
    places: frozenset[int]
    held: frozenset[int]


def degeneracy(problem: Problem, theta: Vector, free: Sequence[int]) -> Degeneracy | None:
    """What the `free` parameters leave open at the minimum; None where all are determined."""
    few = thinned(problem, ROWS)
    chosen = list(free)
    jacobian, _ = _scaled(few, theta, chosen)
    if jacobian is None:
        return None
    s = np.linalg.svd(jacobian, compute_uv=False)
    if len(s) == len(chosen) and s[-1] > SUSPICIOUS * s[0]:
        return None
    count = _null_count(few, theta, chosen)
    if not count:
        return None
    null = _echelon(_null_vectors(jacobian, count))
    held = frozenset(chosen[int(np.argmax(np.abs(vector)))] for vector in null)
    groups = []
    places: set[int] = set()
    for group in _groups(null):
        places |= {chosen[k] for k in group}
        names = tuple(problem.names[chosen[k]] for k in group)
        known = _determined(few, theta, chosen, group, count) if len(group) > 1 else ()
        groups.append(Confounded(names, tuple(known)))
    return Degeneracy(tuple(groups), frozenset(places), held)


def _scaled(problem: Problem, theta: Vector, chosen: list[int]) -> tuple[Matrix | None, Vector]:
    """The Jacobian by these parameters, its columns of length 1, and their lengths."""
    _, jacobian = problem.derivatives(theta)
    jacobian = jacobian[:, chosen]
    if not np.isfinite(jacobian).all():
        return None, np.ones(len(chosen))
    largest = np.max(np.abs(jacobian), axis=0, initial=0)  # whose square may be out of range
    largest[largest == 0] = 1
    scale = np.linalg.norm(jacobian / largest, axis=0)
    scale[scale == 0] = 1
    return jacobian / largest / scale, largest * scale


def _null_count(problem: Problem, theta: Vector, chosen: list[int]) -> int:
    """How many directions have no effect at all, in big numbers."""
    context = big_numbers(DIGITS).context
    try:
        sums = big_sums(problem, [context.mpf(float(x)) for x in theta], DIGITS)
    except (ArithmeticError, ValueError):
        return 0
    scale = [context.sqrt(sums.gram[k][k]) or context.mpf(1) for k in chosen]
    matrix = context.matrix(
        [
            [sums.gram[j][k] / scale[a] / scale[b] for b, k in enumerate(chosen)]
            for a, j in enumerate(chosen)
        ]
    )
    values = list(context.eigsy(matrix, eigvals_only=True))
    return sum(value < NULL * max(values) for value in values)


def _null_vectors(jacobian: Matrix, count: int) -> Matrix:
    """The directions of least effect, a row each."""
    _, _, v = np.linalg.svd(jacobian, full_matrices=True)
    return np.asarray(v[len(v) - count :])


def _echelon(null: Matrix) -> Matrix:
    """The same space by vectors with as few parameters as elimination gives."""
    rows = null.copy()
    left = list(range(rows.shape[1]))
    for k in range(len(rows)):
        pivot = max(left, key=lambda c: float(np.max(np.abs(rows[k:, c]))))
        left.remove(pivot)
        best = k + int(np.argmax(np.abs(rows[k:, pivot])))
        rows[[k, best]] = rows[[best, k]]
        rows[k] /= rows[k, pivot]
        for other in range(len(rows)):
            if other != k:
                rows[other] -= rows[other, pivot] * rows[k]
    rows[np.abs(rows) < CLOSE] = 0
    return np.asarray(rows)


def _groups(null: Matrix) -> list[list[int]]:
    """The parameters that move together."""
    groups: list[set[int]] = []
    for vector in null:
        support = set(np.flatnonzero(vector).tolist())
        joined = [group for group in groups if group & support]
        groups = [group for group in groups if not group & support]
        groups.append(support.union(*joined))
    return [sorted(group) for group in groups]


# Combinations --------------------------------------------------------------------------------


def _determined(
    problem: Problem, theta: Vector, chosen: list[int], group: list[int], count: int
) -> list[str]:
    """Names of the combinations of a group that no null vector moves."""
    if len(group) > MAX_COMBINED:
        return []
    places = list(_places(problem, theta, chosen, count))
    if len(places) < PLACES:
        return []
    names = [problem.names[k] for k in chosen]
    others = [k for k in range(len(chosen)) if k not in group]
    for kinds in product(_kinds(others), repeat=len(group)):
        rows = [
            [vector[k] * _slope(kind, point, k) for k, kind in zip(group, kinds, strict=True)]
            for point, null in places
            for vector in null
        ]
        found = _coefficients(np.array(rows), len(group))
        if found:
            return [_name(names, group, kinds, row) for row in found]
    return []


def _kinds(others: list[int]) -> list[int | str]:
    """Forms in which a parameter may enter: its logarithm, itself, itself times another one."""
    return ["log", "plain", *others]


def _slope(kind: int | str, point: Vector, k: int) -> float:
    if kind == "log":
        return float(1 / point[k])
    return 1.0 if kind == "plain" else float(point[int(kind)])


def _places(
    problem: Problem, theta: Vector, chosen: list[int], count: int
) -> Iterator[tuple[Vector, Matrix]]:
    """Values of the parameters near the minimum, with the null vectors there."""
    random = np.random.default_rng(0)
    for turn in range(4 * PLACES):
        moved = theta * (1 + (0.3 * random.uniform(-1, 1, len(theta)) if turn else 0))
        jacobian, scale = _scaled(problem, moved, chosen)
        if jacobian is None:
            continue
        s = np.linalg.svd(jacobian, compute_uv=False)
        full = np.concatenate([s, np.zeros(len(chosen) - len(s))])
        if full[-count] > SUSPICIOUS * full[0]:
            return  # not the formula, but these values make them indistinguishable
        yield moved[chosen], _null_vectors(jacobian, count) / scale
        if turn >= PLACES:
            return


def _coefficients(rows: Matrix, size: int) -> list[list[Fraction]] | None:
    """Plain coefficients of all combinations that are orthogonal to the rows, if there are any."""
    scale = np.linalg.norm(rows, axis=1, keepdims=True)
    rows = rows / np.where(scale > 0, scale, 1)
    _, s, v = np.linalg.svd(rows, full_matrices=True)
    rank = int(np.sum(s > CLOSE))
    if rank == size or not np.isfinite(rows).all():
        return None
    bases = (_plain_basis(v[rank:], pivots) for pivots in combinations(range(size), size - rank))
    known = [basis for basis in bases if basis and _is_orthogonal(basis, rows)]
    return min(known, key=lambda basis: sum(e < 0 for row in basis for e in row), default=None)


def _is_orthogonal(basis: list[list[Fraction]], rows: Matrix) -> bool:
    """Do the terms of each product cancel, rather than being small one by one?"""
    exact = np.array([[float(e) for e in row] for row in basis])
    sums = np.abs(rows @ exact.T)
    return bool(np.all(sums <= CLOSE * (np.abs(rows) @ np.abs(exact).T)))


def _plain_basis(basis: Matrix, pivots: tuple[int, ...]) -> list[list[Fraction]] | None:
    """The basis of the same space that is the identity at the pivots, if it is of small numbers."""
    square = basis[:, pivots]
    if np.linalg.cond(square) > 1 / CLOSE:
        return None
    found = []
    for vector in np.linalg.solve(square, basis):
        exact = [Fraction(float(x)).limit_denominator(MAX_DENOMINATOR) for x in vector]
        if any(abs(float(e) - x) > CLOSE for e, x in zip(exact, vector, strict=True)):
            return None
        whole = math.lcm(*(e.denominator for e in exact))
        found.append([e * whole for e in exact])
    return found


def _name(
    names: Sequence[str], group: list[int], kinds: Sequence[int | str], row: list[Fraction]
) -> str:
    """A combination as a formula: a*b, a + 2*b, a*exp(k*b)."""
    factors, terms = [], []
    for k, kind, e in zip(group, kinds, row, strict=True):
        if not e:
            continue
        if kind == "log":
            factors.append((names[k], e))
        else:
            times = names[k] if kind == "plain" else f"{names[int(kind)]}*{names[k]}"
            terms.append((times, e))
    linear = _sum(terms)
    if not factors:
        return linear
    text = _product(factors)
    return f"{text}*exp({linear})" if linear else text


def _sum(terms: list[tuple[str, Fraction]]) -> str:
    text = ""
    for name, e in terms:
        sign = "-" if e < 0 else "+"
        size = abs(e)
        term = name if size == 1 else f"{size}*{name}"
        text += f" {sign} {term}" if text else (f"-{term}" if e < 0 else term)
    return text


def _product(factors: list[tuple[str, Fraction]]) -> str:
    text = ""
    for name, e in factors:
        power = name if abs(e) == 1 else f"{name}^{abs(e)}"
        if e > 0:
            text += f"*{power}" if text else power
        else:
            text += f"/{power}" if text else f"1/{power}"
    return text
