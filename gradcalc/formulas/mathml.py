"""Boxes as MathML Core, which browsers draw without any script."""

from __future__ import annotations

from html import escape

from gradcalc.formulas.latex import GREEK
from gradcalc.formulas.layout import INVISIBLE, Box, laid_out
from gradcalc.language.syntax import Expr

SYMBOLS = {"inf": "∞", **GREEK}


def to_mathml(root: Expr, *, display: bool = True) -> str:
    """The formula as a `math` element, on a line of its own or within a text."""
    kind = ' display="block"' if display else ""
    return (
        f'<math xmlns="http://www.w3.org/1998/Math/MathML"{kind}>{written(laid_out(root))}</math>'
    )


def written(box: Box) -> str:
    """A box as MathML."""
    parts = [written(part) for part in box.parts]
    match box.kind:
        case "number":
            return f"<mn>{escape(box.text)}</mn>"
        case "name":
            return f"<mi>{escape(SYMBOLS.get(box.text, box.text))}</mi>"
        case "word" | "text":
            return f'<mi mathvariant="normal">{escape(box.text)}</mi>'
        case "sign":
            return "<mo>&#x2062;</mo>" if box.text == INVISIBLE else f"<mo>{escape(box.text)}</mo>"
        case "row":
            return f"<mrow>{''.join(parts)}</mrow>"
        case "fraction":
            return f"<mfrac>{''.join(parts)}</mfrac>"
        case "superscript":
            return f"<msup>{''.join(parts)}</msup>"
        case "subscript":
            return f"<msub>{''.join(parts)}</msub>"
        case "radical":
            kind = "mroot" if len(parts) > 1 else "msqrt"
            return f"<{kind}>{''.join(parts)}</{kind}>"
        case "fenced":
            left, right = (f"<mo>{escape(one)}</mo>" for one in box.text)
            return f"<mrow>{left}{parts[0]}{right}</mrow>"
        case "cases":
            return _cases(*parts)
        case "matrix":
            return _matrix(box)


def _cases(then: str, test: str, other: str) -> str:
    rows = (
        f"<mtr><mtd>{then}</mtd><mtd><mtext>if&#xA0;</mtext>{test}</mtd></mtr>"
        f"<mtr><mtd>{other}</mtd><mtd><mtext>otherwise</mtext></mtd></mtr>"
    )
    return f"<mrow><mo>{{</mo><mtable>{rows}</mtable></mrow>"


def _matrix(box: Box) -> str:
    cells = [[f"<mtd>{written(cell)}</mtd>" for cell in one.parts] for one in box.parts]
    rows = "".join(f"<mtr>{''.join(row)}</mtr>" for row in cells)
    return f"<mrow><mo>(</mo><mtable>{rows}</mtable><mo>)</mo></mrow>"
