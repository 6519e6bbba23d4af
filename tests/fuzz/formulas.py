"""Formulas that cancel, absorb, bend and break, judged against an oracle of 1,200 digits.

`python -m tests.fuzz.formulas --count 100000 --seed 2026` evaluates random formulas at the point
where they are in trouble and beside it, scaled by up to 1e±300 in their input and their output,
with python-flint and without it. What is wrong is printed: a digit that is counted and not right, a
status that is not true, a derivative where none exists, a reference that is none.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple

from gradcalc import GradcalcError, Options, Result, evaluate
from gradcalc.rules import enclosures
from tests.fuzz import expansions as e
from tests.fuzz.expansions import Side, UnclearError, mp

INF = math.inf
RIGHT_DIGITS = 29  # of the 30 that a reference has
SCALES = ("1", "1", "1", "2", "-3", "1e30", "1e-30", "1e300", "1e-300")
FACTORS = ("1", "1", "1", "-1", "7", "1e30", "1e-30", "1e300", "1e-300")
PLACES = ("0", "0", "0", "1/3", "-2.5", "1e-30", "7e200", "0.1")
LARGE = ("10", "1e8", "1e16", "1e30", "1e70", "1e200")
MODERATE = ("5", "16", "19", "37.5", "120", "700")

Tree = tuple[Any, ...]  # an operation and its arguments; ("number", text); ("x",)


# texts and values of trees ----------------------------------------------------------------

INFIX = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
CONDITIONS: dict[str, Callable[[int], bool]] = {
    "<": lambda s: s < 0, "<=": lambda s: s <= 0, ">": lambda s: s > 0, ">=": lambda s: s >= 0,
    "==": lambda s: s == 0, "!=": lambda s: s != 0,
}  # fmt: skip


def text(tree: Tree) -> str:
    """A tree as gradcalc reads it."""
    match tree:
        case ("x",):
            return "x"
        case ("number", digits):
            return f"({digits})" if digits.startswith("-") or "/" in digits else digits
        case ("named", name, _):
            return str(name)
        case ("neg", a):
            return f"(-{text(a)})"
        case ("power", a, p):
            return f"({text(a)})^({p})"
        case ("if", op, a, b, then, other):
            return f"({text(then)} if {text(a)} {op} {text(b)} else {text(other)})"
        case (op, a, b) if op in INFIX:
            return f"({text(a)} {INFIX[op]} {text(b)})"
        case (op, *arguments):
            return f"{op}({', '.join(map(text, arguments))})"
    raise ValueError(tree)


Called = Callable[[str, list[Any]], Any]


def value(tree: Tree, x: Side, called: Called | None = None) -> Any:
    """What a tree comes to at x; OutsideError where it is undefined."""
    known: dict[int, Any] = {}

    def at(node: Tree) -> Any:
        if id(node) not in known:
            known[id(node)] = _applied(node, x, at, called or _called)
        return known[id(node)]

    return at(tree)


def _applied(node: Tree, x: Side, at: Callable[[Tree], Any], called: Called) -> Any:
    match node:
        case ("x",):
            return x
        case ("number", digits):
            return e.number(_mpf(digits))
        case ("named", _, tree):
            return at(tree)
        case ("power", a, p):
            return called(f"power {p}", [at(a)])
        case ("if", op, a, b, then, other):
            return at(then if CONDITIONS[op](called("compare", [at(a), at(b)])) else other)
        case (op, *arguments):
            return called(op, [at(a) for a in arguments])
    raise ValueError(node)


def _called(op: str, a: list[Side]) -> Any:
    if op.startswith("power "):
        return e.power(a[0], Fraction(op.removeprefix("power ")))
    match op:
        case "compare":
            return e.sub(*a).sign
        case "add" | "sub" | "mul" | "div" | "neg":
            return getattr(e, op)(*a)  # type: ignore[no-any-return]
        case "abs":
            return e.absolute(a[0])
        case "max":
            return e.larger(*a)
        case "min":
            return e.neg(e.larger(e.neg(a[0]), e.neg(a[1])))
        case "relu":
            return e.larger(a[0], e.number(0))
        case "sqrt":
            return e.power(a[0], Fraction(1, 2))
        case "cbrt":
            return e.cbrt(a[0])
        case "hypot":
            return e.power(e.add(e.mul(a[0], a[0]), e.mul(a[1], a[1])), Fraction(1, 2))
        case "floor":
            return e.floor(a[0])
        case "ceil":
            return e.neg(e.floor(e.neg(a[0])))
        case "sign":
            return e.number(a[0].sign)
        case "tan":
            return e.div(e.function("sin", a[0]), e.function("cos", a[0]))
        case "sigmoid":
            grown = e.function("exp", e.neg(a[0]))
            return e.power(e.add(e.number(1), grown), Fraction(-1))
        case "softplus":
            return e.function("log1p", e.function("exp", a[0]))
        case "log":
            return e.log(a[0])
    return e.function(op, a[0])


def _ieee(op: str, a: list[Any]) -> Any:
    """An operation at the point itself: infinities, as mpmath numbers, go on as IEEE's do."""
    if all(isinstance(x, Side) for x in a):
        try:
            return _called(op, a)
        except e.OutsideError:
            signs = [x.sign for x in a]
            if op == "div" and not signs[1]:
                return mp.inf * signs[0] if signs[0] else mp.nan
            if op == "log" and not signs[0]:
                return -mp.inf
            if op.startswith("power -") and not signs[0]:
                return mp.inf
            raise
    x = [b.split()[0] if isinstance(b, Side) else b for b in a]
    if any(map(mp.isnan, x)) and op in ("compare", "max", "min", "relu", "sign", "floor", "ceil"):
        raise UnclearError("a choice by what is not a number")
    found = e.at_infinities(op, x)
    return e.number(found) if mp.isfinite(found) and op != "compare" else found


