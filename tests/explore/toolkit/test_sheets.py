"""Sheets of maps: every map in its place, a line of nothing between them, and back from a pixel to its unit."""

import numpy as np
import pytest

from cnnlab.explore.toolkit.sheets import Maps, contact_sheet


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
