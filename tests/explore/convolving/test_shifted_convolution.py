"""An image moved, and its convolution: every number against the slow loops, in every shift, border and stride."""

import naive
import numpy as np
import pytest
from convolved import built, kernel_of, options_of
from explorers import assert_allclose, assert_array_equal, sweep

from cnnlab import datasets
from cnnlab.explore import ShiftedConvolution
from cnnlab.explore.toolkit.items import Points


def shift_check(explorer, layer=None):
    def check(scene, values):
        image, (down, right) = explorer.image, (values["down"], values["right"])
        rows, columns = image.shape[:2]
        there = np.empty_like(image)
        for i, j in np.ndindex(rows, columns):
            inside = 0 <= i - down < rows and 0 <= j - right < columns
            there[i, j] = image[i - down, j - right] if inside else explorer.ground
        assert_array_equal(scene["h moved"].pixels, there[:, :, explorer.c])
        w, b = kernel_of(layer, values)
        if layer is None:
            w = np.repeat(w, image.shape[2], axis=2)
        assert_array_equal(scene["w"].values, w[:, :, explorer.c, explorer.d])
        padding, stride = options_of(layer, values)
        value = 0.0 if layer is None else layer.padding_value
        e, e_there = (naive.conv2d(h[None], w, b, padding, stride, value)[0, :, :, explorer.d] for h in (image, there))
        assert_allclose(scene["e"].pixels, e, atol=1e-12)
        assert_allclose(scene["e there"].pixels, e_there, atol=1e-12)
        off, (s, t) = scene["off"].pixels, stride
        (top, _), (left, _) = naive.pads(w.shape[0], padding), naive.pads(w.shape[1], padding)
        by = round(down / s), round(right / t)
        for m, n in np.ndindex(*e.shape):
            box = [m * s - top, n * t - left]
            low, high = (max(0, down), max(0, right)), (min(rows, rows + down), min(columns, columns + right))
            inside = all(low[k] <= box[k] and box[k] + w.shape[k] <= high[k] for k in (0, 1))
            before = m - by[0], n - by[1]
            inside = inside and all(0 <= before[k] < e.shape[k] for k in (0, 1))
            assert inside == np.isfinite(off[m, n]), (m, n)
            if inside:
                assert off[m, n] == pytest.approx(e_there[m, n] - e[before], abs=1e-12)
        usual, bars = (
            np.abs(e).mean(),
            {x: y for one in scene["shifts"].items for x, y in zip(one.x, one.y, strict=True)},
        )
        dots = {x for one in scene["shifts"].items if isinstance(one, Points) for x in one.x}
        assert dots == {x for x, y in bars.items() if y < 1e-7}, "a dot where e follows, and only there"
        if np.isfinite(off).any():
            share = 100 * np.nanmean(np.abs(off)) / (usual or 1.0)
            assert bars[right] == pytest.approx(share, abs=1e-6), "the bar of this shift is the picture's difference"
        if down % s == 0:
            assert all(y < 1e-9 for x, y in bars.items() if x % t == 0), "whole strides are followed"
        if down % s == 0 and right % t == 0:
            assert not scene["off"].highlights and "differ" not in scene.description, "a convolution must follow"

    return check


def test_a_convolution_follows_the_image_in_every_shift_stride_and_border():
    explorer = ShiftedConvolution(image=datasets.digits(8).x_train[1])
    check = shift_check(explorer)
    assert sweep(explorer, check) > 80
    for down in (-4, -1, 0, 2):
        for right in (-2, 0, 3, 4):
            for stride in (1, 2, 3, 4):
                for padding in explorer.positions("padding"):
                    explorer.set(down=down, right=right, stride=stride, padding=padding)
                    check(explorer.current(), explorer.values)


def test_with_stride_two_an_odd_shift_is_not_followed():
    explorer = ShiftedConvolution()
    explorer.set(stride=2, right=1)
    scene = explorer.current()
    assert (np.abs(scene["off"].pixels) > 1e-9).sum() > 200 and "no whole number of strides" in scene.description
    bars = {x: y for one in scene["shifts"].items for x, y in zip(one.x, one.y, strict=True)}
    assert len(bars) == 17 and all((y > 30) == (x % 2 == 1) for x, y in bars.items()), "every odd shift breaks it"
    small = ShiftedConvolution(image=datasets.digits(8).x_train[1])
    small.set(stride=2, right=1)
    assert len(small.current()["off"].highlights[0].cells) == 5
    explorer.set(right=2)
    assert "without the smallest change" in explorer.current().description


def test_shifts_with_any_layer_and_refusals(rng):
    layer = built((9, 10, 2), 3, (2, 3), padding=1, padding_value=0.25)
    explorer = ShiftedConvolution(layer, rng.normal(size=(9, 10, 2)), c=1, d=2)
    assert sweep(explorer, shift_check(explorer, layer)) > 50
    uneven = built((9, 10, 1), 1, 3, stride=(2, 1))
    explorer = ShiftedConvolution(uneven, rng.normal(size=(9, 10)))
    assert sweep(explorer, shift_check(explorer, uneven)) > 50 and "stride (2, 1)" in explorer.current().description
    with pytest.raises(ValueError, match="d must be one of the 3 channels"):
        ShiftedConvolution(layer, np.zeros((9, 10, 2)), d=3)
    with pytest.raises(TypeError, match="c must be a whole number of at least 0"):
        ShiftedConvolution(c=0.5)
    with pytest.raises(ValueError, match="must share its bias"):
        ShiftedConvolution(built((8, 8, 1), 1, 3, bias="unit"), np.zeros((8, 8)))


def test_an_image_moved_out_of_sight_leaves_nothing_to_compare():
    explorer = ShiftedConvolution(image=np.arange(16.0).reshape(4, 4))
    explorer.set(down=4, right=4, padding="valid")
    assert not np.isfinite(explorer.current()["off"].pixels).any()
    assert "nothing can be compared" in explorer.current().description