def _mpf(digits: str) -> Any:
    above, _, below = digits.partition("/")
    return mp.mpf(above) / mp.mpf(below or 1)


# what is true -----------------------------------------------------------------------------


class Truth(NamedTuple):
    """The status at a point; value (None: there is none) and one-sided derivatives there.

    `limit` is what the value tends to where there is none, infinite on both sides alike or not, and
    `ieee` what IEEE's arithmetic makes of it, as of log(0).
    """

    status: str
    value: Any = None
    left: Any = None
    right: Any = None
    limit: Any = None
    ieee: Any = None


def truth(tree: Tree, place: Any) -> Truth:
    """What a tree does at a number and beside it; UnclearError where the oracle can't tell."""
    sides: list[Side | None] = []
    for direction in (-1, 1):
        beside = e.add(e.number(place), Side([(e.H, mp.mpf(direction))]))
        try:
            sides.append(value(tree, beside))
        except e.OutsideError:
            sides.append(None)
    try:
        here = value(tree, e.number(place), _ieee)
    except e.OutsideError:
        here = None
    if isinstance(here, Side):
        return _with_value(sides, here)
    return _without_value(sides)._replace(ieee=here)


def _with_value(sides: list[Side | None], here: Side) -> Truth:
    at = here.split()[0]
    left, right = (_slope(side, here, d) for side, d in zip(sides, (-1, 1), strict=True))
    slopes = left, right
    if "jump" in slopes:
        return Truth("jump", at)
    if left is None and right is None:
        return Truth("undefined", at)
    infinite = [s in (INF, -INF) for s in slopes if s is not None]
    if None in slopes:
        return Truth("vertical" if any(infinite) else "one-sided", at, left, right)
    if not any(infinite):
        smooth = abs(left - right) <= abs(left) * mp.mpf(10) ** -e.CLEAR_DIGITS
        return Truth("smooth" if smooth else "kink", at, left, right)
    return Truth("cusp" if all(infinite) and left != right else "vertical", at, left, right)


