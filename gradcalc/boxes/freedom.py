"""Is a box free of trouble? A proof for every point of it, of the function and of its float64 run.

A part of the box is free where every step of the run, and of the reverse sweep after it, has a
finite enclosure that holds the exact number as well as what float64 rounds it to, no comparison
comes out both ways, and no row meets a kink, a jump or the edge of its domain. Then the function
and its gradient exist and are continuous all over the part, and no step overflows. What float64 is
trusted for: + - * / rounded correctly, and functions right to 2^-40.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gradcalc.boxes.cover import Cover, Proof, cover
from gradcalc.boxes.floats import FloatRun, float_run
from gradcalc.boxes.inputs import Ends, balls
from gradcalc.boxes.parts import Sides
from gradcalc.boxes.paths import Paths
from gradcalc.boxes.search import Limits as SearchLimits
from gradcalc.run.limits import Limits
from gradcalc.run.point import Given, Point
from gradcalc.run.reading import read_program

BITS = 64


@dataclass(frozen=True, slots=True)
class _Freedom:
    """That a program is free of trouble."""

    source: str
    names: tuple[str, ...]
    held: Mapping[str, Given]
    limits: Limits | None

    def proof(self) -> Proof:
        """What checks a part."""
        program, _ = read_program(self.source, {*self.names, *self.held}, self.limits)

        def record(place: Point) -> FloatRun:
            return float_run(program, place, self.names, self.limits)

        paths = Paths(self.names, self.held, record)

        def check(part: Sides) -> None:
            box = balls(part)
            paths.asked(box, lambda run: run.check(box))

        return check


def freedom(
    source: str,
    over: Mapping[str, Ends],
    held: Mapping[str, Given],
    search: SearchLimits,
    limits: Limits | None = None,
) -> Cover:
    """Prove that the program is free of trouble in the box `over`, as far as `search` allows.

    `held` has the values of the program's other inputs. GradcalcError where nothing can be proven
    of it at all: an array for its value.
    """
    return cover(_Freedom(source, tuple(over), held, limits), over, search, bits=BITS)
