"""Numbers that are registers of the machine: what a kernel computes, as text for LLVM.

`Code` stands in for NumPy where the table's kernels of arrays ask for it, so what they say once is
run by NumPy or written down here: `np.exp(x)` becomes an instruction on as many rows at once as
the machine's registers hold. Arithmetic is IEEE's, as NumPy's is, to the last bit; functions are
those of C, or of its library of vectors where there is one.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import Any

from gradcalc.numbers import machine
from gradcalc.numbers.lanes import Lanes, NotNativeError

ORDERED = {"==": "oeq", "!=": "une", "<": "olt", "<=": "ole", ">": "ogt", ">=": "oge"}
BINARY = {"add": "fadd", "subtract": "fsub", "multiply": "fmul", "divide": "fdiv"}
INTRINSIC = {
    "sqrt": "sqrt",
    "abs": "fabs",
    "fabs": "fabs",
    "floor": "floor",
    "ceil": "ceil",
    "trunc": "trunc",
    "rint": "rint",
    "copysign": "copysign",
}
# C's functions by NumPy's names for them; erf and erfc NumPy has not.
LIBRARY = {
    **{
        name: name
        for name in (
            "sin",
            "cos",
            "tan",
            "sinh",
            "cosh",
            "tanh",
            "asin",
            "acos",
            "atan",
            "asinh",
            "acosh",
            "atanh",
            "exp",
            "exp2",
            "expm1",
            "log",
            "log2",
            "log10",
            "log1p",
            "cbrt",
            "hypot",
            "atan2",
            "erf",
            "erfc",
        )
    },
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arcsinh": "asinh",
    "arccosh": "acosh",
    "arctanh": "atanh",
    "arctan2": "atan2",
    "power": "pow",
}
OF_TWO = {"hypot", "atan2", "pow", "copysign"}


class Function:
    """A function of registers, as NumPy has its ufuncs; an `out` that is given is not needed."""

    def __init__(self, call: Callable[..., Any], nin: int) -> None:
        self.call = call
        self.nin = nin

    def __call__(self, *given: Any, out: Any = None) -> Any:
        return self.call(*given[: self.nin])


class Code:
    """The instructions of one function, of `width` rows at once.

    `functions` are those of C that there are, by name: what they are called, if they take a whole
    register. `exact` stays true while nothing was used that IEEE leaves open.
    """

    ufunc = Function
    number = staticmethod(machine.number)
    constant = staticmethod(machine.constant)

    def __init__(self, width: int, functions: Mapping[str, str]) -> None:
        self.width = width
        self.functions = functions
        self.lines: list[str] = []
        self.declared: dict[str, str] = {}
        self.exact = True
        self.count = 0

    # text ---------------------------------------------------------------------------------

    @property
    def double(self) -> str:
        return f"<{self.width} x double>"

    @property
    def truth(self) -> str:
        return f"<{self.width} x i1>"

    def emit(self, instruction: str) -> str:
        """Append an instruction; the name of its result."""
        self.count += 1
        name = f"%v{self.count}"
        self.lines.append(f"  {name} = {instruction}")
        return name

    def literal(self, number: float) -> str:
        """A number that is the same in all lanes."""
        word = f"double 0x{struct.unpack('>Q', struct.pack('>d', number))[0]:016X}"
        return f"<{', '.join([word] * self.width)}>"

    def text(self, number: Any) -> str:
        """A number as an operand: a register or a literal."""
        if not isinstance(number, Lanes):
            return self.literal(float(number))
        if number.mask:
            return self.emit(f"uitofp {self.truth} {number.name} to {self.double}")
        return number.name

    def truth_of(self, mask: Any) -> str:
        """A mask as an operand."""
        if isinstance(mask, Lanes):
            return mask.name
        return f"<{', '.join(['i1 ' + ('true' if mask else 'false')] * self.width)}>"

    def declare(self, name: str, result: str, *arguments: str) -> str:
        """A function that stands elsewhere."""
        self.declared[name] = f"declare {result} @{name}({', '.join(arguments)})"
        return name

    # instructions -------------------------------------------------------------------------

    def arithmetic(self, instruction: str, x: Any, y: Any) -> Any:
        left, right = self.text(x), self.text(y)
        return Lanes(self, self.emit(f"{instruction} {self.double} {left}, {right}"))

    def negative(self, x: Any) -> Any:
        return Lanes(self, self.emit(f"fneg {self.double} {self.text(x)}"))

    def compared(self, op: str, x: Any, y: Any) -> Any:
        if not isinstance(y, Lanes | float | int):
            return NotImplemented
        left, right = self.text(x), self.text(y)
        return Lanes(self, self.emit(f"fcmp {ORDERED[op]} {self.double} {left}, {right}"), True)

    def logical(self, instruction: str, x: Any, y: Any) -> Any:
        left, right = self.truth_of(x), self.truth_of(y)
        return Lanes(self, self.emit(f"{instruction} {self.truth} {left}, {right}"), True)

    def where(self, mask: Any, x: Any, y: Any) -> Any:
        if not isinstance(mask, Lanes):
            return x if mask else y
        left, right = (f"{self.double} {self.text(each)}" for each in (x, y))
        return Lanes(self, self.emit(f"select {self.truth} {mask.name}, {left}, {right}"))

    def called(self, name: str, *given: Any) -> Any:
        """A call of a function that takes and answers whole registers."""
        types = [self.double] * len(given)
        self.declare(name, self.double, *types)
        told = ", ".join(f"{self.double} {self.text(x)}" for x in given)
        return Lanes(self, self.emit(f"call {self.double} @{name}({told})"))

    def of_c(self, name: str, *given: Any) -> Any:
        """A call of one of C's functions: of whole registers where there is one, else by lane."""
        self.exact = False
        symbol = self.functions.get(name)
        if symbol is None:
            raise NotNativeError(name)
        if symbol != name:
            return self.called(symbol, *given)
        self.declare(name, "double", *["double"] * len(given))
        texts, made = [self.text(x) for x in given], "poison"
        for lane in range(self.width):
            each = [self.emit(f"extractelement {self.double} {x}, i32 {lane}") for x in texts]
            one = self.emit(f"call double @{name}({', '.join(f'double {x}' for x in each)})")
            made = self.emit(f"insertelement {self.double} {made}, double {one}, i32 {lane}")
        return Lanes(self, made)

    # NumPy's functions --------------------------------------------------------------------

    def __getattr__(self, name: str) -> Any:
        if name in BINARY:
            instruction = BINARY[name]
            return Function(lambda x, y: self.arithmetic(instruction, x, y), 2)
        if name in INTRINSIC:
            called = f"llvm.{INTRINSIC[name]}.v{self.width}f64"
            return Function(lambda *x: _folded(name, self.called, called, *x), 1 + (name in OF_TWO))
        if name in LIBRARY:
            called = LIBRARY[name]
            return Function(
                lambda *x: _folded(called, self.of_c, called, *x), 1 + (called in OF_TWO)
            )
        if name == "logaddexp":
            return Function(self._logaddexp, 2)
        raise NotNativeError(name)

    positive = Function(lambda x: x, 1)
    inf, nan = math.inf, math.nan

    def maximum(self, x: Any, y: Any, out: Any = None) -> Any:
        return self.where(self.isnan(x), x, self.where(x >= y, x, y))

    def minimum(self, x: Any, y: Any, out: Any = None) -> Any:
        return self.where(self.isnan(x), x, self.where(x <= y, x, y))

    def clip(self, x: Any, low: Any, high: Any) -> Any:
        return self.minimum(self.maximum(x, low), high)

    def sign(self, x: Any) -> Any:
        return self.where(x > 0, 1.0, self.where(x < 0, -1.0, x))

    def heaviside(self, x: Any, half: Any, out: Any = None) -> Any:
        return self.where(x > 0, 1.0, self.where(x < 0, 0.0, self.where(x == 0, half, x)))

    def isfinite(self, x: Any) -> Any:
        return x - x == 0

    def isnan(self, x: Any) -> Any:
        left = right = self.text(x)
        return Lanes(self, self.emit(f"fcmp uno {self.double} {left}, {right}"), True)

    def less(self, x: Any, y: Any) -> Any:
        return x < y

    def _logaddexp(self, x: Any, y: Any) -> Any:
        far = self.maximum(x, y) + self.log1p(self.exp(-abs(x - y)))
        return self.where(x == y, x + math.log(2), far)

    def any(self, mask: Any) -> bool:
        """May the mask hold anywhere?"""
        return True if isinstance(mask, Lanes) else bool(mask)

    def ones_like(self, x: Any, shape: tuple[int, ...]) -> float:
        return 1.0

    def errstate(self, **ignored: str) -> Any:
        return nullcontext()


def _folded(name: str, kernel: Callable[..., Any], what: str, *given: Any) -> Any:
    """A function of C: of numbers that are the same in all rows, computed here and now."""
    if any(isinstance(x, Lanes) for x in given):
        return kernel(what, *given)
    return getattr(math, name)(*given)
