"""Pictures from outside: the formats that are listed here, no others, and no more pixels than one can hold.

Pillow knows forty formats, some of which it hands to another program: what begins as PostScript would start
Ghostscript, whatever the file is called.  None of the listed ones runs anything.
"""

import warnings
from typing import TYPE_CHECKING

from cnnlab.files.door import PathLike, opened
from cnnlab.packages import needs

if TYPE_CHECKING:
    from PIL.Image import Image

# How Pillow calls a format: the endings of its files.
FORMATS = {
    "PNG": (".png", ".apng"),
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif", ".jif"),
    "GIF": (".gif",),
    "BMP": (".bmp",),
    "WEBP": (".webp",),
    "TIFF": (".tif", ".tiff"),
}
# What telephones write, where Pillow has been taught to read it (AVIF by its makers, HEIF by pillow_heif).
PERHAPS = {"AVIF": (".avif",), "HEIF": (".heic", ".heif", ".hif")}
PIXELS = 64_000_000  # a little more than the largest sensor in a camera for small film
SPARSE, DENSE = 16_000_000, 250  # more pixels than the first need a file with a byte for each of the second
ORIENTATION = 274  # the tag of EXIF that says how the camera was held, and what makes up for it
WAYS = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}


def readable() -> dict[str, str]:
    """The endings of the pictures that can be read here, in small letters, and the format behind each.

    Returns
    -------
    dict of str to str
    """
    with needs("pillow", "Pictures in files"):
        from PIL import Image  # comes with matplotlib

    Image.init()
    known = FORMATS | {name: endings for name, endings in PERHAPS.items() if name in Image.OPEN}
    return {ending: name for name, endings in known.items() for ending in endings}


def picture(path: PathLike) -> "Image":
    """A picture in a file, upright: its first frame, decoded.

    Parameters
    ----------
    path : str or Path
        Where it is.

    Returns
    -------
    PIL image
        In the mode in which it is stored.

    Raises
    ------
    FileNotFoundError
        If there is none.
    TypeError
        If path is no path.
    ValueError
        If it is in none of the formats that are read here, damaged, or has too many pixels; the message names it.
    """
    with needs("pillow", "Pictures in files"):
        from PIL import Image, UnidentifiedImageError

    formats = sorted(set(readable().values()))
    with opened(path, f"an image ({', '.join(formats)})") as file, warnings.catch_warnings():
        # Those of Pillow name no file: damaged EXIF does not matter here, and the bound below is stricter than its own.
        warnings.simplefilter("ignore")
        try:
            found = Image.open(file, formats=formats)
        except UnidentifiedImageError:
            raise ValueError("it is something else, or damaged at its beginning") from None
        (width, height), size = found.size, file.seek(0, 2)
        bound = PIXELS if size * DENSE >= PIXELS else max(SPARSE, size * DENSE)
        if width * height > bound:
            raise ValueError(
                f"it claims {width:,} x {height:,} pixels in {size:,} bytes; at most {bound:,} pixels are read: "
                "scale it down first"
            )
        found.load()
        turned = _turned(found)
        return turned if turned is not None else found.copy()


def _turned(found: "Image") -> "Image | None":
    """The picture as the camera was held, or None where nothing is to be done or known: EXIF is often damaged."""
    from PIL import Image

    try:
        way = WAYS.get(found.getexif().get(ORIENTATION, 1))
    except Exception:  # struct.error, SyntaxError, TypeError for a tag that is a list, ...
        return None
    return None if way is None else found.transpose(Image.Transpose[way])
