"""Whether a question is answered where no post tells what it asks of: a year (`ownwords.years.UNTOLD`), an address
(`ownwords.contacts.UNTOLD`), or what one asks of anybody (`ownwords.matters.UNTOLD`).

    python scripts/told.py [FOLDER...]

Each FOLDER holds `posts/` and `questions.jsonl`; all of training/blogs where none is given. Of the questions
that name a year, the posts of their places are looked at, of the others what stands within a passage of their
places; all posts where nothing answers.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from ownwords import contacts, corpus, evaluate, matters, years
from ownwords.evaluate import Question
from ownwords.records import Post
from ownwords.settings import Settings

BLOGS = Path(__file__).parents[1] / "training" / "blogs"
TODAY = date(2026, 11, 25)
AROUND = Settings().passage_chars


def main(folders: list[Path]) -> None:
    years_told: dict[bool, list[bool]] = {True: [], False: []}
    addresses_told: dict[bool, list[bool]] = {True: [], False: []}
    matters_told: dict[bool, list[bool]] = {True: [], False: []}
    for folder in folders:
        settings = Settings(corpus=str(folder / "posts"))
        posts = corpus.read_corpus(folder / "posts", settings, TODAY).posts
        by_path = {post.path: post for post in posts}
        for question in evaluate.read_questions(folder / "questions.jsonl", posts):
            answerable = bool(question.gold)
            if asked := years.named(question.question):
                told = any(asked & years.told(post) for post in _places(question, by_path))
                years_told[answerable].append(told)
            if contacts.asked(question.question):
                told = any(map(contacts.told, _texts(question, by_path)))
                addresses_told[answerable].append(told)
            if matters.untold(question.question, []):
                told = not matters.untold(question.question, _texts(question, by_path))
                matters_told[answerable].append(told)
    for counts, what in (
        (years_told, "name a year"),
        (addresses_told, "ask for an address"),
        (matters_told, "ask what one asks of anybody"),
    ):
        for answerable, every in counts.items():
            kind = "answerable" if answerable else "unanswerable"
            print(f"{len(every)} {kind} questions {what}, {every.count(False)} of them untold")


def _places(question: Question, posts: Mapping[str, Post]) -> list[Post]:
    return [posts[path] for path, _ in question.gold] or list(posts.values())


def _texts(question: Question, posts: Mapping[str, Post]) -> list[str]:
    """What stands around the question's places; all posts where it has none."""
    around = (
        posts[path].source[max(0, place.start - AROUND) : place.end + AROUND]
        for path, place in question.gold
    )
    return list(around) or [post.source for post in posts.values()]


if __name__ == "__main__":
    main([Path(one) for one in sys.argv[1:]] or sorted(BLOGS.glob("*/*")))
