"""The toolkit of the explorers, without a browser: controls, scenes, explorers, and what travels to the view."""

import json

import numpy as np
import pytest
from explorers import sweep

from cnnlab.explore import Explorer
from cnnlab.explore.controls import Button, Cell, Choice, Handle, Matrix, Slider, Toggle
from cnnlab.explore.frames import pack
from cnnlab.explore.items import Arrow, Border, Highlight, Label, Line, Link, Map, Mark, Points, Vector
from cnnlab.explore.numbers import cell_text, format_number
from cnnlab.explore.scene import Curves, Diagram, Edge, Grid, Image, Node, Plane, Scene, Table
from cnnlab.explore.view import View


class Try(Explorer):
    """All kinds of controls, and one position (a = 0 with "strict") that raises."""

    title = "A try"

    def __init__(self):
        self.count = 0
        super().__init__(
            [
                Slider("a", "slope", -2, 2, 1, value=1),
                Slider("eta", choices=[0.01, 0.1, 1.0], value=0.1),
                Choice("mode", "mode", ["mild", "strict"]),
                Toggle("on", "on", True),
                Cell("where", "cell", 3, 4, (1, 2)),
                Handle("p", "point", (-1, 1), (-1, 1)),
                Matrix("e", "e", np.arange(6.0).reshape(2, 3), -9, 9),
                Button("step", "step", self.step, when=lambda a, **_: a < 2),
            ]
        )

    def step(self, a, **_):
        self.count += 1
        return {"a": a + 1}

    def restart(self):
        self.count = 0

    def consequences(self, name, values):
        return {"where": (0, 0)} if name == "mode" else {}

    def scene(self, a, eta, mode, on, where, p, e):
        if a == 0 and mode == "strict":
            raise ZeroDivisionError("a line of slope 0 has no knot")
        return Scene(
            [Grid(name="e", values=a * e, highlights=[Highlight([where], "here")] if on else [])],
            f"Slope {a} at eta = {eta:g}, point {p[0]:g}, {p[1]:g}, {self.count} steps.",
        )


