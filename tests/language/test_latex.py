r"""LaTeX as pages have it. Random formulas are printed in many styles, and their values, computed
by Python alone, are those of what is read."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import pytest

from gradcalc import Options, evaluate
from gradcalc.errors import GradcalcError
from gradcalc.language import parse, to_text
from gradcalc.language.syntax import Name, Number
from gradcalc.run.forms import reserved

FUNCTIONS = reserved()
POINT = {"x": 0.7, "y": 1.3, "t": 0.4, "alpha": 0.9, "x_1": 1.7, "sigma_max": 0.6}
WRITTEN = {
    "x": ["x"],
    "y": ["y"],
    "t": ["t"],
    "alpha": [r"\alpha"],
    "x_1": ["x_1", "x_{1}"],
    "sigma_max": [r"\sigma_{max}", r"\sigma_{\text{max}}", r"\sigma_{\max}"],
}
CALLED: dict[str, Callable[[float], float]] = {
    "sin": math.sin,
    "cos": math.cos,
    "tanh": math.tanh,
    "arctan": math.atan,
    "exp": math.exp,
}


def read(source: str) -> str:
    return to_text(parse(source, functions=FUNCTIONS))


def refused(source: str) -> GradcalcError:
    with pytest.raises(GradcalcError) as caught:
        parse(source, functions=FUNCTIONS)
    error = caught.value
    assert error.source == source
    assert error.span is not None
    assert 0 <= error.span.start <= error.span.end <= len(source)
    return error


_CALL = re.compile(r"\\(?:operatorname|mathrm|sin|cos|tanh|arctan|exp)")


@dataclass(frozen=True)
class Page:
    """A part of a page: its LaTeX, its value, and how tightly it holds together.

    `kind` is atom, power, product, applied (a function without brackets at the end) or sum;
    `begins` says whether it may follow a factor without a sign.
    """

    text: str
    value: float
    kind: str
    begins: bool = False


class Writer:
    """Random formulas in random styles."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def pick(self, *choices: str) -> str:
        return self.random.choice(choices)

    def bracketed(self, part: Page) -> Page:
        opening, closing = self.random.choice(
            [("(", ")"), (r"\left(", r"\right)"), (r"\left[", r"\right]"), (r"\bigl( ", r"\bigr)")]
        )
        return Page(f"{opening}{part.text}{closing}", part.value, "atom")

    def argument(self, part: Page) -> str:
        """A braced argument; one character may stand without braces."""
        bare = len(part.text) == 1 and self.random.random() < 0.5
        return f" {part.text}" if bare else f"{{{self.pick('', ' ')}{part.text}}}"

    def leaf(self) -> Page:
        if self.random.random() < 0.3:
            number = self.random.choice(["2", "3", "0.5", "12"])
            return Page(number, float(number), "atom")
        if self.random.random() < 0.1:
            return Page(r"\pi", math.pi, "atom", True)
        name = self.random.choice(list(POINT))
        return Page(self.random.choice(WRITTEN[name]), POINT[name], "atom", True)

    def formula(self, depth: int) -> Page:
        if depth == 0:
            return self.leaf()
        make = self.random.choice(
            [
                self.sum,
                self.sum,
                self.product,
                self.product,
                self.fraction,
                self.power,
                self.root,
                self.call,
                self.call,
                self.absolute,
                self.exponential,
            ]
        )
        return make(depth - 1)

    def factor(self, depth: int) -> Page:
        part = self.formula(depth)
        return self.bracketed(part) if part.kind in ("sum", "product", "applied") else part

    def sum(self, depth: int) -> Page:
        left, right = self.formula(depth), self.formula(depth)
        if right.kind == "sum":
            right = self.bracketed(right)
        sign = self.pick("+", "-")
        value = left.value + right.value if sign == "+" else left.value - right.value
        return Page(f"{left.text}{self.pick('', ' ')}{sign} {right.text}", value, "sum")

    def product(self, depth: int) -> Page:
        left, right = self.factor(depth), self.formula(depth)
        if right.kind in ("sum", "product"):
            right = self.bracketed(right)
        sign = self.pick(r" \cdot ", r" \times ", "*", r"\cdot ")
        if right.begins and self.random.random() < 0.7:
            sign = self.pick(" ", r"\,", "~")
        kind = "applied" if right.kind == "applied" else "product"
        return Page(f"{left.text}{sign}{right.text}", left.value * right.value, kind, left.begins)

    def fraction(self, depth: int) -> Page:
        above, below = self.formula(depth), self.formula(depth)
        command = self.pick(r"\frac", r"\dfrac", r"\tfrac")
        text = f"{command}{self.argument(above)}{self.argument(below)}"
        return Page(text, _quotient(above.value, below.value), "atom", True)

    def power(self, depth: int) -> Page:
        base = self.factor(depth)
        if base.kind == "power":
            base = self.bracketed(base)
        exponent = self.random.choice(["2", "3", "{2}", "{ 3 }", "{-1}", "{-2}"])
        number = int(exponent.strip("{ }"))
        return Page(f"{base.text}^{exponent}", _power(base.value, number), "power", base.begins)

    def exponential(self, depth: int) -> Page:
        inner = self.formula(depth)
        minus = self.pick("", "-")
        if minus and inner.kind == "sum":
            inner = self.bracketed(inner)
        value = -inner.value if minus else inner.value
        return Page(f"e^{{{minus}{inner.text}}}", _guarded(math.exp, value), "power", True)

    def root(self, depth: int) -> Page:
        inner = self.absolute(depth)
        if self.random.random() < 0.5:
            return Page(rf"\sqrt{self.argument(inner)}", math.sqrt(inner.value), "atom", True)
        order = self.random.choice([2, 3, 5])
        return Page(
            rf"\sqrt[{order}]{self.argument(inner)}", inner.value ** (1 / order), "atom", True
        )

    def absolute(self, depth: int) -> Page:
        inner = self.formula(depth)
        opening, closing, begins = self.random.choice(
            [(r"\lvert ", r"\rvert ", True), (r"\left|", r"\right|", False)]
        )
        return Page(f"{opening}{inner.text}{closing}", abs(inner.value), "atom", begins)

    def call(self, depth: int) -> Page:
        name, function = self.random.choice(list(CALLED.items()))
        inner = self.formula(depth)
        power = self.random.choice(["", "", "^2", "^{3}"])
        value = _guarded(function, inner.value)
        value = _power(value, int(power.strip("^{}") or 1))
        simple = inner.kind == "atom" and not inner.text.startswith(("(", r"\left", r"\big"))
        if simple and self.random.random() < 0.6:
            multiple = self.random.choice(["", "", "2", r"3\pi "])
            if inner.begins and multiple and not _CALL.match(inner.text):
                times = {"2": 2, r"3\pi ": 3 * math.pi}[multiple]
                value = _power(
                    _guarded(function, times * inner.value), int(power.strip("^{}") or 1)
                )
            else:
                multiple = ""
            return Page(rf"\{name}{power} {multiple}{inner.text}", value, "applied", True)
        part = self.bracketed(inner)
        if part.text.startswith((r"\left[", r"\big")):
            part = Page(f"({inner.text})", inner.value, "atom")
        written = self.pick(rf"\{name}", rf"\operatorname{{{name}}}", rf"\mathrm{{{name}}}")
        return Page(f"{written}{power}{part.text}", value, "atom", True)


