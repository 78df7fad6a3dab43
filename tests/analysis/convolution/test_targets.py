"""What a kernel is to find: edges as they are called, orange by its hue; and how near a map comes."""

import colorsys

import numpy as np
import pytest

from cnnlab.analysis.convolution import EDGES, Convolution, edge_kernel, is_orange, likeness, overlap


def answer(name, h):
    return Convolution(edge_kernel(name)[:, :, None, None]).e(h[:, :, None])[:, :, 0]


def test_each_kernel_answers_to_the_edge_that_it_is_called_by():
    rows, columns = np.indices((9, 9)).astype(float)
    pictures = {
        "dark left, bright right": columns > 4,
        "bright above, dark below": rows < 4,
        "dark upper left, bright lower right": rows + columns > 8,
        "bright lines that rise to the right": rows + columns == 8,
        "dark spots": (rows != 4) | (columns != 4),
    }
    assert set(pictures) == set(EDGES)
    for name, picture in pictures.items():
        h = picture.astype(float)
        e = answer(name, h)
        assert e.max() > 0 and e.max() == max(
            answer(other, h).max() / np.abs(edge_kernel(other)).sum() for other in EDGES
        ) * (np.abs(edge_kernel(name)).sum()), f"{name} is the kernel that answers most, for its size"
        assert answer(name, 1 - h).max() < e.max(), "and less where bright and dark change places"
        np.testing.assert_allclose(answer(name, np.full((5, 5), 0.7)), 0, atol=1e-12)


def test_likeness_knows_no_scale_but_the_sign():
    rng = np.random.default_rng(0)
    target, other = rng.normal(size=(2, 20, 20))
    same, opposite, unlike, none = (likeness(e, target) for e in (3 * target, -target, other, 0 * target))
    assert same.score == 100 and same.scale == pytest.approx(1 / 3) and same.cosine == pytest.approx(1)
    assert opposite.score == 0 and opposite.scale == 0 and opposite.cosine == pytest.approx(-1)
    assert unlike.score < 10 and none == (0.0, 0.0, 0)
    mixed = likeness(target + 0.3 * other, target)
    scales = np.linspace(0, 2, 2001)
    best = min(np.linalg.norm(target - s * (target + 0.3 * other)) for s in scales) / np.linalg.norm(target)
    assert mixed.score == round(100 * (1 - best))


def test_orange_is_what_the_colour_circle_says(rng):
    image = rng.random((30, 30, 3))
    expected = np.zeros((30, 30), bool)
    for place in np.ndindex(30, 30):
        hue, saturation, value = colorsys.rgb_to_hsv(*image[place])
        expected[place] = 10 <= 360 * hue <= 40 and saturation > 0.5 and value > 0.3
    np.testing.assert_array_equal(is_orange(image), expected)
    assert expected.sum() > 20 and not is_orange(np.zeros((2, 2, 3))).any() and not is_orange(np.ones((2, 2, 3))).any()


def test_overlap_counts_pixels():
    said, target = np.array([1, 1, 0, 0, 1], bool), np.array([1, 0, 1, 0, 1], bool)
    assert overlap(said, target) == (2, 1, 1, 50)
    assert overlap(said & False, target & False) == (0, 0, 0, 100)
