"""Networks in use: `predict` beside PyTorch in both layouts, in inference mode, and beside ONNX Runtime."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import networks
from benchmarks.sides import OURS, RUNTIME, agree, layouts, onnx_runtime, pytorch
from benchmarks.timing import per_second, ratio, take_turns
from cnnlab import export, loops, models


@dataclass(frozen=True)
class Case:
    """A network, and how many images it is given at once: many, and one."""

    key: str
    title: str
    make: Callable
    batches: tuple[int, ...] = (128, 1)
    quick: bool = True  # is it measured in a quick run, too?


def alexnet_2012():
    """With weights that are not drawn one by one: 61 million of them take long, and say nothing about the speed."""
    network, rng = models.alexnet_2012("zeros"), np.random.default_rng(0)
    for layer in network:
        w = layer.parameters.get("w")
        if w is not None:
            some = rng.standard_normal(10_007) * np.sqrt(2 / w[..., 0].size)
            w[...] = np.resize(some.astype(w.dtype), w.shape)
            if getattr(layer, "connections", None) is not None:
                w *= layer.connections
    return network


CASES = (
    Case("predict_alexnet_lite", "AlexNet-lite", models.alexnet_lite),
    Case("predict_alexnet_lite_bn", "AlexNet-lite, batch norm", models.alexnet_lite_bn),
    Case("predict_alexnet_2012", "AlexNet 2012, 227 x 227", alexnet_2012, (8, 1), quick=False),
)


def theirs(network, torch, layout):
    """A function of images -> function without arguments -> what PyTorch computes."""
    module = networks.to_pytorch(network, torch).eval().to(memory_format=layout)

    def ready(x):
        images = networks.images_of(x, torch, layout)

        def predict():
            with torch.inference_mode():
                return module(images).numpy()

        return predict

    return ready


def in_runtime(network, runtime):
    """The same for ONNX Runtime, with as many threads as cnnlab has now."""
    options = runtime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = loops.threads(), 1
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.onnx"
        export.to_onnx(network, path)
        session = runtime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    return lambda x: lambda: session.run(None, {"x": x})[0]


def contenders(network, torch, runtime):
    """{name: function of images -> function without arguments -> e}"""
    found = {OURS: lambda x: lambda: network.predict(x)}
    found |= {name: theirs(network, torch, layout) for name, layout in layouts(torch).items()}
    return found | ({} if runtime is None else {RUNTIME: in_runtime(network, runtime)})


def measure(effort, quick=False, runtime=True, cases=CASES):
    """Time `predict` -> rows (dicts): key, network, batch, images per second of each side, ratios.

    runtime : beside ONNX Runtime, too, if it is installed.  Raises Disagreement unless all give the same.
    """
    rows, rng = [], np.random.default_rng(1)
    for case in cases:
        if quick and not case.quick:
            continue
        network = case.make()
        sides = contenders(network, pytorch(), onnx_runtime() if runtime else None)
        for batch in case.batches:
            x = rng.uniform(0, 1, (batch, *network.input_shape)).astype(np.float32)
            calls = {name: side(x) for name, side in sides.items()}
            expected = calls[OURS]()
            for name, call in calls.items():
                agree(call(), expected, f"{name}, {case.title}, batch {batch}")
            seconds = take_turns(calls, effort)
            row = {"key": f"{case.key}_{batch}", "network": case.title, "batch": batch}
            row["images_per_second"] = {name: per_second(seconds, name, batch) for name in seconds}
            row["ratios"] = {name: ratio(seconds, OURS, name) for name in seconds if name != OURS}
            rows.append(row)
    return rows
