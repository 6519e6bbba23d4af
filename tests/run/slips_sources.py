r"""Slips as they are pasted from many programs, by hand: a text, and Python's formula for it.

They are in `slips_sources.txt`: a line `# Maple` before those of each program, the two parts of a
slip divided by ` ⟹ `, `␤` for the end of a line in a text.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import mpmath

from tests.run.slips import Point, Slip

_FILE = Path(__file__).with_name("slips_sources.txt")


def _normal_cdf(x: float) -> float:
    return float(mpmath.ncdf(x))


def _student_t_cdf(x: float, nu: float) -> float:
    tail = float(mpmath.betainc(nu / 2, 0.5, 0, nu / (nu + x * x), regularized=True)) / 2
    return 1 - tail if x > 0 else tail


NAMES: dict[str, Any] = {
    **{name: getattr(math, name) for name in dir(math) if not name.startswith("_")},
    "abs": abs,
    "max": max,
    "min": min,
    "round": round,
    "sum": sum,
    "sign": lambda x: math.copysign(1, x) if x else 0,
    "heaviside": lambda x: (x > 0) + (x == 0) / 2,
    "rad": math.degrees,
    "deg": math.radians,
    "factorial": lambda x: math.gamma(x + 1),
    "relu": lambda x: max(x, 0),
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "softplus": lambda x: math.log1p(math.exp(x)),
    "digamma": lambda x: float(mpmath.digamma(x)),
    "besselj": lambda v, x: float(mpmath.besselj(v, x)),
    "lambertw": lambda x: float(mpmath.lambertw(x)),
    "expint": lambda v, x: float(mpmath.expint(v, x)),
    "erfinv": lambda x: float(mpmath.erfinv(x)),
    "beta": lambda x, y: float(mpmath.beta(x, y)),
    "gamma_upper": lambda a, x: float(mpmath.gammainc(a, x)),
    "gammaincc": lambda a, x: float(mpmath.gammainc(a, x, regularized=True)),
    "gammainc": lambda a, x: float(mpmath.gammainc(a, 0, x, regularized=True)),
    "betainc": lambda a, b, x: float(mpmath.betainc(a, b, 0, x, regularized=True)),
    "normal_cdf": _normal_cdf,
    "normal_pdf": lambda x: float(mpmath.npdf(x)),
    "student_t_cdf": _student_t_cdf,
}


def _meaning(formula: str) -> Callable[[Point], float]:
    code = compile(formula, "<meaning>", "eval")
    return lambda at: float(eval(code, dict(NAMES), dict(at)))  # of this folder's file


def source_slips() -> Iterator[Slip]:
    """All of the file, in its order."""
    kind = ""
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            kind = line[2:]
            continue
        text, divided, formula = line.partition(" ⟹ ")
        if divided:
            yield Slip(kind, text.replace("␤", "\n"), _meaning(formula))
