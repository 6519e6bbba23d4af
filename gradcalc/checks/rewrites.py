"""Stable rewrites of formulas that lose digits: suggested only after they were tried.

A rewrite is a pair of texts in the language itself; `a`, `b` and `c` match any part of a
formula. The sums and products of a pattern match in either order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from gradcalc.language import parse_expression
from gradcalc.language.syntax import Binary, Call, Expr, Name, Node, Number, Program, Unary

REWRITES = (
    ("(1 - cos(a))/a^2", "sinc(a/2)^2/2"),
    ("1 - cos(a)", "2*sin(a/2)^2"),
    ("cos(a) - 1", "-2*sin(a/2)^2"),
    ("1 - cos(a)^2", "sin(a)^2"),
    ("1 - sin(a)^2", "cos(a)^2"),
    ("exp(a) - 1", "expm1(a)"),
    ("e^a - 1", "expm1(a)"),
    ("1 - exp(a)", "-expm1(a)"),
    ("exp(a) - exp(b)", "exp(b)*expm1(a - b)"),
    ("exp(a)*exp(-b)", "exp(a - b)"),
    ("exp(a)*exp(b)", "exp(a + b)"),
    ("exp(a)/exp(b)", "exp(a - b)"),
    ("(exp(a) - exp(-a))/2", "sinh(a)"),
    ("(exp(a) - exp(-a))/(exp(a) + exp(-a))", "tanh(a)"),
    ("log(exp(a) + exp(b))", "logaddexp(a, b)"),
    ("log(sum(exp(a)))", "logsumexp(a)"),
    ("exp(a)/sum(exp(a))", "softmax(a)"),
    ("log(softmax(a))", "log_softmax(a)"),
    ("log(det(a))", "logdet(a)"),
    ("sqrt(sum(a^2))", "norm(a)"),
    ("log(1 + exp(a))", "softplus(a)"),
    ("log(1 + a)", "log1p(a)"),
    ("log(1 - a)", "log1p(-a)"),
    ("log(a) - log(b)", "log1p((a - b)/b)"),
    ("log(a/b)", "log1p((a - b)/b)"),
    ("log(exp(a))", "a"),
    ("log(gamma(a))", "lgamma(a)"),
    ("log(sigmoid(a))", "log_sigmoid(a)"),
    ("log(1/(1 + exp(-a)))", "log_sigmoid(a)"),
    ("1/(1 + exp(-a))", "sigmoid(a)"),
    ("1/(1 + exp(a))", "sigmoid(-a)"),
    ("exp(a)/(1 + exp(a))", "sigmoid(a)"),
    ("1 - sigmoid(a)", "sigmoid(-a)"),
    ("1 - tanh(a)^2", "sech(a)^2"),
    ("1 - tanh(a)", "2*sigmoid(-2*a)"),
    ("1 - erf(a)", "erfc(a)"),
    ("exp(a^2)*erfc(a)", "erfcx(a)"),
    ("sqrt(a + b) - sqrt(a)", "b/(sqrt(a + b) + sqrt(a))"),
    ("sqrt(a + 1) - 1", "a/(sqrt(a + 1) + 1)"),
    ("1 - sqrt(1 - a)", "a/(1 + sqrt(1 - a))"),
    ("sqrt(a) - sqrt(b)", "(a - b)/(sqrt(a) + sqrt(b))"),
    ("sqrt(a^2 + b^2)", "hypot(a, b)"),
    ("sqrt(a*a + b*b)", "hypot(a, b)"),
    ("a - sqrt(a^2 - b)", "b/(a + sqrt(a^2 - b))"),
    ("sqrt(a^2 + b) - a", "b/(sqrt(a^2 + b) + a)"),
    ("a^2 - b^2", "(a - b)*(a + b)"),
    ("a*a - b*b", "(a - b)*(a + b)"),
    ("a^2 - 1", "(a - 1)*(a + 1)"),
    ("1 - a^2", "(1 - a)*(1 + a)"),
    ("a^2 - 2*a*b + b^2", "(a - b)^2"),
    ("1/a - 1/b", "(b - a)/(a*b)"),
    ("1/a - 1/(a + b)", "b/(a*(a + b))"),
    ("1/(a + b) - 1/a", "-b/(a*(a + b))"),
    ("sin(a) - sin(b)", "2*cos((a + b)/2)*sin((a - b)/2)"),
    ("cos(a) - cos(b)", "-2*sin((a + b)/2)*sin((a - b)/2)"),
    ("sin(a + b) - sin(a)", "2*cos(a + b/2)*sin(b/2)"),
    ("atan(a) - atan(b)", "atan2(a - b, 1 + a*b)"),
    ("(a + b) - a", "b"),
    ("sin(a)/a", "sinc(a)"),
    ("a*log(b)", "xlogy(a, b)"),
    ("gamma(a)*gamma(b)/gamma(a + b)", "beta(a, b)"),
    ("gamma(a)/gamma(b)", "exp(lgamma(a) - lgamma(b))"),
)
# Of the parts that are rewritten: rebuilding the whole recurses.
MAX_DEPTH = 150
WILD = frozenset("abc")  # letters of a pattern that match anything
Bindings = dict[str, Expr]


@cache
def _table() -> tuple[tuple[Expr, Expr], ...]:
    from gradcalc.run.forms import reserved

    def read(text: str) -> Expr:
        return parse_expression(text, functions=reserved())

    return tuple((read(before), read(after)) for before, after in REWRITES)


def candidates(program: Program) -> Iterator[tuple[Expr, Expr, Program]]:
    """Each part of a program that a rewrite fits: the part, what it becomes, the new program."""
    for part, rebuilt in _parts(program):
        for pattern, replacement in _table():
            for bindings in _match(pattern, part, {}):
                after = _filled(replacement, bindings)
                yield part, after, rebuilt(after)
                break


def _match(pattern: Expr, node: Expr, bindings: Bindings) -> Iterator[Bindings]:
    """The ways a pattern fits a node, each as what its letters are bound to."""
    match pattern, node:
        case Name(letter), _ if letter in WILD:
            if bindings.get(letter, node) == node:
                yield {**bindings, letter: node}
        case Number(), Number():
            if pattern.value == node.value:
                yield bindings
        case Name(), Name():
            if pattern == node:
                yield bindings
        case Unary(), Unary() if node.op == pattern.op:
            yield from _match(pattern.operand, node.operand, bindings)
        case Binary(op, left, right), Binary() if node.op == op:
            yield from _match_both(left, right, node.left, node.right, bindings)
            if op in "+*":
                yield from _match_both(left, right, node.right, node.left, bindings)
        case Call(function, (argument,)), Call(name, (inner,)) if name == function:
            yield from _match(argument, inner, bindings)


def _match_both(
    first: Expr, second: Expr, a: Expr, b: Expr, bindings: Bindings
) -> Iterator[Bindings]:
    for first_bindings in _match(first, a, bindings):
        yield from _match(second, b, first_bindings)


def _filled(node: Expr, bindings: Bindings) -> Expr:
    """A replacement with its letters filled in."""
    match node:
        case Name(name) if name in bindings:
            return bindings[name]
        case Unary(_, operand):
            return node.replaced(operand=_filled(operand, bindings))
        case Binary(_, left, right):
            return node.replaced(left=_filled(left, bindings), right=_filled(right, bindings))
        case Call(_, arguments):
            return node.replaced(arguments=tuple(_filled(a, bindings) for a in arguments))
        case _:
            return node


def _parts(node: Any) -> Iterator[tuple[Expr, Callable[[Expr], Any]]]:
    """Every Binary and Call under a node, and how to build the whole with it replaced."""
    stack: list[tuple[Any, Callable[[Any], Any], int]] = [(node, lambda new: new, 0)]
    while stack:
        here, rebuild, depth = stack.pop()
        if type(here) is tuple:
            for k, item in enumerate(here):
                stack.append((item, _in_tuple(here, k, rebuild), depth + 1))
        if not isinstance(here, Node) or depth > MAX_DEPTH:
            continue
        if isinstance(here, Binary | Call):
            yield here, rebuild
        for name in here.__match_args__:
            child = getattr(here, name)
            if type(child) is tuple or isinstance(child, Node):
                stack.append((child, _in_field(here, name, rebuild), depth + 1))


def _in_tuple(items: tuple[Any, ...], k: int, rebuild: Callable[[Any], Any]) -> Any:
    return lambda new: rebuild((*items[:k], new, *items[k + 1 :]))


def _in_field(node: Node, name: str, rebuild: Callable[[Any], Any]) -> Any:
    return lambda new: rebuild(node.replaced(**{name: new}))
