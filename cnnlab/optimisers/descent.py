"""Gradient descent and its relatives."""

from collections.abc import Mapping
from numbers import Real
from typing import Any

import numpy as np

from cnnlab import arguments
from cnnlab.optimisers.schedules import Constant, Schedule, constant
from cnnlab.types import Array


class Optimiser:
    """What optimisers share.

    Parameters
    ----------
    eta : float or function
        The learning rate, or a schedule: eta(progress) -> number.
    decay : float
        Weight decay, not negative.

    Attributes
    ----------
    eta : function
        The schedule.
    state : dict of str to array
        What is kept from step to step, one array per name; empty before the first step.
    """

    def __init__(self, eta: float | Schedule, decay: float) -> None:
        self.eta: Schedule = eta if callable(eta) else constant(eta)
        if not isinstance(decay, Real) or not 0 <= float(decay) < np.inf:
            raise ValueError(f"decay must be a number that is not negative; got {decay!r}")
        self.decay: float = float(decay)
        self.state: dict[str, Array] = {}

    def reset(self) -> None:
        """Forget everything but the settings."""
        self.state = {}

    def restore(self, state: Mapping[str, Array]) -> None:
        """Go on from a state that was saved: the steps that follow are the same, bit for bit.

        Parameters
        ----------
        state : dict of str to array
            As `state` was; it is copied.
        """
        self.state = {name: np.array(array) for name, array in state.items()}

    def step(self, parameters: Mapping[str, Array], gradients: Mapping[str, Array], progress: float = 0.0) -> None:
        """Change every parameter in place.

        Parameters
        ----------
        parameters, gradients : dict of str to array
            Under the same names, as `Network.parameters` and `Network.gradients`.
        progress : float
            How much of the training is done, 0 <= progress < 1.

        Raises
        ------
        ValueError
            If a gradient is missing or has another shape than its parameter, or the schedule gives no step size;
            nothing is changed then.

        Source
        ------
        Lecture topic 4.
        """
        for name, u in parameters.items():
            if name not in gradients or gradients[name].shape != u.shape:
                came = f"one of shape {gradients[name].shape}" if name in gradients else "none"
                raise ValueError(f"gradients must hold one for {name} of shape {u.shape}; got {came}")
        self._step(parameters, gradients, self.eta_at(progress))

    def _step(self, parameters: Mapping[str, Array], gradients: Mapping[str, Array], eta: float) -> None:
        """`step` for gradients that have been checked."""
        raise NotImplementedError

    def eta_at(self, progress: float) -> float:
        """The learning rate when so much of the training is done.

        Parameters
        ----------
        progress : float
            How much, 0 <= progress < 1.

        Returns
        -------
        float

        Raises
        ------
        ValueError
            If a schedule gives anything but a finite number that is not negative.
        """
        eta: Any = self.eta(progress)
        if not isinstance(eta, Real) or not 0 <= float(eta) < np.inf:
            raise ValueError(f"eta must give a number that is not negative; eta({progress:.3g}) gave {eta!r}")
        return float(eta)

    def config(self) -> dict[str, Any]:
        """Name and settings.

        Returns
        -------
        dict
            Plain data that JSON can hold.
        """
        settings = {name: value for name, value in vars(self).items() if name != "state"}
        return {"optimiser": type(self).__name__, **settings, "eta": repr(self.eta)}

    def __repr__(self) -> str:
        eta = self.eta.eta if isinstance(self.eta, Constant) else self.eta
        others = [f"{name}={value!r}" for name, value in vars(self).items() if name not in ("state", "eta") and value]
        return f"{type(self).__name__}({', '.join([f'eta={eta!r}', *others])})"

    def decay_of(self, name: str) -> float:
        """The weight decay of a parameter: of arrays named "w" the optimiser's, of all others zero.

        Parameters
        ----------
        name : str
            Such as "0.w".

        Returns
        -------
        float
        """
        return self.decay if decays(name) else 0.0

    def kinds(self) -> tuple[str, ...]:
        """What is kept of each parameter, a letter for each array.

        Returns
        -------
        tuple of str
            "v" of SGD with momentum; "m" and "s" of Adam.
        """
        return ()

    def read_memory(self, kind: str, parts: Mapping[str, Array]) -> None:
        """Write what is kept into arrays; zero before the first step.

        A compiled loop that takes many steps at once gives the parts of one flat array, in the order of the parameters,
        and hands them back to `keep_memory`.

        Parameters
        ----------
        kind : str
            One of `kinds()`; for another one zeros are written.
        parts : dict of str to array
            An array for each parameter, in its shape, under its name.
        """
        for name, part in parts.items():
            part[...] = self.state.get(f"{kind}/{name}", 0)

    def keep_memory(self, kind: str, parts: Mapping[str, Array]) -> None:
        """Keep these arrays in the place of what was kept.

        Parameters
        ----------
        kind : str
            One of `kinds()`.
        parts : dict of str to array
            An array for each parameter, in its shape, under its name.
        """
        self.state.update({f"{kind}/{name}": part for name, part in parts.items()})

    def _memory(self, kind: str, name: str, u: Array) -> Array:
        """The array that this optimiser keeps for a parameter; zero at first."""
        key = f"{kind}/{name}"
        if key not in self.state:
            self.state[key] = np.zeros_like(u)
        return self.state[key]


