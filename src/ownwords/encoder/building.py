"""sentence-transformers: bulk embedding, and the export of its model. The only torch import.

`python -m ownwords.encoder.building NAME FOLDER` exports in a process of its own, so that who
asks stays light.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import logging
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ownwords import threads
from ownwords.encoder import default_model
from ownwords.encoder.answering import OnnxEncoder
from ownwords.encoder.records import (
    MODEL,
    SCALES,
    TABLE,
    Description,
    Embeddings,
    Ids,
    Progress,
    Rows,
    batches,
    readable,
    unit,
)
from ownwords.errors import OwnwordsError

# Tokens in a batch, padding included: on a processor larger ones are only padded more; a GPU wants
# them.
BATCH_TOKENS, BATCH_TOKENS_GPU = 2_048, 32_768
ALIKE = 0.98  # cosine from which an export counts as the same model
_PROBES = ("어떻게 공부했나요?", "How did you learn to write? 3.14", "파이썬과 SQL을 조금 배웠다.")


class TorchEncoder:
    """See the protocol `Encoder`. `source` is a hub name or a folder."""

    def __init__(self, source: str, name: str, trust: bool = False, wanted: int = 0) -> None:
        import torch

        torch.set_num_threads(threads.count(wanted))
        self.model = load(source, trust)
        self.name = name
        self.dimension = int(self.model.get_embedding_dimension() or 0)
        self.query_prompt, self.passage_prompt = prompts(self.model)
        self.fingerprint = fingerprint(self.model)
        on_processor = self.model.device.type == "cpu"
        self._batch_tokens = BATCH_TOKENS if on_processor else BATCH_TOKENS_GPU
        if on_processor:
            self.model.bfloat16() if _fast_bfloat16() else self.model.float()

    def encode_queries(self, texts: Sequence[str], *, tokens: bool = False) -> Embeddings:
        return self._encode(self.query_prompt, texts, tokens, None)

    def encode_passages(
        self, texts: Sequence[str], *, tokens: bool = False, progress: Progress | None = None
    ) -> Embeddings:
        return self._encode(self.passage_prompt, texts, tokens, progress)

    def _encode(
        self, prompt: str, texts: Sequence[str], tokens: bool, progress: Progress | None
    ) -> Embeddings:
        clean = [readable(text) for text in texts]
        vectors = np.zeros((len(clean), self.dimension), dtype=np.float32)
        kept: list[Rows] = [np.zeros((0, self.dimension), dtype=np.float32)] * len(clean)
        ids: list[Ids] = [np.zeros(0, dtype=np.int32)] * len(clean)
        done = 0
        for rows in batches(self._lengths(clean), self._batch_tokens):
            made = self._forward(prompt, [clean[row] for row in rows])
            vectors[rows] = _array(made["sentence_embedding"])[:, : self.dimension]
            if tokens:
                self._must_have_tokens(made)
                parts = self._own_tokens(prompt, made)
                for row, (states, own) in zip(rows, parts, strict=True):
                    kept[row], ids[row] = unit(states), own
            done += len(rows)
            if progress:
                progress(done)
        if not tokens:
            return Embeddings(unit(vectors))
        return Embeddings(unit(vectors), tuple(kept), tuple(ids))

    def _lengths(self, texts: list[str]) -> list[int]:
        """In tokens, without the prompt's; roughly, for a model whose tokenizer is not usual."""
        tokenizer, longest = self.model.tokenizer, self.model.max_seq_length
        if not texts or not longest or not hasattr(tokenizer, "backend_tokenizer"):
            return [len(text.encode()) // 4 for text in texts]
        ids = tokenizer(texts, add_special_tokens=False, truncation=True, max_length=longest)
        return [len(row) for row in ids["input_ids"]]

    def _forward(self, prompt: str, texts: list[str]) -> dict[str, Any]:
        """What the model's modules leave behind: sentence and token embeddings, ids, mask.

        `encode` gives the same, but token embeddings only as a list of dictionaries."""
        import torch

        features = self.model.preprocess(texts, prompt=prompt or None)
        placed = {
            name: value.to(self.model.device) if hasattr(value, "to") else value
            for name, value in features.items()
        }
        with torch.inference_mode():
            made: dict[str, Any] = self.model(placed)
        return {**placed, **made}

    def _own_tokens(self, prompt: str, made: dict[str, Any]) -> Iterator[tuple[Rows, Ids]]:
        """Each text's rows and ids, without prompt, special tokens and padding (on any side)."""
        before, after = _specials(self.model.tokenizer)
        before += len(_own_ids(self.model.tokenizer, prompt)) if prompt else 0
        states, ids = _array(made["token_embeddings"]), made["input_ids"].cpu().numpy()
        for row, mask in enumerate(made["attention_mask"].cpu().numpy()):
            (real,) = mask.nonzero()
            own = real[before : len(real) - after]
            yield states[row, own], ids[row, own].astype(np.int32)

    def _must_have_tokens(self, made: dict[str, Any]) -> None:
        if not {"token_embeddings", "input_ids", "attention_mask"} <= made.keys():
            raise OwnwordsError(
                f"{self.name} makes no token vectors",
                "Choose a transformer model, such as BAAI/bge-m3, or leave `model` empty.",
                "no_token_vectors",
            )


def _array(tensor: Any) -> Rows:
    return np.asarray(tensor.float().cpu().numpy(), dtype=np.float32)


def _own_ids(tokenizer: Any, text: str) -> list[int]:
    return list(tokenizer(text, add_special_tokens=False)["input_ids"])


def _specials(tokenizer: Any) -> tuple[int, int]:
    """How many special tokens stand before and after a text's own."""
    whole, own = list(tokenizer("a")["input_ids"]), _own_ids(tokenizer, "a")
    before = next(i for i in range(len(whole)) if whole[i : i + len(own)] == own)
    return before, len(whole) - before - len(own)


def load(source: str, trust: bool) -> Any:
    """A SentenceTransformer. Raises one OwnwordsError, whatever the hub or the files say."""
    with _quiet():
        from sentence_transformers import SentenceTransformer

        try:
            model = SentenceTransformer(source, trust_remote_code=trust)
            if hasattr(model.tokenizer, "split_special_tokens"):
                model.tokenizer.split_special_tokens = True  # `<s>` in a post is three characters
            return model
        except Exception as error:  # hub, file and configuration errors share no base class
            reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else repr(error)
            raise OwnwordsError(
                f"The model {source!r} cannot be loaded ({reason})",
                "Check the name or the folder; a hub model needs the network once. "
                "Leave `model` empty for the bundled one.",
                "model_unavailable",
            ) from None


def prompts(model: Any) -> tuple[str, str]:
    """For a query and for a passage, as `encode_query` and `encode_document` choose them."""
    known = model.prompts or {}
    usual = known.get(model.default_prompt_name) or ""
    names = [name for name in ("document", "passage", "corpus") if name in known]
    passage = known[names[0]] if names else usual
    return known.get("query", usual) or "", passage or ""


def fingerprint(model: Any) -> str:
    """sha256 over weights, pooling and prompts, shortened: the same on every machine."""
    digest = hashlib.sha256(json.dumps(prompts(model)).encode())
    for name, weight in sorted(model.state_dict().items()):
        # A newly initialised pooler, which no embedding uses, differs at every load.
        if ".pooler." not in name:
            digest.update(name.encode() + str(tuple(weight.shape)).encode())
            digest.update(weight.detach().float().cpu().numpy().tobytes()[: 1 << 20])
    digest.update(str([type(module).__name__ for module in model]).encode())
    return digest.hexdigest()[:16]


def export(name: str, source: str, folder: Path, trust: bool) -> Description:
    """Write the model to the empty `folder` as int8 ONNX with its tokenizer, or, where it cannot
    be exported, its description alone."""
    model = load(source, trust).float().cpu().eval()
    description = _description(name, model)
    try:
        pooling = _pooling(model)
        with _quiet():
            _write_onnx(model, folder)
        description = _replace(
            description, pooling=pooling, **_write_tokenizer(model, source, folder)
        )
        description = _replace(description, files=_files(folder))
        _check(model, folder, description)
    except Exception as error:  # whatever stands in the way, the model still works, more slowly
        for path in folder.iterdir():
            path.unlink()
        reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else repr(error)
        print(f"{name} cannot be exported ({reason}); it answers through sentence-transformers.",
              file=sys.stderr)  # fmt: skip
        description = _replace(description, exported=False, files=())
    description.write(folder)
    return description


def _description(name: str, model: Any) -> Description:
    query, passage = prompts(model)
    return Description(
        name=name,
        dimension=int(model.get_embedding_dimension() or 0),
        fingerprint=fingerprint(model),
        query_prompt=query,
        passage_prompt=passage,
        max_tokens=int(model.max_seq_length or 512),
    )


def _replace(description: Description, **changes: Any) -> Description:
    from dataclasses import replace

    return replace(description, **changes)


def _pooling(model: Any) -> str:
    """`mean` or `cls`. Raises ValueError for a pipeline that is more than that."""
    kinds = [type(module).__name__ for module in model]
    if kinds not in (["Transformer", "Pooling", "Normalize"], ["Transformer", "Pooling"]):
        raise ValueError(f"its modules are {', '.join(kinds)}")
    config = model[1].get_config_dict()
    mode = config.get("pooling_mode")
    if mode not in ("mean", "cls") or not config.get("include_prompt", True):
        raise ValueError(f"its pooling is {config}")
    return str(mode)


def _write_onnx(model: Any, folder: Path) -> None:
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    inner = model[0].auto_model
    table = inner.get_input_embeddings().weight.detach().numpy()
    scales = np.maximum(np.abs(table).max(axis=1), 1e-9) / 127
    np.save(folder / TABLE, np.rint(table / scales[:, None]).astype(np.int8))
    np.save(folder / SCALES, scales.astype(np.float32))

    class Body(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.inner = inner

        def forward(self, inputs_embeds: Any, attention_mask: Any) -> Any:
            return self.inner(inputs_embeds=inputs_embeds, attention_mask=attention_mask)[0]

    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        plain = Path(scratch) / "plain.onnx"
        torch.onnx.export(
            Body(),
            (torch.zeros(2, 7, table.shape[1]), torch.ones(2, 7, dtype=torch.long)),
            str(plain),
            input_names=["inputs_embeds", "attention_mask"],
            output_names=["hidden"],
            dynamic_axes={
                "inputs_embeds": {0: "batch", 1: "tokens"},
                "attention_mask": {0: "batch", 1: "tokens"},
                "hidden": {0: "batch", 1: "tokens"},
            },
            dynamo=False,
        )
        _drop_unused(plain)
        quantize_dynamic(
            plain, folder / MODEL, per_channel=True, weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gemm"],
        )  # fmt: skip


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
    found = {"first": first, "last": last, "max_tokens": int(model.max_seq_length or 512)}
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
        for text in _PROBES
    )


def _check(model: Any, folder: Path, description: Description) -> None:
    query = description.query_prompt
    wanted = unit(np.asarray(model.encode([query + text for text in _PROBES]), dtype=np.float32))
    found = OnnxEncoder(folder, description).encode_queries(_PROBES).vectors
    worst = float((wanted * found).sum(axis=1).min())
    if worst < ALIKE:
        raise ValueError(f"its export differs, cosine {worst:.3f}")


def _files(folder: Path) -> tuple[tuple[str, int, str], ...]:
    return tuple(
        (path.name, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted(folder.iterdir())
    )


def _fast_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16: elsewhere torch emulates it, slowly."""
    import torch

    capability = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
    return bool(capability.get("avx512_bf16") or capability.get("amx_bf16"))


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the libraries' load reports, progress bars and export notes off the terminal."""
    previous = logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        with (
            warnings.catch_warnings(),
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(previous)


def main(name: str, target: str, trust: str) -> None:
    """Export to `target`; the bundled model is unpacked first, and that folder removed after."""
    folder = Path(target)
    if name:
        export(name, name, folder, trust == "1")
        return
    with tempfile.TemporaryDirectory(dir=folder.parent) as unpacked:
        default_model.unpack(Path(unpacked))
        export(default_model.NAME, unpacked, folder, False)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except OwnwordsError as error:
        print(json.dumps([error.message, error.fix, error.code]))
        sys.exit(3)
