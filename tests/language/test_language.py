"""The language: trees, spans, whole error messages, the way back to text, and hostile inputs."""

from __future__ import annotations

import random
import time
import unicodedata
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcalc.errors import GradcalcError, Span
from gradcalc.language import inputs, parse, parse_expression, to_text
from gradcalc.language.suggest import as_product, nearest
from gradcalc.language.syntax import (
    Assign,
    Binary,
    Call,
    Compare,
    Conditional,
    Evaluate,
    Expr,
    For,
    Function,
    If,
    Index,
    Leave,
    Logic,
    Name,
    Not,
    Number,
    Program,
    Slice,
    Statement,
    Transpose,
    Unary,
    Vector,
    While,
)

FUNCTIONS = frozenset({"sin", "cos", "exp", "log", "sqrt", "factorial", "abs"})


def canonical(source: str) -> str:
    return to_text(parse(source, functions=FUNCTIONS))


def failure(source: str) -> GradcalcError:
    with pytest.raises(GradcalcError) as caught:
        parse(source, functions=FUNCTIONS)
    assert caught.value.source == source
    return caught.value


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("-x^2", "-(x^2)"),
        ("2^-x", "2^(-x)"),
        ("2^-x^2", "2^(-(x^2))"),
        ("2**3^2", "2^(3^2)"),
        ("a - b - c", "a - b - c"),
        ("a - (b - c)", "a - (b - c)"),
        ("a/b*c", "(a/b)*c"),
        ("a/b/c", "(a/b)/c"),
        ("a/(b*c)", "a/(b*c)"),
        ("a*b*c", "a*b*c"),
        ("x + y*z", "x + y*z"),
        ("a - -b", "a - (-b)"),
        ("A @ B.T", "A @ B.T"),
        ("7 % 3", "7 % 3"),
        ("2x", "2*x"),
        ("-2x", "-2*x"),
        ("2 - x", "2 - x"),
        ("2(x+1)", "2*(x + 1)"),
        ("2x^3", "2*x^3"),
        ("2x/3", "(2*x)/3"),
        ("a*2x", "a*(2*x)"),
        ("3 sin(x)", "3*sin(x)"),
        ("(x+1)(x-1)", "(x + 1)*(x - 1)"),
        ("sin(x)cos(x)", "sin(x)*cos(x)"),
        ("2^(3)x", "2^3*x"),
        ("2e", "2*e"),
        ("2exp(x)", "2*exp(x)"),
        ("sin^2(x)", "sin(x)^2"),
        ("n!^2", "factorial(n)^2"),
        ("-n!", "-factorial(n)"),
        ("v[1:3]", "v[1:3]"),
        ("A[:, -1]", "A[:, -1]"),
        ("v[:2] + v[1:]", "v[:2] + v[1:]"),
        ("0 < x <= 1", "0 < x <= 1"),
        ("not a and b or c", "(not a and b) or c"),
        ("not a < b", "not (a < b)"),
        ("x if x > 0 else -x", "x if x > 0 else -x"),
        ("1 if a else 2 if b else 3", "1 if a else 2 if b else 3"),
        ("x **= 2", "x ^= 2"),
        ("x = 1; # one\n\n y", "x = 1\ny"),
        ("x +\n y", "x + y"),
        ("f(a,\n  b)", "f(a, b)"),
        ("for i in 0..n-1 { y += i }", "for i in 0..n - 1 { y += i }"),
        ("for t in [1,2] {\n t \n}", "for t in [1, 2] { t }"),
        ("if a { b }\nelse if c { d } else { e }", "if a { b } else if c { d } else { e }"),
        ("while y > 1 { y /= 2 }", "while y > 1 { y /= 2 }"),
        ("for i in v { if i > x { break } else { continue } }",) * 2,
        ("f(t) = t^2 + 1", "f(t) = t^2 + 1"),
        ("f(t) = { u = t; u*u }; f(3)", "f(t) = { u = t; u*u }\nf(3)"),
        ("v[0] = 2 * x", "v[0] = 2*x"),
    ],
)
def test_canonical_text(source: str, text: str) -> None:
    assert canonical(source) == text
    assert parse(text) == parse(source, functions=FUNCTIONS)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("2π", "2*pi"),
        ("x × y · z ÷ 2 − 1", "(x*y*z)/2 - 1"),
        ("√x", "sqrt(x)"),
        ("2√(x+1)", "2*sqrt(x + 1)"),
        ("x²y", "x^2*y"),
        ("x⁻¹", "x^(-1)"),
        ("-x²", "-(x^2)"),
        ("sin²(x)", "sin(x)^2"),
        ("x ≤ 1", "x <= 1"),
        ("x ≠ y", "x != y"),
        ("x₁ + θ", "x1 + θ"),
        ("∞ + φ + τ", "inf + phi + tau"),
        ("x\u00a0+\u202f1", "x + 1"),
    ],
)
def test_unicode_is_read_as_it_looks(source: str, text: str) -> None:
    assert canonical(source) == text


