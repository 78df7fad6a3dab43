"""`to_onnx`: another program computes with the file what the network predicts, for every kind of layer."""

import sys

import numpy as np
import onnx
import onnxruntime
import pytest

from cnnlab import export, layers, losses, models
from cnnlab import layers as L
from cnnlab.export.nodes import COUNTERPARTS
from cnnlab.layers.standardise import Standardise
from cnnlab.network import Network

TABLE = np.array([[1, 0, 1], [1, 1, 0]], bool)

# Each layer, in every way in which it can be built, with what it takes.
LAYERS = [
    ([L.Conv2D(3, 3)], (5, 6, 2)),
    ([L.Conv2D(2, (3, 4), stride=(2, 1), padding="same")], (6, 7, 3)),
    ([L.Conv2D(3, (3, 2), stride=2, padding="same", padding_value=0.5, connections=TABLE, bias="unit")], (5, 6, 2)),
    ([L.Conv2D(6, 3, padding="full", groups=2)], (4, 4, 4)),
    ([L.Conv2D(2, 4, stride=(2, 3), padding=2, bias=None)], (6, 7, 3)),
    ([L.Conv2D(2, 3, padding=(2, 0)), L.Conv2D(3, 2)], (5, 6, 2)),
    ([L.Conv1D(3, 3)], (6, 2)),
    ([L.Conv1D(2, 2, stride=2, padding="same", bias=None)], (7, 3)),
    ([L.Conv1D(3, 3, stride=2, padding=(1, 2), padding_value=0.5, bias="unit")], (8, 2)),
    ([L.Dense(3)], (4,)),
    ([L.Dense(2, bias=False), L.Dense(3)], (5,)),
    ([L.SumOverTime()], (5, 3)),
    ([L.MaxOverTime()], (5, 3)),
    ([L.Conv1D(4, 2), L.SumOverTime(), L.Dense(2)], (5, 3)),
    ([L.Conv1D(4, 2), L.MaxOverTime(), L.BatchNorm()], (5, 3)),
    ([L.MaxPool2D()], (4, 6, 2)),
    ([L.MaxPool2D(3, 2, rectify=True)], (8, 6, 2)),
    ([L.MaxPool2D((2, 3), (3, 1))], (9, 7, 2)),
    ([L.AveragePool2D(2, 1, rectify=True)], (4, 4, 2)),
    ([L.AveragePool2D(3, 2)], (8, 6, 2)),
    ([L.Decimate2D((2, 3))], (5, 5, 2)),
    ([L.Decimate2D(), L.Conv2D(2, 2)], (5, 5, 2)),
    ([L.Conv2D(2, 2), L.Decimate2D(1, rectify=True, size=(2, 3))], (4, 5, 2)),
    ([L.Decimate2D((3, 2), size=2)], (7, 7, 1)),
    ([L.Flatten(), L.Dense(2)], (2, 3, 2)),
    ([L.Conv2D(3, 2), L.Flatten(), L.Dense(2)], (3, 4, 2)),
    ([L.Conv1D(3, 2), L.Flatten(), L.Dense(2)], (4, 2)),
    ([L.LocalResponseNorm(3, 1.5, 0.4, 0.6)], (3, 3, 7)),
    ([L.LocalResponseNorm(alpha=0.1)], (4, 6)),
    ([L.LocalResponseNorm(alpha=0.1), L.Dense(2)], (6,)),
    ([L.BatchNorm(eps=0.1)], (3, 3, 2)),
    ([L.BatchNorm()], (5, 3)),
    ([L.BatchNorm()], (4,)),
    ([L.Dropout(0.4)], (4, 5)),
    ([L.Dropout(0.4), L.Dense(3), L.Dropout(0.4)], (4,)),
    ([Standardise()], (4,)),
    ([Standardise([0.1, 0.2], 3), L.Conv2D(2, 2)], (4, 4, 2)),
    ([L.Conv2D(2, 2), Standardise([0.1, 0.2], [2, 3])], (4, 4, 1)),
    ([L.Conv2D(2, 2), L.PReLU()], (4, 4, 1)),
    *(([kind()], (3, 4, 2)) for kind in (L.ReLU, L.PReLU, L.Sigmoid, L.Tanh, L.ScaledTanh, L.UnitStep, L.Signum)),
    ([L.LeakyReLU(0.1)], (7,)),
]
IDS = [f"{i}-{'-'.join(type(layer).__name__ for layer in row)}" for i, (row, _) in enumerate(LAYERS)]
MODELS = {
    "alexnet_lite": (models.alexnet_lite, 2),
    "alexnet_lite_bn": (models.alexnet_lite_bn, 2),
    "alexnet_tiny": (models.alexnet_tiny, 2),
    "tdnn sum": (models.tdnn, 3),
    "tdnn max": (lambda: models.tdnn("max"), 3),
    "tdnn dense": (lambda: models.tdnn("dense"), 3),
    "tdnn_digits": (models.tdnn_digits, 3),
    "zip_code_1989": (models.zip_code_1989, 3),
    "zip_code_later": (lambda: models.zip_code_later(dropout=0.2, pooling=True), 3),
    "alexnet_2012": (lambda: models.alexnet_2012("zeros"), 1),
}


