"""The search over parts of a box: one answer, whatever the number of processes."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest

from gradcalc.boxes.parts import Look, Part, Sides, halves, widest
from gradcalc.boxes.search import Limits, search
from gradcalc.boxes.workers import Crew

pytest.importorskip("flint")


@dataclass(frozen=True)
class Near:
    """Which parts of a box hold the number `target`, down to a width? Slow, if `pause` is."""

    target: float
    width: float
    pause: float = 0.0
    bits: int = 64

    def looker(self) -> Any:
        def look(part: Part, known: int) -> Look:
            time.sleep(self.pause)
            (low, high), *_ = part.sides
            if not low <= self.target <= high:
                return Look()
            parts = halves(part.sides, widest(part.sides))
            if parts is None or high - low < self.width:
                return Look((part.sides,))
            return Look((), tuple(Part(one, one[0][1] - one[0][0]) for one in parts))

        return look


@dataclass
class Diary:
    found: list[Sides] = field(default_factory=list)
    looked: list[Sides] = field(default_factory=list)

    def known(self) -> int:
        return len(self.found)

    def enter(self, part: Part, look: Look) -> Iterable[Part]:
        self.looked.append(part.sides)
        self.found += look.findings
        return look.rest

    def done(self, first: Part) -> bool:
        return False


def test_the_parts_close_in_on_what_is_looked_for() -> None:
    diary = Diary()
    ending = search(Near(1 / 3, 1e-9), [Part(((-1.0, 2.0),))], diary, Limits())
    assert ending.left == ()
    assert ending.cause is None
    assert ending.parts == len(diary.looked) > 50
    ((side,),) = diary.found
    assert side[0] <= 1 / 3 <= side[1]
    assert side[1] - side[0] < 1e-9


def test_the_answer_does_not_depend_on_the_number_of_processes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gradcalc.boxes.workers.START_SECONDS", 0.0)
    monkeypatch.setattr("gradcalc.boxes.workers.Worker.is_ready", _wait_until_ready)
    starts = [Part(((k / 64, (k + 1) / 64),)) for k in range(64)]
    diaries = []
    for jobs in (1, 3):
        diary = Diary()
        search(Near(1 / 3, 1e-9), starts, diary, Limits(jobs=jobs))
        diaries.append((diary.looked, diary.found))
    assert diaries[0] == diaries[1]


def _wait_until_ready(worker: Any) -> bool:
    from gradcalc.boxes.workers import _receive

    if not worker.ready:
        worker.ready = _receive(worker.process.stdout) == "ready"
        assert worker.ready
    return worker.process.poll() is None


def test_the_share_of_a_lost_worker_is_looked_at_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gradcalc.boxes.workers.START_SECONDS", -1.0)
    monkeypatch.setattr("gradcalc.boxes.workers.Worker.is_ready", _wait_until_ready)
    parts = [Part(((k / 8, (k + 1) / 8),)) for k in range(8)]
    with Crew(Near(1 / 3, 1.0), 2) as crew:
        crew.looks(parts, 0, lambda: False)
        crew.workers[0].process.kill()
        monkeypatch.setattr("gradcalc.boxes.workers.Worker.is_ready", lambda worker: True)
        looks = crew.looks(parts, 0, lambda: False)
    assert [bool(look and look.findings) for look in looks] == [k == 2 for k in range(8)]


def test_what_time_or_room_leaves_is_handed_back() -> None:
    start = [Part(((-1.0, 2.0),))]
    late = search(Near(1 / 3, 1e-9), start, Diary(), Limits(deadline=time.monotonic() - 1))
    assert late.left == tuple(start)
    assert late.cause == "time"
    full = search(Near(1 / 3, 1e-9), start, Diary(), Limits(max_parts=5))
    assert full.cause == "room"
    assert any(low <= 1 / 3 <= high for ((low, high),) in (part.sides for part in full.left))
