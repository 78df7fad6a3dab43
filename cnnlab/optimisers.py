"""Gradient descent (lecture topic 4) and its relatives: u <- u - eta dL/du, and how eta changes while training goes on.

An optimiser changes arrays in place: `step(parameters, gradients, progress)`, two dicts with the same names (those of
`Network.parameters` and `Network.gradients`) and how much of the training is done, 0 <= progress < 1. eta is a
number or a schedule, anything callable as eta(progress) -> number: `constant`, `steps`, `one_cycle`.

Weight decay pulls kernels and weights (arrays named "w") towards zero, not biases, slopes or the parameters of a
normalisation.
"""

from dataclasses import dataclass
from numbers import Real

import numpy as np


@dataclass(frozen=True)
class Constant:
    """eta(progress) = eta"""

    eta: float

    def __call__(self, progress):
        return self.eta


@dataclass(frozen=True)
class Steps:
    """eta(progress) = eta * factor^(how many of the marks in `at` are passed)"""

    eta: float
    at: tuple
    factor: float

    def __call__(self, progress):
        return self.eta * self.factor ** sum(progress >= mark for mark in self.at)


@dataclass(frozen=True)
class OneCycle:
    """eta rises in a straight line from peak/25 to peak while progress < warmup, then falls in a straight line towards
    zero.
    """

    peak: float
    warmup: float

    def __call__(self, progress):
        if progress < self.warmup:
            return self.peak * (1 / 25 + 24 / 25 * progress / self.warmup)
        return self.peak * (1 - progress) / (1 - self.warmup)


def constant(eta):
    """The schedule that keeps eta.  eta : a positive number."""
    return Constant(_positive("eta", eta))


def steps(eta, at=(0.5, 0.75), factor=0.1):
    """A schedule in steps (Krizhevsky et al. 2012): eta, multiplied by factor whenever a mark in `at` (each in 0..1) is
    passed.
    """
    marks = np.atleast_1d(at).tolist()
    if not marks or not all(isinstance(mark, Real) and 0 < mark < 1 for mark in marks):
        raise ValueError(f"at must be shares of the training, each between 0 and 1; got {at!r}")
    return Steps(_positive("eta", eta), tuple(sorted(marks)), _positive("factor", factor))


def one_cycle(peak, warmup=0.3):
    """A schedule that rises to peak in the first share `warmup` of the training and falls to zero at its end (Smith
    2018).
    """
    return OneCycle(_positive("peak", peak), _share("warmup", warmup))


class Optimiser:
    """What optimisers share.  eta : number or schedule; decay : weight decay.  `state` : one array per name, empty
    before the first step; `reset()` forgets it, `restore(state)` puts a saved one back, and the steps that follow are
    the same bit for bit.
    """

    def __init__(self, eta, decay):
        self.eta = eta if callable(eta) else constant(eta)
        if not isinstance(decay, Real) or not 0 <= decay < np.inf:
            raise ValueError(f"decay must be a number that is not negative; got {decay!r}")
        self.decay, self.state = float(decay), {}

    def reset(self):
        """Forget everything but the settings."""
        self.state = {}

    def restore(self, state):
        """Go on from a state that was saved."""
        self.state = {name: np.array(array) for name, array in state.items()}

    def step(self, parameters, gradients, progress=0.0):
        """Change every parameter in place.  Raises ValueError if a gradient is missing or has another shape than its
        parameter.
        """
        for name, u in parameters.items():
            if name not in gradients or gradients[name].shape != u.shape:
                came = f"one of shape {gradients[name].shape}" if name in gradients else "none"
                raise ValueError(f"gradients must hold one for {name} of shape {u.shape}; got {came}")
        self._step(parameters, gradients, self.eta_at(progress))

    def eta_at(self, progress):
        """eta when so much of the training is done.  Raises ValueError if a schedule gives anything but a finite number
        that is not negative.
        """
        eta = self.eta(progress)
        if not isinstance(eta, Real) or not 0 <= eta < np.inf:
            raise ValueError(f"eta must give a number that is not negative; eta({progress:.3g}) gave {eta!r}")
        return float(eta)

    def config(self):
        """Name and settings as plain data."""
        settings = {name: value for name, value in vars(self).items() if name != "state"}
        return {"optimiser": type(self).__name__, **settings, "eta": repr(self.eta)}

    def __repr__(self):
        eta = self.eta.eta if isinstance(self.eta, Constant) else self.eta
        others = [f"{name}={value!r}" for name, value in vars(self).items() if name not in ("state", "eta") and value]
        return f"{type(self).__name__}({', '.join([f'eta={eta!r}', *others])})"

    def decay_of(self, name):
        """The weight decay of the parameter of this name: of arrays named "w" the optimiser's, of all others zero."""
        return self.decay if decays(name) else 0.0

    def _memory(self, kind, name, u):
        """The array that this optimiser keeps for a parameter; zero at first."""
        key = f"{kind}/{name}"
        if key not in self.state:
            self.state[key] = np.zeros_like(u)
        return self.state[key]


