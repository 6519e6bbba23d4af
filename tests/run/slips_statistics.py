"""Probability as R, SciPy, MATLAB, Mathematica and Excel write it, computed by mpmath's integrals.

Besides: what a module's function means that another one of its name does not, Excel's functions,
matrices, and marks around formulas.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from random import Random

import mpmath

from tests.run.slips import SPELLINGS, Point, Slip, drawn, value

Function = Callable[..., float]


def statistics_slips(random: Random) -> Iterator[Slip]:
    """One of each kind."""
    for kind in (_distributions, _modules, _cells, _matrices, _around, _short):
        yield from kind(random)


def _normal(x: float, mean: float = 0, sd: float = 1) -> float:
    return math.erfc((mean - x) / sd / math.sqrt(2)) / 2


def _bell(x: float, mean: float = 0, sd: float = 1) -> float:
    return math.exp(-(((x - mean) / sd) ** 2) / 2) / sd / math.sqrt(2 * math.pi)


def _gamma(x: float, shape: float, rate: float = 1) -> float:
    return float(mpmath.gammainc(shape, 0, rate * x, regularized=True))


def _gamma_density(x: float, shape: float, rate: float = 1) -> float:
    return rate**shape * x ** (shape - 1) * math.exp(-rate * x) / math.gamma(shape)


def _beta(x: float, a: float, b: float) -> float:
    return float(mpmath.betainc(a, b, 0, x, regularized=True))


def _student(x: float, nu: float) -> float:
    return 1 - _beta(nu / (nu + x * x), nu / 2, 1 / 2) / 2  # x > 0


def _student_density(x: float, nu: float) -> float:
    scale = math.gamma((nu + 1) / 2) / math.gamma(nu / 2) / math.sqrt(nu * math.pi)
    return scale * float((1 + x * x / nu) ** (-(nu + 1) / 2))


def _fisher(x: float, d1: float, d2: float) -> float:
    return _beta(d1 * x / (d1 * x + d2), d1 / 2, d2 / 2)


def _poisson(k: int, rate: float) -> float:
    return rate**k * math.exp(-rate) / math.factorial(k)


def _binomial(k: int, n: int, p: float) -> float:
    return math.comb(n, k) * p**k * (1 - p) ** (n - k)


def _exponential(x: float, rate: float) -> float:
    return 1 - math.exp(-rate * x)


def _distributions(random: Random) -> Iterator[Slip]:
    """The same probability in each spelling: of a formula, with parameters that are inputs too."""
    tree, k, n = drawn(random, 1), random.randint(2, 6), random.randint(7, 12)
    u = f"(({SPELLINGS['plain'](tree)})^2 + 1)"  # a positive argument

    def of(function: Function, *rest: float) -> Callable[[Point], float]:
        return lambda at: function(value(tree, at) ** 2 + 1, *rest)

    def with_y(function: Function, *rest: float) -> Callable[[Point], float]:
        return lambda at: function(value(tree, at) ** 2 + 1, at["y"], *rest)

    spelt: list[tuple[str, Callable[[Point], float]]] = [
        (f"pnorm({u})", of(_normal)),
        (f"pnorm({u}, y, {k})", with_y(_normal, k)),
        (f"pnorm({u}, mean=y, sd={k})", with_y(_normal, k)),
        (f"dnorm({u}, y, {k})", with_y(_bell, k)),
        (f"dnorm({u}, log=TRUE)", of(lambda x: math.log(_bell(x)))),
        (f"normcdf({u}, y, {k})", with_y(_normal, k)),
        (f"scipy.stats.norm.cdf({u}, y, {k})", with_y(_normal, k)),
        (f"norm.pdf({u}, loc=y, scale={k})", with_y(_bell, k)),
        (f"stats.norm.logpdf({u})", of(lambda x: math.log(_bell(x)))),
        (f"stats.norm.sf({u})", of(lambda x: _normal(-x))),
        (f"NORM.DIST({u}, y, {k}, TRUE)", with_y(_normal, k)),
        (f"=NORM.DIST({u};y;{k};FALSE)", with_y(_bell, k)),
        (f"NORM.S.DIST({u}, 1)", of(_normal)),
        (f"NORMSDIST({u})", of(_normal)),
        (f"NORMDIST({u}, y, {k}, 0)", with_y(_bell, k)),
        (f"pt({u}, {k})", of(_student, k)),
        (f"scipy.stats.t.pdf({u}, {k})", of(_student_density, k)),
        (f"T.DIST({u}, {k}, TRUE)", of(_student, k)),
        (f"T.DIST.RT({u}, {k})", of(lambda x: 1 - _student(x, k))),
        (f"pchisq({u}, {k})", of(_gamma, k / 2, 0.5)),
        (f"stats.chi2.cdf({u}, {k})", of(_gamma, k / 2, 0.5)),
        (f"CHISQ.DIST.RT({u}, {k})", of(lambda x: 1 - _gamma(x, k / 2, 0.5))),
        (f"pf({u}, {k}, {n})", of(_fisher, k, n)),
        (f"F.DIST({u}, {k}, {n}, TRUE)", of(_fisher, k, n)),
        (f"pgamma({u}, y)", with_y(_gamma)),
        (f"pgamma({u}, y, {k})", with_y(_gamma, k)),
        (f"dgamma({u}, shape=y, rate={k})", with_y(_gamma_density, k)),
        (f"gamcdf({u}, y, {k})", with_y(_gamma, 1 / k)),
        (f"GAMMA.DIST({u}, y, {k}, TRUE)", with_y(_gamma, 1 / k)),
        (f"GAMMA.DIST({u}, y, {k}, FALSE)", with_y(_gamma_density, 1 / k)),
        (f"GammaRegularized[y, {u}]", with_y(lambda x, a: 1 - _gamma(x, a))),
        (f"GammaRegularized[y, 0, {u}]", with_y(_gamma)),
        (f"Gamma[y, {u}]", with_y(lambda x, a: math.gamma(a) * (1 - _gamma(x, a)))),
        (f"pbeta(1/{u}, {k}, y)", with_y(lambda x, b: _beta(1 / x, k, b))),
        (f"BetaRegularized[1/{u}, {k}, y]", with_y(lambda x, b: _beta(1 / x, k, b))),
        (f"BETA.DIST(1/{u}, {k}, y, TRUE)", with_y(lambda x, b: _beta(1 / x, k, b))),
        (f"pexp({u}, {k})", of(_exponential, k)),
        (f"expcdf({u}, {k})", of(_exponential, 1 / k)),
        (f"EXPON.DIST({u}, {k}, FALSE)", of(lambda x: k * math.exp(-k * x))),
        (f"dpois({k}, {u})", of(lambda x: _poisson(k, x))),
        (f"poisson.pmf({k}, {u})", of(lambda x: _poisson(k, x))),
        (f"POISSON.DIST(1, {u}, TRUE)", of(lambda x: _poisson(0, x) + _poisson(1, x))),
        (f"dbinom({k}, {n}, 1/{u})", of(lambda x: _binomial(k, n, 1 / x))),
        (f"BINOM.DIST({k}, {n}, 1/{u}, FALSE)", of(lambda x: _binomial(k, n, 1 / x))),
        (f"pweibull({u}, {k}, y)", with_y(lambda x, c: _exponential((x / c) ** k, 1))),
    ]
    for text, meaning in spelt:
        yield Slip("distribution", text, meaning)


def _modules(random: Random) -> Iterator[Slip]:
    """Functions that other modules have under the same name with another meaning."""
    k = random.randint(2, 9)

    def spread(at: Point) -> float:
        numbers = [at["x"], at["y"], k]
        return sum((number - sum(numbers) / 3) ** 2 for number in numbers)

    def sinc(at: Point) -> float:
        return math.sin(math.pi * at["x"]) / (math.pi * at["x"])

    def gelu(at: Point) -> float:
        x = at["x"]
        return x / 2 * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))

    for text, meaning in (
        (f"np.std([x, y, {k}])", lambda at: math.sqrt(spread(at) / 3)),
        (f"jnp.var([x, y, {k}])", lambda at: spread(at) / 3),
        (f"torch.var([x, y, {k}])", lambda at: spread(at) / 2),
        ("np.sinc(x)", sinc),
        ("torch.sinc(x)", sinc),
        ("jax.nn.gelu(x)", gelu),
        (f"Math.round({k}*x)", lambda at: math.floor(k * at["x"] + 0.5)),
        (f"math.remainder({k}*x, y)", lambda at: math.remainder(k * at["x"], at["y"])),
        (f"np.heaviside(x - 1, 0.5)*{k}", lambda at: k * (at["x"] > 1)),
        (f"log(x, base={k})", lambda at: math.log(at["x"], k)),
        (f"F.mse_loss([x, y], [1, {k}])", lambda at: ((at["x"] - 1) ** 2 + (at["y"] - k) ** 2) / 2),
        (f"nn.ReLU()({k}*x - y)", lambda at: max(k * at["x"] - at["y"], 0)),
        ("sc.gammainc(x, y)", lambda at: _gamma(at["y"], at["x"])),
    ):
        yield Slip("same name", text, meaning)


def _cells(random: Random) -> Iterator[Slip]:
    """Excel's own meanings, its functions of any number of arguments, and German and others."""
    k = random.randint(2, 9)
    for text, meaning in (
        (f"=ATAN2(x, {k}*y)", lambda at: math.atan2(k * at["y"], at["x"])),
        (f"=INT(-x*{k})", lambda at: math.floor(-at["x"] * k)),
        (f"=QUOTIENT(-{k}, x)", lambda at: math.trunc(-k / at["x"])),
        (f"=SUM(x, y, {k})", lambda at: at["x"] + at["y"] + k),
        (f"=AVERAGE(x;y;{k})", lambda at: (at["x"] + at["y"] + k) / 3),
        (f"=PRODUCT(x, y, {k})", lambda at: at["x"] * at["y"] * k),
        (f"=SUMSQ(x, y, {k})", lambda at: at["x"] ** 2 + at["y"] ** 2 + k * k),
        (f"SUMME(x;y;{k})", lambda at: at["x"] + at["y"] + k),
        (f"MITTELWERT(x;{k})", lambda at: (at["x"] + k) / 2),
        (f"WENN(x>1;y;{k})", lambda at: at["y"] if at["x"] > 1 else k),
        (f"SI(x>1;y;{k})", lambda at: at["y"] if at["x"] > 1 else k),
        (f"POTENZ(x;{k})", lambda at: at["x"] ** k),
        (f"{k}*GANZZAHL(y)", lambda at: k * math.floor(at["y"])),
        (f"{k}% * x", lambda at: k / 100 * at["x"]),
        (f"{k}% of y", lambda at: k / 100 * at["y"]),
        (f"(x + y)*{k}% + 1", lambda at: (at["x"] + at["y"]) * k / 100 + 1),
        (f"x*{k}% - y", lambda at: at["x"] * k / 100 - at["y"]),
    ):
        yield Slip("cell", text, meaning)