def _slope(side: Side | None, here: Side, direction: int) -> Any:
    """The derivative on one side; None where it is undefined, or a jump."""
    if side is None:
        return None
    change = e.sub(side, here)
    if not change.terms:
        if change.rest is not None and e.rank(change.rest) <= e.rank(e.H):
            raise UnclearError("too few terms")
        return mp.mpf(0)
    order, k = change.terms[0]
    if e.rank(order) <= e.rank(e.UNIT):
        return "jump"
    if e.rank(order) < e.rank(e.H):
        return INF if k * direction > 0 else -INF
    return k * direction if order == e.H else mp.mpf(0)


def _without_value(sides: list[Side | None]) -> Truth:
    there = [side for side in sides if side is not None]
    if not there:
        return Truth("undefined")
    if any(side.is_infinite for side in there):
        slopes = [
            -INF * side.sign * d if side is not None and side.is_infinite else None
            for side, d in zip(sides, (-1, 1), strict=True)
        ]
        ends = {side.sign for side in there if side.is_infinite}
        return Truth("pole", None, *slopes, INF * ends.pop() if len(ends) == 1 else None)
    limits = [side.split()[0] for side in there]
    if len(limits) == 2 and e.sub(e.number(limits[0]), e.number(limits[1])).sign:
        return Truth("undefined")
    found = _with_value(sides, e.number(limits[0]))
    return Truth("removable", None, found.left, found.right, limits[0])


# random trees -----------------------------------------------------------------------------


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
    place: Any


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
        at, place = where, _mpf(where)
    else:
        step = random.choice(
            ("0.7", "1.3", "-0.7", "2.5", "-11.1", "1e-9", "-1e-20", "1e-120", "5")
        )
        at = f"{where} + {step}/({scale})"
        place = _mpf(where) + mp.mpf(step) / mp.mpf(scale)
    source = f"u = {text(u)}; {text(tree)}" if named else text(tree)
    return Formula(source, at, tree, place)


# judgement --------------------------------------------------------------------------------


def wrong(formula: Formula, true: Truth, result: Result) -> Iterator[str]:
    """What an answer says that is not so."""
    (row,) = result.derivatives
    if row.status == "not determined":
        if result.digits and true.value is not None:
            yield from _counted("value", result.value, result.digits, true.value)
        if row.digits:
            yield f"{row.digits} digits of a derivative that is not determined"
        return
    if any("rounding decided" in note for note in result.notes):
        if result.digits or row.digits:
            yield "digits of what rounding decided"
        return
    settled = result.reference not in (None, "NaN")
    if row.status != true.status and (settled or result.digits or row.digits):
        yield f"status {row.status}, truly {true.status}"
        return
    if true.value is not None:
        yield from _counted("value", result.value, result.digits, true.value)
        yield from _referenced("value", result.reference, true.value)
    elif true.limit in (INF, -INF):
        if result.digits and result.value != true.limit:
            yield f"value {result.value}, truly {true.limit}"
    elif result.digits and result.value != true.ieee:
        yield f"{result.digits} digits of a value that is not there: {result.value}"
    yield from _derivative(row, true)
    checks = result.checks
    if False in (checks.modes, checks.symbolic):
        yield f"a check fails: {checks}"


def _derivative(row: Any, true: Truth) -> Iterator[str]:
    match true.status:
        case "smooth" | "one-sided":
            slope = true.right if true.left is None else true.left
            yield from _counted("derivative", row.gradient, row.digits, slope)
            yield from _referenced("derivative", row.reference, slope)
        case "kink":
            slope = (true.left + true.right) / 2
            if abs(slope) < (abs(true.left) + abs(true.right)) * mp.mpf(10) ** -e.CLEAR_DIGITS:
                slope = mp.mpf(0)
            yield from _counted("derivative", row.gradient, row.digits, slope)
            for name in ("left", "right"):
                yield from _close(name, getattr(row, name), getattr(true, name))
        case "cusp" | "undefined":
            if not math.isnan(row.gradient):
                yield f"the derivative {row.gradient} where there is none"
        case "vertical" | "pole":
            for name in ("left", "right"):
                yield from _close(name, getattr(row, name), getattr(true, name))
        case "removable":
            if true.left is not None and true.left == true.right:
                yield from _close("left", row.left, true.left)


