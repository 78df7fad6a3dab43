"""Receptive fields against the truth: which inputs change a unit when they are changed, one by one."""

import numpy as np
import pytest

from cnnlab import layers
from cnnlab.analysis import receptive
from cnnlab.network import Network

TABLE = np.array([[1, 0, 1], [0, 1, 1]], bool)
NETWORKS = {
    "valid, pooling, valid": (
        [layers.Conv2D(3, 3), layers.ReLU(), layers.MaxPool2D(2), layers.Conv2D(2, 3)],
        (12, 11, 1),
    ),
    "same borders": ([layers.Conv2D(2, 5, padding="same"), layers.Conv2D(2, 4, padding="same")], (9, 8, 1)),
    "full border, stride": ([layers.Conv2D(2, 3, stride=2, padding="full"), layers.Conv2D(2, (1, 3))], (9, 9, 1)),
    "even sides, unequal": ([layers.Conv2D(2, (2, 4), stride=(1, 2), padding=(2, 0)), layers.LeakyReLU()], (7, 9, 2)),
    "overlapping pooling": ([layers.Conv2D(2, 3), layers.AveragePool2D(3, 2), layers.Conv2D(1, 2)], (12, 12, 1)),
    "gaps between windows": ([layers.AveragePool2D(2, 3), layers.Conv2D(2, 3, padding="same")], (11, 12, 1)),
    "decimation": ([layers.Conv2D(2, 2), layers.Decimate2D(3), layers.Conv2D(1, 2, padding=1)], (10, 11, 1)),
    "decimation of windows": ([layers.Conv2D(2, 2), layers.Decimate2D(2, size=3), layers.Conv2D(1, 2)], (10, 11, 1)),
    "partial connections": ([layers.Conv2D(2, 2), layers.Conv2D(3, 2, connections=TABLE)], (5, 5, 1)),
    "groups, norms": (
        [layers.Conv2D(4, 1, groups=2), layers.BatchNorm(), layers.LocalResponseNorm(3, alpha=1.0)],
        (3, 3, 4),
    ),
    "standardise, dropout, PReLU": (
        [layers.Standardise(), layers.Conv2D(2, 2), layers.PReLU(), layers.Dropout(0.5)],
        (4, 5, 1),
    ),
    "into a vector": (
        [layers.Conv2D(2, 3), layers.AveragePool2D(2), layers.Flatten(), layers.Dense(3), layers.ReLU()],
        (7, 7, 2),
    ),
    "pooling leaves the last rows out": ([layers.AveragePool2D(2), layers.Flatten(), layers.Dense(2)], (5, 7, 1)),
    "in time": (
        [layers.Conv1D(3, 3, padding=1), layers.ReLU(), layers.Conv1D(2, 4, stride=2), layers.SumOverTime()],
        (11, 2),
    ),
    "the loudest moment": ([layers.Conv1D(2, 2), layers.SumOverTime()], (6, 2)),
}


def built(name):
    kinds, shape = NETWORKS[name]
    fresh = [layers.from_config(layers.to_config(layer)) for layer in kinds]
    net = Network(fresh, shape, rng=1, dtype=np.float64)
    for name, array in net.parameters.items():  # all weights positive: nothing cancels, no ReLU is shut
        array[...] = np.abs(array) + 0.1
        place = int(name.split(".")[0])
        if name.endswith("w") and getattr(net[place], "connections", None) is not None:
            array *= net[place].connections
    return net


def everywhere(net, place):
    return np.ndindex(*net[place].output_shape)


def outputs(net, place, x):
    for layer in net.layers[: place + 1]:
        x = layer.forward(x)
    return x


def movers(net, place):
    """changed[i] : which units of the layer's output move when input i alone grows; max pooling needs it to win."""
    size = int(np.prod(net.input_shape))
    x = np.tile(np.random.default_rng(0).uniform(0.5, 1.0, size), (size + 1, 1))
    x[np.arange(size), np.arange(size)] += 1000.0
    out = outputs(net, place, x.reshape(size + 1, *net.input_shape))
    return (np.abs(out[:-1] - out[-1]) > 1e-9 * np.abs(out[-1])).reshape(size, *net[place].output_shape)


@pytest.mark.parametrize("name", NETWORKS)
def test_exactly_the_inputs_of_the_field_move_the_unit(name):
    net = built(name)
    for place in range(len(net)):
        changed = movers(net, place)
        for unit in everywhere(net, place):
            field = receptive.field(net, place, unit)
            moved = changed[(slice(None), *unit)]
            np.testing.assert_array_equal(field.mask().ravel(), moved, err_msg=f"layer {place}, unit {unit}")


