# ruff: noqa: E501 - lines of output are as long as they are
from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradcalc
from gradcalc.answers.request import Options
from gradcalc.answers.result import Result
from gradcalc.cli import run
from gradcalc.errors import Exit
from gradcalc.views import flat
from gradcalc.views.console import Screen, console
from gradcalc.views.grids import summary, tally
from gradcalc.views.json import record, text
from gradcalc.views.operations import operation
from gradcalc.views.tables import show
from gradcalc.views.verdicts import closing

Captured = pytest.CaptureFixture[str]

# What is typed after `gradcalc eval`, and everything it prints.
OUTPUTS: dict[str, tuple[list[str], str]] = {
    "a gradient": (
        ["sum(v^2)*s", "--at", "v=[1,2,3],s=2"],
        """\
trace: 6 steps
step  operation  shape  value      ∂f/∂step
─────────────────────────────────────────────
v0    v          (3)    [1, 2, 3]  [4, 8, 12]
v1    s                 2          14
v2    2                 2
v3    v0^v2      (3)    [1, 4, 9]  [2, 2, 2]
v4    sum(v3)           14         2
v5    v4 * v1           28         1

formula  sum(v^2)*s
at       v = [1, 2, 3], s = 2
value    28   16 of 16 digits

derivative  shape  forward = reverse = sympy  digits
──────────────────────────────────────────────────────
∂/∂v        (3)    [4, 8, 12]                 16 of 16
∂/∂s               14                         16 of 16

proof    ✓ forward and reverse, enclosed at 50 digits, agree with sympy's derivative of the whole expression
""",
    ),
    "jacobians": (
        ["A@v", "--at", "A=[[1,2],[3,4]],v=[1,2]"],
        """\
trace: 3 steps
step  operation  shape  value
────────────────────────────────────────
v0    A          2x2    [[1, 2], [3, 4]]
v1    v          (2)    [1, 2]
v2    v0 @ v1    (2)    [5, 11]

formula  A @ v
at       A = [[1, 2], [3, 4]], v = [1, 2]
value    [5, 11]   16 of 16 digits

derivative  shape  forward = reverse = sympy  digits
──────────────────────────────────────────────────────
∂/∂A        2x2x2  [[[1, 2],                  16 of 16
                     [0, 0]],
                    [[0, 0],
                     [1, 2]]]
∂/∂v        2x2    [[1, 2],                   16 of 16
                    [3, 4]]

proof    ✓ forward and reverse, enclosed at 50 digits, agree with sympy's derivative of the whole expression
""",
    ),
    "kinks": (
        ["max(v)+v[1:]@v[:2]", "--at", "v=[1,3,3]", "--trace", "off"],
        """\
formula  max(v) + v[1:] @ v[:2]
at       v = [1, 3, 3]
value    15   16 of 16 digits

derivative  shape  forward = reverse  digits    verdict
──────────────────────────────────────────────────────────────
∂/∂v        (3)    [3, 4.5, 3.5]      16 of 16  kink in 2 of 3

elements ∂/∂v[1]: kink [4, 5]
         ∂/∂v[2]: kink [3, 4]
note     max(v) at column 1: a tie is shared equally
proof    one-sided limits of the source, found by algebra, gave the derivatives
""",
    ),
    "every element": (
        ["abs(v)*s", "--at", "v=[0,-2],s=0.5", "--trace", "off", "--full"],
        """\
formula  abs(v)*s
at       v = [0, -2], s = 0.5
value    [0, 1]   16 of 16 digits

derivative  shape  forward = reverse  digits    verdict
──────────────────────────────────────────────────────────────
∂/∂v        2x2    [[0,    0],        16 of 16  kink in 1 of 4
                    [0, -0.5]]
∂/∂s        (2)    [0, 2]             16 of 16  by limits

elements ∂f[0]/∂v[0]: kink [-0.5, 0.5]
value f[i]: (2)
  f[0]  0  16
  f[1]  1  16
∂f[i]/∂v[j]: 2x2
     0     1
  0  0     0
  1  0  -0.5
∂f[i]/∂s: (2)
  ∂f[0]/∂s  0  16
  ∂f[1]/∂s  2  16
note     abs(v) at column 1: at 0: 0, the mean of the one-sided derivatives
proof    one-sided limits of the source, found by algebra, gave the derivatives
""",
    ),
    "arrays of scalars": (
        ["sum([x,y,x*y]^2)", "--at", "x=1,y=2"],
        """\
trace: 7 steps
step  operation     shape  value      ∂f/∂step
───────────────────────────────────────────────
v0    x                    1          10
v1    y                    2          8
v2    v0 * v1              2          4
v3    [v0, v1, v2]  (3)    [1, 2, 2]  [2, 4, 4]
v4    2                    2
v5    v3^v4         (3)    [1, 4, 4]  [1, 1, 1]
v6    sum(v5)              9          1

formula  sum([x, y, x*y]^2)
at       x = 1, y = 2
value    9   16 of 16 digits

derivative  forward = reverse = sympy    digits
───────────────────────────────────────────────
∂/∂x                               10  16 of 16
∂/∂y                                8  16 of 16

proof    ✓ forward and reverse, enclosed at 50 digits, agree with sympy's derivative of the whole expression
""",
    ),
    "many digits": (
        ["sum(1/v)+s", "--at", "v=[1,3],s=1/3", "--digits", "40", "--trace", "off"],
        """\
formula  sum(1/v) + s
at       v = [1, 3], s = 0.3333333333333333
value    1.666666666666666666666666666666666666667   40 of 40 digits

derivative  shape  answer                                             digits
──────────────────────────────────────────────────────────────────────────────
∂/∂v        (2)    [-1, -0.1111111111111111111111111111111111111111]  40 of 40
∂/∂s               1                                                  40 of 40

proof    ✓ forward and reverse, enclosed at 100 digits, agree with sympy's derivative of the whole expression
""",
    ),
    "csv": (
        ["v*s", "--at", "v=[1,2],s=1/3", "--format", "csv"],
        """\
quantity,result,digits,status,reference
value[0],0.3333333333333333,16,smooth,0.333333333333333333333333333333
value[1],0.6666666666666666,16,smooth,0.666666666666666666666666666667
"d_v[0, 0]",0.3333333333333333,16,smooth,0.333333333333333333333333333333
"d_v[0, 1]",0,16,smooth,0
"d_v[1, 0]",0,16,smooth,0
"d_v[1, 1]",0.3333333333333333,16,smooth,0.333333333333333333333333333333
d_s[0],1,16,smooth,1
d_s[1],2,16,smooth,2
""",
    ),
    "bare": (["v*s", "--at", "v=[1,2],s=0.5", "-q"], "0.5\n1\n0.5\n0\n0\n0.5\n1\n2\n"),
    "markdown": (
        ["sum(abs(v))", "--at", "v=[0,2]", "--format", "markdown"],
        """\
`sum(abs(v))`

| quantity | result | digits | status | reference |
| --- | ---: | ---: | --- | ---: |
| value | 2 | 16 | kink | 2 |
| d_v[0] | 0 | 16 | kink | 0 |
| d_v[1] | 1 | 16 | smooth | 1 |
""",
    ),
    "latex": (
        ["sum(v^2)", "--at", "v=[1e-30,2]", "--format", "latex"],
        r"""\begin{tabular}{lrrl}
quantity & result & digits & status \\ \hline
value & $4$ & 16 & smooth \\
d\_v[0] & $2\times 10^{-30}$ & 16 & smooth \\
d\_v[1] & $4$ & 16 & smooth \\
\end{tabular}
""",
    ),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_whole_outputs(name: str, capsys: Captured) -> None:
    arguments, wanted = OUTPUTS[name]
    assert run(["eval", *arguments]) == Exit.OK
    assert capsys.readouterr().out == wanted


def shown(result: Result, width: int = 80, **more: Any) -> str:
    """The tables on a terminal of so many columns."""
    out = io.StringIO()
    show(result, Screen(file=out, width=width), **more)
    return out.getvalue()


def piped(result: Result, **more: Any) -> str:
    """The tables where there is no terminal."""
    out = io.StringIO()
    show(result, console(out), **more)
    return out.getvalue()


def drawn(shape: tuple[int, ...], seed: int = 0) -> Any:
    return np.random.default_rng(seed).standard_normal(shape)


# widths -----------------------------------------------------------------------------------

WIDE: list[tuple[str, Mapping[str, Any]]] = [
    ("A@v", {"A": drawn((2, 3)), "v": drawn((3,))}),
    ("sum(sin(A)@A.T, axis=0)", {"A": drawn((2, 3))}),
    ("softmax(W@x + b)", {"W": drawn((3, 2)), "x": drawn((2,)), "b": drawn((3,), 1)}),
    ("det(A)*inv(A)@v", {"A": [[1e-9 + 1, 1], [1, 1]], "v": [1, 2]}),
    (
        "mean(log(1+exp(-y*(X@w)))) + 0.1*sum(w^2)",
        {"X": drawn((1000, 100)), "y": np.sign(drawn((1000,))), "w": drawn((100,), 2) / 10},
    ),
    ("tanh(A@B)", {"A": drawn((9, 9)), "B": drawn((9, 9), 1)}),
]


@pytest.mark.parametrize(("source", "at"), WIDE, ids=[w[0] for w in WIDE])
def test_eighty_columns(source: str, at: Mapping[str, Any]) -> None:
    result = gradcalc.evaluate(source, at, options=Options(check="fast"))
    lines = shown(result).splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) < 80


