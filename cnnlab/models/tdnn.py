"""Time-delay neural networks: A. Waibel, T. Hanazawa, G. Hinton, K. Shikano and K. J. Lang, 1988 and 1989, "Phoneme
recognition using time-delay neural networks" (lecture topic 26).
"""

import numpy as np
import numpy.typing as npt

from cnnlab import arguments
from cnnlab.layers import (
    BatchNorm,
    Conv1D,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxOverTime,
    ReLU,
    Sigmoid,
    SumOverTime,
)
from cnnlab.network import Network
from cnnlab.types import Seed

FRAMES, BANDS = 15, 16  # 150 milliseconds of speech, a frame every 10 ms, 16 mel bands
OVER_TIME = ("sum", "max", "dense")


def tdnn(over_time: str = "sum", rng: Seed = 0, dtype: npt.DTypeLike = np.float32) -> Network:
    """The network for /b/, /d/ and /g/: counted as in the paper's figure, 521 free parameters and 6,233 connections.

    Hidden 1: 8 units that see 3 frames, 13 steps. Hidden 2: 3 units that see 5 steps, 9 steps. A sigmoid behind each
    layer. The bias of the output starts where its sum is in the middle of the sigmoid, not in its flat end: that is
    our choice.

    Parameters
    ----------
    over_time : "sum", "max" or "dense"
        How the 9 steps of the second layer are brought together. "sum", as in the paper: each class adds up over time,
        with one weight and one bias. "max": the largest step instead (credited to Yamaguchi et al. 1990). "dense": a
        weight for every step and class, which is no longer the same at every time.
    rng : int or numpy Generator
        Of the first weights, uniform (Glorot and Bengio 2010); the paper's are small and random.
    dtype : float32 or float64
        Of all numbers.

    Returns
    -------
    Network
        From (15, 16), frames x bands, -1..1, to 3 outputs between 0 and 1. Train it with MSE().

    Raises
    ------
    ValueError
        For another over_time.

    Source
    ------
    Lecture topic 26; Waibel et al. 1988, 1989.
    """
    arguments.one_of("over_time", over_time, OVER_TIME)
    end: dict[str, list[Layer]] = {
        "sum": [SumOverTime()],
        "max": [MaxOverTime()],
        "dense": [Flatten(), Dense(3, initialiser="glorot")],
    }
    network = Network(
        [
            Conv1D(8, 3, initialiser="glorot"),
            Sigmoid(),
            Conv1D(3, 5, initialiser="glorot"),
            Sigmoid(),
            *end[over_time],
            Sigmoid(),
        ],
        (FRAMES, BANDS),
        rng=rng,
        dtype=dtype,
    )
    if over_time != "dense":
        w, b = (0.5, -2.25) if over_time == "sum" else (1.0, -0.5)
        network[4].parameters["w"][:], network[4].parameters["b"][:] = w, b
    return network


def tdnn_digits(
    frames: int = 64, bands: int = 24, channels: int = 48, rng: Seed = 0, dtype: npt.DTypeLike = np.float32
) -> Network:
    """A time-delay network for whole words with what came later: ReLU, batch norm, strides, dropout, ten classes.

    Three convolutions in time see 5, 9 and 17 frames (of 10 ms); the last gives evidence for each digit at each step,
    which is added up over the word.

    Parameters
    ----------
    frames, bands : int
        Of a word: frames of 10 ms, and frequency bands.
    channels : int
        Of each convolution.
    rng : int or numpy Generator
        Of the first weights.
    dtype : float32 or float64
        Of all numbers.

    Returns
    -------
    Network
        From (frames, bands) to 10 outputs. Train it with CrossEntropy().

    Source
    ------
    Lecture topic 26.
    """

    def block(stride: int) -> tuple[Layer, ...]:
        return Conv1D(channels, 5, stride=stride, bias=None), BatchNorm(), ReLU()

    layers = [*block(1), *block(2), *block(2), Dropout(0.3), Conv1D(10, 1), SumOverTime()]
    network = Network(layers, (frames, bands), rng=rng, dtype=dtype)
    network[-1].parameters["w"] /= network[-1].input_shape[0]
    return network
