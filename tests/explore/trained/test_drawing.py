"""What the network says of a drawing is what it says of this image; refused is what is not sure enough."""

import re

import numpy as np
import pytest
from explorers import assert_allclose, assert_array_equal, sweep

from cnnlab import datasets, models, since_1989
from cnnlab import layers as L
from cnnlab.analysis.learning.refusing import Answers
from cnnlab.explore.trained.answers import PROBABILITIES
from cnnlab.explore.trained.drawing import Drawing
from cnnlab.losses import CrossEntropy
from cnnlab.network import Network


@pytest.fixture
def drawing(rng):
    x = rng.uniform(-1, 1, (3, 16, 16, 1)).astype(np.float32)
    return Drawing(models.zip_code_1989(), x)


def test_every_drawing_shows_what_the_network_computes(drawing):
    network = drawing.network

    def check(scene, values):
        x, gap = values["drawing"], values["gap"]
        said = network.forward(x[None])[0]
        assert_array_equal(scene["drawing"].pixels, x[..., 0])
        assert_array_equal(scene["outputs"].items[0].y, said)
        h1 = network.layers[1].forward(network.layers[0].forward(x[None]))
        assert_array_equal(scene["scaledtanh1"].pixels[:8, :8], h1[0, :, :, 0])
        second, best = np.sort(said)[-2:]
        refused = bool(best - second < gap)
        assert scene["outputs"].title == f"outputs: {'refused' if refused else said.argmax()}"
        assert ("refuses to answer" in scene.description) is refused
        limits = [item.y for item in scene["outputs"].items[1:-1]]
        assert_allclose(limits, [best - gap] if gap else [], atol=1e-6)

    assert sweep(drawing, check, all_positions=True) > 25


def test_the_button_begins_with_another_image_and_round(drawing):
    seen = []
    for _ in range(4):
        drawing.press("another")
        seen.append(drawing.values["drawing"])
    for found, expected in zip(seen, [1, 2, 0, 1], strict=True):
        assert_array_equal(found, drawing.x[expected])
    drawing.reset()
    drawing.press("another")
    assert_array_equal(drawing.values["drawing"], drawing.x[1])


def test_by_default_the_network_of_1989_reads_digits():
    drawing = Drawing.example()
    digits = datasets.digits(16)
    right = 0
    for k in range(20):
        drawing.set(drawing=digits.x_test[k])
        right += f"The network says {digits.y_test[k]} (" in drawing.current().description
    assert right >= 12, "it has learned other digits, but digits"


def test_the_slider_tells_what_its_gap_does_to_real_zip_codes():
    """Of all 2,007 none is refused at first; the more are, the fewer of the rest are misread."""
    drawing, kept = Drawing.example(), since_1989.rejection()
    told = re.compile(
        r"Of 2,007 real zip codes it refuses ([\d.]+) % at this gap, and misreads ([\d.]+) % of the rest\.$"
    )
    refused, errors = [], []
    for gap in drawing.positions("gap")[:16]:
        drawing.set(gap=gap)
        share, error = (float(number) for number in told.search(drawing.current().description).groups())
        sure = [k for k, one in enumerate(kept["gaps"]) if one > gap]
        assert share == pytest.approx(100 * (1 - len(sure) / 2007), abs=0.051)
        assert error == pytest.approx(100 * len(set(sure) & set(kept["wrong"])) / len(sure), abs=0.051)
        refused.append(share)
        errors.append(error)
    assert refused[0] == 0 and errors[0] == pytest.approx(100 * kept["test"]["error"], abs=0.05)
    assert refused[-1] > 15 and errors[-1] < 1.2 and refused == sorted(refused)


def test_what_the_gap_costs_is_told_of_samples_of_ones_own(drawing):
    y = np.array([0, 1, 1])
    answers = Answers(np.array([[0.05, 0.02], [0.01, 0.02], [0.04, 0.0]]), y)
    mine = Drawing(drawing.network, known={"digits of mine": answers})
    assert mine.current().description.endswith(
        "Of 3 digits of mine it refuses 0.0 % at this gap, and misreads 33.3 % of the rest."
    )
    mine.set(gap=mine.positions("gap")[-1])
    assert mine.current().description.endswith("Of 3 digits of mine it refuses 100.0 % at this gap, and answers none.")
    with pytest.raises(TypeError, match="known: digits must be Answers"):
        Drawing(drawing.network, known={"digits": 3})


def test_a_photograph_of_a_digit_is_read():
    drawing, digit = Drawing.example(), datasets.digits(16).x_test[0]
    sheet = np.ones((60, 80, 3), np.float32)
    sheet[20:52, 30:62] -= np.kron((digit + 1) / 2, np.ones((2, 2, 1), np.float32))
    fitted = drawing.controls["drawing"].fitted(sheet)
    assert np.corrcoef(fitted.ravel(), digit.ravel())[0, 1] > 0.95


def test_with_a_loss_the_bars_are_probabilities_and_colours_can_be_drawn(rng):
    network = Network([L.Conv2D(2, 3), L.ReLU(), L.Flatten(), L.Dense(3)], (8, 8, 3), rng=0)
    colours = Drawing(network, names=["cat", "owl", "dog"], loss=CrossEntropy(), paper=1.0, ink=0.0)
    assert list(colours.controls) == ["drawing", "gap"], "of one empty sheet there is no other"
    photo = datasets.photo("chelsea")
    colours.set(drawing=colours.controls["drawing"].fitted(photo))
    x = colours.values["drawing"]
    assert_allclose(x, datasets.photo("chelsea", side=8), atol=0.02)
    scene = colours.current()
    assert_array_equal(scene["outputs"].items[0].y, CrossEntropy().yhat(network.forward(x[None]))[0])
    assert scene["outputs"].y == PROBABILITIES and scene["drawing"].pixels.dtype == np.uint8
    assert sweep(colours) > 5


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (dict(x=np.zeros((2, 8, 8, 1), np.float32)), r"x must have shape \(N, 16, 16, 1\)"),
        (dict(x=np.full((2, 16, 16, 1), 2, np.float32)), "drawing must be an array.*from -1 to 1"),
        (dict(names=["cat", "owl"]), "names must be 10 words, one for each output; got 2"),
        (dict(network=Network([L.Flatten(), L.Dense(1)], (16, 16, 1))), "two outputs or more"),
        (dict(network=Network([L.Dense(2)], (3,))), "network must take images"),
        (dict(paper=1.0), "paper and ink must be two numbers"),
    ],
)
def test_what_cannot_be_drawn_or_read_is_named(drawing, change, words):
    with pytest.raises(ValueError, match=words):
        Drawing(**(dict(network=drawing.network) | change))
