"""Every explorer that takes an image says by its name what is wrong with it, what came and what was expected."""

import numpy as np
import pytest

from cnnlab import explore

TAKES = {
    "ConvolutionStepper": ("image", lambda wrong: explore.ConvolutionStepper(image=wrong)),
    "ThreePaddings": ("image", explore.ThreePaddings),
    "ThreePaddings, kernel": ("kernel", lambda wrong: explore.ThreePaddings(kernel=wrong)),
    "PhotoFilter": ("image", explore.PhotoFilter),
    "KernelByHand": ("image", explore.KernelByHand),
    "KernelDesigner": ("image", explore.KernelDesigner),
    "FindTheColour": ("image", explore.FindTheColour),
    "ShiftedConvolution": ("image", lambda wrong: explore.ShiftedConvolution(image=wrong)),
    "Flattened": ("h", explore.Flattened),
    "MovingCat": ("photo", explore.MovingCat),
}
WRONG = {
    "a path": ("cat.png", r"got (an array of shape|dtype <U7|<U7 of shape|shape) ?\(?"),
    "rows of several lengths": ([[1.0, 2.0], [3.0]], r"rows of the same length; got \[\[1.0, 2.0\], \[3.0\]\]"),
    "a line": (np.arange(5.0), r"got .*\(5,\)"),
    "a batch": (np.zeros((1, 5, 5, 1)), r"got .*\(1, 5, 5, 1\)"),
    "nothing": (np.zeros((0, 3)), r"got .*\(0, 3\)"),
    "objects": (np.array([[object()] * 3] * 3), r"got "),
}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("name", TAKES)
def test_what_is_no_image_is_named(name, wrong):
    argument, make = TAKES[name]
    value, words = WRONG[wrong]
    with pytest.raises((TypeError, ValueError), match=rf"^{argument} (must|has) .*{words}"):
        make(value)
