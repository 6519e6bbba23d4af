"""The language: text into a syntax tree and back."""

from gradcalc.language.inputs import inputs
from gradcalc.language.parser import parse, parse_expression
from gradcalc.language.printer import to_text

__all__ = ["inputs", "parse", "parse_expression", "to_text"]
