"""OpenMP's threads, which its library keeps ready from call to call, share out the rows of a call.

They run machine code alone and so need no lock of Python's. A process that was forked has no such
threads, though the library believes it has: there, and where it is not installed, Python's own
threads do the same, a tenth of a millisecond later.
"""

from __future__ import annotations

import ctypes
import os
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gradcalc.kernels.writer import SHARES

LIBRARY = "libgomp.so.1"  # of the GNU compilers
MIN_SHARE_ROWS = 1 << 12  # fewer rows than these are computed before another thread has woken

# What a thread does with a job (see `writer`): its share of the rows; and those of others, where
# there are fewer threads than shares.
SHARE = """
declare i32 @omp_get_thread_num()
declare i32 @omp_get_num_threads()

define void @share(ptr %job) {
entry:
  %function = load ptr, ptr %job
  %shares.at = getelementptr i64, ptr %job, i64 1
  %shares = load i64, ptr %shares.at
  %low.at = getelementptr i64, ptr %job, i64 2
  %low = load i64, ptr %low.at
  %high.at = getelementptr i64, ptr %job, i64 3
  %high = load i64, ptr %high.at
  %count = sub i64 %high, %low
  %each = udiv i64 %count, %shares
  %number = call i32 @omp_get_thread_num()
  %first = zext i32 %number to i64
  %threads = call i32 @omp_get_num_threads()
  %step = zext i32 %threads to i64
  br label %next
next:
  %k = phi i64 [%first, %entry], [%after, %run]
  %more = icmp ult i64 %k, %shares
  br i1 %more, label %run, label %end
run:
  %before = mul i64 %k, %each
  %from = add i64 %low, %before
  %up = add i64 %from, %each
  %following = add i64 %k, 1
  %last = icmp eq i64 %following, %shares
  %to = select i1 %last, i64 %high, i64 %up
  call void %function(ptr %job, i64 %from, i64 %to)
  %after = add i64 %k, %step
  br label %next
end:
  ret void
}
"""


@dataclass(frozen=True, slots=True)
class Team:
    """OpenMP's threads in this `process`; `engine` keeps `share` in memory."""

    parallel: Any
    share: int
    process: int
    engine: Any

    @property
    def is_there(self) -> bool:
        """Are its threads of this process, not of one that this was forked from?"""
        return self.process == os.getpid()

    def run(self, job: array[int]) -> None:
        """Do a job, in as many shares as it says, with a thread for each."""
        self.parallel(self.share, job.buffer_info()[0], job[SHARES], 0)


def make_team(binding: Any, compile: Callable[[str], Any]) -> Team | None:
    """The threads that share out jobs; None where OpenMP's library is not installed.

    `binding` is llvmlite's; `compile` takes a text and answers the engine that holds its functions.
    """
    try:
        binding.load_library_permanently(LIBRARY)
    except RuntimeError:
        return None
    engine = compile(SHARE)
    pointer, count = ctypes.c_void_p, ctypes.c_uint
    kind = ctypes.CFUNCTYPE(None, pointer, pointer, count, count)
    parallel = kind(binding.address_of_symbol("GOMP_parallel"))
    return Team(parallel, engine.get_function_address("share"), os.getpid(), engine)
