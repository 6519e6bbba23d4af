"""One kernel in three engines: PySpark's mapInArrow, Ray Data's map_batches, and plain pyarrow.

A kernel is pickled with the function that uses it; each worker compiles it once. Run it with the
name of the engine, which must be installed:

    python samples/map/arrow_engines.py pyarrow|spark|ray IN.parquet OUT
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

import gradcalc

# The engine brings the parallelism. With machine code for all rows, for which workers need
# gradcalc[fast], the bits are the same however an engine cuts them.
KERNEL = gradcalc.compile("sin(x)*exp(y)", threads=1, native=True)


def in_batches(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """For mapInArrow: record batches in, the same with value, d_x and d_y out."""
    for batch in batches:
        yield KERNEL(batch)


def in_table(table: pa.Table) -> pa.Table:
    """For map_batches with batch_format="pyarrow"."""
    return KERNEL(table)


def with_pyarrow(source: str, target: str) -> None:
    """Without an engine: as much memory as the table is large."""
    pq.write_table(in_table(pq.read_table(source)), target)


def with_spark(source: str, target: str) -> None:
    """PySpark wants to know the columns that come out."""
    from pyspark.sql import SparkSession
    from pyspark.sql.types import DoubleType, StructField, StructType

    frame = SparkSession.builder.getOrCreate().read.parquet(source)
    added = [StructField(name, DoubleType()) for name in KERNEL.columns]
    schema = StructType([*frame.schema.fields, *added])  # its own is the frame's: not to change
    frame.mapInArrow(in_batches, schema).write.parquet(target)


def with_ray(source: str, target: str) -> None:
    """Ray Data."""
    import ray

    table = ray.data.read_parquet(source)
    table.map_batches(in_table, batch_format="pyarrow").write_parquet(target)


ENGINES = {"pyarrow": with_pyarrow, "spark": with_spark, "ray": with_ray}

if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in ENGINES:
        sys.exit(__doc__)
    ENGINES[sys.argv[1]](*sys.argv[2:])
