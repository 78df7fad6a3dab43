"""Time-delay neural networks: A. Waibel, T. Hanazawa, G. Hinton, K. Shikano and K. J. Lang, 1988 and 1989, "Phoneme
recognition using time-delay neural networks" (lecture topic 26).
"""

import numpy as np

from cnnlab import arguments
from cnnlab.layers import (
    BatchNorm,
    Conv1D,
    Dense,
    Dropout,
    Flatten,
    MaxOverTime,
    ReLU,
    Sigmoid,
    SumOverTime,
)
from cnnlab.network import Network

FRAMES, BANDS = 15, 16  # 150 milliseconds of speech, a frame every 10 ms, 16 mel bands
OVER_TIME = ("sum", "max", "dense")


def tdnn(over_time="sum", rng=0, dtype=np.float32):
    """The network for /b/, /d/ and /g/: counted as in the paper's figure, 521 free parameters and 6,233 connections.

    over_time : how the 9 steps of the second layer are brought together. "sum", as in the paper: each class adds up
    over time, with one weight and one bias. "max": the largest step instead (credited to Yamaguchi et al. 1990).
    "dense": a weight for every step and class, which is no longer the same at every time.
    rng : seed or Generator of the first weights, uniform (Glorot and Bengio 2010); the paper's are small and random.
    -> Network from (15, 16), frames x bands, -1..1, to 3 outputs between 0 and 1. Train it with MSE().

    Hidden 1: 8 units that see 3 frames, 13 steps. Hidden 2: 3 units that see 5 steps, 9 steps. A sigmoid behind each
    layer. The bias of the output starts where its sum is in the middle of the sigmoid, not in its flat end: that is
    our choice.
    """
    arguments.one_of("over_time", over_time, OVER_TIME)
    end = {"sum": [SumOverTime()], "max": [MaxOverTime()], "dense": [Flatten(), Dense(3, initialiser="glorot")]}
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


def tdnn_digits(frames=64, bands=24, channels=48, rng=0, dtype=np.float32):
    """A time-delay network for whole words with what came later: ReLU, batch norm, strides, dropout, ten classes.

    Three convolutions in time see 5, 9 and 17 frames (of 10 ms); the last gives evidence for each digit at each step,
    which is added up over the word. rng : seed or Generator.
    -> Network from (frames, bands) to 10 outputs. Train it with CrossEntropy().
    """

    def block(stride):
        return Conv1D(channels, 5, stride=stride, bias=None), BatchNorm(), ReLU()

    layers = [*block(1), *block(2), *block(2), Dropout(0.3), Conv1D(10, 1), SumOverTime()]
    network = Network(layers, (frames, bands), rng=rng, dtype=dtype)
    network[-1].parameters["w"] /= network[-1].input_shape[0]
    return network
