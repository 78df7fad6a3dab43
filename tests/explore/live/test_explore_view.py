"""The Python end of the live view: what it is asked, what it answers, and what travels to the browser."""

import json
import threading
import time

import numpy as np
import pytest
from explorers import Try, everything, sweep

from cnnlab.explore import Explorer
from cnnlab.explore.live.frames import pack
from cnnlab.explore.live.view import View
from cnnlab.explore.toolkit.controls import Slider
from cnnlab.explore.toolkit.scene import Grid, Scene


def unpack(packed):
    """What the browser makes of a message (frames.js), in Python."""
    text, numbers = packed
    message = json.loads(text)
    arrays = [
        key
        if offset is None
        else np.frombuffer(numbers, {"f": "<f4", "b": np.uint8}[kind], int(np.prod(shape)), offset).reshape(shape)
        for kind, offset, shape, *key in message["arrays"]
    ]

    def revive(value):
        if isinstance(value, dict):
            return arrays[value["$"]] if "$" in value else {name: revive(item) for name, item in value.items()}
        return [revive(item) for item in value] if isinstance(value, list) else value

    return [revive(frame) for frame in message["frames"]]


class Listener(View):
    """A view that keeps what it sends."""

    def __init__(self, explorer):
        super().__init__(explorer)
        explorer._view = self
        self.sent = []

    def send(self, content, buffers=None):
        self.sent.append((content, unpack(buffers) if buffers else []))

    def ask(self, do, number=1, view="v", **more):
        self.sent.clear()
        self._asked(None, {"do": do, "view": view, "number": number, **more}, [])
        return self.sent[-1] if self.sent else None


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


# ---- the Python end of the live view ----


def test_a_view_is_told_what_python_sets():
    explorer = Try()
    view = Listener(explorer)
    explorer.set(a=2)
    content, (frame,) = view.sent[-1]
    assert content["kind"] == "frame" and frame["values"]["a"] == 2 and frame["disabled"] == ["step"]
    np.testing.assert_array_equal(frame["scene"]["rows"][0][0]["values"], 2 * np.arange(6.0).reshape(2, 3))


def test_a_question_is_answered_with_its_number():
    explorer = Try()
    view = Listener(explorer)
    content, (frame,) = view.ask("set", number=7, name="a", value=-1)
    assert content["seen"] == {"v": 7} and frame["values"]["a"] == -1 and explorer.values["a"] == -1
    content, frames = view.ask("set", number=8, name="a", value=2, drawn={})
    assert content == {"kind": "seen", "seen": {"v": 8}, "by": "v"} and not frames and explorer.values["a"] == 2
    view.ask("hello", number=1, view="other")
    content, frames = view.ask("set", number=9, name="a", value=1, drawn={})
    assert content == {"kind": "seen", "seen": {"v": 9, "other": 1}, "by": "v"}, "the other view knows that it has not"
    view.ask("bye", view="other")
    assert view.ask("hello", number=9)[0]["seen"] == {"v": 9}
    content, frames = view.ask("set", number=10, name="e", at=[1, 2], value=9)
    assert frames[0]["values"]["e"][1, 2] == 9 and explorer.values["e"][1, 2] == 9
    view.ask("press", number=11, name="step")
    assert explorer.count == 1
    view.ask("reset", number=12)
    assert explorer.values["a"] == 1 and explorer.count == 0


def test_a_view_that_has_drawn_other_consequences_than_python_is_told():
    explorer = Try()
    view = Listener(explorer)
    explorer.set(a=2)
    content, frames = view.ask("set", name="where", value=[1, 1], drawn={"a": 2, "mode": "mild"})
    assert content["kind"] == "seen" and not frames
    content, frames = view.ask("set", name="where", value=[1, 2], drawn={"a": 1, "mode": "mild"})
    assert content["kind"] == "frame" and frames[0]["values"]["a"] == 2 and content["otherwise"] == "v"
    content, _ = view.ask("set", name="where", value=[1, 2])
    assert content["otherwise"] is None


