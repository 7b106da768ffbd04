"""The reranker without a real model: one that counts a word, and a graph made by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from conftest import BagOfWords
from ownwords import build as builder
from ownwords import encoder, pins, ranking, store
from ownwords.ask import Author, open_author
from ownwords.encoder import exports, files
from ownwords.encoder.exports import RERANKER, Exported
from ownwords.encoder.records import MODEL, SCALES, TABLE, Description
from ownwords.encoder.reranking import OnnxReranker
from ownwords.errors import OwnwordsError
from ownwords.retrieve import Retriever
from ownwords.settings import Settings


class Counting:
    """A passage's score is how often a word stands in it. Remembers what it was given."""

    name = "counting"

    def __init__(self, word: str) -> None:
        self.word = word
        self.given: list[tuple[str, list[str]]] = []

    def scores(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        self.given.append((question, list(passages)))
        return np.array([text.lower().count(self.word) for text in passages], dtype=np.float32)


# The order


def floats(*values: float) -> NDArray[np.float32]:
    return np.array(values, dtype=np.float32)


def order(scores: NDArray[np.float32]) -> list[int]:
    return np.argsort(-scores, kind="stable").tolist()


def test_the_reranked_come_first_and_the_rest_keep_their_order() -> None:
    scores = floats(-np.inf, 2, 5, 4, 3)
    moved = ranking.third_stage(scores, np.array([2, 3]), floats(-7, -6))
    # The best of the rest has 3: the worse of the two gets 4, the better one 1 more.
    assert moved.tolist() == [-np.inf, 2, 4, 5, 3]
    assert order(moved) == [3, 2, 4, 1, 0]


def test_equal_scores_of_the_reranker_are_put_by_row() -> None:
    moved = ranking.third_stage(floats(1, 2, 3, 0), np.array([2, 1, 0]), floats(0.5, 0.5, 0.5))
    assert moved.tolist() == [1, 1, 1, 0]
    assert order(moved) == [0, 1, 2, 3]


def test_where_all_are_reranked_there_is_no_rest_to_stand_above() -> None:
    moved = ranking.third_stage(floats(9, 8, -np.inf), np.array([0, 1]), floats(-3, 4))
    assert moved.tolist() == [0, 7, -np.inf]


def test_only_the_first_twenty_are_given_to_it() -> None:
    scores = np.arange(30, dtype=np.float32)
    assert ranking.RERANKED == 20
    assert ranking.head(scores).tolist() == list(range(29, 9, -1))
    assert ranking.head(scores, apart=(29, 3)).tolist() == list(range(28, 8, -1))
    assert ranking.head(np.zeros(30, dtype=np.float32)).tolist() == list(range(20))
    assert ranking.head(floats(-np.inf, 1, -np.inf, 2)).tolist() == [3, 1]


def test_raised_rows_stand_above_all_in_their_order() -> None:
    assert ranking.raised(floats(1, 5, 2), (2, 0)).tolist() == [6, 5, 7]
    assert ranking.raised(floats(1, 5, 2), ()).tolist() == [1, 5, 2]


# From the question to the order


@pytest.fixture
def rain() -> Counting:
    return Counting("rain")


@pytest.fixture
def retriever(small_site: Settings, bag_of_words: BagOfWords, rain: Counting) -> Retriever:
    return Retriever(store.open_index(Path(small_site.index)), bag_of_words, rain)


def titles(retriever: Retriever, scores: NDArray[np.float32]) -> list[str]:
    index = retriever.index
    return [index.posts[index.passages[row].post].title for row in order(scores)]


def test_the_reranker_has_the_last_word(retriever: Retriever, rain: Counting) -> None:
    found = retriever.retrieve("who read code with my classmates?")
    assert titles(retriever, found.scores)[0] == "How I studied"
    reranked = retriever.reranked(found)
    assert titles(retriever, reranked.scores)[0] == "Rain"
    ((question, passages),) = rain.given
    assert question == "who read code with my classmates?"
    assert sorted(passages) == [
        "How I studied\nI studied in open communities. My classmates read code daily.",
        "Rain\nRain fell on the old roof all night. The street was silver.",
    ]


def test_nothing_but_the_order_changes(retriever: Retriever) -> None:
    found = retriever.retrieve("who read code with my classmates?")
    reranked = retriever.reranked(found)
    assert replace(reranked, scores=found.scores) == found


def test_it_reads_the_question_with_what_it_leans_on(retriever: Retriever, rain: Counting) -> None:
    retriever.reranked(retriever.retrieve("and then?", ["which open communities?"]))
    retriever.reranked(retriever.retrieve("my classmates?", ["which open communities?"]))
    retriever.reranked(retriever.retrieve("my classmates?"))
    assert [question for question, _ in rain.given] == [
        "which open communities? and then?",
        "which open communities? my classmates?",
        "my classmates?",
    ]


def test_it_is_given_no_passage_that_is_out_of_scope(retriever: Retriever, rain: Counting) -> None:
    study = np.array([retriever.index.posts[post].path == "study.md" for post in retriever.posts])
    reranked = retriever.reranked(retriever.retrieve("my classmates read code", (), study))
    assert np.isfinite(reranked.scores).tolist() == study.tolist()
    assert [len(passages) for _, passages in rain.given] == [1]
    nothing = retriever.retrieve("my classmates read code", (), np.zeros_like(study))
    assert retriever.reranked(nothing) is nothing


def test_without_a_reranker_nothing_is_touched(
    small_site: Settings, bag_of_words: BagOfWords
) -> None:
    plain = Retriever(store.open_index(Path(small_site.index)), bag_of_words)
    found = plain.retrieve("who read code with my classmates?")
    assert plain.reranked(found) is found


# In an answer

QUESTION = "did rain fall on the old roof all night?"


def reranking(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, reranker: Counting | None
) -> Author:
    monkeypatch.setattr(encoder, "open_reranker", lambda *_, **__: reranker)
    return open_author(settings.index, settings)


def test_an_answer_is_ordered_anew_and_as_sure_as_before(
    small_site: Settings, bag_of_words: BagOfWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "# Rain again\n\nRain fell on the old roof all day. The street was grey.\n"
    (Path(small_site.corpus) / "again.md").write_text(text, encoding="utf-8")
    builder.build(small_site, open_encoder=lambda *_: bag_of_words)
    asked = "rain fell on the old roof"
    before = reranking(small_site, monkeypatch, None).ask(asked)
    assert {quote.post for quote in before.quotes} == {
        "rain.md",
        "again.md",
    }  # the third says far less
    for word, first in (("silver", "rain.md"), ("grey", "again.md")):
        author = reranking(small_site, monkeypatch, Counting(word))
        after = author.ask(asked)
        assert after.quotes[0].post == first
        assert {quote.post for quote in after.quotes} == {"study.md", "rain.md", "again.md"}
        assert (after.verdict, after.confidence) == (before.verdict, before.confidence)
        assert author.best(asked)[0].post == first
        (more,) = author.ask("more", [asked], k=1).quotes
        assert more.post != first


def test_where_nothing_is_quoted_nothing_is_reranked(
    small_site: Settings, monkeypatch: pytest.MonkeyPatch, rain: Counting
) -> None:
    author = reranking(small_site, monkeypatch, rain)
    assert author.ask("쿠버네티스는 왜 그만두었나요").verdict == "none"
    assert rain.given == []


def test_a_pin_still_comes_first(
    small_site: Settings, bag_of_words: BagOfWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = "which kind of weather do you like most of all today?"
    pins.beside(Path(small_site.corpus)).write_text(
        f'[[pin]]\nquestions = ["{asked}"]\npost = "rain"\nquote = "The street was silver"\n',
        encoding="utf-8",
    )
    builder.build(small_site, open_encoder=lambda *_: bag_of_words)
    code = Counting("code")
    answer = reranking(small_site, monkeypatch, code).ask(asked)
    assert [quote.post for quote in answer.quotes] == ["rain.md", "study.md"]
    assert [len(passages) for _, passages in code.given] == [1]  # the pin's own is apart


# An exported one, made by hand: the score is how many "east" stand in the passage. The words are
# the embeddings 1 ("east") and 0 (all others), the tokens of the passage have type 1.

WORDS = {"<s>": 0, "<unk>": 1, "</s>": 2, "east": 3, "north": 4, "ask": 5}
TOY = Description("toy", 1, "f", "", "", pooling="score", max_tokens=7)


def _write_graph(path: Path) -> None:
    import onnx
    from onnx import TensorProto, helper

    pairs = ["batch", "tokens"]
    graph = helper.make_graph(
        [
            helper.make_node("Cast", ["token_type_ids"], ["types"], to=TensorProto.FLOAT),
            helper.make_node("Unsqueeze", ["types", "last"], ["apart"]),
            helper.make_node("Mul", ["inputs_embeds", "apart"], ["counted"]),
            helper.make_node("ReduceSum", ["counted", "token"], ["made"], keepdims=0),
        ],
        "toy",
        [
            helper.make_tensor_value_info("inputs_embeds", TensorProto.FLOAT, [*pairs, 1]),
            helper.make_tensor_value_info("token_type_ids", TensorProto.INT64, pairs),
        ],
        [helper.make_tensor_value_info("made", TensorProto.FLOAT, ["batch", 1])],
        [
            helper.make_tensor("last", TensorProto.INT64, [1], [2]),
            helper.make_tensor("token", TensorProto.INT64, [1], [1]),
        ],
    )
    opset = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=8), str(path))


def _write_tokenizer(path: Path) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    tokenizer = Tokenizer(models.WordLevel(WORDS, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> $B:1 </s>:1",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    tokenizer.save(str(path))


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """An index folder with a whole exported reranker beside it."""
    folder = tmp_path / "index" / RERANKER
    folder.mkdir(parents=True)
    _write_graph(folder / MODEL)
    table = np.zeros((len(WORDS), 1), dtype=np.int8)
    table[WORDS["east"]] = 127
    np.save(folder / TABLE, table)
    np.save(folder / SCALES, np.full(len(WORDS), 1 / 127, dtype=np.float32))
    _write_tokenizer(folder / "tokenizer.json")
    replace(TOY, files=files.listed(folder)).write(folder)
    return folder


def test_a_pair_is_joined_and_told_apart_as_the_tokenizer_says(toy: Path) -> None:
    passages = ["north", "east north east", "", "east", "\0", "\ud800 east"]
    found = OnnxReranker(toy, TOY).scores("east", passages)
    np.testing.assert_allclose(found, [0, 2, 0, 1, 0, 1])
    assert OnnxReranker(toy, TOY).scores("east", []).shape == (0,)


def test_of_a_pair_that_is_too_long_the_passage_is_cut(toy: Path) -> None:
    # seven tokens, three of them special, one the question's: three of the passage stay
    engine = OnnxReranker(toy, TOY)
    np.testing.assert_allclose(engine.scores("ask", ["east " * 9, "north north east east"]), [3, 1])


def test_a_question_is_cut_at_half_the_room(toy: Path) -> None:
    # two of four, and two of the passage
    np.testing.assert_allclose(OnnxReranker(toy, TOY).scores("ask " * 9, ["east " * 9]), [2])


def opened(toy: Path, name: str = "toy") -> encoder.Reranker | None:
    settings = Settings(reranker=name, cache_dir=str(toy.parent.parent / "cache"))
    return encoder.open_reranker(settings, bundle=toy.parent)


def test_one_beside_the_index_answers_without_a_cache(toy: Path) -> None:
    found = opened(toy)
    assert found is not None and found.name == "toy"
    assert not (toy.parent.parent / "cache").exists()


def test_it_is_off_unless_it_is_set(toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> Exported:
        raise AssertionError

    assert Settings().reranker == ""
    monkeypatch.setattr(exports, "find", never)
    monkeypatch.setattr(exports, "carried", never)
    assert opened(toy, "") is None
    encoder.prepare_reranker(Settings(), print)


def truncated(folder: Path) -> None:
    (folder / TABLE).write_bytes((folder / TABLE).read_bytes()[:-1])


def missing(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()


@pytest.mark.parametrize(
    ("damage", "said"), [(truncated, "words.npy has"), (missing, "tokenizer.json is missing")]
)
def test_a_damaged_one_is_one_error_that_names_the_file(
    toy: Path, damage: Callable[[Path], None], said: str
) -> None:
    damage(toy)
    with pytest.raises(OwnwordsError) as raised:
        opened(toy)
    assert raised.value.code == "model_damaged"
    assert said in raised.value.message
    assert "ownwords build --bundle" in raised.value.fix


def test_one_that_was_not_carried_is_one_error(toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "installed", lambda: False)
    with pytest.raises(OwnwordsError, match="The reranker another was not exported") as raised:
        opened(toy, "another")
    assert raised.value.code == "model_missing"
    assert "ownwords build --bundle" in raised.value.fix


def test_without_the_build_extra_a_carried_one_is_carried_on(
    toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "installed", lambda: False)
    other = tmp_path / "other"
    other.mkdir()
    settings = Settings(model="toy", reranker="toy", index=str(toy.parent))
    shown = exports.carried(settings, toy.parent, "", RERANKER)
    assert shown is not None and shown.megabytes == 1
    exports.carry(shown, other)  # stands for the encoder
    exports.carry(shown, other, RERANKER)
    encoder.copy_bundle(settings, other)
    assert {path.name for path in other.iterdir()} == {exports.BUNDLE, RERANKER}
    encoder.prepare_reranker(settings, print)


def test_the_two_models_have_folders_of_their_own() -> None:
    settings = Settings(model="same", reranker="same", cache_dir="/c")
    one, other = (exports._Wanted.of(settings, part) for part in (exports.BUNDLE, RERANKER))
    assert one.name == other.name == "same"
    assert one.folder != other.folder


def test_a_build_prepares_it_ahead_even_when_nothing_changed(
    small_site: Settings, bag_of_words: BagOfWords, toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def find(settings: Settings, _: object, part: str) -> Exported:
        asked.append(part)
        return Exported(toy, TOY)

    monkeypatch.setattr(exports, "find", find)
    with_one = replace(small_site, reranker="toy")
    report = builder.build(with_one, open_encoder=lambda *_: bag_of_words)
    assert not report.changed
    assert asked == [RERANKER]


def test_one_that_is_not_exported_is_told_and_needs_the_build_extra(
    toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = replace(TOY, exported=False, reason="its modules are two")
    monkeypatch.setattr(exports, "find", lambda *_: Exported(toy, plain))
    said: list[str] = []
    encoder.prepare_reranker(Settings(reranker="toy"), said.append)
    assert "its modules are two" in said[0]
    monkeypatch.setattr(exports, "installed", lambda: False)
    with pytest.raises(OwnwordsError) as raised:
        encoder.open_reranker(Settings(reranker="toy"), report=said.append)
    assert raised.value.code == "model_missing"
    assert said[1] == said[0]
