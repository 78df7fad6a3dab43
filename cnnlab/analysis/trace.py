"""One training step, written down: every array of every layer, forward and backward (lecture topics 1 and 18)."""

from dataclasses import dataclass

import numpy as np

from cnnlab import arguments


@dataclass(frozen=True, eq=False)
class LayerTrace:
    """What passed through one layer in one step; all arrays are copies.

    h_in, out : what came in and went out, (N, ...).  d_in, d_out : dL/dh_in and dL/dout, in the same shapes.
    w, b, dw, db : kernel or weights, biases, and their gradients; None where the layer has none. Other learned
        parameters (the slopes of PReLU, gamma and beta of batch normalisation) are in `parameters` and `gradients`.

    The lecture's names: for a layer that multiplies by w, h is what came in and e what went out; for all others (a
    nonlinearity, pooling, flatten, ...) e is what came in and h what went out. de and dh are dL/de and dL/dh of these.
    """

    name: str
    linear: bool
    h_in: np.ndarray
    out: np.ndarray
    d_in: np.ndarray
    d_out: np.ndarray
    parameters: dict
    gradients: dict

    w = property(lambda self: self.parameters.get("w"))
    b = property(lambda self: self.parameters.get("b"))
    dw = property(lambda self: self.gradients.get("w"))
    db = property(lambda self: self.gradients.get("b"))
    e = property(lambda self: self.out if self.linear else self.h_in)
    h = property(lambda self: self.h_in if self.linear else self.out)
    de = property(lambda self: self.d_out if self.linear else self.d_in)
    dh = property(lambda self: self.d_in if self.linear else self.d_out)

    def __repr__(self):
        return f"{self.name}: {self.h_in.shape} -> {self.out.shape}"


@dataclass(frozen=True, eq=False)
class Trace:
    """One training step of a network.

    x, y : the batch.  e, yhat : what the last layer gave, and what the loss made of it.  loss : one number.
    de : dL/de of the last layer, where back-propagation starts.  dx : dL/dx, where it ends.
    trace[0] or trace["conv1"] : a LayerTrace.
    """

    x: np.ndarray
    y: np.ndarray
    e: np.ndarray
    yhat: np.ndarray
    loss: float
    de: np.ndarray
    dx: np.ndarray
    layers: tuple

    def __len__(self):
        return len(self.layers)

    def __iter__(self):
        return iter(self.layers)

    def __getitem__(self, which):
        return arguments.entry(self.layers, which)

    def __repr__(self):
        return f"Trace of one step: {len(self.x)} samples through {len(self)} layers, loss {self.loss:.3g}"


def record(network, loss, x, y):
    """Run one training step of a network without the descent, and write down everything -> Trace.

    x : (N, *input_shape); y : as for `fit`.  It is a step as in training: dropout drops, batch normalisation looks at
    the batch. The network's weights and states stay as they were.

    Raises TypeError or ValueError, naming x or y, for anything that does not fit.
    """
    h = x = network.checked(x)
    before, inputs = network.weights(), []
    try:
        for layer in network:
            inputs.append(h.copy())
            h = layer.forward(h, training=True)
        e = h.copy()
        value, de = loss(e, y), loss.gradient(e, y)
        outputs, d_out, steps = [*inputs[1:], e], de, []
        for layer, came, went in reversed(list(zip(network, inputs, outputs, strict=True))):
            d_in = layer.backward(d_out)
            steps.append(
                LayerTrace(
                    layer.name,
                    layer.connection_count > 0,
                    came,
                    went,
                    d_in.copy(),
                    d_out.copy(),
                    {name: array.copy() for name, array in layer.parameters.items()},
                    {name: array.copy() for name, array in layer.gradients.items()},
                )
            )
            d_out = d_in
    finally:
        network.set_weights(before)
    return Trace(x.copy(), np.array(y), e, loss.yhat(e), value, de, steps[-1].d_in, tuple(reversed(steps)))
