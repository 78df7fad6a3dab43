"""The gradient of a weight in the explorers: every number against the slow loops, and against central differences of
the loss, for every weight, channel, border and stride.
"""

import re

import naive
import numpy as np
import pytest
from anything.odd import some_slow
from convolved import built, map_of, number, options_of
from explorers import SWEEPS, assert_allclose, assert_array_equal, sweep

from cnnlab import datasets, ops
from cnnlab.explore import WeightGradient
from cnnlab.explore.backprop.weight_gradient import ALIKE, FLIPPED, FORGOTTEN, LOOKS, ONE, OWN, SUM
from cnnlab.gradcheck import numeric_gradient, relative_error
from cnnlab.layers import Conv2D, Dense


def slowly(explorer, layer, values):
    """h, dL/de, w, border and stride of these values, and dL/dw by the slow loops."""
    h = explorer.pictures.named(values.get("picture"))
    w = explorer.setting.start.w if layer is None else layer.parameters["w"].astype(float)
    padding, stride = options_of(layer, values)
    e_shape = naive.conv2d(h[None], w, 0.0, padding, stride).shape[1:]
    de = (
        explorer.errors.starts[values["errors"]]
        if "de0" not in values
        else np.stack([values[f"de{d}"] for d in range(w.shape[3])], axis=2)
    )
    de = de[: e_shape[0], : e_shape[1]]
    value = 0.0 if layer is None else layer.padding_value
    dw = naive.conv2d_gradients(de[None], h[None], w, padding, stride, value)[1]
    if layer is not None and layer.connections is not None:
        dw = dw * layer.connections
    return h, de, w, padding, stride, value, dw


def literally(de, hp, stride, place):
    """sum_m dL/de[m] h[k - m] with h as it is, where h starts so far in that the kernel never leaves it."""
    rows, columns = (np.array(de.shape[:2]) - 1) * stride
    (p, q, c, d), total = place, 0.0
    for m, n in np.ndindex(de.shape[:2]):
        total += de[m, n, d] * hp[p + rows - m * stride[0], q + columns - n * stride[1], c]
    return total


def gradient_check(explorer, layer=None):
    kept = {}

    def once(values):
        """The slow loops, once for all weights and channels of the same h and dL/de."""
        key = tuple(
            np.asarray(value).tobytes() if name.startswith("de") else value
            for name, value in values.items()
            if name not in ("look", "weight", "turned", "c", "d")
        )
        if key not in kept:
            kept[key] = slowly(explorer, layer, values)
        return kept[key]

    def check(scene, values):
        h, de, w, padding, stride, value, dw = once(values)
        c, d, (p, q) = values.get("c", 0), values.get("d", 0), values["weight"]
        hp = naive.padded(h[None], w.shape, padding, value)[0]
        fed = 1.0 if layer is None or layer.connections is None else float(layer.connections[c, d])
        exact = {"atol": 1e-9 * max(1.0, np.abs(dw).max())}
        assert_allclose(scene["dw"].values, dw[:, :, c, d], **exact)
        assert_array_equal(map_of(scene["de"]), de[:, :, d])
        assert map_of(scene["h"]).tolist() in (hp[:, :, c].tolist(), h[:, :, c].tolist())
        assert values["turned"] == (w.shape[0] - 1 - p, w.shape[1] - 1 - q)
        total = map_of(scene["products"]).sum()
        assert_allclose(map_of(scene["products"]), fed * _product(scene), **exact)
        if values["look"] == FORGOTTEN:
            key = id(dw), c, d  # which is kept, too
            if key not in kept:
                kept[key] = np.array([literally(de, hp, stride, (*at, c, d)) for at in np.ndindex(w.shape[:2])])
            wrong = kept[key].reshape(w.shape[:2]) * fed
            assert_allclose(scene["other"].values, wrong, **exact)
            assert_allclose(total, wrong[p, q], **exact)
        else:
            turned = dw[::-1, ::-1] if values["look"] == SUM else dw
            assert_allclose(scene["other"].values, turned[:, :, c, d], **exact)
            assert_allclose(total, dw[p, q, c, d], **exact)
        if values["look"] == SUM:
            seen = np.zeros(de.shape[:2])
            for m, n in np.ndindex(seen.shape):  # the lecture's index: w[m', n'] and e[m, n] meet in h[m - m', n - n']
                seen[m, n] = hp[m * stride[0] + w.shape[0] - 1 - p, n * stride[1] + w.shape[1] - 1 - q, c]
            assert_array_equal(map_of(scene["window"]), seen)
            marked_check(scene, seen, h, hp[:, :, c])
        printed = {words: text for words, text in scene["sum"].rows}
        close = {"abs": 0.0051, "rel": 1e-6}
        assert number(printed["sum of products"]) == pytest.approx(total, **close)
        name = f"dL/dw[{p}, {q}]" if w.shape[2:] == (1, 1) else f"dL/dw[{p}, {q}, {c}, {d}]"
        assert number(printed[name]) == pytest.approx(dw[p, q, c, d], **close)
        assert number(printed["central difference of L"]) == pytest.approx(dw[p, q, c, d], **close)
        assert number(printed["dL/db, of the bias"]) == pytest.approx(de[:, :, d].sum(), **close)
        if values["look"] != FORGOTTEN:
            assert printed["both readings differ by"] == "0"
        elif fed:
            right = f"{dw.size} of {dw.size} gradients" in scene.description
            assert (printed["both readings differ by"] == "0") == right
        said = re.match(r"dL/dw\[([\d, ]+)\] = (\S+?)[,:]", scene.description)
        assert fed == 0 or number(said[2]) == pytest.approx(dw[p, q, c, d], **close)

    return check


