"""`gradcalc map`: tables in, tables out, a summary that is true, and nothing half written."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from gradcalc import Kernel, compile, evaluate
from gradcalc.cli import run
from gradcalc.errors import Exit

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("d.csv").write_text("id,x,y\n007,1,2\n008,-1,3\n009,0.5,-2\n")


def process(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gradcalc", "map", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        **more,
    )


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_rows_are_evaluations(capsys: Captured) -> None:
    assert run(["map", "sin(x)*y", "d.csv"]) == Exit.OK
    printed = capsys.readouterr()
    rows = rows_of(printed.out)
    assert [list(row) for row in rows] == [["id", "x", "y", "value", "d_x", "d_y"]] * 3
    assert [row["id"] for row in rows] == ["007", "008", "009"]
    for row in rows:
        true = evaluate("sin(x)*y", {"x": row["x"], "y": row["y"]})
        assert float(row["value"]) == pytest.approx(true.value, rel=1e-15)
        assert float(row["d_x"]) == pytest.approx(true.gradient["x"], rel=1e-15)
        assert float(row["d_y"]) == pytest.approx(true.gradient["y"], rel=1e-15)
    assert "3 rows checked: forward, reverse and sympy agree" in printed.err


def test_options_of_columns(capsys: Captured) -> None:
    run(["map", "x^2*y*a", "d.csv", "--at", "a=3", "--wrt", "x", "--keep", "id", "-q", "--hessian"])
    printed = capsys.readouterr()
    assert printed.out == ("id,value,d_x,d2_x_x\n007,6,12,12\n008,9,-18,18\n009,-1.5,-6,-12\n")
    assert printed.err == ""
    run(["map", "x", "d.csv", "--keep", "", "-q", "--to", "jsonl"])
    assert capsys.readouterr().out.splitlines()[1] == '{"value": -1.0, "d_x": 1.0}'
    run(["map", "--file", "-", "d.csv", "-q"])


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "parquet", "arrow", "npy", "npz"])
def test_every_format_through_a_pipe(suffix: str) -> None:
    run(["map", "x*y", "d.csv", "--keep", "x,y", "-o", f"o.{suffix}", "-q"])
    data = Path(f"o.{suffix}").read_bytes()
    made = subprocess.run(
        [
            sys.executable,
            "-m",
            "gradcalc",
            "map",
            "value + x",
            "--from",
            suffix,
            "--to",
            "csv",
            "--keep",
            "value",
            "-q",
            "--wrt",
            "x",
        ],
        input=data,
        capture_output=True,
        check=False,
    )
    assert made.returncode == Exit.REQUEST, "a column is called value already"
    made = subprocess.run(
        [
            sys.executable,
            "-m",
            "gradcalc",
            "map",
            "d_x + x",
            "--from",
            suffix,
            "--to",
            "csv",
            "--keep",
            "y",
            "-q",
            "--wrt",
            "x",
        ],
        input=data,
        capture_output=True,
        check=False,
    )
    assert made.stderr == b""
    rows = rows_of(made.stdout.decode())
    assert [float(row["value"]) for row in rows] == [3.0, 2.0, -1.5]
    assert [float(row["y"]) for row in rows] == [2.0, 3.0, -2.0]


def test_rows_without_a_value(capsys: Captured) -> None:
    assert run(["map", "log(x)*y", "d.csv"]) == Exit.OK
    printed = capsys.readouterr()
    assert printed.out.splitlines()[2] == "008,-1,3,nan,nan,nan"
    fate = "1 row without a finite answer, written as NaN or Infinity"
    assert f"{fate}\n  the first is d.csv, line 3: log(-1) has" in printed.err
    assert run(["map", "log(x)*y", "d.csv", "--on-error", "drop"]) == Exit.OK
    printed = capsys.readouterr()
    assert [row["id"] for row in rows_of(printed.out)] == ["007", "009"]
    assert "left out" in printed.err
    args = ["map", "log(x)*y", "d.csv", "--on-error", "fail", "-o", "o.csv"]
    assert run(args) == Exit.NO_ANSWER
    printed = capsys.readouterr()
    assert printed.err.startswith("error[domain]: d.csv, line 3: log(-1) has no real value")
    assert not Path("o.csv").exists()


def test_kinks_and_infinities(capsys: Captured) -> None:
    Path("k.csv").write_text("x\n0\n1\n-2\n0\n")
    run(["map", "abs(x) + sqrt(abs(x))", "k.csv", "--json"])
    printed = capsys.readouterr()
    told = json.loads(printed.err)
    assert (told["rows"], told["kinks"], told["undefined"]) == (4, 2, 2)
    assert told["checked"]["digits"] >= 15
    true = evaluate("abs(x) + sqrt(abs(x))", {"x": 0}).gradient["x"]
    found = float(rows_of(printed.out)[0]["d_x"])
    assert found == true or (math.isnan(found) and math.isnan(true))
    run(["map", "log(x)", "k.csv", "--json"])
    told = json.loads(capsys.readouterr().err)
    assert (told["infinite"], told["undefined"]) == (2, 3)


def test_programs_take_paths(capsys: Captured) -> None:
    Path("n.csv").write_text("x\n" + "\n".join(str(k / 7) for k in range(1, 400)) + "\n")
    newton = "z = x; while abs(z^2 - x) > 1e-12*x { z = (z + x/z)/2 }; z"
    assert run(["map", newton, "n.csv", "--json"]) == Exit.OK
    printed = capsys.readouterr()
    told = json.loads(printed.err)
    assert 3 <= told["paths"] <= 12
    for row in rows_of(printed.out):
        x = float(row["x"])
        assert float(row["value"]) == pytest.approx(math.sqrt(x), rel=1e-12)
        slope = 0.5 / math.sqrt(x) if x != 1 else 1.0  # no turn is taken there: z is x
        assert float(row["d_x"]) == pytest.approx(slope, rel=1e-6)
    run(["map", newton, "n.csv", "--max-paths", "2", "-o", "o.csv"])
    assert "run one by one: there are more than 2 paths (--max-paths)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "exit", "message"),
    [
        (["sin(z)", "d.csv"], Exit.REQUEST, "no column named z"),
        (["sin(x", "d.csv"], Exit.REQUEST, "'(' is never closed"),
        (["x", "none.csv"], Exit.FILE, "No such file or directory: none.csv"),
        (["x", "d.csv", "-o", "no/o.csv"], Exit.FILE, "No such file or directory: no/o.csv"),
        (["x", "d.csv", "-o", "."], Exit.REQUEST, "doesn't say which table format"),
        (["x", "*.parquet"], Exit.FILE, "no file matches *.parquet"),
        (["x", "d.csv", "--keep", "q"], Exit.REQUEST, "--keep: no column named q"),
        (
            ["x*id", "bad.csv"],
            Exit.FILE,
            "bad.csv, line 3: column id holds 'b', which is not a number",
        ),
        (["x", "d.csv", "-o", "o.csv", "--dask", "local"], Exit.FILE, "File exists: o.csv"),
        (["x", "d.csv", "--dask", "local"], Exit.REQUEST, "--dask needs a folder"),
        ([], Exit.REQUEST, "no formula"),
    ],
)
def test_what_is_refused(arguments: list[str], exit: Exit, message: str, capsys: Captured) -> None:
    Path("bad.csv").write_text("id,x\n1,2\nb,3\n")
    if "--dask" in arguments:
        Path("o.csv").write_text("")
    assert run(["map", *arguments]) == exit
    printed = capsys.readouterr()
    assert message in printed.err
    assert printed.out == "", "nothing stands on stdout where nothing was made"


def test_low_digits_fail_a_build(capsys: Captured) -> None:
    Path("c.csv").write_text("x\n1e-8\n")
    assert run(["map", "(1 - cos(x))/x^2", "c.csv", "--min-digits", "8"]) == Exit.VERDICT
    assert "at least 0 of 16 digits are right (" in capsys.readouterr().err


def test_the_sample_is_the_same_again(capsys: Captured) -> None:
    x = np.random.default_rng(0).uniform(0.1, 5, 5000)
    np.savez("t.npz", x=x, y=x[::-1].copy())
    told = []
    for seed, threads in (("1", "1"), ("1", "4"), ("2", "1")):
        run(
            [
                "map",
                "x^y/3 + exp(x)",
                "t.npz",
                "-o",
                "o.npz",
                "--check-rows",
                "20",
                "--json",
                "--seed",
                seed,
                "--threads",
                threads,
            ]
        )
        told.append(json.loads(capsys.readouterr().out)["checked"])
    assert told[0] == told[1]
    assert told[0]["rows"] == 20


def test_pipes_that_close() -> None:
    many = "x\n" + "\n".join(map(str, range(200_000))) + "\n"
    Path("m.csv").write_text(many)
    with subprocess.Popen(
        [sys.executable, "-m", "gradcalc", "map", "sin(x)", "m.csv"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as reading:
        assert reading.stdout is not None
        assert reading.stderr is not None
        assert reading.stdout.readline() == b"x,value,d_x\n"
        reading.stdout.close()
        assert b"Traceback" not in reading.stderr.read()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")
def test_a_full_disk() -> None:
    made = process("x", "d.csv", "-o", "/dev/full", "--to", "csv")
    assert made.returncode == Exit.FILE
    assert made.stderr == "error[file]: No space left on device: /dev/full\n"
    assert not os.path.isfile("/dev/full"), "a device is never replaced"


@pytest.mark.parametrize("sent", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_interrupted_leaves_nothing(sent: str) -> None:
    Path("m.csv").write_text("x\n" + "\n".join(map(str, range(2_000_000))) + "\n")
    with subprocess.Popen(
        [sys.executable, "-m", "gradcalc", "map", "sin(x)*exp(cos(x))", "m.csv", "-o", "o.csv"],
        stderr=subprocess.PIPE,
    ) as running:
        until = time.monotonic() + 60
        while not list(Path().glob("o.csv*.part")) and time.monotonic() < until:
            time.sleep(0.01)
        running.send_signal(getattr(signal, sent))
        _, told = running.communicate()
    assert running.returncode == Exit.INTERRUPTED
    assert b"Traceback" not in told
    assert not list(Path().glob("o.csv*"))


def test_an_interrupt_waits_for_no_piece() -> None:
    """Rows that are run one by one take minutes a piece; the run ends long before."""
    Path("m.csv").write_text("x\n" + "\n".join(f"{k}.25" for k in range(400_000)) + "\n")
    formula = "z = x; while z > 1e-9 { z = z/1.01 }; z*sin(x)"
    command = ["map", formula, "m.csv", "-o", "o.csv", "--max-paths", "1"]
    with subprocess.Popen(
        [sys.executable, "-m", "gradcalc", *command], stderr=subprocess.PIPE
    ) as running:
        until = time.monotonic() + 60
        while not list(Path().glob("o.csv*.part")) and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(1)
        running.send_signal(signal.SIGINT)
        _, told = running.communicate(timeout=60)
    assert running.returncode == Exit.INTERRUPTED
    assert b"Traceback" not in told
    assert not list(Path().glob("o.csv*"))


def test_memory_does_not_grow_with_the_table() -> None:
    """Ten times the rows, and no more than a few blocks more memory."""
    peaks = []
    for rows in (400_000, 4_000_000):
        np.save("t.npy", np.random.default_rng(0).random((rows, 2)))
        measured = (
            "from gradcalc.cli import run\n"
            "run(['map', 'sin(x)*y', 't.npy', '-o', 'o.parquet', '-q', '--check-rows', '0'])\n"
            "print([l.split()[1] for l in open('/proc/self/status') if l.startswith('VmHWM')][0])"
        )
        made = subprocess.run(
            [sys.executable, "-c", measured], capture_output=True, text=True, check=True
        )
        peaks.append(int(made.stdout.split()[-1]))
    # The pages of the mapped input (64 MB) may be counted, those of the output (160 MB) must not.
    assert peaks[1] - peaks[0] < 130_000, peaks


@pytest.mark.parametrize("paths", [200, 1])
@pytest.mark.parametrize(
    "source",
    [
        "x if sqrt(y) > 2 else 7",
        "5*x if not (log(y) > 1) else x",
        "7 if log(y) != 1 else x",
        "z = log(y); while z > 1 { z = z/2 }; 5*x",
        "v = [x, log(y)]; x if v[1] > 0 else 3",
    ],
)
def test_a_condition_without_a_value_is_no_branch(source: str, paths: int) -> None:
    kernel = Kernel(source, max_paths=paths)
    made = kernel(x=np.array([1.0, 1.0, 2.0]), y=np.array([9.0, -9.0, np.nan]))
    assert np.isfinite(made["value"][0])
    for column in made.values():
        assert np.isnan(column[1:]).all()


def test_the_same_rows_have_the_same_derivatives(capsys: Captured, tmp_path: Path) -> None:
    """However many they are: one that was looked into speaks for all."""
    path = tmp_path / "k.csv"
    path.write_text("x,y\n" + "0,1\n" * 2500)
    assert run(["map", "abs(x) + (y if x > 0 else 3*x + y)", str(path)]) == Exit.OK
    out, err = capsys.readouterr()
    assert set(out.splitlines()[1:]) == {"0,1,1,1.5,1"}
    assert "2,500 rows where the function is not smooth" in err


def test_tables_and_values_that_do_not_fit_are_refused(capsys: Captured, tmp_path: Path) -> None:
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    one.write_text("x,y,z\n1,2,3\n")
    other.write_text("x,y\n1,2\n")
    for pair in ([one, other], [other, one]):
        assert run(["map", "x*y", *map(str, pair)]) == Exit.FILE
        assert "differ in column z" in capsys.readouterr().err
    assert run(["map", "x*y", str(one), str(other), "--keep", "x"]) == Exit.OK
    assert run(["map", "w @ [x, y]", str(other), "--at", "w=[1,2]"]) == Exit.REQUEST
    assert "map takes only numbers after --at" in capsys.readouterr().err


def test_infinities_of_both_signs_are_no_warning(capsys: Captured, tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("x\n0\n-0.0\n1\n")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert run(["map", "1/x", str(path), "-q"]) == Exit.OK
    assert capsys.readouterr().err == ""


def test_a_constant_formula_has_a_value_in_each_row_of_a_batch() -> None:
    table = pa.table({"x": [1.0, 2.0]})
    assert compile("2 + 3")(table)["value"].to_pylist() == [5, 5]


def test_second_derivatives_at_a_kink_are_the_mean(capsys: Captured) -> None:
    Path("k.csv").write_text("x\n0\n1\n-1\n")
    assert run(["map", "x^2 if x > 0 else 3*x^2", "k.csv", "--hessian"]) == Exit.OK
    printed = capsys.readouterr()
    assert [row["d2_x_x"] for row in rows_of(printed.out)] == ["4", "2", "6"]
    assert "1 row where the function is not smooth" in printed.err


def test_the_sample_proves_second_derivatives(capsys: Captured) -> None:
    Path("k.csv").write_text("x\n1e6\n2\n")
    run(["map", "(1 - cos(x/1e12))*1e20", "k.csv", "--hessian", "--json"])
    checked = json.loads(capsys.readouterr().err)["checked"]
    assert checked["digits"] < 10
    assert checked["worst"]["column"] in ("value", "d_x", "d2_x_x")


def test_the_sample_sees_what_is_not_finite_though_the_truth_is(capsys: Captured) -> None:
    Path("k.csv").write_text("x,y\n1,800\n1,2\n-1,2\n2,3\n")
    run(["map", "log(x)*exp(y)", "k.csv", "--json"])
    checked = json.loads(capsys.readouterr().err)["checked"]
    assert (checked["rows"], checked["digits"], checked["uncounted"]) == (4, 0, 1)
    assert checked["worst"]["at"] == {"x": 1.0, "y": 800.0}


def test_the_pieces_of_a_table_are_computed_alike() -> None:
    """To the last bit: the last piece, which is short, as the first."""
    x = np.tile(np.random.default_rng(0).uniform(-3, 3, 1000), 150)
    np.savez("t.npz", x=x)
    assert run(["map", "sin(x)*exp(x)", "t.npz", "-o", "o.npz", "-q"]) == Exit.OK
    value = np.load("o.npz")["value"].reshape(150, 1000)
    np.testing.assert_array_equal(value, np.broadcast_to(value[0], value.shape))
