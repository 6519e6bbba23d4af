"""Another program's results, compared row by row."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gradcalc import Exit, GradcalcError
from gradcalc.claims.against import compare
from gradcalc.cli import run

SOURCE = "x*sin(y) + exp(-x^2)"
Captured = pytest.CaptureFixture[str]


def rows(count: int, low: float = -2, high: float = 2) -> dict[str, Any]:
    random = np.random.default_rng(count)
    x, y = random.uniform(low, high, (2, count))
    return {
        "x": x,
        "y": y,
        "value": x * np.sin(y) + np.exp(-(x**2)),
        "d_x": np.sin(y) - 2 * x * np.exp(-(x**2)),
        "d_y": x * np.cos(y),
    }


def written(columns: dict[str, Any], path: Path) -> str:
    lines = [",".join(columns)]
    lines += [",".join(repr(float(v)) for v in row) for row in zip(*columns.values(), strict=True)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def test_a_right_dump(tmp_path: Path) -> None:
    found = compare(SOURCE, written(rows(3000), tmp_path / "d.csv"))
    assert (found.rows, found.wrong, found.aside) == (3000, 0, 0)
    assert all(sum(counts) == 3000 for counts in found.digits.values())
    assert found.digits["d_y"][16] > 2000


def test_wrong_rows_are_found(tmp_path: Path) -> None:
    columns = rows(500)
    columns["d_x"][7] *= -1
    columns["value"][9] *= 1 + 1e-6
    found = compare(SOURCE, written(columns, tmp_path / "d.csv"))
    assert found.wrong == 2
    assert [(w.row, w.column) for w in found.worst] == [(8, "d_x"), (10, "value")]
    assert found.worst[0].ours == pytest.approx(-found.worst[0].theirs)
    assert compare(SOURCE, str(tmp_path / "d.csv"), rtol=1e-5).wrong == 1
    assert compare(SOURCE, str(tmp_path / "d.csv"), ulp=1e12).wrong == 1


def test_float32_is_judged_as_float32(tmp_path: Path) -> None:
    columns = rows(300)
    single = {name: np.asarray(v, dtype=np.float32) for name, v in columns.items()}
    path = written(single, tmp_path / "d.csv")
    assert compare(SOURCE, path).wrong > 100
    assert compare(SOURCE, path, dtype="float32", atol=1e-5).wrong == 0


BRANCHES: list[tuple[str, Callable[[float], tuple[float, float]]]] = [
    ("x^2 if x > 0 else -x", lambda x: (x**2, 2 * x) if x > 0 else (-x, -1.0)),
    (
        "y = x; while y > 1 { y = y/2 }; y^2",
        lambda x: (
            ((x / 2**k) ** 2, 2 * x / 4**k)
            if (k := max(0, math.ceil(math.log2(x)) if x > 1 else 0)) >= 0
            else (0, 0)
        ),
    ),
]


@pytest.mark.parametrize(("source", "truth"), BRANCHES, ids=[b[0] for b in BRANCHES])
def test_branches_and_loops(source: str, truth: Any, tmp_path: Path) -> None:
    x = np.random.default_rng(1).uniform(-3, 30, 400)
    both = np.array([truth(number) for number in x])
    columns = {"x": x, "value": both[:, 0], "d_x": both[:, 1]}
    found = compare(source, written(columns, tmp_path / "d.csv"))
    assert (found.wrong, found.aside) == (0, 0)


def test_singular_rows_are_set_aside(tmp_path: Path) -> None:
    columns = {"x": np.array([-1.0, 0.0, 4.0]), "value": np.array([0.0, 0.0, 2.0])}
    found = compare("sqrt(x)", written(columns, tmp_path / "d.csv"))
    assert (found.rows, found.wrong, found.aside) == (3, 0, 1)  # the value at 0 is 0
    columns = {"x": np.array([0.0, 4.0]), "d_x": np.array([1e308, 0.25])}
    found = compare("sqrt(x)", written(columns, tmp_path / "d.csv"))
    assert (found.rows, found.wrong, found.aside) == (2, 0, 1)
    columns = {"x": np.array([0.0, 2.0]), "d_x": np.array([7.0, 1.0])}
    found = compare("abs(x)", written(columns, tmp_path / "d.csv"))
    assert (found.wrong, found.aside) == (0, 1)


def test_cancellation_is_not_blamed_on_the_dump(tmp_path: Path) -> None:
    """What float64 loses the reference has: a better program is not called wrong."""
    x = 1e-6
    truth = {"x": np.array([x, x]), "value": np.array([0.5 - x**2 / 24, 0.4999])}
    found = compare("(1 - cos(x))/x^2", written(truth, tmp_path / "d.csv"))
    assert [w.row for w in found.worst] == [2]


def test_float64_does_not_judge_what_it_loses(tmp_path: Path) -> None:
    """A thousand rows of a program that is better, or as bad, than our own float64."""
    x = np.random.default_rng(5).uniform(1e-9, 1e-8, 1000)
    columns = {"x": x, "value": 0.5 - x**2 / 24}
    path = written(columns, tmp_path / "d.csv")
    assert compare("(1 - cos(x))/x^2", path).wrong == 0
    naive = {"x": x, "value": (1 - np.cos(x)) / x**2}
    path = written(naive, tmp_path / "d.csv")
    assert compare("(1 - cos(x))/x^2", path).wrong == 1000


def test_inputs_of_float32_are_rounded_first(tmp_path: Path) -> None:
    """What is written as 0.1 was 0.100000001490… to the program, and 1e8*(x - 0.1) tells."""
    texts = ["0.1", "0.2", "0.7", "1.1"]
    x = np.array(texts, dtype=np.float32)
    value = (x - np.float32(0.09375)) * np.float32(1e3)
    lines = ["x,value", *(f"{t},{v!s}" for t, v in zip(texts, value, strict=True))]
    path = tmp_path / "d.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    found = compare("(x - 0.09375)*1e3", str(path), dtype="float32", ulp=1)
    assert found.wrong == 0
    assert sum(found.digits["value"][8:]) == 4
    assert compare("(x - 0.09375)*1e3", str(path), ulp=1).wrong > 0


def test_what_float32_cannot_hold(tmp_path: Path) -> None:
    """exp(100) is infinite and exp(-100) next to nothing in float32; exp(89) is not 7."""
    columns = {"x": np.array([100.0, -100.0, 89.0]), "value": np.array([np.inf, 3.8e-44, 7.0])}
    found = compare("exp(x)", written(columns, tmp_path / "d.csv"), dtype="float32")
    assert [w.row for w in found.worst] == [3]


def test_columns_that_are_not_needed_may_hold_anything(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "d.csv"
    path.write_text("x;value;d_x;note;d_z\n3;9;6;hello;1\n", encoding="utf-8")
    assert run(["check", "x^2", "--against", str(path)]) == 0
    out = capsys.readouterr().out
    assert "1 row, 0 wrong" in out
    assert "not compared: note, d_z" in out
    path.write_bytes(b"x,value\n1,\xff\n")
    assert run(["check", "x^2", "--against", str(path)]) == Exit.FILE
    assert "is not UTF-8 text" in capsys.readouterr().err


def test_stdin(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    for text in ("x,value\n3,9\n", '{"x": 3, "value": 9}\n'):
        stream = io.BufferedReader(io.BytesIO(text.encode()))  # type: ignore[arg-type]
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(stream))
        assert run(["check", "x^2", "--against", "-"]) == 0
        assert "1 row, 0 wrong" in capsys.readouterr().out


def test_jsonl_and_the_command(tmp_path: Path, capsys: Captured) -> None:
    columns = rows(50)
    columns["d_y"][3] = 0.5
    path = tmp_path / "d.jsonl"
    lines = [json.dumps({name: float(v[k]) for name, v in columns.items()}) for k in range(50)]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert run(["check", SOURCE, "--against", str(path)]) == Exit.VERDICT
    out = capsys.readouterr().out
    assert "50 rows, 1 wrong" in out
    assert "correct digits of d_y" in out
    assert run(["check", SOURCE, "--against", str(path), "--json"]) == Exit.VERDICT
    assert json.loads(capsys.readouterr().out)["worst"][0]["row"] == 4


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        (
            "d.csv",
            "x,value\n1,2\n3,abc\n",
            "line 3: column value holds 'abc', which is not a number",
        ),
        ("d.csv", "x,value\n1,2,3\n", "line 2 has 3 cells where there are 2 columns"),
        ("d.csv", "z,value\n1,2\n", "no column x"),
        ("d.csv", "x,y\n1,2\n", "no column value or d_<input>"),
        ("d.csv", "x,value\n", "holds no rows"),
        ("d.csv", "", "is empty"),
        ("d.csv", "x,x,value\n1,2,3\n", "has two columns 'x'"),
        ("d.csv", "x,value\n1,\n", "line 2: column value is empty"),
        ("d.jsonl", '{"x": [1], "value": 1}\n', "column x holds '.1.', which is not a number"),
        ("d.jsonl", '{"x": true, "value": 1}\n', "column x holds 'True', which is not a number"),
        ("d.jsonl", '{"x": 1, "value": 1}\nnot json\n', "line 2 is not valid JSON"),
    ],
)
def test_what_is_no_dump(name: str, text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GradcalcError, match=words) as caught:
        compare("x^2", str(path))
    assert caught.value.exit is Exit.FILE


def test_a_name_that_does_not_say_the_format() -> None:
    with pytest.raises(GradcalcError, match=r"the name d\.xyz doesn't say which table format"):
        compare("x^2", "d.xyz")


def test_where_a_derivative_hides(tmp_path: Path) -> None:
    """sqrt(x^4) is smooth at 0, though its chain rule is not; abs is not, and is set aside."""
    columns = {"x": np.array([0.0, 2.0]), "d_x": np.array([1.0, 4.0])}
    found = compare("sqrt(x^4)", written(columns, tmp_path / "d.csv"))
    assert (found.wrong, found.aside) == (1, 0)
    assert [(w.row, w.ours) for w in found.worst] == [(1, 0.0)]


def test_parquet(tmp_path: Path) -> None:
    columns = rows(100)
    columns["d_x"][5] += 1
    path = str(tmp_path / "d.parquet")
    pq.write_table(pa.table(columns), path)
    found = compare(SOURCE, path)
    assert (found.rows, [w.row for w in found.worst]) == (100, [6])


def test_float64_that_loses_digits_as_the_dump_did_is_no_witness(tmp_path: Path) -> None:
    """One row of two thousand, where the kernel itself makes the same mistake."""
    path = tmp_path / "d.csv"
    rows = ["x,value"] + [
        f"{x!r},{(1 - math.cos(x)) / x**2!r}" for x in (0.5 + k / 2000 for k in range(2000))
    ]
    path.write_text("\n".join([*rows, "1.3e-09,0.0"]) + "\n")
    found = compare("(1 - cos(x))/x^2", str(path), rtol=1e-9)
    assert (found.rows, found.wrong) == (2001, 1)
    assert found.worst[0].row == 2001
    assert found.worst[0].ours == pytest.approx(0.5)


def test_values_at_kinks_are_compared_and_nothing_compared_is_no_success(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text("x,value,d_x\n0,99,0.5\n1,1,1\n")
    found = compare("relu(x)", str(path))
    assert (found.wrong, found.aside, found.exit) == (1, 1, Exit.VERDICT)
    path.write_text("x,d_x\n0,0.5\n")
    assert compare("relu(x)", str(path)).exit is Exit.NO_ANSWER
