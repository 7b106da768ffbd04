"""What the adapter is trained on: invented authors' blogs (blogs/) and KorQuAD, each a `Site`."""

from __future__ import annotations

import hashlib
import json
import pickle
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ownwords import background, corpus, evaluate, late_interaction, passages, retrieve
from ownwords.evaluate import Question
from ownwords.language import language_of
from ownwords.records import Passage, Post, Range
from ownwords.settings import Settings

HERE = Path(__file__).parent
KORQUAD = HERE / "korquad_questions.jsonl"
LAYERS = range(4, 12)  # the layers that are adapted; what lies below is run once
LONGEST, AT_ONCE = 512, 2_048  # tokens of a text, and of a batch
TODAY = date(2026, 11, 25)  # no post is one of the future
NEAR = 20  # passages that a question is told apart from
RUN_TOGETHER = 6  # every so manieth Korean question of a blog is written without blanks
FOLLOW_UPS = "follow_ups.jsonl"
# Changes of subject of a blog: its own questions, each behind another that it answers; every so
# manieth is joined to it by a word.
CHANGES, JOINED = 120, 6
JOINING = {"ko": ("근데 ", "그럼 ", "아 그리고 "), "en": ("but ", "and ", "what about ")}


@dataclass(frozen=True)
class Texts:
    """Texts as the layers below `LAYERS` leave them. Text i has rows `starts[i]:starts[i + 1]` of
    `states` and `ids`; of each, `before` at its beginning and one at its end are not its own."""

    states: Any
    ids: Any
    starts: Any
    before: int

    def __len__(self) -> int:
        return len(self.starts) - 1

    def length(self, row: int) -> int:
        return int(self.starts[row + 1] - self.starts[row])

    def own_ids(self, row: int) -> Any:
        return self.ids[self.starts[row] + self.before : self.starts[row + 1] - 1]

    def batches(self, rows: Sequence[int]) -> list[list[int]]:
        """Places in `rows`, the short texts first, so that little is padded."""
        found: list[list[int]] = []
        for place in sorted(range(len(rows)), key=lambda i: self.length(rows[i])):
            long = self.length(rows[place])
            if not found or (len(found[-1]) + 1) * long > AT_ONCE:
                found.append([])
            found[-1].append(place)
        return found


@dataclass(eq=False)
class Site:
    """One author, or KorQuAD: `contexts` and `passages` are the same passages with and without what
    stands above them. Question i is answered by the passages `answers[i]`, by none where that is
    empty; the passages `unsure[i]` say neither. Its last `own[i]` tokens are its own, the others of
    what it stands after. `group` is what questions are drawn together."""

    name: str
    contexts: Texts
    passages: Texts
    questions: Texts
    answers: list[list[int]]
    unsure: list[list[int]]
    language: list[str]
    group: Any
    known: Counter[int]
    own: list[int]
    near: Any = None
    centres: Any = None

    @property
    def answerable(self) -> Any:
        return np.array([bool(rows) for rows in self.answers])

    def weights(self, texts: Texts, row: int) -> torch.Tensor:
        """What each token of a question counts here: see `TokenTable.weights`."""
        known = np.array([self.known[int(one)] for one in texts.own_ids(row)])
        rarity = np.log1p((len(self.contexts) - known + 0.5) / (known + 0.5))
        found = rarity**late_interaction.RARITY
        if texts is self.questions:
            found[: len(found) - self.own[row]] *= retrieve.EARLIER
        return torch.tensor(found / found.sum(), dtype=torch.float32)


@dataclass(frozen=True)
class Strangers:
    """Questions that have nothing to do with any of the authors."""

    questions: Texts
    language: list[str]


