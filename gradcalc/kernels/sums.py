"""Sums over rows of what is computed in each: nothing but the sums is written to memory."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcalc.kernels.codegen import write_sums
from gradcalc.kernels.llvm import Native, machine
from gradcalc.kernels.lowering import Derivatives
from gradcalc.kernels.peephole import simplify
from gradcalc.kernels.threads import share

PIECE_ROWS = 1 << 17  # that a thread adds up at once


@dataclass(frozen=True, slots=True)
class RowSums:
    """The sums of a trace's columns over rows, as machine code.

    A sum is off by at most about 2u Σ|x|, u = 2^-53, however many rows there are (N. J. Higham,
    Accuracy and Stability of Numerical Algorithms, 2nd edition, section 4.3).
    """

    names: tuple[str, ...]
    native: Native

    @classmethod
    def of(cls, derivatives: Derivatives, columns: frozenset[str]) -> RowSums | None:
        """Compile the sums of `derivatives.columns`, where the inputs `columns` are columns.

        None without llvmlite, and of what machine code has no form for.
        """
        compiler = machine()
        if compiler is None or not columns:
            return None
        simple = simplify(derivatives, columns)
        slots = list(simple.columns.values())
        text = write_sums(simple.trace, slots, columns, compiler.registers)
        return cls(tuple(simple.columns), compiler.compile(text)) if text else None

    def over(
        self, columns: Mapping[str, Any], numbers: Mapping[str, float], threads: int
    ) -> dict[str, float]:
        """The sums over all rows of `columns`, vectors of float64 of one length, by name.

        `numbers` are the inputs that are the same in all rows.
        """
        read = {name: np.ascontiguousarray(columns[name]) for name in self.native.source.inputs}
        uniform = self.native.uniform(numbers)
        found: list[Any] = []

        def add_up(pieces: Iterator[slice]) -> None:
            for piece in pieces:
                part = {name: column[piece] for name, column in read.items()}
                found.append(self.native.sums(part, uniform, len(self.names)))

        rows = len(next(iter(read.values())))
        pieces = [slice(low, min(low + PIECE_ROWS, rows)) for low in range(0, rows, PIECE_ROWS)]
        share(pieces, add_up, threads)
        parts = np.concatenate(found, axis=2)
        parts[:, 1] *= -1
        return {
            name: _total(part.ravel().tolist())
            for name, part in zip(self.names, parts, strict=True)
        }


def _total(numbers: list[float]) -> float:
    """The sum, correctly rounded: the order of the pieces does not matter."""
    return math.fsum(numbers) if all(map(math.isfinite, numbers)) else math.nan
