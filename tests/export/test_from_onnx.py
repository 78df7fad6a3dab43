"""`from_onnx`: what comes back predicts what the file computes, and what no network can hold is refused by its node."""

import sys

import numpy as np
import onnx
import pytest
from exporting.made import computed, node, written
from exporting.rows import IDS, LAYERS, MODELS, fill
from onnx import TensorProto, helper, numpy_helper

from cnnlab import export, layers, losses, recipes
from cnnlab import layers as L
from cnnlab.network import Network


def check_there_and_back(network, path, x):
    export.to_onnx(network, path)
    back, expected = export.from_onnx(path), network.predict(x)
    found = back.predict(x)
    assert found.shape == expected.shape and np.abs(found - expected).max() <= 1e-5 * max(1, np.abs(expected).max())
    assert back.input_shape == network.input_shape and back.parameter_count == network.parameter_count
    return back


def told(network):
    """What its layers are, but for what no file holds: dropout, how weights began; a maximum's ReLU stands apart."""
    rows = [layers.to_config(layer) for layer in network if not isinstance(layer, L.Dropout)]
    return [{name: given for name, given in row.items() if name != "initialiser"} for row in rows]


@pytest.mark.parametrize(("row", "shape"), LAYERS, ids=IDS)
def test_every_layer_comes_back(tmp_path, rng, row, shape):
    network = Network([layers.from_config(layers.to_config(layer)) for layer in row], shape, rng=1)
    fill(network, rng)
    path = tmp_path / "network.onnx"
    if all(isinstance(layer, L.Dropout) for layer in network):  # which a network in use does without
        export.to_onnx(network, path)
        with pytest.raises(ValueError, match=r"network\.onnx: the end of it: there is no layer in it"):
            export.from_onnx(path)
        return
    back = check_there_and_back(network, path, rng.normal(size=(3, *shape)).astype(np.float32))
    taken_up = len(network) > 1 and type(network[1]).__name__ == "Standardise"  # by the weights before it
    if not taken_up and not any(getattr(layer, "rectify", False) for layer in network):
        assert [one["kind"] for one in told(back)] == [one["kind"] for one in told(network)]
        for found, given in zip(told(back), told(network), strict=True):
            for name in given.keys() & {"connections", "groups", "bias", "stride", "size", "padding_value"}:
                assert found[name] == given[name] or found["kind"] == "Decimate2D"


@pytest.mark.parametrize("name", [name for name in MODELS if name != "alexnet_2012"])
def test_every_bundled_model_comes_back(tmp_path, rng, name):
    make, samples = MODELS[name]
    network = make()
    fill(network, rng)
    check_there_and_back(network, tmp_path / "n.onnx", rng.uniform(size=(samples, *network.input_shape)).astype("f4"))


@pytest.mark.slow
def test_alexnet_of_2012_comes_back(tmp_path, rng):
    network = MODELS["alexnet_2012"][0]()
    fill(network, rng)
    check_there_and_back(network, tmp_path / "n.onnx", rng.uniform(size=(1, *network.input_shape)).astype("f4"))


@pytest.mark.parametrize("name", recipes.RECIPES)
def test_every_trained_network_comes_back(tmp_path, rng, name):
    try:
        network = recipes.bundled(name)
    except FileNotFoundError:
        pytest.skip(f"{name} is not bundled")
    check_there_and_back(network, tmp_path / "n.onnx", rng.uniform(size=(5, *network.input_shape)).astype("f4"))


@pytest.mark.parametrize(
    ("loss", "units"), [(losses.CrossEntropy(), 3), (losses.BinaryCrossEntropy(), 1), (losses.MSE(), 2)]
)
def test_what_the_loss_adds_is_taken_off(tmp_path, rng, loss, units):
    path, x = tmp_path / "network.onnx", rng.normal(size=(4, 3, 3, 1)).astype(np.float32)
    network = Network([L.Conv2D(2, 2), L.Flatten(), L.Dense(units)], (3, 3, 1), rng=1)
    export.to_onnx(network, path, loss)
    back = export.from_onnx(path, loss=loss)
    assert len(back) == 3 and np.allclose(loss.yhat(back.predict(x)), loss.yhat(network.predict(x)), rtol=0, atol=1e-6)
    if isinstance(loss, losses.CrossEntropy):
        with pytest.raises(ValueError, match=r"a Softmax comes last, .*: give loss=losses\.CrossEntropy\(\)"):
            export.from_onnx(path)
        with pytest.raises(ValueError, match=r"part of the loss here|has a Sigmoid"):
            export.from_onnx(path, loss=losses.BinaryCrossEntropy())
    export.to_onnx(network, path)
    if not isinstance(loss, losses.MSE):
        with pytest.raises(ValueError, match=r"this loss has a .* behind the network, but none comes last"):
            export.from_onnx(path, loss=loss)