@pytest.mark.parametrize(
    ("source", "text", "value"),
    [
        ("2.", "2", Fraction(2)),
        (".5", "0.5", Fraction(1, 2)),
        ("1E-3", "1e-3", Fraction(1, 1000)),
        ("1_000_000", "1000000", Fraction(10**6)),
        ("0x1.8p3", "0x1.8p3", Fraction(12)),
        ("0xFF", "0xff", Fraction(255)),
        ("0.1", "0.1", Fraction(1, 10)),
    ],
)
def test_numbers_are_exact(source: str, text: str, value: Fraction) -> None:
    assert parse_expression(source) == Number(text, value)


def test_precedence_of_conditional_fields() -> None:
    assert parse_expression("a if c else b") == Conditional(Name("c"), Name("a"), Name("b"))


def test_a_range_is_no_decimal_point() -> None:
    loop = parse("for i in 0..3 { i }").body[0]
    assert isinstance(loop, For)
    assert (loop.start, loop.stop) == (Number("0", Fraction(0)), Number("3", Fraction(3)))


def test_spans_are_offsets_into_the_original_text() -> None:
    sum_ = parse_expression("  α + sin( x₁ )")
    assert isinstance(sum_, Binary)
    assert sum_.span == Span(2, 15)
    assert isinstance(sum_.right, Call)
    assert (sum_.right.span, sum_.right.name_span) == (Span(6, 15), Span(6, 9))
    assert sum_.right.arguments[0].span == Span(11, 13)
    product = parse_expression("(a+b)*c")
    assert isinstance(product, Binary)
    assert (product.span, product.left.span) == (Span(0, 7), Span(0, 5))


