"""Statements: one method for each production of the grammar in `gradcalc.language.parser`."""

from __future__ import annotations

from collections.abc import Callable

from gradcalc.errors import GradcalcError
from gradcalc.language.expressions import Expressions
from gradcalc.language.syntax import (
    Assign,
    Call,
    Evaluate,
    Expr,
    For,
    Function,
    If,
    Index,
    Leave,
    Name,
    Statement,
    While,
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
_TRUE = ("true", "True", "TRUE")


class Statements(Expressions):
    """The productions from `program` down to `statement`."""

    loops = 0  # around the statement that is read, within the function it is in

    def program(self) -> tuple[Statement, ...]:
        """`program = { separator } statement { separator { separator } statement }`"""
        body = self._statements()
        if self.token.kind != END:
            raise self.unexpected()
        if not body:
            raise self.error(
                "empty", "the formula is empty", self.tokens[-1].span, "write one, such as x^2 + 1"
            )
        return body

    def _statements(self) -> tuple[Statement, ...]:
        body: list[Statement] = []
        while True:
            self.skip_separators()
            if self.token.kind == END or self.token.is_op("}"):
                return tuple(body)
            body.append(self.statement())
            after_block = self.last.is_op("}")
            ends = self.token.kind in (END, NEWLINE) or self.token.is_op("}")
            if not (after_block or ends):
                raise self.unexpected()

    def skip_separators(self) -> None:
        """Step over newlines and semicolons."""
        while self.token.kind == NEWLINE:
            self.advance()

    def statement(self) -> Statement:
        """`statement = if | while | for | leave | assignment | function | expression`"""
        token = self.token
        if token.kind == KEYWORD and token.text in ("if", "while", "for"):
            if self.following.kind == OPERATOR and self.following.text in ASSIGNMENTS:
                raise self.keyword_as_name()
            return self._compound()
        self._check_foreign()
        if token.text in LEAVING and self._is_unbound(token) and self._ends_after(token):
            return self.leave()
        first = self.position
        if token.kind == NAME and self._is_assignment(self.following.text):
            self._check_assignable(self.advance())
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

    def _is_unbound(self, token: Token) -> bool:
        """Is this a name that neither the text nor the user gives a value?"""
        return token.kind == NAME and not (
            token.text in self.assigned or token.text in self.variables
        )

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

    def _compound(self) -> Statement:
        self.deeper(self.token)
        readers: dict[str, Callable[[], Statement]]
        readers = {"if": self.branch, "while": self.loop, "for": self.count}
        statement = readers[self.token.text]()
        self.depth -= 1
        return statement

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

    def _check_assignable(self, name: Token) -> None:
        if name.text in self.defined:
            raise self.assigned_function(name)

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

    def branch(self) -> If:
        """`if = "if" expression block [ "else" ( if | block ) ]`"""
        start = self.advance()
        test = self.expression()
        then = self.block()
        other: tuple[Statement, ...] = ()
        position = self.position
        self.skip_separators()
        if self.accept("else"):
            other = self._otherwise()
        else:
            self.position = position
        return If(test, then, other, start.span.to(self.last.span))

    def _otherwise(self) -> tuple[Statement, ...]:
        if not self.token.is_op("if"):
            return self.block()
        self.deeper(self.token)
        nested = self.branch()
        self.depth -= 1
        return (nested,)

    def loop(self) -> While:
        """`while = "while" expression block`"""
        start = self.advance()
        if self.token.text in _TRUE and self._is_unbound(self.token):
            raise self._endless(self.token)
        test = self.expression()
        body = self.repeated_block()
        return While(test, body, start.span.to(self.last.span))

    def _endless(self, token: Token) -> GradcalcError:
        """The error of `while true`, which needs a comparison."""
        text = token.span.rewritten(self.source, "1 > 0")
        return self.error(
            "foreign-word",
            f"'{token.text}' can't be used as a condition: conditions compare numbers",
            token.span,
            "write while 1 > 0 { … }, and leave it with break",
            text,
        )

    def repeated_block(self) -> tuple[Statement, ...]:
        """A block that a loop runs, in which `break` and `continue` are statements."""
        self.loops += 1
        body = self.block()
        self.loops -= 1
        return body

    def count(self) -> For:
        """`for = "for" name "in" expression [ ".." expression ] block`"""
        start = self.advance()
        name = self.token
        if name.kind == KEYWORD:
            raise self.keyword_as_name()
        if name.kind != NAME:
            raise self.error(
                "bad-assignment",
                "a for loop needs a variable",
                name.span,
                "write for i in 0..3 { … }",
            )
        self._check_assignable(name)
        self.advance()
        if not self.accept("in"):
            raise self.error(
                "missing-in",
                "a for loop needs 'in' after its variable",
                name.span,
                f"write for {name.text} in 0..3 {{ … }}",
            )
        first = self.expression()
        stop = self.expression() if self.accept("..") else None
        body = self.repeated_block()
        return For(name.text, first, stop, body, start.span.to(self.last.span))

    def block(self) -> tuple[Statement, ...]:
        """`block = "{" { separator } [ statement … ] "}"`"""
        if not self.token.is_op("{"):
            if self.token.is_op("="):
                raise self.unexpected()
            raise self.error(
                "missing-block",
                f"a block is missing after '{self.last.text}'",
                self.last.span,
                "write it inside { }",
            )
        self.advance()
        body = self._statements()
        self.expect("}")
        return body
