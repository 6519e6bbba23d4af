"""What people paste and how textbooks write: read as it looks, or refused with right formulas."""

from __future__ import annotations

import re
import string
import unicodedata
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

from gradcalc.cli import run
from gradcalc.errors import GradcalcError
from gradcalc.language import parse, parse_expression, to_text
from gradcalc.language.syntax import Binary, Expr, Name, Number, Program
from gradcalc.run.forms import reserved

FUNCTIONS = reserved()


def read(source: str) -> Program:
    return parse(source, functions=FUNCTIONS)


def tree(source: str) -> Expr:
    return parse_expression(source, functions=FUNCTIONS)


def refused(source: str) -> GradcalcError:
    with pytest.raises(GradcalcError) as caught:
        read(source)
    error = caught.value
    assert error.source == source
    assert error.span is not None
    assert 0 <= error.span.start < error.span.end <= len(source)
    return error


# What has one reading, and the formula that says it without doubt. `f` is any function.
ONE_READING = {
    "f x": "f(x)",
    "f x + 1": "f(x) + 1",
    "1 - f x": "1 - f(x)",
    "-f x": "-f(x)",
    "x f(x)": "x*f(x)",
    "x f x": "x*f(x)",
    "3x f x": "3*x*f(x)",
    "2x f(x)": "2*x*f(x)",
    "f x f y": "f(x)*f(y)",
    "f x f(y)": "f(x)*f(y)",
    "f x * f y": "f(x)*f(y)",
    "f x / f y": "f(x)/f(y)",
    "x/f y": "x/f(y)",
    "f^2 x": "f(x)^2",
    "f² x": "f(x)^2",
    "f x^2": "f(x^2)",
    "f x²": "f(x^2)",
    "f 30°": "f(deg(30))",
    "f √x": "f(sqrt(x))",
    "f |x|": "f(abs(x))",
    "f x!": "f(factorial(x))",
    "x² f x": "x^2*f(x)",
    "x^2 f x": "x^2*f(x)",
    "(x + 1) f x": "(x + 1)*f(x)",
    "2^f x": "2^f(x)",
    "f x < f y": "f(x) < f(y)",
    "[f x, f y]": "[f(x), f(y)]",
    "f(f x)": "f(f(x))",
    "f v[1]": "f(v[1])",
}
TWO_READINGS = {
    "f 2x": ("f(2*x)", "f(2)*x"),
    "f x y": ("f(x*y)", "f(x)*y"),
    "f 2 x f x": ("f(2*x)", "f(2)*x"),
    "f^2 2x": ("f(2*x)^2", "f(2)^2*x"),
    "3 f 2x": ("3*f(2*x)", "3*f(2)*x"),
    "f x/2": ("f(x/2)", "f(x)/2"),
    "2 f x/3": ("2*f(x/3)", "2*f(x)/3"),
    "f x*y": ("f(x*y)", "f(x)*y"),
    "f x(y + 1)": ("f(x*(y + 1))", "f(x)*(y + 1)"),
    "f x (y + 1)": ("f(x*(y + 1))", "f(x)*(y + 1)"),
    "1/2 f x": ("1/2*f(x)", "1/(2*f(x))"),
    "e^x f x": ("e^x*f(x)", "e^(x*f(x))"),
    "1/x f(x)": ("1/x*f(x)", "1/(x*f(x))"),
}
NEEDS_BRACKETS = {"f g x": "f(g(x))", "f g(x)": "f(g(x))", "f -x": "f(-x)", "f -x^2": "f(-x^2)"}
NAMES = ("sin", "ln", "exp", "sqrt", "log2", "erf")


def _named(text: str, name: str) -> str:
    """The text with names of functions in the places of `f` and `g`."""
    letters = {"f": name, "g": "cos"}
    return re.sub(r"(?<![a-z])[fg](?![a-z])", lambda match: letters[match[0]], text)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("source", "text"), ONE_READING.items())
def test_one_reading_is_read(source: str, text: str, name: str) -> None:
    assert tree(_named(source, name)) == tree(_named(text, name))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("source", "texts"), TWO_READINGS.items())
