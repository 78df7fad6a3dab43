"""Why this class and not that one? Errors travel back through a whole network to the pixels (topics 12 to 15, 24)."""

from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np

from cnnlab import losses, recipes
from cnnlab.analysis.error_metrics import ranked
from cnnlab.analysis.own.function import differing
from cnnlab.analysis.whole import WayBack, close_up
from cnnlab.explore.toolkit.control import Control
from cnnlab.explore.toolkit.controls import Button, Cell, Choice, image_slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Bars, Highlight, Mark
from cnnlab.explore.toolkit.numbers import format_number, strongest
from cnnlab.explore.toolkit.pad import SIDE, Fit, Pad
from cnnlab.explore.toolkit.scene import Curves, Image, Scene
from cnnlab.explore.toolkit.sheets import painted
from cnnlab.explore.trained.way_back_panels import closer, step_words, strip
from cnnlab.lettering import shortened
from cnnlab.network import Network
from cnnlab.types import Array, ArrayLike

WINNER, SECOND = "the winner", "the second"
DIFFERENCE, LOSS = "the difference of both scores", "the loss, were it that class"
SCORE, LOSS_OF_ONE = "the score", "the loss, were it so"  # of a network that gives one
ABOVE = 190  # pixels of the first row
NAMED = 20  # classes up to which each is named under its bar
INKED = 0.5  # of the way from paper to ink: from there on a pixel belongs to what is drawn


