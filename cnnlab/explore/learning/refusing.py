"""Better silent than wrong: what a network refuses to answer, and what that is good for (lecture topic 27)."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

import numpy as np

from cnnlab import arguments
from cnnlab.analysis.learning.refusing import Answers, Left
from cnnlab.analysis.own.function import OwnFunction, differing
from cnnlab.explore.toolkit.control import Control
from cnnlab.explore.toolkit.controls import Choice, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Line, Mark, Points
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.scene import Curves, Image, Scene
from cnnlab.explore.toolkit.sheets import GAP, Head, contact_sheet
from cnnlab.lettering import shortened
from cnnlab.network import Network
from cnnlab.types import Array

STEP = 0.05  # from position to position of the slider
SHOWN = 8  # images in a row
SPREAD = 0.6  # of a row: so far the dots of a class are apart
GOLDEN = 0.618  # dots one after the other never come to lie side by side
ABOVE, BELOW = 270, 116  # pixels of the two rows


class Refusing(Explorer):
    """A network answers only where its best output is more than a gap above the second, and errs the less.

    Parameters
    ----------
    readers : {name: (network, x, y)}
        Who reads what: a network, grey images (N, H, W, 1) that it takes, and what they are (N,). All networks have
        the same number of classes.
    names : sequence of str, optional
        Of the classes, by default their numbers.
    marks : {name: (refused, error)}, optional
        What others have reached, in percent.
    function : function, optional
        The learner's own sure(outputs, gap) -> (N,) bool, True where it answers: it decides in place of the rule.

    Attributes
    ----------
    answers : {name: Answers}
        What the networks say.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topic 27.
    """

    title = "Better silent than wrong"

    def __init__(
        self,
        readers: Mapping[str, tuple[Network, Any, Any]],
        names: Sequence[Any] | None = None,
        marks: Mapping[str, tuple[float, float]] | None = None,
        function: Callable[..., Any] | None = None,
    ) -> None:
        if not isinstance(readers, Mapping) or not readers:
            raise ValueError(f"readers must be one or more {{name: (network, x, y)}}; got {readers!r}")
        self.x: dict[str, Array] = {}
        self.y: dict[str, Array] = {}
        self.outputs: dict[str, Array] = {}
        for name, reader in readers.items():
            self._take(str(name), reader)
        counts = {outputs.shape[1] for outputs in self.outputs.values()}
        if len(counts) > 1:
            raise ValueError(f"readers must all have the same number of classes; got {sorted(counts)}")
        (count,) = counts
        if names is not None and len(names) != count:
            raise ValueError(f"names must be {count} words, one for each output; got {len(names)}")
        self.names = [str(name) for name in shortened(range(count) if names is None else names)]
        self.answers = {name: Answers(outputs, self.y[name]) for name, outputs in self.outputs.items()}
        self.curves = {name: 100 * answers.errors() for name, answers in self.answers.items()}
        self.marks = {} if marks is None else {str(name): (float(a), float(b)) for name, (a, b) in marks.items()}
        self.own = None if function is None else OwnFunction(function, "sure(outputs, gap)", "sure")
        widest = max(float(answers.gap.max()) for answers in self.answers.values())
        self.most = STEP * max(1, math.ceil(widest / STEP))
        controls: list[Control] = [Slider("gap", "refuse up to a gap of", 0.0, self.most, STEP, value=0.0)]
        if len(self.answers) > 1:
            controls.insert(0, Choice("reader", "who reads what", list(self.answers)))
        super().__init__(controls)

    def _take(self, name: str, reader: Any) -> None:
        """Keep one reader's images and outputs."""
        what = f"readers[{name!r}]"
        if not isinstance(reader, Sequence) or len(reader) != 3 or not isinstance(reader[0], Network):
            raise ValueError(f"{what} must be (network, x, y); got {type(reader).__name__}")
        network, x, y = reader
        if len(network.output_shape) != 1 or network.output_shape[0] < 2:
            raise ValueError(f"{what} must have two outputs or more; got {network.output_shape}")
        arguments.finite_weights(what, network.parameters | network.state)
        x = network.checked(x, f"x of {what}")
        if x.ndim != 4 or x.shape[3] != 1 or not len(x):
            raise ValueError(f"x of {what} must be grey images (N, H, W, 1); got an array of shape {x.shape}")
        self.x[name], self.y[name], self.outputs[name] = x, np.asarray(y), network.predict(x)

    @classmethod
    def example(cls) -> Self:
        from cnnlab import recipes
        from cnnlab.datasets import digits

        data, network = digits(16), recipes.bundled("zip_code_1989")
        return cls({"zip codes' network": (network, data.x_test, data.y_test)}, marks={"the paper": (12.1, 1.0)})

    def _left(self, reader: str, gap: float) -> tuple[Left | None, str]:
        """What is left, and what has to be said about the learner's function."""
        answers = self.answers[reader]
        right = answers.beyond(gap)
        if self.own is None:
            return right, ""
        found = self.own(self.outputs[reader], gap, shape=right.accepted.shape)
        if found.trouble or found.value is None:
            return None, found.trouble
        wrong = np.flatnonzero(differing(found.value, right.accepted.astype(float)))
        if not len(wrong):
            return right, f"So your function decides; all {len(right.accepted)} decisions follow the rule."
        words = (
            f"Your function decides otherwise than the rule for {len(wrong)} of {len(right.accepted)}, first for "
            f"number {wrong[0]}."
        )
        return answers.left(found.value != 0), words

    def scene(self, gap: float, reader: str | None = None) -> Scene:
        reader = next(iter(self.answers)) if reader is None else reader
        left, words = self._left(reader, gap)
        return Scene(
            [
                [self._strip(reader, gap, left), self._curve(reader, left)],
                self._sheets(reader, left),
            ],
            words if left is None else f"{self._words(gap, left)} {words}".strip(),
        )

    def _strip(self, reader: str, gap: float, left: Left | None) -> Curves:
        """A dot for every image, in the row of its class."""
        answers, y = self.answers[reader], self.y[reader]
        place = y + SPREAD * (np.arange(len(y)) * GOLDEN % 1 - 0.5)
        accepted = np.ones(len(y), bool) if left is None else left.accepted
        wrong = answers.wrong

        def dots(which: Array, label: str, colour: int | str, shape: str) -> Points:
            size = 4.0 if shape == "cross" else 2.5
            return Points(answers.gap[which], place[which], label, colour, size, shape)

        return Curves(
            name="images",
            title=f"all {len(y)} images: how far the best answer is ahead",
            height=ABOVE,
            width=1.25,
            x=(0, self.most),
            y=(-0.6, len(self.names) - 0.4),
            x_label="gap between the two best answers",
            y_label="what it is",
            y_ticks=list(enumerate(self.names)),
            items=[
                dots(~accepted & ~wrong, "refused", "muted", "dot"),
                dots(~accepted & wrong, "", "muted", "cross"),
                dots(accepted & ~wrong, "right", 0, "dot"),
                dots(accepted & wrong, "wrong", 1, "cross"),
                Mark(gap, colour="ink"),
            ],
        )

    def _curve(self, reader: str, left: Left | None) -> Curves:
        """The error among the rest against the part that is refused."""
        errors = self.curves[reader]
        refused = 100 * np.arange(len(errors)) / len(errors)
        top = max(float(errors.max()), *(error for _, error in self.marks.values()), 1.0)
        items: list[Any] = [Line(refused, errors, colour=0)]
        items += [
            Points(*mark, colour=1 + k, size=5, shape="square", text=name)
            for k, (name, mark) in enumerate(self.marks.items())
        ]
        if left is not None and left.refused < len(errors):
            items.append(Points(100 * left.share, 100 * left.error, colour="ink", size=6))
        return Curves(
            name="error",
            title="the error among the rest",
            height=ABOVE,
            legend=False,
            x=(0, 100),
            y=(0, 1.15 * top),
            x_label="refused (%)",
            y_label="error among the rest (%)",
            items=items,
        )

    def _sheets(self, reader: str, left: Left | None) -> list[Image]:
        """What is answered wrongly, the least sure first, and what is refused without need, the surest first."""
        wrong = self.answers[reader].wrong
        order = np.argsort(self.answers[reader].gap, kind="stable")
        misread = silent = order[:0]
        if left is not None:
            misread = order[(left.accepted & wrong)[order]]
            silent = order[~(left.accepted | wrong)[order]][::-1]
        return [
            self._sheet("misread", f"answered, but misread: {len(misread)}", reader, misread),
            self._sheet("silent", f"refused, but read well: {len(silent)}", reader, silent),
        ]

    def _sheet(self, name: str, title: str, reader: str, which: Array) -> Image:
        images, answers = self.x[reader], self.answers[reader]
        height, width = images.shape[1:3]
        maps = np.full((height, width, SHOWN), np.nan, np.float32)
        some = which[:SHOWN]
        maps[:, :, : len(some)] = np.moveaxis(images[some, :, :, 0], 0, 2)
        said = [(self.names[answers.said[i]], self.names[self.y[reader][i]]) for i in some]
        heads = [
            Head(k * (width + GAP), width, answer, "" if answer == truth else f"is {truth}")
            for k, (answer, truth) in enumerate(said)
        ]
        return Image(
            name=name,
            title=title,
            height=BELOW,
            pixels=contact_sheet(maps, SHOWN),
            colours="ink",
            symbol="x",
            scale=(float(images.min()), float(max(images.max(), images.min() + 1e-6))),
            heads=heads or [Head(0, maps.shape[1] * SHOWN, "none")],
        )

    def _words(self, gap: float, left: Left) -> str:
        count = len(left.accepted)
        answered = count - left.refused
        if not left.refused:
            error = format_number(100 * left.error, 1)
            return f"It answers all {count}, and misreads {left.wrong}: {error} %. Raise the gap, and it refuses some."
        begin = (
            f"Up to a gap of {format_number(gap)} it refuses {left.refused} of {count} "
            f"({format_number(100 * left.share, 1)} %): {left.spared} it would have misread, "
            f"{left.refused - left.spared} it would have read."
        )
        if not answered:
            return f"{begin} Nothing is left."
        return f"{begin} Of the {answered} that it answers {left.wrong} are wrong: {_percent(left.error)}."


def _percent(share: float) -> str:
    return f"{format_number(100 * share, 2)} %"
