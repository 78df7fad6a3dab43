"""Parabola lets a rule walk, the lecture's or the learner's own, and says truly what it does, at every position."""

import re

import numpy as np
import pytest
from explorers import sweep

from cnnlab.analysis.learning.own_rule import of_the_lecture
from cnnlab.explore import Parabola
from cnnlab.explore.still.boxes import layout


def number(text):
    return float(text.replace("−", "-"))


def test_the_walk_of_the_lecture_is_shown_and_told_at_every_position():
    def check(scene, values):
        steps, eta, curvature, u = values["steps"], values["eta"], values["curvature"], values["start"][0]
        factor = 1 - eta * curvature
        walk = u * factor ** np.arange(steps + 1)
        shown = scene["steps"].items[1]
        seen = np.abs(walk) <= 8
        assert np.allclose(
            shown.y[: int(seen.all()) or int(seen.argmin())], walk[: int(seen.all()) or int(seen.argmin())]
        )
        said = re.search(
            r"1 − ηλ = (−?[\d.e−]+): ([^.]*)\. After (\d+) steps? u is (−?[\d.e+−]+) and L is", scene.description
        )
        assert number(said[1]) == pytest.approx(factor, abs=1e-3) and int(said[3]) == steps
        assert number(said[4]) == pytest.approx(walk[-1], rel=1e-3, abs=1e-12)
        meant = said[2]
        if u == 0:
            assert "stays" in meant
        elif "for ever" in meant:
            assert factor == -1
        elif "farther" in meant:
            assert factor < -1
        elif "lands nearer" in meant:
            assert -1 < factor < 0
        elif "lands in the minimum" in meant:
            assert factor == 0
        else:
            assert 0 < factor < 1 and ("crawls" in meant) == (factor > 0.85)
        rows = {words: text for words, text in scene["numbers"].rows}
        assert number(rows["next u = u − η dL/du"]) == pytest.approx(walk[-1] * factor, rel=1e-3, abs=1e-9)
        out = any("out of this picture" in getattr(item, "text", "") for item in scene["valley"].items)
        assert out == (abs(walk[-1]) > 5 or curvature * walk[-1] ** 2 / 2 > 13)

    assert sweep(Parabola(), check, all_positions=True) > 60


def test_a_rule_of_the_learners_own_drives_the_walk():
    explorer = Parabola(rule=lambda u, slope, eta: u + eta * slope)
    scene = explorer.current()
    assert "uphill" in scene.description and "the lecture's goes to −1.4" in scene.description
    assert scene["numbers"].rows[-1] == ["your rule's next u", f"−{2 * 1.3**3:.4g}"]
    explorer.set(steps=8)
    scene = explorer.current()
    assert any("out of this picture" in getattr(item, "text", "") for item in scene["valley"].items)
    right = Parabola(rule=of_the_lecture).current()
    assert "your rule goes where the lecture's goes" in right.description
    half = Parabola(rule=lambda u, slope, eta: u - eta * np.sign(slope)).current()
    assert "downhill; the lecture's goes to" in half.description
    ready = Parabola(rule=of_the_lecture)
    ready.set(steps=0)
    assert "take a step" in ready.current().description
    sweep(Parabola(rule=lambda u, slope, eta: u + eta * slope))


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (lambda u, slope, eta: ..., "gives back “...” still"),
        (lambda u, slope, eta: None, "is there a “return”"),
        (lambda u, slope, eta: u / 0, "ZeroDivisionError"),
        (lambda u, slope, eta: np.array([u, u]), "shape (2,)"),
        (lambda u, slope, eta: float("nan"), "gave NaN"),
        (lambda u: u, "TypeError"),
    ],
)
def test_a_rule_that_fails_gets_a_sentence_in_the_view(rule, words):
    explorer = Parabola(rule=rule)
    assert words in explorer.current().description
    assert explorer.current()["numbers"].rows[-1] == ["your rule's next u", "–"]
    sweep(explorer, lambda scene, values: words in scene.description or pytest.fail(scene.description))


def test_a_rule_that_throws_dice_shows_the_same_walk_for_the_same_values():
    rng = np.random.default_rng(0)
    sweep(Parabola(rule=lambda u, slope, eta: u - eta * slope + 0.1 * rng.standard_normal()))


def test_a_press_takes_one_step_until_the_last():
    explorer = Parabola()
    explorer.set(steps=29)
    explorer.press("step", times=3)
    assert explorer.values["steps"] == 30 and not explorer.enabled("step")


def test_every_limit_is_a_position_of_the_slider():
    explorer = Parabola()
    assert {2 / curvature for curvature in explorer.positions("curvature")} <= set(explorer.positions("eta"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"rule": 3}, "rule must be a function rule.u, slope, eta. .* got int"),
        ({"rule": 0.1}, "rule must be a function"),
        ({"eta": 0.07}, "eta must be one of"),
        ({"curvature": 3.0}, "curvature must be"),
        ({"start": 9.0}, "start must be"),
        ({"start": "left"}, "start must be"),
    ],
)
def test_what_cannot_be_shown_is_refused(arguments, words):
    with pytest.raises((TypeError, ValueError), match=f"^{words}"):
        Parabola(**arguments)


@pytest.mark.parametrize("width", [340, 455, 600, 925])
def test_no_row_of_the_table_is_cut_off_at_any_width_of_a_page(width):
    for explorer in (Parabola(), Parabola(rule=lambda u, slope, eta: u - eta * slope)):
        for eta in explorer.positions("eta"):
            explorer.set(eta=eta)
            texts = [text.words for at in layout(explorer.current(), width)[0] for text in at.texts]
            assert not [words for words in texts if "…" in words], eta