class Below:
    """The model up to the layers that are adapted."""

    def __init__(self, model: Any) -> None:
        self.tokenizer = model.tokenizer
        self.inner = model[0].auto_model
        self.upper = [self.inner.encoder.layer[i] for i in LAYERS]
        self.inner.encoder.layer = self.inner.encoder.layer[: LAYERS.start]

    def __call__(self, prompt: str, texts: Sequence[str]) -> Texts:
        cut = {"truncation": True, "max_length": LONGEST}
        ids = [self.tokenizer(prompt + text, **cut)["input_ids"] for text in texts]
        before = 1 + len(self.tokenizer(prompt, add_special_tokens=False)["input_ids"])
        starts = np.cumsum([0, *map(len, ids)])
        found = Texts(None, np.concatenate(ids).astype(np.int32), starts, before)
        states: list[Any] = [None] * len(ids)
        for places in found.batches(range(len(ids))):
            rows = [torch.tensor(ids[place]) for place in places]
            padded = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=1)
            mask = (padded != 1).long()
            with torch.inference_mode():
                made = self.inner(input_ids=padded, attention_mask=mask)[0].half().numpy()
            for place, row in zip(places, made, strict=True):
                states[place] = row[: len(ids[place])]
        return Texts(np.concatenate(states), found.ids, starts, before)


def blog(folder: Path, below: Below) -> Site:
    """A folder with `posts/` and `questions.jsonl`."""
    posts, found = _passages(folder)
    asked: list[str] = []
    answers: list[list[int]] = []
    language: list[str] = []
    for question, rows in _answered(folder / "questions.jsonl", posts, found):
        together = question.lang == "ko" and len(asked) % RUN_TOGETHER == 0
        text = question.question
        asked.append("".join(text.split()) if together else text)
        answers.append(rows)
        language.append(question.lang)
    unsure: list[list[int]] = [[] for _ in asked]
    contexts = [retrieve.in_context(posts, passage) for passage in found]
    group = np.zeros(len(asked), dtype=int)
    texts = (contexts, [passage.text for passage in found], asked)
    return _site(folder.name, below, texts, answers, unsure, language, group)


def conversation(folder: Path, below: Below, site: Site) -> Site:
    """The same blog, its follow-ups and changes of subject, each with the questions before it."""
    posts, found = _passages(folder)
    said: list[tuple[str, str, list[int]]] = []
    for question, rows in _answered(folder / FOLLOW_UPS, posts, found):
        said.append((" ".join(question.history), question.question, rows))
    every = _answered(folder / "questions.jsonl", posts, found)
    rng = np.random.default_rng(len(every))
    before = [question.question for question, rows in every if rows]
    for at, row in enumerate(rng.permutation(len(every))[:CHANGES]):
        question, rows = every[row]
        join = rng.choice(JOINING[question.lang]) if at % JOINED == 0 else ""
        other = rng.choice([one for one in before if one != question.question])
        said.append((str(other), join + question.question, rows))
    asked = [f"{earlier} {question}" for earlier, question, _ in said]
    own = below("query: ", [question for _, question, _ in said])
    return replace(
        site,
        name=f"{folder.name} talk",
        questions=below("query: ", asked),
        answers=[rows for _, _, rows in said],
        unsure=[[] for _ in said],
        language=[language_of(one) for one in asked],
        group=np.zeros(len(said), dtype=int),
        own=[len(own.own_ids(row)) for row in range(len(own))],
    )


def _passages(folder: Path) -> tuple[Sequence[Post], list[Passage]]:
    settings = Settings(corpus=str(folder / "posts"))
    posts = corpus.read_corpus(folder / "posts", settings, TODAY).posts
    return posts, [p for row, post in enumerate(posts) for p in passages.passages_of(row, post)]


def _answered(
    file: Path, posts: Sequence[Post], found: Sequence[Passage]
) -> list[tuple[Question, list[int]]]:
    """Each question and the passages that answer it, without those of which no passage holds half of
    what answers (24 questions)."""
    known = []
    for question in evaluate.read_questions(file, posts):
        rows = [
            row
            for row, passage in enumerate(found)
            for path, place in question.gold
            if posts[passage.post].path == path
            and evaluate.shows(Range(passage.start, passage.end), place)
        ]
        if rows or not question.gold:
            known.append((question, rows))
    return known


