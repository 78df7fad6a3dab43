"""Sheets of maps: every map in its place, a line of nothing between them, and back from a pixel to its unit."""

import numpy as np
import pytest

from cnnlab.explore.toolkit.sheets import Chart, Maps, contact_sheet, painted


def test_a_contact_sheet_has_empty_lines_between_its_maps():
    sheet = contact_sheet(np.arange(24.0).reshape(2, 3, 4), 2)
    assert sheet.shape == (5, 7)
    assert np.isnan(sheet[2]).all() and np.isnan(sheet[:, 3]).all() and np.isnan(sheet).sum() == 7 + 5 - 1
    np.testing.assert_array_equal(sheet[3:, 4:], np.arange(24.0).reshape(2, 3, 4)[:, :, 3])


@pytest.mark.parametrize("shape", [(2, 5, 4, 7), (2, 1, 1, 3), (2, 23), (2, 3)])
def test_a_unit_is_found_where_the_sheet_shows_it(shape, rng):
    out = rng.normal(size=shape)
    maps = Maps([out])
    shown = maps.of(0, 1)
    sheet = contact_sheet(shown, maps.across(0))
    assert sheet.shape == maps.sheet_shape(0)
    for unit in np.ndindex(shape[1:]):
        where, d = maps.cell(0, unit), unit[-1] if len(shape) == 4 else 0
        assert maps.unit(0, where, d) == unit and maps.inside(0, where) == where
        at = maps.on_sheet(0, d, where)
        assert sheet[at] == out[(1, *unit)] and maps.from_sheet(0, at) == (d, where)
    high, wide = maps.sheet_shape(0)
    for beside in ((high, wide), (high, 0), (0, wide), (high + 7, wide + 9)):
        nearest = min(beside[0], high - 1), min(beside[1], wide - 1)
        assert maps.from_sheet(0, beside) == maps.from_sheet(0, nearest), "taken for the nearest on the sheet"


def test_the_strongest_unit_of_a_map_and_of_all(rng):
    out = rng.normal(size=(2, 5, 4, 7))
    maps = Maps([out, rng.normal(size=(2, 23))])
    (row, column), d = maps.strongest(0, 1)
    assert out[1, row, column, d] == out[1].max()
    (row, column), d = maps.strongest(0, 1, 3)
    assert d == 3 and out[1, row, column, 3] == out[1, :, :, 3].max()
    where, d = maps.strongest(1, 0)  # the empty places of the last line do not count
    assert d == 0 and maps.out[1][0, maps.unit(1, where, d)[0]] == maps.out[1][0].max()


@pytest.mark.parametrize(
    "channels, span, colours", [(1, (0.0, 2.0), "grey"), (2, (-1.0, 1.0), "ink"), (3, (0.0, 1.0), None)]
)
def test_images_of_any_number_of_channels_can_be_painted(channels, span, colours, rng):
    pixels = rng.uniform(*span, (3, 4, channels))
    look = painted(pixels, span)
    assert look.get("colours") == colours and look.get("scale") == (span if colours else None)
    np.testing.assert_array_equal(look["pixels"], pixels.mean(axis=2) if colours else pixels)


def test_colours_beyond_0_and_1_are_stretched():
    pixels = np.array([[[-1.0, 0.0, 3.0]]])
    np.testing.assert_allclose(painted(pixels, (-1.0, 3.0))["pixels"], [[[0.0, 0.25, 1.0]]])


SHAPES = {
    "notebook 08": [(12, 12, 6), (6, 6, 6), (4, 4, 12), (2, 2, 12), (48,), (10,)],
    "large, many maps": [(40, 24, 20), (20, 12, 20), (3, 2, 200), (1200,), (500,), (3,)],
    "maps in the end": [(5, 9, 1), (2, 1, 3)],
    "many classes": [(8, 8, 2), (128,), (300,)],
}


@pytest.mark.parametrize("name", SHAPES)
def test_every_number_of_a_network_stands_where_its_chart_says(name, rng):
    shapes = SHAPES[name]
    chart = Chart(shapes, [str(k) for k in range(10)] if name == "notebook 08" else [])
    arrays, tops = [rng.normal(size=shape) for shape in shapes], [k + 1.0 for k in range(len(shapes))]
    pixels = chart.pixels(arrays, tops)
    assert pixels.shape == chart.shape and chart.shape[1] > 2 * len(shapes)
    seen = np.zeros(chart.shape, int)
    for place, (shape, array) in enumerate(zip(shapes, arrays, strict=True)):
        shown = [unit for unit in np.ndindex(shape) if chart.shows(place, unit)]
        assert len(shown) >= min(array.size, 200) or len(shape) == 3
        for unit in shown:
            row, column = chart.cell(place, unit)
            each = chart.stands[place].each
            block = pixels[row : row + each, column : column + each]
            assert np.abs(block * tops[place] - array[unit]).max() < 1e-5
            seen[row : row + each, column : column + each] += 1
            if unit[0] % 3 == 0:
                assert chart.unit(row, column) == (place, unit) == chart.unit(row + each - 1, column + each - 1)
    assert seen.max() == 1 and np.array_equal(seen == 0, np.isnan(pixels)), "each its own pixels"
    parts = chart.parts(["h[{r}, {c}, {d}]"] * len(shapes), tops)
    inside = np.zeros(chart.shape, bool)
    for part in parts:
        high, wide = part.rows * part.each, part.columns * part.each
        assert not inside[part.row : part.row + high, part.column : part.column + wide].any()
        inside[part.row : part.row + high, part.column : part.column + wide] = True
    assert inside[seen > 0].all()
    if name == "notebook 08":
        assert parts[2].name == "h[{r}, {c}, 2]" and parts[-1].words == [str(k) for k in range(10)]


def test_a_pixel_of_a_chart_that_holds_nothing_leads_to_the_nearest_number():
    chart = Chart(SHAPES["notebook 08"])
    for row, column in np.ndindex(chart.shape):
        place, unit = chart.unit(row, column)
        assert chart.shows(place, unit) and all(
            0 <= one < side for one, side in zip(unit, chart.stands[place].shape, strict=True)
        )
    heads = chart.heads([("a", "b")] * 6)
    ends = [head.column + head.columns for head in heads]
    assert all(end <= head.column for end, head in zip(ends, heads[1:], strict=False)), "no head reaches into another"
