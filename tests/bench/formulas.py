"""The formulas of the benchmark, each in gradcalc's language and in the words its peers share.

A peer's words (`m`) are the functions of its own library; `m.loop` is JAX's alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

EULER = "euler-"
PEAKS = 4


@dataclass(frozen=True)
class Formula:
    """A formula, the ranges its columns are drawn from and the numbers its parameters are.

    The gradient is taken by the parameters where there are any, else by every column.
    `texts` are numexpr's: a name and what it is, outputs and steps they share.
    """

    name: str
    kind: str
    source: str
    columns: Mapping[str, tuple[float, float]]
    shared: Callable[..., Any]
    parameters: Mapping[str, float]
    texts: tuple[tuple[str, str], ...] = ()

    @property
    def inputs(self) -> tuple[str, ...]:
        return (*self.columns, *self.parameters)

    @property
    def wrt(self) -> tuple[str, ...]:
        return tuple(self.parameters or self.columns)

    @property
    def outputs(self) -> tuple[str, ...]:
        """As a kernel names them."""
        return ("value", *(f"d_{name}" for name in self.wrt))

    def data(self, rows: int) -> dict[str, Any]:
        """Columns drawn at random, the same in every process, and the parameters."""
        random = np.random.default_rng(0)
        drawn = {name: random.uniform(*ends, size=rows) for name, ends in self.columns.items()}
        return {**drawn, **self.parameters}


def formula(
    name: str,
    kind: str,
    source: str,
    columns: Mapping[str, tuple[float, float]],
    texts: str = "",
    parameters: Mapping[str, float] | None = None,
) -> Callable[[Callable[..., Any]], Formula]:
    """Make a formula of the function that says it in the words of the peers."""

    def made(shared: Callable[..., Any]) -> Formula:
        lines = (line.split("=", 1) for line in texts.strip().splitlines())
        steps = tuple((left.strip(), right.strip()) for left, right in lines)
        return Formula(name, kind, source, columns, shared, parameters or {}, steps)

    return made


@formula(
    "sine",
    "transcendental",
    "sin(x)*y",
    {"x": (-3, 3), "y": (-3, 3)},
    """
    d_y = sin(x)
    value = d_y*y
    d_x = cos(x)*y
    """,
)
def sine(m: Any, x: Any, y: Any) -> Any:
    return m.sin(x) * y


@formula(
    "wave",
    "transcendental",
    "exp(-x^2)*sin(3*x) + sqrt(1 + y^2)*log(2 + cos(x))",
    {"x": (-3, 3), "y": (-3, 3)},
    """
    e = exp(-x*x)
    s = e*sin(3*x)
    c = 2 + cos(x)
    l = log(c)
    r = sqrt(1 + y*y)
    value = s + r*l
    d_x = 3*e*cos(3*x) - 2*x*s - r*sin(x)/c
    d_y = y/r*l
    """,
)
def wave(m: Any, x: Any, y: Any) -> Any:
    return m.exp(-(x**2)) * m.sin(3 * x) + m.sqrt(1 + y**2) * m.log(2 + m.cos(x))


@formula(
    "Rosenbrock",
    "polynomial",
    "(1 - x)^2 + 100*(y - x^2)^2",
    {"x": (-2, 2), "y": (-1, 3)},
    """
    value = (1 - x)*(1 - x) + 100*(y - x*x)*(y - x*x)
    d_x = 2*(x - 1) - 400*x*(y - x*x)
    d_y = 200*(y - x*x)
    """,
)
def rosenbrock(m: Any, x: Any, y: Any) -> Any:
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


@formula(
    "camel",
    "polynomial",
    "(4 - 2.1*x^2 + x^4/3)*x^2 + x*y + (4*y^2 - 4)*y^2",
    {"x": (-2, 2), "y": (-1, 1)},
    """
    value = (4 + (x*x/3 - 2.1)*(x*x))*(x*x) + x*y + (4*(y*y) - 4)*(y*y)
    d_x = x*(8 + (2*(x*x) - 8.4)*(x*x)) + y
    d_y = x + y*(16*(y*y) - 8)
    """,
)
def camel(m: Any, x: Any, y: Any) -> Any:
    return (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (4 * y**2 - 4) * y**2


@formula(
    "Black-Scholes",
    "transcendental",
    "d = (log(s/k) + (r + v^2/2)*t)/(v*sqrt(t))\n"
    "s*normal_cdf(d) - k*exp(-r*t)*normal_cdf(d - v*sqrt(t))",
    {"s": (80, 120), "k": (80, 120), "r": (0.01, 0.05), "t": (0.2, 2), "v": (0.1, 0.5)},
)
def black_scholes(m: Any, s: Any, k: Any, r: Any, t: Any, v: Any) -> Any:
    d = (m.log(s / k) + (r + v**2 / 2) * t) / (v * m.sqrt(t))
    return s * m.normal_cdf(d) - k * m.exp(-r * t) * m.normal_cdf(d - v * m.sqrt(t))


def _peaks() -> str:
    """numexpr's value and derivatives of the peaks."""
    lines = []
    for i in range(PEAKS):
        lines += [
            f"u{i} = (x - b{i})/c{i}",
            f"w{i} = (y - p{i})/q{i}",
            f"d_a{i} = exp(-u{i}*u{i} - w{i}*w{i})",
            f"d_b{i} = 2*a{i}/c{i}*d_a{i}*u{i}",
            f"d_c{i} = d_b{i}*u{i}",
            f"d_p{i} = 2*a{i}/q{i}*d_a{i}*w{i}",
            f"d_q{i} = d_p{i}*w{i}",
        ]
    return "\n".join([*lines, "value = " + " + ".join(f"a{i}*d_a{i}" for i in range(PEAKS))])


