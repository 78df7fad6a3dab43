"""Training that is interrupted, or diverges."""

import numpy as np
import pytest
from spots import Stop, network, same, task, train

from cnnlab import layers as L
from cnnlab.losses import MSE
from cnnlab.network import Network
from cnnlab.optimisers import SGD
from cnnlab.training import Diverged, fit


def test_an_interruption_keeps_the_weights_and_gives_the_history():
    net, start = network(), network()
    history = train(net, 4, augment=Stop(at=15))  # in the third epoch of 6 steps
    assert history.interrupted and len(history) == 2 and "interrupted" in repr(history)
    assert not same(net, start)
    two = network()
    train(two, 2)
    assert not same(net, two)  # the steps of the unfinished epoch are kept too
    none = train(network(), 4, augment=Stop(at=1))
    assert none.interrupted and len(none) == 0
    assert repr(none) == "History of 0 epochs, interrupted"
    assert none._repr_mimebundle_() == {"text/plain": "History of 0 epochs, interrupted"}


def test_a_run_that_diverges_stops_says_so_and_keeps_the_last_good_epoch():
    x, y = task()
    net = Network([L.Flatten(), L.Dense(4), L.Dense(1)], (5, 5, 1))
    good, eta = [], [0.001]

    def after(given, history):
        good.append(given.weights())
        eta[0] = 1e6  # from the second epoch on

    optimiser = SGD(lambda progress: eta[0])
    with pytest.raises(Diverged, match=r"in epoch 2, step \d: the loss.*tenth of eta.*had after epoch 1") as caught:
        fit(net, x, y.astype(float), loss=MSE(), optimiser=optimiser, epochs=5, batch=8, callback=after)
    assert len(caught.value.history) == 1 and isinstance(caught.value, FloatingPointError)
    assert all(np.array_equal(array, good[0][name]) for name, array in net.weights().items())


def test_a_divergence_in_the_first_epoch_leaves_the_network_as_it_was():
    x, y = task()
    net, before = (Network([L.Flatten(), L.Dense(4), L.Dense(1)], (5, 5, 1)) for _ in range(2))
    with pytest.raises(Diverged, match="had before training"):
        fit(net, x, y.astype(float), loss=MSE(), optimiser=SGD(1e20), epochs=5)
    assert same(net, before)


def test_weights_that_overflow_in_the_last_step_are_noticed():
    x = np.full((1, 1), 1e30, np.float32)
    net = Network([L.Dense(1)], (1,))
    net.parameters["0.w"][...] = 1e-30
    with pytest.raises(Diverged, match=r"the weights 0\.w became infinite"):
        fit(net, x, np.zeros(1), loss=MSE(), optimiser=SGD(1e20), epochs=1)
    assert net.parameters["0.w"][0, 0] == np.float32(1e-30)
