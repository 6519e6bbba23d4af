"""The number systems of arrays, and of machine code: NumPy's functions, or the scalar kernels.

machine_arrays    float64 and its arrays        extended_arrays   longdouble and its arrays
ieee_arrays       the same with NaN and inf     big_arrays        mpmath's, at any precision
native_numbers    registers of machine code     arrays_of         any system, with arrays
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from gradcalc.numbers.system import Numbers
from gradcalc.rules.rule import Rule
from gradcalc.rules.systems import ROUNDING_DIGITS, big_numbers, machine_numbers
from gradcalc.rules.table import ARRAY, SCALAR


@cache
def machine_arrays() -> Any:
    """float64 and its arrays: NumPy's functions, or the scalar kernel for each element."""
    import numpy as np

    from gradcalc.numbers.arrays import ArrayNumbers, elementwise

    system = ArrayNumbers(machine_numbers(), float, {})
    for name, row in SCALAR.items():
        scalar = getattr(system.scalars, name)
        system.__dict__[name] = elementwise(scalar, _vector(row, system, np), row.count)
    return _with_array_rows(system)


@cache
def ieee_arrays() -> Any:
    """`machine_arrays` with NumPy's float64 for numbers: 1/0 is infinite, log(-1) is NaN."""
    import numpy as np

    from gradcalc.numbers.arrays import ArrayNumbers, elementwise

    def total(kernel: Callable[..., float]) -> Callable[..., Any]:
        def number(*arguments: Any) -> Any:
            try:
                return np.float64(kernel(*arguments))
            except (ValueError, ArithmeticError):
                return np.float64(np.nan)

        return number

    system = ArrayNumbers(machine_numbers(), float, {})
    for name, row in SCALAR.items():
        scalar = total(getattr(system.scalars, name))
        system.__dict__[name] = elementwise(scalar, _vector(row, system, np), row.count)
    return _with_array_rows(system)


def _vector(row: Rule, numbers: Any, np: Any) -> Callable[..., Any]:
    """The row's kernel for arrays of float64."""
    from gradcalc.numbers.elements import mapped

    if own := _numpy_kernel(row, numbers, np):
        return own
    each = mapped(getattr(numbers.scalars, row.name), row.arity)

    def kernel(*arrays: Any) -> Any:
        # A flag that Python's own arithmetic raises on the way means nothing for the elements.
        with np.errstate(all="ignore"):
            return each(*arrays).astype(float)

    return kernel


def _numpy_kernel(row: Rule, numbers: Any, np: Any) -> Callable[..., Any] | None:
    """What computes a row with NumPy, in any of its precisions; None where NumPy has nothing."""
    into = row.into
    if into is not None:
        return lambda *arrays: into(np, *arrays, None)
    if row.vector is not None:
        return partial(row.vector, np)
    own: Any = getattr(np, row.ufunc or row.name, None)
    if isinstance(own, np.ufunc) and own.nin == row.arity:
        return own  # type: ignore[no-any-return]
    return partial(row.formula, numbers) if row.formula is not None else None


def native_numbers(code: Any) -> Numbers:
    """Registers of a function of machine code; rows without machine code are missing."""
    system = Numbers("native", code.number, code.constant, {})
    for name, row in SCALAR.items():
        if row.element_of:  # of a decomposition, which needs all of a matrix at once
            continue
        kernel = partial(row.native, code) if row.native else _numpy_kernel(row, system, code)
        if kernel is not None:
            system.__dict__[name] = kernel
    return system


@cache
def extended_arrays() -> Any:
    """NumPy's longdouble, where it is wider than float64, and arrays of it."""
    import numpy as np

    from gradcalc.numbers import extended
    from gradcalc.numbers.arrays import ArrayNumbers

    big = big_numbers(ROUNDING_DIGITS)
    scalars = Numbers("extended", extended.number, extended.constant(big), {})
    system = ArrayNumbers(scalars, np.longdouble, {})
    for name, row in SCALAR.items():
        kernel = _numpy_kernel(row, system, np) or extended.through(big, name, row.arity)
        scalars.__dict__[name] = system.__dict__[name] = kernel
    return _with_array_rows(system)


@cache
def _perturbations() -> dict[str, str]:
    """By row, how its results are perturbed."""
    sums, exact = ("add", "sub"), ("neg", "identity")
    kinds = {name: "accumulation" for name, row in ARRAY.items() if row.rounds}
    for name, row in SCALAR.items():
        if name not in exact:
            own = {"arithmetic": "product", "piecewise": "selection"}.get(row.kind, "function")
            kinds[name] = "sum" if name in sums else own
    return kinds


def perturbed_arrays(system: Any, seed: int, unit: Any) -> Any:
    """Extended or big arrays whose results are moved at random, by up to `unit` of their size."""
    from gradcalc.numbers.perturbed import perturbed

    return perturbed(system, _perturbations(), seed, unit)


@cache
def through_big_numbers() -> frozenset[str]:
    """The rows that NumPy has no function of longdouble for: slow in extended arrays."""
    import numpy as np

    system = extended_arrays()
    return frozenset(n for n, row in SCALAR.items() if _numpy_kernel(row, system, np) is None)


def big_arrays(digits: int) -> Any:
    """mpmath numbers of a precision in decimal digits, and arrays of them."""
    return with_arrays(big_numbers(digits))


def arrays_of(scalars: Numbers, **hooks: Any) -> Any:
    """A number system with arrays of objects, each row element by element."""
    from gradcalc.numbers.arrays import ArrayNumbers, elementwise
    from gradcalc.numbers.elements import mapped

    system = ArrayNumbers(scalars, object, {}, **hooks)
    for name, row in SCALAR.items():
        scalar = getattr(scalars, name)
        system.__dict__[name] = elementwise(scalar, mapped(scalar, row.arity), row.count)
    return _with_array_rows(system)


def with_arrays(numbers: Numbers) -> Any:
    """The system of arrays over a system of numbers; one of arrays is its own."""
    if hasattr(numbers, "scalars"):
        return numbers
    return machine_arrays() if numbers.kind == "machine" else arrays_of_cached(numbers)


@cache
def arrays_of_cached(numbers: Numbers) -> Any:
    """`arrays_of`, made once for each system."""
    return arrays_of(numbers)


def _with_array_rows(system: Any) -> Any:
    """The system, with the rows of arrays bound to it."""
    for name, row in ARRAY.items():
        assert row.array is not None
        system.__dict__[name] = partial(row.array, system)
    return system
