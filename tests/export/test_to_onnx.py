"""`to_onnx`: another program computes with the file what the network predicts, for every kind of layer."""

import sys

import numpy as np
import onnx
import pytest
from exporting.made import computed
from exporting.rows import IDS, LAYERS, MODELS, TABLE, fill

from cnnlab import export, layers, losses, models
from cnnlab import layers as L
from cnnlab.export.nodes import COUNTERPARTS
from cnnlab.network import Network


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


@pytest.mark.parametrize(  # the weights of alexnet_2012 fill 250 MB; its kinds of layers are rows of the test above
    ("make", "samples"),
    [pytest.param(*row, id=name, marks=[pytest.mark.slow] * (name == "alexnet_2012")) for name, row in MODELS.items()],
)
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
