"""A register of the machine as a number: what is computed with it becomes text for LLVM.

Its operators are those of NumPy's arrays; the `code` that it belongs to writes the instructions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class NotNativeError(AttributeError):
    """What is asked for can't be written in machine code."""


@dataclass(frozen=True, slots=True, eq=False)
class Lanes:
    """A register: a float64 for each of some rows, or a truth for each (`mask`).

    Comparisons make instructions, so that registers are no keys.
    """

    __hash__ = None  # type: ignore[assignment]

    code: Any  # `native.Code`
    name: str
    mask: bool = False

    def __add__(self, other: Any) -> Any:
        return self.code.arithmetic("fadd", self, other)

    def __radd__(self, other: Any) -> Any:
        return self.code.arithmetic("fadd", other, self)

    def __sub__(self, other: Any) -> Any:
        return self.code.arithmetic("fsub", self, other)

    def __rsub__(self, other: Any) -> Any:
        return self.code.arithmetic("fsub", other, self)

    def __mul__(self, other: Any) -> Any:
        return self.code.arithmetic("fmul", self, other)

    def __rmul__(self, other: Any) -> Any:
        return self.code.arithmetic("fmul", other, self)

    def __truediv__(self, other: Any) -> Any:
        return self.code.arithmetic("fdiv", self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return self.code.arithmetic("fdiv", other, self)

    def __pow__(self, other: Any) -> Any:
        return self.code.power(self, other)

    def __rpow__(self, other: Any) -> Any:
        return self.code.power(other, self)

    def __mod__(self, other: Any) -> Any:
        if other != 1:
            raise NotNativeError("a remainder")
        return self - self.code.floor(self)

    def __neg__(self) -> Any:
        return self.code.negative(self)

    def __abs__(self) -> Any:
        return self.code.abs(self)

    def __lt__(self, other: Any) -> Any:
        return self.code.compared("<", self, other)

    def __le__(self, other: Any) -> Any:
        return self.code.compared("<=", self, other)

    def __gt__(self, other: Any) -> Any:
        return self.code.compared(">", self, other)

    def __ge__(self, other: Any) -> Any:
        return self.code.compared(">=", self, other)

    def __eq__(self, other: object) -> Any:
        return self.code.compared("==", self, other)

    def __ne__(self, other: object) -> Any:
        return self.code.compared("!=", self, other)

    def __and__(self, other: Any) -> Any:
        return self.code.logical("and", self, other)

    def __or__(self, other: Any) -> Any:
        return self.code.logical("or", self, other)

    __rand__, __ror__ = __and__, __or__
