"""ONNX files as others write them, with the package onnx; and what ONNX Runtime makes of a file."""

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper


def computed(path, x):
    """What ONNX Runtime makes of x."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {session.get_inputs()[0].name: x})
    return found


def written(path, nodes, inputs, outputs=("y",), arrays=None, opset=18, kind=TensorProto.FLOAT, tensors=()):
    """A file of nodes; inputs : {name: shape}, arrays : {name: array}."""
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info(name, kind, shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info(name, kind, None) for name in outputs],
        [numpy_helper.from_array(np.asarray(array), name) for name, array in (arrays or {}).items()] + list(tensors),
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=10)
    path.write_bytes(model.SerializeToString())
    return path


def node(operator, inputs, output="y", name=None, **attributes):
    return helper.make_node(operator, inputs.split(), output.split(), name=name or f"the {operator}", **attributes)
