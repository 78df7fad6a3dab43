"""Why this class and not that one: what is shown on the way back is what back-propagation of the network gives."""

import re

import numpy as np
import pytest
from anything.odd import ODD, some_slow
from convolved import number
from explorers import assert_allclose, assert_array_equal, sweep

from cnnlab import MSE, CrossEntropy, datasets, layers, recipes
from cnnlab.analysis.whole.stages import NONLINEAR
from cnnlab.explore import WhyNot
from cnnlab.explore.trained.why_not import DIFFERENCE, LOSS, LOSS_OF_ONE, SCORE
from cnnlab.network import Network


def small(pool=layers.MaxPool2D, shape=(12, 12, 1), seed=0):
    stack = [layers.Conv2D(3, 3), layers.ReLU(), pool(2), layers.Conv2D(4, 2), layers.Tanh(), layers.Flatten()]
    return Network([*stack, layers.Dense(6), layers.ReLU(), layers.Dense(4)], shape, rng=seed)


def images(shape=(12, 12, 1), count=2):
    return np.random.default_rng(1).uniform(-1, 1, (count, *shape)).astype(np.float32)


def slowly(network, x, start):
    """dS by the image and by what each layer gives, by the layers of a copy in float64."""
    copy = Network([layers.from_config(layers.to_config(one)) for one in network], network.input_shape, dtype=float)
    copy.set_weights(network.weights())
    h, out = np.asarray(x, float)[None], []
    for layer in copy:
        out.append(h[0])
        h = layer.forward(h)
    d = [start[None]]
    for layer in reversed(copy.layers):
        d.append(layer.backward(d[-1]).copy())
    return h[0], [one[0] for one in reversed(d)], [*out, h[0]]


def check_of(explorer, network):
    kept = {}

    def once(x, start):
        """`slowly`, once for all that is asked about an image and a start: the network stays as it is."""
        key = np.asarray(x).tobytes(), start.tobytes()
        if key not in kept:
            kept[key] = slowly(network, x, start)
        return kept[key]

    def check(scene, values):
        x = values["drawing"] if "drawing" in values else explorer.x[values["image"]]
        scores = once(x, np.zeros(network.output_shape))[0]
        order = np.argsort(-scores, kind="stable")
        why, other = values.get("why", "the winner"), values.get("other", "the second")
        first = order[0] if why == "the winner" else explorer.names.index(why)
        rest = [k for k in order if k != first] or [first]
        second = rest[0] if other == "the second" else explorer.names.index(other)
        start, symbol = np.zeros(len(scores)), "dS"
        start[first] += 1
        start[second] -= 1
        if values["of"] == LOSS:
            symbol, start = "dL", explorer.loss.gradient(scores[None], np.array([first]))[0]
        elif values["of"] == LOSS_OF_ONE:
            symbol, start = "dL", explorer.loss.gradient(scores[None], np.array([1]))[0]
        elif values["of"] == SCORE:
            start = np.ones(1)
        _, d, out = once(x, start)
        passed = explorer.order.index(values["way_back"])
        now = len(network) - passed
        dx = scene["dx"].pixels
        if now == 0:
            assert_allclose(dx, d[0].sum(axis=2), atol=1e-9)
        else:
            assert np.isnan(dx).all() and scene["dx"].title.endswith("nothing yet")
        bars = {
            float(a): float(b)
            for bar in scene["scores"].items
            if hasattr(bar, "values")
            for a, b in zip(bar.x, bar.y, strict=True)
        }
        assert_allclose([bars[k] for k in range(len(scores))], scores, atol=1e-9)
        if len(scores) <= 20:
            assert [name for _, name in scene["scores"].x_ticks] == explorer.names, "every class has its name"
        for panel in scene.panels:
            if panel.name.startswith("stage"):
                title, what = panel.title.removeprefix("← ").split(": ")
                at = [layer.name for layer in network].index(title)
                gates = [
                    k
                    for k in (at + 2,)
                    if k <= len(network)
                    and what in ("h", f"{symbol}/dh")
                    and type(network[at]) in (layers.Conv2D, layers.Dense)
                    and type(network[k - 1]) in NONLINEAR
                ]
                place = gates[0] if gates else at + 1
                arrived = what.startswith(symbol)
                assert arrived == (now <= place), (panel.title, now)
                shown = np.sort(panel.pixels[np.isfinite(panel.pixels)].ravel())
                expected = np.sort((d if arrived else out)[place].ravel())
                assert_allclose(shown, expected, atol=1e-9)
        if passed and (first != second or values["of"] == LOSS):
            assert f"Through {network[now].name}: " in scene.description
            found = re.search(r"Before it (\d+) of (\d+) numbers are not 0", scene.description)
            assert found is None or (int(found[1]), int(found[2])) == (np.count_nonzero(d[now]), d[now].size)
        if now == 0 and (first != second or values["of"] == LOSS):
            found = re.search(r"= (−?[\d.]+); nudged, the forward pass says (−?[\d.]+)\.$", scene.description)
            assert number(found[1]) == pytest.approx(number(found[2]), abs=2e-3)
        if first == second and values["of"] == DIFFERENCE:
            assert "Choose two different classes" in scene.description and not np.any(d[0])

    return check


