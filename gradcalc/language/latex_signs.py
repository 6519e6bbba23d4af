"""LaTeX's commands as signs and names of the language."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BLANKS = {" ", "\n"} | _words(
    ", : ; ! > quad qquad displaystyle textstyle scriptstyle limits nolimits mathstrut "
    "left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr middle [ ] "
    "( )"
)
SIGNS = {
    **dict.fromkeys(("cdot", "times", "ast", "cdotp", "bullet", "odot"), "*"),
    **dict.fromkeys(("div", "slash"), "/"),
    **dict.fromkeys(("le", "leq", "leqslant"), "≤"),
    **dict.fromkeys(("ge", "geq", "geqslant"), "≥"),
    **dict.fromkeys(("ne", "neq"), "≠"),
    **dict.fromkeys(("degree", "textdegree"), "°"),
    **dict.fromkeys(("lvert", "rvert", "vert"), "|"),
    **dict.fromkeys(("lVert", "rVert", "Vert", "|"), "‖"),
    "lt": "<",
    "gt": ">",
    "lfloor": "⌊",
    "rfloor": "⌋",
    "lceil": "⌈",
    "rceil": "⌉",
    "lbrack": "[",
    "rbrack": "]",
    "lparen": "(",
    "rparen": ")",
    "{": "(",
    "}": ")",
    "lbrace": "(",
    "rbrace": ")",
    "%": "%",
    "bmod": "%",
}
OPENING = frozenset({"lvert", "lVert", "lfloor", "lceil"})  # a value begins there
WORDS = {"land": "and", "wedge": "and", "lor": "or", "vee": "or", "lnot": "not", "neg": "not"}

_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi "
    "rho sigma tau upsilon phi chi psi omega"
)
_GREEK = _NAMES.split()
_LETTERS = "αβγδεζηθικλμνξοπρστυφχψω"
GREEK = dict(zip(_GREEK, _LETTERS, strict=True))
GREEK |= {name.capitalize(): letter.upper() for name, letter in zip(_GREEK, _LETTERS, strict=True)}
# Commands that are another way to write one of the others.
ALIASES = {
    **{f"var{name}": name for name in ("epsilon", "theta", "phi", "rho", "sigma", "pi", "kappa")},
    "tfrac": "frac",
    "dfrac": "frac",
    "cfrac": "frac",
    "surd": "sqrt",
    "ell": "l",
    "infty": "inf",
    "hbar": "hbar",
    "arctg": "arctan",
    "tg": "tan",
    "ctg": "cot",
    "cosec": "csc",
    "sh": "sinh",
    "ch": "cosh",
    "th": "tanh",
    "lg": "log10",
    "lb": "log2",
}
UPRIGHT = _words("mathrm operatorname text textrm mathsf textit mathtt mbox")
STYLES = _words("mathbf boldsymbol bm vec mathit mathnormal mathcal underline")
BOLD = _words("mathbf boldsymbol bm vec")  # vectors and matrices
ACCENTS = _words("hat bar tilde widehat overline widetilde")
CASES = _words("cases dcases rcases")
OTHERWISE = _words("otherwise else elsewhere sonst sinon")
MATRICES = _words("matrix pmatrix bmatrix Bmatrix smallmatrix vmatrix array")

DISPLAYS = _words("equation displaymath math multline gather")  # what is around a formula

REFUSED = {
    "int": "there are no integrals here",
    "iint": "there are no integrals here",
    "oint": "there are no integrals here",
    "lim": "there are no limits here: give the variable a value with --at",
    "partial": "write D(f, x) for the derivative of f by x",
    "nabla": "write the formula alone: its gradient is always computed",
    "pm": "write two formulas, one with + and one with -",
    "mp": "write two formulas, one with + and one with -",
    "approx": "write abs(a - b) < 1e-9",
    "to": "write f(x) = x^2 for a function",
    "mapsto": "write f(x) = x^2 for a function",
    "ldots": "write all terms, or a loop",
    "cdots": "write all terms, or a loop",
    "dots": "write all terms, or a loop",
    "dot": "derivatives by time are written D(x, t)",
    "prime": "a derivative inside a program is D(f, x)",
    "rangle": "write \\langle u, v \\rangle for an inner product",
    "choose": "write \\binom{n}{k}",
    "otimes": "write outer(u, v) for the outer product of vectors",
    "end": "there is no matching begin",
}
