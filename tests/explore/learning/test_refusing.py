"""Refusing shows what the rule refuses, and what it says of it is true at every position."""

import re

import numpy as np
import pytest
from explorers import faults, sweep

from cnnlab import datasets, models, recipes
from cnnlab.explore import Refusing
from cnnlab.layers import Dense, Flatten
from cnnlab.network import Network


def numbers(text):
    return [float(one) for one in re.findall(r"\d+(?:\.\d+)?", text)]


@pytest.fixture(scope="module")
def readers():
    data = datasets.digits(16)
    x, y = data.x_test[:90], data.y_test[:90]
    return {
        "trained": (recipes.bundled("zip_code_1989"), x, y),
        "untrained": (models.zip_code_1989(rng=3), x[:40], y[:40]),
    }


def sure(outputs, gap):
    ordered = np.sort(outputs, axis=1)
    return ordered[:, -1] - ordered[:, -2] > gap


def check_of(readers):
    def check(scene, values):
        assert not faults(scene)
        network, x, y = readers[values.get("reader", "trained")]
        outputs = network.predict(x)
        answered, wrong = sure(outputs, values["gap"]), outputs.argmax(axis=1) != y
        words = scene.description
        if answered.all():
            assert numbers(words)[:2] == [len(y), wrong.sum()]
        else:
            counted = [(~answered).sum(), len(y), (~answered & wrong).sum(), (~answered & ~wrong).sum()]
            found = re.search(r"refuses (\d+) of (\d+) .*: (\d+) it would have misread, (\d+) it would", words)
            assert [int(one) for one in found.groups()] == counted
        if answered.any() and not answered.all():
            found = numbers(words.split("Of the ")[1])[:3]
            assert found == [
                answered.sum(),
                (answered & wrong).sum(),
                pytest.approx(100 * wrong[answered].mean(), abs=0.006),
            ]
        groups = [item for item in scene["images"].items if hasattr(item, "shape")]
        shown = [~answered & ~wrong, ~answered & wrong, answered & ~wrong, answered & wrong]
        assert [len(item.x) for item in groups] == [which.sum() for which in shown]
        for item, which in zip(groups, shown, strict=True):
            assert np.array_equal(np.round(item.y), y[which]), "a dot stands in the row of its class"
        now = [item for item in scene["error"].items if getattr(item, "colour", "") == "ink"]
        if answered.any():
            assert now[0].x[0] == pytest.approx(100 * (~answered).mean())
            assert now[0].y[0] == pytest.approx(100 * wrong[answered].mean())
        else:
            assert not now and "Nothing is left" in words
        for name, which, order in (("misread", answered & wrong, 1), ("silent", ~answered & ~wrong, -1)):
            assert scene[name].title.endswith(f": {which.sum()}")
            ranks = np.argsort(np.sort(outputs, axis=1)[:, -1] - np.sort(outputs, axis=1)[:, -2], kind="stable")[
                ::order
            ]
            first = [i for i in ranks if which[i]][:8]
            for k, i in enumerate(first):
                assert np.array_equal(scene[name].pixels[:, 17 * k : 17 * k + 16], x[i, :, :, 0])
                assert scene[name].heads[k].text == f"{outputs[i].argmax()}"
                assert scene[name].heads[k].under == (f"is {y[i]}" if wrong[i] else "")
        assert [words for _, words in scene["images"].y_ticks] == list("0123456789"), "every class has its name"

    return check


def test_at_every_position_the_rule_is_counted(readers):
    assert sweep(Refusing(readers), check_of(readers), all_positions=True) > 60


def test_the_paper_stands_beside_it():
    explorer = Refusing.example()
    (mark,) = [item for item in explorer.current()["error"].items if getattr(item, "text", "")]
    assert (mark.x[0], mark.y[0], mark.text) == (12.1, 1.0, "the paper")


def test_a_function_of_ones_own_decides(readers):
    mine = Refusing(readers, function=sure)
    mine.set(gap=0.4)
    assert "all 90 decisions follow the rule" in mine.current().description
    check_of(readers)(mine.current(), mine.values)


def test_a_wrong_function_is_counted_as_it_decides(readers):
    mine = Refusing(readers, function=lambda outputs, gap: outputs.max(axis=1) > gap)
    mine.set(gap=0.5)
    outputs = readers["trained"][0].predict(readers["trained"][1])
    theirs = outputs.max(axis=1) > 0.5
    differs = theirs != sure(outputs, 0.5)
    words = mine.current().description
    assert f"refuses {(~theirs).sum()} of 90" in words
    assert f"otherwise than the rule for {differs.sum()} of 90, first for number {differs.argmax()}" in words


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda outputs, gap: ..., "gives back “...” still"),
        (lambda outputs, gap: outputs > gap, "an array of shape (90, 10); sure has the shape (90,)"),
        (lambda outputs, gap: outputs[99], "IndexError"),
    ],
)
def test_a_function_that_gives_nothing_leaves_the_picture_open(readers, function, words):
    scene = Refusing(readers, function=function).current()
    assert words in scene.description
    assert scene["misread"].title.endswith(": 0") and scene["silent"].title.endswith(": 0")


def bad(readers):
    network, x, y = readers["trained"]
    other = Network([Flatten(), Dense(3)], (16, 16, 1), rng=0)
    return {
        "readers must be one or more": {},
        r"readers\['a'\] must be \(network, x, y\)": {"a": (x, y)},
        "y must be 90 classes": {"a": (network, x, y[:4])},
        "x of readers": {"a": (network, x[:, :8], y)},
        "the same number of classes": {"a": (network, x, y), "b": (other, x, y % 3)},
        "two outputs or more": {"a": (Network([Flatten(), Dense(1)], (16, 16, 1), rng=0), x, y)},
        "grey images": {"a": (Network([Flatten(), Dense(3)], (2, 2, 3), rng=0), np.zeros((2, 2, 2, 3), "f"), [0, 1])},
    }


def test_what_cannot_be_shown_is_refused_by_name(readers):
    for words, given in bad(readers).items():
        with pytest.raises((TypeError, ValueError), match=words):
            Refusing(given)
    with pytest.raises(ValueError, match="names must be 10 words"):
        Refusing(readers, names=["one"])
    with pytest.raises(TypeError, match="function must be a function"):
        Refusing(readers, function=3)
