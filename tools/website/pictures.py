"""Pictures of the site: files that bear the name of their content, so that the same one is kept and fetched once."""

import base64
import hashlib
import html
from pathlib import Path

FOLDER = "pictures"


class Pictures:
    """Writes pictures of the site `out`; `root` is the way to it from the page at hand, such as "../"."""

    def __init__(self, out: Path) -> None:
        self.folder = out / FOLDER
        self.folder.mkdir(parents=True, exist_ok=True)
        self.bytes: dict[str, int] = {}

    def keep(self, data: bytes, kind: str = "png") -> str:
        """Write a picture; its address from the root of the site."""
        name = f"{hashlib.sha256(data).hexdigest()[:16]}.{kind}"
        if name not in self.bytes:
            (self.folder / name).write_bytes(data)
            self.bytes[name] = len(data)
        return f"{FOLDER}/{name}"

    def themed(self, about: dict[str, str], root: str, lazy: bool = True) -> str:
        """The images of a picture, one for light and one for dark pages; of these a browser fetches what it shows.

        about : caption, light and dark, as inside.py tells it.
        """
        images = []
        for look in ("light", "dark"):
            data = base64.b64decode(about[look])
            wide, high = size(data)
            loading = ' loading="lazy"' if lazy else ""
            images.append(
                f'<img class="{look}" src="{root}{self.keep(data)}" width="{wide}" height="{high}"{loading} '
                f'alt="{html.escape(about["caption"])}">'
            )
        return "".join(images)

    def alone(self, data: str, words: str, root: str) -> str:
        """A picture, in base64, that has one form only; it keeps its white paper on dark pages."""
        png = base64.b64decode(data)
        wide, high = size(png)
        source = f'src="{root}{self.keep(png)}" width="{wide}" height="{high}"'
        return (
            f'<figure class="picture"><img class="white" {source} loading="lazy" alt="{html.escape(words)}"></figure>'
        )


def size(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG in pixels."""
    if png[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError("a picture of the site must be a PNG")
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
