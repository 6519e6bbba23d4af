"""The shape of an entry of the table of primitives.

Everything gradcalc knows of a function is written in one `Rule`: its name, how each number system
computes its value, one partial derivative per argument, where it is defined, where it has kinks
and poles, and the intervals its tests draw from. Partials are written once, generic over a number
system `n`, with the output at hand: `lambda n, out, x: …`; they may call any row as `n.name(…)`.
A partial may answer None: the derivative is structurally zero there, and is *absent*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from types import MappingProxyType
from typing import Any, Literal, Self, dataclass_transform

Kernel = Callable[..., Any]
Interval = tuple[float, float]
Kind = Literal["arithmetic", "elementary", "special", "piecewise", "array"]
EVERYWHERE = "all real numbers"  # the domain of what has a value for every number
Family = Literal["", "angle", "logarithm"]
NONE: Mapping[Any, Any] = MappingProxyType({})


@dataclass_transform(frozen_default=True, eq_default=False)
class Record:
    """A frozen record of annotated fields: what is not given is as the class says.

    What a frozen dataclass would be, but that one of fifty fields, and two hundred records of them,
    cost every command 4 ms.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        unknown = [name for name in named if name not in type(self).__annotations__]
        if unknown:
            raise TypeError(f"an entry has no field {unknown[0]}")
        self.__dict__.update(zip(type(self).__annotations__, given, strict=False), **named)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a {type(self).__name__} does not change")

    def replaced(self, **changes: Any) -> Self:
        """The same record with some fields changed."""
        return type(self)(**{**self.__dict__, **changes})


