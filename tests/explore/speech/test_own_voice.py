"""OwnVoice finds the voice in any recording, and shows what the networks compute about the sound around it."""

import numpy as np
import pytest
from explorers import SWEEPS, assert_allclose, assert_array_equal, sweep
from sounds import wav

from cnnlab import datasets
from cnnlab.datasets.recorded import placed, resampled, voice_onset
from cnnlab.explore import OwnVoice
from cnnlab.explore.live.answers import Answers
from cnnlab.files import sound
from cnnlab.models import tdnn


@pytest.fixture(scope="module")
def explorer():
    return OwnVoice.example()


def said(consonant="g", speaker="Aki", before=0.5, level=1.0):
    """A syllable as one says it alone, so many seconds after the beginning: its voice sets in 0.2 s later."""
    wave = datasets.waveform(consonant, "a", speaker)
    wave[:1_200] = 0
    return level * np.concatenate([np.zeros(round(12_000 * before), np.float32), wave, np.zeros(2_000, np.float32)])


@SWEEPS
def test_every_position_shows_what_the_networks_compute(explorer, everywhere, monkeypatch):
    """Every place of the window in a sound; or some, for from one to the next the same is computed again."""
    every = explorer.positions
    if not everywhere:
        monkeypatch.setattr(explorer, "positions", lambda name: every(name)[:: 10 if name == "onset" else 1])

    def check(scene, values):
        wave = placed(values["sound"], values["onset"] / 1000)
        x = datasets.windows(wave)
        assert_array_equal(scene["input"].background.values, x[0].T)
        for k, network in enumerate(explorer.networks.values()):
            assert_allclose(scene[f"outputs{k}"].items[0].y, network.predict(x)[0], rtol=1e-5)
            assert "bdg"[network.classify(x)[0]] == scene[f"outputs{k}"].title[-1]
        h = x
        for layer in list(explorer.networks[values["shown"]])[:2]:
            h = layer.forward(h)
        assert_allclose(scene["layer1"].background.values[:, 2:-2:2], h[0].T, rtol=1e-5)
        outline, window = scene["whole"].items
        middle = values["onset"] / 1000
        assert (window.x.min(), window.x.max()) == pytest.approx((middle - 0.075, middle + 0.075), abs=1e-6)
        assert np.abs(outline.y).max() == pytest.approx(1) and outline.x.max() <= len(values["sound"]) / 12_000
        assert f"around {values['onset']} milliseconds" in scene.description
        whole, heard = scene.sounds
        assert_array_equal(whole.samples, values["sound"])
        assert_array_equal(heard.samples[100:-100], wave[1_600:3_200])

    assert sweep(explorer, check, all_positions=everywhere) >= 25


@pytest.mark.parametrize(("before", "level"), [(0.0, 1.0), (0.4, 0.02), (1.3, 0.3)])
def test_the_window_goes_to_the_voice_of_a_new_sound(explorer, before, level):
    explorer.reset()
    explorer.set(sound=said(before=before, level=level))
    assert explorer.values["onset"] == pytest.approx(1000 * (before + 0.2), abs=15)
    scene = explorer.current()
    assert "milliseconds, where the voice was found." in scene.description and "Your sound" in scene["whole"].title
    explorer.set(onset=explorer.values["onset"] + 40)
    assert "40 milliseconds after the place where the voice was found" in explorer.current().description
    explorer.set(onset=3000)
    heard = explorer.current().sounds[1].samples
    assert 0 < np.abs(heard).max() < 0.01, "behind the sound there is quiet, and the noise that is always added"


def test_what_it_begins_with_is_said_to_be_synthetic(explorer):
    explorer.reset()
    assert explorer.current().description.startswith("A synthetic /da/, until you record your own")
    explorer.set(sound=said())
    assert explorer.current().description.startswith("Your sound.")
    assert OwnVoice(tdnn(), said()).current().description.startswith("Your sound.")


@pytest.mark.parametrize("rate", [8_000, 12_000, 16_000, 44_100, 48_000])
@pytest.mark.parametrize(("width", "channels"), [(1, 1), (2, 2), (3, 1)])
def test_a_recording_is_heard_as_its_file_is(tmp_path, explorer, rate, width, channels):
    """The samples of a .wav file, sent as the view sends them, become the syllable that `datasets.recorded` makes."""
    (tmp_path / "ga.wav").write_bytes(wav(resampled(said(), 12_000, rate), rate, width, channels))
    rate, samples = sound(tmp_path / "ga.wav")
    explorer.reset()
    explorer.set(sound=explorer.controls["sound"].fitted(samples, rate))
    assert abs(explorer.values["onset"] - 1000 * voice_onset(explorer.values["sound"])) <= 2.5
    found = placed(explorer.values["sound"], voice_onset(explorer.values["sound"]))
    from_file = datasets.recorded({tmp_path / "ga.wav": "ga"}).waveforms[0]
    assert_allclose(found, from_file, atol=1e-5)


@pytest.mark.parametrize(
    ("samples", "words"),
    [(np.zeros(24_000), "only silence"), (np.full(100, 0.5), "too short"), (np.zeros(40_000 * 12), "seconds")],
)
def test_a_sound_in_which_nothing_can_be_heard_is_refused(explorer, samples, words):
    import base64

    data = base64.b64encode(np.round(32767 * samples).astype("<i2").tobytes()).decode()
    explorer.reset()
    question = {"do": "set", "view": "v", "number": 1, "name": "sound", "value": {"rate": 12_000, "samples": data}}
    answer = Answers(explorer).answer(question)
    assert words in answer.content["refused"]
    assert_array_equal(explorer.values["sound"], explorer.first)


def test_one_network_is_enough_and_what_is_none_is_refused():
    alone = OwnVoice(tdnn())
    assert not alone.enabled("shown") and len(alone.current().panels) == 5
    with pytest.raises(TypeError, match="networks: one must be a Network"):
        OwnVoice({"one": None})
    for count in (0, 3):
        with pytest.raises(ValueError, match="networks must be one or 2; got"):
            OwnVoice({str(k): tdnn() for k in range(count)})
    with pytest.raises(ValueError, match="sound must be a sound of 1 to 36000 samples"):
        OwnVoice(tdnn(), np.zeros(36_001))
