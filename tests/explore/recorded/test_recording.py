"""Recordings: what is on them is what Python computes, and what is not is said."""

import numpy as np
import pytest
from anything.odd import some_slow
from explorers import Try
from recorded.replay import Replay, differs, sent

from cnnlab import explore
from cnnlab.explore.live.answers import framed
from cnnlab.explore.recorded import plan

NAMES = [name for name in explore.__all__ if name != "Explorer"]
DEAR = {  # what they have of controls, panels and states others have, too, and take a fourth of the time
    *("FiveSteps", "GradientCheck", "SpokenSyllable", "FitByHand", "ConditionalMean", "GradientMicroscope"),
    *("Decisions", "OneWeight", "PiecewiseLinear", "ErrorFootprint", "WholeNetwork", "Flattened", "Descent"),
    *("PushedImage", "MovingCat", "ShiftedConvolution", "HiddenPart", "PhotoFilter", "HiddenKernel", "BestPatches"),
}


def values_at(explorer, replay, values, line, index):
    """The values that the explorer has once a control was set, from these values on, to its index-th position."""
    name, at = line
    position = replay.positions(name)[index]
    if at is not None:
        matrix = np.array(values[name])
        matrix[at] = position
        position = matrix
    return explorer.after(values, name, position)


@pytest.fixture(scope="module")
def tried():
    explorer = Try()
    recording = explorer.recording()
    return explorer, recording, Replay(recording.text)


def test_it_begins_with_the_present_values_and_leaves_the_explorer_as_it_is():
    explorer = Try()
    heard = []
    explorer.observe(heard.append)
    explorer.set(a=2, mode="strict")
    before, version = dict(explorer.values), explorer.version
    heard.clear()
    replay = Replay(explorer.recording(limit=40_000).text)
    assert differs(replay.frame(0), sent(framed(explorer, before)[0])) is None
    assert all(np.array_equal(explorer.values[name], value) for name, value in before.items())
    assert explorer.version == version and explorer.count == 0 and not heard


def test_every_position_of_every_control_leads_to_the_frame_that_python_computes(tried):
    explorer, _, replay = tried
    seen = set()
    for (name, at), lines in replay.lines.items():
        start, spots = lines[0]
        assert start == 0
        for index, spot in enumerate(spots):
            values = values_at(explorer, replay, explorer.values, (name, at), index)
            assert differs(replay.frame(spot), sent(framed(explorer, values)[0])) is None, (name, at, index)
        seen.add(name)
    assert seen == {"a", "eta", "mode", "on", "where", "p", "e"}
    assert (
        len(replay.lines["e", (1, 2)][0][1]) == len(replay.positions("e"))
        and len(replay.lines["where", None][0][1]) == 12
    )


def test_a_frame_that_raises_is_recorded_with_its_words(tried):
    _, _, replay = tried
    strict = replay.lines["mode", None][0][1][1]
    line = next(spots for start, spots in replay.lines["a", None] if strict in (start, *spots))
    frame = replay.frame(line[2])
    assert frame["scene"] is None and "line of slope 0 has no knot" in frame["error"]


def test_presses_lead_from_spot_to_spot_until_the_button_is_greyed(tried):
    explorer, _, replay = tried
    steps, spot = replay.steps["step"], 0
    assert replay.frame(spot)["values"]["a"] == 1
    spot = steps[spot]
    frame = replay.frame(spot)
    assert frame["values"]["a"] == 2 and "1 steps" in frame["scene"]["description"] and "step" in frame["disabled"]
    assert spot not in steps
    assert replay.head["presses"][str(spot)] == ["step", 1] and explorer.count == 0


def test_a_limit_is_kept_by_recording_less_and_it_is_said():
    explorer = Try()
    for limit in (12_000, 30_000):
        recording = explorer.recording(limit=limit)
        assert recording.bytes <= limit
        assert any("Fewer positions" in words for words in recording.left_out)
        assert recording.frames > 20
    with pytest.raises(ValueError, match="limit must leave room for one frame"):
        explorer.recording(limit=500)


