"""ReceptiveField: every value, rectangle and patch against the network itself, in every position of every control."""

import re

import numpy as np
import pytest
from explorers import SWEEPS, assert_array_equal, sweep

from cnnlab import layers
from cnnlab.explore import ReceptiveField
from cnnlab.network import Network


def digits_like():
    kinds = [
        layers.Conv2D(3, 3),
        layers.ReLU(),
        layers.MaxPool2D(2),
        layers.Conv2D(5, 2),
        layers.Flatten(),
        layers.Dense(4),
    ]
    return Network(kinds, (10, 9, 1), rng=1)


def colour_like():
    kinds = [
        layers.Standardise(),
        layers.Conv2D(4, (3, 5), stride=2, padding="same"),
        layers.BatchNorm(),
        layers.LeakyReLU(),
        layers.AveragePool2D(3, 2),
        layers.Dropout(0.5),
        layers.Conv2D(1, 3, padding="full"),
    ]
    return Network(kinds, (16, 18, 3), rng=1)


def gaps():
    return Network([layers.Decimate2D(3), layers.Conv2D(2, 2), layers.ReLU()], (16, 16, 2), rng=1)


def vector():
    return Network([layers.Flatten(), layers.Dense(23), layers.Tanh(), layers.Dense(2)], (4, 5, 1), rng=1)


MADE = {"digits": digits_like, "colour": colour_like, "gaps": gaps, "vector": vector}


def made(name, count=4):
    net = MADE[name]()
    x = np.random.default_rng(2).uniform(0, 1, size=(count, *net.input_shape)).astype(np.float32)
    return net, x


def place_in(net, values):
    return [one.name for one in net].index(values["layer"].split(":")[0])


def output(net, place, x):
    for layer in net.layers[: place + 1]:
        x = layer.forward(x)
    return x


def unit_at(out, where, d):
    """The unit at a cell; a vector is written in lines of ten or, if it is long, of a square."""
    if out.ndim == 4:
        return (*where, d)
    size = out.shape[1]
    return (where[0] * min(size, max(10, int(np.ceil(np.sqrt(size))))) + where[1],)


