"""TwoConvolutions: every number at every stage is the engine's; it walks, trains, and learns by one's own function."""

import numpy as np
import pytest
from explorers import assert_allclose, assert_array_equal, sweep

from cnnlab import ops
from cnnlab.analysis.convolution.two_convolutions import blocks, edges_of
from cnnlab.explore import TwoConvolutions
from cnnlab.explore.backprop.two_convolutions import ALL, DESCENT, STAGES, WAYS
from cnnlab.explore.still.boxes import layout


def test_every_number_at_every_stage():
    def check(scene, values):
        learner, i = explorer.learner, values["i"] - 1
        x, y = learner.x[i : i + 1], learner.y[i : i + 1]
        e1 = ops.conv2d(x, learner.w1)
        h1 = np.maximum(e1, 0)
        e2 = ops.conv2d(h1, learner.w2)
        dh1 = ops.conv2d_input_gradient(e2 - y, learner.w2, h1.shape)
        de1 = dh1 * (h1 > 0)
        dw1, dw2 = (ops.conv2d_weight_gradient(*pair) for pair in ((de1, x, (3, 3, 1, 1)), (e2 - y, h1, (2, 2, 1, 1))))
        eta = values["eta"] if values["at"] == DESCENT else 0
        arrays = {"x": x, "y": y, "e1": e1, "h1": h1, "e2": e2, "de2": e2 - y, "dh1": dh1, "de1": de1}
        arrays |= {"dx": ops.conv2d_input_gradient(de1, learner.w1, x.shape), "dw1": dw1[None], "dw2": dw2[None]}
        arrays |= {"w1": (learner.w1 - eta * dw1)[None], "w2": (learner.w2 - eta * dw2)[None]}
        known = {name for way in WAYS[: WAYS.index(values["at"]) + 1] for name in STAGES[way][0]}
        for name, array in arrays.items():
            if array.ndim == 5:
                array = array[..., 0]
            expected = array[0, :, :, 0] if name in known else np.full(array.shape[1:3], np.nan)
            assert_allclose(scene[name].values, expected, atol=1e-9)
        assert_allclose(scene["loss"].items[0].y[-1], learner.losses[-1])

    explorer = TwoConvolutions()
    assert sweep(explorer, check, all_positions=True) > 40
    assert {name for made, _, _ in STAGES.values() for name in made} == {
        panel.name for panel in explorer.current().panels if panel.name != "loss"
    }


def test_next_walks_through_all_stages_and_then_the_kernels_have_learned():
    explorer = TwoConvolutions()
    w1, seen = explorer.learner.w1, []
    for _ in WAYS:
        seen.append(explorer.values["at"])
        scene = explorer.current()
        explorer.press("next")
    assert seen == list(WAYS)
    assert_array_equal(scene["w1"].values, explorer.learner.w1[:, :, 0, 0])  # as "new w1" said
    assert not np.array_equal(explorer.learner.w1, w1) and len(explorer.learner.losses) == 2
    assert explorer.values["at"] == WAYS[0] and explorer.values["i"] == 2


def test_it_trains_and_starts_again():
    explorer = TwoConvolutions()
    first = explorer.learner.w1
    explorer.press("round", 300)
    assert explorer.learner.losses[-1] < 0.05 < explorer.learner.losses[0] and explorer.values["at"] == ALL
    explorer.press("again")
    assert_array_equal(explorer.learner.w1, first)
    explorer.press("other")
    assert not np.array_equal(explorer.learner.w1, first) and explorer.learner.losses[1:] == []
    explorer.reset()
    assert_array_equal(explorer.learner.w1, first)


def test_hovering_over_an_output_lights_up_its_window():
    links = {(link.panel, link.other): link.pairs for link in TwoConvolutions().links}
    window = [tuple(pair[2:]) for pair in links["e1", "x"] if tuple(pair[:2]) == (1, 2)]
    assert window == [(1 + p, 2 + q) for p in range(3) for q in range(3)]
    met = [tuple(pair[2:]) for pair in links["dw2", "h1"] if tuple(pair[:2]) == (0, 1)]
    assert met == [(m + 1, n) for m in range(3) for n in range(3)]  # the flip: w2[0, 1] met the lower rows


def own(h, de, P, Q):
    rows, columns = de.shape[1:3]
    dw = np.zeros((P, Q, h.shape[3], de.shape[3]))
    for p, q in np.ndindex(P, Q):
        window = h[:, P - 1 - p : P - 1 - p + rows, Q - 1 - q : Q - 1 - q + columns]
        dw[p, q] = np.tensordot(window, de, axes=([0, 1, 2], [0, 1, 2]))
    return dw