MALFORMED = [
    ("", "empty", 0, 0, "write one, such as x^2 + 1"),
    (" # only this\n;", "empty", 14, 14, "write one, such as x^2 + 1"),
    ("1+", "missing-value", 1, 2, "write a number, a name or a formula there"),
    ("x = ", "missing-value", 2, 3, "write a number, a name or a formula there"),
    ("@x", "missing-value", 0, 1, "write a value on the left of @"),
    ("()", "missing-value", 0, 1, "write a number, a name or a formula there"),
    ("x***2", "bad-sign", 1, 4, "write ^ for a power, * for a product"),
    ("x << 2", "bad-sign", 2, 4, "write x*2^n"),
    ("a && b", "bad-sign", 2, 4, "write and"),
    ("x := 1", "bad-sign", 2, 4, "write ="),
    ("x ? 1 : 2", "bad-sign", 2, 3, "write a if c else b"),
    ('f"{x}"', "bad-sign", 1, 2, "there is no text here: remove the quotes"),
    ("x,", "stray-comma", 1, 2, "write [a, b] for a vector"),
    ("1,5", "decimal-comma", 0, 3, "write 1.5 for a decimal, [1, 5] for a vector"),
    ("3 * (1 + 2", "unclosed", 4, 5, "add ')'"),
    ("if x > 0 { x", "unclosed", 9, 10, "add '}'"),
    ("sin x)", "unexpected-close", 5, 6, "remove it, or add an opening bracket before it"),
    ("(x]", "unexpected-close", 2, 3, "close '(' with ')' first"),
    (
        "{x}",
        "stray-block",
        0,
        1,
        "use { } after if, else, while, for or f(x) =, and ( ) for grouping",
    ),
    ("2e-", "bad-number", 0, 3, "write 2e-3 for a power of ten, 2*e - … for the constant e"),
    ("2e-x", "bad-number", 0, 3, "write 2e-3 for a power of ten, 2*e - … for the constant e"),
    ("0x", "bad-number", 0, 2, "for example 0x1f"),
    ("0b2", "bad-number", 0, 3, "write it in decimal, or in hexadecimal like 0x1f"),
    ("1.2.3", "bad-number", 0, 5, "write 1.2, or put an operator between two numbers"),
    ("1__0", "bad-number", 0, 4, "for example 1_000_000"),
    ("1f", "number-suffix", 0, 2, "write 1, or 1*f if a variable f is meant"),
    ("1e400", "number-too-large", 0, 5, "the largest number is about 1.8e308"),
    ("1e99999999999999999999", "number-too-large", 0, 22, "exponents must be from -5000 to 308"),
    ("\u202ex+1", "bad-character", 0, 1, "remove it"),
    ("x # \u200e", "bad-character", 4, 5, "remove it"),
    ("\0", "bad-character", 0, 1, "remove it"),
    ("\ax", "bad-character", 0, 1, "remove it"),
    ("\u013f", "bad-character", 0, 1, "remove it, or write it in plain letters"),
    ("x" * 101, "long-name", 0, 101, "choose a shorter name"),
    ("x.y", "attribute", 1, 3, "the only one is A.T, the transpose; write a*b for a product"),
    ("1/2x", "ambiguous-product", 0, 4, "write (1/2)*x or 1/(2*x)"),
    ("2^3x", "ambiguous-product", 0, 4, "write (2^3)*x or 2^(3*x)"),
    ("e^2x", "ambiguous-product", 0, 4, "write (e^2)*x or e^(2*x)"),
    ("x y", "missing-operator", 0, 3, "write x*y for a product"),
    ("2 x y", "missing-operator", 2, 5, "write x*y for a product"),
    ("2 3", "missing-operator", 0, 3, "write * for a product"),
    ("2πr", "missing-operator", 1, 3, "write pi*r"),
    ("[bold red]x", "missing-operator", 1, 9, "write bold*red for a product"),
    (
        "sin",
        "call-without-brackets",
        0,
        3,
        "write sin(x), or give the variable a value: --at sin=…",
    ),
    ("sin^-1(x)", "inverse-function", 0, 6, "write asin(x) or 1/sin(x)"),
    ("sin⁻¹(x)", "inverse-function", 0, 5, "write asin(x) or 1/sin(x)"),
    (
        "x = = 1",
        "stray-equals",
        4,
        5,
        "write == to compare; an assignment is a statement of its own",
    ),
    (
        "if x = 1 { x }",
        "stray-equals",
        5,
        6,
        "write == to compare; an assignment is a statement of its own",
    ),
    ("if = 3", "keyword", 0, 2, "choose another name, such as if_"),
    ("for in in 0..3 { 1 }", "keyword", 4, 6, "choose another name, such as in_"),
    ("3 = x", "bad-assignment", 0, 1, "put a name on the left of =, or write == to compare"),
    ("x+1 = 3", "bad-assignment", 0, 3, "put a name on the left of =, or write == to compare"),
    ("A[0][1] = 2", "bad-assignment", 0, 7, "write A[i, j] = …"),
    ("f(2) = 3", "bad-assignment", 2, 3, "write f(a, b) = …; write == to compare"),
    ("for 3 in 0..3 { x }", "bad-assignment", 4, 5, "write for i in 0..3 { … }"),
    ("sin(x) = 3", "assign-function", 0, 3, "choose another name, such as sin_"),
    ("if x > 0 { x } else", "missing-block", 15, 19, "write it inside { }"),
    ("1 if x", "missing-else", 5, 6, "write 1 if c else b, or if c { … }"),
    ("for i 0..3 { i }", "missing-in", 4, 5, "write for i in 0..3 { … }"),
    ("function f(x) { x }", "foreign-word", 0, 8, "write f(x) = x^2, or f(x) = { … }"),
    (
        "import os; x",
        "foreign-word",
        0,
        6,
        "leave it out: all functions are available without an import",
    ),
    ("del x", "foreign-word", 0, 3, "leave it out: names don't need to be deleted"),
    ("f(x) = { }", "empty", 7, 8, "write a formula inside the { }"),
]