class Truth:
    """What a network gives, computed by itself, and which pixels a unit depends on, by changing each of them."""

    def __init__(self, net, x):
        self.net, self.x, self.known, self.outputs = net, x, {}, {}

    def out(self, place):
        if place not in self.outputs:
            self.outputs[place] = output(self.net, place, self.x).copy()
        return self.outputs[place]

    def depends(self, place):
        if place not in self.known:
            self.known[place] = self._depends(place)
        return self.known[place]

    def _depends(self, place):
        """bool (H, W, *output_shape): whether the unit changes with the pixel, on any of many random images."""
        h, w, c = self.net.input_shape
        rng, moved = np.random.default_rng(3), 0
        for _ in range(24):  # of six, one showed no way for a pixel at the rim
            x = rng.normal(size=(1, h, w, c)).astype(np.float32)
            many, k = np.repeat(x, h * w, axis=0), np.arange(h * w)
            many[k, k // w, k % w] += 40 * rng.choice(np.float32([-1, 1]), size=(h * w, c))
            moved = moved + (output(self.net, place, many) != output(self.net, place, x))
        return (moved > 0).reshape(h, w, *self.net[place].output_shape)

    def __call__(self, scene, values):
        place = place_in(self.net, values)
        out = self.out(place)
        unit = unit_at(out, values["where"], values["d"])
        shown = getattr(scene["map"], "values", None)
        shown = scene["map"].pixels if shown is None else shown
        value = out[(values["image"], *unit)]
        assert shown[values["where"]] == value
        if out.ndim == 4:
            assert_array_equal(shown, out[values["image"], :, :, values["d"]])
        else:
            assert_array_equal(shown.ravel()[: out.shape[1]], out[values["image"]])
        printed = re.search(r"is (−?[\d.]+);", scene.description).group(1).replace("−", "-")
        assert abs(float(printed) - value) < 0.0051
        self.rectangle(scene, place, unit)
        self.patches(scene, values, out, unit)

    def rectangle(self, scene, place, unit):
        seen = self.depends(place)[(slice(None), slice(None), *unit)]
        boxes = scene["x"].rectangles
        if not boxes:
            assert not seen.any()
            return
        box, inside = boxes[0], np.argwhere(seen)
        low, high = inside.min(axis=0), inside.max(axis=0)
        assert (box.row, box.column) == tuple(low) and (box.rows, box.columns) == tuple(high - low + 1)
        dots = [mark for mark in scene["x"].highlights if mark.style == "dot"]
        whole = {(i, j) for i in range(low[0], high[0] + 1) for j in range(low[1], high[1] + 1)}
        cells = {tuple(at) for at in dots[0].cells.astype(int)} if dots else whole
        assert cells == {tuple(at) for at in inside}

    def patches(self, scene, values, out, unit):
        best = out[..., unit[-1]].reshape(len(out), -1).max(axis=1)
        assert len(scene["patches"].rectangles) == min(len(out), 8)
        winner = re.search(r"is (−?[\d.]+), in image (\d+)\.$", scene.description)
        assert int(winner[2]) == best.argmax()
        assert abs(float(winner[1].replace("−", "-")) - best.max()) < 0.0051


@SWEEPS
@pytest.mark.parametrize("name", MADE)
def test_every_position_shows_what_the_network_gives_and_the_pixels_it_depends_on(name, everywhere):
    net, x = made(name)
    assert sweep(ReceptiveField(net, x), Truth(net, x), all_positions=everywhere) > 60


@pytest.mark.parametrize("name", MADE)
def test_a_click_on_the_sheet_of_all_maps_chooses_the_unit_that_was_clicked(name):
    net, x = made(name, 2)
    explorer, shapes = ReceptiveField(net, x), []
    for layer in explorer.positions("layer"):
        explorer.set(layer=layer, image=1)
        sheet = explorer.current()["maps"].pixels
        out = output(net, place_in(net, explorer.values), x)[1]
        met, before = set(), explorer.values
        for at in np.argwhere(np.isfinite(sheet)):
            values = explorer.after(before, "sheet", tuple(int(one) for one in at))
            unit = unit_at(out[None], values["where"], values["d"])
            assert out[unit] == sheet[tuple(at)]
            if out.shape not in shapes or len(met) % 5 == 0:  # layers of one shape have one sheet
                assert tuple(explorer.scene(**values)["maps"].highlights[0].cells[0]) == tuple(at)
            met.add(unit)
        shapes.append(out.shape)
        assert met == set(np.ndindex(*out.shape)), "every unit is on the sheet"


def test_a_click_on_a_patch_goes_to_where_the_map_answers_most():
    net, x = made("digits", 12)
    explorer = ReceptiveField(net, x, layer="conv2")
    explorer.set(d=3)
    out = output(net, 3, x)[..., 3]
    order = np.argsort(-out.reshape(12, -1).max(axis=1))
    for k, box in enumerate(sorted(explorer.current()["patches"].rectangles, key=lambda one: (one.row, one.column))):
        explorer.set(patch=(int(box.row), int(box.column) + 1))
        assert explorer.values["image"] == order[k] and explorer.values["d"] == 3
        assert out[(order[k], *explorer.values["where"])] == out[order[k]].max()
        scene = explorer.current()
        field = scene["x"].rectangles[0]
        part = x[order[k], field.row : field.row + field.rows, field.column : field.column + field.columns, 0]
        shown = scene["patches"].pixels[int(box.row) :, int(box.column) :][: int(box.rows), : int(box.columns)]
        assert_array_equal(shown, part)
        chosen = [one for one in scene["patches"].rectangles if one.meaning == "this unit"]
        assert [(one.row, one.column) for one in chosen] == [(box.row, box.column)]
        explorer.set(image=0)
        assert explorer.values["patch"] == explorer.beside["patch"], "a second click on a patch is something new"


def test_the_button_finds_the_strongest_unit_of_the_map_and_keeps_everything_in_step():
    net, x = made("digits")
    explorer = ReceptiveField(net, x, layer="relu1")
    for image in range(4):
        explorer.set(image=image, d=1)
        explorer.press("strongest")
        out = output(net, 1, x)[image, :, :, 1]
        assert out[explorer.values["where"]] == out.max()
        on_sheet = tuple(explorer.current()["maps"].highlights[0].cells[0].astype(int))
        assert explorer.current()["maps"].pixels[on_sheet] == out.max()


def test_moving_over_the_map_changes_nothing_else_so_that_what_was_computed_ahead_holds():
    explorer = ReceptiveField(*made("digits"), layer="relu1")
    explorer.set(sheet=(2, 3))
    explorer.set(where=(1, 1))
    before = explorer.values
    explorer.set(where=(4, 5))
    assert {name for name in before if explorer.values[name] != before[name]} == {"where"}
    assert explorer.values["sheet"] == explorer.beside["sheet"], "a second click on the sheet is something new"


def test_the_table_goes_from_the_image_to_the_unit():
    net, x = made("digits")
    explorer = ReceptiveField(net, x, layer="conv2")
    explorer.set(where=(2, 0))
    assert explorer.current()["path"].rows == [
        ["x", "1", "1", "4–9, 0–5"],
        ["conv1", "1 + (3 − 1) · 1 = 3", "1", "4–7, 0–3"],
        ["pool1", "3 + (2 − 1) · 1 = 4", "2", "2–3, 0–1"],
        ["conv2", "4 + (2 − 1) · 2 = 6", "2", "2, 0"],
    ]
    explorer.set(layer="dense1: 4")
    assert explorer.current()["path"].rows[-1] == ["dense1", "all of its input", "−", "0"]
    colour, photos = made("colour")
    explorer = ReceptiveField(colour, photos, layer="conv1")
    assert explorer.current()["path"].rows[1][1] == "1 + (3 − 1) · 1 = 3; 1 + (5 − 1) · 1 = 5"


def test_hovering_over_a_unit_lights_up_the_pixels_of_its_field():
    net, x = made("digits")
    explorer, truth = ReceptiveField(net, x, layer="pool1"), Truth(net, x)
    link = explorer.current().links[0]
    assert (link.panel, link.other) == ("map", "x")
    seen = truth.depends(2)[..., 0]
    for m, n in np.ndindex(4, 3):
        mine = link.pairs[(link.pairs[:, 0] == m) & (link.pairs[:, 1] == n)][:, 2:]
        assert {tuple(at) for at in mine.astype(int)} == {tuple(at) for at in np.argwhere(seen[:, :, m, n])}


def test_of_large_fields_only_the_edge_is_joined_and_the_message_stays_small():
    net = Network([layers.Conv2D(1, 21, padding="same")], (40, 40, 1))
    assert not ReceptiveField(net, np.full((1, 40, 40, 1), 0.5, np.float32)).current().links
    net = Network([layers.Conv2D(1, 25)], (34, 34, 1))
    pairs = ReceptiveField(net, np.full((1, 34, 34, 1), 0.5, np.float32)).current().links[0].pairs
    first = pairs[(pairs[:, 0] == 0) & (pairs[:, 1] == 0)]
    assert len(first) == 4 * 24 and {0.0, 24.0} == {first[:, 2].min(), first[:, 2].max()}


def test_the_window_lies_on_every_map_that_the_layer_looks_at():
    table = np.array([[1, 0], [1, 1], [0, 1]], bool)
    net = Network([layers.Conv2D(3, 1), layers.Conv2D(2, 3, connections=table)], (6, 6, 1))
    explorer = ReceptiveField(net, np.ones((1, 6, 6, 1), np.float32), layer="conv2")
    for d, used in ((0, 2), (1, 2)):
        explorer.set(d=d, where=(1, 3))
        boxes = explorer.current()["below"].rectangles
        assert len(boxes) == used and all((box.rows, box.columns) == (3, 3) for box in boxes)
        assert {(box.row % 7, box.column % 7) for box in boxes} == {(1, 3)}


def test_what_cannot_be_shown_is_refused_in_words():
    net, x = made("digits")
    with pytest.raises(TypeError, match="network must be a Network that takes images"):
        ReceptiveField(Network([layers.Dense(2)], (3,)), np.ones((1, 3)))
    with pytest.raises(ValueError, match=r"images must have shape \(N, 10, 9, 1\)"):
        ReceptiveField(net, x[:, :5])
    with pytest.raises(ValueError, match="names must be 4 words"):
        ReceptiveField(net, x, names=["one"])
    with pytest.raises(KeyError, match="no layer is called 'conv7'"):
        ReceptiveField(net, x, layer="conv7")
