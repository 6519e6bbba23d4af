"""Random programs of the whole language, for property tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hypothesis import strategies as st

ONE = [
    "sin",
    "cos",
    "exp",
    "log",
    "sqrt",
    "abs",
    "tanh",
    "atan",
    "relu",
    "floor",
    "erf",
    "sigmoid",
    "cbrt",
    "sign",
    "log1p",
    "expm1",
    "asinh",
]
NUMBERS = ["2", "0.1", "pi", "-1", "1e-9", "1/2"]
PARTS = [
    "v[0]",
    "v[-1]",
    "sum(v)",
    "norm(v)",
    "max(v)",
    "v @ v",
    "sum(sort(v)*[1, 2, 3])",
    "logsumexp(v)",
    "prod(v)",
    "v[1:] @ v[:2]",
]
DERIVATIVES = ["D(x^3, x)", "grad(v @ v*x, v)[1]"]
Draw = Callable[[st.SearchStrategy[str]], str]


def numbers(leaf: st.SearchStrategy[str], leaves: int = 6) -> st.SearchStrategy[str]:
    """Expressions of numbers."""

    def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.tuples(st.sampled_from(ONE), inner).map(lambda t: f"{t[0]}({t[1]})"),
            st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({' '.join(t)})"),
            st.tuples(inner, st.sampled_from(["2", "3", "-1", "0.5"])).map(
                lambda t: f"({t[0]})^{t[1]}"
            ),
            st.tuples(inner, st.sampled_from(["<", ">=", "=="]), inner, inner).map(
                lambda t: f"({t[3]} if {t[0]} {t[1]} {t[2]} else {t[0]})"
            ),
            st.tuples(st.sampled_from(["max", "min", "hypot", "atan2"]), inner, inner).map(
                lambda t: f"{t[0]}({t[1]}, {t[2]})"
            ),
        )

    return st.recursive(leaf, grown, max_leaves=leaves)


SCALARS = numbers(st.sampled_from(["x", "y", *NUMBERS[:5]]))
ARRAYS = numbers(st.sampled_from(["x", *PARTS, *DERIVATIVES]))


def expression(names: Sequence[str], calls: Sequence[str] = ()) -> st.SearchStrategy[str]:
    """A small expression of these names, of numbers and of calls of the program's functions."""
    plain = numbers(st.sampled_from([*names, *names, *NUMBERS]), 3)
    if not calls:
        return plain
    return st.one_of(
        plain,
        st.tuples(st.sampled_from(list(calls)), plain, plain).map(
            lambda t: f"{t[0]}({t[1]}, {t[2]})"
        ),
    )


class _Writer:
    """Draws statements; `names` are the numbers that can be read where it stands."""

    def __init__(self, draw: Draw, calls: Sequence[str], array: bool) -> None:
        self.draw = draw
        self.calls = calls
        self.array = array

    def number(self, names: Sequence[str]) -> str:
        leaves = [*names, *PARTS[:3]] if self.array else names
        return self.draw(expression(leaves, self.calls))

    def condition(self, names: Sequence[str]) -> str:
        one, other = self.number(names), self.number(names)
        test = f"{one} {self.draw(st.sampled_from(['<', '>=', '!=']))} {other}"
        joint = self.draw(st.sampled_from(["", "", " and x > -2", " or not x < 1"]))
        return f"{test}{joint}" if "x" in names else test

    def block(self, names: Sequence[str], depth: int, most: int = 2) -> str:
        count = self.draw(st.integers(1, most).map(str))
        return "; ".join(self.statement(names, depth) for _ in range(int(count)))

    def turn(self, names: Sequence[str], depth: int) -> str:
        """The block of a loop, which may be left on the way."""
        word = self.draw(st.sampled_from(["", "", "break", "continue"]))
        if not word:
            return self.block(names, depth)
        leave = f"if {self.condition(names)} {{ {word} }}"
        return f"{self.block(names, depth)}; {leave}; {self.block(names, depth)}"

    def statement(self, names: Sequence[str], depth: int) -> str:
        kinds = ["assign", "update"]
        if self.array:
            kinds += ["element", "shift"]
        if depth:
            kinds += ["if", "for", "while"] + (["walk"] if self.array else [])
        kind = self.draw(st.sampled_from(kinds))
        target = self.draw(st.sampled_from([n for n in names if n in "xyzab"]))
        value = "" if kind == "shift" else self.number(names)
        loop, inner = "ijk"[depth], depth - 1
        match kind:
            case "assign":
                return f"{target} = {value}"
            case "update":
                return f"{target} {self.draw(st.sampled_from(['+=', '-=', '*=']))} {value}"
            case "element":
                return f"v[{self.draw(st.sampled_from(['0', '1', '-1']))}] = {value}"
            case "shift":
                return self.draw(
                    st.sampled_from(["v = 0.5*v + x", "v = sin(v)", "v[1:] = 2*v[:2]"])
                )
            case "if":
                then, other = (self.block(names, inner) for _ in range(2))
                return f"if {self.condition(names)} {{ {then} }} else {{ {other} }}"
            case "for":
                body = self.turn([*names, loop], inner)
                return f"for {loop} in 0..{self.draw(st.sampled_from('123'))} {{ {body} }}"
            case "walk":
                return f"for t{depth} in v {{ {self.turn([*names, f't{depth}'], inner)} }}"
        body = self.turn(names, inner)
        return f"n{depth} = 0; while n{depth} < 2 {{ n{depth} += 1; {body} }}"


@st.composite
def whole_programs(draw: Draw, array: bool = False) -> str:
    """Functions with branches and loops inside, nested loops, walks along a vector, elements."""
    lines: list[str] = []
    calls: list[str] = []
    for name in draw(st.sampled_from(["", "f", "fg"])):
        inside = _Writer(draw, tuple(calls), False)
        body = inside.block(["a", "b"], 1)
        lines.append(f"{name}(a, b) = {{ {body}; {inside.number(['a', 'b'])} }}")
        calls.append(name)
    writer = _Writer(draw, calls, array)
    lines.append(f"z = {writer.number(['x', 'y'])}")
    lines.append(writer.block(["x", "y", "z"], 2, 3))
    lines.append(f"z + {writer.number(['x', 'y', 'z'])}")
    return "\n".join(lines)


PROGRAMS = st.one_of(
    SCALARS,
    ARRAYS,
    st.tuples(SCALARS, SCALARS).map(
        lambda t: f"z = {t[0]}; for i in 0..3 {{ x = 0.5*x + i; z += {t[1]} }}; z"
    ),
    st.tuples(SCALARS, SCALARS).map(
        lambda t: f"f(t) = {t[0].replace('y', 't')}; u = f({t[1]}); if u > 0 {{ u }} else {{ -u }}"
    ),
    st.tuples(ARRAYS, SCALARS).map(lambda t: f"v[1] = {t[1]}; {t[0]}"),
    whole_programs(),
    whole_programs(array=True),
)
