# ruff: noqa: E501 - tables are as wide as they are
"""The command line: whole messages, exit statuses, formats, streams, and what is imported."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gradcalc.cli import run
from gradcalc.errors import Exit

Captured = pytest.CaptureFixture[str]


def gradcalc(*arguments: str, stdin: str = "", **more: Any) -> subprocess.CompletedProcess[str]:
    """A process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "gradcalc", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        **more,
    )


# The arguments, the exit status and the whole message.
MESSAGES: list[tuple[list[str], Exit, str]] = [
    (
        ["sinn(x)*y", "--at", "x=1,y=2"],
        Exit.REQUEST,
        """\
error[unknown-name]: unknown function 'sinn'
  │ sinn(x)*y
  │ ^^^^ did you mean sin?
""",
    ),
    (
        ["xy + 1", "--at", "x=1,y=2"],
        Exit.REQUEST,
        """\
error[missing-value]: no value for xy
  │ xy + 1
  │ ^^ for a product, write x*y; or add --at xy=…
""",
    ),
    (
        ["x + y + z", "--at", "x=1"],
        Exit.REQUEST,
        """\
error[missing-value]: no value for y, z
  │ x + y + z
  │     ^ add --at y=…,z=…
""",
    ),
    (
        ["x(y + 1)", "--at", "x=1,y=2"],
        Exit.REQUEST,
        """\
error[ambiguous-product]: 'x' is a variable, not a function
  │ x(y + 1)
  │ ^^^^^^^^ for a product, write x*(y + 1)
""",
    ),
    (
        ["1/2x", "--at", "x=1"],
        Exit.REQUEST,
        """\
error[ambiguous-product]: this product can be read in two ways
  │ 1/2x
  │ ^^^^ write (1/2)*x or 1/(2*x)
""",
    ),
    (
        ["(1 + 2"],
        Exit.REQUEST,
        """\
error[unclosed]: '(' is never closed
  │ (1 + 2
  │ ^ write (1 + 2)
""",
    ),
    (
        ["atan2(x)", "--at", "x=1"],
        Exit.REQUEST,
        """\
error[arity]: atan2 takes 2 arguments, not 1
  │ atan2(x)
  │ ^^^^^^^^ write atan2(y, x)
""",
    ),
    (
        ["sin + 1"],
        Exit.REQUEST,
        """\
error[call-without-brackets]: the function 'sin' needs brackets
  │ sin + 1
  │ ^^^ write sin(x), or give the variable a value: --at sin=…
""",
    ),
    (
        ["while = 3"],
        Exit.REQUEST,
        """\
error[keyword]: 'while' is a keyword and can't be a name
  │ while = 3
  │ ^^^^^ choose another name, such as while_
""",
    ),
    (
        ["x", "--at", "x=1,x=2"],
        Exit.REQUEST,
        """\
error[repeated-value]: x is given twice
  │ x=1,x=2
  │     ^^^ give each input one value
""",
    ),
    (
        ["x", "--at", "x="],
        Exit.REQUEST,
        """\
error[missing-value]: x has no value
  │ x=
  │ ^^ write a number: x=1
""",
    ),
    (
        ["x", "--at", "x=abc"],
        Exit.REQUEST,
        """\
error[unknown-name]: in the value of x: 'abc' has no value
  │ abc
  │ ^^^ the value of x must be a number or a formula of numbers: 2, 1e-3, pi/2
""",
    ),
    (
        ["x", "--at", "x=1e400"],
        Exit.REQUEST,
        """\
error[number-too-large]: in the value of x: this number is out of range
  │ 1e400
  │ ^^^^^ the largest number is about 1.8e308
""",
    ),
    (
        ["x", "--at", "x=nan"],
        Exit.REQUEST,
        """\
error[not-finite]: the value of x, nan, is not a finite float64 number
  │ nan
  │ ^^^ values must lie between -1.8e308 and 1.8e308
""",
    ),
    (
        ["f(n) = f(n + 1); f(x)", "--at", "x=1"],
        Exit.REQUEST,
        """\
error[recursion]: f calls itself more than 400 levels deep
  │ f(n) = f(n + 1); f(x)
  │        ^^^^^^^^ check that the recursion ends, or raise the limit with --max-calls
""",
    ),
    (
        ["while x > 0 { x = x + 1 }; x", "--at", "x=1", "--max-steps", "1000"],
        Exit.REQUEST,
        """\
error[too-many-steps]: the loop did not end within 1,000 iterations
  │ while x > 0 { x = x + 1 }; x
  │ ^^^^^^^^^^^^^^^^^^^^^^^^^ check its condition, or raise the limit with --max-steps
""",
    ),
    (
        ["9^9^9^9"],
        Exit.NO_ANSWER,
        """\
error[overflow]: the value is infinite: 9^387420489 is larger than float64 can hold (1.8e308)
  │ 9^9^9^9
  │   ^^^^^
""",
    ),
    (
        ["1 + log(x)", "--at", "x=-1"],
        Exit.NO_ANSWER,
        """\
error[domain]: log(-1) has no real value: log is defined for x > 0
  │ 1 + log(x)
  │     ^^^^^^ complex numbers are not supported: log(abs(x)) is the real part
""",
    ),
    (
        ["0/0"],
        Exit.NO_ANSWER,
        """\
error[undefined]: the value is undefined: 0 / 0 is not a number
  │ 0/0
  │ ^^^
""",
    ),
    (
        ["asin(2)"],
        Exit.NO_ANSWER,
        """\
error[domain]: asin(2) has no real value: asin is defined for -1 <= x <= 1
  │ asin(2)
  │ ^^^^^^^ complex numbers are not supported
""",
    ),
    (
        ["(-8)^(1/3)"],
        Exit.NO_ANSWER,
        """\
error[domain]: (-8)^0.3333333333333333 has no real value: x^y is defined for x >= 0
  │ (-8)^(1/3)
  │ ^^^^^^^^^^ complex numbers are not supported; cbrt(x) is the real cube root
""",
    ),
    (
        ["2*sqrt(x)", "--at", "x=0", "-q"],
        Exit.NO_ANSWER,
        """\
error[no-derivative]: d/dx is infinite: sqrt(0) has no finite derivative; \
along x: vertical [left none, right inf]
  │ 2*sqrt(x)
  │   ^^^^^^^
""",
    ),
    (
        ["exp(1000)", "-q"],
        Exit.NO_ANSWER,
        """\
error[overflow]: the value is infinite: exp(1000) is larger than float64 can hold (1.8e308)
  │ exp(1000)
  │ ^^^^^^^^^ float64 ends at exp(709.78)
""",
    ),
    (
        ["gamma(-1)", "-q"],
        Exit.NO_ANSWER,
        """\
error[pole]: the value is infinite: gamma(-1) is infinite
  │ gamma(-1)
  │ ^^^^^^^^^
""",
    ),
    (
        ["tan(x)", "--at", "x=pi/2", "-q"],
        Exit.NO_ANSWER,
        """\
error[pole]: the value is undefined: tan(1.5707963267948966) is a pole; float64 only \
comes near it and gives 1.63312e+16; along x: pole [left inf, right inf]
  │ tan(x)
  │ ^^^^^^
""",
    ),
    (
        ["__import__('os')"],
        Exit.REQUEST,
        """\
error[bad-sign]: ''' is not supported
  │ __import__('os')
  │            ^ a derivative is D(f, x), a transpose A.T; a name has no prime: write y1
""",
    ),
    (
        ["().__class__"],
        Exit.REQUEST,
        """\
error[missing-value]: a value is missing after '('
  │ ().__class__
  │ ^ write a number, a name or a formula there
""",
    ),
    (
        ["x", "--wrt", "z", "--at", "x=1"],
        Exit.REQUEST,
        """\
error[unknown-input]: 'z' is not an input of the text
  │ its inputs: x
""",
    ),
    (
        ["x", "--trace", "some", "--at", "x=1"],
        Exit.REQUEST,
        """\
error[usage]: --trace can't be 'some'
  │ write --trace all, off or a number
""",
    ),
    (
        ["x", "--at"],
        Exit.REQUEST,
        """\
error[usage]: --at needs a value
""",
    ),
]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    MESSAGES,
    ids=[" ".join(m[0]) or "nothing" for m in MESSAGES],
)
def test_whole_messages(arguments: list[str], status: Exit, message: str, capsys: Captured) -> None:
    assert run(["eval", *arguments]) == status
    assert capsys.readouterr().err == message


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000 + "x" + ")" * 100_000,
        "[" * 100_000,
        "-" * 100_000 + "x",
        "x^" * 100_000 + "x",
        "+".join(["x"] * 500_000),
        "sin(" * 50_000,
        "x\0y",
        "x + \x1b[31my",
        "x + \u202ey",
    ],
    ids=lambda text: repr(text[:8]),
)
def test_hostile_texts_are_refused_at_once(text: str, tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "text"
    path.write_text(text, encoding="utf-8")
    assert run(["eval", "-f", str(path), "--at", "x=1,y=2"]) == Exit.REQUEST
    shown = capsys.readouterr().err
    assert shown.startswith("error[")
    assert "^" in shown.splitlines()[2]
    assert all(c.isprintable() for c in shown.replace("\n", ""))


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        ("--max-depth=3", "((((x))))"),
        ("--max-size=8", "x + x + x"),
        ("--max-trace=5", "for i in 0..9 { x = x*x }; x"),
        ("--max-calls=2", "f(n) = x if n <= 0 else f(n - 1); f(5)"),
        ("--max-steps=2", "for i in 0..9 { x = x*x }; x"),
    ],
)
def test_limits_are_named_and_can_be_raised(limit: str, text: str, capsys: Captured) -> None:
    assert run(["eval", text, "--at", "x=1", limit]) == Exit.REQUEST
    assert limit.partition("=")[0] in capsys.readouterr().err
    assert run(["eval", text, "--at", "x=1", "-q"]) == Exit.OK


