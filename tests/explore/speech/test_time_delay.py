"""TimeDelay shows what the networks compute about a syllable that comes late, in every position."""

import numpy as np
import pytest
from explorers import assert_allclose, assert_array_equal, sweep

from cnnlab import Dense, Flatten, Network, Sigmoid, datasets
from cnnlab.explore import TimeDelay
from cnnlab.models import tdnn


@pytest.fixture(scope="module")
def explorer():
    rival = Network([Flatten(), Dense(2), Sigmoid(), Dense(3), Sigmoid()], (15, 16), rng=1)
    return TimeDelay(tdnn(rng=1), datasets.tokens(6, rng=1), rival, "rival")


def columns_of(frame):
    """The first column inside a frame, and how many there are."""
    return round(frame.x.min() + 0.5), round(np.ptp(frame.x))


def test_every_position_shows_what_the_networks_compute(explorer):
    def check(scene, values):
        wave = explorer.tokens.waveforms[values["token"]]
        x = datasets.windows(wave, float(values["shift"]))
        assert_array_equal(scene["input"].background.values, x[0].T)
        assert_allclose(scene["outputs"].items[0].y, explorer.network.predict(x)[0], rtol=1e-5)
        assert_allclose(scene["rival"].items[0].y, explorer.rival.predict(x)[0], rtol=1e-5)
        h = x
        for layer in list(explorer.network)[:2]:
            h = layer.forward(h)
        shown = scene["layer1"].background.values
        assert_allclose(shown[:, 2:-2:2], h[0].T, rtol=1e-5)  # 13 steps over the middle of 15 frames
        assert_array_equal(shown[:, 2:-2:2], shown[:, 3:-2:2])
        assert np.isnan(shown[:, :2]).all() and np.isnan(shown[:, -2:]).all()
        ring1, ring2 = scene["layer1"].items[-1], scene["layer2"].items[-1]
        assert [columns_of(frame) for frame in scene["input"].items] == [(ring2.x[0] - 3, 7), (ring1.x[0] - 1, 3)]
        assert f"At step {ring1.x[0] - 1:.0f}, unit {ring1.y[0]:.0f} of layer 1" in scene.description
        assert f"step {ring2.x[0] - 3:.0f}, unit {'bdg'[round(ring2.y[0])]} of layer 2" in scene.description
        right = int(np.argmax(scene["outputs"].items[0].y)) == explorer.tokens.y[values["token"]]
        assert ("right" if right else "wrong") in scene["outputs"].title
        said = "bdg"[explorer.tokens.y[values["token"]]]
        assert [words for _, words in scene["outputs"].x_ticks if words not in "bdg"] == [f"true: {said}"]
        whole, heard = scene.sounds
        assert_array_equal(whole.samples, wave)
        start = round((0.125 - values["shift"] / 1000) * 12_000)  # the middle frame lies around 200 ms
        assert_array_equal(heard.samples[100:-100], wave[start + 100 : start + 1700])
        assert np.abs(heard.samples[[0, -1]]).max() <= 0.05 * np.abs(wave).max() and len(heard.samples) == 1800

    assert sweep(explorer, check) >= 35


def test_sound_frames_and_steps_have_one_axis_of_time(explorer):
    explorer.reset()
    scene = explorer.current()
    assert {scene[name].x for name in ("sound", "input", "layer1", "layer2")} == {(-0.5, 14.5)}
    assert [words for _, words in scene["layer2"].y_ticks] == ["b", "d", "g"]
    assert [words for place, words in scene["sound"].x_ticks if place == 7] == ["0"]
    for shift in (-60, 0, 60):  # the loudest moment of the sound goes with the syllable
        explorer.set(shift=shift)
        line = explorer.current()["sound"].items[0]
        wave = explorer.tokens.waveforms[0]
        at = (line.x[0] - 7) * 10  # milliseconds
        assert line.y[0] == wave[int((0.2 + (at - shift) / 1000) * 12_000)]


@pytest.mark.parametrize("layer", [1, 2])
def test_the_frames_of_a_unit_are_those_that_it_depends_on(explorer, layer):
    """Change one frame of the input after the other: only those that are framed move the chosen unit."""
    explorer.reset()
    step, before = (5, 1) if layer == 1 else (4, 3)
    explorer.set(first=(5 + 1, 3), second=(4 + 3, 1))
    framed = explorer.current()["input"].items[2 - layer]
    x = np.repeat(datasets.windows(explorer.tokens.waveforms[0]), 16, axis=0)
    x[np.arange(15), np.arange(15)] += 1
    h = x
    for one in list(explorer.network)[: 2 * layer]:
        h = one.forward(h)
    moved = np.flatnonzero(np.abs(h[:15, step] - h[15, step]).max(axis=-1) > 1e-6)
    first, count = columns_of(framed)
    assert_array_equal(moved, np.arange(first, first + count))
    assert moved.mean() == step + before, "a step stands over the middle of its frames"


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
        assert_array_equal(far.current()["input"].background.values, x[0].T)


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