def test_a_view_gets_an_answer_whatever_goes_wrong():
    """Otherwise it would wait for ever, and everything that the hand does after that with it."""

    class Fragile(Try):
        def __init__(self):
            super().__init__()
            self.controls["step"].when = lambda a, **_: 1 // (2 - a) > 0

        def consequences(self, name, values):
            if values["a"] == -1:
                raise KeyboardInterrupt
            return super().consequences(name, values)

        def scene(self, a, **values):
            scene = super().scene(a=a, **values)
            return scene if a else Scene([Grid(name="e", values=[[0]], title=object())], "A title that cannot travel.")

    explorer = Fragile()
    view = Listener(explorer)
    content, (frame,) = view.ask("set", name="a", value=2)
    assert "by zero" in frame["error"] and explorer.values["a"] == 2
    content, (frame,) = view.ask("set", name="a", value=-1)
    assert content["refused"].startswith("KeyboardInterrupt") and explorer.values["a"] == 2
    content, (frame,) = view.ask("set", name="a", value=0)
    assert "a scene holds numbers" in frame["error"].lower() and frame["scene"] is None
    assert isinstance(explorer.error, TypeError)
    content, frames = view.ask("sweep", name="a", token=1, wanted=[2, 3])
    assert content["done"] == [2, 3] and all(frame["scene"] is None for frame in frames)


def test_what_an_action_has_done_before_it_raises_is_a_new_state():
    class Halfway(Try):
        def restart(self):
            self.count = 5
            raise ValueError("no further")

    explorer = Halfway()
    explorer.controls["step"].action = lambda **_: explorer.restart()
    view, before = Listener(explorer), explorer.version
    content, (frame,) = view.ask("press", name="step")
    assert content["refused"] == "No further" and frame["version"] > before, "what was computed ahead holds no longer"


