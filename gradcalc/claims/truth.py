"""True numbers as claims are compared with them: big ones, and how far off each may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gradcalc.answers.result import Derivative, Result
from gradcalc.claims.tolerance import BIG_DIGITS, big_number
from gradcalc.rules.systems import big_numbers

WORDS = {"NaN": "nan", "Infinity": "inf", "-Infinity": "-inf"}  # as a reference spells them


@dataclass(frozen=True, slots=True)
class Truth:
    """A number, or the elements of an array in order, as big numbers.

    `errors` say how far off they may be, of arrays too large to be proven one by one; else none.
    """

    numbers: list[Any]
    errors: list[float] | None = None

    @property
    def is_finite(self) -> bool:
        """Is each a finite number?"""
        return all(map(big_numbers(BIG_DIGITS).context.isfinite, self.numbers))


def truth_of(answer: Result | Derivative) -> Truth | None:
    """What is known of a value, or of a derivative; None where nothing is."""
    if answer.reference is not None:
        return Truth(_elements(answer.reference))
    if answer.estimate is None:
        return None
    import numpy as np

    numbers, errors = (np.ravel(part).tolist() for part in answer.estimate)
    return Truth([big_number(number) for number in numbers], errors)


def _elements(texts: Any) -> list[Any]:
    """A reference, a decimal or nested lists of them, as big numbers in order."""
    if isinstance(texts, list):
        return [number for part in texts for number in _elements(part)]
    return [big_number(WORDS.get(texts, texts))]
