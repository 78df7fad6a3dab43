"""Sequences by chance, of values that fit and that do not: nothing raised, stale or infinite, and no "nan" in words."""

import numpy as np
import pytest
from explorers import empty, faults

import cnnlab.explore as explore
from cnnlab.explore import Explorer
from cnnlab.explore.live import answers
from cnnlab.explore.live.answers import Answers
from cnnlab.explore.live.frames import pack
from cnnlab.explore.toolkit.controls import Slider
from cnnlab.explore.toolkit.items import Line
from cnnlab.explore.toolkit.scene import Curves, Grid, Scene, Table

NAMES = [name for name in explore.__all__ if name != "Explorer"]
SEQUENCES, STEPS = 200, 10
QUICK = {
    "GradientMicroscope": 1,
    "MovingCat": 1,
    "FitByHand": 1,
    "SpokenSyllable": 1,
    "TimeDelay": 1,
    "ReceptiveField": 1,
    "OwnVoice": 1,
}  # else 3
STRANGE = (
    *(None, True, -1, 0, 2, 1.5, float("nan"), float("inf"), 1e308, 2**63, 10**400, "", "a", "\x00", b"a", 1j),
    *([], [[]], {}, [0, 0], [-1, -1], [99, 0], [0, 2**70], [[1], [1, 2]], {"a": {}}, ["d"], [None], object()),
    *(np.float32(0.5), np.int8(1), np.array(1), np.array([1, 2]), np.array(["d"]), np.zeros((0, 3)), np.str_("d")),
)
QUESTIONS = ("hello", "set", "press", "reset", "sweep", "nudge", "bye", "fly", None, 3)
# What may be left empty: lines that are broken, gaps between maps, places that take no part.
EMPTY = {
    "Decisions": {("units", "Map.values"), ("units", "Line.x"), ("units", "Line.y")},
    "ConvolutionStepper": {("e", "Grid.values")},
    "Descent": {("surface", "Line.x"), ("surface", "Line.y")},
    "Drawing": {("scaledtanh1", "Image.pixels"), ("scaledtanh2", "Image.pixels")},
    "ErrorFootprint": {("weights", "Grid.values"), ("share", "Grid.values")},
    "GradientCheck": {("errors", "Line.y")},
    "GradientMicroscope": {("maps", "Image.pixels")},
    "MovingCat": {("map", "Image.pixels")},
    "OwnVoice": {("layer1", "Map.values"), ("layer2", "Map.values")},
    "Reading": {("scaledtanh1", "Image.pixels"), ("scaledtanh2", "Image.pixels")},
    "ReceptiveField": {
        ("map", "Grid.values"),
        *((panel, "Image.pixels") for panel in ("below", "map", "maps", "patches")),
    },
    "Refusing": {("misread", "Image.pixels"), ("silent", "Image.pixels")},
    "TimeDelay": {("layer1", "Map.values"), ("layer2", "Map.values")},  # fewer steps than frames
    "TrainedRegions": {("units", "Map.values"), ("units", "Line.x"), ("units", "Line.y")},
    "WholeNetwork": {(panel, "Image.pixels") for panel in ("network", "came", "weights", "products")},
    "StampedErrors": {(panel, "Grid.values") for panel in ("placed", "dh", "products")},
    "ShiftedConvolution": {("expected", "Image.pixels"), ("off", "Image.pixels")},
    "TwoConvolutions": {  # what the walk has not reached yet
        (panel, "Grid.values") for panel in ("e1", "h1", "e2", "de2", "dh1", "de1", "dx", "dw1", "dw2")
    },
    "WhyNot": {
        *((panel, "Image.pixels") for panel in ("dx", "stage0", "stage1", "stage2", "stage3", "arrives", "meets")),
        ("goes_on", "Image.pixels"),
        ("goes_on", "Grid.values"),
    },
}


