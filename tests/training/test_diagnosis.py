"""What keeps a network from learning is found, and only that."""

import numpy as np
import pytest

from cnnlab import layers as L
from cnnlab.network import Network
from cnnlab.training import diagnose

KINDS = ("dead ReLUs", "saturated units", "constant inputs", "unscaled inputs", "unbalanced classes")


def network(*between, shape=(6, 6, 2)):
    return Network([L.Conv2D(4, 3), *between, L.Flatten(), L.Dense(3)], shape)


def data(n=60, shape=(6, 6, 2)):
    rng = np.random.default_rng(0)
    return rng.normal(size=(n, *shape)).astype(np.float32), np.arange(n) % 3


def counts(diagnosis):
    return {finding.kind: (finding.where, finding.count, finding.of) for finding in diagnosis.findings}


@pytest.mark.parametrize("between", [L.ReLU, L.Tanh, L.Sigmoid, L.ScaledTanh])
def test_nothing_is_found_where_nothing_is_wrong(between):
    net, (x, y) = network(between()), data()
    before = net.weights()
    found = diagnose(net, x, y)
    assert not found and len(found) == 0 and repr(found) == "Diagnosis: nothing unusual"
    assert all(np.array_equal(array, before[name]) for name, array in net.weights().items())


def test_dead_relus_are_counted_by_maps_and_by_units():
    net, (x, y) = network(L.ReLU()), data()
    net.parameters["0.b"][1:3] = -1e3
    found = diagnose(net, x, y)
    assert counts(found) == {"dead ReLUs": (net[1].name, 2, 4)} and "2 of 4 units" in repr(found)
    rectified = network(L.MaxPool2D(2, rectify=True))
    rectified.parameters["0.b"][3] = -1e3
    found = diagnose(rectified, x, y)
    assert counts(found) == {
        "dead ReLUs": (rectified[1].name, 1, 4)
    } and f"1 of 4 units of {rectified[1].name} is" in repr(found)
    one = x.copy()
    one[7] *= 1e4  # one sample that reaches them brings them back to life
    assert "dead ReLUs" not in counts(diagnose(net, one, y))


@pytest.mark.parametrize("layer", [L.Tanh, L.Sigmoid, L.ScaledTanh])
def test_saturated_units_are_counted(layer):
    net, (x, y) = network(layer()), data()
    net.parameters["0.b"][0], net.parameters["0.b"][2] = 50, -50
    assert counts(diagnose(net, x, y)) == {"saturated units": (net[1].name, 2, 4)}


def test_constant_inputs_are_counted():
    x, y = data()
    x[:, 0], x[:, 1, 0, 1] = 0.0, 2.0
    assert counts(diagnose(network(L.ReLU()), x, y)) == {"constant inputs": ("x", 13, 72)}


@pytest.mark.parametrize(("scale", "shift"), [(70, 120), (1e-4, 0), (1, 9)])
def test_unscaled_inputs_are_found_unless_the_network_standardises_them(scale, shift):
    x, y = data()
    x[..., 1] = scale * x[..., 1] + shift
    net = Network([L.Conv2D(4, 3), L.LeakyReLU(), L.Flatten(), L.Dense(3)], (6, 6, 2))
    found = diagnose(net, x, y)
    assert counts(found) == {"unscaled inputs": ("x", 1, 2)} and "begin with Standardise(" in repr(found)
    flat = x.reshape(-1, 2)
    ready = Network([L.Standardise(flat.mean(0), flat.std(0)), L.Conv2D(4, 3), L.Flatten(), L.Dense(3)], (6, 6, 2))
    assert not diagnose(ready, x, y)
    assert not diagnose(net, np.random.default_rng(0).random(x.shape, np.float32), y)  # pixels 0..1


def test_a_standardise_that_does_not_fit_x_is_to_be_replaced_by_one_that_does():
    x, y = data()
    x = 70 * x + 120
    net = Network([L.Standardise(0.5, 0.25), L.Conv2D(4, 3), L.Flatten(), L.Dense(3)], (6, 6, 2))
    words = repr(diagnose(net, x, y))
    first = x[..., 0]
    assert f"even behind Standardise (channel 0: mean {(first.mean() - 0.5) / 0.25:.3g}, " in words
    assert f"put Standardise({first.mean():.3g}, {first.std():.3g}) in its place" in words
    ready = Network([L.Standardise(120, 70), L.Conv2D(4, 3), L.Flatten(), L.Dense(3)], (6, 6, 2))
    assert not diagnose(ready, x, y)


def test_unbalanced_classes_are_found():
    x, _ = data(80)
    y = np.repeat([0, 1, 2], [60, 16, 4])
    found = diagnose(network(L.ReLU()), x, y)
    assert counts(found) == {"unbalanced classes": ("y", 1, 3)} and "right for 75%" in repr(found)
    assert not diagnose(network(L.ReLU()), x, np.repeat([0, 1, 2], [45, 30, 5]))
    assert counts(diagnose(network(L.ReLU()), x, np.arange(80) % 2))["unbalanced classes"] == ("y", 1, 3)  # none
    assert not diagnose(network(L.ReLU()), x, np.zeros((80, 3)))  # targets have no classes


def test_many_findings_are_one_line_each_and_found_by_kind():
    x, _ = data()
    x[:, 0] = 0
    net = network(L.ReLU())
    net.parameters["0.b"][...] = -1e3
    found = diagnose(net, x * 100, np.zeros(60, int))
    assert [f.kind for f in found.findings] == [KINDS[2], KINDS[3], KINDS[4], KINDS[0]]
    assert len(repr(found).splitlines()) == 5 and len(found.of("dead ReLUs")) == 1 and not found.of("nothing")


def test_only_so_many_samples_are_shown_to_the_network_but_all_are_looked_at():
    x, y = data(2000)
    y[:] = 0
    y[-1] = 1
    assert counts(diagnose(network(L.ReLU()), x, y))["unbalanced classes"] == ("y", 2, 3)


def test_what_does_not_fit_is_refused_by_name():
    net, (x, y) = network(L.ReLU()), data()
    for arguments, error, words in (
        ((None, x, y), TypeError, "network"),
        ((net, x[0], y), ValueError, "x must have shape"),
        ((net, x * np.nan, y), ValueError, "x must be finite"),
        ((net, x, y[:5]), ValueError, "y must hold one answer for each of the 60 samples"),
        ((net, x, y - 1), ValueError, "lowest -1"),
        ((net, x, np.array(["a"] * 60)), TypeError, "y must hold integer labels or float targets"),
    ):
        with pytest.raises(error, match=words):
            diagnose(*arguments)
