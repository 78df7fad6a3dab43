"""A whole network on one picture, with every number it makes of an image (lecture topics 8, 10, 11 and 19)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Self

import numpy as np

from cnnlab import arguments, recipes
from cnnlab.analysis import whole
from cnnlab.analysis.error_metrics import misclassified, ranked
from cnnlab.analysis.receptive import field
from cnnlab.explore.toolkit.control import Control
from cnnlab.explore.toolkit.controls import Button, Cell, Choice, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.numbers import following
from cnnlab.explore.toolkit.pad import SIDE, Fit, Pad
from cnnlab.explore.toolkit.scene import Panel, Scene
from cnnlab.explore.toolkit.sheets import Chart
from cnnlab.explore.trained import whole_panels as panels
from cnnlab.explore.trained.answers import fit_of, given, span_of, top_of
from cnnlab.lettering import shortened
from cnnlab.losses import Loss
from cnnlab.network import Network
from cnnlab.types import Array, ArrayLike

NOTHING, BEST = "nothing", "the best other"
MANY = 20  # classes up to which each can be chosen to compare with


def _are_words(given: Any, count: int) -> bool:
    """Whether they are so many, and no text whose letters would be counted."""
    return not isinstance(given, str) and hasattr(given, "__len__") and len(given) == count


class WholeNetwork(Explorer):
    """Draw an image, and see every number that a network makes of it; point at one, and see how it was made.

    Every number of such a network is made in the same way: what came in, times the weights, added up. Of a score that
    is the share of every feature in it; compared with another class it says why the one won.

    Parameters
    ----------
    network : Network, optional
        From images (H, W, C), of Conv2D, pooling, nonlinearities, Flatten and Dense; nothing in it is changed. By
        default the network of 1989 that comes with cnnlab, which has learned zip codes.
    x : (N, H, W, C), dtype of network, optional
        Images to begin with; by default, for digits of 8 x 8 or 16 x 16, some of `datasets.digits`.
    y : (N,) int, optional
        What they are: then those that are misread can be looked for, among two classes or more.
    names : sequence of str, optional
        Of the classes, by default their numbers.
    loss : Loss, optional
        With it yhat is shown (probabilities, for a cross-entropy), without it the scores themselves.
    paper, ink : float
        The values of an empty pixel and of one that is drawn on.
    fit : function, optional
        As for `Drawing`.
    stages : sequence of str, optional
        What the boxes of the picture are called, from left to right; by default as their first layers.

    Attributes
    ----------
    trouble : str
        Why there is nothing to see, in a sentence: a network with other layers, images of another size or with NaN in
        them. The view shows it in place of the picture.

    Source
    ------
    Lecture topics 8, 10, 11 and 19.
    """

    title = "The whole network"
    longest = 290

    def __init__(
        self,
        network: Network | None = None,
        x: ArrayLike | None = None,
        y: ArrayLike | None = None,
        names: Sequence[Any] | None = None,
        loss: Any = None,
        paper: float = -1.0,
        ink: float = 1.0,
        fit: Fit | None = None,
        stages: Sequence[str] | None = None,
    ) -> None:
        network = recipes.bundled("zip_code_1989") if network is None else network
        self.trouble, controls = whole.trouble(network), []
        try:
            controls = [] if self.trouble else self._prepare(network, x, y, names, loss, paper, ink, fit, stages)
        except (TypeError, ValueError) as error:
            self.trouble = f"{str(error).rstrip('.')}."
        super().__init__(controls)

    def _prepare(
        self,
        network: Network,
        x: ArrayLike | None,
        y: ArrayLike | None,
        names: Sequence[Any] | None,
        loss: Any,
        paper: float,
        ink: float,
        fit: Fit | None,
        called: Sequence[str] | None,
    ) -> list[Control]:
        """Keep what is needed, and make the controls."""
        arguments.finite_weights("network", network.parameters)
        shape = network.input_shape
        paper, ink = arguments.real("paper", paper), arguments.real("ink", ink)
        if loss is not None:
            arguments.of_kind("loss", loss, Loss, "a Loss")
        if fit is not None and not callable(fit):
            raise TypeError(f"fit must be a function of a picture (h, w, 3); got {type(fit).__name__}")
        self.network, self.span = network, (min(paper, ink), max(paper, ink))
        self.x = network.checked(given(shape, paper) if x is None else x)
        self.stages = whole.stages(network)
        if called is not None:
            if not _are_words(called, len(self.stages)):
                raise ValueError(f"stages must be {len(self.stages)} words, one for each box; got {called!r}")
            self.stages = tuple(replace(part, name=str(word)) for part, word in zip(self.stages, called, strict=True))
        vector = len(self.stages[-1].shape) == 1
        classes = self.stages[-1].shape[0] if vector else 0
        if names is not None and not _are_words(names, classes):
            raise ValueError(f"names must be {classes} words, one for each output; got {names!r}")
        self.names = shortened(range(classes) if names is None else names)
        self.yhat: Callable[[Array], Array] = (lambda e: e) if loss is None else loss.yhat
        self.words = "score" if loss is None else "yhat"
        self.chart = Chart([part.shape for part in self.stages], self.names)
        found = [whole.forward(network, one) for one in self.x[:24]]
        self.tops = [top_of(np.stack([one.h[k] for one in found])) for k in range(len(self.stages))]
        self.said = span_of(self.yhat(np.stack([one.scores for one in found])), 0.25) if vector else (0.0, 1.0)
        self.y, self.wrong = None, np.zeros(0, int)
        if y is not None:
            self.y = np.asarray(y)
            arguments.labels("y", self.y, max(classes, 2))
            arguments.same_batch(x=self.x, y=self.y)
            if classes < 2:  # a single score is not read as one class among others
                self.y = None
            else:
                self.wrong = misclassified(network.predict(self.x), self.y)
        self.count = 0
        self._field = lru_cache(4096)(lambda stage, unit: field(network, self.stages[stage].last, unit).rectangle)
        return self._controls(paper, ink, fit)

    def _controls(self, paper: float, ink: float, fit: Fit | None) -> list[Control]:
        shape: Any = self.network.input_shape
        rows, columns = self.chart.shape
        self.drawn = shape[2] in (1, 3) and max(shape[:2]) <= SIDE
        controls: list[Control] = []
        if self.drawn:
            controls.append(Pad("drawing", "draw", shape, self.x[0], paper, ink, fit or fit_of(shape, paper, ink)))
            if len(self.x) > 1:
                controls.append(Button("another", "another", self._another))
        elif len(self.x) > 1:
            controls.append(Slider("image", "image", 0, len(self.x) - 1, 1, value=0))
        if len(self.wrong):
            controls.append(Button("misread", "next misread", self._misread))
        if self.names:
            others = self.names if len(self.names) <= MANY else []
            compared = Choice("against", "compare it with", [NOTHING, BEST, *others], when=self._is_score)
            controls += [compared] * (len(self.names) > 1)
        first = self._cell(self._best(self.x[0])) if self.names else self.chart.cell(len(self.stages) - 1, (0, 0, 0))
        controls.append(Cell("at", "a number of the network", rows, columns, first, bare=True))
        return controls

    @classmethod
    def example(cls) -> Self:
        from cnnlab.datasets import digits

        data = digits(16)
        return cls(None, data.x_test[:40], data.y_test[:40])

    def restart(self) -> None:
        self.count = 0

    # ---- what follows from what ----

    def _best(self, x: Array) -> int:
        return int(ranked(self.network.predict(x[None])[0])[0])

    def _cell(self, k: int) -> tuple[int, int]:
        """Where the score of a class stands on the picture; of one that is not shown, where the last one stands."""
        last = len(self.stages) - 1
        return self.chart.cell(last, (min(k, self.chart.stands[last].shown - 1),))

    def _is_score(self, at: tuple[int, int], **_: Any) -> bool:
        place, _unit = self.chart.unit(*at)
        return place == len(self.stages) - 1 and self.stages[place].kind == "fully connected"

    def _another(self, **_: Any) -> dict[str, Any]:
        """The next image to begin with; after the last one, the first."""
        self.count = (self.count + 1) % len(self.x)
        return {"drawing": self.x[self.count]}

    def _misread(self, **values: Any) -> dict[str, Any] | None:
        """The next image that is misread, its answer compared with what it is."""
        found = following(self.wrong, self.count if self.drawn else values["image"])
        if found is None or self.y is None:
            return None
        self.count, truth = found, self.names[int(self.y[found])]
        shown = {"drawing": self.x[found]} if self.drawn else {"image": found}
        against = {"against": truth} if len(self.names) <= MANY else {"against": BEST}
        return shown | {"at": self._cell(self._best(self.x[found]))} | against

    def _image(self, drawing: Array | None = None, image: int = 0, **_: Any) -> Array:
        return self.x[image] if drawing is None else drawing

    # ---- the picture ----

    def scene(self, **values: Any) -> Scene:
        if self.trouble:
            return panels.trouble_scene(self.trouble)
        x = self._image(**values)
        record = whole.forward(self.network, x.astype(self.network.dtype))
        if not np.isfinite(record.scores).all():
            return panels.trouble_scene("The network gives numbers that are not finite: train it or load it again.")
        place, unit = self.chart.unit(*values["at"])
        said = self.yhat(record.scores[None])[0]
        against = self._other(values.get("against", NOTHING), said, place, unit)
        made = whole.made(record, place, unit, against)
        truth = self._truth(x, **values)
        view = panels.View(self.network, self.stages, self.chart, self.tops, self.span, self.names)
        seen = self._field(place, unit)
        top: list[Panel] = [
            panels.picture(view, x, seen, "drawing" if self.drawn else None),
            panels.network_panel(view, record, made, against),
        ]
        below = panels.details(view, made, against)
        if self.names:
            chosen = unit[0] if place == len(self.stages) - 1 else None
            below.append(panels.scores(view, said, self.words, self.said, truth, chosen))
        told = panels.words(view, record, made, against, said, truth)
        return Scene([top, below], told, arrows=panels.arrows(self.chart))

    def _other(self, against: str, said: Array, place: int, unit: tuple[int, ...]) -> int | None:
        """The class that the chosen score is compared with."""
        last = len(self.stages) - 1
        if against == NOTHING or place != last or self.stages[last].kind != "fully connected":
            return None
        if against == BEST:
            order = [int(k) for k in ranked(said)]
            return order[1] if order[0] == unit[0] else order[0]
        other = self.names.index(against)
        return None if other == unit[0] else other

    def _truth(self, x: Array, image: int | None = None, **_: Any) -> int | None:
        """What the image is, where that is known: nothing was drawn on it."""
        number = self.count if image is None else image
        known = self.y is not None and np.array_equal(x, self.x[number])
        return int(self.y[number]) if known and self.y is not None else None