def test_onnx_is_not_needed(tmp_path, monkeypatch):
    path = tmp_path / "network.onnx"
    export.to_onnx(Network([L.Dense(3)], (4,)), path)
    monkeypatch.setitem(sys.modules, "onnx", None)
    assert export.from_onnx(path).output_shape == (3,)


# ---- files that others make


K = np.ones((2, 1, 3, 3), np.float32)
W = np.arange(6, dtype=np.float32).reshape(3, 2)
IMAGE = {"x": ("N", 1, 6, 6)}
REFUSED = [
    ([node("Gelu", "x")], {"x": ("N", 3)}, {}, r"node 0, Gelu 'the Gelu': no layer here does what a 'Gelu' does"),
    ([node("Relu", "x", "a"), node("Add", "a x")], {"x": ("N", 3)}, {}, "node 1, Add .* a second way leaves from 'x'"),
    ([node("Relu", "x", "a"), node("Add", "a a")], {"x": ("N", 3)}, {}, "node 1, Add .* it takes 'a' twice"),
    ([node("Relu", "a"), node("Relu", "y", "a")], {"x": ("N", 3)}, {}, "node 0, Relu .* 'a', which nothing before it"),
    ([node("Relu", "x"), node("Tanh", "y", "x")], {"x": ("N", 3)}, {}, "node 1, Tanh .*: 'x' is there already"),
    (
        [node("Add", "x z")],
        {"x": ("N", 3), "z": ("N", 3)},
        {},
        "a network has one input here; this file has 2: 'x', 'z'",
    ),
    ([node("Relu", "x", "a")], {"x": ("N", 3)}, {}, "the output is 'y', but the row of nodes ends with 'a'"),
    ([node("Conv", "x k", dilations=[2, 2])], IMAGE, {"k": K}, r"Conv .* dilations \[2, 2\]: kernels have no gaps"),
    (
        [node("Conv", "x k", pads=[1, 0, 1, 0])],
        IMAGE,
        {"k": K},
        "a border of 1 before, 1 behind and 0 before, 0 behind",
    ),
    ([node("Conv", "x k", kernel_shape=[2, 2])], IMAGE, {"k": K}, "but kernel_shape is another"),
    ([node("Conv", "x k", group=2)], IMAGE, {"k": K}, "2 x 1 channels in and 2 out do not fit what comes"),
    ([node("Conv", "x k")], IMAGE, {"k": K * np.nan}, "w holds weights that are not finite"),
    ([node("Conv", "x k")], {"x": ("N", 1, 2, 2)}, {"k": K}, "must fit into the image"),
    ([node("MaxPool", "x", kernel_shape=[3, 3], pads=[1] * 4)], IMAGE, {}, "pooling takes no border"),
    ([node("MaxPool", "x", kernel_shape=[3])], {"x": ("N", 1, 6)}, {}, "pooling is over images"),
    ([node("AveragePool", "x", kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)], IMAGE, {}, "ceil_mode"),
    (
        [node("Pad", "x p", "a"), node("MaxPool", "a", kernel_shape=[2, 2])],
        IMAGE,
        {"p": np.array([0, 0, 1, 1] * 2)},
        "node 1, MaxPool .*there is a border before it",
    ),
    ([node("Pad", "x p", mode="reflect")], IMAGE, {"p": np.array([0, 0, 1, 1] * 2)}, "borders hold one number"),
    ([node("Reshape", "x s")], IMAGE, {"s": np.array([-1, 6, 6])}, "are put into a row"),
    ([node("Transpose", "x", perm=[0, 2, 1, 3])], IMAGE, {}, "axes only change between"),
    (
        [node("Conv", "x k", "a"), node("Flatten", "a")],
        IMAGE,
        {"k": K},
        "a flatten with the channels first is not foll",
    ),
    ([node("Gemm", "x w", transA=1)], {"x": ("N", 3)}, {"w": W}, "must be its first input, as it is"),
    ([node("MatMul", "x w")], {"x": ("N", 2, 3)}, {"w": W}, r"take \(C,\) here; what comes is \(2, 3\): flatten it"),
    ([node("Mul", "x w")], {"x": ("N", 2)}, {"w": W}, "that is more than fits to what comes here"),
    ([node("Mul", "x c")], {"x": ("N", 2)}, {"c": np.float32([1, -1])}, "by a number that is not positive"),
    ([node("Add", "x c")], {"x": ("N", 2, 2)}, {"c": np.ones((2, 2), "f4")}, "only a convolution has biases for all"),
    ([node("Greater", "x c")], {"x": ("N", 2)}, {"c": np.float32(0)}, "a truth value must become a number first"),
    ([node("Greater", "x c")], {"x": ("N", 2)}, {"c": np.float32(1)}, "only h > 0 is a layer"),
    ([node("Softmax", "x", "a"), node("Relu", "a")], {"x": ("N", 2)}, {}, "node 1, Relu .* behind a Softmax"),
    ([node("LRN", "x", size=2)], IMAGE, {}, "n must be odd"),
    ([node("ReduceSum", "x a", keepdims=0)], IMAGE, {"a": np.array([2, 3])}, "only frames are added up"),
    ([node("ReduceMax", "x a", keepdims=0)], IMAGE, {"a": np.array([1])}, "all pixels of a map"),
    (
        [node("Slice", "x s e a")],
        IMAGE,
        {"s": np.array([1]), "e": np.array([5]), "a": np.array([2])},
        "from the first on",
    ),
    ([node("Relu", "x", "a"), node("Gemm", "a b")], {"x": ("N", 3)}, {}, "'b', which nothing before it gives"),
    ([node("Gemm", "x w")], {"x": ("N", 3)}, {"w": W.astype(complex)}, "'w' holds complex128; expected float32"),
    (
        [node("Gemm", "x w")],
        {"x": ("N", 3)},
        {"w": W.astype(np.int64)},
        "input 1 must hold float numbers; it holds int64",
    ),
    ([node("Relu", "x")], {"x": ("N", "T", 3)}, {}, r"leaves sides open; give shape, channels last: \(\?, 3\)"),
    ([node("Relu", "x")], {"x": ("N",)}, {}, "must have an axis for the samples and one to seven others"),
    ([node("Relu", "x")], {"x": None}, {}, "does not say what shape its input 'x' has"),
    ([], {"y": ("N", 3)}, {}, "the end of it: there is no layer in it"),
]