def test_named_elements_fit_a_terminal() -> None:
    at = {"W": "[[1.3, 0.9], [-0.7, -1.2]]", "x": "[1/3, 2]"}
    text = shown(gradcalc.evaluate("softmax(W@x)", at))
    line = "∂f[0]/∂W[0, 0]: 13 digits, truly 0.0025272640737650308453511004594"
    assert f"elements {line}\n" in text


def test_small_arrays_are_whole_however_narrow() -> None:
    result = gradcalc.evaluate("sum(sin(A)@A.T, axis=0)", {"A": drawn((2, 3))})
    text = shown(result)
    for number in np.ravel(result.derivatives[0].gradient).tolist():
        assert repr(number) in text
    assert "[1, 0, 2]    0.2899425653424963\n" in text


# large arrays -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def large() -> Result:
    at = {"X": drawn((1000, 100)), "w": drawn((100,), 1) / 10, "y": np.sign(drawn((1000,), 2))}
    return gradcalc.evaluate("mean(log(1 + exp(-y*(X@w))))", at)


def test_large_arrays_are_told_in_a_few_words(large: Result) -> None:
    text = piped(large)
    assert len(text.splitlines()) < 40
    assert "X: 1000x100, from -4.494 to 4.732, norm 316.3" in text
    assert "∂/∂X        1000x100  from " in text
    assert "  (1000)    from " in text


