"""Slips in words, numbers and units: `x mod 2`, `1.5x10^-3`, `90 deg`, `x squared`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from random import Random

from tests.run.slips import SPELLINGS, Point, Slip, drawn, value

_GROUPS = (" ", "'", ".", "’", "\u00a0", "\u202f")


def word_slips(random: Random) -> Iterator[Slip]:
    """One of each kind."""
    for kind in (
        _infix,
        _spoken,
        _powers_of_ten,
        _groups,
        _angles,
        _mixed,
        _quoted,
        _combined,
        _others,
    ):
        yield from kind(random)


def _others(random: Random) -> Iterator[Slip]:
    """Names and signs of calculators, statistics programs and pages, behind or before a value."""
    tree, k = drawn(random, 1), random.randint(3, 9)
    text = SPELLINGS["plain"](tree)

    def of(function: Callable[[float], float]) -> Callable[[Point], float]:
        return lambda at: function(value(tree, at))

    def cosine(x: float) -> float:
        return math.cos(math.radians(x))

    for name, function in (
        ("sind", lambda x: math.sin(math.radians(x))),
        ("cosd", cosine),
        (f"log{k}", lambda x: math.log(x) / math.log(k)),
        (f"log_{k}", lambda x: math.log(x) / math.log(k)),
        ("Γ", math.gamma),
    ):
        yield Slip("other name", f"{name}(({text})^2 + 1)", of(lambda x, f=function: f(x * x + 1)))
        yield Slip("other name", f"y - {name}(x^2 + {k})", _less(function, k))
    yield Slip("other name", f"{text} // Cos", of(math.cos))
    yield Slip("other name", f"{text} + 1 // Note", of(lambda x: x + 1))
    yield Slip("other name", "arc tan x", lambda at: math.atan(at["x"]))
    yield Slip("other name", f"{k} arc tan(x) + y", lambda at: k * math.atan(at["x"]) + at["y"])
    for sign in ("~=", "<>"):
        yield Slip("other sign", f"{k} if x {sign} y else x", lambda at: k)


def _less(function: Callable[[float], float], k: int) -> Callable[[Point], float]:
    return lambda at: at["y"] - function(at["x"] ** 2 + k)


def _infix(random: Random) -> Iterator[Slip]:
    """Words between two operands, as BASIC, Pascal and speech have them."""
    tree = drawn(random, 1)
    text, k = SPELLINGS["plain"](tree), random.randint(2, 9)

    def of(function: Callable[[float, float], float]) -> Callable[[Point], float]:
        return lambda at: function(value(tree, at), k)

    bracketed = f"({text})"
    for word, function in (
        ("mod", lambda a, b: a % b),
        ("MOD", lambda a, b: a % b),
        ("Mod", lambda a, b: a % b),
        ("div", lambda a, b: a // b),
        ("DIV", lambda a, b: a // b),
        ("plus", lambda a, b: a + b),
        ("minus", lambda a, b: a - b),
        ("times", lambda a, b: a * b),
        ("over", lambda a, b: a / b),
        ("divided by", lambda a, b: a / b),
        ("multiplied by", lambda a, b: a * b),
        ("to the power of", lambda a, b: a**b),
        ("to the", lambda a, b: a**b),
    ):
        yield Slip("infix word", f"{bracketed} {word} {k}", of(function))
        yield Slip("infix word", f"x {word} {k} + y", _with_y(function, k))
    yield Slip("infix word", f"[x, {k}] dot [y, 2]", lambda at: at["x"] * at["y"] + 2 * k)
    yield Slip("infix word", f"x < 1 AND y > 0 ? {k} : y", _chosen(k))
    yield Slip("infix word", f"{k} if x < 1 AND y > 0 else y", _chosen(k))
    yield Slip("infix word", f"{k} if NOT x >= 1 else y", _chosen(k))


def _with_y(function: Callable[[float, float], float], k: int) -> Callable[[Point], float]:
    return lambda at: function(at["x"], k) + at["y"]


def _chosen(k: int) -> Callable[[Point], float]:
    return lambda at: k if at["x"] < 1 else at["y"]


def _spoken(random: Random) -> Iterator[Slip]:
    k = random.randint(2, 9)
    for text, meaning in (
        ("x squared", lambda at: at["x"] ** 2),
        ("x cubed", lambda at: at["x"] ** 3),
        (f"x squared plus {k}", lambda at: at["x"] ** 2 + k),
        (f"{k} x squared", lambda at: k * at["x"] ** 2),
        ("square root of x", lambda at: math.sqrt(at["x"])),
        ("sqrt of x", lambda at: math.sqrt(at["x"])),
        ("cube root of x", lambda at: math.cbrt(at["x"])),
        ("sine of x", lambda at: math.sin(at["x"])),
        ("sin of x", lambda at: math.sin(at["x"])),
        ("cosine(x)", lambda at: math.cos(at["x"])),
        ("sine(x)", lambda at: math.sin(at["x"])),
        ("tangent(x)", lambda at: math.tan(at["x"])),
        ("logarithm of x", lambda at: math.log(at["x"])),
        ("e to the x", lambda at: math.exp(at["x"])),
    ):
        yield Slip("spoken", text, meaning)


def _powers_of_ten(random: Random) -> Iterator[Slip]:
    a, n = random.randint(1, 9), random.randint(2, 6)
    number = float(f"{a}.5")
    for sign, power in (("-", 10.0**-n), ("", 10.0**n)):
        for text in (
            f"{a}.5x10^{sign}{n}*x",
            f"{a}.5 x 10^{sign}{n} * x",
            f"x*{a}.5x10^{sign}{n}",
            f"{a},5x10^{sign}{n}*x",
            f"{a}.5×10^{sign}{n}*x",
            f"{a}.5 × 10^{sign}{n} x",
            f"{a}.5*10^{sign}{n}*x",
            f"{a}.5E{sign}{n}*x",
            f"{a}.5D{sign}{n}*x",
            f"{a}.5·10^{sign}{n}*x",
            f"{a},5e{sign}{n}*x",
            f"{a}.5*10**{sign}{n}*x",
            f"{a}.5*^{sign}{n}*x",
        ):
            yield Slip("power of ten", text, _times_x(number * power))


def _times_x(number: float) -> Callable[[Point], float]:
    return lambda at: number * at["x"]


def _groups(random: Random) -> Iterator[Slip]:
    """Thousands, and decimal commas before a letter."""
    a, b, c = random.randint(1, 99), random.randint(100, 999), random.randint(100, 999)
    large, group = a * 1_000_000 + b * 1000 + c, random.choice(_GROUPS)
    for text, number in (
        (f"{a}{group}{b}{group}{c}*x", large),
        (f"x*{a}{group}{b}{group}{c}", large),
        (f"{a}.{b}.{c}*x", large),
        (f"{a}.{b}.{c},5*x", large + 0.5),
        (f"{a},{b},{c}.5*x", large + 0.5),
        (f"{a},5x", a + 0.5),
        (f"{a},5 x", a + 0.5),
        (f"0,5x + {a},25x", a + 0.75),
        (f"{a},5*(x)", a + 0.5),
        (f"{a},5(x)", a + 0.5),
        (f"({a},5)*x", a + 0.5),
        (f"x/{a},5", 1 / (a + 0.5)),
        (f"{a},5*x*2,5", (a + 0.5) * 2.5),
        (f"{a}..5*x", a + 0.5),
        (f"{a}.5.*x", a + 0.5),
    ):
        yield Slip("number", text, _times_x(number))
    yield Slip("number", f"x^0,5 + {a}", lambda at: math.sqrt(at["x"]) + a)
    yield Slip("number", f"sin(0,5x) + {a}", lambda at: math.sin(0.5 * at["x"]) + a)
    yield Slip("number", f"sqrt({a},5x)", lambda at: math.sqrt((a + 0.5) * at["x"]))


def _angles(random: Random) -> Iterator[Slip]:
    d, m, s = random.randint(1, 89), random.randint(1, 59), random.randint(1, 59)
    angle = math.radians(d)
    minutes = math.radians(d + m / 60)
    seconds = math.radians(d + m / 60 + s / 3600)
    for text, number in (
        (f"{d} deg", angle),
        (f"{d}deg", angle),
        (f"{d} degrees", angle),
        (f"{d} degree", angle),
        (f"{d}°", angle),
        (f"{d}º", angle),
        (f"{d} °", angle),
        (f"{d} rad", d),
        (f"{d} radians", d),
        (f"{d}°{m}'", minutes),
        (f"{d}° {m}'", minutes),
        (f"{d}°{m}′", minutes),
        (f"{d}°{m}'{s}\"", seconds),
        (f"{d}° {m}′ {s}″", seconds),
        (f"{d}°{m}’{s}”", seconds),
    ):
        yield Slip("angle", f"sin({text})*x", lambda at, a=number: math.sin(a) * at["x"])  # type: ignore[misc]
    yield Slip("angle", f"sin(x deg) + {d}", lambda at: math.sin(math.radians(at["x"])) + d)
    yield Slip("angle", f"{d} deg + x", lambda at: angle + at["x"])


def _mixed(random: Random) -> Iterator[Slip]:
    whole = random.randint(1, 9)
    above, below = random.choice([(1, 2), (1, 3), (2, 3), (3, 4), (1, 4)])
    part = above / below
    glyph = {(1, 2): "½", (1, 3): "⅓", (2, 3): "⅔", (3, 4): "¾", (1, 4): "¼"}[above, below]
    for text, number in (
        (f"{whole} {above}/{below}*x", whole + part),
        (f"{whole} {above}/{below} x", whole + part),
        (f"x*({whole} {above}/{below})", whole + part),
        (f"{whole}{glyph}*x", whole + part),
        (f"{whole}{glyph} x", whole + part),
        (f"{whole} {glyph} x", whole + part),
        (f"x{glyph}", part),
        (f"{glyph}x", part),
        (f"x*{glyph}", part),
    ):
        yield Slip("fraction", text, _times_x(number))
    yield Slip("fraction", f"{whole} + y{glyph}", lambda at: whole + at["y"] * part)


def _quoted(random: Random) -> Iterator[Slip]:
    tree = drawn(random, 2)
    text = SPELLINGS["plain"](tree)

    def meaning(at: Point) -> float:
        return value(tree, at)

    for opening, closing in ("''", '""', "``", "“”", "‘’", "«»", "„“"):
        yield Slip("quoted", opening + text + closing, meaning)
    for after in (".", ";", " =", " = ?", "=?"):
        yield Slip("quoted", text + after, meaning)
    for before in ("y = ", "f = ", "f(x) = ", "f(x, y) = ", "z(x, y) := ", "> ", ">>> ", "$ "):
        yield Slip("quoted", before + text, meaning)


def _combined(random: Random) -> Iterator[Slip]:
    n, k = random.randint(5, 9), random.randint(2, 4)
    chosen = math.comb(n, k)
    for text in (
        f"{n} choose {k}",
        f"nCr({n}, {k})",
        f"binom({n}, {k})",
        f"comb({n}, {k})",
        f"math.comb({n}, {k})",
        f"C({n}, {k})",
        f"Binomial[{n}, {k}]",
        f"nchoosek({n}, {k})",
        rf"\binom{{{n}}}{{{k}}}",
    ):
        factor = " " if text.startswith("\\") else "*"
        yield Slip("combined", f"{text}{factor}x", _times_x(chosen))
    yield Slip("combined", f"nPr({n}, {k})*x", _times_x(math.perm(n, k)))
    yield Slip("combined", f"{n} nCr {k} + x", lambda at: chosen + at["x"])
    yield Slip("combined", f"fact({k})*x", _times_x(math.factorial(k)))
    yield Slip("combined", f"round(x, {k})", lambda at: round(at["x"], k))
