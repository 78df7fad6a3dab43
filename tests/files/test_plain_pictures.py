"""The embedded photographs without Pillow: its own numbers, bit by bit."""

import io

import numpy as np
import pytest
from PIL import Image, ImageOps

from cnnlab.datasets import embedded, photos
from cnnlab.files import decoded, squared


@pytest.mark.parametrize("name", photos())
def test_a_photograph_is_decoded_and_scaled_as_pillow_does(name):
    data = embedded(f"photos/{name}.png").read_bytes()
    found, pixels = Image.open(io.BytesIO(data)), decoded(data)
    np.testing.assert_array_equal(pixels, np.asarray(found))
    for side in (32, 97, 256):
        np.testing.assert_array_equal(
            squared(pixels, side), np.asarray(ImageOps.fit(found, (side, side), Image.Resampling.LANCZOS))
        )


@pytest.mark.parametrize("shape", [(1, 1), (3, 7, 3), (2, 5)])
def test_small_pictures_of_any_width(rng, shape):
    pixels = rng.integers(0, 256, shape).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="PNG")
    np.testing.assert_array_equal(decoded(file.getvalue()), pixels)
    fitted = ImageOps.fit(Image.fromarray(pixels), (4, 4), Image.Resampling.LANCZOS)
    np.testing.assert_array_equal(squared(pixels, 4), np.asarray(fitted))


def test_other_files_are_refused_in_words():
    file = io.BytesIO()
    Image.new("RGBA", (2, 2)).save(file, format="PNG")
    with pytest.raises(ValueError, match=r"without the package pillow only PNG files of 8 bits, grey or RGB.*kind 6"):
        decoded(file.getvalue())
    with pytest.raises(ValueError, match="it is no PNG file"):
        decoded(b"GIF89a")
    with pytest.raises(ValueError, match="holds no picture"):
        decoded(file.getvalue()[:20])
