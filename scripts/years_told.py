"""Whether a question that names a year is answered where no post speaks of that year: the probability
`ownwords.years.UNTOLD`.

    python scripts/years_told.py [FOLDER...]

Each FOLDER holds `posts/` and `questions.jsonl`; all of training/blogs where none is given. Of the questions
that name a year, the posts of their places are looked at, and all posts where nothing answers.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from ownwords import corpus, evaluate, years
from ownwords.settings import Settings

BLOGS = Path(__file__).parents[1] / "training" / "blogs"
TODAY = date(2026, 11, 25)


def main(folders: list[Path]) -> None:
    counts = {True: [0, 0], False: [0, 0]}
    for folder in folders:
        settings = Settings(corpus=str(folder / "posts"))
        posts = corpus.read_corpus(folder / "posts", settings, TODAY).posts
        told = {post.path: years.told(post) for post in posts}
        for question in evaluate.read_questions(folder / "questions.jsonl", posts):
            if asked := years.named(question.question):
                places = {path for path, _ in question.gold} or set(told)
                counts[bool(question.gold)][0] += 1
                if not any(asked & told[path] for path in places):
                    counts[bool(question.gold)][1] += 1
                    if question.gold:
                        print(f"{folder.name}: {question.question}")
    for answerable, (named, untold) in counts.items():
        kind = "answerable" if answerable else "unanswerable"
        print(f"{named} {kind} questions name a year, of {untold} no post speaks")


if __name__ == "__main__":
    main([Path(one) for one in sys.argv[1:]] or sorted(BLOGS.glob("*/*")))
