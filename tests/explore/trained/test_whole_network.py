"""Every number on the picture of a whole network is the engine's, and what is below it makes the chosen one."""

import re

import numpy as np
import pytest
from anything.odd import ODD, some_slow
from explorers import SWEEPS, assert_allclose, assert_array_equal, faults, sweep

from cnnlab import datasets
from cnnlab import layers as L
from cnnlab.analysis.receptive import activations
from cnnlab.explore.toolkit.ruler import width_of
from cnnlab.explore.trained.whole_network import BEST, NOTHING, WholeNetwork
from cnnlab.explore.trained.whole_panels import LEAST, SMALLEST
from cnnlab.losses import CrossEntropy
from cnnlab.network import Network


def digit_network(seed=0):
    """As in notebook 08, with smaller maps and weights that nobody has trained."""
    kinds = [
        L.Conv2D(3, 5),
        L.ReLU(),
        L.MaxPool2D(2),
        L.Conv2D(4, 3),
        L.ReLU(),
        L.MaxPool2D(2),
        L.Flatten(),
        L.Dense(5),
    ]
    return Network(kinds, (16, 16, 1), rng=seed)


@pytest.fixture
def view():
    digits = datasets.digits(16)
    return WholeNetwork(digit_network(), digits.x_test[:6], digits.y_test[:6] % 5)


def check_scene(view):
    """A check for `sweep`: what is shown is what the engine computes, once for each image."""
    kept = {}

    def check(scene, values):
        assert not faults(scene)
        x = values["drawing"][None] if view.drawn else view.x[values.get("image", 0)][None]
        if x.tobytes() not in kept:
            kept[x.tobytes()] = activations(view.network, x)
        _, *found = kept[x.tobytes()]
        place, unit = view.chart.unit(*values["at"])
        part = view.stages[place]
        pixels, top = scene["network"].pixels, view.tops[place]
        assert pixels[values["at"]] * top == pytest.approx(found[part.last][(0, *unit)], abs=1e-4) or np.isnan(
            pixels[values["at"]]
        )
        total = float(re.search(r": sum (\S+)$", scene["products"].title.split(" (")[0])[1].replace("−", "-"))
        e = found[part.first] if part.kind in ("convolution", "fully connected") else found[part.last]
        b = view.network[part.first].parameters.get("b") if part.kind in ("convolution", "fully connected") else None
        against = values.get("against", NOTHING)
        if against == NOTHING and part.kind != "nonlinearity" and not getattr(view.network[part.first], "rectify", 0):
            bias = 0 if b is None else b[unit[-1]]
            assert total + bias == pytest.approx(e[(0, *unit)], abs=0.006)
        if view.names:
            said = view.yhat(found[-1])[0]
            bars = [item for item in scene["scores"].items if hasattr(item, "values")]
            shown = {int(x): y for bar in bars for x, y in zip(bar.x, bar.y, strict=True)}
            assert_allclose([shown[k] for k in range(len(said))], said, atol=1e-5)
            answer = f"its answer: {view.names[int(said.argmax())]}" if len(said) > 1 else "its score"
            assert scene["scores"].title.startswith(answer)

    return check


def test_every_number_is_the_engines_wherever_one_points_and_draws(view):
    assert sweep(view, check_scene(view)) > 30
    for place, part in enumerate(view.stages):
        for k in (0, -1):
            unit = tuple(side - 1 if k else 0 for side in part.shape)
            view.set(at=view.chart.cell(place, unit))
            assert view.chart.unit(*view.values["at"]) == (place, unit)
            check_scene(view)(view.current(), view.values)


@pytest.mark.parametrize("name", some_slow(ODD))
def test_odd_networks_show_every_number(name):
    network = ODD[name]()
    x = np.random.default_rng(1).uniform(-1, 1, (2, *network.input_shape)).astype(network.dtype)
    view = WholeNetwork(network, x, np.zeros(2, int))
    assert not view.trouble and sweep(view, check_scene(view)) > 15
    assert ("against" in view.controls) == (network.output_shape[0] > 1)
    assert "sum of 1 products" not in view.current().description


