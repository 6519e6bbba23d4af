"""Feed mutated texts to the parser and to `eval`; anything but a documented error is a finding.

Run it with `python -m tests.fuzz.target tests/fuzz/corpus -max_total_time=60`, after installing the
extra `fuzz`: every run has a new seed, and new inputs that reach new code are kept in the corpus
folder. With PYTHONHASHSEED=0 and -seed=1 -runs=60000 -entropic=0 (which would weigh inputs by the
time they take) two runs do the same, as `.ci/run` wants it.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["gradcalc.language", "gradcalc.run"]):
    from gradcalc import Exit, GradcalcError, Options, evaluate
    from gradcalc.language import parse, to_text
    from gradcalc.run.forms import reserved
    from gradcalc.run.limits import Limits

POINT = {"x": "0.7", "y": "-1.3", "v": [1.0, -2.0, 0.5]}
SMALL = Limits(steps=200, trace=2000, calls=20, depth=60, size=2000, elements=1000)
FUNCTIONS = reserved()


def one(data: bytes) -> None:
    """Parse, print and parse again; evaluate without checks."""
    text = data.decode("utf-8", errors="replace")[:2000]
    try:
        tree = parse(text, functions=FUNCTIONS, max_depth=60, max_size=2000)
    except GradcalcError:
        return
    assert parse(to_text(tree), functions=FUNCTIONS).body == tree.body
    try:
        evaluate(text, POINT, options=Options(check="off", limits=SMALL))
    except GradcalcError as error:
        assert error.exit is not Exit.BUG


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