def _product(scene):
    window, slid = map_of(scene["window"]), map_of(scene["slid"])
    if window.shape != slid.shape:
        boxes = [mark.cells for mark in scene["window"].highlights] if hasattr(scene["window"], "values") else []
        boxes = [cells for cells in boxes if len(cells) == slid.size]
        if boxes:
            row, column = boxes[0].min(axis=0).astype(int)
        else:
            (box,) = scene["window"].rectangles
            row, column = int(box.row), int(box.column)
        window = window[row : row + slid.shape[0], column : column + slid.shape[1]]
    return window * slid


def marked_check(scene, seen, h, hp):
    """What is marked on h is what the weight met."""
    panel = scene["h"]
    marks = [mark for mark in panel.highlights if mark.meaning == "met by this weight"]
    if marks:
        values = [panel.values[int(i), int(j)] for i, j in marks[0].cells]
        assert sorted(values) == sorted(seen.ravel())
        return
    (box,) = panel.rectangles
    top, left = ((np.array(hp.shape) - h.shape[:2]) // 2).tolist()
    row, column = int(box.row) + top, int(box.column) + left
    part = hp[row : row + int(box.rows), column : column + int(box.columns)]
    steps = [max(1, (part.shape[k] - 1) // max(seen.shape[k] - 1, 1)) for k in (0, 1)]
    assert_array_equal(part[:: steps[0], :: steps[1]], seen)


def every_position(explorer, check, everywhere=True):
    """Each weight, in each channel, each border and each stride on offer, read in each way; or in one of them, in turn:
    at another border each weight is read in another.
    """
    borders = explorer.positions("padding") if "padding" in explorer.controls else [None]
    strides = explorer.positions("stride") if "stride" in explorer.controls else [None]
    seen, (rows, columns, channels, filters) = 0, explorer.setting.start.w.shape
    for i, border in enumerate(borders):
        for j, stride in enumerate(strides):
            changes = {"padding": border, "stride": stride}
            explorer.set(**{name: value for name, value in changes.items() if value is not None})
            for k, (c, d, p, q) in enumerate(np.ndindex(channels, filters, rows, columns)):
                channel = ({"c": c} if channels > 1 else {}) | ({"d": d} if filters > 1 else {})
                for look in LOOKS if everywhere else [LOOKS[(i + j + k) % len(LOOKS)]]:
                    explorer.set(weight=(p, q), look=look, **channel)
                    check(explorer.current(), explorer.values)
                    seen += 1
    explorer.reset()
    return seen


@SWEEPS
def test_the_gradient_in_every_position_of_its_controls(everywhere):
    explorer = WeightGradient()
    check = gradient_check(explorer)
    assert sweep(explorer, check, all_positions=everywhere) > 100
    assert every_position(explorer, check, everywhere) == 3 * 3 * 9 * (3 if everywhere else 1)


LAYERS = {
    "two maps to three": ((5, 6, 2), (3, 2), {}),
    "even sides, one number as border": ((6, 5, 2), (2, (2, 3)), {"stride": 2, "padding": 1}),
    "unequal strides": ((7, 8, 1), (2, 3), {"stride": (2, 3), "padding": "same"}),
    "partly connected, four maps": ((4, 4, 2), (4, 2), {"connections": [[1, 0, 1, 0], [1, 1, 0, 1]]}),
    "one bias per unit, a border of ones": (
        (5, 5, 1),
        (2, 3),
        {"bias": "unit", "padding": "same", "padding_value": 1.0},
    ),
    "one pixel wide": ((4, 5, 1), (1, (1, 1)), {}),
}


QUICK = ["unequal strides", "partly connected, four maps", "one pixel wide"]


@SWEEPS
@pytest.mark.parametrize("name", some_slow(LAYERS, QUICK))
def test_any_layer_in_every_channel_and_weight(name, everywhere, rng):
    shape, args, options = LAYERS[name]
    if "connections" in options:
        options = options | {"connections": np.array(options["connections"], bool)}
    layer = built(shape, *args, **options)
    explorer = WeightGradient(layer, rng.normal(size=shape))
    check = gradient_check(explorer, layer)
    assert sweep(explorer, check) > 10
    assert every_position(explorer, check, everywhere) >= 3


@pytest.mark.parametrize("padding", ["valid", "same", "full"])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_what_is_shown_is_the_central_difference_of_the_loss(padding, stride, rng):
    shape = (6, 5, 2)
    layer = built(shape, 3, (3, 2))
    h = rng.normal(size=shape)
    explorer = WeightGradient(layer, h)
    explorer.set(padding=padding, stride=stride)
    _, de, w, *_ = slowly(explorer, layer, explorer.values)
    w = w.copy()

    def loss():
        return float((de * naive.conv2d(h[None], w, 0.0, padding, (stride, stride))[0]).sum())

    expected = numeric_gradient(loss, w)
    for c, d in np.ndindex(2, 3):
        explorer.set(c=c, d=d, look=SUM)
        assert relative_error(explorer.current()["dw"].values, expected[:, :, c, d]) < 1e-6
        assert relative_error(explorer.current()["other"].values[::-1, ::-1], expected[:, :, c, d]) < 1e-6
        explorer.set(look=FLIPPED)
        assert relative_error(explorer.current()["other"].values, expected[:, :, c, d]) < 1e-6
        for p, q in np.ndindex(3, 2):
            explorer.set(weight=(p, q))
            total = explorer.current()["products"].values.sum()
            assert abs(total - expected[p, q, c, d]) < 1e-6 * np.abs(expected).max()


def test_one_error_copies_a_turned_patch_of_h_and_equal_errors_add_it_up():
    explorer = WeightGradient()
    explorer.set(errors=ONE)
    h = explorer.pictures.named("numbers")[:, :, 0]
    assert_array_equal(explorer.current()["dw"].values, h[1:4, 1:4][::-1, ::-1])
    explorer.set(errors=ALIKE, weight=(2, 1))
    assert explorer.current()["dw"].values[2, 1] == h[0:4, 1:6].sum()
    assert explorer.values["turned"] == (0, 1)
    explorer.set(turned=(2, 2))
    assert explorer.values["weight"] == (0, 0)
    explorer.set(de0=np.zeros((8, 9)))
    assert explorer.values["errors"] == OWN and not explorer.current()["dw"].values.any()


def test_photographs_and_errors_of_ones_own(rng):
    layer = built((30, 32, 3), 5, 5, stride=2, padding="same")
    h, de = datasets.photo("coffee", 32)[:30], rng.normal(size=(15, 16, 5))
    explorer = WeightGradient(layer, h, de)
    check = gradient_check(explorer, layer)
    for weight, c, d in (((0, 0), 0, 0), ((4, 4), 1, 4), ((1, 3), 2, 2)):
        for look in LOOKS:
            explorer.set(weight=weight, c=c, d=d, look=look)
            check(explorer.current(), explorer.values)
    expected = naive.conv2d_gradients(de[None], h[None].astype(float), layer.parameters["w"], "same", (2, 2))[1]
    explorer.set(c=1, d=3)
    assert_allclose(explorer.current()["dw"].values, expected[:, :, 1, 3], atol=1e-9)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"layer": Conv2D(2, 3)}, ValueError, "image must be given with a layer"),
        ({"layer": Dense(2), "image": np.zeros((4, 4))}, TypeError, "layer must be a Conv2D; got Dense"),
        ({"image": np.zeros((4, 4, 2))}, ValueError, "image has 2 channels"),
        ({"de": np.zeros((3, 3))}, ValueError, r"de must have the shape of e, \(4, 5, 1\); got \(3, 3, 1\)"),
    ],
)
def test_the_explorer_refuses_in_words(arguments, error, words):
    with pytest.raises(error, match=words):
        WeightGradient(**arguments)


