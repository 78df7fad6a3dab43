"""An average of the weights that descent comes through."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from cnnlab import arguments
from cnnlab.optimisers.descent import Optimiser
from cnnlab.types import Array


class Lookahead(Optimiser):
    """Another optimiser, whose weights are drawn back now and then towards a slow average of themselves.

    After every so many of its steps: slow <- slow + share (u - slow), u <- slow. The slow weights begin where u does.

    Parameters
    ----------
    optimiser : Optimiser
        Takes the steps; its eta and decay are those of this one.
    every : int
        Steps between two visits to the average.
    share : float
        How far the average goes towards u, in (0, 1]; 1 changes nothing.

    Raises
    ------
    TypeError, ValueError
        For other settings; the message names them.

    Source
    ------
    Zhang, Lucas, Hinton and Ba 2019.
    """

    def __init__(self, optimiser: Optimiser, every: int = 5, share: float = 0.5) -> None:
        self.optimiser = arguments.of_kind("optimiser", optimiser, Optimiser, "an optimiser, such as SGD(0.02)")
        super().__init__(optimiser.eta, optimiser.decay)
        self.every = arguments.whole("every", every)
        self.share = arguments.real("share", share, above=0)
        if self.share > 1:
            raise ValueError(f"share must be more than 0 and at most 1; got {share!r}")

    def _step(self, parameters: Mapping[str, Array], gradients: Mapping[str, Array], eta: float) -> None:
        taken = int(self.state.get("steps", 0)) + 1
        if taken == 1:
            self.state.update({f"slow/{name}": u.copy() for name, u in parameters.items()})
        self.state["steps"] = np.array(taken)
        self.optimiser.state = self.state  # one state for both, so that it is saved and forgotten as one
        self.optimiser._step(parameters, gradients, eta)
        if taken % self.every:
            return
        for name, u in parameters.items():
            slow = self.state[f"slow/{name}"]
            slow += u.dtype.type(self.share) * (u - slow)
            u[...] = slow

    def config(self) -> dict[str, Any]:
        """Name and settings.

        Returns
        -------
        dict
            Plain data that JSON can hold.
        """
        return super().config() | {"optimiser": type(self).__name__, "steps_of": self.optimiser.config()}

    def __repr__(self) -> str:
        return f"Lookahead({self.optimiser!r}, every={self.every}, share={self.share})"