def test_an_observer_that_raises_does_not_hide_the_change_from_the_view():
    explorer = Try()
    view = Listener(explorer)
    explorer.observe(lambda changes: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        explorer.set(a=2)
    assert view.sent[-1][1][0]["values"]["a"] == 2


def test_what_a_view_has_is_not_sent_again_but_python_s_own_news_is_whole():
    class Photo(Try):
        def scene(self, **values):
            return Scene([Grid(name="e", values=np.ones((50, 50)))], "Ones, and nothing else.")

    explorer = Photo()
    view = Listener(explorer)
    key = json.loads(view.first_text)["arrays"][0][3]
    for question in ({"do": "hello"}, {"do": "sweep", "name": "a", "token": 1, "wanted": [0]}):
        assert view.ask(**question, has=[key])[1][0]["scene"]["rows"][0][0]["values"] == [key]
        assert len(view.ask(**question)[1][0]["scene"]["rows"][0][0]["values"]) == 50
    explorer.set(a=2)
    assert len(view.sent[-1][1][0]["scene"]["rows"][0][0]["values"]) == 50, "who listens is not known here"


def test_an_observer_that_changes_more_is_seen_by_the_view_that_had_drawn_already():
    explorer = Try()
    view = Listener(explorer)
    explorer.observe(lambda changes: explorer.set(eta=1.0))
    content, frames = view.ask("set", name="a", value=2, drawn={})
    assert content["kind"] == "frame" and frames[0]["values"]["eta"] == 1.0


def test_the_sweep_of_a_control_gives_the_scenes_of_its_positions_and_changes_nothing():
    explorer = Try()
    view = Listener(explorer)
    content, frames = view.ask("sweep", name="a", token=3, wanted=[4, 0])
    assert content == {"kind": "sweep", "view": "v", "token": 3, "done": [4, 0]}
    assert [frame["values"]["a"] for frame in frames] == [2, -2] and explorer.values["a"] == 1
    np.testing.assert_array_equal(frames[1]["scene"]["rows"][0][0]["values"], -2 * np.arange(6.0).reshape(2, 3))
    _, frames = view.ask("sweep", name="e", at=[0, 1], token=3, wanted=[12])
    assert frames[0]["values"]["e"][0, 1] == 3
    _, frames = view.ask("sweep", name="where", token=3, wanted=[7])
    assert frames[0]["values"]["where"] == [1, 3]
    _, frames = view.ask("sweep", name="mode", token=3, wanted=[1])
    assert frames[0]["values"]["mode"] == "strict" and frames[0]["values"]["where"] == [0, 0]


def test_a_position_whose_consequences_raise_leaves_the_others_their_frames():
    class Fragile(Try):
        def consequences(self, name, values):
            if values["a"] == 2:
                raise RuntimeError("two is too much")
            return super().consequences(name, values)

    explorer = Fragile()
    content, frames = Listener(explorer).ask("sweep", name="a", token=1, wanted=[3, 4, 2])
    assert content["done"] == [3, 4, 2] and [frame["values"]["a"] for frame in frames] == [1, 2, 0]
    assert [frame["error"] for frame in frames] == [None, "Two is too much", None]
    assert frames[1]["scene"] is None and explorer.error is None and explorer.values["a"] == 1


def test_the_error_of_an_explorer_is_that_of_the_last_change_and_of_no_glance_ahead():
    explorer = Try()
    view = Listener(explorer)
    view.ask("set", name="mode", value="strict")
    _, (frame,) = view.ask("sweep", name="a", token=1, wanted=[2])
    assert frame["error"] and explorer.error is None
    view.ask("set", name="a", value=0)
    assert isinstance(explorer.error, ZeroDivisionError)
    view.ask("set", name="a", value=99)
    assert isinstance(explorer.error, ValueError)
    view.ask("set", name="a", value=1)
    assert explorer.error is None
    explorer.set(a=0)
    assert isinstance(explorer.error, ZeroDivisionError)
    view.ask("set", name="a", value=-1, drawn={})
    assert explorer.error is None


def test_a_slow_scene_is_swept_in_small_portions():
    class Slow(Try):
        def scene(self, **values):
            time.sleep(0.02)
            return super().scene(**values)

    content, frames = Listener(Slow()).ask("sweep", name="a", token=1, wanted=[0, 1, 2, 3, 4])
    assert content["done"] == [0, 1] and len(frames) == 2


def test_a_view_and_a_cell_take_turns_with_what_they_drive():
    inside, most = [], []

    class Counting(Try):
        def scene(self, **values):
            inside.append(1)
            time.sleep(0.02)
            most.append(len(inside))
            inside.pop()
            return super().scene(**values)

    explorer = Counting()
    view = Listener(explorer)
    asking = threading.Thread(target=lambda: [view.ask("sweep", name="a", token=1, wanted=[0, 1]) for _ in range(4)])
    asking.start()
    for _ in range(8):
        explorer.current()
    asking.join()
    assert max(most) == 1 and len(most) > 12


def test_errors_reach_the_view_in_words():
    explorer = Try()
    view = Listener(explorer)
    view.ask("set", name="mode", value="strict")
    content, (frame,) = view.ask("set", name="a", value=0)
    assert frame["error"] == "A line of slope 0 has no knot" and frame["scene"] is None and frame["values"]["a"] == 0
    content, (frame,) = view.ask("set", name="a", value=99)
    assert content["refused"].startswith("A must be a number from -2 to 2") and explorer.values["a"] == 0
    content, (frame,) = view.ask("set", name="a", value=1)
    assert content["refused"] is None and frame["error"] is None


def test_the_output_holds_view_picture_and_words():
    explorer = Try()
    bundle = explorer._repr_mimebundle_()
    assert bundle["image/png"].startswith(b"\x89PNG")
    assert bundle["text/plain"] == "A try: Slope 1 at eta = 0.1, point 0, 0, 0 steps." == repr(explorer)
    assert "application/vnd.jupyter.widget-view+json" in bundle
    explorer.set(a=2)
    explorer._repr_mimebundle_()
    (frame,) = unpack((explorer._view.first_text, explorer._view.first_numbers))
    assert frame["values"]["a"] == 2, "an output shown later must not start with an old picture"


def test_what_the_view_knows_of_the_controls_is_plain_json():
    specs = {spec["name"]: spec for spec in Listener(Try()).controls}
    assert json.loads(json.dumps(specs)) is not None
    assert specs["eta"]["all"] == [0.01, 0.1, 1.0] and specs["eta"]["digits"] == 2
    assert specs["where"]["rows"] == 3 and specs["mode"]["options"] == ["mild", "strict"]


def test_an_explorer_that_cannot_draw_its_first_picture_raises_where_it_is_shown():
    explorer = Try()
    explorer.set(mode="strict", a=0)
    with pytest.raises(ZeroDivisionError):
        explorer._repr_mimebundle_()


def test_a_bug_at_one_place_of_a_long_slider_is_found_when_every_position_is_tried():
    class Long(Explorer):
        title = "A long slider"

        def __init__(self):
            super().__init__([Slider("a", lo=-2.0, hi=2.0, step=0.1, value=0.0)])

        def scene(self, a):
            return Scene(
                [Grid(name="e", values=[[1 / (a - 0.7)]])], f"One divided by {a:.1f} minus 0.7, all alone here."
            )

    with pytest.raises(ZeroDivisionError):
        sweep(Long(), all_positions=True)
