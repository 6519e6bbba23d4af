"""What a run leaves behind is freed at once: a stream of requests must not fill the memory.

The command line runs without the collector of circles of references.
"""

from __future__ import annotations

import gc

import pytest

from gradcalc import Options, evaluate


@pytest.mark.parametrize(
    "text",
    [
        "x^2*sin(y) + exp(-x*y)",
        "s = 0; for i in 0..3 { s = s + i*x }; s*y",
        "f(a) = a^2; f(x)*y",
        "abs(x)*y if x > 0 else y",
    ],
)
def test_an_evaluation_leaves_no_circle_of_references(text: str) -> None:
    options, at = Options(check="off"), {"x": 0.5, "y": 1.5}
    for _ in range(2):  # what is computed once is kept
        evaluate(text, at, options=options)
    gc.collect()
    gc.disable()
    try:
        evaluate(text, at, options=options)
        assert gc.collect() == 0
    finally:
        gc.enable()