def korquad(file: Path, below: Below) -> Site:
    """KorQuAD 1.0 dev, its own questions and korquad_questions.jsonl, in a visitor's wording."""
    articles = json.loads(file.read_text(encoding="utf-8"))["data"]
    paragraphs = [
        (at, art["title"], p) for at, art in enumerate(articles) for p in art["paragraphs"]
    ]
    texts, contexts, of, begins = [], [], [], []
    for number, (_, title, paragraph) in enumerate(paragraphs):
        at = 0
        for text in passages.sentence_splitter(300).split_text(paragraph["context"]):
            at = paragraph["context"].index(text, at)
            texts.append(text)
            contexts.append(f"{title}\n{text}")
            of.append(number)
            begins.append(at)
            at += len(text)
    rows: dict[int, list[int]] = {}
    for row, number in enumerate(of):
        rows.setdefault(number, []).append(row)
    asked, answers, unsure, language, group = [], [], [], [], []
    for number, (article, _, paragraph) in enumerate(paragraphs):
        for qa in paragraph["qas"]:
            start = qa["answers"][0]["answer_start"]
            right = max((r for r in rows[number] if begins[r] <= start), default=rows[number][0])
            asked.append(qa["question"])
            answers.append([right])
            unsure.append([row for row in rows[number] if row != right])
            language.append("ko")
            group.append(article)
    for line in KORQUAD.read_text(encoding="utf-8").splitlines():
        question = json.loads(line)
        asked.append(question["question"])
        answers.append(rows[question["paragraph"]])
        unsure.append([])
        language.append(question["lang"])
        group.append(paragraphs[question["paragraph"]][0])
    parts = (contexts, texts, asked)
    return _site("korquad", below, parts, answers, unsure, language, np.array(group))


def strangers(folders: Sequence[Path], below: Below) -> Strangers:
    """What the blogs' question sets call unrelated, of all blogs together."""
    files = [folder / "questions.jsonl" for folder in folders]
    lines = [json.loads(line) for f in files for line in f.read_text("utf-8").splitlines()]
    asked = {line["question"]: line["lang"] for line in lines if line.get("note") == "unrelated"}
    return Strangers(below("query: ", list(asked)), list(asked.values()))


def unrelated(below: Below) -> dict[str, Texts]:
    """The questions whose mean a question's vector is compared without, by language."""
    return {lang: below("query: ", asked) for lang, asked in background.QUESTIONS.items()}


def kept(scratch: Path, files: Sequence[Path], make: Any) -> Any:
    """What `make` gives, from an earlier run where these files and the constants above were the same.
    Neither the model nor what cuts posts into passages is looked at: after a change of those, empty the
    folder."""
    held = [field.name for field in fields(Site)]
    parts = [repr((LAYERS, LONGEST, TODAY, RUN_TOGETHER, held)).encode()]
    parts += [part for path in files for part in (path.name.encode(), path.read_bytes())]
    digest = hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]
    file = scratch / f"{digest}.pickle"
    if not file.is_file():
        scratch.mkdir(parents=True, exist_ok=True)
        aside = file.with_suffix(".part")
        aside.write_bytes(pickle.dumps(make()))
        aside.replace(file)
    return pickle.loads(file.read_bytes())


def _site(
    name: str, below: Below, texts: Any, answers: Any, unsure: Any, language: Any, group: Any
) -> Site:
    prompts = ("passage: ", "passage: ", "query: ")
    contexts, alone, asked = map(below, prompts, texts)
    known = Counter(int(i) for row in range(len(contexts)) for i in set(contexts.own_ids(row)))
    print(f"{name}: {len(contexts)} passages, {len(answers)} questions", flush=True)
    own = [len(asked.own_ids(row)) for row in range(len(asked))]
    return Site(name, contexts, alone, asked, answers, unsure, language, group, known, own)
