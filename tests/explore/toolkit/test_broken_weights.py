"""A weight that is not finite: every explorer and picture says so in words, and shows no numbers made of it."""

import re

import numpy as np
import pytest

from cnnlab import draw, explore
from cnnlab.analysis import attribution
from cnnlab.analysis.landscape import NetworkPlane
from cnnlab.layers import BatchNorm, Conv2D, Dense, Flatten, ReLU
from cnnlab.losses import MSE, BinaryCrossEntropy, CrossEntropy
from cnnlab.network import Network
from cnnlab.optimisers import SGD


def convolution(value, name="w"):
    """A Conv2D on 8 x 8 x 1 with two broken weights or biases."""
    layer = Conv2D(2, 3)
    layer.build((8, 8, 1), np.random.default_rng(0), np.float64)
    layer.parameters[name].ravel()[:2] = value
    return layer


@pytest.mark.parametrize(
    "kind",
    [
        "ConvolutionStepper",
        "ErrorFootprint",
        "WeightGradient",
        "ShiftedConvolution",
        "ToeplitzView",
        "PhotoFilter",
        "HiddenKernel",
    ],
)
@pytest.mark.parametrize(("value", "name"), [(np.nan, "w"), (-np.inf, "w"), (np.nan, "b")])
def test_the_explorers_of_a_convolution_refuse_it(kind, value, name):
    argument = {"HiddenKernel": "images"}.get(kind, "image")
    with pytest.raises(ValueError, match=re.escape("layer: its weights hold 2 values that are not finite")):
        getattr(explore, kind)(layer=convolution(value, name), **{argument: np.zeros((8, 8))})


X, Y = np.zeros((3, 8, 8, 1)), np.zeros(3, int)
READERS = {
    "ReceptiveField": lambda net: explore.ReceptiveField(net, X),
    "GradientMicroscope": lambda net: explore.GradientMicroscope(net, X),
    "GradientCheck": lambda net: explore.GradientCheck(net, X, Y, CrossEntropy()),
    "Reading": lambda net: explore.Reading(net, X, Y),
    "Drawing": lambda net: explore.Drawing(net),
    "ShiftTest": lambda net: explore.ShiftTest(X, Y, {"mine": net}),
    "NetworkPlane": lambda net: NetworkPlane(net, CrossEntropy(), X, Y),
    "occlusion": lambda net: attribution.occlusion(net, X[0], 0),
}


@pytest.mark.parametrize("name", READERS)
def test_whoever_looks_at_a_network_refuses_it(name):
    net = Network([Conv2D(2, 3), ReLU(), Flatten(), Dense(3)], (8, 8, 1), dtype=np.float64)
    READERS[name](net)
    net[3].parameters["w"][:2, 1] = np.nan
    called = "network 'mine'" if name == "ShiftTest" else "network"
    with pytest.raises(ValueError, match=f"{called}: the weight 3.w holds 2 values that are not finite; train or load"):
        READERS[name](net)


def test_what_a_normalisation_remembers_counts_too():
    net = Network([Conv2D(2, 3), BatchNorm(), Flatten(), Dense(3)], (8, 8, 1), dtype=np.float64)
    name, array = next(iter(net.state.items()))
    array[0] = np.inf
    with pytest.raises(ValueError, match=f"network: the weight {name} holds 1 value that is not finite"):
        explore.ReceptiveField(net, X)


def test_networks_with_two_inputs_refuse_it():
    net, x = Network([Dense(2), ReLU(), Dense(1)], (2,), dtype=np.float64), np.ones((4, 2))
    net[0].parameters["b"][0] = np.nan
    with pytest.raises(ValueError, match=r"net: the weight 0.b holds 1 value that is not finite"):
        draw.decision_regions(net, x)
    for loss in (BinaryCrossEntropy(), MSE()):
        with pytest.raises(ValueError, match=r"network: the weight 0.b holds 1 value that is not finite"):
            explore.TrainedRegions(net, loss, SGD(0.1), x, np.zeros(4, int))
