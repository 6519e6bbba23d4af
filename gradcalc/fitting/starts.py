"""Starting values where none are given: many are drawn, one kernel call looks at all of them.

Places, widths and rates are drawn from the scales of the data, other numbers log-uniformly. The
linear parameters are projected out, so that only the others are searched for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradcalc.fitting.descents import NEAR, Descent, geodesic, projected
from gradcalc.fitting.doubt import in_doubt
from gradcalc.fitting.newton import polished
from gradcalc.fitting.problem import Matrix, Problem, Series, Vector

DRAWS = 3000  # of starting values, in a round
EFFORT = 100  # runs of single rows, after which draws that need more are left out
SCREENED_ROWS = 60
DESCENTS = 20  # from the best draws of a round
MAX_ROUNDS = 4
CONFIRMED = 3  # descents to the best minimum, after which the search ends
LEARNT_FROM = 60  # best draws, that tell which kinds of number the parameters are
CHANCES = np.array([0.28, 0.16, 0.08, 0.2, 0.14, 0.07, 0.07])  # of kinds, before that
SAME = 1e-6  # relative difference of sums of squares of one minimum
DESCENT_STEPS = 60
DESCENT_ROWS = 400
SORTED_SHARE = 16  # times the rows that a thinned problem has, are sorted to choose them from


Kinds = Any  # an array of integers


@dataclass(frozen=True, slots=True)
class Scales:
    """What the data say of sizes: the range of each column, and of the target."""

    columns: tuple[tuple[float, float], ...]
    target: tuple[float, float]

    @classmethod
    def of(cls, problem: Problem) -> Scales:
        """The scales of a problem."""
        columns = tuple(
            _range([one.data.columns[name] for one in problem.series])
            for name in problem.model.columns
        )
        return cls(columns or ((0.0, 1.0),), _range([one.target for one in problem.series]))


def _range(parts: Sequence[Vector]) -> tuple[float, float]:
    return min(float(p.min()) for p in parts), max(float(p.max()) for p in parts)


def searched(
    problem: Problem,
    linear: Sequence[int],
    bounds: tuple[Vector, Vector] | None,
    seed: int,
    known: Sequence[Vector] = (),
    given: Vector | None = None,
) -> list[Descent]:
    """The minima found from many starts, the lowest first.

    `known` are starts to try as well; `given` has the values of parameters that are not drawn, NaN
    for the others.
    """
    small = thinned(problem, DESCENT_ROWS)
    random = np.random.default_rng(seed)
    scales, found = Scales.of(problem), list[Descent]()
    chances = np.tile(CHANCES, (len(problem.names), 1))
    for turn in range(MAX_ROUNDS):
        draws, kinds = _drawn(random, scales, chances, DRAWS)
        if turn and found:
            near = random.integers(min(len(found), 5), size=DRAWS // 3)
            centres = np.array([found[k].theta for k in near])
            draws[: len(near)] = centres * np.exp(random.normal(0, 1, centres.shape))
        if given is not None and not known:
            draws = np.where(np.isfinite(given), given, draws)
        draws = _inside(draws, bounds, random)
        draws[:, list(linear)] = 0  # a solve gives them; large ones would cancel digits
        draws, order = _screened(small, draws, linear)
        chances = _learnt(kinds[order])
        free = [k for k in range(draws.shape[1]) if k not in linear]
        starts = [*([] if turn else known), *_spread(draws, free)]
        found += [_descended(small, start, linear, bounds) for start in starts]
        found = sorted((one for one in found if np.isfinite(one.rss)), key=lambda one: one.rss)
        agreeing = sum(one.rss <= found[0].rss * (1 + SAME) for one in found)
        if agreeing >= CONFIRMED and not in_doubt(small, found[0]):
            break
    return distinct(found)


def distinct(found: Sequence[Descent]) -> list[Descent]:
    """Of descents in the order of their sums, the plainest for each sum of squares.

    Minima that are equal for a symmetry (a phase and a turn more, terms in another order) differ
    in signs, sizes and order: small numbers come first, then few minus signs, then falling numbers.
    """
    groups: list[list[Descent]] = []
    for one in found:
        if groups and one.rss <= groups[-1][0].rss * (1 + SAME):
            groups[-1].append(one)
        else:
            groups.append([one])
    return [min(group, key=_plainness) for group in groups]


def _plainness(one: Descent) -> tuple[float, bool, int, list[float]]:
    size = float(f"{np.sum(np.log1p(np.abs(one.theta))):.4g}")
    minus = int(np.sum(one.theta < 0))
    return size, not one.converged, minus, [-x for x in one.theta.tolist()]


def thinned(problem: Problem, rows: int) -> Problem:
    """The problem with at most so many rows, spread evenly over the first column."""
    if problem.rows <= rows:
        return problem
    share = rows / problem.rows
    series = tuple(
        _thinned(problem, one, max(len(one.places) + 1, round(share * one.rows)))
        for one in problem.series
    )
    return replace(problem, series=series)


def _thinned(problem: Problem, one: Series, rows: int) -> Series:
    if one.rows <= rows:
        return one
    names = problem.model.columns
    if not names:
        return one.part(_evenly(one.rows, rows))
    some = _evenly(one.rows, min(one.rows, SORTED_SHARE * rows))
    order = np.argsort(one.data.columns[names[0]][some], kind="stable")
    return one.part(some[order[_evenly(len(some), rows)]])


def _evenly(count: int, chosen: int) -> Any:
    """So many of the first `count` integers."""
    return np.linspace(0, count - 1, chosen).astype(int)


def _drawn(
    random: np.random.Generator, scales: Scales, chances: Matrix, count: int
) -> tuple[Matrix, Kinds]:
    """Random parameters, and of which kind each is: a rate, a place, a width, any size, a small
    number, a value of the target, a place or its multiple. `chances` has a row for each."""
    shape = count, len(chances)
    which = random.integers(len(scales.columns), size=shape)
    low = np.array([c[0] for c in scales.columns])[which]
    high = np.array([c[1] for c in scales.columns])[which]
    width = np.where(high > low, high - low, 1.0)
    sign = np.where(random.random(shape) < 0.7, 1.0, -1.0)

    def decades(least: float, most: float) -> Matrix:
        return np.asarray(10 ** random.uniform(least, most, shape))

    bottom, top = scales.target
    kinds = [
        sign * decades(-1.5, 1.7) / width,
        low + width * random.uniform(-0.3, 1.3, shape),
        width * decades(-2, 0.5),
        sign * decades(-4, 4),
        sign * random.uniform(0, 4, shape),
        bottom + (top - bottom) * random.uniform(-0.5, 1.5, shape),
        sign * decades(-1, 2) * np.maximum(np.abs(low), np.abs(high)),
    ]
    kind = np.stack([random.choice(len(kinds), size=count, p=one) for one in chances], axis=1)
    return np.asarray(np.choose(kind, kinds)), kind


def _learnt(kinds: Kinds) -> Matrix:
    """The chances of each kind for each parameter, half of them from what the best draws had."""
    best = kinds[:LEARNT_FROM]
    if not len(best):
        return np.tile(CHANCES, (kinds.shape[1], 1))
    counts = np.stack([np.bincount(one, minlength=len(CHANCES)) for one in best.T])
    return (CHANCES + counts / len(best)) / 2


def _inside(
    draws: Matrix, bounds: tuple[Vector, Vector] | None, random: np.random.Generator
) -> Matrix:
    """Draws within bounds: those outside are drawn again between finite ones, or put on one."""
    if bounds is None:
        return draws
    low, high = bounds
    both = np.isfinite(low) & np.isfinite(high)
    uniform = np.where(both, low, 0) + random.random(draws.shape) * np.where(both, high - low, 0)
    outside = (draws < low) | (draws > high)
    mirrored = np.where(both, uniform, np.where(draws < low, 2 * low - draws, 2 * high - draws))
    return np.clip(np.where(outside, mirrored, draws), low, high)


def _screened(problem: Problem, draws: Matrix, linear: Sequence[int]) -> tuple[Matrix, Kinds]:
    """The draws at which there is a value, and their places among all, those first whose sums of
    squares are least once the linear parameters are fitted."""
    few = thinned(problem, SCREENED_ROWS)
    r, jacobian = stacked(few, draws)
    with np.errstate(all="ignore"):
        good = np.isfinite(r).all(axis=1)
        if linear:
            good &= np.isfinite(jacobian[:, :, linear]).all(axis=(1, 2))
        places, draws, r = np.flatnonzero(good), draws[good], r[good]
        sums = np.einsum("sn,sn->s", r, r)
        if linear and len(draws):
            basis = jacobian[good][:, :, linear]
            scale = np.linalg.norm(basis, axis=1, keepdims=True)
            q, _ = np.linalg.qr(basis / np.where(scale > 0, scale, 1))
            # Twice, for what is left may be small beside what was there.
            for _ in range(2):
                r = r - np.einsum("snk,sk->sn", q, np.einsum("snk,sn->sk", q, r))
            sums = np.einsum("sn,sn->s", r, r)
    order = np.argsort(np.where(np.isfinite(sums), sums, np.inf))
    return draws[order], places[order]


def _spread(draws: Matrix, free: Sequence[int]) -> list[Vector]:
    """The first draws that differ in a parameter by a third or more."""
    kept: list[Vector] = []
    for draw in draws[: DESCENTS * 10]:
        others = (
            np.abs(draw - other)[free] / (np.abs(draw) + np.abs(other))[free] for other in kept
        )
        if all(bool(np.any(other > 0.15)) for other in others):
            kept.append(draw)
        if len(kept) == DESCENTS or not free:
            break
    return kept


def stacked(problem: Problem, draws: Matrix) -> tuple[Matrix, Matrix]:
    """Residuals (draws x rows) and Jacobians (draws x rows x parameters), by one kernel call for
    each series."""
    rows, jacobians = [], []
    model, count = problem.model, len(draws)
    for one in problem.series:
        table = {name: np.tile(one.data.columns[name], count) for name in model.columns}
        for name, place in zip(model.parameters, one.places, strict=True):
            table[name] = np.repeat(draws[:, place], one.rows)
        answer = model.first.rows(
            {**table, **model.held}, watched=False, native=False, effort=EFFORT
        ).columns
        shape = count, one.rows
        weights = 1.0 if one.weights is None else one.weights
        rows.append((answer["value"].reshape(shape) - one.target) * weights)
        jacobian = np.zeros((*shape, len(problem.names)))
        for name, place in zip(model.parameters, one.places, strict=True):
            jacobian[:, :, place] += answer[f"d_{name}"].reshape(shape) * weights
        jacobians.append(jacobian)
    return np.concatenate(rows, axis=1), np.concatenate(jacobians, axis=1)


def _descended(
    problem: Problem, start: Vector, linear: Sequence[int], bounds: tuple[Vector, Vector] | None
) -> Descent:
    if bounds is not None:
        from gradcalc.fitting.descents import trust_region

        return trust_region(problem, start, bounds)
    if linear:
        found = projected(problem, start, linear, DESCENT_STEPS, NEAR)
    else:
        found = geodesic(problem, start, DESCENT_STEPS, NEAR)
    return polished(problem, found, range(len(start)))
