"""How often an index that grew answers as one built anew: the share of questions whose first three
quotes are the same.

    python scripts/incremental.py CORPUS QUESTIONS.jsonl SCRATCH_FOLDER [SHARE [MODEL]]

Builds an index of the first SHARE (default 0.8) of the posts, adds the rest, and compares with a
full build. MODEL is as in the settings, the bundled one where it is left out.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from ownwords import ask, build, evaluate
from ownwords.settings import Settings

SUFFIXES = {".md", ".mdx", ".txt", ".html"}


def same_quotes(
    corpus: Path, questions: Path, scratch: Path, share: float, model: str = ""
) -> tuple[int, int]:
    """How many questions have the same first three quotes, and how many there are."""
    if scratch.exists() and any(
        scratch.iterdir()
    ):  # posts of an earlier run would be in both builds
        sys.exit(f"{scratch} is not empty: give a new folder")
    files = sorted(file for file in corpus.rglob("*") if file.suffix in SUFFIXES)
    for part in (files[: round(share * len(files))], files):
        for file in part:
            target = scratch / "corpus" / file.relative_to(corpus)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
        grown = Settings(corpus=str(scratch / "corpus"), index=str(scratch / "grown"), model=model)
        build.build(grown)
    whole = Settings(corpus=str(scratch / "corpus"), index=str(scratch / "whole"), model=model)
    build.build(whole)
    authors = [ask.open_author(settings.index, settings) for settings in (grown, whole)]
    asked = evaluate.read_questions(questions, authors[0].posts)
    same = 0
    for question in asked:
        first, second = (
            [(q.post, q.start) for q in author.best(question.question, question.history)]
            for author in authors
        )
        same += first == second
    return same, len(asked)


if __name__ == "__main__":
    same, count = same_quotes(
        Path(sys.argv[1]),
        Path(sys.argv[2]),
        Path(sys.argv[3]),
        float(sys.argv[4]) if len(sys.argv) > 4 else 0.8,
        *sys.argv[5:6],
    )
    print(f"the same first three quotes for {same} of {count} questions ({same / count:.3f})")
