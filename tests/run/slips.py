"""Formulas as people type them who are used to something else, each with what is meant by it.

A formula is drawn at random as a tree, computed by Python's own arithmetic, and written in the
spelling of another language, of homework, of a calculator, or with a slip of typing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

Tree = tuple[Any, ...]  # ("x",), (2,), ("+", a, b), ("sin", a)
Point = dict[str, float]
POINTS: tuple[Point, ...] = ({"x": 0.7, "y": 1.3}, {"x": 1.9, "y": 0.4}, {"x": 0.35, "y": 2.6})

UNARY: dict[str, Callable[[float], float]] = {
    "sin": math.sin,
    "cos": math.cos,
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "atan": math.atan,
    "tanh": math.tanh,
    "abs": abs,
    "cosh": math.cosh,
}
BINARY: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": lambda a, b: a**b,
    "atan2": math.atan2,
    "max": max,
    "min": min,
    "mod": lambda a, b: a - b * math.floor(a / b),
}
BINDING = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 4}


@dataclass(frozen=True)
class Slip:
    """A text, what it means at a point, and whose spelling it is."""

    kind: str
    text: str
    meaning: Callable[[Point], float]


def value(tree: Tree, at: Point) -> float:
    """A tree at a point, in float64."""
    head, *parts = tree
    if not parts:
        return at[head] if isinstance(head, str) and head in at else CONSTANTS.get(head, head)
    numbers = [value(part, at) for part in parts]
    return UNARY[head](*numbers) if len(numbers) == 1 else BINARY[head](*numbers)


CONSTANTS: dict[Any, float] = {"pi": math.pi, "e": math.e}


def has_value(tree: Tree) -> bool:
    """Is it a moderate real number at all points, well away from where it jumps?"""
    try:
        numbers = [value(tree, at) for at in POINTS]
    except (ValueError, ArithmeticError):
        return False
    return all(isinstance(n, float | int) and 1e-3 < abs(n) < 1e4 for n in numbers)


def drawn(random: Random, depth: int, calls: tuple[str, ...] = tuple(UNARY)) -> Tree:
    """A random formula that reads x or y and has a value at the points."""
    while True:
        tree = _drawn(random, depth, calls)
        if has_value(tree) and any(name in str(tree) for name in ("'x'", "'y'")):
            return tree


def _drawn(random: Random, depth: int, calls: tuple[str, ...]) -> Tree:
    if depth == 0:
        return (random.choice(["x", "y", "x", 2, 3, 5, 0.5]),)
    kind = random.random()
    if kind < 0.4:
        return (random.choice(calls), _drawn(random, depth - 1, calls))
    if kind < 0.55:
        return ("^", _drawn(random, depth - 1, calls), (random.choice([2, 3]),))
    sign = random.choice("++-**/")
    return (sign, _drawn(random, depth - 1, calls), _drawn(random, depth - 1, calls))


@dataclass(frozen=True)
class Spelling:
    """How a language writes a tree: its functions, its signs and its brackets."""

    functions: dict[str, str]
    prefix: str = ""
    power: str = "^"  # with {} in it, a call
    times: str = "*"
    over: str = "/"
    call: str = "{}({})"
    comma: str = ", "
    names: dict[str, str] | None = None
    blanks: bool = True

    def __call__(self, tree: Tree, outer: int = 0) -> str:
        head, *parts = tree
        if not parts:
            return (self.names or {}).get(head, str(head))
        if head not in BINDING:
            name = self.functions.get(head, self.prefix + head)
            return self.call.format(name, self.comma.join(self(part) for part in parts))
        if head == "^" and "{" in self.power:
            return self.power.format(self(parts[0]), self(parts[1]))
        binding = BINDING[head]
        left = self(parts[0], binding + (head == "^"))
        right = self(parts[1], binding + (head != "^"))
        sign = {"^": self.power, "*": self.times, "/": self.over}.get(head, head)
        text = f"{left} {sign} {right}" if binding == 1 and self.blanks else f"{left}{sign}{right}"
        return f"({text})" if binding < outer else text


def _named(prefix: str, **names: str) -> dict[str, str]:
    return {own: prefix + name for own, name in names.items()}


_NUMPY = {"atan": "arctan"}
_CAPITALS = {name: name.upper() for name in UNARY}
_MATHEMATICA = {**{name: name.capitalize() for name in UNARY}, "atan": "ArcTan"}

SPELLINGS: dict[str, Spelling] = {
    "plain": Spelling({}),
    "python": Spelling(_named("math.", abs="fabs"), "math.", "**"),
    "numpy": Spelling(_named("np.", **_NUMPY), "np.", "**"),
    "numpy long": Spelling(_named("numpy.", **_NUMPY), "numpy.", "numpy.power({}, {})"),
    "torch": Spelling({}, "torch.", "torch.pow({}, {})"),
    "torch methods": Spelling({}, power="**", call="({1}).{0}()"),
    "jax": Spelling(_named("jnp.", **_NUMPY), "jnp.", "**"),
    "tensorflow": Spelling(_named("tf.math.", log="log"), "tf.", "tf.pow({}, {})"),
    "sympy": Spelling({"abs": "sp.Abs"}, "sp.", "**"),
    "mathematica": Spelling(_MATHEMATICA, times=" ", call="{}[{}]"),
    "matlab": Spelling({}, power=".^", times=".*", over="./"),
    "excel": Spelling({**_CAPITALS, "log": "LN"}, blanks=False),
    "excel powers": Spelling({**_CAPITALS, "log": "LN"}, power="POWER({},{})"),
    "excel semicolons": Spelling({**_CAPITALS, "log": "LN"}, power="POWER({};{})"),
    "javascript": Spelling({}, "Math.", "**"),
    "javascript powers": Spelling({}, "Math.", "Math.pow({}, {})"),
    "c": Spelling({"abs": "fabs"}, power="pow({}, {})"),
    "c floats": Spelling(
        {"sin": "sinf", "cos": "cosf", "sqrt": "sqrtf", "exp": "expf", "abs": "fabsf"},
        power="powf({}, {})",
    ),
    "c++": Spelling({}, "std::", "std::pow({}, {})"),
    "julia": Spelling({}, power=".^", call="{}.({})"),
    "capitals": Spelling(_CAPITALS),
    "titles": Spelling({name: name.title() for name in UNARY}),
    "spanish": Spelling({"sin": "sen", "atan": "arctg"}),
    "russian": Spelling({"atan": "arctg", "cosh": "ch", "tanh": "th", "log": "ln"}),
    "homework": Spelling({"log": "ln", "atan": "arctan"}, times=" × ", over=" ÷ "),
}


def slips(seed: int = 0) -> Iterator[Slip]:
    """All of them, the same for the same seed."""
    random = Random(seed)
    for name, spelling in SPELLINGS.items():
        for _ in range(24):
            tree = drawn(random, random.choice([2, 3]))
            text = spelling(tree)
            if name.startswith("excel"):
                text = "=" + text
            if text != SPELLINGS["plain"](tree):
                yield Slip(name, text, _meaning(tree))
    for kind in (
        _choices,
        _derivatives,
        _functions,
        _together,
        _constants,
        _wrapped,
        _decimals,
        _latex,
    ):
        for _ in range(12):
            yield from kind(random)
    for _ in range(60):
        yield from _typing(random)


def _meaning(tree: Tree) -> Callable[[Point], float]:
    return lambda at: value(tree, at)


def _choices(random: Random) -> Iterator[Slip]:
    """Values that depend on a condition."""
    plain, capitals = SPELLINGS["plain"], SPELLINGS["capitals"]
    then, other = drawn(random, 2), drawn(random, 2)
    a, b = plain(then), plain(other)

    def meaning(at: Point) -> float:
        return value(then if at["x"] < 1 else other, at)

    yield Slip("choice", f"x < 1 ? {a} : {b}", meaning)
    yield Slip("choice", f"if(x<1, {a}, {b})", meaning)
    yield Slip("choice", f"if(x<1; {a}; {b})", meaning)
    yield Slip("choice", f"=IF(x<1,{capitals(then).replace('LOG', 'LN')},2)", _either(then, (2,)))
    yield Slip("choice", f"ifelse(x < 1, {a}, {b})", meaning)
    yield Slip("choice", f"np.where(x < 1, {a}, {b})", meaning)
    yield Slip("choice", f"if x < 1 then {a} else {b}", meaning)
    yield Slip("choice", f"Piecewise[{{{{{a}, x < 1}}}}, {b}]", meaning)
    yield Slip("choice", f"If[x < 1, {a}, {b}]", meaning)
    yield Slip("choice", f"x < 1 && y > 0 ? {a} : {b}", meaning)
    yield Slip("choice", f"2*(x < 1 ? {a} : {b})", lambda at: 2 * meaning(at))


def _either(then: Tree, other: Tree) -> Callable[[Point], float]:
    return lambda at: value(then if at["x"] < 1 else other, at)


def _derivatives(random: Random) -> Iterator[Slip]:
    """Derivatives of polynomials, whose truth is Horner's scheme for the coefficients."""
    a, b, n = random.randint(2, 9), random.randint(2, 9), random.randint(2, 5)
    inner = f"{a}x^{n} + {b}x"
    one = f"{a}*x^{n}"

    def slope(at: Point) -> float:
        return a * n * at["x"] ** (n - 1) + b

    def first(at: Point) -> float:
        return a * n * at["x"] ** (n - 1)

    def second(at: Point) -> float:
        return a * n * (n - 1) * at["x"] ** (n - 2)

    yield Slip("derivative", f"diff({inner}, x)", slope)
    yield Slip("derivative", f"D[{inner}, x]", slope)
    yield Slip("derivative", f"derivative({inner}, x)", slope)
    yield Slip("derivative", f"Derivative({one}, x)", first)
    yield Slip("derivative", f"d/dx ({inner})", slope)
    yield Slip("derivative", f"d/dx({inner})", slope)
    yield Slip("derivative", f"d/dx {one}", first)
    yield Slip("derivative", f"d/dx sin({n}x)", lambda at: n * math.cos(n * at["x"]))
    yield Slip("derivative", f"{a}*d/dx x^{n}", first)
    yield Slip("derivative", f"d({inner})/dx", slope)
    yield Slip("derivative", f"∂/∂x ({inner})", slope)
    yield Slip("derivative", f"f(t) = {a}t^{n} + {b}t; f'(x)", slope)
    yield Slip("derivative", f"f(t) = {a}t^{n}; f''(x)", second)
    yield Slip("derivative", f"diff({one}, x, 2)", second)
    yield Slip("derivative", f"D[{one}, {{x, 2}}]", second)
    yield Slip("derivative", f"z = {inner}; dz/dx", slope)