@pytest.mark.parametrize(("source", "code", "start", "end", "hint"), MALFORMED)
def test_malformed(source: str, code: str, start: int, end: int, hint: str) -> None:
    error = failure(source)
    assert (error.code, error.span, error.hint) == (code, Span(start, end), hint)
    assert error.message[0] in "'(" or not error.message[0].isupper()


def test_an_expression_is_no_assignment() -> None:
    with pytest.raises(GradcalcError) as caught:
        parse_expression("x = 1")
    assert caught.value.code == "stray-equals"


@pytest.mark.parametrize(
    "source",
    [
        "(" * 100_000 + "x" + ")" * 100_000,
        "[" * 100_000 + "]" * 100_000,
        "-" * 100_000 + "x",
        "2" + "^2" * 100_000,
        "not " * 90_000 + "x",
        "√" * 100_000 + "x",
        "sin(" * 50_000 + "x" + ")" * 50_000,
        "x[" * 50_000 + "0" + "]" * 50_000,
        "if a {" * 50_000 + "}" * 50_000,
        "if a {} else " * 20_000 + "{}",
        "a if b else " * 30_000 + "c",
        "f(x) = {" * 40_000 + "x" + "}" * 40_000,
    ],
    ids=lambda source: source[:12],
)
def test_deep_nesting_is_an_error_that_names_the_limit(source: str) -> None:
    error = failure(source)
    assert error.code == "too-deep"
    assert error.hint is not None
    assert "200" in error.message
    assert "--max-depth" in error.hint


@pytest.mark.parametrize("opening", ["(", "-", "2^", "not ", "√", "x[1 + 2*", "f(a or b and "])
def test_a_raised_limit_holds(opening: str) -> None:
    closing = {"(": ")", "x[1 + 2*": "]", "f(a or b and ": ")"}.get(opening, "")
    source = opening * 4000 + "x" + closing * 4000
    assert to_text(parse(source, max_depth=10_000)).count("x") >= 1


def test_unclosed_brackets_point_at_the_opening_one() -> None:
    assert failure("(" * 100_000).code == "unclosed"


@pytest.mark.parametrize("term", ["x+", "x*", "x/", "2x-", "x<", "a or "])
def test_long_chains_take_linear_time(term: str) -> None:
    source = term * (300_000 // len(term)) + "x"
    start = time.process_time()
    program = parse(source)
    assert next(iter(inputs(program))) in ("x", "a")
    assert len(to_text(program)) >= len(source) * 0.9
    assert time.process_time() - start < 20


def test_long_postfix_chains_are_no_nesting() -> None:
    assert tuple(inputs(parse("x" + ".T" * 50_000))) == ("x",)
    assert tuple(inputs(parse("v" + "[0]" * 50_000))) == ("v",)


def test_too_long() -> None:
    error = failure("x" * 400_001)
    assert (error.code, error.hint) == ("too-long", "allow more with --max-size")


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("x*y + x", ("x", "y")),
        ("y = x; while y > a { y = y/2 }; y", ("x", "a")),
        ("x = r*x*(1-x)", ("r", "x")),
        ("x = 1; x", ()),
        ("x += y", ("x", "y")),
        ("v[0] = x", ("v", "x")),
        ("v = [x]; v[i] = 2", ("x", "i")),
        ("if c { z = 1 }; z", ("c",)),
        ("if y > 0 { x = 1 } else { x = 2*x }; x", ("y", "x")),
        ("if y > 0 { x = 2*x } else { x = 1 }; x", ("y", "x")),
        ("if y > 0 { x = 1 } else { if y < -1 { x = 2 } else { x += z } }; x", ("y", "x", "z")),
        ("if c { x = 1 } else { x = 2 }; x", ("c",)),
        ("while c > x { x = 1 }", ("c", "x")),
        ("for i in 0..n { s = s + i }; s", ("n", "s")),
        ("f(t) = { if t > 0 { u = 1 } else { u = 2*u }; u }; f(x)", ("u", "x")),
        ("for i in 0..n { i }; i", ("n",)),
        ("while c > 0 { if c > 1 { break } else { t = c }; c = t }; 1", ("c",)),
        ("for i in 0..n { if c > i { t = 1; continue }; t = 2; s = t }; s", ("n", "c")),
        ("break = 2; break", ()),
        ("f(t) = { u = t*k; u }; f(x) + u", ("k", "x", "u")),
        ("k = 2; f(t) = t*k; f(x)", ("x",)),
        ("a if c else b", ("a", "c", "b")),
        ("pi*x", ("x",)),
        ("A[i, j:k].T @ B", ("A", "i", "j", "k", "B")),
    ],
)
def test_inputs(source: str, names: tuple[str, ...]) -> None:
    assert tuple(inputs(parse(source), {"pi", "e"})) == names