@pytest.mark.parametrize(("nodes", "inputs", "arrays", "said"), REFUSED, ids=range(len(REFUSED)))
def test_what_a_network_cannot_hold_is_refused_by_its_node(tmp_path, nodes, inputs, arrays, said):
    path = written(tmp_path / "theirs.onnx", nodes, inputs, arrays=arrays)
    with pytest.raises(ValueError, match=said) as refusal:
        export.from_onnx(path)
    assert str(path) in str(refusal.value)


def test_other_kinds_of_numbers_and_other_versions_are_refused(tmp_path):
    path = tmp_path / "theirs.onnx"
    with pytest.raises(ValueError, match=r"its input 'x' must hold float32 or float64 numbers"):
        export.from_onnx(written(path, [node("Relu", "x")], {"x": ("N", 3)}, kind=TensorProto.FLOAT16))
    for version in (5, 29):
        with pytest.raises(ValueError, match=rf"it is of version {version} of ONNX's operators; known are 6 to 28"):
            export.from_onnx(written(path, [node("Relu", "x")], {"x": ("N", 3)}, opset=version))
    assert onnx.defs.onnx_opset_version() <= 28
    with pytest.raises(ValueError, match="an operator of 'mine', which is none of ONNX's own"):
        export.from_onnx(written(path, [helper.make_node("Relu", ["x"], ["y"], domain="mine")], {"x": ("N", 3)}))


def test_a_shape_fills_in_what_the_file_leaves_open(tmp_path, rng):
    arrays = {"k": rng.normal(size=(2, 3, 3, 3)).astype(np.float32)}
    path = written(tmp_path / "theirs.onnx", [node("Conv", "x k")], {"x": ("N", 3, "H", "W")}, arrays=arrays)
    assert export.from_onnx(path, (7, 6, 3)).output_shape == (5, 4, 2)
    with pytest.raises(
        ValueError, match=r"shape must be that of .*theirs\.onnx, channels last, \(\?, \?, 3\); got \(3, 7"
    ):
        export.from_onnx(path, (3, 7, 6))
    path = written(path, [node("Conv", "x k")], {"x": None}, arrays=arrays)
    assert export.from_onnx(path, (7, 6, 3)).output_shape == (5, 4, 2)


