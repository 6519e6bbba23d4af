"""Peers beside each other: a process each, the turns of all in one round after another."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.bench.formulas import Formula

PATIENCE = 120.0


@dataclass(frozen=True)
class Timing:
    """Of a call: the median time, in seconds; of the first, after the import; its memory."""

    seconds: float
    first: float
    memory: int


Outcome = Timing | str


class Runner:
    """The process of a peer."""

    def __init__(self, peer: str, formula: Formula, rows: int, threads: int) -> None:
        self.who = f"{peer}, {formula.name}, {rows} rows"
        self.times: list[float] = []
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.bench.peers"),
                *(peer, formula.name, str(rows), str(threads), "--race"),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with self.in_time():
            line = self.process.stdout.readline()
        if line:
            self.told: dict[str, Any] = json.loads(line)
        elif self.process.wait() < 0:
            self.told = {"left_out": f"not ready in {PATIENCE:g} s, or out of memory"}
        else:
            raise RuntimeError(f"{self.who}: {self.process.stderr.read()[-2000:]}")
        if "wrong" in self.told:
            raise RuntimeError(f"{self.who}: {self.told['wrong']}")

    @contextmanager
    def in_time(self) -> Iterator[None]:
        """End the process when patience does."""
        timer = threading.Timer(PATIENCE, self.process.kill)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    @property
    def runs(self) -> bool:
        return "first" in self.told

    def turn(self) -> None:
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.times.append(json.loads(self.process.stdout.readline()))

    def outcome(self) -> Outcome:
        self.process.communicate()
        if not self.runs:
            return self.told["left_out"]
        return Timing(statistics.median(self.times), self.told["first"], self.told["memory"])


def race(
    entrants: Sequence[tuple[str, Formula]], rows: int, threads: int, rounds: int = 21
) -> list[Outcome]:
    """The timing of each peer with its formula, or why it has none.

    Raises RuntimeError where a peer fails or its answer is not gradcalc's.
    """
    runners = [Runner(peer, formula, rows, threads) for peer, formula in entrants]
    for _ in range(rounds):
        for runner in runners:
            if runner.runs:
                runner.turn()
    return [runner.outcome() for runner in runners]


def seconds(
    entrants: Sequence[tuple[str, Formula]], rows: int, threads: int, rounds: int = 21
) -> list[float | None]:
    """The median times alone, None for who is left out."""
    outcomes = race(entrants, rows, threads, rounds)
    return [each.seconds if isinstance(each, Timing) else None for each in outcomes]


def ratio(
    one: tuple[str, Formula],
    other: tuple[str, Formula],
    rows: int,
    threads: int,
    *,
    starts: int = 5,
    rounds: int = 9,
) -> float | None:
    """How many times as long a call of one peer takes as that of another; None if one is left out.

    The median of all rounds: in each both have a turn, now this one first and now that one. The
    processes start more than once, as where the system puts their memory is chance, and lasts as
    long as they do.
    """
    found: list[float] = []
    for _ in range(starts):
        runners = [Runner(peer, formula, rows, threads) for peer, formula in (one, other)]
        if all(runner.runs for runner in runners):
            for k in range(rounds):
                for runner in runners[:: -1 if k % 2 else 1]:
                    runner.turn()
        for runner in runners:
            runner.outcome()
        ours, theirs = (runner.times for runner in runners)
        found += [mine / their for mine, their in zip(ours, theirs, strict=True)]
    return statistics.median(found) if found else None
