"""What stays of an explorer without a kernel: pictures of it, and pages on which it moves."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from cnnlab.explore.toolkit.scene import Scene

if TYPE_CHECKING:
    from cnnlab.picture import Picture


class Kept:
    """The part of an explorer that writes files."""

    # How it is painted and recorded. The floors above hand these in (see cnnlab/explore/__init__.py).
    paint: ClassVar[Callable[[Scene], "Picture"]]
    recorder: ClassVar[Callable[..., Any]]

    def current(self) -> Scene:
        """The scene of the present values."""
        raise NotImplementedError

    def picture(self) -> "Picture":
        """The present scene as a still picture.

        Returns
        -------
        picture : Picture
            With `png()` and `save(path)`.
        """
        return type(self).paint(self.current())

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the present scene to a file.

        Parameters
        ----------
        path : str or path
            Its ending (.png, .svg, .pdf) chooses the format.
        """
        self.picture().save(path)

    def recording(self, **wish: Any) -> Any:
        """Record what the controls show, for pages without Python; the explorer stays as it is.

        Parameters
        ----------
        **wish
            `sweeps`, `products`, `limit` and `presses`, as for `to_html`.

        Returns
        -------
        recording : cnnlab.explore.recorded.Recording
            Its `text`, `bytes`, `frames`, and in `left_out` what needs Python, in words.
        """
        return type(self).recorder(self, **wish)

    def to_html(self, path: str | os.PathLike[str], title: str = "", caption: str = "", **wish: Any) -> Any:
        """Write one page with this explorer, which anyone can drag without Python, from a disk or a server.

        Parameters
        ----------
        path : str or path
            Of the file, NAME.html. The page begins with the present values.
        title : str
            By default that of the explorer.
        caption : str
            Stands below it.
        **wish
            sweeps : list of str, the controls that shall move; by default all that can. products : list of lists of
            str, controls that shall move together, every position of each with every position of the others; by
            default as many as there is room for. limit : int, the bytes that the recording may take, by default
            1.5 million; it is kept by recording fewer positions. presses : int, of each button; by default 40.

        Returns
        -------
        recording : cnnlab.explore.recorded.Recording
            What was recorded; `print` it to see what needs Python.

        Raises
        ------
        ValueError
            If an argument is impossible, or the file cannot be written.
        """
        recording = self.recording(**wish)
        recording.save(path, title, caption)
        return recording
