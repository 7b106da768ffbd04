"""How many threads each native library gets. The one place that decides."""

from __future__ import annotations

import os


def count(wanted: int = 0) -> int:
    """Threads for onnxruntime and torch: `wanted`, or the processors this process may use."""
    if wanted > 0:
        return wanted
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1


# FAISS scans a blog's vectors in a millisecond; a second OpenMP pool that spins beside
# onnxruntime's took a question from 13 to 36 ms on two cores.
FAISS = 1
