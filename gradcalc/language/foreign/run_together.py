"""Names that are several words in one: `sin2x` is sin(2*x), `xcosx` is x*cos(x)."""

from __future__ import annotations

import re
from abc import ABC
from collections.abc import Container

from gradcalc.language.foreign.items import Functions
from gradcalc.language.suggest import as_product

MAX_DIVIDED_CHARACTERS = 24  # of a name that may be a product with functions


class RunTogether(ABC):
    """Divides names into functions, numbers and variables."""

    functions: Functions
    variables: Container[str]
    reading: int  # which one, of a text that has two

    def _run_together(self, name: str, count: int) -> str | None:
        """`xsin` as x*sin: variables before a function."""
        for start in range(1, len(name) - 1):
            head, tail = name[:start], name[start:]
            if self.functions.accepts(tail, count) and tail not in self.variables:
                product = head if head in self.variables else as_product(head, self.variables)
                if product:
                    return f"{product}*{tail}"
        return None

    def _applied(self, name: str) -> str | None:
        """`sin2x` as sin(2*x), `xcosx` as x*cos(x), `ln2` as ln(2).

        A function before a number or a variable, in a product of such and of variables.
        """
        if len(name) > MAX_DIVIDED_CHARACTERS:
            return None
        if found := self._argument_behind(name, len(name)):
            return found
        for end in range(len(name) - 1, 0, -1):
            head, rest = name[:end], name[end:]
            variable = head in self.variables
            factor = head if variable else self._argument_behind(head, end)
            if not factor:
                continue
            other = rest if rest in self.variables and not variable else self._applied(rest)
            if other:
                return f"{factor}*{other}"
        return None

    def _argument_behind(self, name: str, length: int) -> str | None:
        """`sin2x` as a function of one argument, a number or a variable or their product.

        `exp2x` is exp2(x) in the first reading, exp(2*x) in the second.
        """
        for end in range(length - 1, 1, -1):
            head, tail = name[:end], name[end:]
            shorter = head.rstrip("0123456789")
            if self.reading and self.functions.accepts(shorter, 1):
                head, tail = shorter, name[len(shorter) :]
            found = re.fullmatch(r"(\d*)(\D\w*)?", tail)
            if not found or not self.functions.accepts(head, 1):
                continue
            number, variable = found[1], found[2]
            if variable is None or variable in self.variables:
                return f"{head}({'*'.join(part for part in (number, variable) if part)})"
        return None