FUNCTIONS: tuple[tuple[str, Callable[[float], float]], ...] = (
    ("tg(x)", math.tan),
    ("sgn(x)", lambda x: math.copysign(1, x)),
    ("arctg(x)", math.atan),
    ("ctg(x)", lambda x: 1 / math.tan(x)),
    ("cosec(x)", lambda x: 1 / math.sin(x)),
    ("log_e(x)", math.log),
    ("loge(x)", math.log),
    ("log_2(x)", math.log2),
    ("lg(x)", math.log10),
    ("sh(x)", math.sinh),
    ("th(x)", math.tanh),
    ("arsinh(x)", math.asinh),
    ("acot(x)", lambda x: math.atan(1 / x)),
    ("fabs(x)", abs),
    ("sqr(x)", lambda x: x * x),
    ("square(x)", lambda x: x * x),
    ("mod(x,3)", lambda x: x % 3),
    ("Mod[x, 3]", lambda x: x % 3),
    ("x %% 3", lambda x: x % 3),
    ("fmax(x, 1)", lambda x: max(x, 1)),
    ("np.maximum(x, 1)", lambda x: max(x, 1)),
    ("Max[x, 1]", lambda x: max(x, 1)),
    ("max(x; 1)", lambda x: max(x, 1)),
    ("torch.clamp(x, min=1)", lambda x: max(x, 1)),
    ("np.clip(x, 0, 1)", lambda x: min(max(x, 0), 1)),
    ("x.pow(2)", lambda x: x * x),
    ("x.exp()", math.exp),
    ("x.sin().pow(2)", lambda x: math.sin(x) ** 2),
    ("x.clamp(max=1)", lambda x: min(x, 1)),
    ("np.log10(x)", math.log10),
    ("Log[2, x]", math.log2),
    ("ArcTan[x, 2]", lambda x: math.atan2(2, x)),
    ("np.arctan2(2, x)", lambda x: math.atan2(2, x)),
    ("atan(2, x)", lambda x: math.atan2(2, x)),
    ("tgamma(x)", math.gamma),
    ("Gamma[x]", math.gamma),
    ("scipy.special.gammaln(x)", math.lgamma),
    ("scipy.special.erf(x)", math.erf),
    ("special.expit(x)", lambda x: 1 / (1 + math.exp(-x))),
    ("stats.norm.cdf(x)", lambda x: math.erfc(-x / math.sqrt(2)) / 2),
    ("F.relu(x)", lambda x: max(x, 0)),
    ("F.softplus(x)", lambda x: math.log1p(math.exp(x))),
    ("jax.nn.sigmoid(x)", lambda x: 1 / (1 + math.exp(-x))),
    ("tf.reduce_sum([x, 2])", lambda x: x + 2),
    ("torch.sum([x, 2])", lambda x: x + 2),
    ("Total[{x, 2}]", lambda x: x + 2),
    ("sum(c(x, 2, 3))", lambda x: x + 5),
    ("[x, 2].sum()", lambda x: x + 2),
    ("np.dot([x, 2], [3, x])", lambda x: 5 * x),
    ("np.linalg.norm([x, 2])", lambda x: math.hypot(x, 2)),
    ("ceiling(x)", math.ceil),
    ("int(x)", math.trunc),
    ("x//2", lambda x: x // 2),
    ("x %/% 2", lambda x: x // 2),
    ("floor_divide(x, 2)", lambda x: x // 2),
    ("nthroot(x, 3)", lambda x: x ** (1 / 3)),
    ("np.deg2rad(x)", math.radians),
    ("radians(x)", math.radians),
    ("degrees(x)", math.degrees),
    ("exp10(x)", lambda x: 10**x),
    ("np.reciprocal(x)", lambda x: 1 / x),
    ("=SUMSQ(x)", lambda x: x * x),
    ("sinus(x)", math.sin),
    ("arccot(x)", lambda x: math.atan(1 / x)),
    ("nroot(3, x)", lambda x: x ** (1 / 3)),
    ("cuberoot(x)", lambda x: x ** (1 / 3)),
    ("length([x, 2])*x", lambda x: 2 * x),
)


def _functions(random: Random) -> Iterator[Slip]:
    """Single functions, alone or in a sum."""
    for text, function in random.sample(FUNCTIONS, 22):
        first = _first(function)
        if text[0] == "=" or random.random() < 0.5:
            yield Slip("function", text, first)
        else:
            yield Slip("function", f"y + 2*({text})", _scaled(first))


def _together(random: Random) -> Iterator[Slip]:
    """Functions and variables run together, without brackets or in other ones."""
    name = random.choice(("sin", "cos", "tanh", "exp"))
    f, k = UNARY[name], random.randint(2, 9)
    for text, meaning in (
        (f"x{name}x", lambda at: at["x"] * f(at["x"])),
        (f"y{name}x", lambda at: at["y"] * f(at["x"])),
        (f"{name}xcosx", lambda at: f(at["x"]) * math.cos(at["x"])),
        (f"xy{name}x + 1", lambda at: at["x"] * at["y"] * f(at["x"]) + 1),
        (f"{name}{k}xcosy", lambda at: f(k * at["x"]) * math.cos(at["y"])),
        (f"ln{k}*x", lambda at: math.log(k) * at["x"]),
        (f"{name} cos x", lambda at: f(math.cos(at["x"]))),
        (f"{name}[x]*{k}", lambda at: f(at["x"]) * k),
        (f"{name}{{x}} + y", lambda at: f(at["x"]) + at["y"]),
        (f"max[x, {k}]*min{{x, y}}", lambda at: max(at["x"], k) * min(at["x"], at["y"])),
        (f"x(y + {k})", lambda at: at["x"] * (at["y"] + k)),
        (f"{k} - 1/x(y + 1)", lambda at: k - 1 / at["x"] * (at["y"] + 1)),
        (f"{k}x!!/x", lambda at: k * math.gamma(math.gamma(at["x"] + 1) + 1) / at["x"]),
        (f"1/{k}x + 1/{k}y", lambda at: (at["x"] + at["y"]) / k),
        (f"y*(x > 1) + {k}", lambda at: at["y"] * (at["x"] > 1) + k),
    ):
        yield Slip("together", text, meaning)


def _first(function: Callable[[float], float]) -> Callable[[Point], float]:
    return lambda at: function(at["x"])


def _scaled(meaning: Callable[[Point], float]) -> Callable[[Point], float]:
    return lambda at: at["y"] + 2 * meaning(at)


def _constants(random: Random) -> Iterator[Slip]:
    """Named constants."""
    k = random.randint(2, 9)
    for text in (f"{k}*Pi*x", f"{k} Pi x", f"np.pi*{k}*x", f"Math.PI*{k}*x", f"M_PI*{k}*x"):
        yield Slip("constant", text, lambda at: k * math.pi * at["x"])
    yield Slip("constant", f"=PI()*{k}*x", lambda at: k * math.pi * at["x"])
    yield Slip("constant", f"%pi*{k}*x", lambda at: k * math.pi * at["x"])
    for text in (f"E^x*{k}", f"%e^x*{k}", f"np.e**x*{k}", f"Math.E**x*{k}"):
        yield Slip("constant", text, lambda at: k * math.exp(at["x"]))
    yield Slip("constant", f"{k}.5f*x", lambda at: (k + 0.5) * at["x"])
    yield Slip("constant", f"{k}.5d-3*x", lambda at: (k + 0.5) * 1e-3 * at["x"])


def _wrapped(random: Random) -> Iterator[Slip]:
    """A formula with what another language puts around it."""
    tree = drawn(random, 2)
    text, python = SPELLINGS["plain"](tree), SPELLINGS["numpy"](tree)
    for wrapped in (
        f"lambda x: {python}",
        f"@(x) {text}",
        f"x => {SPELLINGS['javascript'](tree)}",
        f"function(x) {text}",
        f"return {python};",
        f"let z = {text};",
        f"double z = {SPELLINGS['c'](tree)};",
        f"z := {text}",
        f"z <- {text}",
        f"f(x) = {text}",
        f"y = {text}; y",
    ):
        yield Slip("wrapped", wrapped, _meaning(tree))


def _decimals(random: Random) -> Iterator[Slip]:
    """Commas, points and blanks in numbers."""
    a, b, c = random.randint(1, 99), random.randint(1, 99), random.randint(100, 999)
    decimal, large = float(f"{a}.{b}"), a * 1000 + c
    for text, number in (
        (f"{a},{b}*x", decimal),
        (f"x*{a},{b}", decimal),
        (f"{a}.{c},{b}*x", large + float(f"0.{b}")),
        (f"{a},{c}.{b}*x", large + float(f"0.{b}")),
        (f"{a},{c},{c}*x", a * 1_000_000 + c * 1001),
        (f"{a} {c}*x", large),
        (f"{a}'{c}*x", large),
        (f"max({a},{b}; 0)*x", decimal),
    ):
        yield Slip("decimal", text, lambda at, number=number: number * at["x"])  # type: ignore[misc]
    yield Slip("decimal", f"sin({a},{b})*x", lambda at: math.sin(decimal) * at["x"])
    yield Slip("decimal", f"atan2({a},{b}, 2,5)*x", lambda at: math.atan2(decimal, 2.5) * at["x"])


def _latex(random: Random) -> Iterator[Slip]:
    """Formulas as they are pasted from a page, and units."""
    a, n = random.randint(2, 9), random.randint(2, 5)
    yield Slip("latex", rf"\frac{{x}}{{{a}}}", lambda at: at["x"] / a)
    yield Slip("latex", rf"{a} \cdot x^{{{n}}}", lambda at: a * at["x"] ** n)
    yield Slip("latex", r"\sqrt{x}", lambda at: math.sqrt(at["x"]))
    yield Slip("latex", rf"\sin(x)^{{{n}}}", lambda at: math.sin(at["x"]) ** n)
    yield Slip("unit", f"sin({10 * a}°)*x", lambda at: math.sin(math.radians(10 * a)) * at["x"])
    yield Slip("unit", f"{a}°*x", lambda at: math.radians(a) * at["x"])


def _typing(random: Random) -> Iterator[Slip]:
    """One slip of the fingers in a formula that was right."""
    plain = SPELLINGS["plain"]
    tree = drawn(random, random.choice([1, 2, 2, 3]))
    text, meaning = plain(tree), _meaning(tree)
    closing = [k for k, c in enumerate(text) if c == ")"]
    if closing:
        k = random.choice(closing)
        yield Slip("missing bracket", text[:k] + text[k + 1 :], meaning)
        yield Slip("extra bracket", text[:k] + ")" + text[k:], meaning)
    if text.endswith(")"):
        yield Slip("missing bracket", text[:-1], meaning)
    called = [name for name in UNARY if name + "(" in text and len(name) > 2]
    if called:
        name = random.choice(called)
        k = random.randrange(1, len(name) - 1)
        swapped = name[:k] + name[k + 1] + name[k] + name[k + 2 :]
        yield Slip("letters swapped", text.replace(name, swapped), meaning)
        yield Slip("letter doubled", text.replace(name, name[:k] + name[k] + name[k:]), meaning)
        yield Slip("capitals", text.replace(name, name.upper()), meaning)
    for sign in "/^":
        if sign in text:
            yield Slip("operator doubled", text.replace(sign, sign + sign, 1), _doubled(tree, sign))
    other = drawn(random, 1)
    name = random.choice(["atan2", "max", "min"])
    both = (name, tree, other)
    yield Slip("missing comma", f"{name}({text} {plain(other)})", _meaning(both))
    factors = ("*", (random.choice("xy"),), (random.choice("xy"),))
    yield Slip("missing sign", f"{factors[1][0]} {factors[2][0]}", _meaning(factors))


def _doubled(tree: Tree, sign: str) -> Callable[[Point], float]:
    """What two signs mean: // is another language's division, rounded down."""
    if sign == "^":
        return _meaning(tree)
    return _meaning(tree)
