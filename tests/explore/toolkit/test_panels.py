"""Panels that several explorers share: a map as numbers or as pixels."""

import numpy as np

from cnnlab.explore.toolkit.items import Highlight
from cnnlab.explore.toolkit.numbers import are_whole, strongest
from cnnlab.explore.toolkit.panels import READABLE, map_panel, of_h, shades
from cnnlab.explore.toolkit.scene import Grid, Image


def test_a_map_is_numbers_up_to_a_size_and_pixels_beyond():
    for side, kind in ((READABLE, Grid), (READABLE + 1, Image)):
        panel = map_panel("e", np.zeros((side, 3)), "e", "e", capacity=(20, 20))
        assert isinstance(panel, kind)
    assert isinstance(map_panel("e", np.zeros((2, 2)), "e", "e", readable=0), Image)
    assert map_panel("e", np.zeros((2, 2)), "e", "e", colours="grey").colours == "diverging", "numbers have signs"


def test_a_border_is_counted_below_zero_and_an_image_leaves_it_out(rng):
    values, border = rng.normal(size=(5, 6)), ((1, 2), (2, 0))
    options = {"border": border, "box": (-1, 1, 2, 2, "window", 2), "marks": [Highlight([(0, 0)], "first")]}
    grid = map_panel("h", values, "h", "h", **options)
    np.testing.assert_array_equal(grid.values, values)
    assert (grid.row_offset, grid.column_offset) == (-1, -2)
    cells = {mark.meaning: {tuple(map(int, at)) for at in mark.cells} for mark in grid.highlights}
    assert cells["first"] == {(1, 2)} and cells["window"] == {(0, 3), (0, 4), (1, 3), (1, 4)}
    assert cells["padding"] == {(i, j) for i, j in np.ndindex(5, 6) if not (1 <= i < 3 and j >= 2)}
    image = map_panel("h", values, "h", "h", readable=0, **options)
    np.testing.assert_array_equal(image.pixels, values[1:3, 2:])
    assert (image.rectangles[0].row, image.rectangles[0].column) == (-1, 1)


def test_the_part_of_a_window_beside_the_map_is_not_marked():
    grid = map_panel("h", np.zeros((3, 3)), "h", "h", box=(2, 2, 2, 2, "window", 2))
    assert grid.highlights[0].cells.tolist() == [[2, 2]]


def test_colours_of_a_map_of_the_input():
    bright = np.linspace(0, 1, 400).reshape(20, 20)
    assert shades(bright) == {"colours": "grey", "scale": (0.0, 1.0)}
    assert shades(bright[:5, :5]) == {"colours": "diverging", "scale": bright[:5, :5].max()}
    assert shades(-2 * bright) == {"colours": "diverging", "scale": 2.0}
    assert shades(bright[:5, :5], readable=0)["colours"] == "grey"


def test_names_of_the_sides():
    assert of_h(map_panel("h", np.zeros((2, 2)), "h", "h")).row_label == "m'"
    image = map_panel("h", np.zeros((2, 2)), "h", "h", readable=0)
    assert of_h(image) is image


def test_the_end_of_a_scale_and_whole_numbers():
    assert strongest([-3, 2]) == 3.0 and strongest(np.zeros(4)) == 1.0
    assert are_whole(np.array([1.0, -2.0]), np.eye(2)) and not are_whole(np.eye(2), np.array([0.5]))
