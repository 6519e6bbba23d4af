"""What must hold before any test runs."""

import signal


def pytest_configure() -> None:
    """A job in a shell's background ignores interrupts, and so would all processes that it starts:
    tests that interrupt one would wait for ever."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