class WhyNot(Explorer):
    """Why 3 and not 8: the gradient of the difference of two scores, or of the loss, on its way to the pixels.

    Draw, or take another image; play the way back, layer by layer. Click a pixel to compare with the forward pass.

    Parameters
    ----------
    network : Network, optional
        From images (H, W, C) to scores, of Conv2D, pooling, nonlinearities, Flatten and Dense; nothing in it is
        changed. By default the bundled one of 1989. Small images of one channel or three can be drawn on.
    x : (N, H, W, C), optional
        Images to begin with, between paper and ink; by default empty paper.
    names : sequence of str, optional
        Of the classes, by default their numbers.
    classes : (one, another), optional
        Two of the names, at first; by default the class with the highest score and the second. A single score is
        compared with none.
    loss : Loss, optional
        Whose gradient can be followed; by default `CrossEntropy()`, or `BinaryCrossEntropy()` for a single score.
    paper, ink : float
        As for `Pad`.
    fit : function, optional
        As for `Pad`.
    function : function, optional
        The learner's own input_gradient(de, w, h_shape, stride): it carries the errors through every convolution.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topics 12 to 15 and 24.
    """

    title = "Why this one, and not that one?"
    longest = 260

    def __init__(
        self,
        network: Network | None = None,
        x: ArrayLike | None = None,
        names: Sequence[Any] | None = None,
        classes: Sequence[Any] | None = None,
        loss: Any = None,
        paper: float = -1.0,
        ink: float = 1.0,
        fit: Fit | None = None,
        function: Callable[..., Any] | None = None,
    ) -> None:
        network = recipes.bundled("zip_code_1989") if network is None else network
        self.way = WayBack(network, function)
        self.right = self.way if function is None else WayBack(network)
        shape: Any = network.input_shape
        count = network.output_shape[0]
        self.alone = count == 1
        self.names = _named(names, count)
        self.loss = self._usable(loss, count)
        for word, value in (("paper", paper), ("ink", ink)):
            if not isinstance(value, (int, float, np.integer, np.floating)):
                raise TypeError(f"{word} must be a number; got {value!r}")
        self.x = network.checked(np.full((1, *shape), paper, np.float32) if x is None else x)
        why, other = self._two(classes)
        said = self.way.scores(self.x[:64])
        low, high = min(float(said.min()), 0.0), max(float(said.max()), 0.1)
        self.span = low - 0.2 * (high - low), high + 0.25 * (high - low)
        self.count = 0
        self.order = ["the scores", *(layer.name for layer in reversed(network.layers))]
        self.paper, self.ink = float(paper), float(ink)
        if self.x.min() < min(paper, ink) - 1e-6 or self.x.max() > max(paper, ink) + 1e-6:
            raise ValueError(
                f"x must lie between paper and ink, {paper:g} and {ink:g}; got {self.x.min():g} to {self.x.max():g}"
            )
        several = len(self.x) > 1
        self.drawn = max(shape[:2]) <= SIDE and shape[2] in (1, 3)
        images: list[Control] = [image_slider(len(self.x))]
        if self.drawn:
            another = Button("another", "another image", self._another)
            images = [Pad("drawing", "draw", shape, self.x[0], paper, ink, fit), *([another] if several else [])]
        controls: list[Control] = [
            *images,
            *([] if self.alone else [Choice("why", "why", [WINNER, *self.names], why)]),
            *([] if self.alone else [Choice("other", "and not", [SECOND, *self.names], other)]),
            Choice("of", "the gradient of", [SCORE, LOSS_OF_ONE] if self.alone else [DIFFERENCE, LOSS]),
            Choice("way_back", "the way back, through", self.order, ordered=True),
            Cell("pixel", "pixel", shape[0], shape[1], (shape[0] // 2, shape[1] // 2), bare=True),
        ]
        super().__init__(controls)
        self.telling = {"way_back": self.order[-1]}  # type: ignore[misc]  # of this one

    def _usable(self, loss, count):
        """A loss of so many scores, or what is wrong with it."""
        usual = losses.BinaryCrossEntropy if self.alone else losses.CrossEntropy
        loss = usual() if loss is None else loss
        try:
            loss.gradient(np.zeros((1, count)), np.ones((1, 1)) if self.alone else np.array([count - 1]))
        except Exception:  # whatever an object that is no loss, or one for other outputs, says
            raise ValueError(f"loss must be one of {count} scores, as {usual.__name__}(); got {loss!r}") from None
        return loss

    def _two(self, classes):
        """The first values of the two choices."""
        if classes is None:
            return WINNER, SECOND
        if self.alone:
            raise ValueError(f"classes must be left out for a network with one score; got {classes!r}")
        two = [str(one) for one in classes] if isinstance(classes, Sequence) else []
        if len(two) != 2 or not set(two) <= set(self.names):
            raise ValueError(f"classes must be two of {', '.join(self.names)}; got {classes!r}")
        return two

    @classmethod
    def example(cls) -> Self:
        from cnnlab.datasets import digits

        return cls(x=digits(16).x_test[3:9], loss=losses.MSE())

    def restart(self) -> None:
        self.count = 0

    def _another(self, **_: Any) -> dict[str, Any]:
        """The next image to begin with; after the last one, the first."""
        self.count = (self.count + 1) % len(self.x)
        return {"drawing": self.x[self.count]}

    def asked(self, drawing: Array, why: str, other: str, of: str) -> tuple[int, int, Array]:
        """The two classes, and the gradient by the scores with which the way back begins.

        Parameters
        ----------
        drawing : (H, W, C)
            The image.
        why, other, of : str
            The values of these controls.

        Returns
        -------
        first, second : int
            The classes; 0 and 0 of a single score.
        start : (D,)
            dS by each score, or dL.
        """
        record, _ = self.way.forward(drawing)
        scores = record.scores
        if self.alone:
            return 0, 0, np.ones(1) if of == SCORE else self.loss.gradient(scores[None], np.ones((1, 1)))[0]
        first = ranked(scores)[0] if why == WINNER else self.names.index(why)
        second = next(k for k in ranked(scores) if k != first) if other == SECOND else self.names.index(other)
        if of == LOSS:
            return int(first), int(second), self.loss.gradient(scores[None], np.array([first]))[0]
        start = np.zeros(len(scores))
        start[first] += 1
        start[second] -= 1
        return int(first), int(second), start

    def scene(
        self,
        of: str,
        way_back: str,
        pixel: tuple[int, int],
        why: str = WINNER,
        other: str = SECOND,
        drawing: Array | None = None,
        image: int = 0,
    ) -> Scene:
        drawing = self.x[image] if drawing is None else drawing
        first, second, start = self.asked(drawing, why, other, of)
        come = self.order.index(way_back)  # so many layers have been passed
        number = len(self.order) - 1 - come  # of the layer passed last
        back = self.way.back(drawing, start, number)
        symbol = "dS" if of in (DIFFERENCE, SCORE) else "dL"
        top = [
            self._drawing(drawing, first, second, of),
            self._pixels(back, number == 0, symbol, pixel),
            *([self._right(back, number == 0, symbol)] if self.way.own is not None else []),
            self._scores(back, start, first, second, symbol),
        ]
        named = [(k, self.names[k]) for k in dict.fromkeys((first, second))]
        near = closer(None if come == 0 else close_up(back, number), back, number, symbol, named)
        return Scene(
            [top, strip(back, number, symbol), near],
            self._words(drawing, back, start, (first, second), of, come, number, pixel),
        )

    def _drawing(self, drawing, first, second, of):
        low, high = min(self.paper, self.ink), max(self.paper, self.ink)
        question = f"{'draw. ' * self.drawn}Why {self.names[first]}"
        question = f"{'draw. ' * self.drawn}Why this score" if self.alone else question
        question += f", not {self.names[second]}?" if of == DIFFERENCE else "?"
        look: dict[str, Any] = {"pixels": drawing, "colours": "ink", "scale": (low, high)}
        if drawing.shape[2] == 3:
            look["pixels"] = (drawing - low) / (high - low)
        elif drawing.shape[2] > 1:
            look = painted(drawing, (low, high))
            question += " (x: mean of channels)"
        draw = "drawing" if self.drawn else None
        return Image(name="drawing", title=question, height=ABOVE, steady=True, symbol="x", draw=draw, **look)

    def _pixels(self, back, arrived, symbol, pixel):
        dx = back.dx.sum(axis=2) if back.dx.shape[2] > 1 else back.dx[:, :, 0]
        known = arrived and np.isfinite(dx).any()
        marks = []
        if back.dx.shape[2] == 1:  # a photograph has no outline
            inked = np.argwhere((back.forward.x[:, :, 0] - self.paper) / (self.ink - self.paper) > INKED)
            marks = [Highlight(inked, "", "ink")] if len(inked) else []
        if known:
            marks.append(Highlight([pixel], "", 2, "ring"))
        channels = ", Σ over c" if back.dx.shape[2] > 1 else ""
        return Image(
            name="dx",
            title=f"{symbol}/dx{channels}{'' if self.way.own is None else ', yours'}"
            + (" (click a pixel)" if arrived else ": nothing yet"),
            pixels=dx if arrived else np.full(dx.shape, np.nan),
            height=ABOVE,
            colours="diverging",
            symbol=f"{symbol}/dx",
            scale=strongest(np.nan_to_num(dx)),
            highlights=marks,
            click="pixel",
            steady=True,
        )

    def _right(self, back, arrived, symbol):
        """What the engine's own way back gives, with dots where the learner's differs, unless they hid it all."""
        right = self.right.back(back.forward.x, back.d[-1]).dx if arrived else back.dx
        wrong = np.argwhere(differing(back.dx, right).any(axis=2)) if arrived and not back.trouble else []
        shown = right.sum(axis=2)
        dots = [Highlight(wrong, "", 3, "dot")] if 0 < len(wrong) <= shown.size / 2 else []
        return Image(
            name="right",
            title=f"{symbol}/dx, right",
            pixels=shown if arrived else np.full(shown.shape, np.nan),
            height=ABOVE,
            colours="diverging",
            symbol=f"{symbol}/dx",
            scale=strongest(np.nan_to_num(shown)),
            highlights=dots,
            steady=True,
        )

    def _scores(self, back, start, first, second, symbol):
        scores, places = back.forward.scores, np.arange(len(start))
        printed = len(scores) <= 12
        two = list(dict.fromkeys([first, second]))
        rest = np.delete(places, two)
        items: list[Any] = [
            Bars(rest, scores[rest], colour="muted", values=printed, digits=1),
            Bars(places[[first]], scores[[first]], colour="positive", values=True, digits=1),
            *([Bars(places[[second]], scores[[second]], colour="negative", values=True, digits=1)] * (len(two) > 1)),
            Mark(y=0.0),
        ]
        low, high = min(self.span[0], 1.1 * scores.min()), max(self.span[1], 1.15 * scores.max())
        return Curves(
            name="scores",
            title="the scores s",
            height=ABOVE,
            width=1.6,
            legend=False,
            x=(-0.6, len(scores) - 0.4),
            y=(low, high),
            x_label="class",
            x_ticks=list(zip(places, self.names, strict=True)) if len(scores) <= NAMED else None,
            y_label="s",
            items=items,
        )

    def _words(self, drawing, back, start, two, of, come, number, pixel):
        first, second = (self.names[k] for k in two)
        scores = back.forward.scores
        if of == DIFFERENCE and two[0] == two[1]:
            return (
                f"Choose two different classes: s[{first}] − s[{first}] is 0 whatever is drawn, and so is its gradient."
            )
        if of == SCORE:
            what = f"S = s[{first}] = {format_number(float(scores[0]))}"
        elif of == DIFFERENCE:
            what = f"S = s[{first}] − s[{second}] = {format_number(self._difference(scores, *two))}"
        else:
            what = f"L = {format_number(self._loss(scores, *two))}, were it {'so' if self.alone else first}"
        if come == 0:
            begin = "its gradient by the scores stands below"
            if of == SCORE:
                begin = "its gradient by itself is 1"
            elif of == DIFFERENCE:
                begin = f"the gradient by the scores is 1 at {first}, −1 at {second} and 0 elsewhere"
            return f"{what}: {begin}. Step or play the way back to the pixels."
        if back.trouble:
            return f"{what}. {back.trouble}"
        words = f"{what}. {step_words(close_up(back, number), back.forward.network[number])}"
        return words if number else f"{words} {self._checked(drawing, back, start, two, of, pixel)}"

    def _difference(self, scores, first, second):
        return float(scores[0] if self.alone else scores[first] - scores[second])

    def _loss(self, scores, first, _):
        return float(self.loss(scores[None], np.ones((1, 1)) if self.alone else np.array([first])))

    def _checked(self, drawing, back, start, two, of, pixel):
        """At the pixels: what one of them means, and the forward pass as a witness."""
        symbol = "S" if of in (DIFFERENCE, SCORE) else "L"
        channel = int(np.abs(back.dx[pixel]).argmax())
        place = (*pixel, channel)
        at = f"[{', '.join(map(str, place if back.dx.shape[2] > 1 else place[:2]))}]"
        found = format_number(float(back.dx[place]), 3)
        value = self._difference if symbol == "S" else self._loss
        slope = format_number(self.way.nudged(drawing, place, lambda s: value(s, *two)), 3)
        words = f"d{symbol}/dx{at} = {found}; nudged, the forward pass says {slope}."
        if self.way.own is None:
            return f"A higher x raises {symbol} where it is orange and lowers it where it is blue. {words}"
        right = self.right.back(drawing, start).dx
        wrong = np.argwhere(differing(back.dx, right))
        if not len(wrong):
            return f"Your function carried the errors here, and all {right.size} numbers are right. {words}"
        first = wrong[0].tolist()[: 3 if right.shape[2] > 1 else 2]
        return f"With your function {len(wrong)} of {right.size} numbers differ, the first at {first}. {words}"


def _named(names, count):
    """What the classes are called."""
    try:
        words = list(range(count) if names is None else names)
    except TypeError:
        raise TypeError(f"names must be {count} words, one for each score; got {names!r}") from None
    if len(words) != count:
        raise ValueError(f"names must be {count} words, one for each score; got {len(words)}")
    words = [str(name) for name in shortened(words)]
    if len({*words, WINNER, SECOND}) < count + 2:
        raise ValueError(f"names must be different words, none of them {WINNER!r} or {SECOND!r}; got {words}")
    return words
