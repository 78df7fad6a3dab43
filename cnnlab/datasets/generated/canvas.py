"""A small drawing board: many pictures at once, painted by distances.

Every shape answers one question for every pixel: how far is it to my edge (negative inside)? A pixel is covered by
the shape to the extent that its distance says so, which gives smooth edges at 32 pixels and at 300. All pictures of a
canvas are painted together: a coordinate or a colour is one number, or an array of shape (n,) with one number for
each picture.
"""

import numpy as np

from cnnlab.types import Array, ArrayLike


def each(value: ArrayLike) -> Array:
    """A number, or (n,) numbers for n pictures, as float32 that broadcasts over (n, side, side)."""
    value = np.asarray(value, np.float32)
    return value[:, None, None] if value.ndim else value


def hsl(hue: ArrayLike, saturation: ArrayLike, lightness: ArrayLike) -> Array:
    """Colours from hue (a turn = 1), saturation and lightness (0..1), each (n,) -> float32 (3, n), red, green, blue."""
    hue, saturation, lightness = (np.asarray(v, np.float32) for v in np.broadcast_arrays(hue, saturation, lightness))
    chroma = saturation * np.minimum(lightness, 1 - lightness)
    k = (np.array([0.0, 8.0, 4.0], np.float32).reshape(3, *([1] * hue.ndim)) + hue * 12) % 12
    return lightness - chroma * np.clip(np.minimum(k - 3, 9 - k), -1, 1)


def _length(across: Array, down: Array) -> Array:
    """Of vectors; their components are lost: new arrays would leave the processor's cache."""
    across *= across
    down *= down
    # One of them may be the same for all pictures, where the other is not.
    found = np.add(across, down, out=across if across.size >= down.size else down)
    return np.sqrt(found, out=found)


class Canvas:
    """n square RGB pictures of side x side pixels, painted shape after shape.

    Coordinates run from -1 (left, top) to 1 (right, bottom) until `place` moves them into the frame of an object.
    `image` is float32 (3, n, side, side).
    """

    def __init__(self, n: int, side: int) -> None:
        self.n, self.side = n, side
        self.image = np.zeros((3, n, side, side), np.float32)
        self.shade: Array | None = None
        self.place(0.0, 0.0, 1.0)

    def place(
        self,
        x: ArrayLike,
        y: ArrayLike,
        size: ArrayLike,
        angle: ArrayLike = 0.0,
        mirror: ArrayLike = 1.0,
        squeeze: ArrayLike = 1.0,
    ) -> None:
        """From now on (0, 0) is at (x, y) and 1 is `size` half-sides long.

        angle : radians; mirror : 1 or -1; squeeze : below 1 it makes slim.
        """
        axis = (2 * np.arange(self.side, dtype=np.float32) + 1) / self.side - 1
        dx, dy = axis[None, None, :] - each(x), axis[None, :, None] - each(y)
        c, s = each(np.cos(angle)), each(np.sin(angle))
        self.u = (c * dx + s * dy) / (each(size) * each(mirror) * each(squeeze))
        self.v = (c * dy - s * dx) / each(size)
        self.pixel = 2 / (self.side * each(size))

    def paint(self, distance: Array, colour: ArrayLike, opacity: ArrayLike = 1.0) -> None:
        """Cover the pixels whose distance (n, side, side) is below zero with colour (3,) or (3, n)."""
        cover = distance / self.pixel
        np.subtract(0.5, cover, out=cover)
        np.clip(cover, 0, 1, out=cover)
        if np.ndim(opacity) or opacity != 1:
            cover = cover * each(opacity)
        change = np.empty_like(self.image[0])  # one array for all of it: it stays in the processor's cache
        for plane, value in zip(self.image, np.asarray(colour, np.float32), strict=True):
            if self.shade is None:
                np.subtract(each(value), plane, out=change)
            else:
                np.add(each(value), self.shade, out=change)
                change -= plane
            change *= cover
            plane += change

    def ellipse(self, x: ArrayLike, y: ArrayLike, rx: ArrayLike, ry: ArrayLike, angle: ArrayLike = 0.0) -> Array:
        """Distance to an ellipse with its middle at (x, y), half-axes rx, ry, turned by angle."""
        du, dv = self.u - each(x), self.v - each(y)
        if np.any(angle):
            c, s = each(np.cos(angle)), each(np.sin(angle))
            du, dv = c * du + s * dv, c * dv - s * du
        rx, ry = each(rx), each(ry)
        near = _length(du / rx, dv / ry)
        slope = _length(du / rx**2, dv / ry**2)
        found = near - 1
        found *= near
        found /= np.maximum(slope, 1e-6, out=slope)
        return found

    def polygon(self, *corners: tuple[ArrayLike, ArrayLike], rounding: ArrayLike = 0.0) -> Array:
        """Distance to a convex polygon with the given corners (x, y), in clockwise order on the screen."""
        distance = None
        for (x0, y0), (x1, y1) in zip(corners, (*corners[1:], corners[0]), strict=True):
            x0, y0, x1, y1 = each(x0), each(y0), each(x1), each(y1)
            length = np.sqrt((x1 - x0) ** 2 + (y1 - y0) ** 2)
            edge = (self.u - x0) * ((y1 - y0) / length) - (self.v - y0) * ((x1 - x0) / length)
            distance = edge if distance is None else np.maximum(distance, edge)
        return distance - each(rounding)

    def box(self, x: ArrayLike, y: ArrayLike, rx: ArrayLike, ry: ArrayLike, rounding: ArrayLike = 0.0) -> Array:
        """Distance to an upright box with its middle at (x, y), half-sides rx, ry and rounded corners."""
        du = np.abs(self.u - each(x)) - (each(rx) - each(rounding))
        dv = np.abs(self.v - each(y)) - (each(ry) - each(rounding))
        outside = _length(np.maximum(du, 0), np.maximum(dv, 0))
        inside = np.maximum(du, dv)
        outside += np.minimum(inside, 0, out=inside)
        outside -= each(rounding)
        return outside

    def stroke(self, x0: ArrayLike, y0: ArrayLike, x1: ArrayLike, y1: ArrayLike, width: ArrayLike) -> Array:
        """Distance to a line from (x0, y0) to (x1, y1), `width` thick, with round ends."""
        x0, y0, dx, dy = each(x0), each(y0), each(x1) - each(x0), each(y1) - each(y0)
        du, dv = self.u - x0, self.v - y0
        along = np.clip((du * dx + dv * dy) / (dx**2 + dy**2), 0, 1)
        return _length(du - along * dx, dv - along * dy) - each(width) / 2

    def rosette(
        self,
        x: ArrayLike,
        y: ArrayLike,
        radius: ArrayLike,
        depth: ArrayLike,
        petals: ArrayLike,
        angle: ArrayLike = 0.0,
    ) -> Array:
        """Distance (roughly) to a flower outline: radius + depth cos(petals * direction)."""
        du, dv = self.u - each(x), self.v - each(y)
        direction = np.arctan2(dv, du) - each(angle)
        return np.sqrt(du**2 + dv**2) - each(radius) - each(depth) * np.cos(each(petals) * direction)

    def pictures(self) -> Array:
        """The finished pictures, float32 (n, side, side, 3), 0..1."""
        return np.ascontiguousarray(np.clip(self.image, 0, 1).transpose(1, 2, 3, 0))
