"""AlexNet: A. Krizhevsky, I. Sutskever and G. E. Hinton, 2012, "ImageNet classification with deep convolutional neural
networks" (lecture topic 28), and smaller networks of the same ingredients for images of 32 x 32 pixels.
"""

import numpy as np
import numpy.typing as npt

from cnnlab.initialisers import Spec
from cnnlab.layers import (
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Layer,
    LocalResponseNorm,
    MaxPool2D,
    ReLU,
    Standardise,
)
from cnnlab.network import Network
from cnnlab.types import ArrayLike, Padding, Seed


def alexnet_2012(initialiser: Spec = ("normal", 0.01), rng: Seed = 0, dtype: npt.DTypeLike = np.float32) -> Network:
    """The network of 2012: 60,965,224 parameters, 724.4 million multiply-adds, 1,000 classes.

    The paper says 224 pixels, but its 55 x 55 first maps need 227. Two groups of maps, one for each graphics card, in
    the second, fourth and fifth convolution; biases of 1 in those and in the fully-connected layers, as printed.

    Parameters
    ----------
    initialiser : str, pair or function
        The paper's by default; "zeros" makes the network at once, for whoever only looks at its shapes (drawing 61
        million numbers takes seconds and a gigabyte).
    rng : int or numpy Generator
        Of the first weights.
    dtype : float32 or float64
        Of all numbers.

    Returns
    -------
    Network
        From (227, 227, 3), mean colour subtracted, to 1,000 outputs. Train it with CrossEntropy().

    Source
    ------
    Lecture topic 28; Krizhevsky et al. 2012.
    """

    def convolution(filters: int, size: int, groups: int = 1, stride: int = 1, padding: Padding = "same") -> Conv2D:
        return Conv2D(filters, size, stride=stride, padding=padding, groups=groups, initialiser=initialiser)

    layers: list[Layer] = [
        *(convolution(96, 11, stride=4, padding="valid"), ReLU(), LocalResponseNorm(), MaxPool2D(3, 2)),
        *(convolution(256, 5, groups=2), ReLU(), LocalResponseNorm(), MaxPool2D(3, 2)),
        *(convolution(384, 3), ReLU()),
        *(convolution(384, 3, groups=2), ReLU()),
        *(convolution(256, 3, groups=2), ReLU(), MaxPool2D(3, 2), Flatten()),
        *(Dense(4096, initialiser=initialiser), ReLU(), Dropout(0.5)),
        *(Dense(4096, initialiser=initialiser), ReLU(), Dropout(0.5)),
        Dense(1000, initialiser=initialiser),
    ]
    network = Network(layers, (227, 227, 3), rng=rng, dtype=dtype)
    linear = [layer for layer in network if isinstance(layer, (Conv2D, Dense))]
    for k in (1, 3, 4, 5, 6):
        linear[k].parameters["b"][:] = 1
    return network


def alexnet_lite(
    mean: ArrayLike = 0.5,
    deviation: ArrayLike = 0.25,
    classes: int = 10,
    rng: Seed = 0,
    dtype: npt.DTypeLike = np.float32,
) -> Network:
    """The ingredients of 2012 at 32 x 32: convolutions, ReLU, overlapping max pooling, response normalisation, dropout.

    Parameters
    ----------
    mean, deviation : float, or (3,)
        Of the training images, for all channels or for each.
    classes : int
        How many.
    rng : int or numpy Generator
        Of the first weights.
    dtype : float32 or float64
        Of all numbers.

    Returns
    -------
    Network
        From (32, 32, 3), 0..1, to `classes` outputs. Train it with CrossEntropy().

    Source
    ------
    Lecture topic 28; Krizhevsky et al. 2012.
    """

    def norm() -> LocalResponseNorm:
        return LocalResponseNorm(n=5, k=1.0, alpha=0.01)

    layers: list[Layer] = [
        Standardise(mean, deviation),
        *(Conv2D(48, 5, padding="same"), ReLU(), MaxPool2D(3, 2), norm()),
        *(Conv2D(96, 3, padding="same"), ReLU(), MaxPool2D(3, 2), norm()),
        *(Conv2D(128, 3, padding="same"), ReLU()),
        *(Conv2D(128, 3, padding="same"), ReLU()),
        *(Conv2D(128, 3, padding="same"), ReLU(), MaxPool2D(3, 2), Flatten()),
        *(Dropout(0.5), Dense(256), ReLU(), Dropout(0.5)),
        Dense(classes, initialiser=("normal", 0.01)),
    ]
    return Network(layers, (32, 32, 3), rng=rng, dtype=dtype)


def alexnet_lite_bn(
    mean: ArrayLike = 0.5,
    deviation: ArrayLike = 0.25,
    classes: int = 10,
    rng: Seed = 0,
    dtype: npt.DTypeLike = np.float32,
) -> Network:
    """AlexNet-lite with batch norm in place of response normalisation, pairs of 3 x 3 kernels and more maps.

    Of each pair, the first convolution looks at the large map and is pooled at once, before its numbers are normalised:
    three quarters of the work of normalising are saved, and the second convolution, on a quarter of the pixels, can
    afford many maps. The last pooling keeps one number of each map.

    Parameters
    ----------
    mean, deviation, classes, rng, dtype : as for `alexnet_lite`

    Returns
    -------
    Network
        As from `alexnet_lite`.

    Source
    ------
    Lecture topic 28; Ioffe and Szegedy 2015.
    """

    def block(filters: int, *pooling: Layer) -> tuple[Layer, ...]:
        return Conv2D(filters, 3, padding="same", bias=None), *pooling, BatchNorm(), ReLU()

    layers: list[Layer] = [
        *(Standardise(mean, deviation), *block(32)),
        *(*block(64, MaxPool2D(2)), *block(64)),
        *(*block(192, MaxPool2D(2)), *block(192)),
        *(*block(256, MaxPool2D(2)), *block(256, MaxPool2D(4)), Flatten()),
        Dropout(0.2),
        Dense(classes, initialiser=("normal", 0.01)),
    ]
    return Network(layers, (32, 32, 3), rng=rng, dtype=dtype)


def alexnet_tiny(
    mean: ArrayLike = 0.5,
    deviation: ArrayLike = 0.25,
    classes: int = 10,
    rng: Seed = 0,
    dtype: npt.DTypeLike = np.float32,
) -> Network:
    """Small and fast, to be trained while one watches: three convolutions with ReLU and overlapping max pooling.

    Parameters
    ----------
    mean, deviation, classes, rng, dtype : as for `alexnet_lite`

    Returns
    -------
    Network
        As from `alexnet_lite`.

    Source
    ------
    Lecture topic 28.
    """
    layers: list[Layer] = [
        Standardise(mean, deviation),
        *(Conv2D(16, 5, padding="same"), ReLU(), MaxPool2D(3, 2)),
        *(Conv2D(32, 3, padding="same"), ReLU(), MaxPool2D(3, 2)),
        *(Conv2D(32, 3, padding="same"), ReLU(), MaxPool2D(3, 2), Flatten()),
        Dense(classes, initialiser=("normal", 0.01)),
    ]
    return Network(layers, (32, 32, 3), rng=rng, dtype=dtype)
