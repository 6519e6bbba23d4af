"""A ball of any exponent can be concluded to be an integer, or not: the process lives on."""

import subprocess
import sys

import pytest

pytest.importorskip("flint")

# In a process of its own: where memory does not hold the integer, Arb ends the process.
CODE = """
import flint
from gradcalc.rules.enclosures import ball_numbers
balls = ball_numbers(50, final=True).__dict__["bounds"]
with balls.working():
    for bits in (-{0}, -1000, -1, 0, 1, 900, {0}):
        for mid in (1, -1, flint.arb(1) / 3):
            for radius in (0, flint.arb(2) ** -200, flint.arb(2) ** -{0}):
                ball = balls.result(flint.arb(flint.arb(mid) * flint.arb(2) ** bits, radius))
                assert ball.arb.is_finite()
    near = balls.result(flint.arb(3, flint.arb(2) ** -200))
    assert near.arb == 3
"""


@pytest.mark.parametrize("bits", [10**6, 10**12, 10**18, 10**30])
def test_the_process_lives_on(bits: int) -> None:
    command = [sys.executable, "-c", CODE.format(bits)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