class Rule(Record):
    """One primitive.

    **Values.** `machine(*floats)` is its float64 kernel: ValueError outside the domain, IEEE
    infinities. Without one, the 25-digit value is rounded. `big(m, *mpfs)` is its value in an
    mpmath context, `symbolic(s, *exprs)` in sympy; either may be left out where
    `formula(n, *numbers)` says it in terms of other rows, or where mpmath (sympy) has a function
    of the same name; `sympy` is that name where sympy spells it another way.
    `ball(n, *numbers)` says it in terms of other rows for numbers that carry a bound of their
    error, where the big kernel absorbs (1 + exp(-700) is 1), cancels, or rounds an argument.
    `arb(*arbs)` is its enclosure in balls of python-flint, not finite where that says nothing; it
    is left out where Arb has a function of the same name, or `ball` or `formula` will do.

    **Derivatives.** A partial that is None in `partials` is not known: asking for it is an error.
    `textbook` writes the partials as a textbook does, as texts of the language in the row's
    parameters, where `partials` are made for float64: 1/sqrt(1 - x^2) for 1/sqrt((1 - x)*(1 + x));
    an empty text where it has nothing better to say.

    `notation` is how a formula on paper writes it: another name (Γ, log_2), or with # in the place
    of the first argument, J_# (J_v(x)), ψ^(#), |#|, √#, e^#, #!; #last is the last argument.

    **Arrays of numbers.** `vector(np, *arrays)` is the float64 kernel of arrays, or
    `into(np, *arrays, out)`, which writes into `out` where there is one; without them NumPy's
    function called `ufunc` or as the row is, else the formula, else scipy.special's function
    called `scipy` where the fast kernels of tables may use it, else the kernel of single numbers
    for each element. `kink` takes arrays as well. Kernels of machine code (`numbers/native.py`)
    come from the same, or from `native(c, *registers)`, where `c` has C's functions (erfc) that
    NumPy lacks.

    **Rows of arrays.** `array(a, *arrays, *statics)` is the value in a system of arrays `a`,
    `shape(*shapes, *statics)` its shape, `push[k](n, tangent, out, *arguments, *statics)` and
    `pull[k](n, cotangent, out, *arguments, *statics)` the maps of its k-th argument. A row of
    `many` arguments takes them as one list; so does its one `push`, and its one `pull` is told
    which argument is meant: `pull(n, cotangent, which, shapes, *statics)`.

    **Conventions.** `convention` says in words what the partials are at a kink. `frameworks` has
    how PyTorch ("torch") and JAX ("jax") pull a cotangent back to each argument, where that is not
    the cotangent times the partial: `pull(n, cotangent, out, *arguments, *statics)`.

    **Variadic rows.** An element of what matrices have for values takes the matrix's elements one
    by one, after the integers that say which element it is. Its partials are an `EachPartial`.

    `flops(*shapes)` is how many operations on floats it takes, where that is not one for each
    element that it works on.

    **Trouble.** `crossing(out, *arguments)` is the number whose sign tells the two sides of a
    kink, a jump or a pole apart, or which is 0 there and has one sign around (hypot); of a row with
    `steps` (floor) its value does, not its sign. It takes arrays as well.
    """

    name: str
    parameters: tuple[str, ...]
    kind: Kind
    doc: str
    partials: Sequence[Kernel | None]
    samples: tuple[Interval, ...]
    machine: Kernel | None = None
    vector: Kernel | None = None
    native: Kernel | None = None
    into: Kernel | None = None
    ufunc: str = ""
    scipy: str = ""
    formula: Kernel | None = None
    big: Kernel | None = None
    ball: Kernel | None = None
    arb: Kernel | None = None
    symbolic: Kernel | None = None
    sympy: str = ""
    # How a text calls it.
    aliases: tuple[str, ...] = ()
    operator: str = ""  # the sign it is written with: between two arguments, in front of one
    defaults: tuple[Fraction, ...] = ()  # of the last parameters, where a call leaves them out
    variants: Mapping[int, str] = NONE  # other rows, by argument count
    folds: bool = False  # a call may have more arguments, which are combined from left to right
    hidden: bool = False  # chosen when recording, not callable by name
    example: str = ""
    # What is true of it.
    commutes: bool = False  # f(x, y) is f(y, x), bit by bit
    easy: bool = False  # big numbers of any exponent can be computed in no time
    slow: bool = False  # it takes seconds to compute thousands of digits, as of Bernoulli numbers
    # All over its domain, which is an interval, it increases (1) or decreases (-1): over a range it
    # lies between its values at the ends. 0 where it does neither, or Arb has a tight enclosure.
    monotone: int = 0
    # Never below 0: whatever it is of, or where its arguments are not.
    nonnegative: Literal["", "always", "of nonnegative"] = ""
    bends: int = 0  # convex (1) or concave (-1) in all its arguments together, kinks included
    # Without an end, or from pole to pole: its values at two points tell nothing of those between.
    oscillates: bool = False
    grows: bool = False  # infinite at finite arguments other than 0, it has overflowed
    family: Family = ""  # of an angle, or a logarithm: degrees and bases are mistaken there
    domain: str = EVERYWHERE
    outside: str = ""  # the hint when an argument lies outside the domain
    infinite: str = ""  # the hint when the value or a derivative is infinite
    # Kinks, jumps and poles.
    kink: Kernel | None = None  # kink(*numbers): is this a point where a partial jumps?
    convention: str = ""
    edge: Kernel | None = None  # edge(*numbers): does the domain end here, with a value?
    frameworks: Mapping[str, tuple[Kernel, ...]] = NONE
    selects: bool = False  # partials are selections: where one is 0, it is structurally so
    cone: str = ""  # a length, and the row of its partials: at the kink, all of [-1, 1]
    crossing: Kernel | None = None
    poles: bool = False  # at a crossing there may be a pole
    steps: bool = False
    # Rows of arrays.
    array: Kernel | None = None
    shape: Kernel | None = None
    push: tuple[Kernel, ...] = ()
    pull: tuple[Kernel, ...] = ()
    many: bool = False
    flops: Kernel | None = None
    # Of a variadic row: the function of matrices of whose value it is an element.
    element_of: str = ""
    rounds: bool = False  # adds or multiplies elements; other rows select, move or count them
    textbook: tuple[str, ...] = ()
    notation: str = ""

    @property
    def arity(self) -> int:
        return len(self.parameters)

    @property
    def count(self) -> int | None:
        """How many arguments it takes; None where that may be any count."""
        return None if self.variadic else self.arity

    @property
    def jumps(self) -> bool:
        """May its value jump at a kink, or its domain end there? Pieces that meet do neither."""
        return self.kink is not None and not (self.selects or self.bends)

    @property
    def limits(self) -> tuple[bool, bool]:
        """Has the work for big numbers no bound: for tiny arguments, and for huge ones?

        A function of one argument, beside its order, is the first terms of its expansion at 0 for
        tiny ones.
        """
        huge = not self.easy and self.kind != "piecewise"
        several = sum(low < high for low, high in self.samples) > 1
        return huge and (several or self.variadic), huge

    @property
    def variadic(self) -> bool:
        """Does it take any count of numbers in the place of the last parameter?"""
        return bool(self.element_of)

    def parameters_of(self, count: int) -> tuple[str, ...]:
        """The names of so many arguments; those of a variadic row are counted."""
        more = range(self.arity, count)
        return (*self.parameters, *(f"{self.parameters[-1]}{k}" for k in more))


class EachPartial(Sequence[Kernel | None]):
    """The partials of a variadic row: None by the first parameters, which count something, then
    `each(which, n, out, *arguments)` by the `which`-th of the others, of which there are at least
    so many."""

    def __init__(self, counts: int, each: Kernel, others: int = 1) -> None:
        self.counts = counts
        self.each = each
        self.others = others

    def __len__(self) -> int:
        return self.counts + self.others

    def __iter__(self) -> Iterator[Kernel | None]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, k: Any) -> Any:
        return partial(self.each, k - self.counts) if k >= self.counts else None

    def mapped(self, change: Callable[[Kernel], Kernel]) -> EachPartial:
        """The partials, each as what `change` makes of it."""

        def each(which: int, *given: Any) -> Any:
            return change(partial(self.each, which))(*given)

        return EachPartial(self.counts, each, self.others)


def rule(
    name: str, parameters: str, kind: Kind, doc: str, *partials: Kernel | None, **more: Any
) -> Rule:
    """An entry, with its parameters as one string and its partials in their order."""
    names = tuple(parameters.split())
    if len(partials) != len(names):
        raise TypeError(f"{name} has {len(names)} parameters and {len(partials)} partials")
    return Rule(name, names, kind, doc, partials, **more)
