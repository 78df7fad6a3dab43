"""TimeDelay shows what the networks compute about a syllable that comes late, in every position."""

import numpy as np
import pytest
from explorers import sweep

from cnnlab import Dense, Flatten, Network, Sigmoid, datasets
from cnnlab.explore import TimeDelay
from cnnlab.models import tdnn


@pytest.fixture(scope="module")
def explorer():
    rival = Network([Flatten(), Dense(2), Sigmoid(), Dense(3), Sigmoid()], (15, 16), rng=1)
    return TimeDelay(tdnn(rng=1), datasets.tokens(6, rng=1), rival, "rival")


def test_every_position_shows_what_the_networks_compute(explorer):
    def check(scene, values):
        x = datasets.windows(explorer.tokens.waveforms[values["token"]], float(values["shift"]))
        np.testing.assert_array_equal(scene["input"].pixels, x[0].T[::-1])
        np.testing.assert_allclose(scene["outputs"].items[0].y, explorer.network.predict(x)[0], rtol=1e-5)
        np.testing.assert_allclose(scene["rival"].items[0].y, explorer.rival.predict(x)[0], rtol=1e-5)
        h = x
        for layer in list(explorer.network)[:2]:
            h = layer.forward(h)
        np.testing.assert_allclose(scene["layer1"].values, h[0].T, rtol=1e-5)
        (_, step1), (_, step2) = values["first"], values["second"]
        spans = [(r.column, r.columns) for r in scene["input"].rectangles]
        assert spans == [(step2, 7), (step1, 3)]
        right = int(np.argmax(scene["outputs"].items[0].y)) == explorer.tokens.y[values["token"]]
        assert ("right" if right else "wrong") in scene["outputs"].title

    assert sweep(explorer, check) >= 35


@pytest.mark.parametrize("layer", [1, 2])
def test_the_rectangles_are_the_frames_that_a_unit_depends_on(explorer, layer):
    """Change one frame of the input after the other: only those inside the rectangle move the chosen unit."""
    explorer.reset()
    explorer.set(first=(3, 5), second=(1, 4))
    rectangle = explorer.current()["input"].rectangles[2 - layer]
    x = np.repeat(datasets.windows(explorer.tokens.waveforms[0]), 16, axis=0)
    x[np.arange(15), np.arange(15)] += 1
    h = x
    for one in list(explorer.network)[: 2 * layer]:
        h = one.forward(h)
    step = 5 if layer == 1 else 4
    moved = np.flatnonzero(np.abs(h[:15, step] - h[15, step]).max(axis=-1) > 1e-6)
    np.testing.assert_array_equal(moved, np.arange(rectangle.column, rectangle.column + rectangle.columns))


def test_a_button_goes_from_one_misheard_syllable_to_the_next(explorer):
    explorer.reset()
    wrong = np.flatnonzero(explorer.network.classify(datasets.windows(explorer.tokens.waveforms)) != explorer.tokens.y)
    assert len(wrong) > 1  # the network is not trained
    explorer.set(token=int(wrong[0]), shift=10)
    explorer.press("misheard")
    assert explorer.values["token"] == wrong[1] and explorer.values["shift"] == 0
    explorer.set(token=int(wrong[-1]))
    explorer.press("misheard")
    assert explorer.values["token"] == wrong[0]


def test_one_syllable_is_enough(explorer):
    alone = TimeDelay(explorer.network, datasets.tokens(1, rng=1))
    alone.set(token=1)
    assert alone.values["token"] == 0 and "/" + alone.tokens.text(0) + "/" in alone.current().description


@pytest.mark.parametrize("reach", [5, 100])
def test_a_syllable_can_come_as_late_as_reach_says(explorer, reach):
    far = TimeDelay(explorer.network, explorer.tokens, reach=reach)
    for shift in (-reach, reach):
        far.set(shift=shift)
        x = datasets.windows(explorer.tokens.waveforms[0], float(shift))
        np.testing.assert_array_equal(far.current()["input"].pixels, x[0].T[::-1])


def test_what_is_no_network_no_syllable_and_out_of_reach_is_refused(explorer):
    with pytest.raises(TypeError, match=r"network must be a Network .* got a NoneType"):
        TimeDelay(None, explorer.tokens)
    with pytest.raises(TypeError, match=r"rival must be a Network .* got a str"):
        TimeDelay(explorer.network, explorer.tokens, "sum over time")
    with pytest.raises(TypeError, match=r"tokens must be datasets.Tokens, .* got a ndarray"):
        TimeDelay(explorer.network, explorer.tokens.waveforms)
    for reach in (0, 12, 105):
        with pytest.raises(ValueError, match="reach must be"):
            TimeDelay(explorer.network, explorer.tokens, reach=reach)


def test_networks_of_another_shape_are_refused(explorer):
    other = Network([Flatten(), Dense(3), Sigmoid()], (15, 16))
    with pytest.raises(ValueError, match="two hidden layers"):
        TimeDelay(other, explorer.tokens)
    with pytest.raises(ValueError, match=r"rival must go from \(15, 16\) to \(3,\)"):
        TimeDelay(explorer.network, explorer.tokens, Network([Dense(2)], (4,)))