def test_both_kernels_learn_by_a_function_of_ones_own():
    mine, engine = TwoConvolutions(function=own), TwoConvolutions()
    for explorer in (mine, engine):
        explorer.press("round", 20)
    assert_allclose(mine.learner.w1, engine.learner.w1)
    assert "dL/dw is yours." in mine.current().description


def test_a_wrong_one_is_ringed_and_trains_all_the_same():
    explorer = TwoConvolutions(function=lambda h, de, P, Q: own(h, de, P, Q)[::-1, ::-1])
    explorer.set(at=ALL)
    scene, right = explorer.current(), TwoConvolutions()
    right.set(at=ALL)
    for name in ("dw1", "dw2"):
        (ringed,) = (mark.cells for mark in scene[name].highlights if mark.meaning == "differs")
        off = np.abs(scene[name].values - right.current()[name].values) > 1e-6
        assert_array_equal(ringed, np.argwhere(off))
    assert "weight gradients of yours differ" in scene.description
    explorer.press("round")
    assert len(explorer.learner.losses) == 2


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda h, de, P, Q: ..., "gives back “...” still"),
        (lambda h, de, P, Q: 1 / 0, "Something is divided by 0"),
        (lambda h, de, P, Q: de, "dL/dw has the shape (2, 2, 1, 1)"),
        (lambda h, de, P, Q: np.full((P, Q, 1, 1), np.nan), "NaN"),
    ],
)
def test_a_function_in_trouble_gets_a_sentence_and_nothing_is_trained(function, words):
    explorer = TwoConvolutions(function=function)
    explorer.set(at=ALL)
    scene = explorer.current()
    assert words in scene.description and np.isnan(scene["dw1"].values).all()
    assert np.isfinite(scene["dh1"].values).all(), "everything else lives on"
    assert not explorer.enabled("train")


def test_several_channels_are_chosen():
    x = np.concatenate([blocks(), blocks(rng=1)], axis=3)
    explorer = TwoConvolutions(x, np.concatenate([edges_of(x[..., :1])] * 2, axis=3), maps=3)
    explorer.set(at=ALL, c=1, k=2, d=1, i=4)
    scene, now = explorer.current(), explorer.learner.cycle(3)
    assert_array_equal(scene["dw1"].values, now.dw1[:, :, 1, 2])
    assert_array_equal(scene["dw2"].values, now.dw2[:, :, 2, 1])
    assert_array_equal(scene["dh1"].values, now.dh1[:, :, 2])


def test_one_picture_whole_numbers_and_what_does_not_fit():
    assert "i" not in TwoConvolutions(np.ones((1, 6, 6), int), np.ones((1, 3, 3), int)).controls
    with pytest.raises(ValueError, match="x and y must be given together; got only x"):
        TwoConvolutions(blocks())
    with pytest.raises(ValueError, match="x"):
        TwoConvolutions(np.full((1, 6, 6), np.nan), np.ones((1, 3, 3)))
    with pytest.raises(TypeError, match=r"function must be a function, called as weight_gradient\(h, de, P, Q\)"):
        TwoConvolutions(function=1)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"x": blocks(), "y": blocks()}, ValueError, r"y must be \(N, H', W', D\) with N, H', W' = \(6, 3, 3\); got"),
        ({"sides": 3}, ValueError, "sides must be two whole numbers, of the first kernel and of the second; got 3"),
        ({"sides": (3, 2, 1)}, ValueError, r"sides must be two whole numbers.*; got \(3, 2, 1\)"),
        ({"sides": (3.5, 2)}, TypeError, "sides must be a whole number of at least 1; got 3.5"),
        ({"sides": (6, 2)}, ValueError, "x must be larger than both kernels together"),
        ({"maps": 0}, ValueError, "maps must be a whole number of at least 1; got 0"),
        ({"eta": 0.123}, ValueError, "eta must be one of 0.005, .*; got 0.123"),
        ({"x": [[1], [2, 3]], "y": blocks()}, ValueError, "x must be an array, or rows of the same length"),
        ({"x": "cat", "y": blocks()}, TypeError, "x must hold float32 or float64 numbers"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(arguments, error, words):
    with pytest.raises(error, match=words):
        TwoConvolutions(**arguments)


def test_the_gradient_of_the_picture_has_numbers_in_cells_of_its_own_size():
    explorer = TwoConvolutions()
    explorer.set(at=ALL)
    boxes = {at.panel.name: at for at in layout(explorer.current())[0]}
    for name in ("dx", "x", "e1", "dw1"):
        printed = [text.words for text in boxes[name].texts]
        assert sum(any(c.isdigit() for c in words) for words in printed) >= boxes[name].panel.values.size, name
    assert boxes["dx"].panel.cell < boxes["e1"].panel.cell
