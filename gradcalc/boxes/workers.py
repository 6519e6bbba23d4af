"""Processes that look at parts of a box together: flint's precision is one for a whole process.

Workers are started by themselves, not forked, and only once a search takes longer than about a
second. A part's share goes through their standard streams; this process takes a share too. A worker
that is lost costs nothing but time: its share is looked at here.
"""

from __future__ import annotations

import pickle
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Any, BinaryIO, Self

from gradcalc.boxes.parts import Look, Part, Question
from gradcalc.numbers.ranges import working

START_SECONDS = 1.0  # of a search, after which the workers are started
HEADER = struct.Struct("<Q")
# Isolated, so that neither the directory nor the environment has a say in what is imported.
WORKER = "import sys; sys.path[:] = {path!r}; from gradcalc.boxes.workers import serve; serve()"


class Crew:
    """This process and `jobs - 1` others, all asking one question; a context manager."""

    def __init__(self, question: Question, jobs: int) -> None:
        self.question = question
        self.looker = question.looker()
        self.jobs = jobs if sys.executable else 1
        self.begin = time.monotonic()
        self.workers: list[Worker] = []
        self.started = False
        self.precision = ExitStack()

    def __enter__(self) -> Self:
        self.precision.enter_context(working(self.question.bits))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.precision.close()
        for worker in self.workers:
            worker.end()

    def looks(
        self, parts: Sequence[Part], known: Any, passed: Callable[[], bool]
    ) -> list[Look | None]:
        """A look at each part; None for those that were not looked at before time `passed`."""
        if not self.started and time.monotonic() - self.begin > START_SECONDS:
            self.started = True
            self.workers = [Worker(self.question) for _ in range(self.jobs - 1)]
        helpers = [worker for worker in self.workers if worker.is_ready()]
        count = len(helpers) + 1
        for k, helper in enumerate(helpers, 1):
            helper.ask(parts[k::count], known)
        looks: list[Look | None] = [None] * len(parts)
        looks[::count] = self._own(parts[::count], known, passed)
        for k, helper in enumerate(helpers, 1):
            share = helper.answer()
            looks[k::count] = self._own(parts[k::count], known, passed) if share is None else share
        return looks

    def _own(
        self, parts: Sequence[Part], known: Any, passed: Callable[[], bool]
    ) -> list[Look | None]:
        return [None if passed() else self.looker(part, known) for part in parts]


class Worker:
    """Another process that looks at parts."""

    def __init__(self, question: Question) -> None:
        program = WORKER.format(path=[str(entry) for entry in sys.path])
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # an interrupt from the keyboard is for this process alone
        )
        self.ready = False
        self._send(question)

    def is_ready(self) -> bool:
        """Has it read the question? Until then this process works on without it."""
        if not self.ready and self.process.poll() is None:
            self.ready = _has_bytes(self._output) and _receive(self._output) is not None
        return self.ready and self.process.poll() is None

    def ask(self, parts: Sequence[Part], known: Any) -> None:
        """Hand it its share."""
        self._send((list(parts), known))

    def answer(self) -> list[Look | None] | None:
        """Its share of the looks; None where it was lost or failed, and is to be done here."""
        looks = _receive(self._output)
        if looks is None:
            self.end()
        return looks  # type: ignore[no-any-return]

    def end(self) -> None:
        """End the process at once."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            try:
                if stream is not None:
                    stream.close()
            except BrokenPipeError:
                pass

    @property
    def _output(self) -> BinaryIO:
        assert self.process.stdout is not None
        return self.process.stdout  # type: ignore[return-value]

    def _send(self, message: Any) -> None:
        assert self.process.stdin is not None
        try:
            _write(self.process.stdin, message)  # type: ignore[arg-type]
        except (BrokenPipeError, ValueError):
            self.process.kill()


def serve() -> None:
    """What a worker does until its input ends: read the question, then look at shares of parts."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    question: Question | None = _receive(source)
    if question is None:
        return
    looker = question.looker()
    _write(sink, "ready")
    with working(question.bits):
        while (share := _receive(source)) is not None:
            parts, known = share
            _write(sink, [looker(part, known) for part in parts])


def _write(sink: BinaryIO, message: Any) -> None:
    data = pickle.dumps(message)
    sink.write(HEADER.pack(len(data)) + data)
    sink.flush()


def _receive(source: BinaryIO) -> Any:
    """The next message; None at the end of the stream."""
    header = source.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    (size,) = HEADER.unpack(header)
    data = source.read(size)
    return pickle.loads(data) if len(data) == size else None


def _has_bytes(stream: BinaryIO) -> bool:
    """Can something be read at once? Where that can't be asked, it is waited for."""
    import select

    try:
        return bool(select.select([stream], [], [], 0)[0])
    except (OSError, ValueError):  # Windows asks this of sockets only
        return True