def test_a_misspelt_option_is_an_error(capsys: Captured) -> None:
    assert run(["eval", "x", "--att", "x=1"]) == Exit.REQUEST
    assert "--att" in capsys.readouterr().err


def test_a_surplus_value_is_a_warning(capsys: Captured) -> None:
    assert run(["eval", "x", "--at", "x=1,y=2", "-q"]) == Exit.OK
    answer = capsys.readouterr()
    assert answer.out == "1\n1\n"
    assert answer.err == "note: y is given but not used\n"


@pytest.mark.parametrize(("text", "answer"), [("-x^2", "-9\n-6\n"), ("-x", "-3\n-1\n")])
def test_a_formula_may_begin_with_a_minus(text: str, answer: str, capsys: Captured) -> None:
    assert run(["eval", text, "--at", "x=3", "-q"]) == Exit.OK
    assert capsys.readouterr().out == answer


def test_markup_is_printed_as_typed(capsys: Captured) -> None:
    assert run(["eval", "[a]*[b] + :smile:"]) == Exit.REQUEST
    assert "[a]*[b] + :smile:" in capsys.readouterr().err


# formats ----------------------------------------------------------------------------------


def test_the_tables(capsys: Captured) -> None:
    assert run(["eval", "sin(x)*y", "--at", "x=1,y=2"]) == Exit.OK
    assert (
        capsys.readouterr().out
        == """\
trace: 4 steps
step  operation               value                ∂/∂x                ∂/∂y            ∂f/∂step
───────────────────────────────────────────────────────────────────────────────────────────────
v0    x                           1                   1                      1.0806046117362795
v1    y                           2                                       1  0.8414709848078965
v2    sin(v0)    0.8414709848078965  0.5403023058681398                                       2
v3    v2 * v1     1.682941969615793  1.0806046117362795  0.8414709848078965                   1

formula  sin(x)*y
at       x = 1, y = 2
value    1.682941969615793   16 of 16 digits

derivative  forward = reverse = sympy    digits
───────────────────────────────────────────────
∂/∂x               1.0806046117362795  16 of 16
∂/∂y               0.8414709848078965  16 of 16

proof    ✓ forward and reverse, enclosed at 50 digits, agree with sympy's derivative of the whole expression
"""
    )


