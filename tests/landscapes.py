"""Functions that global optimizers are tried on, with boxes and minima as the literature has them.

Formulas and minima as in Surjanovic and Bingham, Virtual Library of Simulation Experiments; Jamil
and Yang, A literature survey of benchmark functions, 2013. Where a minimum is known in closed form
it is written so; the others are in as many digits as are published, or more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

Ends = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Landscape:
    """A formula over a box, its least value there, and in how many points it is attained."""

    name: str
    formula: str
    over: dict[str, Ends]
    least: float
    points: int = 1


def _box(names: str, low: float, high: float) -> dict[str, Ends]:
    return dict.fromkeys(names.split(), (low, high))


def _sum(term: str, count: int) -> str:
    """Terms in x1 … xn; in `term`, {x} is xk, {y} the next one, {k} the number."""
    return " + ".join(term.format(x=f"x{k}", y=f"x{k + 1}", k=k) for k in range(1, count + 1))


def _names(count: int) -> str:
    return " ".join(f"x{k}" for k in range(1, count + 1))


def _rosenbrock(count: int) -> Landscape:
    terms = _sum("100*({y} - {x}^2)^2 + (1 - {x})^2", count - 1)
    return Landscape(f"rosenbrock {count}", terms, _box(_names(count), -5, 10), 0)


def _rastrigin(count: int) -> Landscape:
    terms = _sum("{x}^2 - 10*cos(2*pi*{x})", count)
    return Landscape(
        f"rastrigin {count}", f"{10 * count} + {terms}", _box(_names(count), -5.12, 5.12), 0
    )


def _ackley(count: int) -> Landscape:
    squares, waves = _sum("{x}^2", count), _sum("cos(2*pi*{x})", count)
    text = f"20 + e - 20*exp(-0.2*sqrt(({squares})/{count})) - exp(({waves})/{count})"
    return Landscape(f"ackley {count}", text, _box(_names(count), -32.768, 32.768), 0)


def _styblinski(count: int) -> Landscape:
    terms = _sum("({x}^4 - 16*{x}^2 + 5*{x})/2", count)
    least = -39.16616570377142 * count
    return Landscape(f"styblinski-tang {count}", terms, _box(_names(count), -5, 5), least)


def _levy(count: int) -> Landscape:
    w = [f"(1 + (x{k} - 1)/4)" for k in range(1, count + 1)]
    terms = [f"({a} - 1)^2*(1 + 10*sin(pi*{a} + 1)^2)" for a in w[:-1]]
    text = " + ".join([f"sin(pi*{w[0]})^2", *terms, f"({w[-1]} - 1)^2*(1 + sin(2*pi*{w[-1]})^2)"])
    return Landscape(f"levy {count}", text, _box(_names(count), -10, 10), 0)


def _schwefel(count: int) -> Landscape:
    x = 420.968746  # the minimiser in each coordinate, as published
    least = 418.9829 * count - count * x * math.sin(math.sqrt(x))
    text = f"{418.9829 * count!r} - ({_sum('{x}*sin(sqrt(abs({x})))', count)})"
    return Landscape(f"schwefel {count}", text, _box(_names(count), -500, 500), least)


def _michalewicz(count: int, least: float) -> Landscape:
    text = f"-({_sum('sin({x})*sin({k}*{x}^2/pi)^20', count)})"
    return Landscape(f"michalewicz {count}", text, _box(_names(count), 0, math.pi), least)


def _trid(count: int) -> Landscape:
    squares = _sum("({x} - 1)^2", count)
    text = f"{squares} - ({_sum('{x}*{y}', count - 1)})"
    least = -count * (count + 4) * (count - 1) / 6
    return Landscape(f"trid {count}", text, _box(_names(count), -(count**2), count**2), least)


def _zakharov(count: int) -> Landscape:
    linear = _sum("0.5*{k}*{x}", count)
    text = f"{_sum('{x}^2', count)} + ({linear})^2 + ({linear})^4"
    return Landscape(f"zakharov {count}", text, _box(_names(count), -5, 10), 0)


def _dixon_price(count: int) -> Landscape:
    terms = [f"{k}*(2*x{k}^2 - x{k - 1})^2" for k in range(2, count + 1)]
    text = " + ".join(["(x1 - 1)^2", *terms])
    return Landscape(
        f"dixon-price {count}", text, _box(_names(count), -10, 10), 0, 2 ** (count > 1)
    )


def _griewank(count: int) -> Landscape:
    waves = "*".join(f"cos(x{k}/sqrt({k}))" for k in range(1, count + 1))
    text = f"({_sum('{x}^2', count)})/4000 - {waves} + 1"
    return Landscape(f"griewank {count}", text, _box(_names(count), -600, 600), 0)


SHEKEL_A = (
    (4, 4, 4, 4),
    (1, 1, 1, 1),
    (8, 8, 8, 8),
    (6, 6, 6, 6),
    (3, 7, 3, 7),
    (2, 9, 2, 9),
    (5, 5, 3, 3),
    (8, 1, 8, 1),
    (6, 2, 6, 2),
    (7, 3.6, 7, 3.6),
)
SHEKEL_C = (0.1, 0.2, 0.2, 0.4, 0.4, 0.6, 0.3, 0.7, 0.5, 0.5)


def _shekel(count: int, least: float) -> Landscape:
    wells = [
        "1/(" + " + ".join(f"(x{j + 1} - {a})^2" for j, a in enumerate(row)) + f" + {c})"
        for row, c in zip(SHEKEL_A[:count], SHEKEL_C, strict=False)
    ]
    return Landscape(f"shekel {count}", f"-({' + '.join(wells)})", _box(_names(4), 0, 10), least)


HARTMANN_A = ((3, 10, 30), (0.1, 10, 35), (3, 10, 30), (0.1, 10, 35))
HARTMANN_P = (
    (0.3689, 0.1170, 0.2673),
    (0.4699, 0.4387, 0.7470),
    (0.1091, 0.8732, 0.5547),
    (0.03815, 0.5743, 0.8828),
)
HARTMANN_C = (1, 1.2, 3, 3.2)


def _hartmann() -> Landscape:
    wells = []
    for c, row, places in zip(HARTMANN_C, HARTMANN_A, HARTMANN_P, strict=True):
        squares = [
            f"{a}*(x{j} - {p})^2" for j, (a, p) in enumerate(zip(row, places, strict=True), 1)
        ]
        wells.append(f"{c}*exp(-({' + '.join(squares)}))")
    return Landscape("hartmann 3", f"-({' + '.join(wells)})", _box(_names(3), 0, 1), -3.86278214782)


def _waves(name: str) -> str:
    return "(" + " + ".join(f"{k}*cos({k + 1}*{name} + {k})" for k in range(1, 6)) + ")"


XY = "x y"

LANDSCAPES = (
    Landscape(
        "branin",
        "(y - 5.1/(4*pi^2)*x^2 + 5/pi*x - 6)^2 + 10*(1 - 1/(8*pi))*cos(x) + 10",
        {"x": (-5, 10), "y": (0, 15)},
        10 / (8 * math.pi),
        3,
    ),
    Landscape("camel 3", "2*x^2 - 1.05*x^4 + x^6/6 + x*y + y^2", _box(XY, -5, 5), 0),
    Landscape(
        "camel 6",
        "(4 - 2.1*x^2 + x^4/3)*x^2 + x*y + (-4 + 4*y^2)*y^2",
        {"x": (-3, 3), "y": (-2, 2)},
        -1.0316284534898774,
        2,
    ),
    Landscape(
        "goldstein-price",
        "(1 + (x + y + 1)^2*(19 - 14*x + 3*x^2 - 14*y + 6*x*y + 3*y^2))"
        "*(30 + (2*x - 3*y)^2*(18 - 32*x + 12*x^2 + 48*y - 36*x*y + 27*y^2))",
        _box(XY, -2, 2),
        3,
    ),
    _rosenbrock(2),
    _rosenbrock(3),
    _rosenbrock(4),
    _rosenbrock(5),
    _rastrigin(2),
    _rastrigin(3),
    _ackley(2),
    _ackley(3),
    _griewank(2),
    _levy(2),
    _levy(3),
    _schwefel(2),
    Landscape("shubert", f"{_waves('x')}*{_waves('y')}", _box(XY, -10, 10), -186.7309088310239, 18),
    _hartmann(),
    _shekel(5, -10.153199679058231),
    _shekel(7, -10.402940566818664),
    _shekel(10, -10.536409816692049),
    Landscape("booth", "(x + 2*y - 7)^2 + (2*x + y - 5)^2", _box(XY, -10, 10), 0),
    Landscape("matyas", "0.26*(x^2 + y^2) - 0.48*x*y", _box(XY, -10, 10), 0),
    Landscape(
        "beale",
        "(1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2",
        _box(XY, -4.5, 4.5),
        0,
    ),
    Landscape("easom", "-cos(x)*cos(y)*exp(-(x - pi)^2 - (y - pi)^2)", _box(XY, -100, 100), -1),
    Landscape("himmelblau", "(x^2 + y - 11)^2 + (x + y^2 - 7)^2", _box(XY, -5, 5), 0, 4),
    Landscape(
        "mccormick",
        "sin(x + y) + (x - y)^2 - 1.5*x + 2.5*y + 1",
        {"x": (-1.5, 4), "y": (-3, 4)},
        -math.sqrt(3) / 2 - math.pi / 3,
    ),
    _styblinski(2),
    _styblinski(3),
    _styblinski(5),
    Landscape(
        "colville",
        "100*(x1^2 - x2)^2 + (x1 - 1)^2 + (x3 - 1)^2 + 90*(x3^2 - x4)^2"
        " + 10.1*((x2 - 1)^2 + (x4 - 1)^2) + 19.8*(x2 - 1)*(x4 - 1)",
        _box(_names(4), -10, 10),
        0,
    ),
    Landscape(
        "powell",
        "(x1 + 10*x2)^2 + 5*(x3 - x4)^2 + (x2 - 2*x3)^4 + 10*(x1 - x4)^4",
        _box(_names(4), -4, 5),
        0,
    ),
    _zakharov(2),
    _zakharov(4),
    _dixon_price(2),
    _dixon_price(3),
    _trid(2),
    _trid(4),
    Landscape(
        "bukin 6",
        "100*sqrt(abs(y - 0.01*x^2)) + 0.01*abs(x + 10)",
        {"x": (-15, -5), "y": (-3, 3)},
        0,
    ),
    Landscape(
        "cross-in-tray",
        "-0.0001*(abs(sin(x)*sin(y)*exp(abs(100 - sqrt(x^2 + y^2)/pi))) + 1)^0.1",
        _box(XY, -10, 10),
        -2.0626118708227397,
        4,
    ),
    Landscape(
        "holder table",
        "-abs(sin(x)*cos(y)*exp(abs(1 - sqrt(x^2 + y^2)/pi)))",
        _box(XY, -10, 10),
        -19.208502567886754,
        4,
    ),
    Landscape(
        "drop-wave",
        "-(1 + cos(12*sqrt(x^2 + y^2)))/(0.5*(x^2 + y^2) + 2)",
        _box(XY, -5.12, 5.12),
        -1,
    ),
    Landscape(
        "eggholder",
        "-(y + 47)*sin(sqrt(abs(x/2 + y + 47))) - x*sin(sqrt(abs(x - (y + 47))))",
        _box(XY, -512, 512),
        -959.6406627208506,
    ),
    _michalewicz(2, -1.8013034100985537),
    _michalewicz(5, -4.687658179088148),
)
