"""Scenes as bytes for the browser."""

import json

import numpy as np
import pytest
from explorers import everything
from messages import unpack

from cnnlab.explore.live.frames import pack


def test_frames_survive_the_journey_and_equal_arrays_travel_once():
    scene = everything()
    frame = {"scene": scene, "values": {"a": 1.5, "n": np.int64(3), "bad": float("nan")}}
    text, numbers = pack([frame] * 50)
    assert len(numbers) == len(pack([frame])[1])
    back = unpack((text, numbers))[-1]
    grid = back["scene"]["rows"][0][2]
    np.testing.assert_array_equal(grid["values"], np.float32(scene["g"].values))
    assert grid["kind"] == "Grid" and grid["scale"] == [-2.5, 2.5]
    assert back["values"] == {"a": 1.5, "n": 3, "bad": None}
    assert back["scene"]["rows"][1][0]["pixels"].dtype == np.uint8
    with pytest.raises(TypeError, match="a scene holds numbers"):
        pack([{"x": object()}])


def test_a_large_array_has_a_key_and_stays_at_home_once_it_is_known():
    photo, ramp = np.random.default_rng(0).random((80, 80)), np.arange(4.0)
    text, numbers = pack([{"photo": photo, "ramp": ramp}])
    large, small = json.loads(text)["arrays"]
    assert len(large) == 4 and len(small) == 3, "only the large one is worth a key"
    key = large[3]
    less, fewer = pack([{"photo": photo, "ramp": ramp}], known=[key, "another"])
    assert len(numbers) - len(fewer) == 4 * photo.size
    (back,) = unpack((less, fewer))
    assert back["photo"] == [key] and back["ramp"].tolist() == ramp.tolist()
    for other in (photo.reshape(40, 160), photo.T, photo + 1e-3, (255 * photo).astype(np.uint8)):
        assert json.loads(pack([other])[0])["arrays"][0][3:] not in ([key], []), "another array, another key"
