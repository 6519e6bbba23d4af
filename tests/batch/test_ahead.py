"""Rows that are proven before the table ends: nothing that is said of the sample changes."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from gradcalc.batch import ahead
from gradcalc.batch.ahead import Proofs
from gradcalc.batch.sample import Sample, draw
from gradcalc.cli import map_here, run
from gradcalc.kernels.kernel import Kernel

KERNEL = Kernel("sin(x)*y + c", ("x", "y"), threads=1)
AT = {"c": 2.5}
COUNT = 12


def samples() -> list[Sample]:
    """That of a table after each of its pieces."""
    random = np.random.default_rng(4)
    sample, after = Sample(), []
    for number in range(5):
        columns = {"x": random.uniform(-3, 3, 200), "y": random.uniform(-3, 3, 200)}
        answers = KERNEL.rows({**columns, **AT}).columns
        answers["d_x"][:20] += 1e-7  # in which some digits are wrong
        sample = sample.merge(draw(columns, answers, COUNT, (0, 0, number)), COUNT)
        after.append(sample)
    return after


@pytest.mark.parametrize("waits", [True, False])
def test_the_check_says_the_same(waits: bool) -> None:
    proofs = Proofs(KERNEL, AT)
    thread = Thread(target=proofs.work)
    thread.start()
    *_, last = after = samples()
    for sample in after:
        proofs.tell(sample)
    while waits and not proofs.proven.keys() >= {row.lot for row in last.rows}:
        assert thread.is_alive()
    proofs.end()
    thread.join()
    assert Sample(last.rows, proofs.proven).check(KERNEL, AT) == last.check(KERNEL, AT)


def test_it_ends_whether_or_not_there_was_a_row() -> None:
    proofs = Proofs(KERNEL, AT)
    proofs.end()
    proofs.work()
    assert not proofs.proven


def test_a_row_that_fails_is_left_for_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*given: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(ahead, "check_row", failing)
    proofs = Proofs(KERNEL, AT)
    proofs.tell(samples()[-1])
    proofs.work()
    assert not proofs.proven


def test_a_table_is_reported_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.setswitchinterval", lambda seconds: None)
    rows = np.random.default_rng(1).uniform(0.1, 3, (40_000, 2)).tolist()
    (tmp_path / "in.csv").write_text("x,y\n" + "".join(f"{x!r},{y!r}\n" for x, y in rows))
    given, out = str(tmp_path / "in.csv"), str(tmp_path / "out.csv")
    checked = []
    for large in (0, 1 << 40):
        monkeypatch.setattr(map_here, "LARGE_BYTES", large)
        assert run(["map", "sin(x)*y", given, "-o", out, "--check-rows", "20", "--json"]) == 0
        checked.append(json.loads(capfd.readouterr().out)["checked"])
    assert checked[0] == checked[1]
    assert checked[0]["rows"] == 20