def unpack(packed):
    """What the browser makes of a message (frames.js), in Python."""
    text, numbers = packed
    message = json.loads(text)
    arrays = [
        np.frombuffer(numbers, {"f": "<f4", "b": np.uint8}[kind], int(np.prod(shape)), offset).reshape(shape)
        for kind, offset, shape in message["arrays"]
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
        self._asked(self, {"do": do, "view": view, "number": number, **more}, [])
        return self.sent[-1] if self.sent else None


# ---- controls ----


def test_a_slider_has_all_its_positions_exactly():
    slider = Slider("b", lo=-2.0, hi=2.0, step=0.1, value=0.3)
    assert len(slider.positions()) == 41
    assert slider.positions()[23] == 0.3 and slider.positions()[20] == 0.0 and slider.positions()[-1] == 2.0
    assert slider.digits == 1
    assert slider.check(np.float32(0.1)) == 0.1
    assert slider.check(0.123) == 0.123, "Python may set what lies between two steps"
    whole = Slider("n", lo=1, hi=6, step=1, value=2)
    assert whole.positions() == [1, 2, 3, 4, 5, 6] and isinstance(whole.check(3.0), int)


@pytest.mark.parametrize("value", [2.2, float("nan"), "1", None, True, [1.0]])
def test_a_slider_refuses_what_it_cannot_take(value):
    with pytest.raises(ValueError, match="b must be a number from -2 to 2; got"):
        Slider("b", lo=-2.0, hi=2.0, step=0.1).check(value)


def test_controls_refuse_in_words():
    with pytest.raises(ValueError, match="n must be one of 1, 2, 3"):
        Slider("n", lo=1, hi=3, step=1, value=1).check(1.5)
    with pytest.raises(ValueError, match="f must be one of 'tanh', 'ReLU'; got 'relu'"):
        Choice("f", options=["tanh", "ReLU"]).check("relu")
    with pytest.raises(ValueError, match="on must be True or False; got 1"):
        Toggle("on").check(1)
    for wrong in ((3, 0), (0, -1), (0.5, 0), 1, (0, 0, 0)):
        with pytest.raises(ValueError, match=r"where must be \(row, column\) with 0 <= row < 3"):
            Cell("where", rows=3, columns=4).check(wrong)
    with pytest.raises(ValueError, match="p must be"):
        Handle("p").check((0.0, 1.5))
    for wrong in (np.zeros((3, 2)), np.full((2, 3), 10.0), np.full((2, 3), np.nan), [["a"] * 3] * 2):
        with pytest.raises(ValueError, match=r"e must be an array of shape \(2, 3\)"):
            Matrix("e", value=np.zeros((2, 3))).check(wrong)
    with pytest.raises(ValueError, match="needs lo < hi"):
        Slider("x", lo=1, hi=1)
    with pytest.raises(ValueError, match="choices must ascend"):
        Slider("x", choices=[1, 3, 2], value=1)


def test_a_matrix_hands_out_copies_that_cannot_be_written():
    mine = np.zeros((2, 3))
    explorer = Try()
    explorer.set(e=mine)
    mine[0, 0] = 5
    assert explorer.values["e"][0, 0] == 0
    with pytest.raises(ValueError, match="read-only"):
        explorer.values["e"][0, 0] = 1


# ---- explorers ----


def test_set_press_reset_and_observers():
    explorer, heard = Try(), []
    explorer.observe(heard.append)
    explorer.set(a=-1, eta=1.0)
    explorer.set(a=-1)  # nothing new: nobody is called
    explorer.press("step", times=2)
    assert explorer.values["a"] == 1 and explorer.count == 2
    explorer.set(mode="strict")
    assert explorer.values["where"] == (0, 0), "the consequence of a choice"
    explorer.reset()
    first = [{"a": -1, "eta": 1.0}, {"a": 0}, {"a": 1}, {"mode": "strict", "where": (0, 0)}]
    assert heard[:-1] == first and heard[-1] == {"eta": 0.1, "mode": "mild", "where": (1, 2)}
    assert explorer.values["mode"] == "mild" and explorer.values["where"] == (1, 2) and explorer.count == 0
    explorer.set(a=2)
    explorer.press("step")
    assert explorer.count == 0, "the button is greyed at a = 2"
    explorer.unobserve(heard.append)
    explorer.set(a=0)
    assert heard[-1] == {"a": 2}


def test_what_was_asked_for_in_one_breath_wins_over_consequences():
    explorer = Try()
    explorer.set(where=(2, 2), mode="strict")
    assert explorer.values["where"] == (2, 2)


def test_an_impossible_value_changes_nothing():
    explorer = Try()
    for wrong, words in (
        ({"a": 7}, "a must be"),
        ({"nothing": 1}, "there is no control 'nothing'"),
        ({"step": 1}, "is a button"),
    ):
        with pytest.raises(ValueError, match=words):
            explorer.set(eta=1.0, **wrong)
        assert explorer.values["eta"] == 0.1
    with pytest.raises(ValueError, match="there is no button 'a'; the buttons are step"):
        explorer.press("a")


def test_two_controls_of_one_name_are_refused():
    with pytest.raises(ValueError, match="different names"):
        Explorer([Toggle("a"), Toggle("a")])


def test_the_sweep_finds_a_bug_at_one_position_in_one_mode():
    with pytest.raises(ZeroDivisionError):
        sweep(Try())

    class Sound(Try):
        def scene(self, a, mode, **values):
            return super().scene(a=a, mode="mild", **values)

    assert sweep(Sound()) > 60


def test_the_sweep_finds_a_scene_that_is_not_a_function_of_the_values():
    class Drifting(Try):
        def scene(self, **values):
            self.count += 1
            return super().scene(**(values | {"mode": "mild"}))

    with pytest.raises(AssertionError, match="two different scenes"):
        sweep(Drifting())


# ---- numbers ----


@pytest.mark.parametrize(
    "value, digits, text",
    [
        (1.25, 1, "1.3"),
        (-0.04, 1, "0.0"),
        (-1.5, 0, "−2"),
        (np.nan, 2, ""),
        (-np.inf, 2, "−∞"),
        (0.1, 2, "0.10"),
        (-1e30, 0, "−1.0e30"),
        (9_000_000_001, 0, "9000000001"),
    ],
)
def test_numbers_are_printed_alike_everywhere(value, digits, text):
    assert format_number(value, digits) == text


def test_exact_zeros_stand_out():
    assert [cell_text(v, 2) for v in (0.0, -0.0, 0.001, 0.25)] == ["0", "0", "0.00", "0.25"]


# ---- scenes ----


def test_a_grid_chooses_digits_and_a_scale_that_is_symmetric():
    assert Grid(name="e", values=[[1.0, -3.0]]).digits == 0
    assert Grid(name="e", values=[[0.5, np.nan]]).digits == 1
    assert Grid(name="e", values=[[0.125, 1.0]]).digits == 2
    assert Grid(name="e", values=[[1.0, -3.0]]).scale == (-3.0, 3.0)
    assert Grid(name="e", values=[[0.0]]).scale == (-1.0, 1.0)
    assert Grid(name="x", values=[[0.2, 0.7]], colours="ink").scale == (0.0, 0.7)
    assert Grid(name="e", values=[[1.0]], scale=5).scale == (-5.0, 5.0)


@pytest.mark.parametrize(
    "build, words",
    [
        (
            lambda: Grid(name="e", values=np.zeros(3)),
            r"e: values must be a 2-dimensional array of real numbers; got shape \(3,\)",
        ),
        (lambda: Grid(name="e", values=np.zeros((2, 2)), capacity=(1, 4)), r"capacity \(1, 4\) is too small"),
        (lambda: Grid(name="e", values=np.zeros((2, 2)), colours="jet"), "colours must be one of"),
        (lambda: Grid(name="e", values=np.zeros((2, 2)), texts=[["a"]]), "texts must have the shape"),
        (lambda: Image(name="x", pixels=np.zeros((4, 4, 2))), r"\(H, W, 3\)"),
        (lambda: Curves(name="c", x=(1, 1)), "low < high"),
        (lambda: Curves(name="c", y=(0, 1), y_log=True), "above 0"),
        (lambda: Line([1, 2], [1]), "same length; got 2 and 1"),
        (lambda: Line([1.0], [1.0], colour="red"), "colour must be"),
        (lambda: Points([1, 2], [1, 2], drag="p"), "one point"),
        (lambda: Mark(), "either x"),
        (lambda: Highlight([(0, 0)], style="glow"), "style must be"),
        (lambda: Table(name="t", rows=[["a"], ["b", "c"]]), "same number of cells"),
        (lambda: Scene([Table(name="t", rows=[["a"]])], " "), "in words"),
        (lambda: Scene([Table(name="t", rows=[["a"]])] * 2, "twice"), "different names"),
        (
            lambda: Scene([Table(name="t", rows=[["a"]])], "x", arrows=[Arrow(("t", 0, 0), ("u", 0, 0))]),
            "'u' that is not there",
        ),
        (lambda: Scene([Table(name="t", rows=[["a"]])], "x", links=[Link("v", "t", [])]), "'v' that is not there"),
    ],
)
def test_a_wrong_panel_is_refused_in_words(build, words):
    with pytest.raises(ValueError, match=words):
        build()


def everything():
    """A scene with every kind of panel and item in it."""
    x = np.linspace(0.1, 1, 20)
    curves = [
        Line(x, x * x, "y"),
        Points(x[:3], x[:3], "dots", 1, shape="ring"),
        Mark(0.5, "knot"),
        Mark(y=0.5, label="limit"),
    ]
    plane = [
        Border((1, -1), 0.1, "1", shade=True),
        Vector(0, 0, 0.5, 0.5, "w"),
        Label(0.5, 0.5, "101"),
        Points([0.2], [0.3], drag="p"),
    ]
    marks = [Highlight([(0, 0)], style, i, style) for i, style in enumerate(("box", "ring", "cross", "fade", "dot"))]
    nodes = [Node(1, 1, "x", shape="circle"), Node(4, 1, "conv", "3 × 3", value=0.5, depth=2)]
    table = {"rows": [["e = w x", 1.5]], "header": ["formula", "value"], "align": "lr", "colours": {(0, 1): 1}}
    background = Map(np.random.default_rng(0).normal(size=(5, 6)))
    return Scene(
        [
            [
                Curves(
                    name="c", title="c", items=curves, y=(0.01, 10), y_log=True, x_ticks=[(0.5, "half")], y_label="y"
                ),
                Plane(name="p", items=plane, background=background),
                Grid(name="g", values=[[1, np.nan], [-2.5, 0]], highlights=marks, row_label="m", column_label="n"),
            ],
            [
                Image(name="i", pixels=np.zeros((6, 7, 3)), symbol="x"),
                Table(name="t", **table),
                Diagram(name="d", nodes=nodes, edges=[Edge(0, 1, "w")]),
            ],
        ],
        "Everything there is.",
        arrows=[Arrow(("g", 0, 0), ("t", 0, 1), label="to"), Arrow(("d", 0, 0), ("i", 2, 2))],
        links=[Link("g", "i", [(0, 0, 1, 1)])],
    )


def test_every_kind_of_panel_is_painted_as_a_still_picture():
    picture = everything()
    from cnnlab.explore.still import paint

    first, second = paint(picture).png(), paint(picture).png()
    assert first == second, "the same scene must give the same bytes"
    assert first.startswith(b"\x89PNG")
    texts = [text.get_text() for axes in paint(picture).axes for text in axes.texts]
    for words in ("−2.5", "knot", "101", "formula", "conv", "to", "box", "m ↓"):
        assert words in texts, words
    assert [tick.get_text() for tick in paint(picture).axes[1].get_xticklabels()] == ["half"]
    lines = paint(picture).axes[1].get_lines()
    np.testing.assert_array_equal(lines[1].get_ydata(), picture["c"].items[0].y)


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
    content, frames = view.ask("set", number=8, name="a", value=2, drawn=True)
    assert content == {"kind": "seen", "seen": {"v": 8}} and not frames and explorer.values["a"] == 2
    view.ask("hello", number=1, view="other")
    content, frames = view.ask("set", number=9, name="a", value=1, drawn=True)
    assert frames, "the other view has not drawn it"
    view.ask("bye", view="other")
    content, frames = view.ask("set", number=10, name="e", at=[1, 2], value=9)
    assert frames[0]["values"]["e"][1, 2] == 9 and explorer.values["e"][1, 2] == 9
    view.ask("press", number=11, name="step")
    assert explorer.count == 1
    view.ask("reset", number=12)
    assert explorer.values["a"] == 1 and explorer.count == 0


def test_an_observer_that_changes_more_is_seen_by_the_view_that_had_drawn_already():
    explorer = Try()
    view = Listener(explorer)
    explorer.observe(lambda changes: explorer.set(eta=1.0))
    content, frames = view.ask("set", name="a", value=2, drawn=True)
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


def test_a_slow_scene_is_swept_in_small_portions():
    class Slow(Try):
        def scene(self, **values):
            import time

            time.sleep(0.02)
            return super().scene(**values)

    content, frames = Listener(Slow()).ask("sweep", name="a", token=1, wanted=[0, 1, 2, 3, 4])
    assert content["done"] == [0, 1] and len(frames) == 2


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
