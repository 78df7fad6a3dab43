"""Your own images as a trained network knows its own: their shape, their range of values, their classes' numbers."""

import unicodedata
from dataclasses import replace
from os import PathLike

import numpy as np

from cnnlab.datasets.base import Dataset

GREY = np.array([[0.299], [0.587], [0.114]], np.float32)  # how bright red, green and blue are to the eye (ITU-R BT.601)


def fitted(
    data: Dataset, shape: tuple[int, ...], span: tuple[float, float] | None, path: str | PathLike[str]
) -> tuple[Dataset, list[str]]:
    """The data with images as a network knows its own -> (Dataset, what was done to them: a list of str).

    shape : of one image. span : lowest and highest value, where that is known; grey pictures go from paper, the lowest,
    to ink. path : what the data are called in messages.
    Only axes of length 1 are added or left out. Where the network knows such pictures, colours become grey, 0..1
    becomes -1..1, and dark ink on bright paper becomes bright ink on dark paper. Raises ValueError for whatever else
    does not fit.
    """
    done, grey = [], len(shape) == 3 and shape[2] == 1
    if grey and data.shape == (*shape[:2], 3):
        data = _changed(data, lambda x: x @ GREY)
        done.append("colours turned to grey")
    data = _arranged(data, shape, path)
    if span is None:
        return data, done
    (low, high), parts = span, (data.x_train, data.x_test)
    least, most = min(float(x.min()) for x in parts), max(float(x.max()) for x in parts)
    slack, positive = 0.05 * (high - low), low < 0 <= least  # scaling a picture up or down overshoots a little
    if positive and len(shape) == 3 and most <= 1 + slack:
        data = _changed(data, lambda x: low + (high - low) * x)
        done.append(f"0 to 1 stretched to {low:g} to {high:g}")
    elif positive or least < low - slack or most > high + slack:
        raise ValueError(
            f"{path} must hold values from {low:g} to {high:g} for this network; got {least:.4g} to {most:.4g}"
        )
    if grey and data.x_train.mean() > (low + high) / 2:
        data = _changed(data, lambda x: low + high - x)
        done.append("bright and dark exchanged, as most of it is bright: this network knows bright ink on dark paper")
    return data, done


def _changed(data, change):
    return replace(data, x_train=change(data.x_train), x_test=change(data.x_test))


def _arranged(data, shape, path):
    if data.shape == shape:
        return data
    came, wanted = ([side for side in sides if side != 1] for sides in (data.shape, shape))
    if came != wanted:
        hint = "; exchange the axes with transpose" if sorted(came) == sorted(wanted) else ""
        raise ValueError(f"{path} must hold images of shape {shape} for this network; got {data.shape}{hint}")
    return _changed(data, lambda x: x.reshape(-1, *shape))


def _written(name):
    """A name in the one of its forms that all systems share, see Unicode's NFC."""
    return unicodedata.normalize("NFC", str(name))


def labelled(data: Dataset, names: tuple[str, ...], count: int) -> Dataset:
    """The data with a network's numbers for its classes, which are found by their names -> Dataset.

    names : what the network calls its classes, () if that is not known; count : how many it has. Classes that are only
    numbered ("0", "1", ...) need only be as many. Raises ValueError for a class that is none of the network's.
    """
    data, names = replace(data, names=tuple(map(_written, data.names))), tuple(map(_written, names))
    if names and set(data.names) <= set(names):
        number = np.array([names.index(name) for name in data.names])
        return replace(data, y_train=number[data.y_train], y_test=number[data.y_test], names=names)
    came, count = ", ".join(data.names), len(names) or count
    if names and data.names != tuple(str(k) for k in range(len(data.names))):
        raise ValueError(f"the data must have classes that the network knows ({', '.join(names)}); got {came}")
    if len(data.names) != count:
        raise ValueError(f"the data must have as many classes as the network, {count}; got {len(data.names)}: {came}")
    return data