POOLS = [layers.MaxPool2D, layers.AveragePool2D, layers.Decimate2D]


@pytest.mark.parametrize("pool", some_slow(POOLS, POOLS[:1]))
def test_every_position_shows_what_the_layers_give(pool):
    network = small(pool)
    explorer = WhyNot(network, images(), names=["a", "b", "c", "d"])
    assert sweep(explorer, check_of(explorer, network)) > 100


@pytest.mark.parametrize("name", some_slow(ODD))
def test_odd_networks_show_what_their_layers_give(name):
    network = ODD[name]()
    explorer = WhyNot(network, images(network.input_shape))
    assert sweep(explorer, check_of(explorer, network)) > 20
    assert ("why" in explorer.controls) == (network.output_shape[0] > 1)


def test_one_score_is_asked_alone():
    explorer = WhyNot(ODD["one score"](), images((6, 6, 1)))
    assert explorer.current()["drawing"].title == "draw. Why this score?"
    assert "its gradient by itself is 1" in explorer.current().description
    explorer.set(of=LOSS_OF_ONE, way_back="conv1")
    assert explorer.current().description.startswith("L = ") and "dL/dx[3, 3]" in explorer.current().description


def test_errors_are_carried_no_further_than_they_are_shown():
    calls = []

    def counted(*arguments):
        calls.append(arguments[0].shape)
        return input_gradient(*arguments)

    explorer = WhyNot(small(), images(), function=counted)
    assert explorer.current() and not calls
    explorer.set(way_back="conv2")
    assert explorer.current() and len(calls) == 1
    explorer.set(way_back="conv1")
    assert explorer.current() and len(calls) == 2, "what was carried once is kept"


def test_the_bundled_network_of_1989_and_its_own_loss():
    explorer = WhyNot.example()
    check = check_of(explorer, recipes.bundled("zip_code_1989"))
    for of in (DIFFERENCE, LOSS):
        explorer.set(of=of)
        for way_back in explorer.order:
            explorer.set(way_back=way_back)
            check(explorer.current(), explorer.values)


def test_colours_of_a_size_that_no_hand_draws():
    shape = (70, 66, 3)
    stack = [layers.Conv2D(3, 5, stride=3), layers.ReLU(), layers.AveragePool2D(2), layers.Flatten(), layers.Dense(3)]
    network = Network(stack, shape, rng=0)
    explorer = WhyNot(network, images(shape), loss=CrossEntropy())
    assert "drawing" not in explorer.controls
    check = check_of(explorer, network)
    for values in ({}, {"image": 1}, {"way_back": "pool1"}, {"way_back": "conv1"}, {"of": LOSS}):
        explorer.set(**values)
        check(explorer.current(), explorer.values)
    one = WhyNot(network, images(shape, 1))
    one.set(image=1)
    assert one.values["image"] == 0


def test_two_classes_of_ones_own():
    explorer = WhyNot(x=datasets.digits(16).x_test[:2], classes=(3, 8))
    assert (explorer.values["why"], explorer.values["other"]) == ("3", "8")
    assert explorer.current()["drawing"].title == "draw. Why 3, not 8?"
    assert "S = s[3] − s[8] = " in explorer.current().description
    assert explorer._still()["dx"].title == "dS/dx (click a pixel)", "the still picture shows the pixels"


def test_another_image_and_what_is_drawn_is_outlined():
    explorer = WhyNot(x=datasets.digits(16).x_test[:3])
    explorer.press("another")
    scene = explorer.current()
    assert_array_equal(scene["drawing"].pixels, datasets.digits(16).x_test[1, :, :, 0])
    outline = {tuple(map(int, at)) for at in scene["dx"].highlights[0].cells}
    assert outline == {tuple(at) for at in np.argwhere(scene["drawing"].pixels > 0)}
    explorer.reset()
    assert explorer.count == 0


# ---- the learner's own function ----


def input_gradient(de, w, h_shape, stride, flip=True, add=True):
    dh, (P, Q) = np.zeros(h_shape), w.shape[:2]
    for m, n in np.ndindex(de.shape[1:3]):
        stamp = np.einsum("kd,pqcd->kpqc", de[:, m, n], w[::-1, ::-1] if flip else w)
        here = np.s_[:, m * stride : m * stride + P, n * stride : n * stride + Q]
        dh[here] = dh[here] + stamp if add else stamp
    return dh