KEYS = {
    "schema",
    "expr",
    "canonical",
    "at",
    "value",
    "gradient",
    "forward",
    "reverse",
    "symbolic",
    "reference",
    "digits",
    "ulps",
    "status",
    "one_sided",
    "guards",
    "checks",
    "notes",
    "trace",
    "error",
}


def test_json(capsys: Captured) -> None:
    assert run(["eval", "sin(x)*y", "--at", "x=1,y=2", "--json"]) == Exit.OK
    data = json.loads(capsys.readouterr().out)
    assert set(data) == KEYS
    assert data["schema"] == "gradcalc.eval/1"
    assert data["gradient"] == data["forward"] == data["reverse"] == data["symbolic"]
    assert data["reference"]["gradient"]["y"].startswith("0.84147098480789650665250232163")
    assert data["digits"] == {"value": 16, "gradient": {"x": 16, "y": 16}}
    assert data["checks"] == {
        "modes": True,
        "symbolic": True,
        "method": "whole",
        "precision": 50,
        "proof": "enclosed",
    }
    assert [step["operation"] for step in data["trace"]] == ["x", "y", "sin(v0)", "v2 * v1"]
    assert data["error"] is None


def test_json_has_no_nan(capsys: Captured) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    assert run(["eval", "1/x", "--at", "x=0", "--json"]) == Exit.NO_ANSWER
    data = json.loads(capsys.readouterr().out, parse_constant=refuse)
    assert data["value"] == "NaN"
    assert data["gradient"] == {"x": "-Infinity"}
    assert data["status"] == "pole"
    assert data["error"]["exit"] == 3
    assert data["error"]["span"] == [0, 3]