def _guarded(function: Callable[[float], float], value: float) -> float:
    try:
        return function(value)
    except (OverflowError, ValueError):
        return math.nan


def _quotient(above: float, below: float) -> float:
    return above / below if below else math.nan


def _power(base: float, exponent: int) -> float:
    try:
        return base**exponent
    except (OverflowError, ZeroDivisionError):
        return math.nan


def _pages(seed: int, count: int) -> list[Page]:
    writer, pages = Writer(seed), []
    while len(pages) < count:
        page = writer.formula(writer.random.randrange(1, 5))
        if math.isfinite(page.value) and 1e-6 < abs(page.value) < 1e6 and "\\" in page.text:
            pages.append(page)
    return pages


@pytest.mark.parametrize("seed", range(12))
def test_pages_have_the_values_that_they_show(seed: int) -> None:
    random = Random(seed)
    for page in _pages(seed, 25):
        around = random.choice(["{}", "${}$", r"\[ {} . \]", "$$ {} $$", r"\( {} \)"])
        source = around.replace("{}", page.text)
        given = {name: POINT[name] for name in _inputs(source)}
        found = evaluate(source, given, options=Options(check="off")).value
        assert found == pytest.approx(page.value, rel=1e-9), source


def _inputs(source: str) -> set[str]:
    program = parse(source, functions=FUNCTIONS)
    return {node.name for node in program.walk() if isinstance(node, Name)} & POINT.keys()


