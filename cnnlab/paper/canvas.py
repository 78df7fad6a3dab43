"""The canvas of a picture: its letters are formed once, though it is painted on light and on dark paper.

More than half of the time that matplotlib takes for a picture goes into its words: how wide they are, where they stand,
which pixels each letter covers. On another paper only their colours are other ones. And the same words stand in many
places: what they measure, and which of a font's letters they are, is asked once (lettered.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.colors import to_rgba
from matplotlib.text import Text

from cnnlab.paper import lettered

__all__ = ["Canvas", "letters_again"]

Letters = dict[Text, tuple[Any, list[tuple[Any, ...]]]]  # a text -> how and what Agg drew for it


class Renderer(RendererAgg):
    """Agg, which keeps the letters of each text that it draws, as long as there are `letters` to keep them in."""

    letters: Letters | None = None
    _fonts: dict[Any, Any]

    def fonts(self, prop: Any) -> Any:
        """The files of the fonts that have these properties, the first one first; looked for once for a picture."""
        if prop not in self._fonts:
            self._fonts[prop.copy()] = lettered.files(prop)
        return self._fonts[prop]

    def forget_fonts(self) -> None:
        """Look for fonts anew: settings of matplotlib may have changed since the last picture."""
        self._fonts = {}

    def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> tuple[float, float, float]:
        """As matplotlib has it."""
        if ismath or not lettered.KNOWN:
            return super().get_text_width_height_descent(s, prop, ismath)
        return lettered.extent(self.fonts(prop), prop.get_size_in_points(), self.dpi, s)

    def _get_font_height_metrics(self, prop: Any) -> tuple[float | None, float | None, float]:
        """How far lines of these letters reach up and down, and the gap between two; matplotlib asks for it, and reads
        its fonts where it gets none.
        """
        if not lettered.KNOWN:
            return None, None, 0.0
        return lettered.line(self.fonts(prop), prop.get_size_in_points(), self.dpi)

    def draw_text(
        self, gc: Any, x: Any, y: Any, s: Any, prop: Any, angle: Any, ismath: Any = False, mtext: Text | None = None
    ) -> None:
        """As matplotlib has it. It does not say whose each line of several is; frames and arrows are no letters."""
        if self.letters is None or ismath or type(mtext) is not Text or mtext.get_bbox_patch() is not None:
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
            return
        if lettered.KNOWN and gc.get_antialiased():
            points, how = prop.get_size_in_points(), (mtext.get_fontfeatures(), mtext.get_language())
            images = lettered.images(self.fonts(prop), points, self.dpi, s, how, (x, self.height - y), angle)
            height = int(self.height)
            self.letters[mtext] = gc, [(image, left, height - top, 0) for image, left, top in images]
            self.draw_again(mtext)
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
        found.forget_fonts()
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