def test_everything_is_shown_when_asked(large: Result) -> None:
    text = piped(large, full=True)
    gradient = large.gradient["X"]
    assert len(text.splitlines()) > 2000
    for i, j in ((0, 0), (999, 99), (123, 45)):
        assert repr(float(gradient[i, j])) in text
    narrow = shown(large, full=True)
    assert max(map(len, narrow.splitlines())) <= 80
    assert repr(float(gradient[123, 45])) in narrow


def test_the_closing_line_says_what_was_compared(large: Result) -> None:
    checks = large.checks
    assert closing(large) == (
        f"forward and reverse agree along 3 random directions in extended precision "
        f"({checks.precision} digits), sympy agrees with {checks.sampled} sampled partial "
        "derivatives; digits are counted against extended precision and what rounding does to it"
    )


def test_only_a_handful_of_elements_is_named() -> None:
    result = gradcalc.evaluate("sum(abs(v))", {"v": [0] * 20})
    text = piped(result)
    assert text.count(": kink [-1, 1]") == 5
    assert "         and 15 more\n" in text
    assert "  kink in 20 of 20\n" in text
    assert piped(result, full=True).count(": kink [-1, 1]") == 20


def test_lost_digits_are_named() -> None:
    result = gradcalc.evaluate("(1 - cos(v))/v^2", {"v": [1e-5, 1]}, options=Options(check="fast"))
    text = piped(result)
    assert "value[0]: 7 digits, truly 0.49999999999583" in text
    assert "  digits LOST\n" in text
    assert re.search("\ndigits   LOST: only [0-7] of 16 are right; --digits 30 computes", text)


def test_blocks_of_many_axes() -> None:
    at = {"A": [[1, 2], [3, 4]], "B": [[1, 0], [0, 1]]}
    text = piped(gradcalc.evaluate("A@B", at), full=True)
    assert "∂f[0, 1]/∂A[i, j]: 2x2\n     0  1\n  0  0  1\n  1  0  0\n" in text
    assert "value f[i, j]: 2x2\n     0  1\n  0  1  2\n  1  3  4\n" in text


# operations -------------------------------------------------------------------------------

