"""Suites for CI: files of cases, each with what is expected of a program.

In comes a TOML file of cases; out comes a `Report` of what became of each, which views turn into
lines on a terminal, JUnit XML, SARIF or GitHub annotations. Or the other way round: today's answers
are recorded as a suite, to be run again tomorrow.

Read `suite.py` first: its docstring shows every key that a case may have. `points.py` evaluates a
case at its points, `expectations.py` says what differs from what is expected, `running.py` runs
all cases in several processes, `recording.py` writes a suite.
"""