def test_two_readings_are_refused_with_both(source: str, texts: tuple[str, str], name: str) -> None:
    error = refused(_named(source, name))
    assert error.code == "ambiguous-product"
    assert error.hint is not None
    hinted = error.hint.removeprefix("write ").split(" or ")
    wanted = [tree(_named(text, name)) for text in texts]
    assert [tree(text) for text in hinted] == wanted
    assert all(read(text) for text in error.proposals)
    if source not in ("f 2 x f x",):
        assert [tree(text) for text in error.proposals] == wanted


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("source", "text"), NEEDS_BRACKETS.items())
def test_a_function_of_more_is_refused_with_its_brackets(source: str, text: str, name: str) -> None:
    error = refused(_named(source, name))
    assert error.code == "call-without-brackets"
    assert tree((error.hint or "").removeprefix("write ")) == tree(_named(text, name))


@pytest.mark.parametrize(
    ("source", "note"),
    [
        ("sin x^2", "sin x^2 is read as sin(x^2), not as sin(x)^2"),
        ("sin x cos x", "sin x cos x is read as sin(x)*cos(x)"),
        ("x^1/2", "x^1/2 is read as (x^1)/2, not as x^(1/2)"),
        ("x^-1/2", "x^-1/2 is read as x^(-1)/2, not as x^(-1/2)"),
        ("e^-x^2/2", "e^-x^2/2 is read as e^(-(x^2))/2, not as e^(-(x^2)/2)"),
        ("√2x", "√2x is read as sqrt(2)*x, not as sqrt(2*x)"),
        ("3√2x", "3√2x is read as 3*sqrt(2)*x, not as 3*sqrt(2*x)"),
        ("√2^x", "√2^x is read as sqrt(2)^x, not as sqrt(2^x)"),
    ],
)
def test_an_unusual_reading_has_a_note(source: str, note: str) -> None:
    program = read(source)
    assert program.notes == (note,)
    assert to_text(program) in note
    said, other = re.fullmatch(r".* is read as (.*?)(?:, not as (.*))?", note).groups()  # type: ignore[union-attr]
    assert tree(said) == tree(source)
    assert other is None or tree(other) != tree(source)


@pytest.mark.parametrize("source", ["[x+1]*2", "2*[x+1]", "[x+1]^2", "x/[x + 1]"])
def test_square_brackets_around_a_sum_have_a_note(source: str) -> None:
    note = "[x + 1] is a vector of one element; write (x + 1) for a number"
    assert read(source).notes == (note,)


@pytest.mark.parametrize("source", ["[x]*2", "[x+1]", "[x+1, y]*2", "[[x+1], [y]]*2", "x[i+1]*2"])
def test_a_vector_has_no_note(source: str) -> None:
    assert read(source).notes == ()


@pytest.mark.parametrize("source", ["x^2/2", "e^x/2", "10^-3/x", "√x/2", "√(2x)y", "sin x", "2x"])
def test_what_is_plain_has_no_note(source: str) -> None:
    assert read(source).notes == ()


LETTERS = string.ascii_letters + string.digits
WIDE = {chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)}


def _mathematical() -> dict[str, list[str]]:
    """Every styled letter and digit of the Unicode block, by the plain one."""
    found: dict[str, list[str]] = {}
    for code in range(0x1D400, 0x1D800):
        plain = unicodedata.normalize("NFKC", chr(code))
        if plain in LETTERS and plain != chr(code):
            found.setdefault(plain, []).append(chr(code))
    return found


@pytest.mark.parametrize(
    "source",
    ["2*x + 1", "sin(x)^2 - y/3", "[x, y][0] if x > 0.5 else x_1 % 2", "f(t) = t!; f(x)", "1e-3x"],
)
def test_full_width_and_styled_characters_are_plain(source: str) -> None:
    wide = "".join(WIDE.get(c, c) for c in source)
    assert read(wide) == read(source)
    styles = _mathematical()
    for style in range(10):
        styled = "".join(styles[c][style % len(styles[c])] if c in styles else c for c in source)
        assert read(styled) == read(source)
    spans = [node.span for node in read(source).walk() if isinstance(node, Name | Number | Binary)]
    assert spans == [
        node.span for node in read(wide).walk() if isinstance(node, Name | Number | Binary)
    ]