def _shown(source: str, node: Name | Number) -> str:
    """What a caret would point at, without the braces of an argument."""
    shown = source[node.span.start : node.span.end].strip("[] ")
    return shown[1:-1].strip() if shown.startswith("{") else shown


@pytest.mark.parametrize("seed", range(20, 26))
def test_names_stand_where_they_were_pasted(seed: int) -> None:
    for page in _pages(seed, 25):
        program = parse(page.text, functions=FUNCTIONS)
        for node in program.walk():
            if isinstance(node, Name) and node.name in WRITTEN:
                assert _shown(page.text, node) in WRITTEN[node.name]
            if isinstance(node, Number) and node.span.end > node.span.start:
                assert node.text in (_shown(page.text, node), "1")


@pytest.mark.parametrize("seed", range(30, 36))
@pytest.mark.parametrize("wrong", [r"\foo", r"\int", "?", r"\pm", "#x\n@", r"\mathrm{a b}"])
def test_the_caret_points_into_what_was_pasted(seed: int, wrong: str) -> None:
    for page in _pages(seed, 5):
        places = [m.start() for m in re.finditer(r"(?<![\\\w{])[xyt](?![\w}])", page.text)]
        for place in places[:3]:
            source = f"{page.text[:place]} {wrong} {page.text[place + 1 :]}"
            error = refused(source)
            assert error.span is not None
            shown = source[error.span.start : error.span.end]
            if not wrong.startswith("#"):
                assert shown.strip() in wrong


READ = [
    (r"\frac12", "1/2"),
    (r"\frac12x", "(1/2)*x"),
    (r"\frac1x", "1/x"),
    (r"\frac ab", "a/b"),
    (r"\frac\pi2", "pi/2"),
    (r"x\frac{1}{2}", "x*(1/2)"),
    (r"\sqrt x", "sqrt(x)"),
    (r"\sqrt2", "sqrt(2)"),
    (r"\sqrt[n]{x}", "x^(1/n)"),
    ("x^{2}", "x^2"),
    ("e^{-x^2/2}", "e^(-(x^2)/2)"),
    ("x_{12} + rate^{2}", "x_12 + rate^2"),
    (r"$x^2y$", "x^2*y"),
    (r"\sin 2x\cos 3y", "sin(2*x)*cos(3*y)"),
    (r"\sin \cos x", "sin(cos(x))"),
    (r"\sin^2\theta + \cos^2\theta", "sin(theta)^2 + cos(theta)^2"),
    (r"\ln x^2", "ln(x^2)"),
    (r"\log_2 x + \log_{10}(y) + \log_b 2x", "log(x, 2) + log(y, 10) + log(2*x, b)"),
    (r"30^\circ + \sin 45^{\circ}", "deg(30) + sin(deg(45))"),
    (r"\lfloor x\rfloor \lceil y\rceil", "floor(x)*ceil(y)"),
    (r"\lVert v\rVert + \|w\|", "norm(v) + norm(w)"),
    (r"\Gamma(x) + \Gamma + \beta", "gamma(x) + Gamma + β"),
    (r"A^\top @ B^{T}", "A.T @ B.T"),
    (r"\hat{x} + \vec{v} + \bar x", "x_hat + v + x_bar"),
    (r"\begin{pmatrix} 1 & 2 \\ x & 4 \end{pmatrix}", "[[1, 2], [x, 4]]"),
    (r"\begin{bmatrix} x \\ y \\ \end{bmatrix}", "[x, y]"),
    (r"\begin{vmatrix} a & b \\ c & d \end{vmatrix}", "det([[a, b], [c, d]])"),
    (r"\left[x, y\right]", "[x, y]"),
    (r"area = \pi r^2; 2area", "area = pi*r^2\n2*area"),
    (r"f(t) = \frac{t}{2}; f(x)", "f(t) = t/2\nf(x)"),
    (r"if x \ge 1 { \frac{x}{2} } else { -x }", "if x >= 1 { x/2 } else { -x }"),
    (r"x \le 1 \land y \ne 2", "x <= 1 and y != 2"),
    (r"a \% b", "a % b"),
    (r"\displaystyle\frac{x}{y}\quad", "x/y"),
]