class SGD(Optimiser):
    """Stochastic gradient descent: u <- u - eta dL/du (lecture topic 4; eta a small constant, 0.02 or so).

    momentum mu in [0, 1): v <- mu v - eta dL/du, u <- u + v, with v kept from step to step; with nesterov,
    u <- u + mu v - eta dL/du.  decay : adds decay * w to dL/dw (L2 regularisation).
    """

    def __init__(self, eta=0.02, momentum=0.0, nesterov=False, decay=0.0):
        super().__init__(eta, decay)
        self.momentum, self.nesterov = _share("momentum", momentum), bool(nesterov)
        if nesterov and not momentum:
            raise ValueError("nesterov needs a momentum greater than 0; got momentum 0")

    def _step(self, parameters, gradients, eta):
        for name, u in parameters.items():
            du = gradients[name]
            if self.decay and decays(name):
                du = du + u.dtype.type(self.decay) * u
            change = u.dtype.type(-eta) * du
            if self.momentum:
                v, mu = self._memory("v", name, u), u.dtype.type(self.momentum)
                v *= mu
                v += change
                change = mu * v + change if self.nesterov else v
            u += change

    def read_velocities(self, parts):
        """Write the velocities that are kept into arrays, {name of the parameter: array}; zero before the first step.

        A program that takes many steps at once gives the parts of one flat array, in the order of the parameters, and
        hands it back to `keep_velocities`.
        """
        for name, part in parts.items():
            part[...] = self.state.get(f"v/{name}", 0)

    def keep_velocities(self, parts):
        """Keep these arrays, {name of the parameter: array}, as the velocities; without momentum there are none."""
        if self.momentum:
            self.state.update({f"v/{name}": part for name, part in parts.items()})


class Adam(Optimiser):
    """Adam (Kingma and Ba 2015): steps of about eta, whatever the size of the gradient.

    m <- beta1 m + (1 - beta1) du, s <- beta2 s + (1 - beta2) du^2, u <- u - eta m' / (sqrt(s') + epsilon), where m' = m
    / (1 - beta1^t) and s' = s / (1 - beta2^t) undo the start from zero in step t = 1, 2, ...  decay : u <- u - eta
    decay u beside it, apart from the gradient (AdamW, Loshchilov and Hutter 2019).
    """

    def __init__(self, eta=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8, decay=0.0):
        super().__init__(eta, decay)
        self.beta1, self.beta2 = _share("beta1", beta1), _share("beta2", beta2)
        self.epsilon = _positive("epsilon", epsilon)

    def _step(self, parameters, gradients, eta):
        t = int(self.state.get("t", 0)) + 1
        self.state["t"] = np.array(t)
        for name, u in parameters.items():
            real, du = u.dtype.type, gradients[name]
            m, s = self._memory("m", name, u), self._memory("s", name, u)
            m += real(1 - self.beta1) * (du - m)
            s += real(1 - self.beta2) * (du * du - s)
            if self.decay and decays(name):
                u *= real(1 - eta * self.decay)
            u -= real(eta / (1 - self.beta1**t)) * m / (np.sqrt(s * real(1 / (1 - self.beta2**t))) + real(self.epsilon))


def decays(name):
    """Whether weight decay pulls at the parameter of this name."""
    return name.rpartition(".")[2] == "w"


def _positive(name, value):
    if not isinstance(value, Real) or isinstance(value, bool) or not 0 < value < np.inf:
        raise ValueError(f"{name} must be a positive number; got {value!r}")
    return float(value)


def _share(name, value):
    if not isinstance(value, Real) or not 0 <= value < 1:
        raise ValueError(f"{name} must be in [0, 1); got {value!r}")
    return float(value)
