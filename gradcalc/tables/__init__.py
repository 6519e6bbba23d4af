"""Tables of any size: read and written block by block, in memory that does not grow with them."""

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
