"""Operators that exporters spell out in several nodes are joined again, if they mean nothing else."""

import numpy as np
import pytest
from exporting.made import computed, node, written

from cnnlab import export

RESPONSE = [
    node("Mul", "x x", "square"),
    node("Unsqueeze", "square one", "wide"),
    node("Pad", "wide borders", "padded"),
    node("AveragePool", "padded", "mean", kernel_shape=[4, 1, 1]),
    node("Squeeze", "mean one", "narrow"),
    node("Mul", "narrow alpha", "scaled", name="times"),
    node("Add", "k scaled", "sum"),
    node("Pow", "sum beta", "power"),
    node("Div", "x power"),
]
ARRAYS = {
    "one": np.array([1]),
    "borders": np.array([0, 0, 1, 0, 0] * 2),
    "view": np.array([-1, 1, 7, 5, 4]),
    **{name: np.float32(value) for name, value in (("alpha", 0.2), ("k", 1.5), ("beta", 0.6))},
}


def changed(place, **options):
    """The nodes with another at one place; `kernel_shape` of three maps, as they are odd here."""
    nodes = [*RESPONSE]
    nodes[3] = node("AveragePool", "padded", "mean", kernel_shape=[3, 1, 1])
    if options:
        nodes[place] = node(**options)
    return nodes


@pytest.mark.parametrize("view", [None, [-1, 1, 7, 5, 4], [3, 1, 7, 5, -1]])
def test_response_normalisation_of_pytorch(tmp_path, rng, view):
    nodes = changed(1, operator="Reshape", inputs="square view", output="wide") if view else changed(0)
    arrays = ARRAYS | {"view": np.array(view or [0])}
    path = written(tmp_path / "theirs.onnx", nodes, {"x": ("N", 7, 5, 4)}, arrays=arrays)
    x = rng.normal(0, 3, (3, 7, 5, 4)).astype(np.float32)
    network = export.from_onnx(path)
    assert repr(list(network)).startswith("[LocalResponseNorm(n=3, k=1.5, alpha=0.0666")
    assert np.allclose(np.moveaxis(network.predict(np.moveaxis(x, 1, -1)), -1, 1), computed(path, x), rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    ("nodes", "arrays"),
    [
        (RESPONSE, {}),  # four maps, of a border for three
        (changed(0), {"borders": np.array([0, 0, 2, 0, 0, 0, 0, 0, 0, 0])}),  # no map behind, two before
        (changed(0), {"borders": np.array([0, 0, 0, 1, 0] * 2)}),  # neighbours in a column
        (changed(3, operator="AveragePool", inputs="padded", output="mean", kernel_shape=[3, 3, 1]), {}),
        (
            changed(
                3, operator="AveragePool", inputs="padded", output="mean", kernel_shape=[3, 1, 1], strides=[1, 1, 2]
            ),
            {},
        ),
        (changed(8, operator="Div", inputs="power x", output="y"), {}),
        (changed(7, operator="Pow", inputs="beta sum", output="power"), {}),
        (changed(1, operator="Reshape", inputs="square view", output="wide"), {"view": np.array([-1, 1, 5, 7, 4])}),
        (changed(0), {"alpha": np.ones((7, 1, 1), np.float32)}),
        ([*changed(0)[:8], node("Div", "x power", "z"), node("Add", "z power")], {}),
    ],
    ids=range(10),
)
def test_what_is_nearly_response_normalisation_is_refused(tmp_path, nodes, arrays):
    path = written(tmp_path / "theirs.onnx", nodes, {"x": ("N", 7, 5, 4)}, arrays=ARRAYS | arrays)
    with pytest.raises(ValueError, match=r"theirs\.onnx: node \d"):
        export.from_onnx(path)


def test_the_mean_over_all_frames_of_pytorch(tmp_path, rng):
    arrays = {"w": rng.normal(size=(4, 3, 2)).astype("f4"), "a": np.array([-2]), "b": np.array([-1, -2])}
    means = [
        node("Unsqueeze", "h a", "wide"),
        node("ReduceMean", "wide b", "mean"),
        node("Squeeze", "mean a", "narrow"),
    ]
    nodes = [node("Conv", "x w", "h"), *means, node("Flatten", "narrow")]
    path = written(tmp_path / "theirs.onnx", nodes, {"x": ("N", 3, 6)}, arrays=arrays)
    x = rng.normal(size=(2, 3, 6)).astype(np.float32)
    network = export.from_onnx(path)
    assert np.allclose(network.predict(np.moveaxis(x, 1, -1)), computed(path, x), rtol=0, atol=1e-5)
    path = written(path, nodes, {"x": ("N", 3, 6)}, arrays=arrays | {"b": np.array([-1])})
    with pytest.raises(ValueError, match=r"node 1, Unsqueeze .*: axes \[-2\]"):
        export.from_onnx(path)
