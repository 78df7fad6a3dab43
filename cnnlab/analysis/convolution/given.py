"""What a caller gives, checked: one image, and the convolution that a layer does."""

from collections.abc import Sequence

import numpy as np

from cnnlab import arguments
from cnnlab.analysis.convolution.terms import Convolution
from cnnlab.layers import Conv2D, Layer
from cnnlab.types import Array, ArrayLike


def image_of(image: ArrayLike, name: str = "image") -> Array:
    """One image as float64 (H, W, C).

    Parameters
    ----------
    image : (H, W) or (H, W, C), whole numbers or floats
        (H, W) gets one channel.
    name : str
        What the messages call it.

    Returns
    -------
    image : (H, W, C) float64
        A copy.

    Raises
    ------
    TypeError, ValueError
        For anything else, and for numbers that are not finite.
    """
    array = arguments.even(name, image)
    if array.dtype.kind in "iu":
        array = array.astype(np.float64)
    array = arguments.array(name, array, finite=True)
    array = array[:, :, None] if array.ndim == 2 else array
    if array.ndim != 3:
        raise ValueError(f"{name} must be one image (H, W) or (H, W, C); got an array of shape {array.shape}")
    return array.astype(np.float64)


def shape_for(layer: Layer | None, image: ArrayLike | None, default: Sequence[int] = ()) -> tuple[int, ...]:
    """The shape of an image of which nothing but the size matters.

    Parameters
    ----------
    layer : Conv2D, optional
        Without an image its own input shape is taken.
    image : (H, W) or (H, W, C), optional
    default : (H, W, C)
        Where neither is given.

    Returns
    -------
    shape : (H, W, C)

    Raises
    ------
    TypeError, ValueError
        For what is no Conv2D, or no image; and for a layer that was never built, without an image.
    """
    if layer is not None and not isinstance(layer, Conv2D):
        raise TypeError(f"layer must be a Conv2D; got {type(layer).__name__}")
    if image is not None:
        return image_of(image).shape
    shape = default if layer is None else getattr(layer, "input_shape", None)
    if shape is None:
        raise ValueError("image must be given for a layer that was never built: its size decides that of dL/dh")
    return tuple(shape)


def convolution_of(layer: Layer, h_shape: Sequence[int]) -> Convolution:
    """The convolution that a Conv2D does on images of h_shape (H, W, C); the layer stays as it is.

    Parameters
    ----------
    layer : Conv2D
        One that was never built gets the weights its initialiser draws from seed 0.
    h_shape : (H, W, C)
        Of the images.

    Returns
    -------
    conv : Convolution
        With float64 copies of its weights.

    Raises
    ------
    TypeError
        For another layer.
    ValueError
        If the channels or the size do not fit, or if a weight is not finite.
    """
    if not isinstance(layer, Conv2D):
        raise TypeError(f"layer must be a Conv2D; got {type(layer).__name__}")
    if layer.input_shape is None:
        built = Conv2D(**layer.config())
        built.build(tuple(h_shape), np.random.default_rng(0), np.float64)
        layer = built
    w = layer.parameters["w"].astype(np.float64)
    b = layer.parameters.get("b")
    broken = sum(int((~np.isfinite(array)).sum()) for array in layer.parameters.values())
    if broken:
        values = f"{broken} value{'s that are' if broken > 1 else ' that is'} not finite"
        raise ValueError(f"layer: its weights hold {values}; train or load it again")
    found = Convolution(
        w,
        None if b is None else b.astype(np.float64),
        layer.stride,
        layer.padding,
        layer.padding_value,
        layer.connections,
    )
    if h_shape[2] != w.shape[2]:
        raise ValueError(f"layer must take images of {h_shape[2]} channels, as this one; it takes {w.shape[2]}")
    if b is not None and b.ndim == 3 and b.shape != found.e_shape(h_shape):
        raise ValueError(
            f"layer has a bias for every unit, so the image must be {layer.input_shape[:2]}; it is {h_shape[:2]}"
        )
    found.e_shape(h_shape)
    return found
