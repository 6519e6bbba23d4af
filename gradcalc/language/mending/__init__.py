"""Texts in trouble, mended as texts: numbers, words, comments and derivatives as people write them.

Each module knows slips of one kind, and yields what to write in the place of each. They come before
`foreign`, which knows other languages' functions and signs: `1.5x10^-3 mod 2` is `1.5e-3 % 2`, and
what `np.sin(x) squared` is squared is still for it to say.
As there, the outcome is only a proposal: who asks for it has to read it, and to show it.
"""

from gradcalc.language.mending.mends import mended

__all__ = ["mended"]
