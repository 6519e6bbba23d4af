"""A fixed sample of the attack on enclosures; `python -m tests.fuzz.enclosures` has the volume."""

from __future__ import annotations

from random import Random

import pytest

from tests.fuzz.enclosures import attack

pytest.importorskip("flint")


def test_no_point_lies_outside_what_is_claimed() -> None:
    assert sum(attack(Random(seed), 10) for seed in range(150)) > 300