FRACTIONS = [
    c for c in map(chr, range(0xBC, 0x218A)) if "VULGAR FRACTION" in unicodedata.name(c, "")
]


@pytest.mark.parametrize("sign", FRACTIONS)
def test_vulgar_fractions(sign: str) -> None:
    value = Fraction(unicodedata.numeric(sign)).limit_denominator(10)
    plain = f"({value.numerator}/{value.denominator})" if value else "(0/3)"
    for before, after in product(("", "2*", "x^", "-"), ("", "x", "*x", "^2", " + 1")):
        assert tree(f"{before}{sign}{after}") == tree(f"{before}{plain}{after}")
    assert tree(f"2{sign}x") == tree(f"(2 + {plain})x")


@pytest.mark.parametrize(("above", "below"), [("1", "2"), ("3", "4"), ("10", "12")])
def test_fraction_slashes(above: str, below: str) -> None:
    plain = f"({above}/{below})"
    raised = above.translate(str.maketrans(string.digits, "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    lowered = below.translate(str.maketrans(string.digits, "₀₁₂₃₄₅₆₇₈₉"))
    for written in (f"{above}⁄{below}", f"{raised}⁄{lowered}"):
        assert tree(f"{written}*m") == tree(f"{plain}*m")
        assert tree(f"x + {written}") == tree(f"x + {plain}")
    assert tree("x⁄y") == tree("x/y")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("∛x", "cbrt(x)"),
        ("2∛(x + 1)", "2*cbrt(x + 1)"),
        ("∜x", "x^(1/4)"),
        ("³√x", "cbrt(x)"),
        ("⁵√(x + 1)", "(x + 1)^(1/5)"),
        ("|x|", "abs(x)"),
        ("2|x - 1| + 1", "2*abs(x - 1) + 1"),
        ("||x| - 1|", "abs(abs(x) - 1)"),
        ("|x||y|", "abs(x)*abs(y)"),
        ("|x|^2", "abs(x)^2"),
        ("|x*(|y| + 1)|", "abs(x*(abs(y) + 1))"),
        ("|-x|/|y|", "abs(-x)/abs(y)"),
        ("max(|x|, |y|)", "max(abs(x), abs(y))"),
        ("∣x∣", "abs(x)"),
        ("‖v‖", "norm(v)"),
        ("⌊x⌋ + ⌈2x⌉", "floor(x) + ceil(2*x)"),
        ("2⌊x/2⌋", "2*floor(x/2)"),
        ("x⌊y⌋", "x*floor(y)"),
        ("30°", "deg(30)"),
        ("sin(30°) + cos 60º", "sin(deg(30)) + cos(deg(60))"),
        ("-(x + 1)°", "-deg(x + 1)"),
        ("eˣ", "e^x"),
        ("e⁻ˣ + x⁽ⁿ⁺¹⁾", "e^(-x) + x^(n + 1)"),
        ("xⁿ", "x^n"),
        ("x∙y•z", "x*y*z"),
        ("xˆ2", "x^2"),
        ("x — 1 ‐ 2", "x - 1 - 2"),
        ("x ⩽ 1", "x <= 1"),
        ("x\u2062y", "x*y"),
        ("sin\u2061(x)", "sin(x)"),
        ("\ufeffx\u200b+\u20601\u00ad", "x + 1"),
        ("2✖\ufe0fx", "2*x"),
        ("x + 1 # na\u200bme", "x + 1"),
    ],
)
def test_signs_are_read_as_they_look(source: str, text: str) -> None:
    assert read(source) == read(text)


@pytest.mark.parametrize("soft", "\u00ad\u200b\u200c\u200d\u2060\ufeff\ufe0f")
@pytest.mark.parametrize("word", ["sin(x)", "1000*x", "alpha"])
def test_no_word_is_divided_unseen(word: str, soft: str) -> None:
    error = refused(f"2*{word[:2]}{soft}{word[2:]}")
    assert error.code == "bad-character"
    assert error.span is not None
    assert (error.span.start, error.span.end) == (4, 5)


