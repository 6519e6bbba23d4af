"""When are the numbers of another program wrong, and how many of their digits are right?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

import numpy as np

Dtype = Literal["float64", "float32"]
Array: TypeAlias = Any  # of NumPy: float64 or bool, 1-D, an element for each row

DTYPES: tuple[Dtype, ...] = get_args(Dtype)
DEFAULT_RTOL = {"float64": 1e-9, "float32": 1e-4}
MAX_DIGITS = {"float64": 16, "float32": 8}  # of a number that could not be nearer to the truth


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is right, of a program that computes with `dtype`.

    Right is |theirs - truth| <= atol + rtol*|truth|, or within atol + `ulp` units in the last place
    of the dtype, or the number of the dtype that is nearest to the truth. Where neither rtol nor
    ulp is set, rtol is DEFAULT_RTOL.
    """

    dtype: Dtype = "float64"
    rtol: float | None = None
    atol: float = 0.0
    ulp: float | None = None

    def rounded(self, numbers: Array) -> Array:
        """Numbers as a program of the dtype has them."""
        if self.dtype == "float64":
            return numbers
        with np.errstate(over="ignore"):
            return numbers.astype(np.float32).astype(float)

    def errors(self, theirs: Array, truth: Array) -> tuple[Array, Array]:
        """Which numbers are wrong, and the relative errors: infinite where the truth is 0."""
        with np.errstate(all="ignore"):
            error = np.abs(theirs - truth)
            # Where the dtype can't hold the truth, the nearest number it has is right.
            right = (error <= self._allowed(truth)) | (theirs == self.rounded(truth))
            relative = np.where(error == 0, 0.0, error / np.abs(truth))
        return ~right, np.nan_to_num(relative, nan=np.inf, posinf=np.inf)

    def _allowed(self, truth: Array) -> Array:
        size = np.abs(truth)
        by_rtol, by_ulp = 0.0, 0.0
        rtol = DEFAULT_RTOL[self.dtype] if self.rtol is None and self.ulp is None else self.rtol
        if rtol is not None:
            by_rtol = rtol * size
        if self.ulp is not None:
            width = np.float32 if self.dtype == "float32" else np.float64
            by_ulp = self.ulp * np.spacing(size.astype(width)).astype(float)
        return self.atol + np.maximum(by_rtol, by_ulp)

    def histogram(self, theirs: Array, truth: Array) -> tuple[int, ...]:
        """How many numbers have 0, 1, 2, … correct digits; the last could not be better."""
        most = MAX_DIGITS[self.dtype]
        with np.errstate(all="ignore"):
            relative = np.abs(theirs - truth) / np.abs(truth)
            digits = np.clip(np.floor(-np.log10(relative)), 0, most - 1)
        digits = np.nan_to_num(digits, nan=0.0)
        digits = np.where(theirs == self.rounded(truth), most, digits)
        return tuple(np.bincount(digits.astype(int), minlength=most + 1).tolist())