@pytest.mark.parametrize(("source", "text"), READ)
def test_read(source: str, text: str) -> None:
    assert read(source) == text


def test_names_that_are_given_are_not_taken_apart() -> None:
    def given(source: str, *names: str) -> str:
        return to_text(parse(source, functions=FUNCTIONS, variables=frozenset(names)))

    assert given("$xy$") == "x*y"
    assert given("$xy$", "x", "y") == "x*y"
    assert given("$xy$", "xy") == "xy"
    assert given(r"\frac{rate}{x1}", "rate", "x1") == "rate/x1"
    assert given(r"\alpha", "α") == "α"
    assert given(r"\beta\gamma", "beta", "gamma") == "beta*gamma"
    assert given("$x_1$", "x1") == "x1"
    assert given("$A^T$", "T") == "A^T"
    assert given(r"\hat{x}") == "x_hat"


@pytest.mark.parametrize(
    ("source", "note"),
    [
        ("$xy$", "xy is read as x*y"),
        (r"\cos\phi", r"\phi is read as the constant phi, the golden ratio"),
        (r"\frac{ab}{c}", "ab is read as a*b"),
    ],
)
def test_what_is_not_obvious_has_a_note(source: str, note: str) -> None:
    assert parse(source, functions=FUNCTIONS).notes == (note,)


DIVIDE_LEFT = "write y/x for the quotient of numbers, solve(A, b) for that of a matrix"


@pytest.mark.parametrize(
    ("source", "code", "part", "hint"),
    [
        (r"\sin x/2", "ambiguous-product", r"\sin x/2", "write sin(x/2) or sin(x)/2"),
        (r"\sin x \cdot y", "ambiguous-product", r"\sin x \cdot y", "write sin(x*y) or sin(x)*y"),
        (
            r"\sin 2\cos x",
            "ambiguous-product",
            r"\sin 2\cos x",
            "write sin(2*cos(x)) or sin(2)*cos(x)",
        ),
        (r"\sin^{-1} x", "inverse-function", r"\sin^{-1", "write asin(x) or 1/sin(x)"),
        (r"\sin^{-1}(x)", "inverse-function", r"\sin^{-1", "write asin(x) or 1/sin(x)"),
        (r"1/2\pi", "ambiguous-product", r"1/2\pi", "write (1/2)*pi or 1/(2*pi)"),
        ("$x^12$", "ambiguous-power", "12", r"write ^{12} or ^{1} \cdot 2"),
        (r"\frac{d}{dx}x", "derivative", r"\frac{d}{dx}", "write D(x, x)"),
        (r"\frac{\partial f}{\partial x}", "derivative", r"\frac{\partial f}{\partial x}", None),
        (r"2\foo", "latex-command", r"\foo", None),
        ("A \\ b", "bad-sign", "\\", DIVIDE_LEFT),
        ("A\\b", "bad-sign", "\\", DIVIDE_LEFT),
        (r"\lamda x", "latex-command", r"\lamda", r"did you mean \lambda?"),
        (r"\frac{x", "unclosed", "{", "add '}'"),
        (r"\mathbf{x}A", "missing-operator", r"\mathbf{x}A", None),
        (r"\mathbf{A}^{-1}", "ambiguous-power", "^", None),
        (r"\vec{a} \times \vec{b}", "bad-sign", r"\times", "write cross(u, v)"),
        (r"x \over y \over 2", "missing-value", r"\over", None),
        ("x + \\\n1", "bad-sign", "\\", "a line goes on after an operator or inside brackets"),
        ("v_{i+1}", "bad-subscript", "_", "write x_1 or x_{max} for a name, v[0] for an element"),
    ],
)
def test_what_is_refused(source: str, code: str, part: str, hint: str | None) -> None:
    error = refused(source)
    assert error.span is not None
    shown = source[error.span.start : error.span.end]
    assert (error.code, shown) == (code, part)
    assert hint is None or error.hint == hint


