"""From how many syllables in a row Korean questions are several words: see `spacing.RUN`.

    python scripts/spacing_run.py QUESTIONS.jsonl...

For each length prints how many Korean questions, as their askers spaced them, would be changed, and
some of these. What is changed there is mostly a mistake.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from ownwords import spacing


def main(files: list[str]) -> None:
    lines = [
        json.loads(line) for file in files for line in Path(file).read_text("utf-8").splitlines()
    ]
    asked = list(dict.fromkeys(line["question"] for line in lines if line["lang"] == "ko"))
    for length in range(4, 11):
        spacing._RUN = re.compile(rf"[가-힣]{{{length},}}")
        changed = [read for one in asked if (read := spacing.spaced(one)) != one]
        print(
            f"{length:2d} syllables: {len(changed)} of {len(asked)} changed",
            *changed[:3],
            sep="\n    ",
        )


if __name__ == "__main__":
    main(sys.argv[1:])
