"""Another program's results, compared row by row."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradcalc import Exit, GradcalcError
from gradcalc.claims.against import compare
from gradcalc.claims.dumps import read_dump
from gradcalc.cli import run

SOURCE = "x*sin(y) + exp(-x^2)"
Captured = pytest.CaptureFixture[str]


def rows(count: int, low: float = -2, high: float = 2) -> dict[str, Any]:
    random = np.random.default_rng(count)
    x, y = random.uniform(low, high, (2, count))
    return {"x": x, "y": y, "value": x * np.sin(y) + np.exp(-(x**2)),
            "d_x": np.sin(y) - 2 * x * np.exp(-(x**2)), "d_y": x * np.cos(y)}  # fmt: skip


def written(columns: dict[str, Any], path: Path) -> str:
    lines = [",".join(columns)]
    lines += [",".join(repr(float(v)) for v in row) for row in zip(*columns.values(), strict=True)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def test_a_right_dump(tmp_path: Path) -> None:
    found = compare(SOURCE, read_dump(written(rows(3000), tmp_path / "d.csv")))
    assert (found.rows, found.wrong, found.aside) == (3000, 0, 0)
    assert all(sum(counts) == 3000 for counts in found.digits.values())
    assert found.digits["d_y"][16] > 2000


def test_wrong_rows_are_found(tmp_path: Path) -> None:
    columns = rows(500)
    columns["d_x"][7] *= -1
    columns["value"][9] *= 1 + 1e-6
    found = compare(SOURCE, read_dump(written(columns, tmp_path / "d.csv")))
    assert found.wrong == 2
    assert [(w.row, w.column) for w in found.worst] == [(8, "d_x"), (10, "value")]
    assert found.worst[0].ours == pytest.approx(-found.worst[0].theirs)
    assert compare(SOURCE, read_dump(str(tmp_path / "d.csv")), rtol=1e-5).wrong == 1
    assert compare(SOURCE, read_dump(str(tmp_path / "d.csv")), ulp=1e12).wrong == 1


def test_float32_is_judged_as_float32(tmp_path: Path) -> None:
    columns = rows(300)
    single = {name: np.asarray(v, dtype=np.float32) for name, v in columns.items()}
    path = written(single, tmp_path / "d.csv")
    assert compare(SOURCE, read_dump(path)).wrong > 100
    assert compare(SOURCE, read_dump(path), dtype="float32", atol=1e-5).wrong == 0


BRANCHES: list[tuple[str, Callable[[float], tuple[float, float]]]] = [
    ("x^2 if x > 0 else -x", lambda x: (x**2, 2 * x) if x > 0 else (-x, -1.0)),
    ("y = x; while y > 1 { y = y/2 }; y^2",
     lambda x: ((x / 2**k) ** 2, 2 * x / 4**k) if (k := max(0, math.ceil(math.log2(x))
                                                           if x > 1 else 0)) >= 0 else (0, 0)),
]  # fmt: skip


@pytest.mark.parametrize(("source", "truth"), BRANCHES, ids=[b[0] for b in BRANCHES])
def test_branches_and_loops(source: str, truth: Any, tmp_path: Path) -> None:
    x = np.random.default_rng(1).uniform(-3, 30, 400)
    both = np.array([truth(number) for number in x])
    columns = {"x": x, "value": both[:, 0], "d_x": both[:, 1]}
    found = compare(source, read_dump(written(columns, tmp_path / "d.csv")))
    assert (found.wrong, found.aside) == (0, 0)


def test_singular_rows_are_set_aside(tmp_path: Path) -> None:
    columns = {"x": np.array([-1.0, 0.0, 4.0]), "value": np.array([0.0, 0.0, 2.0])}
    found = compare("sqrt(x)", read_dump(written(columns, tmp_path / "d.csv")))
    assert (found.rows, found.wrong, found.aside) == (3, 0, 2)
    columns = {"x": np.array([0.0, 2.0]), "d_x": np.array([7.0, 1.0])}
    found = compare("abs(x)", read_dump(written(columns, tmp_path / "d.csv")))
    assert (found.wrong, found.aside) == (0, 1)


def test_cancellation_is_not_blamed_on_the_dump(tmp_path: Path) -> None:
    """What float64 loses the reference has: a better program is not called wrong."""
    x = 1e-6
    truth = {"x": np.array([x, x]), "value": np.array([0.5 - x**2 / 24, 0.4999])}
    found = compare("(1 - cos(x))/x^2", read_dump(written(truth, tmp_path / "d.csv")))
    assert [w.row for w in found.worst] == [2]


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
        ("d.csv", "x,value\n1,2\n3,abc\n", "line 3 column value: 'abc' is no number"),
        ("d.csv", "x,value\n1,2,3\n", "line 2 has 3 cells, not 2"),
        ("d.csv", "z,value\n1,2\n", "no column x"),
        ("d.csv", "x,y\n1,2\n", "no column value or d_<input>"),
        ("d.csv", "x,value\n", "holds no rows"),
        ("d.jsonl", '{"x": 1}\nnot json\n', "line 2 is not JSON"),
        ("d.txt", "x\n1\n", "neither .csv nor .jsonl"),
    ],
)
def test_what_is_no_dump(name: str, text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GradcalcError, match=words) as caught:
        compare("x^2", read_dump(str(path)))
    assert caught.value.exit is Exit.FILE
