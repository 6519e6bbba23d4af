"""What the two kinds of numbers with a bound have in common: their operators ask their system."""

from __future__ import annotations

from typing import Any, Self


class BoundedNumber:
    """A number of a `system`, whose methods do the work; `mid` is the middle, a big number."""

    __slots__ = ()
    system: Any

    @property
    def mid(self) -> Any:
        """The middle, as a big number."""
        raise NotImplementedError

    def __add__(self, other: Any) -> Self:
        return self.system.add(self, other)  # type: ignore[no-any-return]

    def __sub__(self, other: Any) -> Self:
        return self.system.subtract(self, other)  # type: ignore[no-any-return]

    def __mul__(self, other: Any) -> Self:
        return self.system.multiply(self, other)  # type: ignore[no-any-return]

    def __truediv__(self, other: Any) -> Self:
        return self.system.divide(self, other)  # type: ignore[no-any-return]

    __radd__, __rmul__ = __add__, __mul__

    def __rsub__(self, other: Any) -> Self:
        return self.system.subtract(other, self)  # type: ignore[no-any-return]

    def __rtruediv__(self, other: Any) -> Self:
        return self.system.divide(other, self)  # type: ignore[no-any-return]

    def __pos__(self) -> Self:
        return self

    def __mod__(self, other: Any) -> Self:
        return self.system.remainder(self, other)  # type: ignore[no-any-return]

    # A comparison that the bounds leave open is no outcome: more digits will tell.
    def __lt__(self, other: Any) -> bool:
        return bool(self.system.compare(self, other) < 0)

    def __le__(self, other: Any) -> bool:
        return bool(self.system.compare(self, other) <= 0)

    def __gt__(self, other: Any) -> bool:
        return bool(self.system.compare(self, other) > 0)

    def __ge__(self, other: Any) -> bool:
        return bool(self.system.compare(self, other) >= 0)

    def __eq__(self, other: object) -> bool:
        return bool(self.system.compare(self, other) == 0)

    def __ne__(self, other: object) -> bool:
        return bool(self.system.compare(self, other) != 0)

    def __hash__(self) -> int:
        return hash(self.mid)

    def __bool__(self) -> bool:
        return bool(self.system.compare(self, 0) != 0)

    def __float__(self) -> float:
        return float(self.mid)

    def __int__(self) -> int:
        return int(self.mid)
