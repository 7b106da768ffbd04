"""A model's graph → the same one with its products in whole numbers of 8 bits.

A product's numbers take 8 bits of the greatest among them, and in a transformer a few channels are many
times as great as the others, of which little is left. So each channel is divided by a number that the
weights it meets are multiplied by: the product is the same, the difficulty shared (SmoothQuant, Xiao et
al. 2022).
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ownwords import threads
from ownwords.encoder.answering import Feed, session

# Of the difficulty, what the weights take; the paper has 0.5, and 0.75 where channels are very uneven.
# Both numbers were chosen on 118 texts that are none of the samples: docs/quality.md.
SHARE = 0.7
# Of the greatest channel, what any counts at least: the samples do not show all that it may be.
LEAST = 0.01

Channels = NDArray[np.float32]


def smooth(plain: Path, path: Path, folder: Path, samples: Iterable[Sequence[Any]]) -> None:
    """Write the graph `plain` anew to `path`. `samples`: what `Feed.of` is given, for some texts; the
    words of the model are in `folder`."""
    import onnx

    model = onnx.load(str(plain))
    weights = {weight.name: weight for weight in model.graph.initializer}
    meet = _meetings(model.graph, weights)
    greatest = _greatest(model, list(meet), path, folder, samples) if meet else {}
    for name, nodes in meet.items():
        own = {node.input[1]: onnx.numpy_helper.to_array(weights[node.input[1]]) for node in nodes}
        rows = np.max([np.abs(values).max(axis=1) for values in own.values()], axis=0)
        by = divisors(greatest[name], rows)
        for weight, values in own.items():
            weights[weight].CopyFrom(onnx.numpy_helper.from_array(values * by[:, None], weight))
        _divide(model.graph, name, nodes, by)
    onnx.save(model, str(path))


def divisors(greatest: Channels, weights: Channels) -> Channels:
    """What each channel is divided by, from the greatest size that it takes and that its weights
    have; shape (channels,), 1 on the geometric mean."""
    sizes = [np.log(np.maximum(one, max(LEAST * one.max(), 1e-9))) for one in (greatest, weights)]
    apart = SHARE * sizes[0] - (1 - SHARE) * sizes[1]
    return np.asarray(np.exp(apart - apart.mean()), dtype=np.float32)


def _meetings(graph: Any, weights: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The products with weights by what they multiply; without weights that anything else reads,
    under their own name or, as where layers share theirs, under another."""
    products = [
        node
        for node in graph.node
        if node.op_type == "MatMul" and len(getattr(weights.get(node.input[1]), "dims", ())) == 2
    ]
    readers = Counter(name for node in graph.node for name in node.input)
    readers.update(output.name for output in graph.output)
    met = Counter((node.input[0], node.input[1]) for node in products)
    shared = {value for (value, weight), times in met.items() if readers[weight] > times}
    found: dict[str, list[Any]] = {}
    for node in products:
        if node.input[0] not in shared:
            found.setdefault(node.input[0], []).append(node)
    return found


def _greatest(
    model: Any, names: list[str], path: Path, folder: Path, samples: Iterable[Sequence[Any]]
) -> dict[str, Channels]:
    """The greatest size of each channel of these values of the graph. `path` is written over."""
    import onnx

    own = len(model.graph.output)
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    onnx.save(model, str(path))
    del model.graph.output[own:]
    running = session(path, threads.count())
    feed = Feed(folder, running)
    found: dict[str, Channels] = {}
    for sample in samples:
        made = running.run(names, feed.of(*sample))
        for name, values in zip(names, made, strict=True):
            most = np.abs(values).reshape(-1, values.shape[-1]).max(axis=0)
            found[name] = np.maximum(found.get(name, 0), most)
    return found


def _divide(graph: Any, name: str, nodes: list[Any], by: Channels) -> None:
    """Let `nodes` multiply `name`'s channels divided by `by`."""
    import onnx

    graph.initializer.append(onnx.numpy_helper.from_array(1 / by, f"{name}/by"))
    divided = onnx.helper.make_node("Mul", [name, f"{name}/by"], [f"{name}/even"], f"{name}/divide")
    first = next(at for at, node in enumerate(graph.node) if node in nodes)
    graph.node.insert(first, divided)
    for node in nodes:
        node.input[0] = f"{name}/even"


def quantise(plain: Path, path: Path, left: list[str] | None, narrow: bool) -> None:
    """To int8, but for the nodes `left` as they are; None leaves all. With `narrow`, weights take 7 bits:
    with 8, processors without VNNI saturate (fifty texts' vectors, not smoothed, on one with AVX2: at
    0.987 of the model's own at worst; with 7 bits at 0.992)."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    if left is None:
        shutil.copy(plain, path)
        return
    quantize_dynamic(
        plain, path, per_channel=True, reduce_range=narrow, weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul", "Gemm"], nodes_to_exclude=left,
    )  # fmt: skip


def feed_forward(plain: Path) -> list[str]:
    """The nodes whose weights are not square: where int8 costs small models most."""
    import onnx

    graph = onnx.load(str(plain)).graph
    wide = {
        weight.name
        for weight in graph.initializer
        if len(weight.dims) == 2 and weight.dims[0] != weight.dims[1]
    }
    return [node.name for node in graph.node if wide & set(node.input)]
