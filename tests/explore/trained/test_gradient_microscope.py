"""GradientMicroscope: the gradient it shows against central differences of the network, in every kind of layer."""

import re

import numpy as np
import pytest
from explorers import SWEEPS, assert_array_equal, sweep

from cnnlab import layers
from cnnlab.explore import GradientMicroscope
from cnnlab.network import Network

KINDS = {
    "colour": (
        lambda: [
            layers.Standardise(),
            layers.Conv2D(4, 3, padding="same"),
            layers.ReLU(),
            layers.MaxPool2D(3, 2),
            layers.LocalResponseNorm(k=1.0, alpha=0.1),
            layers.Conv2D(5, 3),
            layers.BatchNorm(),
            layers.Tanh(),
            layers.MaxPool2D(2),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(13),
            layers.LeakyReLU(),
            layers.Dense(3),
        ],
        (12, 13, 3),
    ),
    "grey": (
        lambda: [
            layers.Conv2D(3, 3, stride=2),
            layers.Sigmoid(),
            layers.AveragePool2D(2, 1),
            layers.ScaledTanh(),
            layers.Decimate2D(2),
            layers.Conv2D(2, 2, groups=1, padding="full"),
            layers.ReLU(),
        ],
        (14, 11, 1),
    ),
}


def made(name, count=2, dtype=np.float64):
    kinds, shape = KINDS[name]
    net = Network(kinds(), shape, rng=3, dtype=dtype)
    return net, np.random.default_rng(4).uniform(size=(count, *shape)).astype(dtype)


def output(net, place, x):
    for layer in net.layers[: place + 1]:
        x = layer.forward(x)
    return x


def place_in(net, values):
    return [one.name for one in net].index(values["layer"].split(":")[0])


def unit_at(out, where, d):
    """The unit at a cell; a vector is written in lines of ten or, if it is long, of a square."""
    if out.ndim == 4:
        return (*where, d)
    size = out.shape[1]
    return (where[0] * min(size, max(10, int(np.ceil(np.sqrt(size))))) + where[1],)


def differences(net, place, x, eps=1e-6):
    """d unit / dx of all units by central differences, a row a pixel: every pixel of every channel up and down."""
    many = np.repeat(x[None], 2 * x.size, axis=0).reshape(2, x.size, -1)
    many[0, np.arange(x.size), np.arange(x.size)] += eps
    many[1, np.arange(x.size), np.arange(x.size)] -= eps
    up, down = (output(net, place, each.reshape(-1, *x.shape)).copy() for each in many)
    return (up - down) / (2 * eps)


def back(net, place, unit, x):
    """d unit / dx, layer by layer: where no gradient arrives it is 0, and not what differences leave of a 0."""
    de = np.zeros_like(output(net, place, x[None]))
    de[(0, *unit)] = 1
    for layer in reversed(net.layers[: place + 1]):
        de = layer.backward(de)
    return de[0]


class Truth:
    """What the network gives, and its gradients by differences; each unit is worked out once."""

    def __init__(self, net, x):
        self.net, self.x, self.known, self.outputs, self.slopes = net, x, {}, {}, {}

    def gradients(self, place, unit, image):
        """By differences, and layer by layer."""
        key = (place, unit, image)
        if key not in self.known:
            x, whole = self.x[image], (place, image)
            if whole not in self.slopes:  # those of all units take as long as those of one
                self.slopes[whole] = differences(self.net, place, x)
            by_differences = self.slopes[whole][(slice(None), *unit)].reshape(x.shape)
            self.known[key] = by_differences, back(self.net, place, unit, x)
        return self.known[key]

    def output(self, place):
        if place not in self.outputs:
            self.outputs[place] = output(self.net, place, self.x).copy()
        return self.outputs[place]

    def __call__(self, scene, values):
        place, image = place_in(self.net, values), values["image"]
        out = self.output(place)
        unit = unit_at(out, values["where"], values["d"])
        value, (whole, exact) = out[(image, *unit)], self.gradients(place, unit, image)
        assert scene["map"].pixels[values["where"]] == pytest.approx(value, rel=1e-12, abs=1e-15)
        channel = {"red": 0, "green": 1, "blue": 2}.get(values["colour"])
        expected = whole.sum(axis=2) if channel is None else whole[:, :, channel]
        shown = scene["gradient"].pixels
        assert np.linalg.norm(shown - expected) <= 1e-6 * np.linalg.norm(expected) + 1e-9
        for box in scene["gradient"].rectangles:
            inside = shown[int(box.row) : int(box.row + box.rows), int(box.column) : int(box.column + box.columns)]
            assert np.count_nonzero(inside) == np.count_nonzero(shown), "a gradient outside of the receptive field"
        printed = re.search(r"is (−?[\d.]+)\. It", scene.description).group(1).replace("−", "-")
        assert abs(float(printed) - value) < 0.0051
        count = re.search(r"; (\d+) of these (\d+)", scene.description)
        assert np.linalg.norm(exact - whole) <= 1e-6 * np.linalg.norm(whole) + 1e-9
        assert int(count[1] if count else 0) == np.count_nonzero(np.abs(exact).max(axis=2) > 1e-12)


@SWEEPS
@pytest.mark.parametrize("name", KINDS)
def test_every_position_shows_the_gradient_that_differences_give(name, everywhere):
    net, x = made(name)
    assert sweep(GradientMicroscope(net, x), Truth(net, x), all_positions=everywhere) > 60


