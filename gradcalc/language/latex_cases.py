r"""Cases of LaTeX as conditionals: rows of a value and its condition, divided by `&`."""

from __future__ import annotations

from gradcalc.errors import GradcalcError, Span
from gradcalc.language.latex_signs import OTHERWISE
from gradcalc.language.numerals import numeral
from gradcalc.language.tokens import KEYWORD, OPERATOR, Token

_INTRODUCED = ("if", "for", "when", "where")  # words before a condition
_OPPOSITE = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}


def choice(source: str, rows: list[list[list[Token]]], span: Span) -> list[Token]:
    """The tokens of a conditional for rows of a value and its condition.

    Where no case need apply, the last alternative is 0/0, which has no value. GradcalcError where a
    row has no condition and is not the last.
    """
    tokens = [_sign("(", span)]
    conditions: list[list[Token]] = []
    for place, row in enumerate(rows):
        value = _stripped(row[0])
        condition = _condition(_stripped([token for cell in row[1:] for token in cell]))
        if not value or (not condition and place < len(rows) - 1):
            raise GradcalcError(
                "latex-cases",
                "a case has a value and a condition",
                span,
                hint="write x & x > 0 in a row, and otherwise in the last one",
                source=source,
            )
        tokens += [_sign("(", span), *value, _sign(")", span)]
        if not condition or (conditions and _excluded(conditions, condition)):
            return [*tokens, _sign(")", span)]
        conditions.append(condition)
        words = Token(KEYWORD, "if", span), Token(KEYWORD, "else", span)
        tokens += [words[0], _sign("(", span), *condition, _sign(")", span), words[1]]
    zero = numeral("0", 0)._replace(span=span)
    return [*tokens, zero, _sign("/", span), zero, _sign(")", span)]


def _condition(tokens: list[Token]) -> list[Token]:
    """A condition without the word before it; empty for otherwise."""
    if tokens and tokens[0].text in _INTRODUCED:
        tokens = tokens[1:]
    if len(tokens) == 1 and tokens[0].text in OTHERWISE:
        return []
    return [t._replace(text="==") if t.is_op("=") else t for t in tokens]


def _excluded(before: list[list[Token]], condition: list[Token]) -> bool:
    """Does the condition hold wherever the only one before it does not: `x > 0`, `x <= 0`?"""
    if len(before) > 1 or len(before[0]) != len(condition):
        return False
    signs = [k for k, token in enumerate(before[0]) if token.text in _OPPOSITE]
    if len(signs) != 1 or any(t.kind == KEYWORD for t in before[0]):
        return False
    turned = [_OPPOSITE[t.text] if k == signs[0] else t.text for k, t in enumerate(before[0])]
    return turned == [token.text for token in condition]


def _stripped(tokens: list[Token]) -> list[Token]:
    """Tokens without the comma or the full stop behind them."""
    while tokens and tokens[-1].text in (",", ".", ";"):
        tokens = tokens[:-1]
    return tokens


def _sign(text: str, span: Span) -> Token:
    return Token(OPERATOR, text, span)
