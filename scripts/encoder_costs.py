"""The constants by which `auto` chooses the engine that embeds posts.

    python scripts/encoder_costs.py

Prints, for onnxruntime and for torch in bfloat16 (where the processor has it) and float32, the
seconds until the first passage is embedded in a new process, and after that the seconds for one
passage of 300 Korean characters and for one byte of it. The model has to be exported and unpacked
before (`--engine torch` does both). Run it on an idle machine, and put the figures into
`ownwords/encoder/costs.py`.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from dataclasses import replace

PASSAGE = ("나는 밤마다 도서관에 앉아 새로 배운 것을 공책에 옮겨 적고 다음 날 다시 읽었다. " * 7)[
    :300
]
ENGINES = ("onnx", "torch", "torch-float32")


def measure(engine: str, count: int) -> None:
    """Print the start and one passage's seconds. The import and the load belong to the start."""
    began = time.perf_counter()
    from ownwords import encoder, settings

    wanted = replace(settings.load(), encoder=engine.partition("-")[0])
    opened = encoder.open_for_build(wanted, [], lambda _: None)
    if engine == "torch-float32":
        opened.model.float()  # type: ignore[attr-defined]
    opened.encode_passages([PASSAGE], tokens=True)
    ready = time.perf_counter()
    opened.encode_passages([f"{i} {PASSAGE}"[:300] for i in range(count)], tokens=True)
    print(ready - began, (time.perf_counter() - ready) / count)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=ENGINES)
    parser.add_argument("--count", type=int, default=96, help="passages a run")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    if options.engine:
        measure(options.engine, options.count)
        return
    for engine in ENGINES:
        command = [sys.executable, __file__, "--engine", engine, "--count", str(options.count)]
        runs = [
            subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
            for _ in range(options.runs)
        ]
        start, passage = (statistics.median(float(run[i]) for run in runs) for i in (0, 1))
        byte = passage / len(PASSAGE.encode())
        print(f"{engine}: start {start:.2f} s, a passage {passage:.4f} s, a byte {byte:.2e} s")


if __name__ == "__main__":
    main()
