"""Suites are run: each case is judged, in several processes if wanted."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from threading import Thread
from typing import Literal

from gradcalc.deadline import within
from gradcalc.errors import Exit, GradcalcError, drawn
from gradcalc.suites.expectations import differences
from gradcalc.suites.suite import Case

CASE_SECONDS = 60.0  # for a case that says no time of its own
MAX_CHUNK = 10  # cases that a process is handed at a time
CHUNKS_PER_PROCESS = 20  # at least, of many cases: then all processes end at about the same time
PARENT_POLL_SECONDS = 1

Outcome = Literal["passed", "failed", "error"]


@dataclass(frozen=True, slots=True)
class CaseReport:
    """What became of a case: why it failed, a line for each reason."""

    name: str
    expr: str
    line: int
    outcome: Outcome
    why: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """A suite that was run; `skipped` are the cases that were not, after a first failure."""

    path: str
    cases: tuple[CaseReport, ...]
    skipped: tuple[Case, ...]
    seconds: float

    def count(self, outcome: Outcome) -> int:
        """How many cases have this outcome."""
        return sum(case.outcome == outcome for case in self.cases)

    @property
    def exit(self) -> Exit:
        return Exit.VERDICT if any(c.outcome != "passed" for c in self.cases) else Exit.OK


def run(
    path: str,
    cases: Sequence[Case],
    *,
    jobs: int = 1,
    fail_fast: bool = False,
    check: str = "full",
    each: Callable[[CaseReport], None] | None = None,
) -> Report:
    """Run cases in `jobs` processes; `each` is called with every report, in order."""
    start = time.perf_counter()
    reports: list[CaseReport] = []
    for report in _reports(cases, jobs, check):
        reports.append(report)
        if each is not None:
            each(report)
        if fail_fast and report.outcome != "passed":
            break
    skipped = tuple(cases[len(reports) :])
    return Report(path, tuple(reports), skipped, time.perf_counter() - start)


def _reports(cases: Sequence[Case], jobs: int, check: str) -> Iterable[CaseReport]:
    if jobs == 1 or len(cases) < 2:
        return (run_case(case, check) for case in cases)
    return _in_processes(cases, jobs, check)


def run_case(case: Case, check: str = "full") -> CaseReport:
    """One case, judged. It raises nothing: a bug is an outcome too."""
    start = time.perf_counter()
    outcome: Outcome
    try:
        with within(case.fields.get("timeout", CASE_SECONDS), "raise the case's own timeout = …"):
            why = list(differences(case, check))
        outcome = "failed" if why else "passed"
    except GradcalcError as error:
        outcome, why = "error", drawn(error).splitlines()
    except MemoryError:
        outcome, why = "error", ["there is not enough memory for this case"]
    except Exception as error:
        outcome, why = "error", [f"bug: {type(error).__name__}: {error}"]
    seconds = time.perf_counter() - start
    return CaseReport(case.name, case.expr, case.line, outcome, tuple(why), seconds)


# processes --------------------------------------------------------------------------------


def _in_processes(cases: Sequence[Case], jobs: int, check: str) -> Iterator[CaseReport]:
    """The reports in order. Where a worker is killed, those that were at work are run one by one:
    the case that kills it costs itself alone."""
    done = 0
    while done < len(cases):
        try:
            for report in _pooled(cases[done:], jobs, check):
                yield report
                done += 1
        except BrokenProcessPool:
            for case in cases[done : done + jobs * MAX_CHUNK]:
                yield _alone(case, check)
                done += 1


def _pooled(cases: Sequence[Case], jobs: int, check: str) -> Iterator[CaseReport]:
    size = max(1, min(MAX_CHUNK, len(cases) // (CHUNKS_PER_PROCESS * jobs)))
    chunks = [cases[start : start + size] for start in range(0, len(cases), size)]
    with ProcessPoolExecutor(jobs, initializer=_prepare_worker) as pool:
        try:
            for ran in [pool.submit(_run_chunk, chunk, check) for chunk in chunks]:
                yield from ran.result()
        except BaseException:
            # An interrupt, or a first failure: nobody waits for the rest. It is not cancelled: a
            # pool whose workers end prints a traceback for what is.
            for worker in list(pool._processes.values()):
                worker.terminate()
            raise


def _run_chunk(cases: Sequence[Case], check: str) -> list[CaseReport]:
    return [run_case(case, check) for case in cases]


def _alone(case: Case, check: str) -> CaseReport:
    start = time.perf_counter()
    try:
        (report,) = _pooled((case,), 1, check)
    except BrokenProcessPool:
        why = ("its process was killed: it may need more memory than there is",)
        seconds = time.perf_counter() - start
        return CaseReport(case.name, case.expr, case.line, "error", why, seconds)
    return report


def _prepare_worker() -> None:
    """Let an interrupt end a worker silently: the parent reports it."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()


def _end_with(parent: int) -> None:
    """End the worker when its parent is gone: a parent that is killed can't end it."""
    while os.getppid() == parent:
        time.sleep(PARENT_POLL_SECONDS)
    os._exit(Exit.INTERRUPTED)
