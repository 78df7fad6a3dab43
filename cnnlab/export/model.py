"""A network as a model of ONNX, in a file."""

from types import ModuleType
from typing import Any

import numpy as np

import cnnlab
from cnnlab import losses
from cnnlab.export.ends import check_loss
from cnnlab.export.nodes import COUNTERPARTS, Graph
from cnnlab.files import PathLike, check_place, in_one_stroke
from cnnlab.network import Network

OPERATORS, FORMAT = 18, 10  # of ONNX: old enough for whoever reads it (ONNX Runtime 1.18 of 2024), as new as is needed
LARGEST = 2**31 - 1  # bytes of such a file


def to_onnx(network: Network, path: PathLike, loss: losses.Loss | None = None) -> None:
    """Write a network, as it predicts, to an ONNX file, which other programs compute with.

    The input "x" stays what it is here, (N, H, W, C) or (N, T, C) or (N, C), for any N; the output "e" is what
    `network.predict` gives, to rounding. Inside, three things look different:

    - **The kernels are flipped.** cnnlab's `*` is true convolution, e[m] = sum_p w[p] h[m + P-1-p]: the kernel is
      turned around before it slides. ONNX's "Conv" is correlation, e[m] = sum_p v[p] h[m + p]. Both are the same with
      v[p] = w[P-1-p], so w[::-1, ::-1] is what is written.
    - **The channels come first.** ONNX's images are (N, C, H, W) and its kernels (D, C, P, Q), where ours are
      (N, H, W, C) and (P, Q, C, D). One "Transpose" before the first layer that minds brings the channels forward, and
      one brings them back at the end, or before `Flatten`: there, the order of the axes becomes an order of inputs, and
      the rows of the next w stand for (m W + n) C + c.
    - **What only training needs is left out.** Dropout is gone, batch normalisation takes the running mean and
      variance. ONNX divides the alpha of response normalisation by n, so n alpha is written.

    Everything is written as float32, also for a network of float64.

    Parameters
    ----------
    network : Network
        Of cnnlab's own layers.
    path : str or Path
        Where; the name usually ends in .onnx. An old file stays until the new one is complete.
    loss : Loss or None
        None: the output is the excitation e of the last layer. The loss that the network was trained with: the output
        is `yhat`, what the network says: softmax of e for CrossEntropy, its logistic function for BinaryCrossEntropy.

    Raises
    ------
    ImportError
        Without the package onnx, which is an extra: pip install "cnnlab[export]".
    TypeError
        For something that is no network, and for a layer or a loss that has no counterpart in ONNX (it is named).
    ValueError
        If a weight is not finite, or all of them are too large for one file (2 GB).
    OSError
        Where the file cannot be written.

    Source
    ------
    Lecture topics 8 to 10.
    """
    onnx = _onnx()
    if not isinstance(network, Network):
        raise TypeError(f"network must be a Network; got {type(network).__name__}")
    end = check_loss(loss)
    check_place(path)
    network._check_arrays()
    broken = [name for name, array in network.weights().items() if not np.isfinite(array).all()]
    if broken:
        raise ValueError(f"weights must be finite; these are not: {', '.join(broken)}")
    model = _model(onnx, network, end, "e" if loss is None else "yhat")
    if model.ByteSize() > LARGEST:
        raise ValueError(f"network must fit into one ONNX file of 2 GB; its weights have {model.ByteSize():,} bytes")
    with in_one_stroke(path) as file:
        file.write(model.SerializeToString(deterministic=True))


def _model(onnx: ModuleType, network: Network, end: str, output: str) -> Any:
    """The ModelProto."""
    make, number = onnx.helper, onnx.TensorProto.FLOAT
    graph = Graph(onnx, "x", network.input_shape)
    for place, layer in enumerate(network):
        write = COUNTERPARTS.get(type(layer))
        if write is None:
            raise TypeError(
                f"layer {place}, {layer.name}, has no counterpart in ONNX: {layer!r} is none of "
                f"{', '.join(kind.__name__ for kind in COUNTERPARTS)}"
            )
        graph.begin(layer)
        write(graph, layer)
    graph.channels_last()
    if end:
        graph.add(end, **({"axis": -1} if end == "Softmax" else {}))
    graph.call(output)
    inputs = [make.make_tensor_value_info("x", number, ["N", *network.input_shape])]
    outputs = [make.make_tensor_value_info(output, number, ["N", *network.output_shape])]
    made = make.make_graph(graph.nodes, "cnnlab", inputs, outputs, graph.arrays)
    return make.make_model(
        made,
        producer_name="cnnlab",
        producer_version=cnnlab.__version__,
        ir_version=FORMAT,
        opset_imports=[make.make_opsetid("", OPERATORS)],
    )


def _onnx() -> ModuleType:
    try:
        import onnx
    except ImportError:
        raise ImportError('to_onnx needs the package onnx, an extra of cnnlab: pip install "cnnlab[export]"') from None
    return onnx
