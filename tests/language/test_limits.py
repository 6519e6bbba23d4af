"""Each limit holds at its bound and not one beyond, and the error names its option."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gradcalc import Exit, GradcalcError, evaluate
from gradcalc.cli import run

Captured = pytest.CaptureFixture[str]
UNCHECKED = ["--check", "off", "-q"]

LIMITS = [
    (
        "--max-steps",
        "5",
        "s = 0; for i in 0..5 { s = s + x }; s",
        "s = 0; for i in 0..6 { s = s + x }; s",
    ),
    ("--max-depth", "4", "(((x)))", "((((x))))"),
    ("--max-size", "5", "x+1.5", "x+1.50"),
    ("--max-elements", "6", "sum(ones(2, 3)*x)", "sum(ones(7)*x)"),
    (
        "--max-calls",
        "3",
        "f(n) = x if n < 1 else f(n - 1); f(2)",
        "f(n) = x if n < 1 else f(n - 1); f(3)",
    ),
]


@pytest.mark.parametrize(
    ("option", "bound", "within", "beyond"), LIMITS, ids=[x[0] for x in LIMITS]
)
def test_at_the_limit_and_one_beyond(
    option: str, bound: str, within: str, beyond: str, capsys: Captured
) -> None:
    assert run(["eval", within, "--at", "x=1", option, bound, *UNCHECKED]) == 0
    capsys.readouterr()
    assert run(["eval", beyond, "--at", "x=1", option, bound, *UNCHECKED]) == Exit.REQUEST
    assert option in capsys.readouterr().err


def test_values_typed_are_bounded_like_values_computed(capsys: Captured) -> None:
    for command in (["eval", "sum(v)", "--at"], ["jvp", "sum(v)", "--along", "v=ones(6)", "--at"]):
        assert run([*command, "v=zeros(6)", "--max-elements", "6", "-q"]) == 0
        assert run([*command, "v=zeros(7)", "--max-elements", "6", "-q"]) == Exit.REQUEST
        assert "--max-elements" in capsys.readouterr().err


def test_a_trace_that_grows_too_long(capsys: Captured) -> None:
    source = "y = x; while y < 10 { y = y + 0*x }; y"
    assert run(["eval", source, "--at", "x=1", "--max-trace", "1000", "-q"]) == Exit.REQUEST
    assert "--max-trace" in capsys.readouterr().err


def test_digits_end_at_ten_thousand(capsys: Captured) -> None:
    assert run(["eval", "x", "--at", "x=1/3", "--digits", "10000", "--check", "fast", "-q"]) == 0
    assert len(capsys.readouterr().out) > 10_000
    assert run(["eval", "x", "--at", "x=1/3", "--digits", "10001", "-q"]) == Exit.REQUEST


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there is no alarm on this system")
def test_time_is_bounded() -> None:
    source = "for i in 0..900000 { x = sin(x) }; x"
    start = time.monotonic()
    started = process("eval", source, "--at", "x=1", "--timeout", "0.3")
    _, err = started.communicate(timeout=60)
    assert started.returncode == Exit.REQUEST
    assert time.monotonic() - start < 60
    assert b"error[timeout]: no answer within 0.3 s" in err
    started = process("eval", "x^2", "--at", "x=1", "--timeout", "30", "-q")
    assert started.communicate(timeout=60)[0] == b"1\n2\n"


def process(*arguments: str, **more: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "gradcalc", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)  # type: ignore[call-overload, no-any-return]


def test_an_interrupt_ends_with_130_and_leaves_nothing(tmp_path: Path) -> None:
    source = "for i in 0..900000 { x = sin(x) }; [x]"
    ready = "from gradcalc.__main__ import main; print(1, flush=True); main()"
    words = ["eval", source, "--at", "x=1", "--save", str(tmp_path / "out.npz")]
    command = [sys.executable, "-c", ready, *words]
    started = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert started.stdout is not None
    started.stdout.readline()  # an interrupt before that is the interpreter's to answer
    time.sleep(0.5)
    started.send_signal(signal.SIGINT)
    _, err = started.communicate(timeout=120)
    assert started.returncode == Exit.INTERRUPTED
    assert b"Traceback" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="file descriptors of POSIX")
def test_closed_streams_and_odd_locales() -> None:
    """No stdin, no stdout, an ASCII locale, 20 columns: an answer and no traceback."""
    shell = f'"{sys.executable}" -m gradcalc eval "sin(x)*y" --at x=1,y=2'
    for redirection, status in (("<&-", 0), (">&-", 0), ("2>&-", 0)):
        done = subprocess.run(
            f"{shell} {redirection}", shell=True, capture_output=True, check=False
        )
        assert done.returncode == status, redirection
        assert b"Traceback" not in done.stderr
    plain = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "COLUMNS": "20"}
    done = subprocess.run(shell, shell=True, capture_output=True, env=plain, check=False)
    assert done.returncode == 0
    assert done.stdout.isascii()
    widths = {len(line) for line in done.stdout.splitlines() if set(line) == set(b"-")}
    assert len(widths) == 2, "the trace and the derivatives have a rule each, under their heads"


@pytest.mark.parametrize(
    "command",
    [
        ["eval", "sin(x)", "--at", "x=1"],
        ["eval", "sin(x)", "--at", "x=1", "-q"],
        ["eval", "sin(x)", "--at", "x=1", "--json"],
        ["functions"],
        ["hunt", "x", "--over", "x=0:1"],
        ["check", "sin(x)", "--claim", "cos(x)"],
    ],
)
def test_a_reader_that_leaves_is_no_failure(command: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "gradcalc", *command],
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("seconds", ["nan", "inf", "1e300", "-1"])
@pytest.mark.parametrize(
    "command", [["eval", "x", "--at", "x=1"], ["hunt", "x", "--over", "x=0:1"]]
)
def test_times_that_are_none(
    command: list[str], seconds: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*command, "--timeout", seconds]) == Exit.REQUEST
    assert "timeout" in capsys.readouterr().err


def test_deep_formulas_are_checked_by_instruction() -> None:
    """sympy recurses over what it differentiates; nothing of ours does."""
    source = "sin(" * 190 + "x" + ")" * 190
    found = evaluate(source, {"x": "1"})
    assert found.checks.method == "instruction"
    assert found.checks.symbolic


@pytest.mark.parametrize("postfix", [".T", "[0]"])
def test_what_python_cannot_follow_is_no_bug(postfix: str) -> None:
    with pytest.raises(GradcalcError, match="nested too deeply"):
        evaluate("x" + postfix * 30_000, {"x": [1.0]})


def test_an_endless_text_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    if not os.path.exists("/dev/zero"):
        pytest.skip("a device of POSIX")
    assert run(["eval", "@/dev/zero"]) == Exit.REQUEST
    assert "error[text-too-long]" in capsys.readouterr().err


def test_a_reader_that_leaves_changes_no_verdict() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "gradcalc", "check", "sin(x)", "--claim", "x"]
    assert subprocess.run(command, stdout=writer, check=False).returncode == Exit.VERDICT
    os.close(writer)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_a_file_error() -> None:
    command = f'"{sys.executable}" -m gradcalc eval "sin(x)" --at x=1 > /dev/full'
    done = subprocess.run(command, shell=True, capture_output=True, check=False)
    assert done.returncode == Exit.FILE
    assert b"Traceback" not in done.stderr


def test_a_directory_that_cannot_be_written(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "none" / "out.npz"
    assert run(["eval", "[1, 2]", "--save", str(path), "-q"]) == Exit.FILE
    assert "error[file]" in capsys.readouterr().err


def test_text_that_is_not_utf8(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "latin.grad"
    path.write_bytes(b"x + \xe9")
    assert run(["eval", "-f", str(path), "--at", "x=1"]) == Exit.FILE
    assert "is not UTF-8" in capsys.readouterr().err
