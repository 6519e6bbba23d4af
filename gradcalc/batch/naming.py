"""Which columns a formula reads and the output has, and what is wrong with their names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gradcalc.batch.options import MapOptions
from gradcalc.batch.uncertain import UNCERTAINTY
from gradcalc.errors import GradcalcError, Span, listed
from gradcalc.kernels.kernel import Kernel
from gradcalc.language.names import as_typed, is_plain
from gradcalc.language.suggest import nearest
from gradcalc.tables import Reader
from gradcalc.tables.dialect import numbered


def output_columns(kernel: Kernel, options: MapOptions, reader: Reader) -> tuple[str, ...]:
    """The columns of the output for a table; GradcalcError where its own don't fit."""
    columns = frozenset(reader.columns)
    for name in kernel.inputs:
        if name in columns and name in options.at:
            raise GradcalcError(
                "usage",
                f"{name} is a column of the table and is given by --at",
                hint=f"leave out --at {name}=…, or give the column another name: "
                f'--rename "{name}=…"',
            )
        if name not in columns and name not in options.at:
            raise _missing_column(name, reader, options)
    made = (*kernel.columns, *([UNCERTAINTY] if options.uncertain else []))
    added = tuple(options.prefix + name for name in made)
    kept = tuple(reader.columns) if options.keep is None else options.keep
    for name in kept:
        if name not in columns:
            raise GradcalcError(
                "usage",
                f"--keep: no column named {name}",
                hint=f"the columns are {listed(reader.columns)}",
            )
        if name in added:
            others = listed([n for n in kept if n != name]).replace(", ", ",")
            raise GradcalcError(
                "column-taken",
                f"the table already has a column {name}",
                hint="give the added columns other names: --prefix f_, or keep other columns: "
                f"--keep {others}",
            )
    return (*kept, *added)


def _missing_column(name: str, reader: Reader, options: MapOptions) -> GradcalcError:
    columns = reader.columns
    question = _question(name, [*columns, *options.at])
    if place := reader.elsewhere(name):
        question = f"{place}; "
    if columns == numbered(len(columns)):
        question = "the table has no header: name its columns with --names; "
    return GradcalcError(
        "missing-value",
        f"no column named {name}",
        hint=f"{question}the columns are {listed(columns)}; "
        f"set one value for all rows with --at {name}=…",
    )


def _question(name: str, columns: Sequence[str]) -> str:
    """Which column may have been meant; empty where none is like it."""
    plain = re.sub(r"\W+", "_", name).strip("_").casefold()
    titled = [one for one in columns if re.match(rf"{re.escape(name)}\W", one)]
    titled += [one for one in columns if re.sub(r"\W+", "_", one).strip("_").casefold() == plain]
    similar = nearest(name, columns) or next(iter(titled), None)
    if similar is None:
        return ""
    if is_plain(similar):
        return f"did you mean {similar}? "
    return (
        f"did you mean `{similar}`? write it in backquotes and the formula in single quotes, or "
        f'--rename "{similar}={name}"; '
    )


def blaming_titles(error: GradcalcError, source: str, columns: Sequence[str]) -> GradcalcError:
    """The same error, or that a text which can't be read has the title of a column without
    backquotes: `Sepal.Length*2`."""
    bare = re.sub(r"`[^`]*`", lambda quoted: " " * len(quoted[0]), source)
    for title in sorted(columns, key=len, reverse=True):
        if not title or is_plain(title):
            continue
        match = re.search(rf"(?<!\w){re.escape(title)}(?!\w)", bare)
        if match is not None:
            return GradcalcError(
                "bad-name",
                f"the column {title} needs backquotes in a formula",
                Span(*match.span()),
                hint=f"write {as_typed(title)} and the formula in single quotes, or "
                f'give it a name: --rename "{title}=…"',
                source=source,
            )
    return error