# ---- files with the channels first, as PyTorch has them, beside ONNX Runtime

DRAWN = np.random.default_rng(3)


def drawn(*sides):
    return DRAWN.normal(size=sides).astype(np.float32)


CONV = [node("Conv", "x k c", "h", pads=[1, 1, 2, 2], strides=[2, 1])]
STATISTICS = {"g": drawn(90), "o": drawn(90), "m": drawn(90), "v": np.abs(drawn(90)) + 1}
THEIRS = {
    "flatten": ([*CONV, node("Flatten", "h", "f"), node("Gemm", "f w b", transB=1, alpha=0.5)], {"w": drawn(4, 90)}),
    "reshape": (
        [*CONV, node("Reshape", "h s", "f"), node("MatMul", "f w", "e"), node("Add", "b e")],
        {"w": drawn(90, 4)},
    ),
    "layers between": (
        [
            *(
                *CONV,
                node("Flatten", "h", "f"),
                node("BatchNormalization", "f g o m v", "n"),
                node("PRelu", "n m", "p"),
            ),
            *(node("Sub", "p o", "q"), node("Mul", "q v", "r"), node("Dropout", "r", "l"), node("MatMul", "l w")),
        ],
        {"w": drawn(90, 4), **STATISTICS},
    ),
    "mean": (
        [*CONV, node("GlobalAveragePool", "h", "a"), node("Flatten", "a", "f"), node("Gemm", "f w")],
        {"w": drawn(3, 4)},
    ),
    "squeeze": (
        [*CONV, node("ReduceMax", "h q", "a"), node("Squeeze", "a q", "f"), node("Gemm", "f w")],
        {"w": drawn(3, 4), "q": np.array([-1, 2])},
    ),
    "channels last before a flatten": (
        [*CONV, node("Transpose", "h", "a", perm=[0, 2, 3, 1]), node("Flatten", "a", "f"), node("Gemm", "f w")],
        {"w": drawn(90, 4)},
    ),
    "numbers for each channel": (
        [*CONV, node("Add", "h d", "a"), node("Relu", "a", "z"), node("Div", "z e", "q"), node("PRelu", "q d")],
        {"d": drawn(3, 1, 1), "e": np.abs(drawn(1, 3, 1, 1)) + 1},
    ),
    "numbers beforehand": ([node("Sub", "c2 x", "n"), node("Mul", "n half", "u"), *[node("Conv", "u k c")]], {}),
    "tanh in tanh": ([node("Mul", "x t", "a"), node("Tanh", "a", "e"), node("Mul", "e t", "f"), node("Tanh", "f")], {}),
    "biases of units": ([*CONV, node("Add", "h u")], {"u": drawn(3, 5, 6)}),
}


@pytest.mark.parametrize("name", THEIRS)
def test_channels_that_come_first_come_last_here(tmp_path, name):
    nodes, arrays = THEIRS[name]
    shared = {"k": drawn(3, 2, 4, 4), "c": drawn(3), "b": drawn(4), "s": np.array([-1, 90]), "t": np.float32(2 / 3)}
    shared |= {"c2": drawn(2, 1, 1), "half": np.float32(-0.5)}
    for place, one in enumerate(nodes):
        one.name = f"{one.op_type} {place}"
    path = written(tmp_path / "theirs.onnx", nodes, {"x": ("N", 2, 10, 6)}, arrays=shared | arrays)
    x = drawn(3, 2, 10, 6)
    expected, network = computed(path, x), export.from_onnx(path)
    first = network.input_shape == (10, 6, 2)
    found = network.predict(np.moveaxis(x, 1, -1) if first else x)
    found = np.moveaxis(found, -1, 1) if first else found
    assert found.shape == expected.shape and np.abs(found - expected).max() <= 1e-5 * max(1, np.abs(expected).max())
    assert first == (name != "tanh in tanh")  # where nothing tells, arrays stay as they are


def test_weights_in_another_file_are_told_as_such(tmp_path):
    tensor = numpy_helper.from_array(W, "w")
    onnx.external_data_helper.set_external_data(tensor, "weights.bin")
    tensor.ClearField("raw_data")
    path = written(tmp_path / "theirs.onnx", [node("Gemm", "x w")], {"x": ("N", 3)}, tensors=[tensor])
    with pytest.raises(ValueError, match=r"node 0, Gemm .*'w' lie in another file, which is not opened"):
        export.from_onnx(path)