class Wander:
    """A sequence of `steps` things that happen to `explorer`; random with `rng`.

    Attributes
    ----------
    accepted : list of (what, ...)
        What changed it, in order; `follow` does the same to another one.
    refused : int
        How often it said no, in words.
    """

    def __init__(self, explorer, rng, steps=10):
        self.explorer, self.rng = explorer, rng
        self.view = Answers(explorer)
        self.accepted, self.refused = [], 0
        for _ in range(steps):
            kinds = (self.fitting, self.several, self.strange, self.button, self.question, self.question)
            before = explorer.values
            kinds[rng.integers(len(kinds))]()
            if rng.random() < 0.3:  # what is drawn on the way leaves nothing behind
                self.view.answer({"do": "hello", "view": "v", "number": 1})
            assert set(explorer.values) == set(before)
        if rng.random() < 0.1:
            explorer.reset()
            self.accepted = []

    def names(self, *without):
        return [name for name, control in self.explorer.controls.items() if control.kind not in without]

    def choose(self, options):
        return options[int(self.rng.integers(len(options)))]

    def value(self, name):
        """One of the values that fit, between two steps or of a whole matrix, too."""
        control = self.explorer.controls[name]
        if control.kind == "matrix":
            count = round((control.hi - control.lo) / control.step) + 1
            return control.lo + control.step * self.rng.integers(count, size=control.shape)
        if control.kind == "handle":
            return tuple(self.rng.uniform(*side) for side in (control.x, control.y))
        return self.choose(self.explorer.positions(name))

    def set(self, values):
        before = self.explorer.values
        try:
            self.explorer.set(**values)
        except ValueError as refusal:
            self.refused += 1
            assert len(str(refusal)) < 600 and same(before, self.explorer.values), values
        else:
            self.accepted.append(("set", values))

    def fitting(self):
        name = self.choose(self.names("button"))
        self.set({name: self.value(name)})

    def several(self):
        names = self.rng.permutation(self.names("button"))[: self.rng.integers(1, 5)]
        self.set({str(name): self.value(name) for name in names})

    def strange(self):
        name = self.choose([*self.names(), "nobody"])
        self.set({name: self.choose(STRANGE)})

    def button(self):
        buttons = [name for name in self.names() if self.explorer.controls[name].kind == "button"]
        if buttons:
            name = self.choose(buttons)
            self.explorer.press(name)
            self.accepted.append(("press", name))

    def question(self):
        """What a page may send, with some of it wrong."""
        name = self.choose([*self.names(), "nobody"])
        kind = getattr(self.explorer.controls.get(name), "kind", "button")
        question = {"do": self.choose(QUESTIONS), "view": "v", "number": 1, "name": name, "wanted": [0, 1], "token": 1}
        question["value"] = self.choose(STRANGE) if kind == "button" or self.rng.random() < 0.5 else self.value(name)
        if self.rng.random() < 0.3:
            question["at"] = self.choose([*STRANGE, [0, 0]])
        if self.rng.random() < 0.4:
            question[self.choose([*question, "drawn", "has"])] = self.choose(STRANGE)
        if self.rng.random() < 0.3:
            del question[self.choose([*question])]
        before, version = self.explorer.values, self.explorer.version
        message = self.view.answer(question)
        if message is not None and message.content.get("refused"):
            self.refused += 1
            assert same(before, self.explorer.values) and self.explorer.version == version, question
        elif question.get("do") == "set":
            value, at = question["value"], question.get("at")
            if at is not None:
                matrix = np.array(before[question["name"]])
                matrix[tuple(at)] = value
                value = matrix
            self.accepted.append(("set", {question["name"]: value}))
        elif question.get("do") == "press":
            self.accepted.append(("press", question["name"]))
        elif question.get("do") == "reset":
            self.accepted = []

    def follow(self, other):
        """Bring `other`, which is new, to where the explorer is: by what was accepted alone."""
        for what, which in self.accepted:
            other.set(**which) if what == "set" else other.press(which)
        return other


def same(one, other):
    """Whether two dicts of values are the same."""
    return set(one) == set(other) and all(np.array_equal(value, other[name]) for name, value in one.items())


def shown(explorer):
    """What a page gets of the present scene, as bytes."""
    return pack([explorer.current()])


