"""Tables of any size: read and written block by block, in memory that does not grow with them.

In comes the name of a file, or - for a pipe; `open_table` returns a reader of named columns,
`create_table` a writer, whatever the format: CSV and TSV, JSON Lines, Parquet, Arrow IPC, .npy and
.npz. A reader's blocks are cheap to cut and costly to decode, so that threads can share the work; a
writer's file replaces the old one when it is whole.

Read `table.py` first: what a batch, a block, a reader and a writer are. `files.py` has what all
formats share, `lines.py` what the text formats share; each of `delimited` (written by
`delimited_writer`), `jsonlines`, `columnar` and `numpyfiles` (written by `numpywriter`) is one
family of formats, `formats.py` picks among them. `cells.py` turns columns into float64 and back. A
new format is one reader, one writer and a line in each table of `formats`.
"""

from gradcalc.tables.formats import FORMATS, create_table, format_of, open_table
from gradcalc.tables.table import Batch, Block, Reader, Writer

__all__ = [
    "FORMATS",
    "Batch",
    "Block",
    "Reader",
    "Writer",
    "create_table",
    "format_of",
    "open_table",
]
