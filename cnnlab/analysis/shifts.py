"""Images that are moved over an empty field (lecture topic 7)."""

import numpy as np


def place(photo, canvas, row, column, ground=0.0):
    """The photo (H, W, C) on an empty canvas (height, width), its top left corner at (row, column); what sticks out is
    cut off.
    """
    photo = np.asarray(photo)
    if photo.ndim != 3:
        raise ValueError(f"photo must be (H, W, C); got an array of shape {photo.shape}")
    height, width = canvas
    out = np.full((height, width, photo.shape[2]), ground, dtype=photo.dtype)
    top, left = max(row, 0), max(column, 0)
    bottom, right = min(row + photo.shape[0], height), min(column + photo.shape[1], width)
    if bottom > top and right > left:
        out[top:bottom, left:right] = photo[top - row : bottom - row, left - column : right - column]
    return out


def shifted(images, columns, rows=0):
    """Images (N, H, W, C) moved to the right by `columns` and down by `rows`; what comes in has the value of the top
    left pixel.
    """
    return np.stack([place(image, image.shape[:2], rows, columns, ground=image[0, 0]) for image in images])