def _close(name: str, answer: Any, true: Any) -> Iterator[str]:
    """A float64 that is the rounded truth."""
    if answer is None or true is None or true in (INF, -INF):
        if answer != true:
            yield f"{name} {answer}, truly {true}"
    elif math.isfinite(answer) and abs(mp.mpf(answer) - true) > abs(true) * mp.mpf(
        "1e-15"
    ) + mp.mpf("1e-323"):
        yield f"{name} {answer}, truly {mp.nstr(true, 20)}"


def _counted(what: str, answer: float, digits: Any, true: Any) -> Iterator[str]:
    """Digits that are counted and not right."""
    if not digits:
        return
    if not math.isfinite(answer):
        yield f"{digits} digits of {what} {answer}, truly {mp.nstr(true, 20)}"
        return
    error = abs(mp.mpf(answer) - true)
    if error > abs(true) * mp.mpf(10) ** -min(digits, 15):
        yield f"{digits} digits of {what} {answer}, truly {mp.nstr(true, 20)}"


def _referenced(what: str, printed: str | None, true: Any) -> Iterator[str]:
    """A reference that is not the truth."""
    if printed is None or printed == "NaN":
        return
    number = mp.mpf({"Infinity": "inf", "-Infinity": "-inf"}.get(printed, printed))
    if not mp.isfinite(number) or abs(number - true) > abs(true) * mp.mpf(10) ** -RIGHT_DIGITS:
        yield f"the reference of the {what} is {printed}, truly {mp.nstr(true, 30)}"


def judged(seed: str, *, flint: bool, check: Any = "fast") -> tuple[str, list[str], Formula]:
    """The outcome of one formula, and what is wrong with it."""
    made = formula(seed)
    try:
        true = truth(made.tree, made.place)
    except (UnclearError, OverflowError, ZeroDivisionError):
        return "unclear", [], made
    try:
        with_flint = enclosures.has_flint
        enclosures.has_flint = with_flint if flint else lambda: False  # type: ignore[assignment]
        try:
            result = evaluate(made.source, {"x": made.at}, options=Options(check=check))
        finally:
            enclosures.has_flint = with_flint
    except GradcalcError as error:
        if true.value is None or "only rounding" in (error.hint or ""):
            return "outside", [], made
        return "refused", [f"{error.code}: {error.message}, truly {true.status}"], made
    complaints = list(wrong(made, true, result))
    open_ = result.derivatives[0].status == "not determined" or result.reference in (None, "NaN")
    return (
        ("wrong" if complaints else "open" if open_ and true.value is not None else true.status),
        complaints,
        made,
    )


def main() -> int:
    """Formulas number `--first` to `--first` + `--count`."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.formulas")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--ways", choices=("flint", "mpmath", "both", "turns"), default="both")
    parser.add_argument("--full", type=int, default=10, help="sympy is asked for one in so many")
    arguments = parser.parse_args()
    start, counts = time.monotonic(), Counter[str]()
    ways = {"flint": (True,), "mpmath": (False,), "both": (True, False)}
    for k in range(arguments.first, arguments.first + arguments.count):
        check = "full" if arguments.full and k % arguments.full == 0 else "fast"
        turn = ("flint", "mpmath")[k // 2 % 2] if arguments.ways == "turns" else arguments.ways
        for flint in ways[turn]:
            before = time.process_time()
            outcome, complaints, made = judged(f"{arguments.seed} {k}", flint=flint, check=check)
            counts[outcome] += 1
            took = time.process_time() - before
            if took > 2:
                complaints.append(f"(took {took:.1f} s)")
            for line in complaints:
                way = "flint" if flint else "mpmath"
                print(f"{k} {way} {made.source!r} at {made.at!r}: {line}", flush=True)
            if outcome == "unclear":
                break
        if (k + 1) % 1000 == 0:
            print(
                f"{k + 1}: {time.monotonic() - start:.0f} s {dict(counts)}",
                file=sys.stderr,
                flush=True,
            )
    print(f"{time.monotonic() - start:.0f} s", dict(counts.most_common()))
    return int(counts["wrong"] > 0)


if __name__ == "__main__":
    sys.exit(main())
