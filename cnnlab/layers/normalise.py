"""Normalisation and dropout as layers; the channels are the last axis."""

import numpy as np

from cnnlab import arguments, ops
from cnnlab.layers.base import Layer


class LocalResponseNorm(Layer):
    """Krizhevsky et al. 2012: each activation divided by (k + alpha sum of squares of n neighbouring maps)^beta.

    n : odd; k : positive; alpha : not negative.  Raises TypeError or ValueError for other numbers.
    """

    def __init__(self, n=5, k=2.0, alpha=1e-4, beta=0.75):
        super().__init__()
        self.options = {
            "n": arguments.odd("n", n),
            "k": arguments.real("k", k, above=0),
            "alpha": arguments.real("alpha", alpha, at_least=0),
            "beta": arguments.real("beta", beta),
        }

    def forward(self, h, training=False):
        self.h = self._check(h)
        out, self.scale = ops.local_response_norm(self.h, **self.options)
        return out

    def backward(self, d_output, need_input=True):
        options = {key: self.options[key] for key in ("n", "alpha", "beta")}
        return ops.local_response_norm_backward(d_output, self.h, self.scale, **options)

    def config(self):
        return dict(self.options)


class BatchNorm(Layer):
    """Each channel to mean 0 and variance 1 over the batch, then scaled and shifted (Ioffe and Szegedy 2015).

    momentum : of the running mean and variance, in [0, 1), which are used outside of training.  PyTorch's momentum is
        1 - ours, and its running variance divides by one value fewer.  eps : positive.
    """

    def __init__(self, momentum=0.9, eps=1e-5):
        super().__init__()
        self.momentum = arguments.real("momentum", momentum, at_least=0, below=1)
        self.eps = arguments.real("eps", eps, above=0)

    def _build(self, rng):
        shape = self.input_shape[-1:]
        self.parameters = {"gamma": np.ones(shape, self.dtype), "beta": np.zeros(shape, self.dtype)}
        self.state = {"mean": np.zeros(shape, self.dtype), "variance": np.ones(shape, self.dtype)}

    def forward(self, h, training=False):
        h = self._check(h)
        if training:
            mean, self.variance = ops.batch_statistics(h)
            self.remember(mean, self.variance)
        else:
            mean, self.variance = self.state["mean"], self.state["variance"]
        self.training = training
        out, self.normal = ops.batch_norm(h, **self.parameters, mean=mean, variance=self.variance, eps=self.eps)
        return out

    def backward(self, d_output, need_input=True):
        gamma = self.parameters["gamma"]
        dh, self.gradients["gamma"], self.gradients["beta"] = ops.batch_norm_backward(
            d_output, self.normal, gamma, self.variance, self.eps
        )
        if not self.training:  # mean and variance were constants: only the scale acts on the gradient
            return d_output * (gamma / np.sqrt(self.variance + self.dtype.type(self.eps)))
        return dh

    def remember(self, mean, variance):
        """Let the running mean and variance follow those of a batch, (C,) each."""
        for key, value in (("mean", mean), ("variance", variance)):
            self.state[key] += self.dtype.type(1 - self.momentum) * (value - self.state[key])

    def config(self):
        return {"momentum": self.momentum, "eps": self.eps}


class Dropout(Layer):
    """In training each value is dropped with probability p, the others grow by 1 / (1 - p); otherwise nothing happens.

    Its random numbers come from the rng of `build`, so the same seed drops the same values; `state["draws"]` counts the
    batches, and with it a resumed training goes on exactly where it stopped.
    """

    def __init__(self, p=0.5):
        super().__init__()
        self.p = arguments.real("p", p)
        if not 0 <= self.p < 1:
            raise ValueError(f"p must be in [0, 1): the share of values that is dropped; got {p!r}")

    def _build(self, rng):
        self.state = {"seed": np.array(rng.integers(2**62), np.int64), "draws": np.array(0, np.int64)}

    def forward(self, h, training=False):
        h = self._check(h)
        self.mask = None
        if not training or self.p == 0:
            return h
        self.mask = self.draw(h.shape)
        return h * self.mask

    def draw(self, shape):
        """The mask of the next batch: 0 where a value is dropped, 1 / (1 - p) elsewhere."""
        if self.p == 0:
            return np.ones(shape, self.dtype)
        rng = np.random.default_rng([int(self.state["seed"]), int(self.state["draws"])])
        self.state["draws"] += 1
        return ops.dropout_mask(shape, self.p, rng, self.dtype)

    def backward(self, d_output, need_input=True):
        return d_output if self.mask is None else ops.dropout_backward(d_output, self.mask)

    def config(self):
        return {"p": self.p}
