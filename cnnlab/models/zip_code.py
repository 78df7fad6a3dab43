"""The network that read zip codes: Y. LeCun, B. Boser, J. S. Denker, D. Henderson, R. E. Howard, W. Hubbard and L. D.
Jackel, 1989, "Backpropagation applied to handwritten zip code recognition" (lecture topic 27).
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnlab.layers import Conv2D, Dense, Dropout, Flatten, Layer, MaxPool2D, ReLU, ScaledTanh
from cnnlab.network import Network
from cnnlab.types import Array, Seed

SIDE, BORDER = 16, -1.0  # images 16 x 16, and what lies around them: paper, -1


def connections() -> Array:
    """Which of H1's 12 maps feed which of H2's 12 maps: 8 of 12 each.

    The paper gives the number and says that the scheme will not be described. Here, as in a public reconstruction (A.
    Karpathy, 2022), three blocks of four maps of H2 look at maps 0-7, at 4-11, and at 0-3 with 8-11.

    Returns
    -------
    (12, 12) bool
    """
    table = np.ones((12, 12), bool)
    for block, left_out in enumerate((slice(8, 12), slice(0, 4), slice(4, 8))):
        table[left_out, 4 * block : 4 * block + 4] = False
    return table


def zip_code_1989(rng: Seed = 0, dtype: npt.DTypeLike = np.float32) -> Network:
    """The network as printed: 1,256 units, 64,660 connections, 9,760 free parameters.

    H1: 12 maps 8 x 8, 5 x 5 kernels, stride 2. H2: 12 maps 4 x 4, 5 x 5 kernels over 8 of the 12 maps, stride 2.
    H3: 30 units. Every unit has a bias of its own, and 1.7159 tanh(2 e / 3) behind it.

    The paper's images are surrounded by -1 for H1; it does not say what surrounds the maps of H2: here it is -1 as
    well. Two pixels before and one behind (rows and columns alike) make 8 x 8 of 16 x 16 with stride 2.

    Parameters
    ----------
    rng : int or numpy Generator
        Of the first weights, uniform in +-2.4/F_in, F_in the number of inputs of a unit.
    dtype : float32 or float64
        Of all numbers.

    Returns
    -------
    Network
        From images (16, 16, 1), -1 paper to 1 ink, to 10 outputs between -1.7159 and 1.7159. Train it with
        MSE(off=-1, on=1).

    Source
    ------
    Lecture topic 27; LeCun et al. 1989.
    """
    return _network(ScaledTanh, [ScaledTanh()], {"padding_value": BORDER, "bias": "unit"}, "lecun1989", rng, dtype)


def zip_code_dense(rng: Seed = 0, dtype: npt.DTypeLike = np.float32) -> Network:
    """What the paper compares its network with: fully connected, 40 hidden units, 10,690 weights, none of them shared.

    Parameters
    ----------
    rng : int or numpy Generator
        Of the first weights, uniform in +-2.4/F_in.
    dtype : float32 or float64
        Of all numbers.

    Returns
    -------
    Network
        From images (16, 16, 1), -1 paper to 1 ink, to 10 outputs between -1.7159 and 1.7159.

    Source
    ------
    Lecture topic 27; LeCun et al. 1989.
    """
    first, second = (Dense(count, initialiser="lecun1989") for count in (40, 10))
    return Network([Flatten(), first, ScaledTanh(), second, ScaledTanh()], (SIDE, SIDE, 1), rng=rng, dtype=dtype)


def zip_code_later(
    logits: bool = True,
    dropout: float = 0.0,
    pooling: bool = False,
    rng: Seed = 0,
    dtype: npt.DTypeLike = np.float32,
) -> Network:
    """The network of 1989 with what came later: ReLU behind its hidden units, and He's first weights to go with it.

    Parameters
    ----------
    logits : bool
        Ten outputs as they are, for cross-entropy; False: 1.7159 tanh(2 e / 3) behind them, as in 1989.
    dropout : float
        Share of H3's units that is silent in a training step.
    pooling : bool
        The convolutions look at every place, and max pooling 2 x 2 keeps the strongest answer, instead of stride 2;
        every map has one bias, and zeros lie around it.
    rng : int or numpy Generator
        Of the first weights.
    dtype : float32 or float64
        Of all numbers.

    Returns
    -------
    Network
        From images (16, 16, 1) to 10 outputs.

    Source
    ------
    Lecture topic 27.
    """
    last = [Dropout(dropout)] if dropout else []
    border = {"padding_value": BORDER, "bias": "unit"}
    return _network(ReLU, [] if logits else [ScaledTanh()], border, "he", rng, dtype, pooling, last)


def _network(
    unit: type[Layer],
    end: Sequence[Layer],
    border: dict[str, Any],
    initialiser: str,
    rng: Seed,
    dtype: npt.DTypeLike,
    pooling: bool = False,
    before_last: Iterable[Layer] = (),
) -> Network:
    """H1, H2, H3 and ten outputs; unit : the layer behind each but the last; end : what is behind that."""

    def convolution(connections: Array | None = None) -> list[Layer]:
        if pooling:
            layer = Conv2D(12, 5, padding="same", connections=connections, initialiser=initialiser)
            return [layer, unit(), MaxPool2D(2)]
        layer = Conv2D(12, 5, stride=2, padding="same", connections=connections, initialiser=initialiser, **border)
        return [layer, unit()]

    return Network(
        [
            *convolution(),
            *convolution(connections()),
            Flatten(),
            Dense(30, initialiser=initialiser),
            unit(),
            *before_last,
            Dense(10, initialiser=initialiser),
            *end,
        ],
        (SIDE, SIDE, 1),
        rng=rng,
        dtype=dtype,
    )
