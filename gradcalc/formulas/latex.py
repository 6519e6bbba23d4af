"""Boxes as LaTeX, for papers and for pages that draw it (amsmath's commands and no others)."""

from __future__ import annotations

import unicodedata

from gradcalc.formulas.layout import INVISIBLE, Box, laid_out
from gradcalc.language.syntax import Expr


def _letter_name(letter: str) -> str:
    """What LaTeX calls a Greek letter: its name in Unicode, as TeX spells it."""
    words = unicodedata.name(letter).lower().replace("lamda", "lambda").split()
    return words[-1].capitalize() if "capital" in words else words[-1]


# Omicron, and capitals that look like Latin letters, have no command.
LETTERS = {letter: _letter_name(letter) for letter in "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ"}
GREEK = {name: letter for letter, name in LETTERS.items()}
SYMBOLS = {"inf": r"\infty"}
SIGNS = {
    "−": "-", "·": r" \cdot ", "≤": r" \le ", "≥": r" \ge ", "≠": r" \ne ", "=": " = ", "<": " < ",
    ">": " > ", "∧": r" \land ", "∨": r" \lor ", "¬": r"\lnot ", ",": ", ", "mod": r" \bmod ",
    "+": "+", "!": "!", INVISIBLE: " ",
}  # fmt: skip
ESCAPES = {sign: rf"\{sign}" for sign in "_{}$%#&"}
ESCAPES |= {"\\": r"\backslash ", "^": r"\hat{}", "~": r"\sim ", " ": r"\ "}
FENCES = {"⌊": r"\lfloor ", "⌋": r"\rfloor ", "⌈": r"\lceil ", "⌉": r"\rceil ", "|": "|"}
# Functions that LaTeX has a command for.
COMMANDS = (
    "arccos", "arcsin", "arctan", "cos", "cosh", "cot", "coth", "csc", "exp", "lg", "ln", "log",
    "max", "min", "sec", "sin", "sinh", "tan", "tanh",
)  # fmt: skip


def to_latex(root: Expr) -> str:
    """The formula in LaTeX, to stand between the signs that begin and end mathematics."""
    return written(laid_out(root)).strip()


def written(box: Box) -> str:
    """A box in LaTeX."""
    match box.kind:
        case "number":
            return box.text.replace("−", "-")
        case "name":
            return _name(box.text)
        case "word":
            return _word(box.text)
        case "sign":
            return SIGNS[box.text]
        case "row":
            return _row(box)
        case "fraction":
            above, below = map(written, box.parts)
            return rf"\frac{{{above}}}{{{below}}}"
        case "superscript" | "subscript":
            base, other = map(written, box.parts)
            return f"{base}{'^' if box.kind == 'superscript' else '_'}{{{other}}}"
        case "text":
            return rf"\mathrm{{{_escaped(box.text)}}}"
        case "radical":
            which = f"[{written(box.parts[1])}]" if len(box.parts) > 1 else ""
            return rf"\sqrt{which}{{{written(box.parts[0])}}}"
        case "fenced":
            left, right = (FENCES.get(one, one) for one in box.text)
            return rf"\left{left}{written(box.parts[0])}\right{right}".rstrip()
        case "cases":
            return _cases(box)
        case "matrix":
            return _matrix(box)


def _row(box: Box) -> str:
    """Side by side; names of several letters that are multiplied need a space between them."""
    out = ""
    for before, part in zip((None, *box.parts), box.parts, strict=False):
        text = written(part)
        if part.text == INVISIBLE and out.endswith("}") and before is not None:
            text = r" \, " if before.kind == "name" else " "
        elif part.kind == "sign" and part.text in "+−" and before is not None:
            text = f" {text} "
        out += text
    return out


def _name(name: str) -> str:
    known = SYMBOLS.get(name) or (rf"\{LETTERS[name]}" if name in LETTERS else "")
    if known:
        return known
    if name in GREEK:
        return rf"\{name}"
    return name if len(name) == 1 else rf"\mathrm{{{_escaped(name)}}}"


def _word(word: str) -> str:
    if word in COMMANDS:
        return rf"\{word}"
    return rf"\operatorname{{{_escaped(word)}}}"


def _escaped(text: str) -> str:
    """A text with what LaTeX takes for a command as the sign itself."""
    return "".join(ESCAPES.get(sign, sign) for sign in text)


def _cases(box: Box) -> str:
    then, test, other = map(written, box.parts)
    return (
        rf"\begin{{cases}}{then} & \text{{if }} {test} \\ {other} & \text{{otherwise}}\end{{cases}}"
    )


def _matrix(box: Box) -> str:
    rows = [" & ".join(map(written, one.parts)) for one in box.parts]
    return r"\begin{pmatrix}" + r" \\ ".join(rows) + r"\end{pmatrix}"
