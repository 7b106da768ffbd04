"""Measure sentence splitters on the hand-made cases of `tests/sentence_cases.py`.

    pip install kss pysbd sentencex kiwipiepy   # in an environment of their own
    PYTHONPATH=src python scripts/compare_splitters.py

Per splitter, each in a process of its own: precision, recall and F1 of the sentence ends inside
the cases' texts (pooled; a text's last end counts for nobody), characters split in a second, the
first call left out, and what importing and splitting adds to the process's memory. Ours reads
wrapped lines as the builder gives them; the others read them as they stand in the file.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]

from sentence_cases import CASES, HELD_OUT, LINES, UNDECIDED, Case  # noqa: E402

Split = Callable[[str], Iterable[str]]


def _ours() -> Split:
    from ownwords.sentences import split

    def sentences(text: str) -> list[str]:
        lines = [0, *(found.end() for found in re.finditer("\n", text))]
        plain = text.replace("\n", " ")
        return [plain[start:end] for start, end in split(plain, lines)]

    return sentences


def _kss() -> Split:
    from kss import Kss

    splitter = Kss("split_sentences")
    return lambda text: splitter(text)


def _pysbd() -> Split:
    import pysbd

    segmenter = pysbd.Segmenter(language="en", clean=False)
    return lambda text: list(segmenter.segment(text))


def _sentencex() -> Split:
    from sentencex import segment

    return lambda text: list(segment("en", text))


def _kiwi() -> Split:
    from kiwipiepy import Kiwi

    kiwi = Kiwi()
    return lambda text: [sentence.text for sentence in kiwi.split_into_sents(text)]


SPLITTERS = {
    "ours": ("ownwords", _ours),
    "kss": ("kss", _kss),
    "kiwi": ("kiwipiepy", _kiwi),
    "pysbd": ("pysbd", _pysbd),
    "sentencex": ("sentencex", _sentencex),
}


def ends(sentences: Iterable[str]) -> set[int]:
    """The ends of all sentences but the last, counted in characters that are no blanks."""
    found, at = [], 0
    for sentence in sentences:
        at += len("".join(sentence.split()))
        found.append(at)
    return set(found[:-1])


def measure(name: str) -> dict[str, object]:
    before = _resident()
    split = SPLITTERS[name][1]()
    groups = {**CASES, "lines": LINES}
    list(split("첫 문장입니다. 둘째 문장입니다."))
    score = {kind: _score(split, cases, "\n" if kind == "lines" else " ")
             for kind, cases in groups.items()}  # fmt: skip
    total = [sum(part) for part in zip(*score.values(), strict=True)]
    text = "\n".join(" ".join(case) for cases in CASES.values() for case in cases)
    started = time.perf_counter()
    for line in text.split("\n"):
        list(split(line))
    seconds = time.perf_counter() - started
    return {
        "F1": _f1(*total),
        "precision": total[0] / max(1, total[1]),
        "recall": total[0] / total[2],
        "held out": _f1(*_score(split, HELD_OUT, " ")),
        "undecided": _f1(*_score(split, UNDECIDED, " ")),
        "characters a second": round(len(text) / seconds),
        "MB": round((_resident() - before) / 1024),
        "by kind": {kind: _f1(*part) for kind, part in score.items()},
    }


def _score(split: Split, cases: Iterable[Case], joint: str) -> tuple[int, int, int]:
    """Right ends, found ends, wanted ends."""
    right = found = wanted = 0
    for case in cases:
        ours, theirs = ends(case), ends(split(joint.join(case)))
        right, found, wanted = right + len(ours & theirs), found + len(theirs), wanted + len(ours)
    return right, found, wanted


def _f1(right: int, found: int, wanted: int) -> float:
    return round(2 * right / max(1, found + wanted), 3)


def _resident() -> int:
    """Resident memory of this process in kB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1])  # type: ignore[index]


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure sentence splitters.")
    parser.add_argument("--one", choices=SPLITTERS, help="this one, in this process, as JSON")
    chosen = parser.parse_args().one
    if chosen:
        warnings.simplefilter("ignore")
        print(json.dumps(measure(chosen)))
        return
    count = sum(map(len, CASES.values())) + len(LINES)
    print(f"{count} cases; apart from them {len(HELD_OUT)} held out, {len(UNDECIDED)} undecided")
    for name, (package, _) in SPLITTERS.items():
        if importlib.util.find_spec(package) is None:
            print(f"{name}: skipped, {package} is not installed (pip install {package})")
            continue
        done = subprocess.run(
            [sys.executable, __file__, "--one", name], capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(f"{name}: skipped, it failed: {done.stderr.strip().splitlines()[-1]}")
            continue
        print(f"{name}: {_line(json.loads(done.stdout.splitlines()[-1]))}")


def _line(figures: dict[str, object]) -> str:
    kinds = figures.pop("by kind")
    assert isinstance(kinds, dict)
    shown = [f"{key} {value:.3f}" if isinstance(value, float) else f"{key} {value:,}"
             for key, value in figures.items()]  # fmt: skip
    return ", ".join(shown) + "\n    " + ", ".join(f"{kind} {f1:.2f}" for kind, f1 in kinds.items())


if __name__ == "__main__":
    main()