def fill(network, rng):
    """Biases, slopes and statistics that start as zeros and ones become something that a mistake would change."""
    for layer in network:
        for name, array in (layer.parameters | layer.state).items():
            if name in ("b", "beta", "mean"):
                array[...] = rng.normal(0, 0.3, array.shape)
            elif name in ("gamma", "variance", "slope") or (name == "w" and array.ndim == 1):
                array[...] = rng.uniform(0.5, 2, array.shape)
            elif name == "w" and not array.any():  # 61 million numbers are not drawn for a test
                some = rng.normal(0, 1.5 / np.sqrt(array[..., 0].size), 10007)
                array[...] = np.resize(some, array.shape)


def computed(path, x):
    """What ONNX Runtime makes of x."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {"x": x})
    return found


def check_same(network, path, x):
    export.to_onnx(network, path)
    onnx.checker.check_model(str(path), full_check=True)
    expected, found = network.predict(x), computed(path, x)
    assert found.shape == expected.shape and found.dtype == np.float32
    assert np.abs(found - expected).max() <= 1e-5 * max(1, np.abs(expected).max())


@pytest.mark.parametrize(("row", "shape"), LAYERS, ids=IDS)
def test_every_layer_computes_the_same(tmp_path, rng, row, shape):
    network = Network([layers.from_config(layers.to_config(layer)) for layer in row], shape, rng=1)
    fill(network, rng)
    check_same(network, tmp_path / "network.onnx", rng.normal(size=(3, *shape)).astype(np.float32))


@pytest.mark.parametrize("table", [{"connections": TABLE}, {"groups": 2}])
def test_what_is_not_connected_is_not_written(tmp_path, rng, table):
    network = Network([L.Conv2D(3 if "connections" in table else 4, 2, **table)], (4, 4, 2))
    network[0].parameters["w"][:, :, ~network[0].connections] = 100
    x = rng.normal(size=(3, 4, 4, 2)).astype(np.float32)
    export.to_onnx(network, tmp_path / "network.onnx")
    assert np.allclose(computed(tmp_path / "network.onnx", x), network.forward(x), rtol=0, atol=1e-5)


def test_every_layer_is_among_them():
    assert {type(layer) for row, _ in LAYERS for layer in row} == set(COUNTERPARTS) == set(layers.KINDS.values())


@pytest.mark.parametrize(("make", "samples"), MODELS.values(), ids=MODELS)
def test_every_bundled_model_computes_the_same(tmp_path, rng, make, samples):
    network = make()
    fill(network, rng)
    check_same(network, tmp_path / "network.onnx", rng.uniform(size=(samples, *network.input_shape)).astype(np.float32))


def test_every_bundled_model_is_among_them():
    assert {name.split()[0] for name in MODELS} == set(models.__all__)


def test_a_file_takes_any_number_of_samples_and_names_its_ends(tmp_path, rng):
    path, network = tmp_path / "network.onnx", models.zip_code_1989()
    export.to_onnx(network, path)
    graph = onnx.load(path).graph
    sides = [dim.dim_param or dim.dim_value for dim in graph.input[0].type.tensor_type.shape.dim]
    assert sides == ["N", 16, 16, 1] and [end.name for end in (*graph.input, *graph.output)] == ["x", "e"]
    for samples in (1, 5):
        assert computed(path, np.zeros((samples, 16, 16, 1), np.float32)).shape == (samples, 10)


def test_channels_are_brought_forward_once_and_back_once(tmp_path):
    path = tmp_path / "network.onnx"
    export.to_onnx(models.alexnet_lite(), path)
    nodes = [node.op_type for node in onnx.load(path).graph.node]
    assert nodes.count("Transpose") == 2 and nodes[nodes.index("Flatten") - 1] == "Transpose"
    export.to_onnx(Network([L.Flatten(), L.ReLU(), L.Dense(2)], (3, 3, 1)), path)
    assert "Transpose" not in [node.op_type for node in onnx.load(path).graph.node]


@pytest.mark.parametrize(
    ("loss", "units"), [(losses.CrossEntropy(), 3), (losses.BinaryCrossEntropy(), 1), (losses.MSE(), 2)]
)
def test_with_a_loss_it_gives_what_the_network_says(tmp_path, rng, loss, units):
    path, x = tmp_path / "network.onnx", rng.normal(size=(4, 3, 3, 1)).astype(np.float32)
    network = Network([L.Conv2D(2, 2), L.Flatten(), L.Dense(units)], (3, 3, 1), rng=1)
    export.to_onnx(network, path, loss)
    assert onnx.load(path).graph.output[0].name == "yhat"
    assert np.allclose(computed(path, x), loss.yhat(network.predict(x)), rtol=0, atol=1e-6)


def test_a_network_of_float64_is_written_as_float32(tmp_path, rng):
    path, x = tmp_path / "network.onnx", rng.normal(size=(2, 4)).astype(np.float32)
    network = Network([L.Dense(3), L.BatchNorm()], (4,), dtype=np.float64)
    export.to_onnx(network, path)
    assert np.allclose(computed(path, x), network.predict(x), rtol=0, atol=1e-6)


class Own(L.Layer):
    def _forward(self, h, training):
        return h


def test_what_cannot_be_written_is_named_and_the_old_file_stays(tmp_path):
    path, dense = tmp_path / "network.onnx", Network([L.Dense(3)], (4,))
    path.write_bytes(b"old")
    with pytest.raises(TypeError, match=r"layer 1, own1, has no counterpart in ONNX: Own\(\) is none of .*Conv2D"):
        export.to_onnx(Network([L.Dense(3), Own()], (4,)), path)
    with pytest.raises(TypeError, match="network must be a Network; got Dense"):
        export.to_onnx(dense[0], path)
    with pytest.raises(TypeError, match=r"loss must be None or one of CrossEntropy, .*; got 'softmax'"):
        export.to_onnx(dense, path, "softmax")
    dense[0].parameters["w"][0, 0] = np.nan
    with pytest.raises(ValueError, match=r"weights must be finite; these are not: parameters/0\.w"):
        export.to_onnx(dense, path)
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]
    with pytest.raises(OSError):
        export.to_onnx(Network([L.Dense(3)], (4,)), tmp_path / "nowhere" / "network.onnx")


def test_a_model_that_is_too_large_for_a_file_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules["cnnlab.export.model"], "LARGEST", 100)
    with pytest.raises(ValueError, match=r"network must fit into one ONNX file of 2 GB; its weights have \d+ bytes"):
        export.to_onnx(Network([L.Dense(9)], (4,)), tmp_path / "network.onnx")
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_is_refused_before_the_work(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules["cnnlab.export.model"], "_model", lambda *given: pytest.fail("a model was made"))
    for place in (tmp_path, tmp_path / "nowhere" / "net.onnx"):
        with pytest.raises(OSError, match=f"{place.name} cannot be written"):
            export.to_onnx(Network([L.Dense(1)], (1,)), place)


def test_without_onnx_it_says_which_extra_is_missing(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ImportError, match=r'needs the package onnx, an extra .*: pip install "cnnlab\[export\]"'):
        export.to_onnx(Network([L.Dense(3)], (4,)), tmp_path / "network.onnx")


def test_the_same_network_gives_the_same_bytes(tmp_path):
    for name in "ab":
        export.to_onnx(models.tdnn(), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