@pytest.mark.parametrize("bug", ["unflipped", "shifted", "transposed"])
def test_a_planted_bug_in_the_engine_is_seen(monkeypatch, bug):
    right = ops.conv2d_weight_gradient
    wrong = {
        "unflipped": lambda dw: dw[::-1, ::-1],
        "shifted": lambda dw: np.roll(dw, 1, axis=0),
        "transposed": lambda dw: dw.transpose(1, 0, 2, 3),
    }[bug]
    monkeypatch.setattr(ops, "conv2d_weight_gradient", lambda *args, **options: wrong(right(*args, **options)))
    explorer = WeightGradient()
    with pytest.raises(AssertionError):
        sweep(explorer, gradient_check(explorer))


def own(h, de, P, Q):
    rows, columns = de.shape[1:3]
    dw = np.zeros((P, Q, h.shape[3], de.shape[3]))
    for p, q in np.ndindex(P, Q):
        window = h[:, P - 1 - p : P - 1 - p + rows, Q - 1 - q : Q - 1 - q + columns]
        dw[p, q] = np.tensordot(window, de, axes=([0, 1, 2], [0, 1, 2]))
    return dw


@pytest.mark.parametrize("layer", [None, {"kernel": 3, "padding": "same"}])
def test_a_right_function_of_ones_own_gives_what_the_engine_gives(layer):
    def check(scene, values):
        dw = explorer.gradients(**values)[3]
        place = np.s_[:, :, values.get("c", 0), values.get("d", 0)]
        assert_allclose(scene["dw"].values, dw[place], atol=1e-9)
        assert f"All {dw.size} gradients of your function are those of the engine" in scene.description

    given = {}
    if layer is not None:
        given["layer"] = Conv2D(2, layer["kernel"], padding=layer["padding"])
        given["layer"].build((6, 5, 3), np.random.default_rng(0), np.float64)
        given["image"] = np.random.default_rng(1).normal(size=(6, 5, 3))
    explorer = WeightGradient(**given, function=own)
    assert not {"padding", "stride"} & set(explorer.controls)
    assert sweep(explorer, check) > 15


