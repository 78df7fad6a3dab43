"""What explorers of trained networks are given is checked in one place, and each of them asks there."""

import numpy as np
import pytest

from cnnlab import layers as L
from cnnlab.explore import BestPatches, HiddenPart, PushedImage
from cnnlab.network import Network

EVERY = pytest.mark.parametrize("explorer", [BestPatches, HiddenPart, PushedImage])


def made(channels):
    return Network([L.Conv2D(2, 3), L.Flatten(), L.Dense(3)], (6, 5, channels), rng=0), np.full(
        (2, 6, 5, channels), 0.5
    )


@EVERY
@pytest.mark.parametrize("channels", [2, 4])
def test_images_that_cannot_be_shown_are_refused(explorer, channels):
    with pytest.raises(ValueError, match=f"images must be grey or in three colours; got {channels} channels"):
        explorer(*made(channels))


@EVERY
@pytest.mark.parametrize("channels", [1, 3])
def test_grey_images_and_images_in_colours_are_shown(explorer, channels):
    assert explorer(*made(channels)).current().description
