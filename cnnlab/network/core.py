"""A network: layers in a row, forward and backward, counted, saved and loaded."""

import json

import numpy as np

from cnnlab import arguments, layers, losses
from cnnlab.network.executor import steps_for
from cnnlab.network.files import document, read, write
from cnnlab.network.parameters import Flat
from cnnlab.network.summary import Summary, words

FORMAT = "cnnlab network 1"

# What layers are called in a network, with a number behind: conv1, pool1, ...; other kinds by their own name in small
# letters.
SHORT = {
    "Conv2D": "conv",
    "Conv1D": "conv",
    "MaxPool2D": "pool",
    "AveragePool2D": "pool",
    "Decimate2D": "pool",
    "LocalResponseNorm": "norm",
    "BatchNorm": "norm",
}


class Network:
    """Layers in a row: what one gives, the next takes.

    layers : list of Layer, none of them in another network.
    input_shape : the shape of one sample, (H, W, C) or (T, C) or (C,).
    rng : seed or Generator of the initial weights, which are drawn layer by layer.
    dtype : float32, or float64 for gradient checks.

    Raises TypeError or ValueError for something that is not a layer, a layer that is there twice, or layers that do not
    fit each other (the message says which one).
    """

    def __init__(self, layers, input_shape, rng=0, dtype=np.float32):
        self.layers, self.dtype = _checked_layers(layers), np.dtype(dtype)
        if self.dtype not in arguments.FLOATS:
            raise TypeError(f"dtype must be float32 or float64; got {self.dtype}")
        self.input_shape = tuple(arguments.whole("input_shape", side) for side in np.atleast_1d(input_shape).tolist())
        rng, shape, kinds = np.random.default_rng(rng), self.input_shape, {}
        for place, layer in enumerate(self.layers):
            try:
                layer.build(shape, rng, self.dtype)
            except (TypeError, ValueError) as problem:
                raise type(problem)(f"layer {place}, {words(layer)}, cannot take an input {shape}: {problem}") from None
            shape = layer.output_shape
            kind = SHORT.get(type(layer).__name__, type(layer).__name__.lower())
            kinds[kind] = kinds.get(kind, 0) + 1
            layer.name = f"{kind}{kinds[kind]}"
        self.output_shape = shape
        # Below the first layer that has something to learn nobody needs a gradient: back-propagation stops there.
        self._flat, self._steps = Flat(self.layers, self.dtype), None
        self._first = next((i for i, layer in enumerate(self.layers) if layer.parameters), len(self.layers))

    # Forward and backward

    def forward(self, x, training=False):
        """x (N, *input_shape) float32 or float64 -> e of the last layer, (N, *output_shape), in the network's dtype.

        training : as during training (dropout drops, batch normalisation looks at the batch).
        Raises TypeError or ValueError for other dtypes and shapes, an empty batch, NaN or infinity.
        """
        return self._forward(self.checked(x), training)

    def _forward(self, h, training):
        for layer in self.layers:
            h = layer.forward(h, training)
        return h

    def backward(self, de, need_input=False):
        """Back-propagation after `forward`: from dL/de of the last layer, (N, *output_shape), down to the first.

        The gradients of all parameters are then in `gradients`.
        -> dL/dx (N, *input_shape) if need_input; otherwise None, and the work for it is saved.
        """
        last = 0 if need_input else self._first
        for place in range(len(self.layers) - 1, last - 1, -1):
            de = self.layers[place].backward(de, need_input=need_input or place > last)
        return de if need_input else None

    def loss_and_gradients(self, x, y, loss, checked=False):
        """One training step without the descent: forward, loss, backward -> (loss, e).

        x : (N, *input_shape); y : as the loss takes it.  checked : x has been through `checked` already.
        -> the loss of the batch as a float, and e of the last layer; the gradients are then in `gradients`.
        `fit` trains through this method.
        """
        x = x if checked else self.checked(x)
        steps = self._compiled(len(x))
        if steps is not None:
            return steps.loss_and_gradients(x, y, loss)
        e = self._forward(x, training=True)
        value = loss(e, y)
        self.backward(loss.gradient(e, y))
        return value, e

    def descent(self, x, y, loss, optimiser, batch):
        """A function (rows, etas) -> (losses, right) that takes a step of descent on `batch` of the rows for each of
        etas, all in one go; or None where that does not pay or is not possible: then `loss_and_gradients` does it step
        by step.  x, y : all samples, checked.
        """
        steps = self._compiled(batch)
        if steps is None or not steps.descends(loss, optimiser, batch):
            return None
        images, answers = steps.prepared(x, y, loss)
        return lambda rows, etas: steps.descend(images, answers, loss, optimiser, rows, batch, etas)

    def _compiled(self, samples):
        """The steps that train this network with so many samples at once as one program; None if it has none."""
        if not self._flat.holds():
            self._flat, self._steps = Flat(self.layers, self.dtype), None
        if self._steps is None or samples > self._steps.samples:
            self._steps = steps_for(self, self._flat, samples)
        return self._steps

    def predict(self, x, batch=256):
        """e of the last layer for many samples, computed batch by batch: (N, *input_shape) -> (N, *output_shape).

        What the layers keep for `backward` stays: it may be called between forward and backward, or beside training.
        """
        x, batch = self.checked(x), arguments.whole("batch", batch)
        return np.concatenate([self._in_use(x[i : i + batch]) for i in range(0, len(x), batch)])

    def _in_use(self, h):
        for layer in self.layers:
            h = layer.predict(h)
        return h

    def classify(self, x, batch=256):
        """The label of every sample, (N,): the largest output; with one output, 1 where it is positive."""
        return losses.decide(self.predict(x, batch))

    def checked(self, x, name="x"):
        """x as an array of the network's dtype that its first layer can take, (N, *input_shape).

        Raises TypeError or ValueError, calling it by `name`, if it cannot be that, or is not finite in that dtype.
        """
        x = arguments.array(name, x)
        if x.shape[1:] != self.input_shape:
            wanted = ", ".join(["N", *map(str, self.input_shape)])
            missing = " (one sample alone? give x[None])" if x.shape == self.input_shape else ""
            raise ValueError(
                f"{name} must have shape ({wanted}), a batch of what the network takes; got {x.shape}{missing}"
            )
        with np.errstate(over="ignore"):  # a float64 number may be too large for float32
            x = np.ascontiguousarray(x, self.dtype)
        if not np.isfinite(x).all():
            wrong = np.unique(np.argwhere(~np.isfinite(x))[:, 0])
            raise ValueError(
                f"{name} must be finite; {len(wrong)} of {len(x)} samples hold NaN, infinity or numbers "
                f"too large for {self.dtype}, the first is sample {wrong[0]}"
            )
        return x

    # What it is made of

    def __len__(self):
        return len(self.layers)

    def __iter__(self):
        return iter(self.layers)

    def __getitem__(self, which):
        """The layer with this number, or this name ("conv1")."""
        if isinstance(which, str):
            found = [layer for layer in self.layers if layer.name == which]
            if not found:
                raise KeyError(f"no layer is called {which!r}; there are {', '.join(each.name for each in self)}")
            return found[0]
        return self.layers[which]

    @property
    def parameters(self):
        """All that is learned: {"0.w": array, "0.b": array, ...}, the arrays themselves, number of the layer first."""
        return self._arrays("parameters")

    @property
    def gradients(self):
        """dL/du for every parameter u, of the last `backward`, under the same names."""
        return self._arrays("gradients")

    @property
    def state(self):
        """All that is remembered but not learned by descent, such as the statistics of batch normalisation, by name."""
        return self._arrays("state")

    def _arrays(self, which):
        return {
            f"{i}.{name}": array for i, layer in enumerate(self.layers) for name, array in getattr(layer, which).items()
        }

    def weights(self):
        """Copies of all parameters and states, for `set_weights`."""
        return {name: array.copy() for name, array in self._weights().items()}

    def _weights(self):
        return {f"parameters/{name}": array for name, array in self.parameters.items()} | {
            f"state/{name}": array for name, array in self.state.items()
        }

    def set_weights(self, weights):
        """Put back what `weights` gave.  Raises ValueError, naming the array, if one is missing, unknown, or of another
        shape.
        """
        mine = self._weights()
        for name in sorted(mine.keys() | weights.keys()):
            if name not in weights or name not in mine:
                wrong = "missing" if name in mine else "unknown to it"
                raise ValueError(f"weights must hold what this network has; {name} is {wrong}")
            if np.shape(weights[name]) != mine[name].shape:
                raise ValueError(f"weights: {name} must have shape {mine[name].shape}; got {np.shape(weights[name])}")
        for name, array in mine.items():
            array[...] = weights[name]

    @property
    def parameter_count(self):
        """How many numbers are learned."""
        return sum(layer.parameter_count for layer in self.layers)

    @property
    def connection_count(self):
        """How many connections there are, biases among them: a shared weight counts once for every place where it is
        used.
        """
        return sum(layer.connection_count for layer in self.layers)

    @property
    def multiply_adds(self):
        """Multiplications, each with its addition, that one sample takes forward."""
        return sum(layer.multiply_adds for layer in self.layers)

    @property
    def unit_count(self):
        """Inputs and units: a unit is one output of a layer with connections (nonlinearities and pooling add none)."""
        layers = [layer.output_shape for layer in self.layers if layer.connection_count]
        return sum(int(np.prod(shape)) for shape in [self.input_shape, *layers])

    def summary(self):
        """A table of the layers: output shape, parameters, connections, multiply-adds."""
        return Summary(self)

    def __repr__(self):
        return (
            f"Network of {len(self)} layers, {self.input_shape} -> {self.output_shape}, "
            f"{self.parameter_count:,} parameters"
        )

    def config(self):
        """What the network is, without its weights, as plain data."""
        return {
            "format": FORMAT,
            "input_shape": list(self.input_shape),
            "dtype": self.dtype.name,
            "layers": [layers.to_config(layer) for layer in self.layers],
        }

    # Files

    def save(self, path, half=False):
        """Write the network to an .npz file: what it is as JSON, its weights as arrays, no pickle.

        half : keep the weights as float16, half as large (they come back rounded).  An old file stays until the new one
        is complete.  Raises ValueError, before anything is written, if a weight is not finite (with half: over 65504),
        as `load` would refuse it; OSError where the file cannot be written.
        """
        with np.errstate(over="ignore"):
            arrays = {
                name: array.astype(np.float16) if half and array.dtype.kind == "f" else array
                for name, array in self.weights().items()
            }
        broken = [name for name, array in arrays.items() if not np.isfinite(array).all()]
        if broken:
            limit = " and at most 65504, or half must be False" if half else ""
            raise ValueError(f"weights must be finite{limit}: {', '.join(broken)} could not be loaded again")
        write(path, {"network": np.array(json.dumps(self.config())), **arrays})

    @classmethod
    def load(cls, path):
        """A network that `save` wrote, ready to use.

        Raises FileNotFoundError, or ValueError if the file is damaged or something else.
        """
        arrays = read(path)
        config = document(arrays.pop("network", None), path)
        if config.get("format") != FORMAT:
            raise ValueError(
                f"{path} must be a network that Network.save wrote ({FORMAT}); it says {config.get('format')!r}"
            )
        try:
            made = [layers.from_config(layer) for layer in config["layers"]]
            network = cls(made, config["input_shape"], dtype=config["dtype"])
            network.set_weights(arrays)
        except (KeyError, TypeError, ValueError) as problem:
            raise ValueError(f"{path} is not a whole network: {problem}") from None
        broken = [name for name, array in arrays.items() if not np.isfinite(array).all()]
        if broken:
            raise ValueError(f"{path} holds weights that are not finite: {', '.join(broken)}")
        return network


def _checked_layers(given):
    given = list(given)
    if not given:
        raise ValueError("layers must hold at least one layer; got an empty list")
    for place, layer in enumerate(given):
        if not isinstance(layer, layers.Layer):
            hint = f"; did you mean {layer.__name__}()?" if isinstance(layer, type) else ""
            raise TypeError(f"layers must hold layers; number {place} is {layer!r}{hint}")
        if layer.input_shape is not None or any(layer is other for other in given[:place]):
            raise ValueError(
                f"layers must be new; number {place}, {words(layer)}, is in a network already: make another one"
            )
    return given
