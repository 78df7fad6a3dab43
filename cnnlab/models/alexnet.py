"""AlexNet: A. Krizhevsky, I. Sutskever and G. E. Hinton, 2012, "ImageNet classification with deep convolutional neural
networks" (lecture topic 28), and smaller networks of the same ingredients for images of 32 x 32 pixels.
"""

import numpy as np

from cnnlab.layers import BatchNorm, Conv2D, Dense, Dropout, Flatten, LocalResponseNorm, MaxPool2D, ReLU, Standardise
from cnnlab.network import Network


def alexnet_2012(initialiser=("normal", 0.01), rng=0, dtype=np.float32):
    """The network of 2012: 60,965,224 parameters, 724.4 million multiply-adds, 1,000 classes.

    initialiser : the paper's by default; "zeros" makes the network at once, for whoever only looks at its shapes
    (drawing 61 million numbers takes seconds and a gigabyte). rng : seed or Generator.
    -> Network from (227, 227, 3), mean colour subtracted, to 1,000 outputs. Train it with CrossEntropy().

    The paper says 224 pixels, but its 55 x 55 first maps need 227. Two groups of maps, one for each graphics card, in
    the second, fourth and fifth convolution; biases of 1 in those and in the fully-connected layers, as printed.
    """

    def convolution(filters, size, groups=1, stride=1, padding="same"):
        return Conv2D(filters, size, stride=stride, padding=padding, groups=groups, initialiser=initialiser)

    layers = [
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


def alexnet_lite(mean=0.5, deviation=0.25, classes=10, rng=0, dtype=np.float32):
    """The ingredients of 2012 at 32 x 32: convolutions, ReLU, overlapping max pooling, response normalisation, dropout.

    mean, deviation : of the training images, for each channel or for all; classes : how many; rng : seed or Generator.
    -> Network from (32, 32, 3), 0..1, to `classes` outputs. Train it with CrossEntropy().
    """

    def norm():
        return LocalResponseNorm(n=5, k=1.0, alpha=0.01)

    layers = [
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


def alexnet_lite_bn(mean=0.5, deviation=0.25, classes=10, rng=0, dtype=np.float32):
    """AlexNet-lite with batch norm (Ioffe and Szegedy 2015) in place of response normalisation, pairs of 3 x 3 kernels
    and more maps.

    Arguments and shapes as in `alexnet_lite`. Of each pair, the first convolution looks at the large map and is pooled
    at once, before its numbers are normalised: three quarters of the work of normalising are saved, and the second
    convolution, on a quarter of the pixels, can afford many maps. The last pooling keeps one number of each map.
    """

    def block(filters, *pooling):
        return Conv2D(filters, 3, padding="same", bias=None), *pooling, BatchNorm(), ReLU()

    layers = [
        *(Standardise(mean, deviation), *block(32)),
        *(*block(64, MaxPool2D(2)), *block(64)),
        *(*block(192, MaxPool2D(2)), *block(192)),
        *(*block(256, MaxPool2D(2)), *block(256, MaxPool2D(4)), Flatten()),
        Dropout(0.2),
        Dense(classes, initialiser=("normal", 0.01)),
    ]
    return Network(layers, (32, 32, 3), rng=rng, dtype=dtype)


def alexnet_tiny(mean=0.5, deviation=0.25, classes=10, rng=0, dtype=np.float32):
    """Small and fast, to be trained while one watches: three convolutions with ReLU and overlapping max pooling.

    Arguments and shapes as in `alexnet_lite`.
    """
    layers = [
        Standardise(mean, deviation),
        *(Conv2D(16, 5, padding="same"), ReLU(), MaxPool2D(3, 2)),
        *(Conv2D(32, 3, padding="same"), ReLU(), MaxPool2D(3, 2)),
        *(Conv2D(32, 3, padding="same"), ReLU(), MaxPool2D(3, 2), Flatten()),
        Dense(classes, initialiser=("normal", 0.01)),
    ]
    return Network(layers, (32, 32, 3), rng=rng, dtype=dtype)
