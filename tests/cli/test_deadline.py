"""The limit of time, wherever the alarm falls."""

from __future__ import annotations

import signal
import time

import pytest

from gradcalc.deadline import within
from gradcalc.errors import GradcalcError


class SlowToEnd:
    """What takes long when it is thrown away, where Python drops errors."""

    def __del__(self) -> None:
        until = time.monotonic() + 0.3
        while time.monotonic() < until:
            pass


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there is no alarm on this system")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_alarm_that_falls_into_a_destructor_is_not_the_last() -> None:
    with pytest.raises(GradcalcError, match="no answer within"), within(0.05):
        _thrown_away_and_on()
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def _thrown_away_and_on() -> None:
    until = time.monotonic() + 60
    SlowToEnd()
    while time.monotonic() < until:
        pass
