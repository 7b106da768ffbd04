"""How many threads each native library gets. The one place that decides.

onnxruntime and torch get the processors; they do nearly all of the work. Every other pool gets one
thread: on two cores, a second pool spinning beside onnxruntime's took a question from 13 to 36 ms.
"""

from __future__ import annotations

import os

# A question's products with the rows of an index (`integers`): tenths of a millisecond.
PRODUCTS = 1
# numpy's matrix products: over a question's tokens and those of a few passages, a millisecond.
BLAS = 1
# Microseconds for which onnxruntime's threads wait for the next layer awake: on two cores without AVX-512 a question's
# run took 9.2 ms with 50, 12.6 with none; three at once got 150 and 145 a second, and 1,000 gain no more (scripts/spinning.py).
SPIN = 50


def count(wanted: int = 0) -> int:
    """Threads for onnxruntime and torch: `wanted`, or the processors this process may use."""
    if wanted > 0:
        return wanted
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1


def limit_blas() -> None:
    """Give numpy's matrix products `BLAS` threads, in the whole process from now on."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=BLAS, user_api="blas")
