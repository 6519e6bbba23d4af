"""Twelve families of formulas with random truths: problems of regression that no recipe was tuned
on. `problems` yields them with data, 2 % of their spread being noise.

`python -m tests.fitting.families [SEED] [FAMILY ...]` fits eight of each without starting values
and counts those that come down to the truth's sum of squares.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import gradcalc

Random = np.random.Generator
Truth = Mapping[str, float]
NOISE = 0.02
TRUTHS = 8
FUNCTIONS = {"exp": np.exp, "sin": np.sin, "cos": np.cos}


@dataclass(frozen=True)
class Family:
    """A formula of x, a random truth, and the places that are measured for it."""

    formula: str
    truth: Callable[[Random], Truth]
    places: Callable[[Truth], Any]


def _lorentz(r: Random) -> Truth:
    m, g = r.uniform(-30, 30), 10 ** r.uniform(-1, 1)
    other = {"B": r.uniform(3, 10), "n": m + g * r.uniform(5, 9), "h": g * r.uniform(0.6, 1.6)}
    return {"A": r.uniform(3, 10), "m": m, "g": g, **other}


def _biexponential(r: Random) -> Truth:
    b = 10 ** r.uniform(-2, 0.5)
    return {"a": r.uniform(1, 10), "b": b, "c": r.uniform(1, 10), "d": b * r.uniform(4, 12)}


FAMILIES = {
    "decay": Family(
        "a*exp(-b*x) + c",
        lambda r: {"a": r.uniform(1, 100), "b": 10 ** r.uniform(-2, 1), "c": r.uniform(-5, 5)},
        lambda t: np.linspace(0, 4 / t["b"], 40),
    ),
    "logistic": Family(
        "K/(1 + exp(-r*(x - m)))",
        lambda r: {
            "K": 10 ** r.uniform(-1, 4),
            "r": 10 ** r.uniform(-2, 1),
            "m": r.uniform(-50, 50),
        },
        lambda t: np.linspace(t["m"] - 5 / t["r"], t["m"] + 5 / t["r"], 50),
    ),
    "peak": Family(
        "A*exp(-(x - m)^2/(2*s^2)) + b0 + b1*x",
        lambda r: {
            "A": r.uniform(2, 50),
            "m": r.uniform(-20, 20),
            "s": 10 ** r.uniform(-1, 0.7),
            "b0": r.uniform(-1, 1),
            "b1": r.uniform(-0.1, 0.1),
        },
        lambda t: np.linspace(t["m"] - 6 * t["s"], t["m"] + 5 * t["s"], 60),
    ),
    "hill": Family(
        "V*x^n/(K^n + x^n)",
        lambda r: {
            "V": 10 ** r.uniform(-1, 3),
            "K": 10 ** r.uniform(-2, 2),
            "n": r.uniform(0.7, 5),
        },
        lambda t: t["K"] * np.logspace(-1.3, 1.3, 30),
    ),
    "wave": Family(
        "A*sin(w*x + p) + c",
        lambda r: {
            "A": r.uniform(0.5, 10),
            "w": 10 ** r.uniform(-1, 1.5),
            "p": r.uniform(-3, 3),
            "c": r.uniform(-3, 3),
        },
        lambda t: np.linspace(0, 2 * np.pi * 3.3 / t["w"], 60),
    ),
    "damped": Family(
        "A*exp(-g*x)*cos(w*x + p)",
        lambda r: {
            "A": r.uniform(0.5, 10),
            "g": 10 ** r.uniform(-1.5, 0),
            "w": 10 ** r.uniform(0.3, 1),
            "p": r.uniform(-3, 3),
        },
        lambda t: np.linspace(0, min(3 / t["g"], 30 / t["w"]), 70),
    ),
    "biexponential": Family(
        "a*exp(-b*x) + c*exp(-d*x)",
        _biexponential,
        lambda t: np.append(
            np.linspace(0, 3 / t["d"], 30), np.linspace(3.1 / t["d"], 4 / t["b"], 30)
        ),
    ),
    "power": Family(
        "a*(x + d)^p",
        lambda r: {
            "a": r.uniform(0.5, 20),
            "d": r.uniform(0.5, 20),
            "p": r.choice([-1.0, 1.0]) * r.uniform(0.4, 2.5),
        },
        lambda t: np.linspace(0.1, 60, 40),
    ),
    "gompertz": Family(
        "a*exp(-b*exp(-c*x))",
        lambda r: {"a": 10 ** r.uniform(0, 3), "b": r.uniform(1, 12), "c": 10 ** r.uniform(-2, 1)},
        lambda t: np.linspace(0, (np.log(t["b"]) + 4) / t["c"], 40),
    ),
    "two peaks": Family(
        "A/(1 + ((x - m)/g)^2) + B/(1 + ((x - n)/h)^2)",
        _lorentz,
        lambda t: np.linspace(t["m"] - 6 * t["g"], t["n"] + 6 * t["h"], 90),
    ),
    "rate": Family(
        "A*exp(-E/(x + T0))",
        lambda r: {"A": 10 ** r.uniform(1, 4), "E": r.uniform(300, 3000), "T0": r.uniform(80, 300)},
        lambda t: np.linspace(20, 400, 40),
    ),
    "rational": Family(
        "(a + b*x)/(1 + c*x + d*x^2)",
        lambda r: {
            "a": r.uniform(-3, 3),
            "b": r.uniform(1, 9),
            "c": r.uniform(0.05, 1),
            "d": r.uniform(0.05, 1),
        },
        lambda t: np.linspace(0, 12, 50),
    ),
}


@dataclass(frozen=True)
class Problem:
    """Data of a family's formula at a truth, and the truth's sum of squares."""

    family: str
    formula: str
    truth: Truth
    x: Any
    y: Any
    rss: float


def problem(name: str, number: int, seed: int) -> Problem:
    """The problem of this number in a family."""
    family = FAMILIES[name]
    random = np.random.default_rng([seed, list(FAMILIES).index(name), number])
    truth = family.truth(random)
    x = family.places(truth)
    code = compile(family.formula.replace("^", "**"), name, "eval")
    y = eval(code, {**FUNCTIONS, **truth, "x": x})
    measured = y + NOISE * np.std(y) * random.normal(size=len(x))
    rss = float(np.sum((measured - y) ** 2))
    return Problem(name, family.formula, truth, x, measured, rss)


def problems(seed: int, names: Sequence[str] = ()) -> Iterator[Problem]:
    """All problems of some families, or of all."""
    for name in names or FAMILIES:
        for number in range(TRUTHS):
            yield problem(name, number, seed)


def solved(one: Problem) -> bool:
    """Does the fit without starting values come down to the truth's sum of squares?

    It converges there, or falls further, up to the edge of the formula's domain, and says so.
    """
    found = gradcalc.fit(one.formula, {"x": one.x, "y": one.y}, "y")
    ends = found.converged or any("edge of the formula's domain" in note for note in found.notes)
    return ends and found.quality.rss <= one.rss * (1 + 1e-9)


if __name__ == "__main__":
    start = time.perf_counter()
    chosen = list(problems(int(sys.argv[1]) if len(sys.argv) > 1 else 1, sys.argv[2:]))
    missed = [one for one in chosen if not solved(one)]
    for one in missed:
        print(f"missed: {one.family} {one.truth}")
    print(f"{len(chosen) - len(missed)} of {len(chosen)}, {time.perf_counter() - start:.0f} s")
