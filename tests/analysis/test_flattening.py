"""Places after Flatten: NumPy's own order, there and back."""

import numpy as np
import pytest

from cnnlab.analysis import flattening


@pytest.mark.parametrize("shape", [(2, 3, 4), (3, 2, 1), (5, 4), (6,), (1, 7, 3)])
def test_flat_index_is_numpys_reshape_and_back(shape):
    flat = np.arange(np.prod(shape)).reshape(shape)
    for place in np.ndindex(*shape):
        assert flattening.flat_index(place, shape) == flat[place]
        assert flattening.place_of(flat[place], shape) == place


def test_the_vector_is_read_in_the_order_of_the_axes(rng):
    h = rng.normal(size=(2, 3, 4))
    for axes in ((0, 1, 2), (2, 0, 1)):
        flat = flattening.flattened(h, axes)
        assert flat.shape == (24,)
        for place in np.ndindex(*h.shape):
            read, shape = tuple(place[a] for a in axes), tuple(h.shape[a] for a in axes)
            assert flat[flattening.flat_index(read, shape)] == h[place]


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match=r"place must be inside of \(2, 3, 4\); got \(2, 0, 0\)"):
        flattening.flat_index((2, 0, 0), (2, 3, 4))
    with pytest.raises(ValueError, match=r"i must be 0\.\.23"):
        flattening.place_of(24, (2, 3, 4))
