"""Random formulas that cancel, absorb, bend and break, and the points where they do."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import NamedTuple

from tests.fuzz.formulas.trees import CONDITIONS, Tree, text

SCALES = ("1", "1", "1", "2", "-3", "1e30", "1e-30", "1e300", "1e-300")
FACTORS = ("1", "1", "1", "-1", "7", "1e30", "1e-30", "1e300", "1e-300")
PLACES = ("0", "0", "0", "1/3", "-2.5", "1e-30", "7e200", "0.1")
LARGE = ("10", "1e8", "1e16", "1e30", "1e70", "1e200")
MODERATE = ("5", "16", "19", "37.5", "120", "700")


def n(digits: str) -> Tree:
    return ("number", digits)


def _atom(random: Random, u: Tree) -> Tree:
    """A smooth function of u with no trouble of its own."""
    name = random.choice(("sin", "cos", "exp", "atan", "tanh", "sigmoid", "erf", "asinh", "sinc"))
    return random.choice((
        u, u, (name, u), (name, u), ("add", n("2"), ("sin", u)), ("power", u, "2"),
        ("sub", n("3"), u), ("sub", n("1"), ("cos", u)),
    ))  # fmt: skip


def _cancelling(random: Random, u: Tree) -> Tree:
    big, c = n(random.choice(LARGE)), n(random.choice(("1", "3", "-1/3", "1e-9", "0.1")))
    f = _atom(random, u)
    one = ("sub", ("add", ("power", ("sin", u), "2"), ("power", ("cos", u), "2")), n("1"))
    return random.choice((
        ("div", ("sub", n("1"), ("cos", u)), ("power", u, "2")),
        ("add", ("div", ("sub", n("1"), ("cos", u)), ("power", u, "2")), c),
        ("sub", ("sub", ("exp", u), n("1")), u),
        ("div", ("sub", ("sin", u), u), ("power", u, "3")),
        ("div", ("expm1", u), u),
        ("sub", ("tan", u), ("sin", u)),
        ("sub", ("sqrt", ("add", big, f)), ("sqrt", big)),
        ("sub", ("log", ("add", big, ("exp", u))), ("log", big)),
        ("log", ("div", ("add", big, ("exp", u)), big)),
        ("sub", ("add", f, big), big),
        ("sub", ("add", ("mul", big, f), c), ("mul", big, f)),
        ("mul", big, ("sub", ("add", f, n("1e-60")), f)),
        ("sub", ("div", n("1"), big), ("div", n("1"), ("add", big, ("exp", u)))),
        ("mul", ("exp", u), ("exp", ("neg", u))),
        one,
        ("add", one, f),
        ("div", ("sub", ("power", ("add", u, big), "2"), ("power", big, "2")), big),
        ("sub", ("atan", ("add", big, f)), ("atan", big)),
        ("sub", ("sub", ("cosh", u), n("1")), ("div", ("power", u, "2"), n("2"))),
        ("sub", ("sqrt", ("add", ("power", u, "2"), n("1e-40"))), ("abs", u)),
        ("sub", f, ("mul", f, n("1"))),
        ("sub", ("sub", ("add", f, f), f), f),
    ))  # fmt: skip


def _absorbing(random: Random, u: Tree) -> Tree:
    middle, c = n(random.choice(MODERATE)), n(random.choice(("1e30", "1e300", "1e-300", "1e17")))
    swing: Tree = ("abs", ("sin", u)) if random.random() < 0.5 else ("sin", u)
    v: Tree = ("add", middle, swing)
    w, absorbed = ("div", v, n("20")), ("sub", ("add", u, n("1")), n("1"))
    f = _atom(random, u)
    return random.choice((
        ("log", ("sub", n("1"), ("tanh", v))),
        ("div", n("1"), ("sub", n("1"), ("tanh", v))),
        ("sqrt", ("sub", n("1"), ("tanh", v))),
        ("sub", n("1"), ("erf", w)),
        ("mul", ("exp", ("power", w, "2")), ("sub", n("1"), ("erf", w))),
        ("sub", ("sigmoid", v), n("1")),
        ("sub", ("add", ("mul", c, f), n("1")), ("mul", c, f)),
        ("log", ("add", n("1"), ("mul", n("1e-30"), ("exp", ("neg", ("power", u, "2")))))),
        ("mul", ("sub", ("add", ("exp", ("neg", v)), n("1")), n("1")), ("exp", v)),
        ("sub", ("softplus", v), v),
        ("max", ("exp", ("neg", v)), n("0")),
        ("abs", ("exp", ("neg", v))),
        ("if", random.choice(tuple(CONDITIONS)), ("tanh", v), n("1"), f, ("neg", f)),
        ("if", random.choice(("<", ">", ">=")), absorbed, n("0"), f, ("mul", n("2"), f)),
        ("sub", ("log", ("add", ("exp", v), n("1"))), v),
        ("floor", ("sub", n("1"), ("exp", ("neg", v)))),
        ("div", ("sub", ("mul", c, ("add", f, n("1e-40"))), ("mul", c, f)), c),
    ))  # fmt: skip


def _kinked(random: Random, u: Tree) -> Tree:
    f, g = _atom(random, u), _atom(random, u)
    p = random.choice(("1.1", "0.9", "1/2", "3/2", "1", "2", "3", "1/3"))
    whole = n(random.choice(("0", "1", "-3", "1e6", "1e16", "1e31")))
    return random.choice((
        ("abs", u),
        ("abs", ("sin", u)),
        ("power", ("abs", u), p),
        ("power", ("abs", ("sin", u)), p),
        ("relu", u),
        ("sub", ("relu", u), ("relu", ("neg", u))),
        ("relu", ("relu", u)),
        ("relu", ("sub", ("abs", u), ("power", u, "2"))),
        ("max", u, ("mul", n("2"), u)),
        ("max", f, f),
        ("max", f, g),
        ("min", f, g),
        ("min", u, ("power", u, "2")),
        ("max", ("max", u, ("neg", u)), n("0")),
        ("sqrt", ("power", u, "2")),
        ("sqrt", ("power", u, "4")),
        ("sqrt", ("sub", n("1"), ("cos", u))),
        ("floor", ("add", u, whole)),
        ("ceil", ("add", u, whole)),
        ("mul", u, ("sign", u)),
        ("mul", u, ("floor", u)),
        ("if", random.choice(tuple(CONDITIONS)), u, n("0"), f, g),
        ("if", random.choice(tuple(CONDITIONS)), f, g, u, ("power", u, "2")),
        ("hypot", u, ("power", u, "2")),
        ("hypot", u, f),
        ("log1p", ("abs", u)),
        ("cbrt", ("power", u, "3")),
        ("add", ("abs", ("add", u, ("power", u, "2"))), ("abs", ("sub", u, ("power", u, "2")))),
    ))  # fmt: skip


def _singular(random: Random, u: Tree) -> Tree:
    f = _atom(random, u)
    p = random.choice(("-1", "-2", "-1/2", "-3/2", "1/2", "3/2", "-3"))
    return random.choice((
        ("div", n("1"), u),
        ("div", f, u),
        ("div", u, u),
        ("div", ("sin", u), u),
        ("div", ("sub", ("exp", u), n("1")), u),
        ("div", f, ("power", u, "2")),
        ("log", ("abs", u)),
        ("log", u),
        ("mul", u, ("log", ("abs", u))),
        ("mul", ("power", u, "2"), ("log", ("abs", u))),
        ("sub", ("div", n("1"), u), ("div", n("1"), ("sin", u))),
        ("exp", ("div", n("-1"), ("power", u, "2"))),
        ("exp", ("div", n("1"), u)),
        ("atan", ("div", n("1"), u)),
        ("mul", u, ("atan", ("div", n("1"), u))),
        ("div", u, ("add", n("1"), ("exp", ("div", n("1"), u)))),
        ("cbrt", u),
        ("sqrt", u),
        ("sqrt", ("abs", u)),
        ("mul", ("sqrt", u), ("sqrt", u)),
        ("power", u, p),
        ("power", ("abs", u), p),
        ("div", n("1"), ("abs", u)),
        ("div", ("abs", u), u),
        ("if", "==", u, n("0"), n(random.choice(("0", "1"))), ("div", ("sin", u), u)),
        ("if", "==", u, n("0"), n("1"), ("div", ("expm1", u), u)),
        ("sub", ("cbrt", ("add", u, n("1"))), n("1")),
        ("sqrt", ("sub", ("add", n("1"), u), n("1"))),
        ("tanh", ("div", n("1"), u)),
        ("sub", ("log", ("abs", u)), ("log", ("abs", ("mul", n("2"), u)))),
    ))  # fmt: skip


FAMILIES = (_cancelling, _absorbing, _kinked, _singular)


def random_tree(random: Random, u: Tree) -> Tree:
    """One piece, or two put together, or one inside of another."""
    first = random.choice(FAMILIES)(random, u)
    second = random.choice(FAMILIES)(random, u)
    c = n(random.choice(("1", "3", "-2", "0.1", "1e30", "1e-30", "1e17")))
    name = random.choice((
        "sin", "cos", "exp", "atan", "tanh", "abs", "sqrt", "log", "relu", "cbrt", "sigmoid", "erf",
        "log1p", "expm1", "sign", "floor", "softplus",
    ))  # fmt: skip
    return random.choice((
        first, first, first,
        ("add", c, first), ("mul", c, first),
        ("add", first, second), ("mul", first, second), ("div", first, second),
        ("sub", ("add", first, second), second), ("max", first, second),
        (name, first), (name, ("mul", c, first)), ("add", (name, first), second),
        ("sub", ("add", c, first), c),
        random.choice(FAMILIES)(random, first),
    ))  # fmt: skip


class Formula(NamedTuple):
    source: str
    at: str
    tree: Tree
    place: Fraction


def formula(seed: str) -> Formula:
    """A random formula and a point, at its trouble or beside it."""
    random = Random(seed)
    scale, where, factor = random.choice(SCALES), random.choice(PLACES), random.choice(FACTORS)
    moved: Tree = ("x",) if where == "0" else ("sub", ("x",), n(where))
    u = moved if scale == "1" else ("mul", n(scale), moved)
    named = random.random() < 0.2
    tree = random_tree(random, ("named", "u", u) if named else u)
    if factor != "1":
        tree = ("mul", n(factor), tree)
    if random.random() < 0.5:
        at, place = where, Fraction(where)
    else:
        step = random.choice(
            ("0.7", "1.3", "-0.7", "2.5", "-11.1", "1e-9", "-1e-20", "1e-120", "5")
        )
        at = f"{where} + {step}/({scale})"
        place = Fraction(where) + Fraction(step) / Fraction(scale)
    source = f"u = {text(u)}; {text(tree)}" if named else text(tree)
    return Formula(source, at, tree, place)
