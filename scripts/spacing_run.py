"""From how many syllables in a row Korean questions are several words (see `spacing.RUN`), and which are
taken to have blanks anywhere.

    python scripts/spacing_run.py QUESTIONS.jsonl...

For each length prints how many Korean questions, as their askers spaced them, would be changed, and
some of these; then the same of the blanks. What is changed there is mostly a mistake. Last, which share
of the questions with a blank after every second syllable is taken for such.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from ownwords import spacing


def anywhere(text: str) -> str:
    return re.sub("(..)", r"\1 ", "".join(text.split()))


def main(files: list[str]) -> None:
    lines = [
        json.loads(line) for file in files for line in Path(file).read_text("utf-8").splitlines()
    ]
    asked = list(dict.fromkeys(line["question"] for line in lines if line["lang"] == "ko"))
    kept = [one for one in asked if spacing._joined(one) == one]
    for length in range(4, 11):
        spacing._RUN = re.compile(rf"[가-힣]{{{length},}}")
        changed = [read for one in kept if (read := spacing.spaced(one)) != one]
        print(
            f"{length:2d} syllables: {len(changed)} of {len(kept)} changed",
            *changed[:3],
            sep="\n    ",
        )
    changed = sorted({*asked} - {*kept})
    print(f"blanks: {len(changed)} of {len(asked)} changed", *changed[:3], sep="\n    ")
    told = sum(spacing._joined(anywhere(one)) != anywhere(one) for one in asked)
    print(f"blanks anywhere: {told / len(asked):.2f} told")


if __name__ == "__main__":
    main(sys.argv[1:])
