"""What a run that diverged says: where it began, and a remedy that fits."""

import numpy as np
import pytest

from cnnlab import layers as L
from cnnlab.losses import MSE, CrossEntropy
from cnnlab.network import Network
from cnnlab.optimisers import SGD
from cnnlab.training import Diverged, fit


def told(network, x, y, **options):
    """The message of a run that diverges; the network is as before, or as after the last whole epoch."""
    settings = dict(loss=MSE(), optimiser=SGD(0.01), epochs=3, batch=8, progress=False) | options
    before = network.weights()
    with pytest.raises(Diverged) as caught:
        fit(network, x, y, **settings)
    if not len(caught.value.history):
        assert all(np.array_equal(array, before[name], equal_nan=True) for name, array in network.weights().items())
    assert len(caught.value.history) or "before training" in str(caught.value)
    return str(caught.value)


def samples(scale=1.0):
    return (scale * np.random.default_rng(0).normal(size=(32, 4))).astype(np.float32)


@pytest.fixture(params=["many steps in one go", "many, of other views", "one by one"])
def augment(request, monkeypatch):
    """The views of samples with which `fit` goes this way."""
    if request.param == "one by one":
        monkeypatch.setattr(Network, "descent", lambda *arguments: None)
    return (lambda x, rng: x) if "views" in request.param else None


def test_steps_that_are_too_large_are_called_so(augment):
    said = told(Network([L.Dense(8), L.Dense(1)], (4,)), samples(), np.ones(32), optimiser=SGD(1e4), augment=augment)
    assert "try a tenth of eta" in said and "smaller numbers" not in said and "SGD(eta=10000.0)" in said
    assert "first numbers that were not finite are in" in said or "the loss of them is not" in said


def test_the_layer_where_it_began_is_named(augment):
    net = Network([L.Dense(8), L.Tanh(), L.Dense(8), L.Dense(1)], (4,))
    net.parameters["2.w"][...], net.parameters["3.w"][...] = 1e30, 1e30
    said = told(net, samples(), np.ones(32), augment=augment)
    assert f"in what {net.layers[3].name} gives (Dense)" in said and "eta is not to blame" in said
    assert "tenth" not in said


def test_weights_that_earlier_epochs_have_made_too_large_are_blamed_on_eta(augment):
    """One step makes an epoch here: the weights with which the last one begins are large already, but finite."""
    net = Network([L.Dense(8), L.Dense(8), L.Dense(1)], (4,))
    said = told(net, samples(), np.ones(32), optimiser=SGD(1e3), augment=augment, batch=32, epochs=30)
    assert "try a tenth of eta" in said and "not to blame" not in said


def test_numbers_that_are_too_large_are_not_blamed_on_eta():
    said = told(Network([L.Dense(8), L.Dense(1)], (4,)), samples(1e30), np.ones(32))
    assert "eta is not to blame" in said and "standardise it" in said and "e+30" in said and "tenth" not in said


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_statistic_that_overflows_is_not_blamed_on_eta(dtype):
    net = Network([L.BatchNorm(), L.Dense(2)], (4,), dtype=dtype)
    x = samples().astype(dtype) * dtype(1e25 if dtype == np.float32 else 1e200)
    said = told(net, x, np.arange(32) % 2, loss=CrossEntropy())
    assert net.layers[0].name in said and "statistics are sums of squares" in said
    assert "eta is not to blame" in said and "tenth" not in said


def test_weights_that_were_not_finite_before_are_called_so():
    net = Network([L.Dense(8), L.Dense(1)], (4,))
    net.parameters["0.w"][1, 2] = np.nan
    said = told(net, samples(), np.ones(32))
    assert "parameters/0.w was not finite before" in said and "tenth" not in said
    assert f"in what {net.layers[0].name} gives" in said


def test_a_last_step_that_overflows_names_the_layer():
    x, net = np.full((1, 1), 1e30, np.float32), Network([L.Dense(1)], (1,))
    net.parameters["0.w"][...] = 1e-30
    said = told(net, x, np.zeros(1), optimiser=SGD(1e20), epochs=1)
    assert (
        f"in the weights of {net.layers[0].name}, since its last step" in said
        and "tenth of eta, or smaller numbers in x" in said
    )


def test_statistics_of_equal_numbers_are_never_negative():
    layer = L.BatchNorm(momentum=0.0)
    layer.build((3,), np.random.default_rng(0), np.float32)
    for value in np.random.default_rng(1).normal(0, 1e3, 200):
        layer.forward(np.full((7, 3), value, np.float32), training=True)
        assert layer.state["variance"].min() >= 0