def test_only_the_controls_that_are_asked_for_move():
    recording = Try().recording(sweeps=["a", "step"], products=())
    replay = Replay(recording.text)
    assert {name for name, _ in replay.lines} == {"a"} and set(replay.steps) == {"step"}
    assert set(replay.head["needs"]) == {"eta", "mode", "on", "where", "p", "e"}
    assert recording.left_out[0] == "Needs Python: eta, mode, on, cell, point, e."


def test_controls_of_a_product_move_together():
    explorer = Try()
    replay = Replay(explorer.recording(products=[("a", "eta", "where")]).text)
    spots = {}
    for spot in range(len(replay.head["frames"])):
        values = replay.frame(spot)["values"]
        if values["mode"] == "mild" and values["on"] and not np.any(replay.head["presses"].get(str(spot))):
            spots[values["a"], values["eta"], tuple(values["where"])] = spot
    assert {
        (a, eta, (r, c)) for a in range(-2, 3) for eta in (0.01, 0.1, 1.0) for r in range(3) for c in range(4)
    } <= set(spots)
    far = spots[-2, 1.0, (2, 3)]
    for name in ("a", "eta", "where"):
        assert any(far in (start, *line) for start, line in replay.lines[name, None]), name


def test_what_is_asked_for_and_has_no_room_is_warned_of():
    with pytest.warns(UserWarning, match="a and where together take more room than there is"):
        recording = Try().recording(sweeps=["a", "where"], products=[("a", "where")], limit=3_000)
    assert recording.bytes <= 3_000


@pytest.mark.parametrize(
    "wish, words",
    [
        ({"sweeps": ["b"]}, "sweeps must be a list of controls, of a, eta, .*; got"),
        ({"sweeps": "a"}, "sweeps must be a list of controls"),
        ({"products": [("a", "step")]}, "products must be a list of lists of two controls or more, of a, eta"),
        ({"products": ["a"]}, "products must be a list of lists"),
        ({"sweeps": ["a"], "products": [("a", "eta")]}, "products must be of controls that are among the sweeps"),
        ({"limit": -1}, "limit must be"),
        ({"presses": 1.5}, "presses must be a whole number from 0 on; got 1.5"),
    ],
)
def test_impossible_wishes_are_told_in_words(wish, words):
    with pytest.raises(ValueError, match=words):
        Try().recording(**wish)


def test_the_same_explorer_gives_the_same_text(tried):
    assert Try().recording().text == tried[1].text


def frames_are_those_of_python(name, presses, every):
    """Look at every how manieth spot of the lines and steps of a recording of an explorer; how many were looked at."""
    explorer = getattr(explore, name).example()
    recording = explorer.recording(presses=presses)
    assert recording.bytes <= plan.LIMIT and recording.frames <= plan.MOST + 1
    replay = Replay(recording.text)
    exact, seen, looked = {0: explorer.values}, 0, 0  # values as the explorer has them: on the page they are float32
    for name, at, start, spots in replay.head["lines"]:
        if start not in exact:
            continue  # in a state that presses have led to
        line = name, None if at is None else tuple(at)
        for index, spot in enumerate(spots):
            if spot is None:
                continue
            values = values_at(explorer, replay, exact[start], line, index)
            exact.setdefault(spot, values)
            if looked % every == 0:
                assert differs(replay.frame(spot), sent(framed(explorer, values)[0])) is None, (line, start, index)
                seen += 1
            looked += 1
    for button, steps in replay.steps.items():
        explorer.reset()
        spot = 0
        while spot in steps and (str(spot) in replay.head["presses"] or spot == 0):
            explorer.press(button)
            spot = steps[spot]
            here = sent(framed(explorer, explorer.values)[0])
            assert differs(replay.frame(spot), here) is None, (button, spot)
            seen += 1
    return seen


@pytest.mark.parametrize("name", some_slow(NAMES, [name for name in NAMES if name not in DEAR]))
def test_frames_of_every_explorer_are_those_of_python(name, monkeypatch):
    monkeypatch.setattr(plan, "MOST", 90)
    assert frames_are_those_of_python(name, 2, 10) > 0


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_all_frames_of_every_explorer_are_those_of_python(name):
    assert frames_are_those_of_python(name, plan.PRESSES, 1) > 4
