"""A learner's own function in every explorer that takes one: whatever it does, a sentence says so."""

import numpy as np
import pytest
from explorers import faults, marked, spread

from cnnlab import explore, recipes
from cnnlab.datasets import digits

FEW = digits(16).x_test[:20], digits(16).y_test[:20]


def cannot(*_):
    raise ValueError("three `dots` were left")


def endless(*_):
    while True:
        pass


def spoiled(*given):
    """NaN and infinity among numbers, in the shape of the first array."""
    numbers = np.array(next(one for one in given if isinstance(one, np.ndarray)), float)
    numbers.flat[0], numbers.flat[-1] = np.nan, np.inf
    return numbers


def writes(*given):
    for one in given:
        if isinstance(one, np.ndarray):
            one[...] = 7
    return given[0]


class Odd:
    """No array can be made of it, and it cannot even say what it is."""

    def __array__(self, *_, **__):
        raise RuntimeError("no array")

    def __repr__(self):
        raise RuntimeError("no words")


WILD = {
    "blank": lambda *_: ...,
    "nothing": lambda *_: None,
    "raises": cannot,
    "endless": endless,
    "other arguments": lambda: 0,
    "one number": lambda *_: 3.0,
    "NaN": lambda *_: float("nan"),
    "a string": lambda *_: "nine",
    "a ragged list": lambda *_: [[1], [2, 3]],
    "complex": lambda *given: given[0] * 1j,
    "one axis more": lambda *given: np.asarray(given[0])[None],
    "empty": lambda *_: np.zeros(0),
    "NaN and infinity": spoiled,
    "writes": writes,
    "odd": lambda *_: Odd(),
}
FIRST = ("raises", "endless", "a ragged list", "one axis more", "NaN and infinity", "writes")  # the others are slow
EXPLORERS = {
    "ConvolutionStepper": lambda f: explore.ConvolutionStepper(function=f),
    "StampedErrors": lambda f: explore.StampedErrors(function=f),
    "ToeplitzView": lambda f: explore.ToeplitzView(function=f),
    "WhyNot": lambda f: explore.WhyNot(x=FEW[0][:2], function=f),
    "WeightGradient": lambda f: explore.WeightGradient(function=f),
    "TwoConvolutions": lambda f: explore.TwoConvolutions(function=f),
    "PoolingRouter, max": lambda f: explore.PoolingRouter(function=f),
    "PoolingRouter, average": lambda f: explore.PoolingRouter(function=f, mode="average"),
    "PoolingRouter, decimation": lambda f: explore.PoolingRouter(function=f, mode="decimation"),
    "PoolingCheck": lambda f: explore.PoolingCheck(function=f),
    "Refusing": lambda f: explore.Refusing({"1989": (recipes.bundled("zip_code_1989"), *FEW)}, function=f),
}


@pytest.mark.parametrize("wild", [pytest.param(w, marks=[pytest.mark.slow] * (w not in FIRST)) for w in WILD])
@pytest.mark.parametrize("name", EXPLORERS)
def test_whatever_a_function_does_it_gets_a_sentence_and_the_view_lives_on(name, wild):
    explorer = EXPLORERS[name](WILD[wild])
    own = explorer.way.own if name == "WhyNot" else explorer.own
    own._seconds = own._allowed = 0.02  # nobody waits for it here
    told = 0
    for control, kind in [(one.name, one.kind) for one in explorer.controls.values()]:
        explorer.reset()
        if kind == "button":
            explorer.press(control) if explorer.enabled(control) else None
        elif kind != "pad":
            explorer.set(**{control: spread(explorer.positions(control))[-1]})
        scene = explorer.current()
        assert not faults(scene) and not marked(scene), (control, scene.description)
        told += "our function" in scene.description
    assert told, "nothing is said of the function"


def test_every_explorer_that_takes_a_function_is_tried():
    taking = {
        name
        for name in explore.__all__
        if name != "Explorer" and "function" in getattr(explore, name).__init__.__annotations__
    }
    assert {name.partition(",")[0] for name in EXPLORERS} == taking
