"""Sequences by chance, of values that fit and that do not: nothing raised, stale or infinite, and no "nan" in words."""

import numpy as np
import pytest
from wandering import Wander, empty, faults, same, shown

import cnnlab.explore as explore
from cnnlab.explore import Explorer
from cnnlab.explore.live import answers
from cnnlab.explore.toolkit.controls import Slider
from cnnlab.explore.toolkit.items import Line
from cnnlab.explore.toolkit.scene import Curves, Grid, Scene, Table

NAMES = [name for name in explore.__all__ if name != "Explorer"]
SEQUENCES, STEPS = 200, 10
QUICK = {"GradientMicroscope": 1, "MovingCat": 1, "SpokenSyllable": 1, "TimeDelay": 1, "ReceptiveField": 1}  # else 3
# What may be left empty: lines that are broken, gaps between maps, places that take no part.
EMPTY = {
    "ConvolutionStepper": {("e", "Grid.values")},
    "Descent": {("surface", "Line.x"), ("surface", "Line.y")},
    "ErrorFootprint": {("weights", "Grid.values"), ("share", "Grid.values")},
    "GradientCheck": {("errors", "Line.y")},
    "GradientMicroscope": {("maps", "Image.pixels")},
    "Reading": {("scaledtanh1", "Image.pixels"), ("scaledtanh2", "Image.pixels")},
    "ReceptiveField": {(panel, "Image.pixels") for panel in ("below", "map", "maps", "patches")},
    "ShiftedConvolution": {("expected", "Image.pixels"), ("off", "Image.pixels")},
}


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