@formula(
    "20 parameters",
    "transcendental",
    " + ".join(f"a{i}*exp(-((x - b{i})/c{i})^2 - ((y - p{i})/q{i})^2)" for i in range(PEAKS)),
    {"x": (-3, 3), "y": (-3, 3)},
    _peaks(),
    {
        f"{name}{i}": start + step * i
        for i in range(PEAKS)
        for name, start, step in (
            ("a", 1.0, 0.3),
            ("b", -2.0, 1.2),
            ("c", 1.1, 0.2),
            ("p", 1.5, -1.1),
            ("q", 1.7, -0.2),
        )
    },
)
def model(m: Any, x: Any, y: Any, *numbers: Any) -> Any:
    peaks = [numbers[5 * i : 5 * i + 5] for i in range(PEAKS)]
    return sum(a * m.exp(-(((x - b) / c) ** 2) - ((y - p) / q) ** 2) for a, b, c, p, q in peaks)


@formula(
    "branch",
    "branch",
    "exp(-x)*sin(y) if x > y else exp(-y)*cos(x)",
    {"x": (-3, 3), "y": (-3, 3)},
    """
    value = where(x > y, exp(-x)*sin(y), exp(-y)*cos(x))
    d_x = where(x > y, -value, -exp(-y)*sin(x))
    d_y = where(x > y, exp(-x)*cos(y), -value)
    """,
)
def branch(m: Any, x: Any, y: Any) -> Any:
    return m.where(x > y, m.exp(-x) * m.sin(y), m.exp(-y) * m.cos(x))


@formula("branchless", "transcendental", "exp(-x)*sin(y)", branch.columns)
def branchless(m: Any, x: Any, y: Any) -> Any:
    return m.exp(-x) * m.sin(y)


@formula(
    "Newton loop",
    "loop",
    "t = 1\nwhile abs(t^3 + a*t - b) > 1e-10 { t = t - (t^3 + a*t - b)/(3*t^2 + a) }\nt",
    {"a": (1, 4), "b": (5.5, 60)},
)
def newton(m: Any, a: Any, b: Any) -> Any:
    """A root of t^3 + a*t - b; from 1 the rows need 3 to 9 turns."""
    return m.loop(
        lambda t: abs(t**3 + a * t - b) > 1e-10,
        lambda t: t - (t**3 + a * t - b) / (3 * t**2 + a),
        1.0,
    )


EIGHT = (sine, wave, rosenbrock, camel, black_scholes, model, branch, newton)


def euler(operations: int) -> Formula:
    """Euler's method for y' = sin(x*y), unrolled: a formula of any length that stays tame."""
    turns, step = operations // 4, 4.0 / operations

    def shared(m: Any, x: Any, y: Any) -> Any:
        for _ in range(turns):
            y = y + step * m.sin(x * y)
        return y

    source = f"y = y + {step!r}*sin(x*y)\n" * turns + "y"
    columns = {"x": (0.0, 1.0), "y": (0.0, 1.0)}
    return Formula(f"{EULER}{operations}", "length", source, columns, shared, {})


def named(name: str) -> Formula:
    """A formula by its name; `euler-1000` is one of a thousand operations."""
    if name.startswith(EULER):
        return euler(int(name.removeprefix(EULER)))
    return next(each for each in (*EIGHT, branchless) if each.name == name)