@pytest.mark.parametrize(
    ("source", "code", "part", "hint"),
    [
        ("x + 50%", "percent", "50%", "write x + 50/100 or x*(1 + 50/100)"),
        ("2x - 5 %", "percent", "5 %", "write 2x - 5/100 or (2x)*(1 - 5/100)"),
        ("x*20%", "percent", "20%", "write x*20/100"),
        ("(10%)x", "percent", "10%", "write (10/100)x"),
        ("20% of x", "percent", "20%", "write 20/100*"),
        ("10% x", "percent", "10%", "write (10/100)*x for percent, 10 % x for the remainder"),
        ("5% - x", "percent", "5%", "write 5/100 for percent, 5 % (-x) for the remainder"),
        ("||v||", "two-bars", "||v||", "write norm(v) or abs(v)"),
        ("|x", "unclosed", "|", "add '|' behind the value; write or between conditions"),
        ("(|x)|", "unclosed", "|", "add '|' behind the value; write or between conditions"),
        ("x|y|", "bad-sign", "|", "write or between conditions, x*abs(x) for a product"),
        ("a || b", "bad-sign", "||", "write or between conditions, a*abs(x) for a product"),
        ("⌊x", "unclosed", "⌊", "add '⌋'"),
        ("⌊x)", "unexpected-close", ")", "close '⌊' with '⌋' first"),
        ("20°C", "unit", "°C", "write 20"),
        ("e⁻ˣ²", "ambiguous-power", "⁻ˣ²", "write ^(-x^2)"),
        ("x³√y", "ambiguous-product", "x³√y", "write x^3*sqrt(y) or x*cbrt(y)"),
        ("“x”", "bad-sign", "“", "there is no text here: remove the quotes"),
        ("x ± 1", "bad-sign", "±", "write two formulas, one with + and one with -"),
    ],
)
def test_what_is_refused(source: str, code: str, part: str, hint: str) -> None:
    error = refused(source)
    assert error.span is not None
    shown = source[error.span.start : error.span.end]
    assert (error.code, shown, error.hint) == (code, part, hint)


@pytest.mark.parametrize(
    "source", ["x % 3", "7 % x", "7%x", "x% y", "x % -3", "(x % 2) + 1", "x%y"]
)
def test_a_remainder_is_no_percent(source: str) -> None:
    assert any(isinstance(n, Binary) and n.op == "%" for n in tree(source).walk())


@pytest.mark.parametrize("inner", ["x", "n + 1", "2"])
def test_double_factorials(inner: str) -> None:
    """Both formulas that are proposed have the values of the product of every other number."""
    shown = f"({inner})!!" if "+" in inner else f"{inner}!!"
    error = refused(shown)
    formulas = re.fullmatch(
        r"write (.*), or for the double factorial (.*) where (.*) is even, (.*) where it is odd",
        error.hint or "",
    )
    assert formulas is not None
    twice, even, _, odd = formulas.groups()
    assert tree(twice) == tree(f"factorial(factorial({inner}))")
    from gradcalc import evaluate

    for number in range(1, 9):
        at = {"x": number, "n": number - 1}
        wanted = 1
        value = 2 if inner == "2" else number
        for factor in range(value, 0, -2):
            wanted *= factor
        formula = odd if value % 2 else even
        given = {name: at[name] for name in ("x", "n") if name in inner}
        assert evaluate(formula, given).value == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize(
    ("arguments", "note"),
    [
        (["eval", "x^1/2", "--at", "x=4"], "x^1/2 is read as (x^1)/2, not as x^(1/2)"),
        (
            ["eval", "x", "--at", "x=√2π"],
            "in the value of x, √2π is read as sqrt(2)*pi, not as sqrt(2*pi)",
        ),
        (["check", "x^1/2", "--claim", "1/2"], "x^1/2 is read as (x^1)/2, not as x^(1/2)"),
        (
            ["hunt", "x^1/2", "--over", "x=1:2", "--points", "5"],
            "x^1/2 is read as (x^1)/2, not as x^(1/2)",
        ),
        (["map", "$xy$", "DATA"], "xy is read as x*y"),
    ],
)
def test_every_command_tells_an_unusual_reading(
    arguments: list[str], note: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data.csv"
    data.write_text("x,y\n1,2\n")
    run([str(data) if argument == "DATA" else argument for argument in arguments])
    assert note in " ".join("".join(capsys.readouterr()).split())
