"""The test that every explorer must stand finds what it is made to find."""

import pytest
from explorers import Try, sweep

from cnnlab.explore import Explorer
from cnnlab.explore.toolkit.controls import Slider
from cnnlab.explore.toolkit.items import Highlight
from cnnlab.explore.toolkit.scene import Grid, Scene


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


@pytest.mark.parametrize("where", ["words", "title", "cell", "legend"])
def test_the_sweep_finds_marks_of_markdown_wherever_a_picture_has_them(where):
    """They would be painted as they stand: what is drawn on a canvas or by matplotlib is no page."""

    class Marked(Explorer):
        title = "Marked"

        def __init__(self):
            super().__init__([Slider("a", lo=0, hi=1, step=1, value=0)])

        def scene(self, a):
            text = {name: "plain" for name in ("words", "title", "cell", "legend")}
            text |= {where: "your `h @ w` stopped" if a else text[where]}
            marks = [Highlight([(0, 0)], text["legend"])]
            grid = Grid(name="e", title=text["title"], values=[[a]], texts=[[text["cell"]]], highlights=marks)
            return Scene([grid], f"A picture of one number, and {text['words']} words.")

    with pytest.raises(AssertionError, match=r"marks that a picture does not know: .*`h @ w`"):
        sweep(Marked())


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
