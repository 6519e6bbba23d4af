"""Statements: one method for each production of the grammar in `gradcalc.language.parser`."""

from __future__ import annotations

from gradcalc.errors import GradcalcError
from gradcalc.language.blocks import Blocks
from gradcalc.language.syntax import (
    Assign,
    Call,
    Evaluate,
    Expr,
    Function,
    Index,
    Leave,
    Name,
    Statement,
)
from gradcalc.language.tokens import (
    ASSIGNMENTS,
    END,
    KEYWORD,
    NAME,
    NEWLINE,
    NUMBER,
    OPERATOR,
    Token,
)

_FOREIGN = {
    "import": "leave it out: all functions are available without an import",
    "from": "leave it out: all functions are available without an import",
    "del": "leave it out: names don't need to be deleted",
    "function": "write f(x) = x^2, or f(x) = { … }",
    "def": "write f(x) = x^2, or f(x) = { … }",
    "fn": "write f(x) = x^2, or f(x) = { … }",
    "lambda": "write f(x) = x^2, or f(x) = { … }",
    "class": "classes are not supported: write f(x) = x^2 for a function",
    "return": "leave it out: the value of a block is that of its last statement",
    "var": "write x = 3",
    "let": "write x = 3",
    "const": "write x = 3",
    "elif": "write else if",
    "global": "leave it out: functions can read the names outside them",
    "print": "leave it out: the answer is the value of the last statement",
}


LEAVING = ("break", "continue")


class Statements(Blocks):
    """The productions from `program` down to `statement`."""

    def program(self) -> tuple[Statement, ...]:
        """`program = { separator } statement { separator { separator } statement }`"""
        body = self.statements()
        if self.token.kind != END:
            raise self.unexpected()
        if not body:
            raise self.error(
                "empty", "the formula is empty", self.tokens[-1].span, "write one, such as x^2 + 1"
            )
        return body

    def statement(self) -> Statement:
        """`statement = if | while | for | leave | assignment | function | expression`"""
        token = self.token
        if token.kind == KEYWORD and token.text in ("if", "while", "for"):
            if self.following.kind == OPERATOR and self.following.text in ASSIGNMENTS:
                raise self.keyword_as_name()
            return self.compound()
        self._check_foreign()
        if token.text in LEAVING and self.is_unbound(token) and self._ends_after(token):
            return self.leave()
        first = self.position
        if token.kind == NAME and self._is_assignment(self.following.text):
            self.check_assignable(self.advance())
            return self.assignment(Name(token.text, token.span))
        target = self.expression()
        if self.token.kind != OPERATOR or self.token.text not in ASSIGNMENTS:
            return Evaluate(target, target.span)
        if self.tokens[first].kind == NAME and isinstance(target, Call):
            return self.function(target)
        if self.tokens[first].kind != NAME:
            raise self._bad_target(target)
        return self.assignment(target)

    def _is_assignment(self, text: str) -> bool:
        return self.following.kind == OPERATOR and text in ASSIGNMENTS

    def _ends_after(self, token: Token) -> bool:
        return self.following.kind in (END, NEWLINE) or self.following.is_op("}")

    def leave(self) -> Leave:
        """`leave = "break" | "continue"`"""
        token = self.advance()
        if not self.loops:
            raise self.error(
                "no-loop",
                f"'{token.text}' is allowed only in a loop",
                token.span,
                f"write it inside the {{ }} of a loop, as in for i in 0..3 "
                f"{{ if x > 1 {{ {token.text} }}; x = 2*x }}",
            )
        return Leave(token.text, token.span)

    def _check_foreign(self) -> None:
        token, after = self.token, self.following
        foreign = token.kind == NAME and token.text in _FOREIGN
        if foreign and after.kind in (NAME, NUMBER, KEYWORD):
            raise self.error(
                "foreign-word",
                f"'{token.text}' is not a keyword of this language",
                token.span,
                _FOREIGN[token.text],
            )

    def assignment(self, target: Expr) -> Assign:
        """`assignment = ( name | name "[" … "]" ) ( "=" | "+=" | … ) expression`"""
        named = isinstance(target, Index) and isinstance(target.target, Name)
        if not isinstance(target, Name | Index) or not (isinstance(target, Name) or named):
            raise self._bad_target(target)
        op = self.advance()
        value = self.expression()
        return Assign(target, op.text, value, target.span.to(value.span))

    def _bad_target(self, target: Expr) -> GradcalcError:
        hint = "put a name on the left of =, or write == to compare"
        if isinstance(target, Index) and isinstance(target.target, Index):
            hint = "write A[i, j] = …"
        return self.error(
            "bad-assignment", f"'{self.shown(target.span)}' can't be assigned to", target.span, hint
        )

    def function(self, head: Call) -> Function:
        """`function = name "(" name { "," name } ")" "=" ( expression | block )`"""
        self._check_head(head)
        self.expect("=")
        parameters = tuple(p.name for p in head.arguments if isinstance(p, Name))
        # Its own name counts inside it: a call of itself is then explained when running.
        self.defined.add(head.function)
        body: tuple[Statement, ...]
        if self.token.is_op("{"):
            self.deeper(self.token)
            opening = self.token
            loops, self.loops = self.loops, 0
            body = self.block()
            self.loops = loops
            self.depth -= 1
            if not body:
                raise self.error(
                    "empty",
                    f"the function '{head.function}' has no value",
                    opening.span,
                    "write a formula inside the { }",
                )
        else:
            value = self.expression()
            body = (Evaluate(value, value.span),)
        return Function(head.function, parameters, body, head.span.to(self.last.span))

    def _check_head(self, head: Call) -> None:
        if head.function in self.functions:
            raise self.error(
                "assign-function",
                f"'{head.function}' is already a function",
                head.name_span,
                f"choose another name, such as {head.function}_",
            )
        seen: set[str] = set()
        for parameter in head.arguments:
            if not isinstance(parameter, Name) or parameter.name in seen:
                raise self.error(
                    "bad-assignment",
                    "the parameters of a function must be different names",
                    parameter.span,
                    "write f(a, b) = …; write == to compare",
                )
            seen.add(parameter.name)
        if not self.token.is_op("="):
            raise self._bad_target(head)
