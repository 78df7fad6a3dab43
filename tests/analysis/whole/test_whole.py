"""Any network of these layers, stage by stage: every number is b and the sum of what came in times the weights."""

import itertools

import numpy as np
import pytest

from cnnlab import datasets, models
from cnnlab import layers as L
from cnnlab.analysis import whole
from cnnlab.network import Network

NETWORKS = {
    "as in notebook 08": lambda: Network(
        [L.Conv2D(3, 3), L.ReLU(), L.MaxPool2D(2), L.Conv2D(4, 2), L.ReLU(), L.MaxPool2D(2), L.Flatten(), L.Dense(5)],
        (10, 9, 1),
        rng=1,
    ),
    "borders, strides, overlapping windows": lambda: Network(
        [
            L.Conv2D(2, (3, 4), stride=(2, 1), padding="same", padding_value=-1.0),
            L.Tanh(),
            L.AveragePool2D(3, stride=1, rectify=True),
            L.Conv2D(3, 2, padding="full", bias=None),
            L.LeakyReLU(),
            L.Decimate2D(2, rectify=True),
            L.Flatten(),
            L.Dense(6, bias=False),
            L.Sigmoid(),
            L.Dense(3),
            L.Tanh(),
        ],
        (8, 11, 3),
        rng=2,
    ),
    "1989": lambda: models.zip_code_1989(),
    "no convolution": lambda: Network([L.Flatten(), L.Dense(4)], (5, 6, 2), rng=3),
    "it ends in maps": lambda: Network([L.ReLU(), L.MaxPool2D(3, 2, rectify=True), L.Conv2D(2, 1)], (7, 7, 1), rng=4),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_every_number_of_every_stage_is_made_of_what_came_in(name, rng):
    network = NETWORKS[name]()
    x = rng.normal(size=network.input_shape).astype(np.float32)
    for array in network.parameters.values():  # biases too
        array += rng.normal(0, 0.1, array.shape).astype(array.dtype) * (array != 0 if array.ndim == 4 else 1)
    record = whole.forward(network, x)
    np.testing.assert_allclose(record.scores, network.predict(x[None])[0], atol=1e-5)
    for stage, part in enumerate(record.stages):
        places = list(np.ndindex(part.shape))
        for unit in [places[k] for k in rng.permutation(len(places))[:60]]:
            found = whole.made(record, stage, unit)
            assert found.products.sum() + found.b == pytest.approx(found.e, abs=1e-4)
            assert found.out == record.h[stage][unit]
            gated = {"": found.e, "ReLU": max(found.e, 0.0), "Tanh": np.tanh(found.e)}.get(part.gate)
            if gated is not None:
                assert found.out == pytest.approx(gated, abs=1e-4)
            source = record.h[found.source] if found.source >= 0 else record.x
            if source.ndim == 3 and part.kind == "convolution":  # the window lies where it says
                (row, column), (p, q) = found.corner, found.h.shape[:2]
                for i, j in itertools.product(range(p), range(q)):
                    at = (row + i, column + j)
                    is_in = all(0 <= one < side for one, side in zip(at, source.shape, strict=False))
                    assert is_in == found.inside[i, j]
                    expected = source[at] if is_in else network[part.first].padding_value
                    np.testing.assert_allclose(found.h[i, j], expected, atol=1e-6)


def test_the_kernel_lies_turned_by_180_degrees():
    network = Network([L.Conv2D(1, 3)], (3, 3, 1), rng=0)
    found = whole.made(whole.forward(network, np.zeros((3, 3, 1), np.float32)), 0, (0, 0, 0))
    np.testing.assert_array_equal(found.w[..., 0], network[0].parameters["w"][::-1, ::-1, 0, 0])


def test_layers_are_put_together_in_stages():
    kinds = [(part.kind, part.name, part.gate) for part in whole.stages(NETWORKS["as in notebook 08"]())]
    assert kinds == [
        ("convolution", "conv1", "ReLU"),
        ("pooling", "pool1", ""),
        ("convolution", "conv2", "ReLU"),
        ("pooling", "pool2", ""),
        ("flatten", "flatten1", ""),
        ("fully connected", "dense1", ""),
    ]
    assert [part.kind for part in whole.stages(NETWORKS["it ends in maps"]())] == [
        "nonlinearity",
        "pooling",
        "convolution",
    ]


def test_a_difference_of_scores_is_made_of_the_difference_of_weights():
    network = NETWORKS["as in notebook 08"]()
    network[-1].parameters["b"][:] = [0.5, -1.0, 0.0, 2.0, 1.0]
    record = whole.forward(network, np.linspace(-1, 1, 90, dtype=np.float32).reshape(10, 9, 1))
    found = whole.made(record, 5, (3,), against=1)
    assert found.b == 3.0
    assert found.source == 3 and found.h.shape == record.h[3].shape, "flatten is looked through"
    assert found.products.sum() + found.b == pytest.approx(record.scores[3] - record.scores[1], abs=1e-4)
    for sign in (1, -1):
        for place, product in found.strongest(4, sign):
            i = np.ravel_multi_index(place, record.h[3].shape)
            w = network[-1].parameters["w"]
            assert product == pytest.approx(record.h[4][i] * (w[i, 3] - w[i, 1]), abs=1e-5) and sign * product > 0
    largest = found.strongest(2)
    assert abs(largest[0][1]) == np.abs(found.products).max() and abs(largest[1][1]) <= abs(largest[0][1])


def test_other_networks_get_a_sentence():
    other = Network([L.Conv2D(2, 3), L.BatchNorm(), L.ReLU(), L.Dropout(0.5), L.Flatten(), L.Dense(2)], (5, 5, 1))
    words = whole.trouble(other)
    assert "norm1 (BatchNorm), dropout1 (Dropout)" in words and words.endswith(".")
    with pytest.raises(ValueError, match="BatchNorm"):
        whole.forward(other, np.zeros((5, 5, 1), np.float32))
    assert whole.trouble("alexnet") == "network must be a Network; got str."
    assert "images (H, W, C)" in whole.trouble(Network([L.Dense(2)], (3,)))
    assert not any(whole.trouble(make()) for make in NETWORKS.values())


def test_places_that_are_not_there_are_named():
    record = whole.forward(NETWORKS["as in notebook 08"](), datasets.digits(16).x_test[0][:10, :9])
    with pytest.raises(ValueError, match=r"unit must be a place in conv1, which gives \(8, 7, 3\)"):
        whole.made(record, 0, (8, 0, 0))
    with pytest.raises(ValueError, match=r"stage must be 0\.\.5"):
        whole.made(record, 6, (0,))
    with pytest.raises(ValueError, match="against must be a unit of a fully-connected stage"):
        whole.made(record, 0, (0, 0, 0), against=1)