def _matrices(random: Random) -> Iterator[Slip]:
    k = random.randint(2, 9)
    for text, meaning in (
        (f"A = [[x, 1], [{k}, y]]; (A^T)[0, 1]", lambda at: k),
        (f"A = [[x, 1], [{k}, y]]; A'[1, 0]", lambda at: 1),
        (f"[x, y]*[{k}; 3]", lambda at: k * at["x"] + 3 * at["y"]),
        (f"c(x, y) %*% c({k}, 3)", lambda at: k * at["x"] + 3 * at["y"]),
        (f"np.linalg.det([[x, {k}], [1, y]])", lambda at: at["x"] * at["y"] - k),
        (
            f"numpy.linalg.norm([x, y], ord={k})",
            lambda at: (at["x"] ** k + at["y"] ** k) ** (1 / k),
        ),
    ):
        yield Slip("matrix", text, meaning)


def _around(random: Random) -> Iterator[Slip]:
    """Prompts, definitions and choices of computer algebra, and casts."""
    tree, k = drawn(random, 1), random.randint(2, 9)
    text = SPELLINGS["plain"](tree)
    for spelt in (f"In[{k}]:= {text}", f"f: x -> {text}", f"x |-> {text}", f"x ↦ {text}"):
        yield Slip("around", spelt, lambda at: value(tree, at))
    yield Slip("around", f"f[x_] := x^{k}; f[y]", lambda at: at["y"] ** k)
    yield Slip("around", f"x <- {k}; x*({text})", _with(tree, k))
    yield Slip("around", f"(double)x*{k}", lambda at: k * at["x"])
    yield Slip("around", f"{{x + 1}}*{k}", lambda at: k * (at["x"] + 1))
    for spelt in (
        f"Piecewise[{{{{x, x > 1}}, {{{k}*y, True}}}}]",
        f"sp.Piecewise((x, x > 1), ({k}*y, True))",
    ):
        yield Slip("around", spelt, lambda at: at["x"] if at["x"] > 1 else k * at["y"])


def _with(tree: tuple[object, ...], k: int) -> Callable[[Point], float]:
    return lambda at: k * value(tree, {**at, "x": k})


def _short(random: Random) -> Iterator[Slip]:
    n, k = random.randint(5, 9), random.randint(2, 4)
    yield Slip("short", f"{n}C{k}*x", lambda at: math.comb(n, k) * at["x"])
    yield Slip("short", f"x - {n}P{k}", lambda at: at["x"] - math.perm(n, k))
    yield Slip("short", f"natural log of {n}", lambda at: math.log(n))
    yield Slip("short", f"x↑{k}", lambda at: at["x"] ** k)
    subscript = chr(ord("₀") + n)
    yield Slip("short", f"log{subscript}(x)", lambda at: math.log(at["x"], n))
    yield Slip("short", f"x^{k} // N", lambda at: at["x"] ** k)
    yield Slip("short", f"Clip[{n} x, {{1, {k}}}]", lambda at: min(max(n * at["x"], 1), k))
    yield Slip("short", f"Ramp[{n} x - {k}]", lambda at: max(n * at["x"] - k, 0))
    yield Slip("short", f"Tr[{{{{x, 1}}, {{{k}, y}}}}]", lambda at: at["x"] + at["y"])
