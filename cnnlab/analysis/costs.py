"""What a first layer costs: inputs, weights and memory of a fully-connected and of a convolutional one (topic 6)."""

__all__ = ["convolution_cost", "dense_cost"]

BYTES = 4  # of one float32 weight


def dense_cost(height: int, width: int, channels: int, units: int) -> dict[str, int]:
    """What a fully-connected first layer costs.

    Parameters
    ----------
    height, width, channels : int
        Of the image.
    units : int
        Of the layer.

    Returns
    -------
    dict
        `inputs`; `weights`, without the biases, as the lecture counts; `bytes` of the weights in float32.

    Source
    ------
    Lecture topic 6.
    """
    inputs = height * width * channels
    return {"inputs": inputs, "weights": inputs * units, "bytes": BYTES * inputs * units}


def convolution_cost(size: int, channels: int, kernels: int) -> dict[str, int]:
    """What a convolutional first layer costs: the size of the image is not in the formula.

    Parameters
    ----------
    size : int
        Rows and columns of a kernel.
    channels : int
        Of the image.
    kernels : int
        How many.

    Returns
    -------
    dict
        `weights`, without the biases, and their `bytes` in float32.

    Source
    ------
    Lecture topics 6 and 8.
    """
    weights = size * size * channels * kernels
    return {"weights": weights, "bytes": BYTES * weights}
