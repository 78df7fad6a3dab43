"""The canvas of a picture: its letters are formed once, though it is painted on light and on dark paper.

More than half of the time that matplotlib takes for a picture goes into its words: how wide they are, where they stand,
which pixels each letter covers. On another paper only their colours are other ones.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.colors import to_rgba
from matplotlib.text import Text

__all__ = ["Canvas", "letters_again"]

Letters = dict[Text, tuple[Any, list[tuple[Any, ...]]]]  # a text -> how and what Agg drew for it


class Renderer(RendererAgg):
    """Agg, which keeps the letters of each text that it draws, as long as there are `letters` to keep them in."""

    letters: Letters | None = None

    def draw_text(
        self, gc: Any, x: Any, y: Any, s: Any, prop: Any, angle: Any, ismath: Any = False, mtext: Text | None = None
    ) -> None:
        """As matplotlib has it. It does not say whose each line of several is; frames and arrows are no letters."""
        if self.letters is None or ismath or type(mtext) is not Text or mtext.get_bbox_patch() is not None:
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
            return
        agg, caught = self._renderer, _Caught()
        try:
            self._renderer = caught
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
        finally:
            self._renderer = agg
        self.letters[mtext] = gc, caught.images
        self.draw_again(mtext)

    def draw_again(self, text: Text) -> None:
        """The same letters at the same place in the colour that the text has now: only another paper may lie below."""
        assert self.letters is not None
        gc, images = self.letters[text]
        gc.set_foreground(to_rgba(text.get_color()), isRGBA=True)
        for image in images:
            self._renderer.draw_text_image(*image, gc)


class _Caught:
    """Stands in for what Agg draws letters with."""

    def __init__(self) -> None:
        self.images: list[tuple[Any, ...]] = []

    def draw_text_image(self, image: Any, *place: Any) -> None:
        """Keep what was to be drawn, without its colours."""
        self.images.append((np.array(image), *place[:-1]))


class Canvas(FigureCanvasAgg):
    """What a picture is painted on.

    Attributes
    ----------
    letters : dict or None
        Where the letters of each text are kept as they are drawn; None: nowhere.
    """

    letters: Letters | None = None

    def get_renderer(self) -> Renderer:
        """As matplotlib has it.

        Returns
        -------
        renderer : Renderer
            Of the present size.
        """
        found = super().get_renderer()
        if not isinstance(found, Renderer):
            found = self.renderer = Renderer(found.width, found.height, found.dpi)
        found.letters = self.letters
        return found


@contextmanager
def letters_again(letters: Letters) -> Iterator[None]:
    """As long as this lasts, these texts draw their letters again, in their colours of now.

    Parameters
    ----------
    letters : dict
        Of the canvas, filled when the picture was painted; since then nothing has moved.
    """
    for text in letters:
        text.draw = partial(Renderer.draw_again, text=text)  # type: ignore[method-assign]
    try:
        yield
    finally:
        for text in letters:
            del text.draw
