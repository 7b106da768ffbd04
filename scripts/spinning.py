"""How long onnxruntime's threads should wait for the next layer awake (`threads.SPIN`).

    python scripts/spinning.py QUESTIONS.jsonl

Prints, for some durations in microseconds, the median time of the default model's run of one question on an
otherwise idle machine, the processor's time that it takes, and how many runs a second three threads get
together. All take turns, so that they meet the same noise; the model has to be exported before.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ownwords import encoder, settings, threads
from ownwords.encoder import Encoder

DURATIONS = (0, 20, 50, 100, 200, 1000)
QUESTIONS, ROUNDS, AT_ONCE = 50, 8, 3
PAUSE = 0.01  # seconds between two questions, in which the threads fall asleep


def opened(duration: int) -> Encoder:
    threads.SPIN = duration
    return encoder.open_for_answers(settings.load())


def alone(engine: Encoder, questions: Sequence[str]) -> list[tuple[float, float]]:
    """Of each question the milliseconds that passed, and the processor's."""
    found = []
    for question in questions:
        time.sleep(PAUSE)
        began, used = time.perf_counter(), time.process_time()
        engine.encode_queries([question], tokens=True)
        spent = time.perf_counter() - began, time.process_time() - used
        found.append((1000 * spent[0], 1000 * spent[1]))
    return found


def at_once(engine: Encoder, questions: list[str]) -> float:
    """Questions a second of several threads."""
    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda one: engine.encode_queries([one], tokens=True), questions * AT_ONCE))
    return AT_ONCE * len(questions) / (time.perf_counter() - began)


def main(path: str) -> None:
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines][:QUESTIONS]
    engines = {duration: opened(duration) for duration in DURATIONS}
    single: dict[int, list[tuple[float, float]]] = {duration: [] for duration in DURATIONS}
    several: dict[int, list[float]] = {duration: [] for duration in DURATIONS}
    for _ in range(ROUNDS):
        for duration, engine in engines.items():
            single[duration] += alone(engine, questions)
            several[duration].append(at_once(engine, questions))
    for duration in DURATIONS:
        passed, used = (statistics.median(part) for part in zip(*single[duration], strict=True))
        print(f"{duration} us: {passed:.1f} ms, {used:.1f} ms of processors; "
              f"{AT_ONCE} at once {statistics.median(several[duration]):.0f} a second")  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