Way = tuple[tuple[str, str], ...]  # what is read (r) and bound (b), in order
LEFT = ("left", "")  # the end of a way that leaves its turn of a loop


def _drawn_statements(rng: random.Random, depth: int, loops: int = 0) -> tuple[str, list[Way]]:
    """Statements, and every way through them: loops run not at all, once or twice."""
    texts, ways = [], [()]
    for _ in range(rng.randint(1, 3)):
        kind = rng.choice(["assign", "if", "while"]) if depth else "assign"
        name, other = rng.choice("xyz"), rng.choice("xyz")
        if kind == "assign" and loops and rng.random() < 0.2:
            text, more = rng.choice(["break", "continue"]), [(LEFT,)]
        elif kind == "assign":
            text, more = f"{name} = 2*{other}", [(("r", other), ("b", name))]
        else:
            one, then = _drawn_statements(rng, depth - 1, loops + (kind == "while"))
            test = (("r", name),)
            if kind == "if":
                two, rest = _drawn_statements(rng, depth - 1, loops)
                text = f"if {name} > 0 {{ {one} }} else {{ {two} }}"
                more = [test + way for way in (*then, *rest)]
            else:
                text = f"while {name} > 0 {{ {one} }}"
                ends = [tuple(step for step in way if step != LEFT) for way in then]
                more = [test] + [test + way + test for way in ends]
        texts.append(text)
        ways = [way if LEFT in way else (*way, *new) for way in ways for new in more][:3000]
    return "; ".join(texts), ways


@pytest.mark.parametrize("seed", range(90))
def test_inputs_are_what_some_way_reads_first(seed: int) -> None:
    text, ways = _drawn_statements(random.Random(seed), 2)
    wanted = set()
    for way in ways:
        bound: set[str] = set()
        for what, name in way:
            if what == "b":
                bound.add(name)
            elif what == "r" and name not in bound:
                wanted.add(name)
    found = set(inputs(parse(text), given={"x", "y", "z"}))
    assert found >= wanted
    # What stands behind a statement that always leaves is read by no way, and counted all the same.
    assert found == wanted or "break" in text or "continue" in text
    assert set(inputs(parse(text))) <= found


def test_suggestions() -> None:
    assert nearest("sinn", FUNCTIONS) == "sin"
    assert nearest("csoine", ["cosine"]) == "cosine"
    assert nearest("x", ["y"]) is None
    assert nearest("sin", ["sin"]) is None
    assert as_product("xy", {"x", "y"}) == "x*y"
    assert as_product("xyz", {"x", "y", "yz"}) == "x*yz"
    assert as_product("xq", {"x", "y"}) is None


COMPARISONS = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
NAMES = st.sampled_from(["x", "y", "T", "e", "e3", "x1", "θ", "f"])
NUMBERS = st.sampled_from(["0", "2", "0.5", "1e3", "2.5e-3", "0x1f"]).map(
    lambda text: Number(text, Fraction(int(text, 16)) if "x" in text else Fraction(text))
)


