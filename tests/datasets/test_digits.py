"""Embedded digits: what they are, and that they are whole."""

import numpy as np
import pytest

from cnnlab import datasets


@pytest.mark.parametrize("size", [8, 16])
def test_digits_are_1797_images_from_paper_to_ink(size):
    x_train, y_train, x_test, y_test, names = datasets.digits(size)
    assert x_train.shape == (1347, size, size, 1) and x_test.shape == (450, size, size, 1)
    assert x_train.dtype == x_test.dtype == np.float32 and y_train.dtype == y_test.dtype == np.int64
    assert x_train.min() == -1 and x_train.max() == 1
    assert names == tuple("0123456789") and set(y_train) == set(y_test) == set(range(10))
    # No digit is in both parts: the test error would be a lie.
    assert not {x.tobytes() for x in x_train} & {x.tobytes() for x in x_test}


def test_the_labels_belong_to_the_images():
    """Nearest neighbours mostly share their label; with labels out of step they would agree in one case out of ten."""
    x_train, y_train, x_test, y_test, _ = datasets.digits()
    distance = ((x_test[:, None] - x_train[None]) ** 2).sum((2, 3, 4))
    assert (y_train[distance.argmin(1)] == y_test).mean() > 0.97


def test_doubling_keeps_flat_images_flat_and_ramps_straight():
    from cnnlab.datasets.digits import double

    assert np.array_equal(double(np.full((1, 4, 4), 0.25, np.float32)), np.full((1, 8, 8), 0.25, np.float32))
    ramp = np.tile(np.linspace(-0.7, 0.7, 8, dtype=np.float32), (8, 1))
    fine = double(np.stack([ramp, ramp.T]))
    inside = slice(4, -4)  # at the border the outermost pixel repeats, so the ramp bends there
    expected = -0.7 + 0.2 * ((np.arange(16) + 0.5) / 2 - 0.5)
    np.testing.assert_allclose(fine[0, 8, inside], expected[inside], atol=1e-6)
    np.testing.assert_allclose(fine[1, inside, 8], expected[inside], atol=1e-6)


def test_doubled_digits_agree_with_an_independent_cubic_interpolation():
    from PIL import Image

    small, large = datasets.digits(8).x_test[:5, ..., 0], datasets.digits(16).x_test[:5, ..., 0]
    for image, ours in zip(small, large, strict=True):
        theirs = np.asarray(Image.fromarray(image).resize((16, 16), Image.Resampling.BICUBIC))
        np.testing.assert_allclose(ours[3:-3, 3:-3], np.clip(theirs, -1, 1)[3:-3, 3:-3], atol=1e-5)


@pytest.mark.parametrize("size", [7, 32, "16", None])
def test_digits_of_another_size_are_refused(size):
    with pytest.raises(ValueError, match=f"size must be 8 or 16; got {size!r}"):
        datasets.digits(size)