def test_what_a_convolution_looks_at_is_framed_in_the_maps_and_in_the_image(view):
    view.set(at=view.chart.cell(2, (1, 2, 3)))
    scene = view.current()
    (field,) = scene["image"].rectangles
    assert (field.row, field.column, field.rows, field.columns) == (2, 4, 10, 10), "5, then 6, then 6 + 2 · 2"
    windows = [box for box in scene["network"].rectangles if box.colour == 2]
    each = view.chart.stands[1].each
    assert [(box.row, box.column) for box in windows] == [view.chart.cell(1, (1, 2, d)) for d in range(3)]
    assert {(box.rows, box.columns) for box in windows} == {(3 * each, 3 * each)}
    view.set(at=view.chart.cell(1, (1, 2, 1)))
    (window,) = [box for box in view.current()["network"].rectangles if box.colour == 2]
    assert (window.row, window.column) == view.chart.cell(0, (2, 4, 1)), "pooling looks at one map"
    view.set(at=view.chart.cell(4, (6,)))
    (window,) = [box for box in view.current()["network"].rectangles if box.colour == 2]
    assert (window.row, window.column) == view.chart.cell(3, (0, 1, 2)), "flatten takes it from there"


def test_a_misread_image_is_compared_with_what_it_is(view):
    view.press("misread")
    found = view.wrong[view.wrong > 0][0]
    assert_array_equal(view.values["drawing"], view.x[found])
    scores = view.network.predict(view.x[found][None])[0]
    answer, truth = int(scores.argmax()), int(view.y[found])
    assert view.values["against"] == str(truth)
    scene = view.current()
    assert scene["weights"].title == f"w: {answer} minus {truth}"
    gap = re.search(rf"The score of {answer} is (\S+) above that of {truth}", scene.description)
    assert float(gap[1]) == pytest.approx(scores[answer] - scores[truth], abs=0.006)
    view.set(against=BEST)
    second = int(np.argsort(-scores)[1])
    assert view.current()["weights"].title == f"w: {answer} minus {second}"
    view.set(drawing=view.x[found] * 0.99)
    assert "but it is" not in view.current().description, "what is drawn on is nothing that is known"