@pytest.fixture(autouse=True)
def haste(monkeypatch):
    monkeypatch.setattr(answers, "SWEEP_SECONDS", 0.0)


def wander(kind, seeds, steps=STEPS):
    """Sequence after sequence on one explorer, which is reset in between; how often it said no."""
    explorer, refused = kind.example(), 0
    first = shown(explorer)
    for seed in seeds:
        way = Wander(explorer, np.random.default_rng(seed), steps)
        refused += way.refused
        scene = explorer.current()
        assert not faults(scene), (seed, way.accepted)
        assert empty(scene) <= EMPTY.get(kind.__name__, set()), (seed, way.accepted)
        other = way.follow(kind.example())
        assert same(other.values, explorer.values), (seed, way.accepted)
        assert shown(other) == shown(explorer), f"a stale picture: {seed}, {way.accepted}"
        if all(what == "set" for what, _ in way.accepted):  # then its values are all there is to it
            other.reset()
            other.set(**explorer.values)
            assert same(other.values, explorer.values), (seed, way.accepted)
            assert shown(other) == shown(explorer), f"a stale picture: {seed}, {way.accepted}"
        explorer.reset()
        assert shown(explorer) == first, f"reset left something: {seed}, {way.accepted}"
    return refused


@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_done_with_an_explorer_it_shows_where_it_is(name):
    assert wander(getattr(explore, name), range(QUICK.get(name, 3))) > 0


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_done_with_an_explorer_it_shows_where_it_is_200_times(name):
    assert wander(getattr(explore, name), range(SEQUENCES)) > SEQUENCES


class Two(Explorer):
    """Two sliders, and words of both."""

    title = "Two sliders"

    def __init__(self):
        super().__init__([Slider("a", lo=0, hi=9, step=1, value=1), Slider("b", lo=0, hi=9, step=1, value=2)])
        self.kept = {}

    def scene(self, a, b):
        return Scene([Grid(name="e", values=[[a + b]])], f"The sum of {a} and {b} is {a + b}.")


def test_a_sound_explorer_is_let_through_and_what_it_refuses_is_counted():
    assert wander(Two, range(30)) > 60


def test_a_picture_kept_from_earlier_values_is_found():
    class Stale(Two):
        def scene(self, a, b):  # b was forgotten in the key
            return self.kept.setdefault(a, super().scene(a=a, b=b))

    with pytest.raises(AssertionError, match="a stale picture"):
        wander(Stale, range(30))


def test_values_that_do_not_come_back_when_they_are_set_are_found():
    class Drifting(Two):
        def consequences(self, name, values):
            return {"a": min(9, values["a"] + 1)} if name == "a" else {}

    with pytest.raises(AssertionError):
        wander(Drifting, range(30))


def test_a_state_that_reset_leaves_is_found():
    class Counting(Two):
        def consequences(self, name, values):
            self.kept[name] = True
            return {}

        def scene(self, a, b):
            return Scene([Grid(name="e", values=[[len(self.kept)]])], "How many of its sliders were moved.")

    with pytest.raises(AssertionError):
        wander(Counting, range(30))


@pytest.mark.parametrize(
    ("panel", "words"),
    [
        (Table(name="t", rows=[["mean", float("nan")]]), "all is well"),
        (Table(name="t", rows=[["mean", "nan"]]), "all is well"),
        (Curves(name="c", items=[Line([0.0, 1.0], [0.0, np.inf], "y")]), "all is well"),
        (Curves(name="c", items=[Line([0.0, 1.0], [0.0, 1.0], "inf of them")]), "all is well"),
        (Grid(name="g", values=[[1.0]]), "The mean is None."),
    ],
)
def test_numbers_that_are_none_are_found_in_scenes_and_words(panel, words):
    assert faults(Scene([panel], words))
    assert not faults(Scene([Grid(name="g", values=[[1.0, np.nan]])], "The mean of infinitely many is nought."))


def test_empty_places_are_found():
    scene = Scene([Grid(name="g", values=[[1.0, np.nan]]), Grid(name="h", values=[[1.0]])], "One is empty.")
    assert empty(scene) == {("g", "Grid.values")}