WRITTEN: list[tuple[str, list[str]]] = [
    ("A[1, :]@v", ["A", "v", "1", "v0[1, :]", "v3 @ v1"]),
    ("sum(A[:, 1:3], axis=0)", ["A", "1", "3", "v0[:, 1:]", "0", "sum(v3, axis=0)"]),
    ("max(A)*norm(v)", ["A", "v", "max(v0)", "norm(v1)", "v2 * v3"]),
    ("min(A, axis=1)[0]", ["A", "1", "min(v0, axis=1)", "0", "v2[0]"]),
    ("reshape(v, 3, 1).T", ["v", "3", "1", "reshape(v0, 3x1)", "v3.T"]),
    ("where(v > A[0], -v, v)", ["v", "A", "0", "v1[0, :]", "v0 > v3", "-v0", "where(v4, v5, v0)"]),
    ("A[0, :2] = v[:2]; A", ["A", "v", "0", "2", "2", "v1[:2]", "v0[0, :2] = v5"]),
    ("[v, v, v, v, v, v, v, v]", ["v", "[v0, v0, v0, v0, …, v0]"]),
    ("concat(A, A, axis=1)", ["A", "1", "concat(v0, v0, axis=1)"]),
    ("concat(v, v)", ["v", "concat(v0, v0)"]),
    ("cumsum(v)", ["v", "cumsum(v0)"]),
    ("sort(v)", ["v", "argsort(v0)", "v0[v1]"]),
    ("outer(v, v)", ["v", "outer(v0, v0)"]),
    ("solve(A[:, :2], v[:2])", ["A", "v", "2", "v0[:, :2]", "2", "v1[:2]", "solve(v3, v5)"]),
]


@pytest.mark.parametrize(("source", "wanted"), WRITTEN, ids=[w[0] for w in WRITTEN])
def test_operations(source: str, wanted: list[str]) -> None:
    at = {"A": [[2, 1, 0], [1, 3, 1]], "v": [3, 1, 2]}
    result = gradcalc.evaluate(source, at, options=Options(check="off"))
    steps = [operation(result.steps.trace, slot) for slot in range(len(result.steps.trace))]
    assert steps == wanted


# JSON -------------------------------------------------------------------------------------


def strict(result: Result) -> Any:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    return json.loads(text(record(result)), parse_constant=refuse)


def test_json() -> None:
    data = strict(gradcalc.evaluate("abs(v)/s", {"v": [0, 2], "s": 3}))
    assert data["at"] == {"v": [0, 2], "s": 3}
    assert data["value"] == [0, 2 / 3]
    for way in ("gradient", "forward", "reverse"):
        assert data[way] == {"v": [[0, 0], [0, 1 / 3]], "s": [0, -2 / 9]}
    assert data["reference"]["gradient"]["v"][1][1] == "0.333333333333333333333333333333"
    assert data["digits"]["gradient"] == {"v": [[16, 16], [16, 16]], "s": [16, 16]}
    assert data["one_sided"] == {"v[0, 0]": {"status": "kink", "left": -1 / 3, "right": 1 / 3}}
    assert {"directions", "sampled"} < set(data["checks"])
    assert data["trace"][2]["value"] == [0, 2]


def test_json_of_one_sides_by_element() -> None:
    data = strict(gradcalc.evaluate("sum(abs(v))", {"v": [0, 2]}))
    assert data["one_sided"] == {"v[0]": {"status": "kink", "left": -1, "right": 1}}


@pytest.mark.parametrize("source", ["1/v", "sum(sqrt(v))", "sum(log(abs(v)))"])
def test_json_has_no_nan(source: str) -> None:
    data = strict(gradcalc.evaluate(source, {"v": [0, 2]}))
    assert data["error"]["exit"] == 3
    shown = json.dumps(data["gradient"])
    assert "Infinity" in shown or "NaN" in shown


def test_json_of_large_arrays(large: Result) -> None:
    data = strict(large)
    assert data["gradient"]["X"] == large.gradient["X"].tolist()
    assert data["checks"]["directions"] == 3
    assert data["reference"] is None
    assert len(text(record(large)).splitlines()) < 20_000  # a line a row


def test_json_has_a_row_a_line(capsys: Captured) -> None:
    run(["eval", "A@v", "--at", "A=[[1,2],[3,4]],v=[1,2]", "--json", "--trace", "off"])
    assert '    "v": [\n      [1.0, 2.0],\n      [3.0, 4.0]\n    ]\n' in capsys.readouterr().out


# rows -------------------------------------------------------------------------------------


