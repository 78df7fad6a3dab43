"""Explorers without a browser: set, press, reset, observe."""

from typing import ClassVar

import numpy as np
import pytest
from explorers import Try

from cnnlab import explore
from cnnlab.explore import Explorer
from cnnlab.explore.toolkit.control import lasts_of
from cnnlab.explore.toolkit.controls import Button, Choice, Slider, Toggle
from cnnlab.explore.toolkit.scene import Image, Scene
from cnnlab.picture import Picture, new_figure


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


def test_what_follows_from_one_value_does_not_reach_another_by_way_of_its_consequences():
    class Inside(Try):
        def consequences(self, name, values):
            if name == "a":
                return {"where": (2, 3)}
            return {"where": tuple(min(side, 2) for side in values["where"])} if name == "where" else {}

    explorer = Inside()
    explorer.set(where=(1, 1), a=2)
    assert explorer.values["where"] == (1, 1)
    explorer.set(where=(2, 3), a=0)
    assert explorer.values["where"] == (2, 2), "its own consequence still holds"


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


def test_an_explorer_is_painted_and_shown_by_what_was_handed_in(monkeypatch):
    class Showing:
        def __init__(self, explorer):
            self.explorer, self.news = explorer, 0

        def changed(self):
            self.news += 1

        def mimebundle(self):
            return {"text/html": f"<b>{self.explorer.title}</b>"}

    painted = Picture(new_figure()[0], "a picture")
    monkeypatch.setattr(Explorer, "paint", staticmethod(lambda scene: painted))
    monkeypatch.setattr(Explorer, "show", Showing)
    explorer = Try()
    assert explorer.picture() is painted
    bundle = explorer._repr_mimebundle_()
    assert bundle["text/html"] == "<b>A try</b>" and bundle["image/png"] == painted.png()
    explorer.set(a=2)
    assert explorer._view.news == 1 and explorer._repr_mimebundle_()["text/plain"] == repr(explorer)


def test_an_untouched_explorer_is_shown_in_a_telling_position_and_then_where_it_is():
    class Telling(Try):
        telling: ClassVar = {"a": -2, "mode": "strict"}

    explorer = Telling()
    assert "Slope -2 at" in explorer._repr_mimebundle_()["text/plain"] and "Slope 1 at" in repr(explorer)
    assert explorer.values["a"] == 1 and explorer.version == 0, "nothing is changed by it"
    explorer.set(a=2)
    assert "Slope 2 at" in explorer._repr_mimebundle_()["text/plain"]
    explorer.reset()
    assert "Slope 1 at" in explorer._repr_mimebundle_()["text/plain"], "after a reset it is where the learner left it"


class Maps(Explorer):
    """A slider whose last position follows from another control."""

    def __init__(self):
        self.counts = {"few": 3, "many": 8}
        last = lambda layer, **_: self.counts[layer] - 1  # noqa: E731
        super().__init__(
            [
                Choice("layer", "layer", list(self.counts), "many"),
                Slider("d", "map d", 0, 7, 1, value=6, last=last),
                Button("end", "the last", lambda **_: {"d": 7}),
            ]
        )

    def scene(self, layer, d):
        return Scene([[Image(name="h", title="h", symbol="h", pixels=np.full((2, 2), d))]], f"Map {d} of {layer} maps.")


def test_a_slider_ends_where_other_controls_let_it_end():
    explorer = Maps()
    assert explorer.values["d"] == 6
    explorer.set(layer="few")
    assert explorer.values["d"] == 2, "it is brought back by the control that leaves it fewer"
    explorer.set(d=5)
    assert explorer.values["d"] == 2, "and comes no further by itself,"
    explorer.press("end")
    assert explorer.values["d"] == 2, "or by a button,"
    explorer.set(layer="many", d=7)
    assert explorer.values["d"] == 7
    explorer.set(layer="few", d=7)
    assert explorer.values["d"] == 2, "or beside the other in one call"


NAMES = [name for name in explore.__all__ if name != "Explorer"]


@pytest.mark.parametrize("name", NAMES)
def test_every_slider_begins_and_stays_before_its_last_position(name):
    explorer = getattr(explore, name).example()
    for other in [None, *(n for n, c in explorer.controls.items() if c.kind == "choice")]:
        for option in explorer.positions(other) if other else [None]:
            if other:
                explorer.set(**{other: option})
            for slider, last in lasts_of(explorer.controls, explorer.values).items():
                assert explorer.controls[slider].all[0] <= explorer.values[slider] <= last, (slider, option)
                assert last in explorer.controls[slider].all, (slider, option)
