"""The steps of 1989: does a step size for every weight, from second derivatives, read zip codes better?

    python3 lab.py run python benchmarks/zip_code_second_order.py [--data FILE.npz] [--eta 0.002] [--validation]

The paper (and Y. LeCun, *Generalization and network design strategies*, 1989) divides each step by an estimate of the
loss's curvature along that weight, d2L/du2. Such estimates are back-propagated like gradients, with squared weights
and squared slopes, and without what the curvature of the nonlinearities would add (so none is negative):

    d2L/de2 = f'(e)^2 d2L/dh2        d2L/dw2 = sum h^2 d2L/de2        d2L/dh2 = sum w^2 d2L/de2

Before each epoch they are averaged over 500 images; then every image gives one step,
u <- u - eta / (mu + d2L/du2) dL/du.
`--validation` holds a part of the training images back and leaves the test images alone: for choosing eta and mu.
`--keep` writes data/measured/zip_code_second_order.json.
"""

import time

import numpy as np

from benchmarks.zip_code_etas import errors, measured, rounded, seconds, zip_codes
from cnnlab import MSE, models, ops
from cnnlab.analysis.receptive import activations
from cnnlab.layers import Conv2D, Dense, Flatten, ScaledTanh
from cnnlab.loops.kernels.pointwise import HEIGHT, STEEPNESS

IMAGES = 500


def curvatures(network, x):
    """d2L/du2 of every parameter, the mean over images, in the order of `network.parameters`."""
    hs, found = activations(network, x), []
    dd = np.full_like(hs[-1], 2 / hs[-1].shape[1])  # of the mean squared error
    for layer, h, out in reversed(list(zip(network, hs[:-1], hs[1:], strict=True))):
        if isinstance(layer, ScaledTanh):
            dd = dd * (HEIGHT * STEEPNESS * (1 - (out / HEIGHT) ** 2)) ** 2
        elif isinstance(layer, Flatten):
            dd = dd.reshape(h.shape)
        elif isinstance(layer, Dense):
            found += [dd.mean(0), (h**2).T @ dd / len(x)]
            dd = dd @ (layer.parameters["w"] ** 2).T
        elif isinstance(layer, Conv2D):
            options = {"padding": layer.padding, "stride": layer.stride, "connections": layer.connections}
            w, border = layer.parameters["w"], layer.padding_value**2
            dw = ops.conv2d_weight_gradient(dd, h**2, w.shape, padding_value=border, **options)
            found += [dd.mean(0), dw / len(x)]
            dd = ops.conv2d_input_gradient(dd, w**2, h.shape, **options)
    return found[::-1]


def train(data, seed, eta, mu, epochs=25):
    """Online, with a step size for every weight; eta falls to nothing in the second half."""
    network, loss, rng = models.zip_code_1989(rng=seed), MSE(off=-1.0, on=1.0), np.random.default_rng(seed)
    for epoch in range(epochs):
        some = rng.choice(len(data.x_train), IMAGES, replace=False)
        steps = [1 / (mu + found) for found in curvatures(network, data.x_train[some])]
        now = eta * min(1.0, 2 * (1 - epoch / epochs))
        for i in rng.permutation(len(data.x_train)):
            network.loss_and_gradients(data.x_train[i : i + 1], data.y_train[i : i + 1], loss, checked=True)
            gradients = network.gradients.values()
            for u, gradient, step in zip(network.parameters.values(), gradients, steps, strict=True):
                u -= now * step * gradient
    return network


def one(seed, eta, mu, epochs, data, part):
    """One training -> its errors, as fractions, and seconds."""
    digits, begin = zip_codes(data, part), time.perf_counter()
    found = errors(train(digits, seed, eta, mu, epochs), digits)
    return found | {"seconds": time.perf_counter() - begin}


def row(settings, runs, counts):
    """What is kept of several trainings."""
    return {
        **settings,
        **counts,
        "test_errors": rounded(runs, "test"),
        "train_errors": rounded(runs, "train"),
        "seconds": seconds(runs),
    }


def main(arguments=None):
    measured(__doc__.split("\n")[0], "zip_code_second_order", one, row, 0.002, arguments, mu=0.02, epochs=25)


if __name__ == "__main__":
    main()
