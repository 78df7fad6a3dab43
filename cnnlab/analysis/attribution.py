"""Which pixels matter to one unit of a trained network: by its gradient, and by covering them (lecture topic 28).

The gradient is that of back-propagation, started not with the loss but with a single 1 at the unit.  Covering parts of
the image follows M. D. Zeiler and R. Fergus 2014, "Visualizing and understanding convolutional networks".
"""

import numpy as np

from cnnlab import arguments, layers
from cnnlab.losses import CrossEntropy
from cnnlab.network import Network


class UnitGradients:
    """The gradients of single units with respect to the image, and to everything in between.

    network : any Network; images : (N, *network.input_shape).  It works on a copy, so that the network keeps what its
    last training step left in it, and whatever happens to it later changes nothing here.

    out : what every layer gives for the images, as in `predict`: a list of arrays (N, *output_shape).

    Raises TypeError or ValueError, naming the argument, for what does not fit.
    """

    def __init__(self, network, images):
        if not isinstance(network, Network):
            raise TypeError(f"network must be a Network; got {type(network).__name__}")
        self.x = network.checked(images, "images")
        arguments.finite_weights("network", network.parameters | network.state)
        self.network = Network(
            [layers.from_config(layers.to_config(one)) for one in network], network.input_shape, dtype=network.dtype
        )
        self.network.set_weights(network.weights())
        h, self.out = self.x, []
        for layer in self.network:
            h = layer.forward(h)
            self.out.append(h)
        self._kept = None  # the image whose forward pass the layers remember, and how many times

    def of(self, image, layer, unit):
        """How one unit changes with everything before it -> list of arrays.

        image : which one.  layer : number or name of the layer whose output the unit is in; unit : (m, n, c) or (c,).
        found[0] is d unit / dx in the shape of the image, found[l + 1] that with respect to the output of layer l; the
        last one is 1 at the unit and 0 elsewhere.

        Raises ValueError for an image or a unit that is not there, KeyError or IndexError for a layer.
        """
        return [each[0] for each in self.of_all(image, layer, [unit])]

    def of_all(self, image, layer, units):
        """The same for several units of one layer, in one go -> list of arrays (K, ...), K the number of units.

        Much faster than one after another: the layers work on K samples at once.
        """
        place = self.network.layers.index(self.network[layer])
        name, shape = self.network[place].name, self.network[place].output_shape
        units = [tuple(np.atleast_1d(unit).tolist()) for unit in units]
        for unit in units:
            if len(unit) != len(shape) or not all(0 <= at < side for at, side in zip(unit, shape, strict=True)):
                raise ValueError(f"unit must be a place in the output {shape} of {name}; got {unit}")
        if not 0 <= image < len(self.x):
            raise ValueError(f"image must be one of 0..{len(self.x) - 1}; got {image!r}")
        if self._kept != (image, len(units)):
            h = np.repeat(self.x[image : image + 1], len(units), axis=0)
            for one in self.network:
                h = one.forward(h)
            self._kept = image, len(units)
        d = np.zeros((len(units), *shape), self.network.dtype)
        for k, unit in enumerate(units):
            d[(k, *unit)] = 1
        found = [d]
        for one in reversed(self.network.layers[: place + 1]):
            found.append(one.backward(found[-1]))
        return [each.copy() for each in reversed(found)]


def occlusion(network, image, label, size=8, stride=1, fill=0.5, loss=None):
    """The probability of a class while a grey square covers each place of an image, (H', W').

    image (H, W, C); label : the class.  size : side of the square in pixels, stride : how far it moves each time.
    found[i, j] belongs to the square whose middle lies on pixel (i stride, j stride); at the edge it sticks out.
    fill : what it is filled with.  loss : whose yhat is the probability, by default CrossEntropy().

    Raises TypeError or ValueError, naming the argument, for what does not fit.
    """
    image = network.checked(np.asarray(image)[None], "image")[0]
    arguments.finite_weights("network", network.parameters | network.state)
    size, stride = arguments.whole("size", size), arguments.whole("stride", stride)
    if len(network.output_shape) != 1 or not 0 <= label < network.output_shape[0]:
        raise ValueError(f"label must be one of the outputs {network.output_shape} of the network; got {label!r}")
    rows, columns = (np.arange(0, side, stride) for side in image.shape[:2])
    covered = np.repeat(image[None], len(rows) * len(columns), axis=0)
    for each, (m, n) in zip(covered, ((m, n) for m in rows for n in columns), strict=True):
        top, left = m - size // 2, n - size // 2
        each[max(top, 0) : top + size, max(left, 0) : left + size] = fill
    yhat = (loss or CrossEntropy()).yhat(network.predict(covered))
    return yhat[:, label].reshape(len(rows), len(columns))