class SGD(Optimiser):
    """Stochastic gradient descent: u <- u - eta dL/du.

    With momentum mu: v <- mu v - eta dL/du, u <- u + v, with v kept from step to step; with nesterov,
    u <- u + mu v - eta dL/du.

    Parameters
    ----------
    eta : float or function
        The learning rate, positive, or a schedule such as `one_cycle(0.05)`.
    momentum : float
        mu, in [0, 1).
    nesterov : bool
        Needs a momentum.
    decay : float
        Adds decay * w to dL/dw (L2 regularisation).

    Raises
    ------
    TypeError, ValueError
        For other settings; the message names them.

    Source
    ------
    Lecture topic 4, where eta is a small constant, 0.02 or so.
    """

    def __init__(
        self, eta: float | Schedule = 0.02, momentum: float = 0.0, nesterov: bool = False, decay: float = 0.0
    ) -> None:
        super().__init__(eta, decay)
        self.momentum, self.nesterov = arguments.share("momentum", momentum), arguments.flag("nesterov", nesterov)
        if nesterov and not momentum:
            raise ValueError("nesterov needs a momentum greater than 0; got momentum 0")

    def kinds(self) -> tuple[str, ...]:
        return ("v",) if self.momentum else ()

    def _step(self, parameters: Mapping[str, Array], gradients: Mapping[str, Array], eta: float) -> None:
        for name, u in parameters.items():
            du = gradients[name]
            if self.decay and decays(name):
                du = du + u.dtype.type(self.decay) * u
            update = u.dtype.type(-eta) * du
            if self.momentum:
                v, mu = self._memory("v", name, u), u.dtype.type(self.momentum)
                v *= mu
                v += update
                update = mu * v + update if self.nesterov else v
            u += update


class Adam(Optimiser):
    """Steps of about eta, whatever the size of the gradient.

    m <- beta1 m + (1 - beta1) du, s <- beta2 s + (1 - beta2) du^2, u <- u - eta m' / (sqrt(s') + epsilon), where
    m' = m / (1 - beta1^t) and s' = s / (1 - beta2^t) undo the start from zero in step t = 1, 2, ...

    Parameters
    ----------
    eta : float or function
        The learning rate, positive, or a schedule.
    beta1, beta2 : float
        In [0, 1).
    epsilon : float
        Positive; keeps the quotient finite.
    decay : float
        u <- u - eta decay u beside it, apart from the gradient (AdamW, Loshchilov and Hutter 2019).

    Raises
    ------
    TypeError, ValueError
        For other settings; the message names them.

    Source
    ------
    Kingma and Ba 2015.
    """

    def __init__(
        self,
        eta: float | Schedule = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        decay: float = 0.0,
    ) -> None:
        super().__init__(eta, decay)
        self.beta1, self.beta2 = arguments.share("beta1", beta1), arguments.share("beta2", beta2)
        self.epsilon = arguments.positive("epsilon", epsilon)

    def kinds(self) -> tuple[str, ...]:
        return "m", "s"

    def grown(self, t: int) -> tuple[float, float]:
        """How far m and s have grown from zero in step t = 1, 2, ...

        Parameters
        ----------
        t : int
            Which step it is.

        Returns
        -------
        tuple of float
            1 - beta1^t and 1 - beta2^t.
        """
        return 1 - self.beta1**t, 1 - self.beta2**t

    def _step(self, parameters: Mapping[str, Array], gradients: Mapping[str, Array], eta: float) -> None:
        t = int(self.state.get("t", 0)) + 1
        self.state["t"], (first, second) = np.array(t), self.grown(t)
        for name, u in parameters.items():
            real, du = u.dtype.type, gradients[name]
            m, s = self._memory("m", name, u), self._memory("s", name, u)
            m += real(1 - self.beta1) * (du - m)
            s += real(1 - self.beta2) * (du * du - s)
            if self.decay and decays(name):
                u *= real(1 - eta * self.decay)
            u -= real(eta / first) * m / (np.sqrt(s * real(1 / second)) + real(self.epsilon))


def decays(name: str) -> bool:
    """Whether weight decay pulls at the parameter of this name.

    Parameters
    ----------
    name : str
        Such as "0.w".

    Returns
    -------
    bool
    """
    return name.rpartition(".")[2] == "w"
