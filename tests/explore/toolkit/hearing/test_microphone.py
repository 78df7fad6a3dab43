"""A microphone takes sounds of its range and length, what its view has recorded or read, and nothing else."""

import base64

import numpy as np
import pytest

from cnnlab.explore.live.answers import Answers
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.hearing.microphone import Microphone
from cnnlab.explore.toolkit.items import Line
from cnnlab.explore.toolkit.scene import Curves, Scene

QUIET = np.zeros(100)


def every_other(samples, rate):
    """A fit as plain as can be: 24,000 samples a second become 12,000."""
    assert rate == 24_000 and samples.dtype == np.float32
    return samples[::2]


class Heard(Explorer):
    """A microphone and nothing else."""

    def __init__(self, **microphone):
        super().__init__([Microphone("x", "say it", **(dict(value=QUIET, fit=every_other) | microphone))])

    def scene(self, x):
        return Scene(
            [Curves(name="x", items=[Line(np.arange(len(x)), x)])], f"A sound of {len(x)} samples, and no more."
        )


def message(samples, rate=24_000):
    whole = np.round(32768 * np.asarray(samples)).clip(-32768, 32767).astype("<i2")
    return {"rate": rate, "samples": base64.b64encode(whole.tobytes()).decode()}


def silence(samples, rate=24_000):
    """The same of zeros, as long as one likes."""
    return {"rate": rate, "samples": base64.b64encode(bytes(2 * samples)).decode()}


def ask(explorer, value):
    question = {"do": "set", "view": "v", "number": 1, "name": "x", "value": value}
    return Answers(explorer).answer(question).content["refused"]


def test_it_keeps_a_copy_of_its_own_that_nobody_writes_to():
    explorer, mine = Heard(), np.full(50, 0.5)
    explorer.set(x=mine)
    mine[:] = 1
    kept = explorer.values["x"]
    assert (kept == 0.5).all() and kept.dtype == np.float32 and not kept.flags.writeable
    for value in explorer.positions("x"):
        np.testing.assert_array_equal(explorer.controls["x"].check(value), value)
    assert max(len(value) for value in explorer.positions("x")) == 36_000, "the longest is among them"


@pytest.mark.parametrize(
    "value",
    [
        np.zeros(0),
        np.zeros(36_001),
        np.zeros((2, 50)),
        np.full(50, np.nan),
        np.full(50, np.inf),
        np.full(50, 1.1),
        np.full(50, "a"),
        np.zeros(50, complex),
        np.zeros(50, bool),
        [[0.1], [0.1, 0.2]],
        [None] * 3,
        "abcd",
        b"abcd",
        None,
        7,
        np.array(1.0),
    ],
)
def test_what_is_no_sound_of_it_is_refused(value):
    explorer = Heard()
    with pytest.raises(ValueError, match="x must be a sound of 1 to 36000 samples, numbers from -1 to 1; got"):
        explorer.set(x=value)
    np.testing.assert_array_equal(explorer.values["x"], QUIET)


def test_what_a_view_has_recorded_comes_to_the_fit_sample_by_sample():
    explorer, said = Heard(), np.round(32768 * np.sin(np.arange(4_000) / 9)) / 32768
    assert ask(explorer, message(said)) is None
    np.testing.assert_array_equal(explorer.values["x"], np.float32(said[::2].clip(-1, 32767 / 32768)))
    assert explorer.picture().png().startswith(b"\x89PNG")
    assert ask(explorer, explorer.values["x"].tolist()) is None, "a page that goes live hands over plain numbers"
    assert ask(explorer, silence(3 * 24_000)) is None, "three seconds to the sample"
    explorer.reset()
    np.testing.assert_array_equal(explorer.values["x"], QUIET)


GOOD = message(np.zeros(10))


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, "a sound is a rate of"),
        ({"rate": 24_000}, "a sound is a rate of"),
        (GOOD | {"rate": None}, "a sound is a rate of"),
        (GOOD | {"rate": True}, "a sound is a rate of"),
        (GOOD | {"rate": 24_000.0}, "a sound is a rate of"),
        (GOOD | {"rate": 7_999}, "a sound is a rate of"),
        (GOOD | {"rate": 10**400}, "a sound is a rate of"),
        (GOOD | {"samples": [0] * 10}, "a sound is a rate of"),
        (GOOD | {"samples": "no base64!"}, "a sound is a rate of"),
        (GOOD | {"samples": "äöü="}, "a sound is a rate of"),
        (GOOD | {"samples": "AAA="[:3]}, "a sound is a rate of"),
        (GOOD | {"samples": base64.b64encode(b"odd").decode()}, "a sound is a rate of"),
        (GOOD | {"samples": ""}, "there is no sound in it"),
        (silence(3 * 24_000 + 1), "at most 3 seconds of sound are taken"),
        (silence(10 * 60 * 8_000, 8_000), "at most 3 seconds of sound are taken"),
    ],
)
def test_what_is_no_recording_is_refused_in_words(told, words):
    explorer = Heard()
    refused = ask(explorer, told)
    assert words in refused and len(refused) < 300
    np.testing.assert_array_equal(explorer.values["x"], QUIET)


def test_ten_minutes_are_refused_before_they_are_decoded(monkeypatch):
    monkeypatch.setattr(base64, "b64decode", lambda *_, **__: pytest.fail("it was decoded"))
    assert "at most 3 seconds" in ask(Heard(), silence(10 * 60 * 24_000))


def test_a_fit_may_refuse_and_what_it_makes_is_checked():
    def deaf(samples, rate):
        raise ValueError("there is only silence in it")

    assert ask(Heard(fit=deaf), GOOD) == "There is only silence in it"
    assert "must be a sound of 1 to 36000 samples" in ask(Heard(fit=lambda samples, rate: samples * np.nan), GOOD)
    assert "is 3.5 seconds long; at most 3 are taken" in _refusal(Heard(), np.zeros(84_000))
    assert "finite numbers" in _refusal(Heard(), np.full(10, np.nan))


def _refusal(explorer, samples):
    with pytest.raises(ValueError) as refused:
        explorer.controls["x"].fitted(samples, 24_000)
    return str(refused.value)


@pytest.mark.parametrize(
    ("microphone", "words"),
    [
        (dict(rate=100), "rate must be 8000 to 96000"),
        (dict(seconds=0.0), "seconds must be above 0 and at most 10"),
        (dict(seconds=float("nan")), "seconds must be"),
        (dict(seconds=60.0), "seconds must be"),
        (dict(fit=None), "needs a fit"),
        (dict(value=None), "must be a sound of"),
    ],
)
def test_there_are_no_such_microphones(microphone, words):
    with pytest.raises(ValueError, match=words):
        Heard(**microphone)


def test_the_longest_sound_at_the_highest_rate_fits_into_a_text_of_a_page():
    from cnnlab.explore.live.desk import LARGEST

    assert len(silence(10 * 96_000, 96_000)["samples"]) < 0.9 * LARGEST
