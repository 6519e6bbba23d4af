"""Blocks and what runs them: `if`, `while`, `for`; a method for each production of the grammar."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from gradcalc.errors import GradcalcError
from gradcalc.language.expressions import Expressions
from gradcalc.language.syntax import For, If, Statement, While
from gradcalc.language.tokens import END, KEYWORD, NAME, NEWLINE, Token

_TRUE = ("true", "True", "TRUE")


class Blocks(Expressions):
    """The productions of statements that have blocks, and of a block."""

    loops = 0  # around the statement that is read, within the function it is in

    @abstractmethod
    def statement(self) -> Statement:
        """Any statement: see `gradcalc.language.statements`."""

    def compound(self) -> Statement:
        self.deeper(self.token)
        readers: dict[str, Callable[[], Statement]]
        readers = {"if": self.branch, "while": self.loop, "for": self.count}
        statement = readers[self.token.text]()
        self.depth -= 1
        return statement

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
        if self.token.text in _TRUE and self.is_unbound(self.token):
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
        self.check_assignable(name)
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
        body = self.statements()
        self.expect("}")
        return body

    def statements(self) -> tuple[Statement, ...]:
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

    def is_unbound(self, token: Token) -> bool:
        """Is this a name that neither the text nor the user gives a value?"""
        return token.kind == NAME and not (
            token.text in self.assigned or token.text in self.variables
        )

    def check_assignable(self, name: Token) -> None:
        if name.text in self.defined:
            raise self.assigned_function(name)