@pytest.mark.parametrize(
    ("source", "at", "value"),
    [
        (r"\sum_{i=1}^{n} i^2", {"n": 10}, sum(i**2 for i in range(1, 11))),
        (
            r"\sum_{k=0}^{5} \frac{x^k}{k!}",
            {"x": 2},
            sum(2**k / math.factorial(k) for k in range(6)),
        ),
        (r"\prod_{i=1}^{4} (x - i)", {"x": 7}, 6 * 5 * 4 * 3),
        (r"\prod_{k=1}^n k", {"n": 5}, 120),
    ],
)
def test_a_sum_is_refused_with_its_loop(source: str, at: dict[str, int], value: float) -> None:
    hint = refused(source).hint or ""
    loop = hint.removeprefix("write a loop: ")
    assert evaluate(loop, at).value == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    "source",
    [
        r"\frac{" * 50_000,
        r"\sqrt" * 80_000 + "x",
        "$" + "[" * 100_000 + "x" + "]" * 100_000,
        "x^{" * 100_000,
        "{" * 100_000 + r"\pi",
        r"\begin{matrix}" * 20_000,
        "$" + "if " * 100_000,
        "$" + "a1" * 150_000,
        "$," + " " * 200_000 + "x",
        "\\" * 100_000,
        "$" + "[x," * 100_000,
        r"\hat" * 60_000,
    ],
    ids=lambda source: source[:12],
)
def test_hostile_pages_are_refused_at_once(source: str) -> None:
    refused(source)


PIECES = (
    r"\frac \sqrt [3] { } { } ^ _ x y 2 1 \sin \log \pi \alpha \left( \right) ( ) | \lvert $"
    r" \[ \] ² ˣ & \\ \begin{pmatrix} \end{pmatrix} \mathrm{max} \hat \circ \cdot + - = , ; ! T if"
)


def test_any_page_is_read_or_refused() -> None:
    random = Random(5)
    pieces = PIECES.split()
    for _ in range(3000):
        source = "".join(random.choices([*pieces, " "], k=random.randrange(1, 14)))
        try:
            program = parse(source, functions=FUNCTIONS)
        except GradcalcError as error:
            assert error.source == source
            assert error.span is not None
            assert 0 <= error.span.start <= error.span.end <= len(source)
        else:
            again = parse(to_text(program), functions=FUNCTIONS)
            assert again.body == program.body, source


@pytest.mark.parametrize("comment", ["cost in $", "see \\cite", "x^{2}", "a_{1}", "$$"])
def test_what_a_comment_holds_does_not_make_a_program_latex(comment: str) -> None:
    plain = "d = [x, 2*x]\nsum(d)"
    assert to_text(parse(f"d = [x, 2*x]  # {comment}\nsum(d)")) == to_text(parse(plain))


# Cases, and the conditional that says them without doubt; where none applies there is no value.
CASES = {
    r"\begin{cases} x^2 & x > 1 \\ t & x \le 1 \end{cases}": "x^2 if x > 1 else t",
    r"\begin{cases} x^2, & \text{if } x > 1, \\ t, & \text{otherwise.} \end{cases}": (
        "x^2 if x > 1 else t"
    ),
    r"\begin{dcases} x & \text{for } x = 1 \\ -x & x \neq 1 \end{dcases}": "x if x == 1 else -x",
    r"\left\{\begin{array}{ll} x & x<1 \\ t & x\geq 1\end{array}\right.": "x if x < 1 else t",
    r"2\begin{cases} x & x > 1 \text{ and } t > 0 \\ t & \text{else} \end{cases} + 1": (
        "2*(x if x > 1 and t > 0 else t) + 1"
    ),
    r"\begin{cases} x & x > 5 \\ t & x > 3 \end{cases}": "x if x > 5 else (t if x > 3 else 0/0)",
    r"\begin{cases} x & x < 1 \\ t & 1 \le x < 3 \\ 1 & \mathrm{otherwise} \end{cases}": (
        "x if x < 1 else (t if 1 <= x < 3 else 1)"
    ),
}


@pytest.mark.parametrize(("text", "plain"), CASES.items())
@pytest.mark.parametrize("name", ["x", r"\alpha", "x_{1}"])
def test_cases_are_conditionals(text: str, plain: str, name: str) -> None:
    named = {"x": "x", r"\alpha": "alpha", "x_{1}": "x_1"}[name]
    text = re.sub(r"(?<![a-z])x(?![a-z])", lambda _: name, text)
    assert read(text) == read(re.sub(r"\bx\b", named, plain))


@pytest.mark.parametrize("row", [r"x \\ t & x > 3", r"& x > 1 \\ t & x > 3"])
def test_cases_without_a_value_or_a_condition_are_refused(row: str) -> None:
    assert refused(rf"\begin{{cases}} {row} \end{{cases}}").code == "latex-cases"