def test_a_wrong_function_of_ones_own_is_ringed_where_it_is_wrong():
    explorer = WeightGradient(function=lambda h, de, P, Q: own(h, de, P, Q)[::-1, ::-1])
    scene, (_, _, _, dw) = explorer.current(), explorer.gradients(**explorer.values)
    right = dw[:, :, 0, 0]
    assert_array_equal(scene["dw"].values, right[::-1, ::-1])
    (ringed,) = (mark.cells for mark in scene["dw"].highlights if mark.meaning == "differs")
    assert_array_equal(ringed, np.argwhere(right != right[::-1, ::-1]))
    first = tuple(int(v) for v in ringed[0])
    assert f"your dL/dw[{first[0]}, {first[1]}] is" in scene.description and "8 of 9 gradients" in scene.description


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda h, de, P, Q: ..., "gives back “...” still"),
        (lambda h, de, P, Q: h @ de, "Your function stopped at"),
        (lambda h, de, P, Q: de, "dL/dw has the shape (3, 3, 1, 1)"),
        (lambda h, de, P, Q: np.full((P, Q, 1, 1), np.nan), "NaN"),
    ],
)
def test_a_function_in_trouble_gets_a_sentence_and_the_rest_lives_on(function, words):
    explorer = WeightGradient(function=function)
    scene = explorer.current()
    assert words in scene.description and np.isnan(scene["dw"].values).all()
    assert_array_equal(scene["other"].values, WeightGradient().current()["other"].values)


def test_a_function_for_another_stride_is_refused():
    layer = Conv2D(1, 3, stride=2)
    layer.build((6, 6, 1), np.random.default_rng(0), np.float64)
    with pytest.raises(ValueError, match="function is called for stride 1"):
        WeightGradient(layer, np.ones((6, 6)), function=own)
