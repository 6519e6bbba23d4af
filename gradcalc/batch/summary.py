"""What came of a table, counted."""

from __future__ import annotations

from dataclasses import dataclass, field

from gradcalc.batch.sample import Sample, SampleCheck

COUNTS = (
    *("rows", "written", "undefined", "infinite", "incomplete"),
    *("kinks", "unsettled", "alone", "rounded"),
)


@dataclass(slots=True)
class Summary:
    """What came of a table, in counts of rows.

    `undefined` have no finite answer (value and derivatives), `infinite` of them an infinite value
    or derivative; `kinks` lie where the function is not smooth, `unsettled` may do so; `alone` were
    run one by one; `rounded` hold an integer past 2^53 that float64 rounds; in `incomplete` of the
    undefined ones a number is missing, `missing` counts them by column. `first` is the error of
    the first undefined row; `sample` are rows that were drawn, `checked` what their check found.
    """

    rows: int = 0
    written: int = 0
    paths: int = 0
    undefined: int = 0
    infinite: int = 0
    kinks: int = 0
    unsettled: int = 0
    alone: int = 0
    rounded: int = 0
    incomplete: int = 0
    missing: dict[str, int] = field(default_factory=dict)
    first: str = ""
    sample: Sample = field(default_factory=Sample)
    checked: SampleCheck | None = None
    seconds: float = 0.0

    def add(self, other: Summary, check_rows: int) -> None:
        """Count in what came of some more rows."""
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name, count in other.missing.items():
            self.missing[name] = self.missing.get(name, 0) + count
        self.paths = max(self.paths, other.paths)
        self.first = self.first or other.first
        self.sample = self.sample.merge(other.sample, check_rows)