@pytest.mark.parametrize(("form", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_separated_values(form: str, delimiter: str, capsys: Captured) -> None:
    assert run(["eval", "x*y", "--at", "x=1/3,y=2", "--format", form]) == Exit.OK
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out), delimiter=delimiter))
    assert [row["quantity"] for row in rows] == ["value", "d_x", "d_y"]
    assert float(rows[2]["result"]) == 1 / 3


def test_markdown_and_latex(capsys: Captured) -> None:
    run(["eval", "x^2", "--at", "x=3", "--format", "markdown"])
    assert "| d_x | 6 | 16 | smooth | 6 |" in capsys.readouterr().out
    run(["eval", "x^2", "--at", "x=1e-30", "--format", "latex"])
    out = capsys.readouterr().out
    assert out.startswith("\\begin{tabular}")
    assert r"10^{-60}" in out


def test_many_digits(capsys: Captured) -> None:
    assert run(["eval", "x*pi", "--at", "x=1", "--digits", "60", "-q"]) == Exit.OK
    pi = "3.14159265358979323846264338327950288419716939937510582097494"
    assert capsys.readouterr().out == f"{pi}\n{pi}\n"


@pytest.mark.parametrize(
    ("arguments", "shown", "hidden"),
    [
        (["--trace", "off"], [], ["∂f/∂step"]),
        (["--trace", "all"], ["v99 "], ["left out"]),
        ([], ["v0 ", "73 steps left out"], ["v50 "]),
        (["--trace", "6"], ["97 steps left out"], ["v50 "]),
        (["--mode", "forward"], ["forward"], ["reverse │", "∂f/∂step"]),
        (["--mode", "reverse"], ["∂f/∂step"], ["│ forward"]),
    ],
)
def test_what_is_shown(
    arguments: list[str], shown: list[str], hidden: list[str], capsys: Captured
) -> None:
    source = "for i in 0..100 { x = sin(x) } x"
    assert run(["eval", source, "--at", "x=1", *arguments]) == Exit.OK
    out = capsys.readouterr().out
    assert all(text in out for text in shown)
    assert not any(text in out for text in hidden)


# sources and streams ----------------------------------------------------------------------


def test_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    path = tmp_path / "f.grad"
    path.write_text("# a square\nx^2\n", encoding="utf-8")
    point = tmp_path / "point.json"
    point.write_text('{"x": 3}', encoding="utf-8")
    for arguments in (["-f", str(path)], [f"@{path}"], ["-"]):
        monkeypatch.setattr("sys.stdin", io.StringIO("x^2"))
        assert run(["eval", *arguments, "--at", f"@{point}", "-q"]) == Exit.OK
        assert capsys.readouterr().out == "9\n6\n"