def _tuples(item: st.SearchStrategy[Expr], least: int, most: int) -> st.SearchStrategy:
    return st.lists(item, min_size=least, max_size=most).map(tuple)


def _grow(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    ends = st.none() | inner
    indices = st.lists(inner | st.builds(Slice, ends, ends), min_size=1, max_size=2).map(tuple)
    compare = st.integers(1, 3).flatmap(
        lambda n: st.builds(
            Compare,
            st.lists(
                st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), min_size=n, max_size=n
            ).map(tuple),
            _tuples(inner, n + 1, n + 1),
        )
    )
    return st.one_of(
        st.builds(Unary, st.sampled_from("+-"), inner),
        st.builds(Binary, st.sampled_from("+-*/@%^"), inner, inner),
        compare,
        st.builds(Logic, st.sampled_from(["and", "or"]), inner, inner),
        st.builds(Not, inner),
        st.builds(Conditional, inner, inner, inner),
        st.builds(Call, st.sampled_from(["sin", "f", "factorial"]), _tuples(inner, 0, 2)),
        st.builds(Index, inner, indices),
        st.builds(Vector, _tuples(inner, 0, 3)),
        st.builds(Transpose, inner),
    )


EXPRESSIONS: st.SearchStrategy[Expr] = st.recursive(NUMBERS | NAMES.map(Name), _grow, max_leaves=15)
TARGETS = st.builds(Name, NAMES) | st.builds(
    Index, st.builds(Name, NAMES), _tuples(EXPRESSIONS, 1, 2)
)
SIMPLE: st.SearchStrategy[Statement] = st.builds(Evaluate, EXPRESSIONS) | st.builds(
    Assign, TARGETS, st.sampled_from(["=", "+=", "-=", "*=", "/=", "^=", "%="]), EXPRESSIONS
)


def _nest(inner: st.SearchStrategy[Statement]) -> st.SearchStrategy[Statement]:
    body = st.lists(inner, max_size=2).map(tuple)
    return st.one_of(
        st.builds(If, EXPRESSIONS, body, body),
        st.builds(While, EXPRESSIONS, body),
        st.builds(While, EXPRESSIONS, body.map(lambda b: (*b, Leave("break")))),
        st.builds(For, NAMES, EXPRESSIONS, st.none() | EXPRESSIONS, body),
        st.builds(
            Function,
            st.sampled_from(["g", "h"]),
            st.sampled_from([(), ("a",), ("a", "b")]),
            st.lists(inner, min_size=1, max_size=2).map(tuple),
        ),
    )


PROGRAMS = st.lists(st.recursive(SIMPLE, _nest, max_leaves=4), min_size=1, max_size=3).map(
    lambda body: Program(tuple(body))
)


@given(EXPRESSIONS)
@settings(max_examples=400, deadline=None)
def test_expressions_come_back_from_their_text(tree: Expr) -> None:
    assert parse_expression(to_text(tree)) == tree


@given(PROGRAMS)
@settings(max_examples=150, deadline=None)
def test_programs_come_back_from_their_text(program: Program) -> None:
    assert parse(to_text(program)) == program


@given(st.text(alphabet="x2e.(),[]{}=+-*/^!:; \nif<πsin²√|'#_", max_size=40))
@settings(max_examples=400, deadline=None)
def test_any_text_is_read_or_refused(source: str) -> None:
    try:
        program = parse(source, functions=FUNCTIONS)
    except GradcalcError as error:
        assert error.span is not None
        assert 0 <= error.span.start <= error.span.end <= len(source)
    else:
        assert parse(to_text(program), functions=FUNCTIONS) == program


def test_letters_that_come_apart_are_read_as_they_print() -> None:
    """U+013F is L and a middle dot to Unicode: what is one name must stay one."""
    composed = [chr(c) for c in range(0x20000) if unicodedata.normalize("NFKC", chr(c)) != chr(c)]
    assert len(composed) > 3000
    read = 0
    for text in (text for c in composed for text in (c, f"a{c}")):
        try:
            tree = parse(text)
        except GradcalcError:
            continue
        read += 1
        assert parse(to_text(tree)).body == tree.body
    assert read > 1000
