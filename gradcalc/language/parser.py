"""From text to a syntax tree. The whole grammar, loosest first:

    program    = { separator } statement { separator { separator } statement } ;
    separator  = newline | ";" ;               (none is needed after a "}")
    statement  = if | while | for | leave | function | assignment | expression ;
    if         = "if" expression block [ "else" ( if | block ) ] ;
    while      = "while" expression block ;
    for        = "for" name "in" expression [ ".." expression ] block ;
    leave      = "break" | "continue" ;        (in the block of a loop)
    function   = name "(" [ name { "," name } ] ")" "=" ( expression | block ) ;
    assignment = ( name | name "[" index { "," index } "]" )
                 ( "=" | "+=" | "-=" | "*=" | "/=" | "^=" | "%=" ) expression ;
    block      = "{" { separator } [ statement { separator statement } ] "}" ;

    expression = or [ "if" or "else" expression ] ;
    or         = and { "or" and } ;
    and        = negation { "and" negation } ;
    negation   = "not" negation | comparison ;
    comparison = sum { ( "<" | "<=" | ">" | ">=" | "==" | "!=" ) sum } ;
    sum        = product { ( "+" | "-" ) product } ;
    product    = implicit { ( "*" | "/" | "@" | "%" ) implicit } ;
    implicit   = unary { power } ;             (see `products.py` for what may follow what)
    unary      = ( "-" | "+" ) unary | power ;
    power      = postfix [ "^" unary | superscript ] ;
    postfix    = primary { "!" | "°" | "[" index { "," index } "]" | ".T" } ;
    index      = expression | [ expression ] ":" [ expression ] ;
    primary    = number | name | call | "(" expression ")" | "|" expression "|" | vector
                 | ( "√" | "∛" | "∜" ) postfix ;
    call       = name [ "^" integer ] ( "(" [ expression { "," expression } ] ")" | power ) ;
    vector     = "[" [ expression { "," expression } ] "]" ;

`**` is `^`. A newline inside ( ) or [ ] or after an operator or a comma is a blank, and `#` starts
a comment. A power between a function's name and its bracket is a power of the result. Only
functions are called without brackets: `sin x`.

The methods of `Statements` and `Expressions` are these productions; the ones from `or` to `product`
are one loop, so that a sum of 100,000 terms is not nested.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Container, Iterator
from contextlib import contextmanager

from gradcalc.errors import GradcalcError, Span
from gradcalc.language.lexer import tokenize
from gradcalc.language.statements import Statements
from gradcalc.language.syntax import Expr, Program

# Frames of Python per level of nesting, at most; a guess too low would be a RecursionError.
_FRAMES_PER_LEVEL = 14
_RESERVED_FRAMES = 200


def parse(
    source: str,
    *,
    functions: Container[str] = frozenset(),
    variables: Container[str] = frozenset(),
    max_depth: int = 200,
    max_size: int = 400_000,
) -> Program:
    """The program written in a text.

    `functions` are the names that only calls may use, unless they are among the `variables` or
    the text assigns them.
    """
    parser = _parser(source, functions, variables, max_depth, max_size)
    with room_for(_FRAMES_PER_LEVEL * max_depth):
        return Program(parser.program(), source, tuple(parser.notes), tuple(parser.calls))


def parse_expression(
    source: str,
    *,
    functions: Container[str] = frozenset(),
    max_depth: int = 200,
    max_size: int = 400_000,
) -> Expr:
    """The single expression written in a text."""
    parser = _parser(source, functions, frozenset(), max_depth, max_size)
    parser.skip_separators()
    with room_for(_FRAMES_PER_LEVEL * max_depth):
        value = parser.expression()
    parser.skip_separators()
    if parser.position != len(parser.tokens) - 1:
        raise parser.unexpected()
    return value


def _parser(
    source: str, functions: Container[str], variables: Container[str], max_depth: int, max_size: int
) -> Statements:
    if len(source) > max_size:
        raise GradcalcError(
            "too-long",
            f"the text has {len(source)} characters, more than the limit of {max_size}",
            Span(max_size, max_size + 1),
            hint="allow more with --max-size",
            source=source,
        )
    if not is_latex(source):
        return Statements(source, tokenize(source), functions, variables, max_depth)
    from gradcalc.language.latex import LatexLexer

    lexer = LatexLexer(source, functions, variables, max_depth)
    with room_for(_FRAMES_PER_LEVEL * max_depth):
        parser = Statements(source, lexer.run(), functions, variables, max_depth)
    parser.textbook = lexer.is_page
    parser.notes |= lexer.notes
    return parser


COMMENT = re.compile(r"#[^\n]*")


def is_latex(source: str) -> bool:
    """Does a text have what only LaTeX has, outside of its comments?"""
    if "#" in source:
        source = COMMENT.sub("", source)
    dollars = source.count("$") > 1 or source.lstrip().startswith("$")  # one ends a statement
    return "\\" in source or dollars or "^{" in source or "_{" in source


@contextmanager
def room_for(frames: int) -> Iterator[None]:
    """Room for more frames on Python's stack: calls of Python by Python take no C stack."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(before + frames + _RESERVED_FRAMES)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
