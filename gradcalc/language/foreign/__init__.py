"""Formulas as other languages write them, said in ours: what to write instead of `np.sin(x)**2`.

A text that can't be read is taken apart into words, signs and brackets (`items.py`), and each
spelling of NumPy, PyTorch, Mathematica, MATLAB, Maxima, R, Excel, JavaScript or C is replaced by
what it means (`calls.py`, `operands.py`, `signs.py`, `translator.py`). The words are in
`spellings.py`: another function of another language is one more entry there.
The outcome is only a proposal: who asks for it has to read it, and to show it to the user.
"""

from gradcalc.language.foreign.items import Functions, Slip
from gradcalc.language.foreign.translator import translated

__all__ = ["Functions", "Slip", "translated"]
