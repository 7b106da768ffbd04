"""How near two questions must be to mean the same: the choice of ownwords.pinned.SAME.

    python scripts/pin_threshold.py [KORQUAD.json | QUESTIONS.jsonl]...

Prints how the cosines of centred question vectors are spread over pairs of different questions that
share a topic (two on one KorQuAD paragraph, or of one question set, with different answers) and over
the pairs below, which mean the same; then, for each threshold, how many of each would match.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ownwords import encoder, retrieve
from ownwords.language import language_of
from ownwords.settings import Settings
from ownwords.vectors import unit

Pair = tuple[str, str]

# Written for this script, by hand, before any of them was measured.
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


def different(path: Path) -> Iterator[Pair]:
    """Pairs that share a topic and have different answers."""
    if path.suffix == ".json":
        for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
            for paragraph in article["paragraphs"]:
                for one, other in itertools.combinations(paragraph["qas"], 2):
                    if one["answers"][0]["text"] not in other["answers"][0]["text"]:
                        yield one["question"], other["question"]
        return
    lines = path.read_text(encoding="utf-8").splitlines()
    asked = [one for one in map(json.loads, lines) if one["gold"] and not one.get("history")]
    for one, other in itertools.combinations(asked, 2):
        if {gold["post"] for gold in one["gold"]}.isdisjoint(
            gold["post"] for gold in other["gold"]
        ):
            yield one["question"], other["question"]


class Cosines:
    """Cosines of centred question vectors; a question is encoded once."""

    def __init__(self) -> None:
        self.encoder = encoder.open_for_answers(Settings())
        self.centres = retrieve.centres(self.encoder)
        self.known: dict[str, np.ndarray] = {}

    def of(self, pairs: list[Pair]) -> np.ndarray:
        texts = [t for t in dict.fromkeys(itertools.chain(*pairs)) if t not in self.known]
        for at in range(0, len(texts), 64):
            part = texts[at : at + 64]
            centres = np.stack([self.centres[language_of(text)] for text in part])
            rows = unit(self.encoder.encode_queries(part).vectors - centres)
            self.known.update(zip(part, rows, strict=True))
        return np.array([float(self.known[a] @ self.known[b]) for a, b in pairs])


def main() -> None:
    cosines = Cosines()
    groups = {path: list(different(Path(path))) for path in sys.argv[1:]}
    groups |= {
        "same, Korean": SAME_KOREAN,
        "same, English": SAME_ENGLISH,
        "same, across": SAME_ACROSS,
    }
    found = {Path(name).name: cosines.of(pairs) for name, pairs in groups.items()}
    for name, values in found.items():
        spread = np.quantile(values, [0, 0.1, 0.5, 0.9, 0.99, 0.999, 1])
        print(f"{name:26} {len(values):6}  " + "  ".join(f"{value:.3f}" for value in spread))
    print("\nmatches per 1000 pairs, from a threshold on")
    for threshold in np.arange(0.6, 0.951, 0.025):
        shares = [f"{1000 * (values >= threshold).mean():8.2f}" for values in found.values()]
        print(f"{threshold:.3f} " + " ".join(shares))
    print("\nthe nearest different ones, the farthest that mean the same")
    for name, pairs in groups.items():
        values = found[Path(name).name]
        order = np.argsort(values)
        for row in order[:6] if name.startswith("same") else order[::-1][:25]:
            print(f"{values[row]:.3f}  {' | '.join(pairs[row])}")


if __name__ == "__main__":
    main()
