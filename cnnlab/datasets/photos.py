"""Eight photographs, embedded, free of copyright: `photo("chelsea")`."""

from dataclasses import dataclass

import numpy as np

from cnnlab.datasets.base import embedded, pixels, square_of
from cnnlab.files import decoded, picture
from cnnlab.packages import lacking
from cnnlab.types import Array


@dataclass(frozen=True)
class Photo:
    """What is known of one photograph.

    Parameters
    ----------
    name : str
        How `photo` calls it.
    shows : str
        What is to be seen.
    origin : str
        Whose it is.
    licence : str
        Why it may be used.
    """

    name: str
    shows: str
    origin: str
    licence: str

    def __repr__(self) -> str:
        return f"{self.name}: {self.shows} ({self.origin}; {self.licence})"


_PHOTOS = (
    Photo("astronaut", "Eileen Collins in her space suit", "NASA", "public domain"),
    Photo("brick", "a wall of bricks", "CC0Textures, Bricks25", "CC0"),
    Photo("camera", "a man behind a camera on a tripod", "Lav Varshney", "CC0"),
    Photo("chelsea", "Chelsea the cat", "Stefan van der Walt", "CC0"),
    Photo("coffee", "a cup of coffee on a wooden table", "Rachel Michetti, courtesy of Pikolo Espresso Bar", "CC0"),
    Photo("grass", "grass from above", "linolafett", "CC0"),
    Photo("gravel", "gravel from above", "CC0Textures, Gravel04", "CC0"),
    Photo("rocket", "a Falcon 9 at its launch", "SpaceX", "public domain"),
)


def photos() -> dict[str, Photo]:
    """The photographs that come with cnnlab.

    Returns
    -------
    photos : dict of str to Photo
        From each name to what is known of it.
    """
    return {each.name: each for each in _PHOTOS}


def photo(name: str, side: int | None = None) -> Array:
    """One of the photographs that come with cnnlab.

    Parameters
    ----------
    name : str
        One of `photos()`.
    side : int or None
        A number of pixels: the square in the middle of the photograph is scaled to (side, side). None leaves the
        photograph as it is; its shorter side has 256 pixels.

    Returns
    -------
    h : (H, W, 3) float32, or (H, W, 1) for a grey one
        0 (black) to 1.

    Raises
    ------
    ValueError
        For an unknown name, or a side that is not a positive whole number.
    """
    if name not in photos():
        raise ValueError(f"name must be one of {', '.join(photos())}; got {name!r}")
    if side is not None and (isinstance(side, bool) or not isinstance(side, int | np.integer) or side < 1):
        raise ValueError(f"side must be a positive number of pixels or None; got {side!r}")
    path = embedded(f"photos/{name}.png")
    values = square_of(decoded(path.read_bytes()), side) if "pillow" in lacking() else pixels(picture(path), side)
    return values[..., None] if values.ndim == 2 else values
