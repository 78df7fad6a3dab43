"""Eight photographs, embedded, free of copyright: `photo("chelsea")`."""

from dataclasses import dataclass

import numpy as np

from cnnlab.datasets.base import embedded


@dataclass(frozen=True)
class Photo:
    """What is known of one photograph: what it shows, whose it is, and why it may be used."""

    name: str
    shows: str
    origin: str
    licence: str

    def __repr__(self):
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


def photos():
    """Every embedded photograph: a dict from its name to what is known of it (`.shows`, `.origin`, `.licence`)."""
    return {each.name: each for each in _PHOTOS}


def photo(name, side=None):
    """One photograph -> (H, W, 3) float32, 0 (black) .. 1, or (H, W, 1) for a grey one.

    name : one of `photos()`.  side : None for the photograph as it is (its shorter side has 256 pixels), or a number of
    pixels: the square in its middle, scaled to (side, side).  Raises ValueError for an unknown name or a side that is
    not a positive integer.
    """
    from PIL import Image, ImageOps  # comes with matplotlib

    if name not in photos():
        raise ValueError(f"name must be one of {', '.join(photos())}; got {name!r}")
    if side is not None and (isinstance(side, bool) or not isinstance(side, int | np.integer) or side < 1):
        raise ValueError(f"side must be a positive number of pixels or None; got {side!r}")
    with Image.open(embedded(f"photos/{name}.png")) as image:
        image.load()
    if side is not None:
        image = ImageOps.fit(image, (int(side), int(side)), Image.Resampling.LANCZOS)
    pixels = np.asarray(image, np.float32) / np.float32(255)
    return pixels[..., None] if pixels.ndim == 2 else pixels
