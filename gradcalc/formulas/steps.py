"""A derivative step by step: a chain of equal lines, one rule applied in each.

The rule is applied to the first d/dx(…) of a line. What it answers is compared with automatic
differentiation of the same part, so each line is as true as the one before it, or is marked; the
last line is the answer of `diff`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from gradcalc.formulas.derive import bounded
from gradcalc.formulas.equality import Comparison, Values
from gradcalc.formulas.laws import derivative_sign, law
from gradcalc.formulas.shorten import shortest
from gradcalc.formulas.tidy import tidy
from gradcalc.formulas.trees import ONE, ZERO, children, fold, names_in, rebuilt
from gradcalc.language.printer import to_text
from gradcalc.language.syntax import Binary, Call, Expr, Name, Node, Unary

Path = tuple[int, ...]  # from the root of a tree to a node: which child, and which of its, …

MAX_STEPS = 2_000  # rules applied to one formula
LOCAL_POINTS = 3  # where the two sides of one rule are compared


@dataclass(frozen=True, slots=True)
class Step:
    """One line: the formula, the part of it that is new, and the rule that made it.

    `before` is what stood in the part's place. `proven`: the two were found equal.
    """

    line: Expr
    path: Path
    before: Expr
    rule: str
    proven: bool

    def __str__(self) -> str:
        return shown(self.line)

    @property
    def part(self) -> Expr:
        """The part of the line that is new."""
        return at_path(self.line, self.path)


@dataclass(frozen=True, slots=True)
class Derivation:
    """How ∂value/∂x comes about; the last line is the answer, and `proven` speaks of the whole."""

    x: str
    value: Expr
    steps: tuple[Step, ...]
    proven: bool

    @property
    def start(self) -> Expr:
        """The first line, d/dx of the formula."""
        return derivative_sign(self.value, self.x)

    @property
    def answer(self) -> Expr:
        """The last line."""
        return self.steps[-1].line if self.steps else self.start


def derivation(value: Expr, x: str, names: Sequence[str], *, detail: bool = False) -> Derivation:
    """The steps of ∂value/∂x; `names` are the inputs.

    `detail` works out each sum, and d/dx x itself, in a step of its own. GradcalcError where a part
    has no rule, or the derivative grows too long.
    """
    derive = partial(derivative_sign, x=x) if detail else partial(_derived_at_once, x=x)
    line: Expr = derivative_sign(value, x)
    steps: list[Step] = []
    while len(steps) < MAX_STEPS and (path := _first_sign(line)) is not None:
        sign = at_path(line, path)
        assert isinstance(sign, Call)
        inner = sign.arguments[0]
        applied = law(inner, x, derive)
        line = bounded(with_part(line, path, applied.formula))
        steps.append(Step(line, path, sign, applied.name, _holds(inner, x, applied.formula, names)))
    truth = Comparison(names, Values(value, (x,)))
    tidied = tidy(line)
    short, proven = shortest(line, tidied, truth)
    if tidied not in (line, short):
        steps.append(Step(tidied, (), line, "tidied", truth.proves(tidied)))
    if short != line:
        name = "tidied" if short == tidied else "rewritten in a shorter form"
        steps.append(Step(short, (), steps[-1].line, name, proven))
    return Derivation(x, value, tuple(steps), proven)


def _derived_at_once(u: Expr, x: str) -> Expr:
    """d/dx u, sums taken apart and d/dx x worked out without a step of their own."""
    if x not in names_in(u):
        return ZERO
    match u:
        case Name():
            return ONE
        case Unary(op):
            inner = _derived_at_once(u.operand, x)
            return Unary("-", inner) if op == "-" else inner
        case Binary("+" | "-"):
            left, right = _derived_at_once(u.left, x), _derived_at_once(u.right, x)
            if right == ZERO:
                return left
            if left == ZERO:
                return right if u.op == "+" else Unary("-", right)
            return Binary(u.op, left, right)
    return derivative_sign(u, x)


def _holds(u: Expr, x: str, slope: Expr, names: Sequence[str]) -> bool:
    """Is this d/dx u? By automatic differentiation, at a few points."""
    used = names_in(u).intersection(names) | {x}
    truth = Comparison(used, Values(u, (x,)), LOCAL_POINTS)
    return truth.proves(slope)


# Places in trees ------------------------------------------------------------------------------


def at_path(root: Expr, path: Path) -> Expr:
    """The node at the end of a path."""
    node: Node = root
    for which in path:
        node = children(node)[which]
    return node  # type: ignore[return-value]


def with_part(root: Expr, path: Path, part: Expr) -> Expr:
    """The tree with another node at the end of a path."""
    above: list[Node] = [root]
    for which in path:
        above.append(children(above[-1])[which])
    node: Node = part
    for parent, which in zip(reversed(above[:-1]), reversed(path), strict=True):
        below = children(parent)
        below[which] = node
        node = rebuilt(parent, below)
    return node  # type: ignore[return-value]


def _first_sign(root: Expr) -> Path | None:
    """The path to the first d/dx(…) in the order of the text; those inside it wait."""
    waiting: list[tuple[Node, Path]] = [(root, ())]
    while waiting:
        node, path = waiting.pop()
        if is_sign(node):
            return path
        below = children(node)
        waiting += [(below[k], (*path, k)) for k in reversed(range(len(below)))]
    return None


def is_sign(node: Node) -> bool:
    """Is this d/dx(…), still to be worked out?"""
    return isinstance(node, Call) and node.function == "D" and len(node.arguments) == 2


def shown(line: Expr) -> str:
    """A line as text, with d/dx(u) for D(u, x)."""
    return to_text(as_written(line))


def as_written(line: Expr) -> Expr:
    """The line with a call of d/dx in the place of D, at the same paths."""

    def combine(node: Node, below: list[Node]) -> Node:
        if isinstance(node, Call) and is_sign(node):
            variable = node.arguments[1]
            assert isinstance(variable, Name)
            return Call(f"d/d{variable.name}", (below[0],))  # type: ignore[arg-type]
        return rebuilt(node, below)

    return fold(line, combine)  # type: ignore[return-value]
