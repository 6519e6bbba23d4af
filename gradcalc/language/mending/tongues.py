"""What is said in German, French, Spanish or Italian, in the English words that are known here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradcalc.errors import Span
from gradcalc.language.mending.mend import Mend, Text

# What stands between two values; of two that begin alike, the longer one comes first.
_BETWEEN = {
    **dict.fromkeys(("mal", "fois", "multiplié par", "multiplicado por", "por"), "times"),
    **dict.fromkeys(("geteilt durch", "dividiert durch", "divisé par", "sur"), "divided by"),
    **dict.fromkeys(("dividido por", "dividido entre", "entre", "diviso per", "diviso"), "over"),
    **dict.fromkeys(("hoch", "élevé à", "elevado a", "elevato a", "puissance"), "raised to"),
    **dict.fromkeys(("más", "mais", "più"), "plus"),
    **dict.fromkeys(("moins", "menos", "meno"), "minus"),
    **dict.fromkeys(("nach", "par rapport à", "con respecto a", "respecto a"), "with respect to"),
    **dict.fromkeys(("em relação a", "rispetto a"), "with respect to"),
}
_BEHIND = {
    **dict.fromkeys(("au carré", "al cuadrado", "al quadrato", "ao quadrado", "zum Quadrat"), "^2"),
    **dict.fromkeys(("au cube", "al cubo", "ao cubo", "hoch drei"), "^3"),
}
_OF = {
    r"(?:die\s+)?Ableitung\s+von": "derivative of",
    r"(?:la\s+)?dérivée\s+de": "derivative of",
    r"(?:la\s+)?derivada\s+de": "derivative of",
    r"(?:la\s+)?derivata\s+di": "derivative of",
    r"dérive[rz]?|derivar?|ableiten": "derivative of",
    r"Wurzel\s+(?:aus|von)|(?:la\s+)?racine(?:\s+carrée)?\s+de": "square root of",
    r"(?:la\s+)?(?:raíz|raiz)(?:\s+(?:cuadrada|quadrada))?\s+de": "square root of",
    r"(?:la\s+)?radice(?:\s+quadrata)?\s+di": "square root of",
    r"Sinus\s+von|sinus\s+de|seno\s+d[ei]": "sine of",
    r"Kosinus\s+von|Cosinus\s+von|cosinus\s+de|coseno\s+d[ei]": "cosine of",
    r"Tangens\s+von|tangente\s+d[ei]": "tangent of",
    r"Betrag\s+von|valeur\s+absolue\s+de|valor\s+absoluto\s+de": "absolute value of",
    r"valore\s+assoluto\s+di": "absolute value of",
}
_CHOICE = re.compile(
    r"\b(?:wenn|falls|si|se)\s+(.+?)\s*,?\s*\b(?:dann|alors|entonces|então|allora)\s+(.+?)"
    r"\s*,?\s*\b(?:sonst|sinon|si\s+no|senão|altrimenti)\s+(.+)$",
    re.IGNORECASE | re.DOTALL,
)


def _any(words: dict[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_SIGNS = re.compile(rf"(?<=[\w)\]²³])\s+({_any(_BETWEEN)})(?=\s+[-\w(√])", re.IGNORECASE)
_POWERS = re.compile(rf"(?<=[\w)\]])\s+({_any(_BEHIND)})(?!\w)", re.IGNORECASE)
_FUNCTIONS = re.compile(
    rf"(?<!\w)(?:{'|'.join(f'(?P<f{k}>{words})' for k, words in enumerate(_OF))})(?=\s+\S)",
    re.IGNORECASE,
)


def tongues(text: Text) -> Iterator[Mend]:
    """Words between values, behind and before them; `wenn x > 1 dann x^2 sonst x`."""
    source = text.source
    if found := _CHOICE.search(source):
        meant = f"(({found[2]}) if {found[1]} else ({found[3]}))"
        yield Mend(Span(*found.span()), meant, "a choice is written a if c else b")
        return
    for found in _FUNCTIONS.finditer(source):
        words = list(_OF.values())[int((found.lastgroup or "f0")[1:])]
        yield Mend(Span(*found.span()), words, f"'{found[0]}' is not known here")
    for pattern, table in ((_SIGNS, _BETWEEN), (_POWERS, _BEHIND)):
        for found in pattern.finditer(source):
            meant = next(table[word] for word in table if word.lower() == found[1].lower())
            if not text.is_value(found[1]):
                blank = " " if meant[0].isalpha() else ""
                message = f"'{found[1]}' is not known here"
                yield Mend(Span(*found.span()), f"{blank}{meant}", message)