@pytest.mark.parametrize(
    ("name", "place"), [(name, i) for name, (kinds, _) in KINDS.items() for i in range(len(kinds()))]
)
def test_the_displayed_gradient_of_every_kind_of_layer_is_its_central_difference(name, place):
    net, x = made(name)
    explorer = GradientMicroscope(net, x, layer=net[place].name)
    for image in range(2):
        explorer.set(image=image)
        explorer.press("strongest")
        values = explorer.values
        unit = unit_at(output(net, place, x), values["where"], values["d"])
        expected = differences(net, place, x[image])[(slice(None), *unit)].reshape(x[image].shape).sum(axis=2)
        error = np.linalg.norm(explorer.current()["gradient"].pixels - expected) / np.linalg.norm(expected)
        assert np.abs(expected).max() > 0 and error < 1e-6


def test_only_the_winners_of_a_pooling_get_anything():
    net, x = made("colour")
    explorer = GradientMicroscope(net, x, layer="pool2")
    explorer.set(stage="pool2")
    for d in range(5):
        explorer.set(d=d, where=(0, 1))
        scene = explorer.current()
        before = output(net, 7, x)[0, :, :, d]
        window = before[:2, 2:4]  # pool2 gives one row of two units
        row, column = np.unravel_index(window.argmax(), window.shape)
        winner = (int(row), int(column) + 2)
        assert scene["way"].title == f"through pool2, map {d}"
        assert [tuple(int(at) for at in cell) for cell in scene["way"].highlights[0].cells] == [winner]
        expected = np.zeros_like(before)
        expected[winner] = 1
        assert_array_equal(scene["way"].pixels, expected)
    explorer.set(stage="pool1")
    assert explorer.current()["way"].title.startswith("through pool1, map ")
    explorer.set(layer="pool1: 5 × 6 × 4", stage="pool2")
    assert explorer.current()["way"].title.startswith("through pool1, map "), "pool2 is above the unit"


def test_no_panel_is_empty_where_no_pooling_lies_below():
    net, x = made("colour")
    explorer = GradientMicroscope(net, x, layer="conv1")
    explorer.set(where=(4, 5), d=1)
    scene = explorer.current()
    assert scene["way"].title == "enlarged: 3 × 3"
    whole = scene["gradient"].pixels
    assert_array_equal(scene["way"].pixels, whole[3:6, 4:7])
    assert np.count_nonzero(whole) == np.count_nonzero(scene["way"].pixels) == 9


def test_all_maps_lie_in_a_wide_panel_of_one_shape():
    net, x = made("colour")
    explorer = GradientMicroscope(net, x)
    for layer in explorer.positions("layer"):
        explorer.set(layer=layer)
        sheet = explorer.current()["maps"]
        rows, columns = sheet.capacity
        assert columns == 3 * rows, "so that nothing jumps"
        assert rows >= sheet.pixels.shape[0] and columns >= sheet.pixels.shape[1]


def test_a_unit_that_relu_holds_at_zero_says_that_it_feels_nothing():
    net, x = made("grey")
    explorer = GradientMicroscope(net, x, layer="relu1")
    out = output(net, 6, x)
    off = tuple(int(at) for at in np.argwhere(out[0] == 0)[0])
    explorer.set(d=off[2], where=off[:2])
    assert "gradient is 0 everywhere" in explorer.current().description
    assert not explorer.current()["gradient"].pixels.any()


def test_a_click_on_the_sheet_of_all_maps_chooses_the_unit_that_was_clicked():
    net, x = made("colour")
    explorer = GradientMicroscope(net, x)
    for layer in explorer.positions("layer"):
        explorer.set(layer=layer, image=1)
        sheet, out = explorer.current()["maps"].pixels, output(net, place_in(net, explorer.values), x)[1]
        met, each = set(), explorer._each(explorer.options[layer])
        corners = np.zeros(sheet.shape, bool)  # the first and the last pixel of each number
        corners[::each, ::each] = corners[each - 1 :: each, each - 1 :: each] = True
        for at in np.argwhere(np.isfinite(sheet) & corners):
            explorer.set(sheet=tuple(int(one) for one in at))
            met.add(unit_at(out[None], explorer.values["where"], explorer.values["d"]))
            assert out[unit_at(out[None], explorer.values["where"], explorer.values["d"])] == sheet[tuple(at)]
        assert met == set(np.ndindex(*out.shape)), "every unit is on the sheet"


def test_the_network_may_go_on_training_and_the_explorer_stays_as_it_was():
    net, x = made("colour")
    explorer = GradientMicroscope(net, x)
    before = explorer.current()["gradient"].pixels
    net.parameters["1.w"][:] = 0
    net.predict(x[1:])
    explorer.set(image=1)
    explorer.set(image=0)
    assert_array_equal(explorer.current()["gradient"].pixels, before)


def test_outputs_are_called_by_their_names_and_what_does_not_fit_is_refused_in_words():
    net, x = made("colour")
    explorer = GradientMicroscope(net, x, names=["one", "two"], layer="dense2", classes=["cat", "dog", "owl"])
    explorer.set(where=(0, 2), image=1)
    assert "e[2] of dense2 (owl)" in explorer.current().description and explorer.current()["x"].title == "x: two"
    with pytest.raises(TypeError, match="network must be a Network that takes images"):
        GradientMicroscope(Network([layers.Dense(2)], (3,)), np.ones((1, 3)))
    with pytest.raises(ValueError, match="names must be 2 words"):
        GradientMicroscope(net, x, names=["one"])
    with pytest.raises(ValueError, match=r"classes must be a name for each of the outputs \(3,\); got 2"):
        GradientMicroscope(net, x, classes=["one", "two"])
    with pytest.raises(ValueError, match="images must have shape"):
        GradientMicroscope(net, x[:, :5])
    with pytest.raises(KeyError, match="no layer is called 'conv7'"):
        GradientMicroscope(net, x, layer="conv7")