def test_ones_own_function_carries_the_errors_to_the_pixels():
    network = small()
    right = WhyNot(network, images())
    mine = WhyNot(network, images(), function=input_gradient)
    for explorer in (right, mine):
        explorer.set(way_back="conv1")
    assert_allclose(mine.current()["dx"].pixels, right.current()["dx"].pixels, atol=1e-12)
    assert "all 144 numbers are right" in mine.current().description and not mine.current()["right"].highlights


@pytest.mark.parametrize("wrong", [{"flip": False}, {"add": False}])
def test_a_wrong_function_is_seen_at_the_pixels(wrong):
    network = small()
    right, mine = (
        WhyNot(network, images()),
        WhyNot(network, images(), function=lambda *arguments: input_gradient(*arguments, **wrong)),
    )
    for explorer in (right, mine):
        explorer.set(way_back="conv1")
    shown, expected = mine.current()["dx"], right.current()["dx"].pixels
    differ = np.argwhere(np.abs(shown.pixels - expected) > 1e-6)
    beside = mine.current()["right"]
    assert_allclose(beside.pixels, expected, atol=1e-12)
    assert len(differ) > 72 and not beside.highlights, "so many dots would hide the picture"
    count = int(re.search(r"With your function (\d+) of 144 numbers differ", mine.current().description)[1])
    assert count >= len(differ)


def test_a_few_numbers_that_differ_have_dots():
    def last_row_forgotten(de, w, h_shape, stride):
        dh = input_gradient(de, w, h_shape, stride)
        dh[:, -1] = 0
        return dh

    network = Network([layers.Conv2D(3, 3), layers.Flatten(), layers.Dense(3)], (8, 8, 1), rng=0)
    explorer = WhyNot(network, images((8, 8, 1)), function=last_row_forgotten)
    explorer.set(way_back="conv1")
    (dots,) = explorer.current()["right"].highlights
    assert {tuple(map(int, at)) for at in dots.cells} == {(7, n) for n in range(8)}
    assert "8 of 64 numbers differ, the first at [7, 0]" in explorer.current().description


def test_a_function_that_fails_gets_a_sentence_and_all_else_lives_on():
    explorer = WhyNot(small(), images(), function=lambda de, w, h_shape, stride: ...)
    explorer.set(way_back="conv1")
    scene = explorer.current()
    assert "conv2: Your function gives back “...” still" in scene.description
    assert np.isnan(scene["dx"].pixels).all() and np.isfinite(scene["scores"].items[0].y).all()
    assert sweep(explorer) > 50


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"network": 3}, TypeError, "network must be a Network; got int"),
        ({"network": small(), "x": 3 * images()}, ValueError, "x must lie between paper and ink, -1 and 1; got -2.9"),
        ({"network": small(), "x": np.full((1, 12, 12, 1), np.nan, np.float32)}, ValueError, "x "),
        ({"network": small(), "names": ["a"]}, ValueError, "names must be 4 words"),
        ({"network": Network([layers.Conv2D(2, 3)], (4, 4, 1))}, ValueError, r"a vector of scores; its output has the"),
        ({"network": ODD["one score"](), "classes": (0, 0)}, ValueError, "classes must be left out for a network with"),
        ({"classes": (3, 11)}, ValueError, r"classes must be two of 0, 1, .*; got \(3, 11\)"),
        ({"classes": 38}, ValueError, "classes must be two of"),
        ({"function": 3}, TypeError, "function must be a function"),
        ({"network": small(), "names": 3}, TypeError, "names must be 4 words, one for each score; got 3"),
        ({"network": small(), "names": ["a", "b", "b", "c"]}, ValueError, "names must be different words"),
        ({"network": small(), "names": ["a", "b", "the winner", "c"]}, ValueError, "none of them 'the winner'"),
        ({"network": small(), "loss": 3}, ValueError, r"loss must be one of 4 scores, as CrossEntropy\(\); got 3"),
        ({"paper": "white"}, TypeError, "paper must be a number; got 'white'"),
        ({"paper": 1, "ink": 1}, ValueError, "paper and ink must be two numbers"),
        ({"x": np.zeros((1, 9, 9, 1), np.float32)}, ValueError, "x must have shape"),
    ],
)
def test_what_cannot_be_shown_is_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        WhyNot(**arguments)


def test_another_kind_of_layer_is_named():
    network = Network([layers.Conv2D(2, 3), layers.BatchNorm(), layers.Flatten(), layers.Dense(2)], (6, 6, 1))
    with pytest.raises(ValueError, match=r"this network has norm1 \(BatchNorm\)"):
        WhyNot(network)


def test_the_loss_of_a_network_with_targets_starts_the_way_back():
    explorer = WhyNot(x=datasets.digits(16).x_test[:1], loss=MSE())
    explorer.set(of=LOSS, way_back=explorer.order[-1])
    assert explorer.current().description.startswith("L = ")