@pytest.mark.parametrize("name", [name for name in NETWORKS if "MaxPool" not in str(NETWORKS[name])])
def test_a_gradient_of_one_unit_ends_in_its_field(name):
    net = built(name)
    x = np.random.default_rng(3).uniform(0.5, 1.0, (1, *net.input_shape))
    e = net.forward(x)
    for unit in np.ndindex(*net.output_shape):
        de = np.zeros_like(e)
        de[(0, *unit)] = 1.0
        net.forward(x)
        reached = net.backward(de, need_input=True)[0] != 0
        np.testing.assert_array_equal(receptive.field(net, -1, unit).mask(), reached)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_rectangle_is_the_smallest_one_around_the_field(name):
    net = built(name)
    for unit in everywhere(net, -1):
        field = receptive.field(net, -1, unit)
        inside = np.argwhere(field.mask())
        if not len(inside):
            assert field.rectangle == (0, 0, 0, 0)
            continue
        spans = [(inside[:, axis].min(), np.ptp(inside[:, axis]) + 1) for axis in range(len(field.shape) - 1)]
        (row, rows), (column, columns) = (*spans, (0, 1), (0, 1))[:2]
        assert field.rectangle == (row, column, rows, columns)
        assert field.size == len(inside)


@pytest.mark.parametrize("name", NETWORKS)
def test_growth_is_the_field_where_no_edge_cuts_it(name):
    """Of all units the largest field, in a network whose maps are large enough for one that no edge touches."""
    kinds, shape = NETWORKS[name]
    if any(isinstance(layer, (layers.Flatten, layers.SumOverTime)) for layer in kinds):
        kinds = kinds[: next(i for i, one in enumerate(kinds) if isinstance(one, (layers.Flatten, layers.SumOverTime)))]
    large = tuple(40 for _ in shape[:-1]) + shape[-1:]
    net = Network([layers.from_config(layers.to_config(layer)) for layer in kinds], large, dtype=np.float64)
    steps = receptive.growth(net)
    assert [step.name for step in steps] == ["input", *(layer.name for layer in net)]
    for place, step in enumerate(steps[1:]):
        middle = [side // 2 for side in net[place].output_shape[:-1]]
        one = receptive.field(net, place, (*middle, 0)).rectangle
        assert one[2:] == step.r
        middle[0] += 1
        next_one = receptive.field(net, place, (*middle, 0)).rectangle
        assert next_one[0] - one[0] == step.jump[0]


def test_the_path_cuts_at_every_edge_and_ends_at_the_unit():
    kinds = [layers.Conv2D(2, 3, padding="same"), layers.MaxPool2D(2), layers.Conv2D(1, 3, padding="same")]
    net = Network(kinds, (8, 8, 1))
    fields = receptive.path(net, "conv2", (0, 3, 0))
    assert [field.rectangle for field in fields] == [(0, 3, 5, 5), (0, 4, 4, 4), (0, 2, 2, 2), (0, 3, 1, 1)]
    assert [field.size for field in fields] == [25, 32, 8, 1]
    assert [field.shape for field in fields] == [(8, 8, 1), (8, 8, 2), (4, 4, 2), (4, 4, 1)]


def test_a_unit_that_sees_only_padding_depends_on_nothing():
    net = Network([layers.Conv2D(1, 2, padding=4), layers.Conv2D(1, 1)], (3, 3, 1))
    field = receptive.field(net, -1, (0, 5, 0))
    assert field.size == 0 and field.rectangle == (0, 0, 0, 0) and not field.mask().any()


def test_growth_of_alexnets_first_layers():
    kinds = [layers.Conv2D(2, 11, stride=4), layers.MaxPool2D(3, 2)]
    kinds += [layers.Conv2D(2, 5, padding=2), layers.MaxPool2D(3, 2)]
    found = receptive.growth(Network([*kinds, layers.Flatten(), layers.Dense(2)], (227, 227, 3)))
    assert [step.r[0] for step in found] == [1, 11, 19, 51, 67, 67, 227]
    assert [step.jump[0] for step in found[:5]] == [1, 4, 8, 8, 16]
    assert [step.whole for step in found] == [False] * 6 + [True]


def test_a_layer_of_an_unknown_kind_is_refused():
    class Odd(layers.Layer):
        def forward(self, h, training=False):
            return h

    net = Network([Odd()], (3, 3, 1))
    with pytest.raises(TypeError, match="layer odd1 is a Odd, whose window is not known here"):
        receptive.field(net, 0, (0, 0, 0))


def test_activations_are_those_of_prediction_not_of_training():
    net = Network(
        [layers.Conv2D(2, 3), layers.Dropout(0.9), layers.BatchNorm(), layers.Flatten(), layers.Dense(3)],
        (6, 6, 1),
        dtype=np.float64,
    )
    x = np.random.default_rng(0).normal(size=(4, 6, 6, 1))
    found = receptive.activations(net, x)
    assert [h.shape for h in found] == [(4, 6, 6, 1), *[(4, 4, 4, 2)] * 3, (4, 32), (4, 3)]
    np.testing.assert_array_equal(found[1], found[2])
    np.testing.assert_allclose(found[-1], net.predict(x), rtol=1e-12, atol=1e-14)  # which adds in another order


def test_the_strongest_places_are_the_largest_values_of_the_map():
    net = Network([layers.Conv2D(3, 3, padding="same"), layers.ReLU()], (6, 7, 2), dtype=np.float64)
    x = np.random.default_rng(0).normal(size=(9, 6, 7, 2))
    h = receptive.activations(net, x)[-1]
    found = receptive.strongest(net, "relu1", 1, h, count=4)
    assert [one.value for one in found] == sorted(h[..., 1].max(axis=(1, 2)), reverse=True)[:4]
    for one in found:
        assert h[(one.image, *one.unit)] == one.value and one.unit[2] == 1
        assert one.rectangle == receptive.field(net, "relu1", one.unit).rectangle
        patch = receptive.cut(x[one.image], one.rectangle, (3, 3), fill=0.0)  # padding of 0: the patch says it all
        again = Network([layers.Conv2D(3, 3)], (3, 3, 2), dtype=np.float64)
        again.set_weights(net.weights())
        assert again.predict(patch[None])[0, 0, 0, 1] == pytest.approx(one.value, rel=1e-12)


def test_the_strongest_of_a_vector_and_of_a_map_that_is_not_there():
    net = built("into a vector")
    h = receptive.activations(net, np.random.default_rng(0).normal(size=(5, 7, 7, 2)))
    found = receptive.strongest(net, -1, 2, h[-1])
    assert len(found) == 5 and found[0].value == h[-1][:, 2].max() and found[0].rectangle == (0, 0, 6, 6)
    with pytest.raises(ValueError, match=r"d must be one of the maps 0\.\.2 of relu1; got 3"):
        receptive.strongest(net, -1, 3, h[-1])
    with pytest.raises(ValueError, match=r"h must be \(N, 5, 5, 2\), as conv1 gives; got \(5, 3\)"):
        receptive.strongest(net, 0, 0, h[-1])


def test_looked_at_pixels_of_many_units_whole_as_edges_or_not_at_all():
    network = Network([layers.Conv2D(2, 3, padding="same"), layers.Conv2D(2, 3)], (8, 8, 1), rng=0)
    units = [(m, n, 0) for m, n in np.ndindex(6, 6)]
    whole = receptive.looked_at(network, 1, units, 10_000)
    for unit, (i, j) in zip(units, whole, strict=True):
        mask = receptive.field(network, 1, unit).mask()[:, :, 0]
        assert {*zip(i.tolist(), j.tolist(), strict=True)} == {tuple(at) for at in np.argwhere(mask).tolist()}
    total = sum(len(i) for i, _ in whole)
    edges = receptive.looked_at(network, 1, units, total - 1)
    for (i, _), (all_i, all_j) in zip(edges, whole, strict=True):
        inner = (all_i > all_i.min()) & (all_i < all_i.max()) & (all_j > all_j.min()) & (all_j < all_j.max())
        assert len(i) == len(all_i) - inner.sum()
    assert receptive.looked_at(network, 1, units, 10) == []


def test_bad_arguments_are_named():
    net = built("into a vector")
    with pytest.raises(ValueError, match=r"unit must be a place in the output \(5, 5, 2\) of conv1; got \(5, 0, 0\)"):
        receptive.field(net, "conv1", (5, 0, 0))
    for unit in ((0, 0), (0, -1, 0), 3, (0.5, 0, 0), "abc"):
        with pytest.raises(ValueError, match="unit must be a place"):
            receptive.path(net, 0, unit)
    with pytest.raises(ValueError, match=r"layer must be a name or a number 0\.\.4; got 5"):
        receptive.growth(net, 5)
    with pytest.raises(KeyError, match="no layer is called 'conv9'"):
        receptive.field(net, "conv9", (0,))
