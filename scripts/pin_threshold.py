"""How near two questions must be to mean the same: the choice of the constants of ownwords.pinned.

    python scripts/pin_threshold.py [KORQUAD.json | QUESTIONS.jsonl]...

Compares pairs of different questions that share a topic (two on one KorQuAD paragraph whose answers
share no two letters; two on one post of a question set, at different places) and the pairs below.
Prints how each kind of evidence is spread (least, median, 90, 99 and 99.9 %, greatest), how many of
1000 pairs match from each threshold on, and the pairs nearest to the wrong side.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ownwords import centring, encoder, pinned
from ownwords.settings import Settings

Pair = tuple[str, str]

# Written for this script, by hand, without trying how they score.
SAME_KOREAN: list[Pair] = [
    ("공부는 어떻게 하셨어요?", "어떤 방법으로 공부하셨나요?"),
    ("왜 개발자가 되셨어요?", "개발자가 된 계기가 뭔가요?"),
    ("코딩을 처음 시작한 게 언제예요?", "언제부터 코딩을 하셨나요?"),
    ("지금 어느 회사에 다니세요?", "현재 직장이 어디인가요?"),
    ("블로그는 왜 쓰기 시작했나요?", "블로그를 시작한 이유가 궁금해요"),
    ("면접은 어떻게 준비했나요?", "면접 준비 방법 알려주세요"),
    ("가장 힘들었던 일이 뭐예요?", "제일 어려웠던 점은 무엇이었나요?"),
    ("추천하는 책이 있나요?", "읽을 만한 책 추천해 주세요"),
    ("하루를 어떻게 보내세요?", "하루 일과가 어떻게 되나요?"),
    ("영어는 어떻게 배우셨나요?", "영어 공부 어떻게 했어요?"),
    ("첫 직장을 그만둔 이유는요?", "왜 첫 회사를 퇴사하셨어요?"),
    ("어떤 언어를 주로 쓰세요?", "주로 사용하는 프로그래밍 언어가 뭐예요?"),
    ("번아웃은 어떻게 극복했나요?", "번아웃을 이겨낸 방법이 뭔가요?"),
    ("연락은 어디로 하면 되나요?", "연락처가 어떻게 되세요?"),
    ("올해 목표가 뭐예요?", "올해 이루고 싶은 게 있나요?"),
    ("사이드 프로젝트는 뭘 했어요?", "개인 프로젝트로 어떤 것을 만드셨나요?"),
]
SAME_ENGLISH: list[Pair] = [
    ("How did you study?", "What was your way of studying?"),
    ("Why did you become a developer?", "What made you choose to be a developer?"),
    ("When did you start programming?", "How long ago did you begin to code?"),
    ("Where do you work now?", "What company are you currently at?"),
    ("Why did you start this blog?", "What made you begin blogging?"),
    ("How did you prepare for interviews?", "What did you do to get ready for job interviews?"),
    ("What was the hardest part?", "Which part did you find most difficult?"),
    ("Which books do you recommend?", "Can you suggest some books to read?"),
    ("What does your day look like?", "Can you describe your daily routine?"),
    ("How did you learn English?", "What helped you learn English?"),
    ("Why did you quit your first job?", "What was the reason you left your first company?"),
    ("Which editor do you use?", "What's your text editor of choice?"),
    ("How did you get over burnout?", "How did you recover from being burnt out?"),
    ("How can I contact you?", "What is the best way to reach you?"),
]
SAME_ACROSS: list[Pair] = [
    ("공부는 어떻게 하셨어요?", "How did you study?"),
    ("왜 개발자가 되셨어요?", "Why did you become a developer?"),
    ("코딩을 처음 시작한 게 언제예요?", "When did you start coding?"),
    ("지금 어느 회사에 다니세요?", "Which company do you work for now?"),
    ("면접은 어떻게 준비했나요?", "How did you prepare for the interview?"),
    ("추천하는 책이 있나요?", "Are there books you recommend?"),
    ("첫 직장을 그만둔 이유는요?", "Why did you quit your first job?"),
    ("번아웃은 어떻게 극복했나요?", "How did you overcome burnout?"),
    ("연락은 어디로 하면 되나요?", "How can I contact you?"),
    ("올해 목표가 뭐예요?", "What are your goals for this year?"),
]

REWORDED: list[Pair] = [
    ("공부는 어떻게 하셨어요?", "공부 어떻게 했어?"),
    ("공부는 어떻게 하셨어요?", "어떻게 공부하셨나요"),
    ("왜 개발자가 되셨어요?", "개발자 왜 되신 거예요?"),
    ("면접은 어떻게 준비했나요?", "면접 준비 어떻게 하셨어요"),
    ("블로그는 왜 쓰기 시작했나요?", "블로그 왜 시작하셨어요?"),
    ("가장 힘들었던 일이 뭐예요?", "제일 힘들었던 게 뭔가요"),
    ("추천하는 책이 있나요?", "책 추천해주세요"),
    ("How did you study?", "how did you study for it"),
    ("How did you study?", "How have you been studying?"),
    ("Why did you become a developer?", "why become a developer"),
    ("Where do you work now?", "where are you working now?"),
    ("Which books do you recommend?", "what books would you recommend"),
    ("Why did you quit your first job?", "why did you leave your first job"),
]
NEARLY: list[Pair] = [
    ("공부는 어떻게 하셨어요?", "공부는 왜 하셨어요?"),
    ("왜 개발자가 되셨어요?", "어떻게 개발자가 되셨어요?"),
    ("지금 어느 회사에 다니세요?", "전에는 어느 회사에 다니셨어요?"),
    ("첫 직장을 그만둔 이유는요?", "첫 직장은 어떻게 구했어요?"),
    ("면접은 어떻게 준비했나요?", "면접에서 무엇을 물어봤나요?"),
    ("블로그는 왜 쓰기 시작했나요?", "블로그는 무엇으로 만들었나요?"),
    ("올해 목표가 뭐예요?", "작년 목표가 뭐였어요?"),
    ("영어는 어떻게 배우셨나요?", "영어를 왜 배우셨나요?"),
    ("코딩을 처음 시작한 게 언제예요?", "코딩을 왜 시작하셨어요?"),
    ("How did you study?", "Why did you study?"),
    ("How did you study?", "Where did you study?"),
    ("Why did you become a developer?", "How did you become a developer?"),
    ("Where do you work now?", "What do you work on now?"),
    ("Why did you quit your first job?", "How did you get your first job?"),
    ("Which books do you recommend?", "Which books have you written?"),
    ("How did you learn English?", "How long did you learn English?"),
]
WRITTEN = {
    "reworded lightly": REWORDED,
    "same, Korean": SAME_KOREAN,
    "same, English": SAME_ENGLISH,
    "same, across": SAME_ACROSS,
    "nearly, not the same": NEARLY,
}


def different(path: Path) -> Iterator[Pair]:
    """Pairs that share a topic and have different answers."""
    if path.suffix == ".json":
        for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
            for paragraph in article["paragraphs"]:
                for one, other in itertools.combinations(paragraph["qas"], 2):
                    if not _answer(one) & _answer(other):
                        yield one["question"], other["question"]
        return
    lines = path.read_text(encoding="utf-8").splitlines()
    known = [one for one in map(json.loads, lines) if one["gold"] and not one.get("history")]
    asked = [one for one in known if all("start" in gold for gold in one["gold"])]
    if len(asked) < len(known):
        print(
            f"{path.name}: {len(known) - len(asked)} questions whose places are quotes are left out"
        )
    for one, other in itertools.combinations(asked, 2):
        pairs = list(itertools.product(one["gold"], other["gold"]))
        if any(a["post"] == b["post"] for a, b in pairs) and not any(
            _meet(*pair) for pair in pairs
        ):
            yield one["question"], other["question"]


def _answer(question: Any) -> set[str]:
    """The pairs of letters of the answer, so that "1989년" is no other answer than "1989년 2월"."""
    letters = "".join(filter(str.isalnum, question["answers"][0]["text"]))
    return {letters[i : i + 2] for i in range(len(letters) - 1)} or {letters}


def _meet(one: Any, other: Any) -> bool:
    inside = one["start"] < other["end"] and other["start"] < one["end"]
    return bool(one["post"] == other["post"] and inside)


class Measure:
    """Likeness of questions; each is encoded once."""

    def __init__(self, texts: Iterable[str]) -> None:
        model = encoder.open_for_answers(Settings())
        self.centres = centring.centres(model)
        self.rows = {text: row for row, text in enumerate(dict.fromkeys(texts))}
        self.encoded = centring.encoded(model, self.centres, list(self.rows))

    def of(self, pairs: list[Pair]) -> np.ndarray:
        """Cosine, weakest token, overlap and score of each pair, shape (pairs, 4); a score of -9
        where the wordings alone tell the two apart."""
        return np.array([self._of(*pair) for pair in pairs])

    def _of(self, one: str, other: str) -> list[float]:
        a, b = self.rows[one], self.rows[other]
        cosine = float(self.encoded.vectors[a] @ self.encoded.vectors[b])
        weakest = pinned.weakest(self.encoded.tokens_of(a), self.encoded.tokens_of(b))
        overlap = pinned.overlap(one, other)
        score = cosine + weakest - pinned.OVERLAP * overlap
        apart = cosine < pinned.NEAR or pinned.differ(one, other)
        return [cosine, weakest, overlap, -9.0 if apart else score]


def main() -> None:
    groups = {Path(p).name: list(different(Path(p))) for p in sys.argv[1:]} | WRITTEN
    groups = {name: pairs for name, pairs in groups.items() if pairs}
    measure = Measure(text for pairs in groups.values() for pair in pairs for text in pair)
    found = {name: measure.of(pairs) for name, pairs in groups.items()}
    for name, rows in found.items():
        print(f"\n{name}: {len(rows)} pairs")
        for column, kind in enumerate(("cosine", "weakest", "overlap", "score")):
            spread = np.quantile(rows[:, column], [0, 0.5, 0.9, 0.99, 0.999, 1])
            print(f"  {kind:8}" + "  ".join(f"{value:6.3f}" for value in spread))
    print("\nmatches per 1000 pairs, from a score on:", *found, sep="  ")
    for threshold in np.arange(1.0, 1.601, 0.04):
        shares = [f"{1000 * (rows[:, 3] >= threshold).mean():8.2f}" for rows in found.values()]
        print(f"{threshold:.2f} " + " ".join(shares))
    print("\nthe same by the cosine alone")
    for threshold in np.arange(0.7, 0.951, 0.025):
        shares = [f"{1000 * (rows[:, 0] >= threshold).mean():8.2f}" for rows in found.values()]
        print(f"{threshold:.3f} " + " ".join(shares))
    for name, pairs in groups.items():
        scores = found[name][:, 3]
        same = name.startswith(("same", "reworded"))
        rows = np.argsort(scores if same else -scores)[:20]
        print(f"\n{name}, {'least' if same else 'most'} alike")
        for row in rows:
            print(f"  {scores[row]:.3f}  {' | '.join(pairs[row])}")


if __name__ == "__main__":
    main()
