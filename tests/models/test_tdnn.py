"""The time-delay networks: the paper's counts and sums, and what they learn."""

import numpy as np
import pytest

from cnnlab import MSE, SGD, Dense, Flatten, Network, Sigmoid, evaluate, fit
from cnnlab.datasets import syllables, tokens, windows
from cnnlab.datasets.spoken import BANDS, FRAMES
from cnnlab.models import tdnn, tdnn_digits
from cnnlab.optimisers import one_cycle


def test_counts_are_those_of_the_paper():
    network = tdnn()
    counts = [(row[2], row[3], row[4]) for row in network.summary().rows if row[3]]
    assert counts == [((13, 8), 392, 5_096), ((9, 3), 123, 1_107), ((3,), 6, 30)]
    assert network.parameter_count == 521 and network.connection_count == 6_233
    assert network.input_shape == (15, 16) and network.output_shape == (3,)


@pytest.mark.parametrize(("over_time", "count"), [("sum", 521), ("max", 521), ("dense", 392 + 123 + 84)])
def test_three_ways_to_bring_time_together(over_time, count, rng):
    network = tdnn(over_time, rng=1)
    assert network.parameter_count == count
    yhat = network.predict(rng.uniform(-1, 1, (4, 15, 16)).astype(np.float32))
    assert yhat.shape == (4, 3) and (yhat > 0.02).all() and (yhat < 0.98).all()  # not in the flat ends of the sigmoid


def test_an_unknown_way_is_refused():
    with pytest.raises(ValueError, match="over_time must be one of"):
        tdnn("mean")


def test_the_output_is_the_sum_over_time_written_out(rng):
    network = tdnn(rng=3, dtype=np.float64)
    x = rng.uniform(-1, 1, (15, 16))

    def sigmoid(e):
        return 1 / (1 + np.exp(-e))

    (w1, b1), (w2, b2), (w3, b3) = ((network[k].parameters["w"], network[k].parameters["b"]) for k in (0, 2, 4))
    h1 = np.array(
        [[sigmoid(b1[d] + sum(w1[p, :, d] @ x[t + 2 - p] for p in range(3))) for d in range(8)] for t in range(13)]
    )
    h2 = np.array(
        [[sigmoid(b2[d] + sum(w2[p, :, d] @ h1[t + 4 - p] for p in range(5))) for d in range(3)] for t in range(9)]
    )
    np.testing.assert_allclose(network.predict(x[None])[0], sigmoid(b3 + w3 * h2.sum(0)), rtol=1e-12)


@pytest.fixture(scope="module")
def trained():
    """A TDNN and a fully-connected network of its size, trained on the same 450 syllables; tokens for the test."""
    data = syllables(450, 30)
    dense = [Flatten(), Dense(2, initialiser="glorot"), Sigmoid(), Dense(3, initialiser="glorot"), Sigmoid()]
    networks = tdnn(rng=1), Network(dense, (15, 16), rng=1)
    for network in networks:
        fit(
            network,
            data.x_train,
            data.y_train,
            loss=MSE(),
            optimiser=SGD(one_cycle(1.0), momentum=0.9),
            epochs=30,
            batch=10,
        )
    return *networks, tokens(300, rng=5)


def test_the_network_learns_syllables(trained):
    network, _, said = trained
    assert evaluate(network, windows(said.waveforms), said.y).error <= 0.03


def test_shifted_syllables_defeat_the_fully_connected_network_and_not_the_tdnn(trained):
    network, dense, said = trained
    late = windows(said.waveforms, shift=20.0)
    assert evaluate(dense, windows(said.waveforms), said.y).error <= 0.05
    assert evaluate(network, late, said.y).error <= 0.06
    assert evaluate(dense, late, said.y).error >= 0.2


def test_the_network_for_words_sees_more_and_more_of_time(rng):
    network = tdnn_digits(rng=0)
    assert network.input_shape == (FRAMES, BANDS) == (64, 24) and network.output_shape == (10,)
    seen = []
    for end in (1, 4, 7):  # behind each convolution: which frames does one step in the middle depend on?
        h = np.repeat(rng.normal(size=(1, 64, 24)).astype(np.float32), 65, axis=0)
        h[np.arange(64), np.arange(64)] += 1  # frame t changed in sample t, nothing in the last
        for layer in list(network)[:end]:
            h = layer.forward(h)
        step = h.shape[1] // 2
        seen.append(int((np.abs(h[:64, step] - h[64, step]).max(-1) > 1e-6).sum()))
    assert seen == [5, 9, 17]
