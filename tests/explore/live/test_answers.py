"""What Python answers to a view, without a widget."""

import json
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest
from explorers import Try
from messages import unpack

from cnnlab.explore.live import answers
from cnnlab.explore.live.answers import Answers
from cnnlab.explore.toolkit.controls import Matrix, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.scene import Grid, Scene


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """However busy the machine is, all that is asked for ahead is answered."""
    monkeypatch.setattr(answers, "SWEEP_SECONDS", 60.0)


class Listener:
    """A transport that keeps what it is to send, as JSON would carry it."""

    def __init__(self, explorer):
        self.answers = Answers(explorer)
        explorer._view = self
        self.sent = []

    def changed(self):
        self.keep(self.answers.changed())

    def keep(self, message):
        if message is not None:
            content = json.loads(json.dumps(message.content))
            self.sent.append((content, unpack(message.buffers) if message.buffers else []))

    def ask(self, do, number=1, view="v", **more):
        self.sent.clear()
        self.keep(self.answers.answer({"do": do, "view": view, "number": number, **more}))
        return self.sent[-1] if self.sent else None


def test_answers_need_no_widget():
    code = "import sys; import cnnlab.explore.live.answers; print({'anywidget', 'traitlets'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"


def test_a_question_that_nobody_knows_is_refused_in_words():
    content, _ = Listener(Try()).ask("dance")
    assert content["refused"].startswith("A view asked for 'dance', which is not among hello, set, press")


def test_a_nudge_is_not_answered():
    assert Listener(Try()).ask("nudge") is None


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


class Carrying(Explorer):
    """A slider that moves one cell of a matrix along, as the weights of a network have it."""

    def __init__(self):
        super().__init__(
            [
                Slider("w", "w", -1.0, 1.0, 0.1, value=0.0, carries=("weights",)),
                Matrix("weights", "weights", np.zeros((1, 3)), -1, 1, 0.1, carries=("w",)),
                Slider("eta", "eta", 0.0, 1.0, 0.1),
            ]
        )

    def consequences(self, name, values):
        if name == "w":
            return {"weights": np.array([[values["w"], *values["weights"][0, 1:]]])}
        return {"w": float(values["weights"][0, 0])} if name == "weights" else {}

    def scene(self, **values):
        return Scene([Grid("weights", values=values["weights"])], "The weights, one beside the other.")


def test_what_is_computed_ahead_for_a_control_rests_on_all_but_what_it_carries():
    explorer = Carrying()
    view = Listener(explorer)
    rests = view.ask("hello")[1][0]["rests"]
    assert rests.keys() == {"w"}, "of a matrix the view compares the values themselves"
    ahead = view.ask("sweep", name="w", token=1, wanted=[0, 5, 20])[1]
    assert [frame["rests"] for frame in ahead] == [rests] * 3
    assert view.ask("set", number=2, name="w", value=0.5)[1][0]["rests"] == rests
    for change in ({"eta": 0.5}, {"weights": [[0.5, 0.1, 0]]}, {"weights": [[0.2, 0.1, 0.3]]}):
        explorer.set(**change)
        new = view.sent[-1][1][0]["rests"]
        assert new != rests, change
        rests = new


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
    key = json.loads(view.answers.first()[0])["arrays"][0][3]
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


def test_a_slow_scene_is_swept_in_small_portions(monkeypatch):
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(answers, "time", SimpleNamespace(perf_counter=lambda: clock.now))

    class Slow(Try):
        def scene(self, **values):
            clock.now += 0.6 * answers.SWEEP_SECONDS
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
