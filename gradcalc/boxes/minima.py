"""What is asked of a part when the global minimum over a box is looked for: can it be there?

Branch and bound (Hansen and Walster, Global Optimization Using Interval Analysis, 2004): a part
whose values are all above a value that is attained has no minimiser; nor has one inside the box in
which a derivative is certainly not 0, or a second one certainly negative. Krawczyk's operator on
the gradient makes a part smaller, or proves that exactly one stationary point is in it.

Points on the border of the box need not be stationary. A part that touches a border is taken apart:
the piece of the border itself, on which fewer coordinates vary, and the rest, of which only the
inner points are left to look at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gradcalc.boxes.conditions import conditions
from gradcalc.boxes.examine import Examiner
from gradcalc.boxes.inputs import Setting
from gradcalc.boxes.parts import Looker, Sides
from gradcalc.boxes.steepness import Negative


@dataclass(frozen=True, slots=True)
class MinimumQuestion:
    """Where in a part may the minimum be? With `maximize`, the maximum.

    The parts with the least bounds are looked at first; with `widest_first` the widest.
    """

    setting: Setting
    source: str
    conditions: tuple[str, ...]
    domain: Sides
    bits: int
    maximize: bool = False
    widest_first: bool = False

    def looker(self) -> Looker:
        """What drops a part, or cuts it."""
        function: Any = self.setting.function(self.source)
        if self.maximize:
            function = Negative(function)
        texts, option = self.conditions, "--subject-to"
        holds = conditions(self.setting, texts, option, equations=True)
        return Examiner(function, holds, self.domain, self.widest_first).look
