r"""Slips of LaTeX and of calculus: `{a \over b}`, `\sigma(x)`, `\frac{d}{dx} x^2`, `D(x^2)`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from random import Random

from tests.run.slips import Point, Slip


def page_slips(random: Random) -> Iterator[Slip]:
    """One of each kind."""
    for kind in (_over, _named, _vectors, _derivatives, _sums, _together):
        yield from kind(random)


def _over(random: Random) -> Iterator[Slip]:
    a = random.randint(2, 9)
    for text in (
        rf"{{x \over {a}}}",
        rf"x \over {a}",
        rf"${{x \over {a}}}$",
        rf"{{{{x}} \over {{{a}}}}}",
        rf"$x\over{a}$",
        rf"\frac x{a}",
        rf"\frac{{x}}{a}",
        rf"\tfrac{{1}}{{{a}}}x",
        rf"\dfrac{{x}}{{{a}}}",
        rf"\left. x \right/ {a}",
        rf"x \div {a}",
        rf"x\,/\,{a}",
        rf"\(x/{a}\)",
        rf"\[x/{a}.\]",
        rf"$$\frac{{x}}{{{a}}}$$",
    ):
        yield Slip("latex fraction", text, lambda at: at["x"] / a)
    yield Slip(
        "latex fraction",
        rf"{{x + 1 \over y}}^2 + {a}",
        lambda at: ((at["x"] + 1) / at["y"]) ** 2 + a,
    )
    yield Slip(
        "latex fraction", rf"\sqrt{{x + 1 \over {a}}}", lambda at: math.sqrt((at["x"] + 1) / a)
    )


def _named(random: Random) -> Iterator[Slip]:
    a = random.randint(2, 9)
    for text, function in (
        (r"\sigma(x)", lambda x: 1 / (1 + math.exp(-x))),
        ("σ(x)", lambda x: 1 / (1 + math.exp(-x))),
        (r"\Phi(x)", lambda x: math.erfc(-x / math.sqrt(2)) / 2),
        ("Φ(x)", lambda x: math.erfc(-x / math.sqrt(2)) / 2),
        (r"\varphi(x)", lambda x: math.exp(-x * x / 2) / math.sqrt(2 * math.pi)),
        (r"\operatorname{sgn}(x)", lambda x: math.copysign(1, x)),
        (r"\operatorname{tg}(x)", math.tan),
        (r"\operatorname{arctg} x", math.atan),
        (r"\mathrm{arcsinh}(x)", math.asinh),
        (r"\operatorname{ReLU}(x)", lambda x: max(x, 0)),
        (r"\mathrm{relu}(x)", lambda x: max(x, 0)),
        (r"\text{sigmoid}(x)", lambda x: 1 / (1 + math.exp(-x))),
        (r"\operatorname{sech}(x)", lambda x: 1 / math.cosh(x)),
        (r"\operatorname{erf}(x)", math.erf),
        (r"\mathrm{e}^{x}", math.exp),
        (r"\exp\left(x\right)", math.exp),
        (r"\log_{2}(x)", math.log2),
        (r"\log_2 x", math.log2),
        (r"\arcsin(x/4)", lambda x: math.asin(x / 4)),
        (r"\sin^{-1}(x/4)", lambda x: math.asin(x / 4)),
        (r"\tan^{-1} x", math.atan),
        (r"\lvert x \rvert", abs),
        (r"\left|x\right|", abs),
        (r"\left\lfloor x \right\rfloor", math.floor),
        (r"\lceil x\rceil", math.ceil),
        (r"x^{\frac{1}{2}}", math.sqrt),
        (r"\Gamma(x)", math.gamma),
    ):
        yield Slip("latex name", f"{text} + {a}", lambda at, f=function: f(at["x"]) + a)  # type: ignore[misc]


def _vectors(random: Random) -> Iterator[Slip]:
    a, b = random.randint(2, 9), random.randint(2, 9)
    vectors = f"u = [x, {a}]; v = [{b}, y]; "
    matrix = f"A = [[{a}, 1], [1, {b}]]; u = [x, y]; "

    def dotted(at: Point) -> float:
        return at["x"] * b + a * at["y"]

    def quadratic(at: Point) -> float:
        x, y = at["x"], at["y"]
        return a * x * x + 2 * x * y + b * y * y

    for text in (
        r"\vec u\cdot\vec v",
        r"\vec{u} \cdot \vec{v}",
        r"\mathbf{u}\cdot\mathbf{v}",
        r"\mathbf u^T \mathbf v",
        r"u^\top v",
        r"u^{\top}v",
        r"u^{\mathsf T} v",
        r"\langle u, v \rangle",
        r"\boldsymbol{u}^\intercal\boldsymbol{v}",
    ):
        yield Slip("latex vector", vectors + text, dotted)
    for text in (
        r"u^\top A u",
        r"u^T A u",
        r"u^{\top}Au",
        r"\mathbf{u}^\top \mathbf{A} \mathbf{u}",
        r"\mathbf{u}^{T}\mathbf{A}\mathbf{u}",
        r"u' * A * u",
        r"u.T * A * u",
    ):
        end = "" if "\\" in text else ";"
        if "\\" in text or "'" in text:
            yield Slip("latex vector", matrix + text + end, quadratic)
    yield Slip("latex vector", matrix + r"\frac{1}{2} u^\top A u", lambda at: quadratic(at) / 2)
    yield Slip("latex vector", matrix + r"\frac12 u^\top A u + 3", lambda at: quadratic(at) / 2 + 3)
    yield Slip("latex vector", vectors + r"\|u\|", lambda at: math.hypot(at["x"], a))
    yield Slip("latex vector", vectors + r"\|u\|^2", lambda at: at["x"] ** 2 + a * a)
    yield Slip("latex vector", vectors + r"\lVert u \rVert_2", lambda at: math.hypot(at["x"], a))


def _derivatives(random: Random) -> Iterator[Slip]:
    a, n = random.randint(2, 9), random.randint(2, 5)

    def slope(at: Point) -> float:
        return a * n * at["x"] ** (n - 1)

    def second(at: Point) -> float:
        return a * n * (n - 1) * at["x"] ** (n - 2)

    one = f"{a}*x^{n}"
    page = rf"{a} x^{{{n}}}"
    for text in (
        f"D({one})",
        f"derivative({one})",
        f"({one})'",
        f"∂({one})/∂x",
        f"∂/∂x({one})",
        f"d({one})/dx",
        f"d/dx[{one}]",
        f"z = {one}; dz/dx",
        f"f(t) = {a}*t^{n}; df/dx",
        f"f(x) = {a}*x^{n}; ∂f/∂x",
        f"f(x) = {a}*x^{n}; f'(x)",
        f"f(x) = {a}*x^{n}; f′(x)",
        f"D[{one}, x]",
        f"Diff({one}, x)",
        f"grad({one})",
        rf"\frac{{d}}{{dx}} {page}",
        rf"\frac{{d}}{{dx}}\left({page}\right)",
        rf"\frac{{\mathrm{{d}}}}{{\mathrm{{d}}x}} {page}",
        rf"\frac{{\partial}}{{\partial x}} {page}",
        rf"\frac{{d({page})}}{{dx}}",
        rf"\frac{{d}}{{dx}} \left[{page}\right]",
    ):
        yield Slip("calculus", text, slope)
    for text in (
        f"d^2/dx^2 ({one})",
        f"d²/dx² ({one})",
        f"diff({one}, x, x)",
        f"f(t) = {a}*t^{n}; d^2f/dx^2",
        rf"\frac{{d^2}}{{dx^2}} {page}",
        f"D(D({one}))",
    ):
        yield Slip("calculus", text, second)


def _sums(random: Random) -> Iterator[Slip]:
    n = random.randint(3, 9)

    def total(at: Point) -> float:
        return sum(i**2 * at["x"] for i in range(1, n + 1))

    def product(at: Point) -> float:
        return math.prod(at["x"] + i for i in range(1, n + 1))

    for text in (
        f"sum(i^2*x, i, 1, {n})",
        f"sum(i^2*x,i,1,{n})",
        f"Sum(i^2*x, (i, 1, {n}))",
        f"Sum[i^2*x, {{i, 1, {n}}}]",
        f"sum(i^2*x, i=1..{n})",
        f"sum(i**2*x for i in range(1, {n + 1}))",
        f"sum(i^2*x for i in range({n + 1}))",
        f"sum([i**2*x for i in range(1, {n + 1})])",
        f"∑(i^2*x, i, 1, {n})",
        f"sigma(i^2*x, i, 1, {n})",
        rf"\sum_{{i=1}}^{{{n}}} i^2 x",
        rf"\sum_{{i=1}}^{n} i^2 \cdot x",
    ):
        yield Slip("sum", text, total)
    yield Slip("sum", f"2*sum(i^2*x, i, 1, {n}) + y", lambda at: 2 * total(at) + at["y"])
    for text in (
        f"prod(x + i, i, 1, {n})",
        f"product(x + i, i, 1, {n})",
        f"Product[x + i, {{i, 1, {n}}}]",
        f"∏(x + i, i, 1, {n})",
        rf"\prod_{{i=1}}^{{{n}}} (x + i)",
    ):
        yield Slip("sum", text, product)


def _together(random: Random) -> Iterator[Slip]:
    """Powers behind what is run together: both readings are shown."""
    k = random.randint(2, 9)
    name, f = random.choice(
        (("sin", math.sin), ("cos", math.cos), ("ln", math.log), ("tanh", math.tanh))
    )
    for text, meanings in (
        (f"{name}x^2", (lambda at: f(at["x"] ** 2), lambda at: f(at["x"]) ** 2)),
        (f"{k}{name}x^2", (lambda at: k * f(at["x"] ** 2), lambda at: k * f(at["x"]) ** 2)),
        (f"{name}{k}x^2", (lambda at: f(k * at["x"] ** 2), lambda at: f(k * at["x"]) ** 2)),
    ):
        for meaning in meanings:
            yield Slip("powers together", text, meaning)
    yield Slip("powers together", "exp^x", lambda at: math.exp(at["x"]))
    yield Slip("powers together", "exp^(x/2)", lambda at: math.exp(at["x"] / 2))
    yield Slip("powers together", "exp^-x", lambda at: math.exp(-at["x"]))
    yield Slip("powers together", f"{k}*exp^-x^2", lambda at: k * math.exp(-(at["x"] ** 2)))
    yield Slip("powers together", f"e(x + {k})/e({k})", lambda at: (at["x"] + k) / k)
    yield Slip("powers together", f"π(x + {k})", lambda at: math.pi * (at["x"] + k))
    yield Slip("powers together", f"pi(x + {k})", lambda at: math.pi * (at["x"] + k))
    yield Slip("powers together", f"2πx + {k}", lambda at: 2 * math.pi * at["x"] + k)
    yield Slip("powers together", f"2 pi x + {k}", lambda at: 2 * math.pi * at["x"] + k)
    yield Slip("powers together", f"log_2 x + {k}", lambda at: math.log2(at["x"]) + k)
    yield Slip("powers together", f"log_{k}(x)", lambda at: math.log(at["x"], k))
    yield Slip("powers together", f"log base {k} of x", lambda at: math.log(at["x"], k))
    yield Slip("powers together", f"log_{k} x", lambda at: math.log(at["x"], k))