OTHERS = {
    "other layers": (
        lambda: WholeNetwork(Network([L.Conv2D(2, 3), L.BatchNorm(), L.Flatten(), L.Dense(2)], (8, 8, 1))),
        "this network has norm1 (BatchNorm)",
    ),
    "no network": (lambda: WholeNetwork("1989"), "network must be a Network; got str"),
    "signals": (lambda: WholeNetwork(Network([L.Dense(2)], (3,))), "network must take images (H, W, C)"),
    "another size": (
        lambda: WholeNetwork(digit_network(), np.zeros((2, 8, 8, 1), np.float32)),
        "x must have shape (N, 16, 16, 1)",
    ),
    "NaN": (lambda: WholeNetwork(digit_network(), np.full((1, 16, 16, 1), np.nan, np.float32)), "x must be finite"),
    "too much ink": (
        lambda: WholeNetwork(digit_network(), np.full((1, 16, 16, 1), 2, np.float32)),
        "with values from -1 to 1",
    ),
    "names": (lambda: WholeNetwork(digit_network(), names=["cat", "dog"]), "names must be 5 words"),
    "names in one text": (lambda: WholeNetwork(digit_network(), names="abcde"), "one for each output; got 'abcde'"),
    "a number of names": (lambda: WholeNetwork(digit_network(), names=5), "names must be 5 words, one for each output"),
    "a number of stages": (lambda: WholeNetwork(digit_network(), stages=3), "one for each box; got 3"),
    "no loss": (lambda: WholeNetwork(digit_network(), loss="mse"), "loss must be a Loss; got 'mse'"),
    "paper of words": (lambda: WholeNetwork(digit_network(), paper="white"), "paper must be"),
    "paper like ink": (lambda: WholeNetwork(digit_network(), paper=1.0), "paper and ink must be two numbers"),
    "no fit": (lambda: WholeNetwork(digit_network(), fit="whole"), "fit must be a function of a picture"),
    "another number of labels": (lambda: WholeNetwork(digit_network(), y=np.array([1, 2])), "got 40 in x, 2 in y"),
    "labels": (lambda: WholeNetwork(digit_network(), y=np.array([9])), "y must lie in 0..4"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_cannot_be_shown_gets_a_sentence_in_the_view(name):
    make, words = OTHERS[name]
    explorer = make()
    assert words in explorer.current().description and explorer.trouble.endswith(".")
    assert words in explorer._repr_mimebundle_()["text/plain"]


def test_weights_that_break_while_it_is_shown_get_a_sentence_too(view):
    kept = view.network.weights()
    view.network[0].parameters["w"][:] = np.nan
    assert "not finite" in view.current().description
    view.network.set_weights(kept)
    assert "not finite" not in view.current().description
    view.network[0].parameters["w"][0, 0, 0, 0] = np.inf
    assert "the weight 0.w holds 1 value that is not finite" in WholeNetwork(view.network).trouble


ANY = {
    "colours, borders, overlapping pooling": (
        [
            L.Conv2D(20, 3, padding="same"),
            L.LeakyReLU(),
            L.AveragePool2D(3, stride=2),
            L.Conv2D(4, (2, 3), stride=2, padding="full"),
            L.Tanh(),
            L.Decimate2D(2),
            L.Flatten(),
            L.Dense(30),
            L.Sigmoid(),
            L.Dense(3),
        ],
        (12, 17, 3),
    ),
    "too large to be drawn": (
        [L.Conv2D(2, 5, stride=3), L.MaxPool2D(3, rectify=True), L.Flatten(), L.Dense(40)],
        (70, 90, 2),
    ),
    "in the end maps": ([L.ReLU(), L.MaxPool2D(2), L.Conv2D(2, 3)], (9, 9, 1)),
    "in the end pooling, flat": ([L.Conv2D(3, 3), L.MaxPool2D(2), L.Flatten()], (8, 8, 1)),
    "two flat layers": ([L.Flatten(), L.Dense(200), L.ReLU(), L.Dense(2)], (6, 5, 1)),
}


@SWEEPS
@pytest.mark.parametrize("name", ANY)
def test_any_network_of_these_layers_is_shown(name, everywhere, rng):
    kinds, shape = ANY[name]
    network = Network(kinds, shape, rng=1)
    x = np.clip(rng.normal(0, 0.5, (3, *shape)), -1, 1).astype(np.float32)
    loss = CrossEntropy() if network.output_shape == (3,) else None
    explorer = WholeNetwork(network, x, loss=loss)
    assert not explorer.trouble
    check, seen, (rows, columns) = check_scene(explorer), 0, explorer.chart.shape
    for row in range(0, rows, 6 if everywhere else max(6, rows // 12)):
        for column in range(0, columns, 7 if everywhere else max(7, columns // 12)):
            explorer.set(at=(row, column))
            check(explorer.current(), explorer.values)
            seen += 1
    assert seen > 40
    assert explorer.picture().png()[:4] == b"\x89PNG"


HALF = ["H1", "H2", "H2 as a vector", "H3", "output"]


def test_what_stands_above_a_stage_is_never_cut_and_names_what_follows_where_there_is_room():
    """In the network of 1989 two narrow stages end in a ScaledTanh: its words name it there, its head does not."""
    for explorer in (WholeNetwork.example(), WholeNetwork(digit_network())):
        heads = explorer.current()["network"].heads
        pixel = LEAST / explorer.current()["network"].pixels.shape[1]
        assert all(width_of(head.text, SMALLEST) <= head.columns * pixel for head in heads)
        assert [head.text.split(", ")[0] for head in heads] == [part.name for part in explorer.stages]
        assert any("," in head.text for head in heads)
    explorer = WholeNetwork.example()
    assert (
        explorer.current()["network"].heads[-1].text == "dense2" and "ScaledTanh of" in explorer.current().description
    )


def test_the_boxes_are_called_as_one_likes_and_what_is_not_wired_is_not_framed():
    view = WholeNetwork(stages=HALF)
    view.set(at=view.chart.cell(1, (2, 1, 5)))
    scene = view.current()
    assert [head.text.split(",")[0] for head in scene["network"].heads] == HALF
    assert "h[2, 1, 5] of H2 is" in scene.description
    framed = {(box.row, box.column) for box in scene["network"].rectangles if box.colour == 2}
    wired = view.network["conv2"].parameters["w"].any(axis=(0, 1))[:, 5]
    assert wired.sum() == 8 and framed == {view.chart.cell(0, (2, 0, d)) for d in np.flatnonzero(wired)}
    for wrong in (HALF[:2], "H1"):
        assert "stages must be 5 words" in WholeNetwork(stages=wrong).trouble


def test_two_outputs_behind_a_tanh_are_compared_by_their_excitations():
    view = WholeNetwork()
    view.set(against=BEST)
    e = view.network.predict(view.x[:1])[0]
    e = np.arctanh(e.astype(float) / 1.7159) * 1.5
    first, second = np.argsort(-e)[:2]
    gap = re.search(rf"The excitation of {first} is (\S+) above that of {second}", view.current().description)
    assert float(gap[1]) == pytest.approx(e[first] - e[second], abs=0.01)
