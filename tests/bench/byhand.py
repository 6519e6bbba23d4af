"""What a skilled person writes in NumPy: gradients by hand, in blocks that stay in the cache.

A formula is a function of a block: its inputs, its outputs, which also hold steps on the way,
and spare buffers. Nothing is allocated but the answer, nothing is computed twice.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from tests.bench.formulas import PEAKS, Formula

Block = Mapping[str, Any]
Spare = list[np.ndarray]

ROWS = 65536
SPARES = 10


def sine(at: Block, to: Block, spare: Spare) -> None:
    np.sin(at["x"], out=to["d_y"])
    np.multiply(to["d_y"], at["y"], out=to["value"])
    np.cos(at["x"], out=to["d_x"])
    to["d_x"][:] *= at["y"]


def wave(at: Block, to: Block, spare: Spare) -> None:
    x, y, value, d_x, d_y = at["x"], at["y"], to["value"], to["d_x"], to["d_y"]
    bell, inner, root, t, *_ = spare
    np.multiply(x, x, out=bell)
    np.negative(bell, out=bell)
    np.exp(bell, out=bell)
    np.multiply(x, 3, out=t)
    np.cos(t, out=d_x)
    np.sin(t, out=value)
    value *= bell
    d_x *= bell
    d_x *= 3
    np.multiply(x, value, out=t)
    t *= 2
    d_x -= t
    np.cos(x, out=inner)
    inner += 2
    np.multiply(y, y, out=root)
    root += 1
    np.sqrt(root, out=root)
    np.sin(x, out=t)
    t *= root
    t /= inner
    d_x -= t
    np.log(inner, out=inner)
    np.multiply(root, inner, out=t)
    value += t
    np.divide(y, root, out=d_y)
    d_y *= inner


def rosenbrock(at: Block, to: Block, spare: Spare) -> None:
    x, y, value, d_x, d_y = at["x"], at["y"], to["value"], to["d_x"], to["d_y"]
    past = spare[0]
    np.multiply(x, x, out=d_x)
    np.subtract(y, d_x, out=d_x)
    np.multiply(d_x, 200, out=d_y)
    np.multiply(d_x, d_y, out=value)
    value *= 0.5
    np.subtract(x, 1, out=past)
    np.multiply(x, d_y, out=d_x)
    np.subtract(past, d_x, out=d_x)
    d_x *= 2
    past *= past
    value += past


def camel(at: Block, to: Block, spare: Spare) -> None:
    x, y, value, d_x, d_y = at["x"], at["y"], to["value"], to["d_x"], to["d_y"]
    p, q, t, *_ = spare
    np.multiply(x, x, out=p)
    np.multiply(y, y, out=q)
    np.multiply(p, 1 / 3, out=value)
    value -= 2.1
    value *= p
    value += 4
    value *= p
    np.multiply(x, y, out=t)
    value += t
    np.multiply(p, 2, out=d_x)
    d_x -= 8.4
    d_x *= p
    d_x += 8
    d_x *= x
    d_x += y
    np.multiply(q, 16, out=d_y)
    d_y -= 8
    d_y *= y
    d_y += x
    np.subtract(q, 1, out=t)
    t *= q
    t *= 4
    value += t


def black_scholes(at: Block, to: Block, spare: Spare) -> None:
    """The price and the greeks of the textbook."""
    from scipy.special import ndtr

    s, k, r, t, v = (at[name] for name in "skrtv")
    value, delta, strike, rho, theta, vega = (to[name] for name in to)
    root, swing, d, u, *_ = spare
    np.sqrt(t, out=root)
    np.multiply(v, root, out=swing)
    np.divide(s, k, out=d)
    np.log(d, out=d)
    np.multiply(v, v, out=u)
    u *= 0.5
    u += r
    u *= t
    d += u
    d /= swing
    ndtr(d, out=delta)
    np.multiply(d, d, out=vega)
    vega *= -0.5
    np.exp(vega, out=vega)
    vega *= 1 / math.sqrt(2 * math.pi)
    vega *= s
    np.multiply(vega, v, out=theta)
    theta /= root
    theta *= 0.5
    vega *= root
    d -= swing
    ndtr(d, out=d)
    np.multiply(r, t, out=u)
    np.negative(u, out=u)
    np.exp(u, out=strike)
    strike *= d
    np.multiply(strike, k, out=rho)
    np.negative(strike, out=strike)
    np.multiply(s, delta, out=value)
    value -= rho
    np.multiply(rho, r, out=u)
    theta += u
    rho *= t


def model(at: Block, to: Block, spare: Spare) -> None:
    x, y, value = at["x"], at["y"], to["value"]
    u, w, t, *_ = spare
    value[:] = 0
    for i in range(PEAKS):
        a, b, c, p, q = (at[f"{name}{i}"] for name in "abcpq")
        d_a, d_b, d_c, d_p, d_q = (to[f"d_{name}{i}"] for name in "abcpq")
        np.subtract(x, b, out=u)
        u *= 1 / c
        np.subtract(y, p, out=w)
        w *= 1 / q
        np.multiply(u, u, out=d_a)
        np.multiply(w, w, out=t)
        d_a += t
        np.negative(d_a, out=d_a)
        np.exp(d_a, out=d_a)
        np.multiply(d_a, a, out=t)
        value += t
        np.multiply(u, t, out=d_b)
        d_b *= 2 / c
        np.multiply(d_b, u, out=d_c)
        np.multiply(w, t, out=d_p)
        d_p *= 2 / q
        np.multiply(d_p, w, out=d_q)


def branch(at: Block, to: Block, spare: Spare) -> None:
    """Each side computes its own rows, gathered."""
    x, y, value, d_x, d_y = at["x"], at["y"], to["value"], to["d_x"], to["d_y"]
    above = x > y
    for rows, holds in ((np.flatnonzero(above), True), (np.flatnonzero(~above), False)):
        fall, turn = (x[rows], y[rows]) if holds else (y[rows], x[rows])
        np.negative(fall, out=fall)
        np.exp(fall, out=fall)
        sine, cosine = np.sin(turn), np.cos(turn, out=turn)
        sine *= fall
        cosine *= fall
        if holds:
            value[rows], d_y[rows] = sine, cosine
            d_x[rows] = np.negative(sine, out=sine)
        else:
            value[rows] = cosine
            d_x[rows] = np.negative(sine, out=sine)
            d_y[rows] = np.negative(cosine, out=cosine)


def branchless(at: Block, to: Block, spare: Spare) -> None:
    x, y, value, d_x, d_y = at["x"], at["y"], to["value"], to["d_x"], to["d_y"]
    np.negative(x, out=d_x)
    np.exp(d_x, out=d_x)
    np.sin(y, out=value)
    value *= d_x
    np.cos(y, out=d_y)
    d_y *= d_x
    np.negative(value, out=d_x)


def newton(at: Block, to: Block, spare: Spare) -> None:
    """Rows that are done leave; the tangents go along."""
    a, b = at["a"], at["b"]
    rows = np.arange(len(a))
    t, d_a, d_b = np.ones_like(a), np.zeros_like(a), np.zeros_like(a)
    while rows.size:
        square = t * t
        gap = (square + a) * t - b
        open_ = np.abs(gap) > 1e-10
        if not open_.all():
            done = ~open_
            left = rows[done]
            to["value"][left], to["d_a"][left], to["d_b"][left] = t[done], d_a[done], d_b[done]
            rows, a, b, t, d_a, d_b, square, gap = (
                each[open_] for each in (rows, a, b, t, d_a, d_b, square, gap)
            )
        slope = 3 * square + a
        curve = 6 * t * gap / (slope * slope)
        d_a = curve * d_a - t / slope + gap / (slope * slope)
        d_b = curve * d_b + 1 / slope
        t = t - gap / slope


BY_HAND: dict[str, Callable[[Block, Block, Spare], None]] = {
    "sine": sine,
    "wave": wave,
    "Rosenbrock": rosenbrock,
    "camel": camel,
    "Black-Scholes": black_scholes,
    "20 parameters": model,
    "branch": branch,
    "branchless": branchless,
    "Newton loop": newton,
}


def by_hand(formula: Formula, threads: int) -> Callable[[Mapping[str, Any]], dict[str, np.ndarray]]:
    """A function of the columns, its threads kept."""
    block = BY_HAND[formula.name]
    pool = ThreadPoolExecutor(threads) if threads > 1 else None

    def part(at: Mapping[str, Any], to: Mapping[str, Any], start: int, stop: int) -> None:
        spare = [np.empty(min(ROWS, stop - start)) for _ in range(SPARES)]
        for low in range(start, stop, ROWS):
            rows = slice(low, min(low + ROWS, stop))
            given = {k: v[rows] if isinstance(v, np.ndarray) else v for k, v in at.items()}
            wanted = {k: v[rows] for k, v in to.items()}
            block(given, wanted, [each[: rows.stop - low] for each in spare])

    def run(at: Mapping[str, Any]) -> dict[str, np.ndarray]:
        rows = next(len(v) for v in at.values() if isinstance(v, np.ndarray))
        to = {name: np.empty(rows) for name in formula.outputs}
        if pool is None or rows <= ROWS:
            part(at, to, 0, rows)
            return to
        share = -(-rows // (4 * threads))
        share = max(ROWS, -(-share // ROWS) * ROWS)
        parts = [
            pool.submit(part, at, to, low, min(low + share, rows)) for low in range(0, rows, share)
        ]
        for each in parts:
            each.result()
        return to

    return run
