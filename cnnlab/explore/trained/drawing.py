"""Draw something, and a trained network says at once what it reads (lecture topics 10, 11 and 27)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from cnnlab import arguments, recipes, since_1989
from cnnlab.analysis.error_metrics import ranked
from cnnlab.analysis.learning.refusing import Answers
from cnnlab.explore.toolkit.control import Control
from cnnlab.explore.toolkit.controls import Button, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Mark
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.pad import Fit, Pad
from cnnlab.explore.toolkit.scene import Image, Scene
from cnnlab.explore.trained.answers import (
    PROBABILITIES,
    called,
    fit_of,
    given,
    outputs_panel,
    run,
    second_words,
    sheets,
    span_of,
    top_of,
)
from cnnlab.lettering import shortened
from cnnlab.network import Network
from cnnlab.types import Array, ArrayLike


class Drawing(Explorer):
    """Draw an image, or take one from a file, and see how a network reads it while you draw: its maps, its outputs.

    Parameters
    ----------
    network : Network, optional
        From images (H, W, 1) or (H, W, 3) to two or more outputs; nothing in it is changed. By default the network of
        1989 that comes with cnnlab, which has learned zip codes.
    x : (N, H, W, C), dtype of network, optional
        Images to begin with; by default, for digits of 8 x 8 or 16 x 16, some of `datasets.digits`.
    names : sequence of str, optional
        Of the classes, by default their numbers.
    maps : sequence of int or str, or {int or str: str}, optional
        Layers whose maps are shown, and what they are called, by default by their names; by default what the first two
        convolutions give in the end.
    loss : Loss, optional
        With it yhat is shown (probabilities, for a cross-entropy), without it the outputs themselves.
    paper, ink : float
        The values of an empty pixel and of one that is drawn on.
    fit : function, optional
        Makes an image (H, W, C) of a picture (h, w, 3), 0..1, as the network knows them; by default
        `datasets.drawn_digit` for grey images and `datasets.square_photo` for colours, where they are squares.
    known : {str: Answers}, optional
        What the network says of samples whose classes are known, and what they are called: for them the words tell what
        the gap costs. By default, for the network of 1989, the real zip codes of its test.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topics 10, 11 and 27.
    """

    title = "Draw, and the network reads"

    def __init__(
        self,
        network: Network | None = None,
        x: ArrayLike | None = None,
        names: Sequence[Any] | None = None,
        maps: Sequence[int | str] | Mapping[int | str, str] | None = None,
        loss: Any = None,
        paper: float = -1.0,
        ink: float = 1.0,
        fit: Fit | None = None,
        known: Mapping[str, Answers] | None = None,
    ) -> None:
        if known is None:
            known = {} if network is not None else {"real zip codes": _zip_codes()}
        for name, answers in known.items():
            arguments.of_kind(f"known: {name}", answers, Answers, "Answers, such as Answers(outputs, y)")
        self.known = dict(known)
        network = recipes.bundled("zip_code_1989") if network is None else network
        shape = network.input_shape
        if len(shape) != 3 or shape[2] not in (1, 3):
            raise ValueError(f"network must take images (H, W, 1) or (H, W, 3); got {shape}")
        if len(network.output_shape) != 1 or network.output_shape[0] < 2:
            raise ValueError(f"network must have two outputs or more; got {network.output_shape}")
        arguments.finite_weights("network", network.parameters | network.state)
        if names is not None and len(names) != network.output_shape[0]:
            raise ValueError(f"names must be {network.output_shape[0]} words, one for each output; got {len(names)}")
        self.network, self.loss = network, loss
        self.x = network.checked(given(shape, paper) if x is None else x)
        self.yhat: Callable[[Array], Array] = (lambda e: e) if loss is None else loss.yhat
        self.words = "outputs" if loss is None else "yhat"
        self.names = shortened(range(network.output_shape[0]) if names is None else names)
        self.maps = called(network, maps)
        found = run(network, self.x[:64], self.maps)
        self.tops = {name: top_of(found[name]) for name in self.maps}
        said = self.yhat(found["output"])
        self.span = span_of(said, 0.25)
        most = 1.0 if self.span == PROBABILITIES else round(float(max(said.max(), 0.1) - min(said.min(), 0.0)), 1)
        self.count = 0
        pad = Pad("drawing", "draw", shape, self.x[0], paper, ink, fit or fit_of(shape, paper, ink))
        controls: list[Control] = [pad, Slider("gap", "refuse below a gap of", 0.0, most, most / 20, value=0.0)]
        if len(self.x) > 1:
            controls.insert(1, Button("another", "another image", self._another))
        super().__init__(controls)

    def restart(self) -> None:
        self.count = 0

    def _another(self, **_: Any) -> dict[str, Any]:
        """The next image to begin with; after the last one, the first."""
        self.count = (self.count + 1) % len(self.x)
        return {"drawing": self.x[self.count]}

    def scene(self, drawing: Array, gap: float) -> Scene:
        found = run(self.network, drawing[None].astype(self.network.dtype), self.maps)
        said = self.yhat(found["output"])[0]
        best, second = ranked(said)[:2]
        apart = float(said[best] - said[second])
        refused = apart < gap
        pad: Any = self.controls["drawing"]
        low, high = pad.span
        picture = Image(
            name="drawing",
            title="draw here",
            pixels=drawing if drawing.shape[2] == 1 else (drawing - low) / (high - low),
            height=230,
            colours="ink",
            symbol="x",
            scale=(low, high),
            draw="drawing",
        )
        limit = [Mark(y=float(said[best]) - gap, label="the second must stay below")] if gap > 0 else []
        title = f"{self.words}: {'refused' if refused else self.names[best]}"
        outputs = outputs_panel(said, title, self.words, self.names, self.span, limit)
        maps = sheets(found, self.tops, self.maps)
        verdict = f"It refuses to answer: a gap of {format_number(gap)} is asked for." if refused else ""
        return Scene(
            [[picture, outputs], *([maps] if maps else [])],
            f"The network says {self.names[best]} ({format_number(said[best])}); {second_words(said, self.names)}, "
            + " ".join([f"{format_number(apart)} behind.", *([verdict] if verdict else []), *self._costs(gap)]),
        )

    def _costs(self, gap: float) -> list[str]:
        """What this gap does to samples whose classes are known."""
        said = []
        for name, answers in self.known.items():
            left = answers.beyond(gap)
            rest = "and answers none" if left.share == 1 else f"and misreads {100 * left.error:.1f} % of the rest"
            said.append(f"Of {len(answers.gap):,} {name} it refuses {100 * left.share:.1f} % at this gap, {rest}.")
        return said


def _zip_codes() -> Answers:
    """What the bundled network of 1989 says of the test digits of USPS, as it was measured."""
    found = since_1989.rejection()
    wrong = np.zeros(len(found["gaps"]), bool)
    wrong[found["wrong"]] = True
    return Answers.of_gaps(found["gaps"], wrong)