def test_rows_of_elements() -> None:
    result = gradcalc.evaluate("abs(A)@v", {"A": [[0, 2], [3, 4]], "v": [1, 2]})
    found = list(csv.DictReader(io.StringIO(flat.separated(result, ","))))
    rows = {row["quantity"]: row for row in found}
    assert [row["quantity"] for row in found[:3]] == ["value[0]", "value[1]", "d_A[0, 0, 0]"]
    assert len(found) == 2 + 8 + 4
    assert [rows[f"value[{k}]"]["status"] for k in (0, 1)] == ["kink", "smooth"]
    assert rows["d_A[0, 0, 0]"]["status"] == "kink"
    assert float(rows["d_A[1, 1, 1]"]["result"]) == 2
    assert flat.bare(result).splitlines() == [row["result"] for row in found]


# files ------------------------------------------------------------------------------------


def test_saved(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "answer.npz"
    arguments = ["A@v*s", "--at", "A=[[1,2],[3,4]],v=[1,2],s=1/3", "--save", str(path), "-q"]
    assert run(["eval", *arguments]) == Exit.OK
    result = gradcalc.evaluate(
        "A@v*s", {"A": "[[1,2],[3,4]]", "v": "[1,2]", "s": "1/3"}, options=Options()
    )
    with np.load(path) as found:
        assert set(found) == {
            "value",
            "d_A",
            "d_v",
            "d_s",
            "at_A",
            "at_v",
            "at_s",
            "digits_value",
            "digits_A",
            "digits_v",
            "digits_s",
        }
        assert np.array_equal(found["value"], result.value)
        for row in result.derivatives:
            assert np.array_equal(found[f"d_{row.by[0]}"], row.gradient)
            assert np.array_equal(found[f"at_{row.by[0]}"], row.at)
            assert np.array_equal(found[f"digits_{row.by[0]}"], row.digits)
    assert list(tmp_path.iterdir()) == [path]
    assert capsys.readouterr().err == ""


def test_a_number_is_saved(tmp_path: Path) -> None:
    path = tmp_path / "answer.npz"
    assert run(["eval", "value^2", "--at", "value=3", "--save", str(path), "-q"]) == Exit.OK
    with np.load(path) as found:
        assert found["value"] == 9
        assert found["d_value"] == found["at_value"] * 2 == 6
        assert found["digits_value"] == found["digits_d_value"] == 16


def test_what_cannot_be_saved(tmp_path: Path, capsys: Captured) -> None:
    def save(path: Path | str, *more: str) -> str:
        status = run(["eval", "x", "--at", "x=1", "-q", "--save", str(path), *more])
        return f"{int(status)} {capsys.readouterr().err}"

    none = tmp_path / "none" / "x.npz"
    assert save(none) == f"6 error[file]: No such file or directory: {none}\n"
    directory = tmp_path / "d.npz"
    directory.mkdir()
    assert save(directory).startswith("6 error[file]: ")
    assert save("x.txt").startswith("2 error[usage]: --save x.txt: answers are saved as .npz")
    assert save("x.npz", "--jsonl").startswith("2 error[usage]")
    assert list(tmp_path.iterdir()) == [directory]


def test_no_half_file_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(file: Any, **_: Any) -> None:
        file.write(b"half")
        raise OSError(28, "No space left on device")

    path = tmp_path / "x.npz"
    path.write_bytes(b"before")
    monkeypatch.setattr("numpy.savez", broken)
    assert run(["eval", "x", "--at", "x=1", "-q", "--save", str(path)]) == Exit.FILE
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == b"before"


# words ------------------------------------------------------------------------------------


def test_summaries() -> None:
    assert summary(np.array([1.0, 1.0])) == "all 1"
    assert summary(np.array([-3.0, 4.0]), norm=True) == "from -3 to 4, norm 5"
    assert summary(np.array([3e300, 4e300]), norm=True) == "from 3e+300 to 4e+300, norm 5e+300"
    assert summary(np.array([np.nan, 1, 2])) == "from 1 to 2, 1 not finite"
    assert summary(np.array([np.inf])) == "not finite"
    assert summary(np.array([-1 / 3, 2 / 3]), brief=True) == "-0.333 to 0.667"
    assert tally(None) == ""
    assert tally(np.array([16, 13])) == "13 to 16"
    assert tally(np.array([np.nan, 16])) == "16"


def test_a_value_whose_truth_is_not_known_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        run(["eval", "norm(v)*0 + tanh(x) - 1", "--at", "v=[3,4],x=1e5", "--no-trace"]) == Exit.OK
    )
    out = capsys.readouterr().out
    assert "0 of 16 digits" in out
    assert "truly None" not in out
    assert "the value is 0 within" in out
