"""Products over indices, as `einsum` has them, in sums and products of whole arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

# By the indices, named in the order in which they come: the formula of the arrays a, b and c.
_FORMULAS: Mapping[str, str] = {
    "i->": "sum({a})",
    "i->i": "{a}",
    "ij->": "sum({a})",
    "ij->i": "sum({a}, axis=1)",
    "ij->j": "sum({a}, axis=0)",
    "ij->ij": "{a}",
    "ij->ji": "transpose({a})",
    "ii->": "trace({a})",
    "ii->i": "diag({a})",
    "i,i->": "dot({a}, {b})",
    "i,i->i": "({a})*({b})",
    "i,j->": "sum({a})*sum({b})",
    "i,j->ij": "outer({a}, {b})",
    "i,j->ji": "outer({b}, {a})",
    "ij,ij->ij": "({a})*({b})",
    "ij,ij->": "sum(({a})*({b}))",
    "ij,ij->i": "sum(({a})*({b}), axis=1)",
    "ij,ij->j": "sum(({a})*({b}), axis=0)",
    "ij,ji->": "trace(({a}) @ ({b}))",
    "ij,j->i": "(({a}) @ ({b}))",
    "ij,i->j": "(({b}) @ ({a}))",
    "i,ij->j": "(({a}) @ ({b}))",
    "i,ji->j": "(({b}) @ ({a}))",
    "ij,jk->ik": "(({a}) @ ({b}))",
    "ij,kj->ik": "(({a}) @ transpose({b}))",
    "ij,ik->jk": "(transpose({a}) @ ({b}))",
    "ij,ki->jk": "(transpose({a}) @ transpose({b}))",
    "ij,jk->ki": "transpose(({a}) @ ({b}))",
    "ijk,ikl->ijl": "(({a}) @ ({b}))",
    "i,ij,j->": "(({a}) @ ({b}) @ ({c}))",
    "ij,jk,kl->il": "(({a}) @ ({b}) @ ({c}))",
}
_LETTERS = "ijklmnop"


def contraction(indices: str, arrays: Sequence[str]) -> str | None:
    """The formula of `einsum(indices, …)` of arrays; None where there is no short one."""
    inputs, arrow, output = indices.replace(" ", "").partition("->")
    letters = [letter for letter in inputs if letter != ","]
    if not arrow:  # the indices that come once, by the alphabet
        output = "".join(sorted(letter for letter in letters if letters.count(letter) == 1))
    order = dict.fromkeys(letters)
    if len(order) > len(_LETTERS) or not set(output) <= order.keys():
        return None
    renamed = str.maketrans(dict(zip(order, _LETTERS, strict=False)))
    formula = _FORMULAS.get(f"{inputs}->{output}".translate(renamed))
    if formula is None or len(arrays) != inputs.count(",") + 1:
        return None
    return formula.format(**dict(zip("abc", arrays, strict=False)))
