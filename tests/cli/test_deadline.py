"""The limit of time, wherever the alarm falls."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

from gradcalc.deadline import within
from gradcalc.errors import GradcalcError
from gradcalc.numbers import arb_incomplete


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


@pytest.mark.parametrize("call", [1, 2, 20])
@pytest.mark.parametrize("error", [KeyboardInterrupt(), GradcalcError("timeout", "no answer")])
def test_what_happens_inside_an_integral_of_arb_is_told_as_it_is(
    call: int, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Arb makes a SystemError of it, which would be called a bug of gradcalc."""
    flint = pytest.importorskip("flint")
    calls = iter(range(1, 10_000))
    original = arb_incomplete._integral

    def integral(integrand: Callable[..., Any], end: Any, rest: Any) -> Any:
        def interrupted(u: Any, analytic: bool) -> Any:
            if next(calls) == call:
                raise error
            return integrand(u, analytic)

        return original(interrupted, end, rest)

    monkeypatch.setattr(arb_incomplete, "_integral", integral)
    with pytest.raises(type(error)) as raised:
        arb_incomplete.gammainc_da(flint.arb(1), flint.arb(2.5), flint.arb(3))
    assert raised.value is error
