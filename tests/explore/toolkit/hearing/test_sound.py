"""What can be heard of a scene: checked, packed for the browser, and painted nowhere."""

import numpy as np
import pytest
from messages import unpack

from cnnlab.explore.live.frames import pack
from cnnlab.explore.toolkit.hearing.sound import Sound
from cnnlab.explore.toolkit.scene import Grid, Scene


def test_a_sound_travels_with_its_scene_and_once_for_all_of_them():
    wave = np.linspace(-1, 1, 3000, dtype=np.float32)
    scenes = [Scene([Grid(name="g", values=[[k]])], "A number.", sounds=[Sound("all", wave, 8_000)]) for k in range(9)]
    text, numbers = pack([{"scene": scene} for scene in scenes])
    assert len(numbers) < 2 * wave.nbytes
    (sound,) = unpack((text, numbers))[-1]["scene"]["sounds"]
    np.testing.assert_array_equal(sound["samples"], wave)
    assert sound["label"] == "all" and sound["rate"] == 8_000


def test_what_is_too_loud_is_cut_off_and_the_array_that_was_given_stays_as_it_is():
    wave = np.array([0.5, -3.0, 2.0])
    assert Sound("loud", wave, 12_000).samples.tolist() == [0.5, -1.0, 1.0]
    assert wave.tolist() == [0.5, -3.0, 2.0]


@pytest.mark.parametrize(
    ("samples", "rate", "words"),
    [
        ([], 12_000, "one or more finite numbers"),
        ([0.0, np.nan], 12_000, "one or more finite numbers"),
        ([[0.5, 0.5]], 12_000, "1-dimensional"),
        ([1, 0], 12_000, "1-dimensional array of real numbers; got .* int"),
        ([0.5], 100, "rate must be 8000 to 96000"),
    ],
)
def test_what_no_browser_plays_is_refused(samples, rate, words):
    with pytest.raises(ValueError, match=words):
        Sound("a sound", np.array(samples), rate)