def test_files_that_cannot_be_read(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "binary"
    path.write_bytes(b"x + \xff")
    assert run(["eval", "-f", str(path)]) == Exit.FILE
    assert run(["eval", "-f", str(tmp_path / "none")]) == Exit.FILE
    assert run(["eval", "x", "--at", f"@{tmp_path / 'none'}"]) == Exit.FILE
    assert run(["eval", "x", "--at", f"@{path}"]) == Exit.FILE
    assert capsys.readouterr().err.count("error[") == 4


def test_requests_line_by_line() -> None:
    lines = [
        {"id": 1, "expr": "x^2", "at": {"x": 3}},
        {"id": 2, "expr": "x^2 +", "at": {"x": 3}},
        {"id": 3, "expr": "x*y", "at": {"x": "1/3", "y": 2}, "wrt": ["x"]},
        {"id": 4, "expr": "log(x)", "at": {"x": -1}},
    ]
    done = gradcalc("eval", "--jsonl", stdin="\n".join([*map(json.dumps, lines), "no json", ""]))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == [1, 2, 3, 4, None]
    assert answers[0]["gradient"] == {"x": 6}
    assert answers[1]["error"] == {
        "code": "missing-value",
        "message": "a value is missing after '+'",
        "span": [4, 5],
        "hint": "write a number, a name or a formula there",
        "proposals": [],
        "exit": 2,
    }
    assert answers[2]["gradient"] == {"x": 2}
    assert answers[3]["error"]["exit"] == 3
    assert answers[4]["error"]["code"] == "bad-json"
    assert done.returncode == 3


@pytest.mark.parametrize(
    ("line", "code", "identity"),
    [
        ('{"id": 1e999, "expr": "x"}', "bad-json", None),
        ('{"id": NaN, "expr": "x"}', "bad-json", None),
        ('{"id": 7, "expr": "x", "wrt": 5}', "bad-request", 7),
        ('{"id": 8, "expr": "x", "digits": 30}', "bad-request", 8),
        ("[1]", "bad-request", None),
    ],
)
def test_a_bad_request_costs_its_line_alone(line: str, code: str, identity: Any) -> None:
    good = json.dumps({"id": 9, "expr": "x", "at": {"x": 1}})
    done = gradcalc("eval", "--jsonl", stdin=f"{line}\n{good}\n")
    bad, fine = [json.loads(answer) for answer in done.stdout.splitlines()]
    assert (bad["id"], bad["error"]["code"]) == (identity, code)
    assert (fine["id"], fine["gradient"]) == (9, {"x": 1})


def test_requests_with_traces(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    line = json.dumps({"id": 1, "expr": "x^2", "at": {"x": 3}})
    for arguments, steps in (([], None), (["--trace", "all"], 3), (["--trace", "2"], 2)):
        monkeypatch.setattr("sys.stdin", io.StringIO(line))
        assert run(["eval", "--jsonl", *arguments]) == Exit.OK
        trace = json.loads(capsys.readouterr().out)["trace"]
        assert (trace and len(trace)) == steps


def test_requests_are_answered_as_they_come() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "gradcalc", "eval", "--jsonl", "--check", "off"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for k in range(3):
            process.stdin.write(json.dumps({"id": k, "expr": "x", "at": {"x": k}}) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["value"] == k
        process.stdin.close()
        assert process.wait(10) == 0


def test_a_terminal_without_unicode() -> None:
    done = gradcalc("eval", "abs(x)", "--at", "x=0", env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert "d/dx        " in done.stdout
    assert done.stdout.isascii()
    done = gradcalc("eval", "√(x", env={"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "1"})
    assert done.stderr.startswith("error[unclosed]")


@pytest.mark.skipif(sys.platform == "win32", reason="a device of POSIX")
def test_a_full_disk_is_an_error() -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "gradcalc", "eval", "x", "--at", "x=1"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == Exit.FILE
    assert "No space left" in done.stderr


# what is imported -------------------------------------------------------------------------


def imported(*arguments: str) -> set[str]:
    """The top-level modules that a command line loads."""
    code = (
        "import sys; from gradcalc.cli import run; run(sys.argv[1:]); "
        "print(*{m.partition('.')[0] for m in sys.modules}, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


def test_help_imports_neither_sympy_nor_numpy() -> None:
    assert not {"sympy", "numpy", "mpmath"} & imported("--help")
    assert not {"sympy", "numpy", "mpmath"} & imported("eval", "--help")


def test_an_unchecked_evaluation_imports_no_sympy() -> None:
    arguments = ("eval", "sin(x)*y", "--at", "x=1,y=2")
    assert "sympy" in imported(*arguments)
    assert not {"sympy", "numpy"} & imported(*arguments, "--no-check")
    assert "sympy" not in imported(*arguments, "--check", "fast")


def test_help_lists_the_exit_statuses(capsys: Captured) -> None:
    assert run(["--help"]) == Exit.OK
    assert "130 interrupted" in " ".join(capsys.readouterr().out.split())
