"""sentence-transformers: its models, and bulk embedding with them."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import logging
import math
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ownwords import threads
from ownwords.encoder import default_model
from ownwords.encoder.records import Embeddings, Ids, Progress, batches, first_line, readable
from ownwords.errors import OwnwordsError
from ownwords.rows import Rows, unit

# Tokens in a batch, padding included: on a processor larger ones are only padded more; a GPU wants
# them.
BATCH_TOKENS, BATCH_TOKENS_GPU = 2_048, 32_768


class TorchEncoder:
    """See the protocol `Encoder`. `source` is a hub name or a folder."""

    def __init__(self, source: str, name: str, trust: bool = False, wanted: int = 0) -> None:
        self.model = load(source, trust, wanted)
        self.name = name
        self.dimension = int(self.model.get_embedding_dimension() or 0)
        self.query_prompt, self.passage_prompt = prompts(self.model)
        self.fingerprint = fingerprint(self.model, name)
        on_processor = self.model.device.type == "cpu"
        self._batch_tokens = BATCH_TOKENS if on_processor else BATCH_TOKENS_GPU
        if on_processor:
            self.model.bfloat16() if fast_bfloat16() else self.model.float()

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


def load(source: str, trust: bool, wanted: int = 0) -> Any:
    """A SentenceTransformer. Raises one OwnwordsError, whatever the hub or the files say."""
    try:
        return _loaded("SentenceTransformer", source, trust, wanted)
    except Exception as error:  # hub, file and configuration errors share no base class
        raise OwnwordsError(
            f"The model {source!r} cannot be loaded ({first_line(error)})",
            "Check the name or the folder; a hub model needs the network once. "
            "Leave `model` empty for the bundled one.",
            "model_unavailable",
        ) from None


def load_reranker(source: str, trust: bool, wanted: int = 0) -> Any:
    """A CrossEncoder that gives a pair one score. Raises one OwnwordsError, as `load` does, and one
    for a model that is something else."""
    try:
        model = _loaded("CrossEncoder", source, trust, wanted)
    except Exception as error:
        raise OwnwordsError(
            f"The reranker {source!r} cannot be loaded ({first_line(error)})",
            "Check the name or the folder; a hub model needs the network once. "
            "Leave `reranker` empty to do without.",
            "reranker_unavailable",
        ) from None
    if unfit := _unfit(model):
        raise OwnwordsError(
            f"The reranker {source!r} is {unfit}, expected a CrossEncoder with one",
            'Name one that scores how well a passage answers a question, such as "BAAI/'
            'bge-reranker-v2-m3", or leave `reranker` empty to do without.',
            "reranker_unfit",
        )
    return model


def _unfit(model: Any) -> str:
    """Why a loaded CrossEncoder is none. Any transformer loads as one, with a head of random
    weights: what its files say they hold tells."""
    kinds = [type(module).__name__ for module in model]
    held = list(model.config.architectures or ["no classifier"])
    if kinds == ["Transformer"] and not held[0].endswith("ForSequenceClassification"):
        return f"a {held[0]} without a score"
    return f"a model with {model.num_labels} scores (labels)" if model.num_labels != 1 else ""


def _loaded(kind: str, source: str, trust: bool, wanted: int) -> Any:
    with quiet():
        import sentence_transformers
        import torch

        torch.set_num_threads(threads.count(wanted))
        model = getattr(sentence_transformers, kind)(source, trust_remote_code=trust)
    if hasattr(model.tokenizer, "split_special_tokens"):
        model.tokenizer.split_special_tokens = True  # `<s>` in a post is three characters
    return model


def prompts(model: Any) -> tuple[str, str]:
    """For a query and for a passage, as `encode_query` and `encode_document` choose them."""
    known = model.prompts or {}
    usual = known.get(model.default_prompt_name) or ""
    names = [name for name in ("document", "passage", "corpus") if name in known]
    passage = known[names[0]] if names else usual
    return known.get("query", usual) or "", passage or ""


def fingerprint(model: Any, name: str) -> str:
    """sha256 over weights, tokenizer, pooling and prompts, shortened: the same on every machine.

    Of the bundled model, whose file `default_model` knows by its checksum, the first MiB of each
    tensor is enough to tell it from any other, and one adapter from another.
    """
    bundled, scores = name == default_model.NAME, type(model).__name__ == "CrossEncoder"
    digest = hashlib.sha256(json.dumps(prompts(model)).encode())
    for key, weight in sorted(model.state_dict().items()):
        # A newly initialised pooler, which no embedding uses, differs at every load.
        if ".pooler." not in key or scores:
            digest.update(key.encode() + str(tuple(weight.shape)).encode())
            values = weight.detach().float().cpu().contiguous().numpy()
            digest.update(values.tobytes()[: 1 << 20] if bundled else values.data)
    digest.update(str([type(module).__name__ for module in model]).encode())
    if not bundled:
        digest.update(_shape(model).encode())
    return digest.hexdigest()[:16]


def _shape(model: Any) -> str:
    """What makes other vectors of the same weights: the modules' settings and the tokenizer."""
    backend = getattr(model.tokenizer, "backend_tokenizer", model.tokenizer)
    settings = [module.get_config_dict() for module in model if hasattr(module, "get_config_dict")]
    tokens = backend.to_str() if hasattr(backend, "to_str") else ""
    return json.dumps([settings, model.max_seq_length, tokens], default=str, sort_keys=True)


def longest(model: Any) -> int:
    """Tokens a text is cut to; 512 where the model has no limit or an infinite one."""
    limit = model.max_seq_length
    return int(limit) if limit and math.isfinite(limit) else 512


def fast_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16: elsewhere torch emulates it, slowly."""
    import torch

    capability = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
    return bool(capability.get("avx512_bf16") or capability.get("amx_bf16"))


@contextlib.contextmanager
def quiet() -> Iterator[None]:
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
