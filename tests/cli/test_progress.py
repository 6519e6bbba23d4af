"""A bar appears by itself where something takes long, and is gone afterwards."""

from __future__ import annotations

import io
import time

import pytest

from gradcalc.cli import progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("total", [0, 10])
def test_something_moves_while_nothing_is_done(total: int, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setattr(progress, "BAR_DELAY_SECONDS", 0.01)
    with progress.bar(total, True) as advance:
        until = time.monotonic() + 60
        while stream.getvalue().count("\n") + stream.getvalue().count("\r") < 3:
            assert time.monotonic() < until, "nothing was drawn"
            time.sleep(0.02)
        advance(3)
    assert "0:00:00" in stream.getvalue()


def test_what_is_quick_shows_none(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setattr(progress, "BAR_DELAY_SECONDS", 3600)
    with progress.bar(10, True) as advance:
        advance(10)
    assert stream.getvalue().strip("\n") == ""
