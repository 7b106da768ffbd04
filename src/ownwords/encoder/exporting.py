"""The export of sentence-transformers' models to ONNX.

`python -m ownwords.encoder.exporting NAME SOURCE FOLDER TRUST` exports in a process of its own, so that who
asks stays light.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np

from ownwords import reference
from ownwords.encoder import default_model, exports, files
from ownwords.encoder.answering import OnnxEncoder, tokenizer_of
from ownwords.encoder.building import fingerprint, load, longest, prompts, quiet
from ownwords.encoder.quantising import feed_forward, quantise, smooth
from ownwords.encoder.records import MODEL, SCALES, TABLE, Description, first_line, readable
from ownwords.errors import OwnwordsError
from ownwords.rows import Rows, unit

# The cosine of vectors, or the correlation of scores, from which an export counts as the same model.
ALIKE = 0.99
STEPS = 5
PROBES = (
    "어떻게 공부했나요?", "How did you learn to write? 3.14", "파이썬과 SQL을 조금 배웠다.",
    "나는 수업이 끝난 뒤 도서관에서 친구와 통계를 공부했습니다.", "도커", "Rain fell on the roof all night.",
    "After work I wrote down what I had learnt about old books.", "커뮤니티", "why did you leave?",
)  # fmt: skip


# Longer than most models read, and not too long for those that read 8,192 tokens.
LONG = "도서관에서 친구와 통계를 공부했다. " * 80
# Models whose attention is the same without a mask where nothing is padded; long texts run faster without
# (docs/quality.md). Others have a window, which is part of their mask, or heads that share keys, which the
# exporter only knows with one.
UNMASKED = ("bert", "roberta", "xlm-roberta")


class Maker(Protocol):
    """What the exports of an encoder and of a reranker do each in their way."""

    @property
    def model(self) -> Any: ...

    @property
    def narrow(self) -> bool:
        """Whether its weights take 7 bits: see `quantise`."""
        ...

    def inputs(self) -> list[str]:
        """Of the graph, beside the words."""
        ...

    def samples(self, folder: Path, description: Description) -> Iterable[Sequence[Any]]:
        """Ids and types of some texts, as `answering.Feed` wants them."""
        ...

    def describe(self) -> Description:
        """As far as it can be without an export."""
        ...

    def prepare(self, folder: Path, description: Description) -> Description:
        """Write the tokenizer. Raises ValueError for a model that is more than can be exported."""
        ...

    def likeness(self, folder: Path, description: Description) -> float:
        """How alike an export is, 1 for the same."""
        ...


class EncoderMaker:
    """See the protocol `Maker`. `origin` is what to load."""

    narrow = True

    def __init__(self, name: str, origin: str, trust: bool) -> None:
        self._name, self._origin = name, origin
        self.model = load(origin, trust).float().cpu().eval()

    def inputs(self) -> list[str]:
        return []

    def samples(self, folder: Path, description: Description) -> Iterable[Sequence[Any]]:
        tokenize = tokenizer_of(folder, description)
        prompt, room = description.passage_prompt, description.max_tokens - 2
        for text in reference.paragraphs():
            yield ([description.first, *tokenize(prompt + text)[:room], description.last],)

    def describe(self) -> Description:
        query, passage = prompts(self.model)
        return Description(
            name=self._name,
            dimension=int(self.model.get_embedding_dimension() or 0),
            fingerprint=fingerprint(self.model, self._name),
            query_prompt=query,
            passage_prompt=passage,
            max_tokens=longest(self.model),
        )

    def prepare(self, folder: Path, description: Description) -> Description:
        pooled = replace(description, pooling=_pooling(self.model))
        described = replace(pooled, **_write_tokenizer(self.model, self._origin, folder))
        self._wanted = _probe_vectors(self.model, described)
        return described

    def likeness(self, folder: Path, description: Description) -> float:
        """The smallest cosine between the model's vectors and its export's."""
        found = OnnxEncoder(folder, description).encode_passages([*PROBES, LONG]).vectors
        return float((self._wanted * found).sum(axis=1).min())


def export(maker: Maker, folder: Path, source: str = "") -> Description:
    """Write the model to the empty `folder` as ONNX with its tokenizer, or, where it cannot be
    exported, its description alone, with the reason."""
    description = replace(maker.describe(), source=source)
    try:
        description = _exported(maker, folder, description)
    except (OSError, MemoryError, ImportError):  # the machine's fault, not the model's
        raise
    except Exception as error:  # whatever stands in the way, the model still works, more slowly
        for path in folder.iterdir():
            path.unlink()
        description = replace(description, exported=False, reason=first_line(error))
    description.write(folder)
    return description


def _exported(maker: Maker, folder: Path, description: Description) -> Description:
    """Raises whatever the exporter raises, and ValueError for results that are not the model's."""
    described = maker.prepare(folder, description)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        plain, smoothed = Path(scratch) / "plain.onnx", Path(scratch) / "smoothed.onnx"
        step(2)
        with quiet():
            _write_table(maker.model, folder)
            _write_plain(maker, plain)
        step(3)
        sources = _sources(plain, smoothed, folder, maker.samples(folder, described))
        for left in ([], feed_forward(plain), None):
            likeness, best = max(
                _quantised(maker, source, folder, described, left)
                for source in (sources if left is not None else [plain])
            )
            if likeness >= ALIKE:
                shutil.copy(best, folder / MODEL)
                return replace(described, files=files.listed(folder))
    raise ValueError(f"its export differs from it, likeness {likeness:.3f}")


def _sources(
    plain: Path, smoothed: Path, folder: Path, samples: Iterable[Sequence[Any]]
) -> list[Path]:
    """What may be quantised: the graph as it is and, but for one that is made in another way than is
    known here, smoothed."""
    try:
        smooth(plain, smoothed, folder, samples)
    except (OSError, MemoryError):
        raise
    except Exception:  # the libraries' errors share no base class
        return [plain]
    return [plain, smoothed]


def _quantised(
    maker: Maker, source: Path, folder: Path, described: Description, left: list[str] | None
) -> tuple[float, Path]:
    """How alike the quantised graph is, 0 for what is no number, and where it stands."""
    target = source.with_suffix(".whole")
    with quiet():
        quantise(source, target, left, maker.narrow)
    step(4)
    shutil.copy(target, folder / MODEL)
    return float(np.nan_to_num(maker.likeness(folder, described))), target


def _pooling(model: Any) -> Literal["mean", "cls"]:
    """`mean` or `cls`. Raises ValueError for a pipeline that is more than that."""
    kinds = [type(module).__name__ for module in model]
    if kinds not in (["Transformer", "Pooling", "Normalize"], ["Transformer", "Pooling"]):
        raise ValueError(f"its modules are {', '.join(kinds)}")
    config = model[1].get_config_dict()
    mode = config.get("pooling_mode")
    if mode not in ("mean", "cls") or not config.get("include_prompt", True):
        raise ValueError(f"its pooling is {config}")
    return "mean" if mode == "mean" else "cls"


def _write_table(model: Any, folder: Path) -> None:
    """The embedding table, apart from the graph, int8 with a scale a row."""
    table = model[0].auto_model.get_input_embeddings().weight.detach().numpy()
    scales = np.maximum(np.abs(table).max(axis=1), 1e-9) / 127
    np.save(folder / TABLE, np.rint(table / scales[:, None]).astype(np.int8))
    np.save(folder / SCALES, scales.astype(np.float32))


def _write_plain(maker: Maker, path: Path) -> None:
    """The rest of the model as fp32 ONNX: word embeddings in, and the types of tokens where they
    count; hidden states out, or scores. The mask is made inside, where the model needs one: one text
    is run at a time (`answering.Graph`), so it never hides anything."""
    import torch

    inner = maker.model[0].auto_model
    names = ["inputs_embeds", *maker.inputs()]
    masked = inner.config.model_type not in UNMASKED

    class Body(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.inner = inner

        def forward(self, *given: Any) -> Any:
            named = dict(zip(names, given, strict=True))
            if masked:
                named["attention_mask"] = torch.ones(given[0].shape[:2], dtype=torch.long)
            return self.inner(**named)[0]

    width = inner.get_input_embeddings().weight.shape[1]
    torch.onnx.export(
        Body().eval(),
        (torch.zeros(2, 7, width), *(torch.ones(2, 7, dtype=torch.long) for _ in names[1:])),
        str(path),
        input_names=names,
        output_names=["made"],
        dynamic_axes={
            **{name: {0: "batch", 1: "tokens"} for name in names},
            "made": {0: "batch", 1: "made"},
        },
        dynamo=False,
    )
    _drop_unused(path)


def _drop_unused(path: Path) -> None:
    """The embedding table is not read by the graph; some exporters keep it all the same."""
    import onnx

    model = onnx.load(str(path))
    used = {name for node in model.graph.node for name in node.input}
    kept = [weight for weight in model.graph.initializer if weight.name in used]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    onnx.save(model, str(path))


def _write_tokenizer(model: Any, source: str, folder: Path) -> dict[str, Any]:
    tokenizer = model.tokenizer
    first, *_, last = tokenizer("a")["input_ids"]
    found = {"first": first, "last": last, "max_tokens": longest(model)}
    pieces = Path(source) / default_model.SENTENCEPIECE
    if Path(source).is_dir() and pieces.is_file() and _same_ids(pieces, tokenizer):
        shutil.copy(pieces, folder / pieces.name)
        return {**found, "tokenizer": "sentencepiece", "tokenizer_file": pieces.name}
    tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
    return {**found, "tokenizer": "tokenizers", "tokenizer_file": "tokenizer.json"}


def _same_ids(pieces: Path, tokenizer: Any) -> bool:
    """Whether the sentencepiece file's ids are the tokenizer's: XLM-R's own are shifted by one."""
    import sentencepiece

    own = sentencepiece.SentencePieceProcessor(model_file=str(pieces))
    return all(
        own.encode(text) == tokenizer(text, add_special_tokens=False)["input_ids"]
        for text in PROBES
    )


def _probe_vectors(model: Any, description: Description) -> Rows:
    prompted = [description.passage_prompt + readable(text) for text in (*PROBES, LONG)]
    return unit(np.asarray(model.encode(prompted, prompt=""), dtype=np.float32))


def main(name: str, source: str, target: str, trust: str) -> None:
    """Export to the empty folder `target`; `source` is the state to record of a local folder."""
    if name != default_model.NAME:
        step(1)
        export(EncoderMaker(name, name, bool(trust)), Path(target), source)
        return
    step(0)
    unpacked = exports.unpacked(Path(target).parents[1])
    step(1)
    export(EncoderMaker(name, str(unpacked), False), Path(target))


def step(number: int) -> None:
    """Tell the parent how far the export is: unpacked, loaded, exported, quantised, checked."""
    print(exports.STEP, number, STEPS, flush=True)


def _end_with_parent() -> None:
    """The parent holds the other end of standard input: when it dies, reading comes to an end."""

    def watch() -> None:
        sys.stdin.read()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def run(main: Callable[..., None]) -> None:
    """The child process: its arguments go to `main`, an error of ours to the last line."""
    _end_with_parent()
    try:
        main(*sys.argv[1:])
    except OwnwordsError as error:
        print(json.dumps([error.message, error.fix, error.code]))
        sys.exit(exports.FAILED)


if __name__ == "__main__":
    run(main)
