"""A time-delay network hears a syllable that comes late (lecture topic 26)."""

from collections.abc import Mapping
from typing import Any, Self

import numpy as np

from cnnlab import arguments, datasets
from cnnlab.analysis.error_metrics import misclassified
from cnnlab.analysis.receptive import activations
from cnnlab.datasets.generated.syllables import MAX_SHIFT
from cnnlab.datasets.generated.synthesis import CONSONANTS
from cnnlab.explore.toolkit.controls import Button, Cell, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Bars, Highlight, Rectangle
from cnnlab.explore.toolkit.numbers import following, format_number
from cnnlab.explore.toolkit.scene import Curves, Grid, Image, Scene
from cnnlab.layers import Conv1D
from cnnlab.network import Network
from cnnlab.types import Array

STEP = 5  # milliseconds between two positions of the hand


class TimeDelay(Explorer):
    """A time-delay network reads syllables that come early or late, beside a network that is to be compared with it.

    Parameters
    ----------
    network : Network
        From (15, 16) to 3 outputs, its hidden layers steps x units, such as `models.tdnn()` after training.
    tokens : Tokens
        Syllables, one or more.
    rival : Network, optional
        Another network from (15, 16) to 3 outputs.
    rival_name : str
        What to call it.
    reach : int
        Milliseconds by which a syllable can come early or late, a multiple of 5, 100 at most.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topic 26.
    """

    title = "The syllable comes late"

    def __init__(
        self,
        network: Network,
        tokens: datasets.Tokens,
        rival: Network | None = None,
        rival_name: str = "fully connected",
        reach: int = 60,
    ) -> None:
        for name, net in (("network", network), ("rival", rival)):
            if not isinstance(net, Network) and (net is not None or name == "network"):
                raise TypeError(f"{name} must be a Network from (15, 16) to (3,); got a {type(net).__name__}")
            if net is not None and (net.input_shape != (15, 16) or net.output_shape != (3,)):
                raise ValueError(f"{name} must go from (15, 16) to (3,); got {net.input_shape} to {net.output_shape}")
            if net is not None:
                arguments.finite_weights(name, net.parameters)
        self.hidden = [k for k, layer in enumerate(network) if type(layer).__name__ == "Sigmoid"][:-1]
        shapes = [network[k].output_shape for k in self.hidden]
        if len(shapes) < 2 or any(len(shape) != 2 for shape in shapes[:2]):
            raise ValueError(f"network must have two hidden layers of steps x units with sigmoids; got {shapes}")
        if not isinstance(tokens, datasets.Tokens):
            raise TypeError(f"tokens must be datasets.Tokens, as of datasets.tokens(60); got a {type(tokens).__name__}")
        if arguments.whole("reach", reach, STEP) > MAX_SHIFT or reach % STEP:
            raise ValueError(f"reach must be {STEP} to {MAX_SHIFT:g} milliseconds, a multiple of {STEP}; got {reach!r}")
        self.network, self.tokens, self.rival, self.rival_name = network, tokens, rival, rival_name
        self.wide = [layer.size for layer in network if isinstance(layer, Conv1D)]
        self.wrong = misclassified(network.predict(datasets.windows(tokens.waveforms)), tokens.y)
        (steps1, units1), (steps2, units2) = shapes[:2]
        super().__init__(
            [
                Slider("token", "syllable", 0, max(len(tokens) - 1, 1), 1, value=0, when=lambda **_: len(tokens) > 1),
                Button("misheard", "next misheard", self._next),
                Slider("shift", "how late (ms)", -reach, reach, STEP, value=0),
                Cell("first", "unit of layer 1 (unit, step)", units1, steps1, (0, steps1 // 2)),
                Cell("second", "unit of layer 2 (unit, step)", units2, steps2, (0, steps2 // 2)),
            ]
        )

    @classmethod
    def example(cls) -> Self:
        from cnnlab.models import tdnn

        return cls(tdnn(rng=0), datasets.tokens(6, rng=0))

    def _next(self, token: int, **_: Any) -> dict[str, Any] | None:
        """The next syllable that the network mishears where it belongs; after the last one, the first."""
        found = following(self.wrong, token)
        return None if found is None else {"token": found, "shift": 0}

    def consequences(self, name: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"token": min(values["token"], len(self.tokens) - 1)}  # of a single syllable the slider has two places

    def activations(self, token: int, shift: int) -> tuple[Array, Array, Array, Array, Array | None]:
        """What the networks make of a syllable.

        Parameters
        ----------
        token : int
            Which one.
        shift : int
            How many milliseconds late.

        Returns
        -------
        x : (15, 16)
            The input window.
        h1, h2 : (steps, units)
            The two hidden layers.
        yhat, of_rival : (3,)
            Outputs of the network, and of its rival, if there is one.
        """
        x = datasets.windows(self.tokens.waveforms[token], float(shift))
        found = activations(self.network, x)
        h1, h2 = (found[k + 1][0] for k in self.hidden[:2])
        return x[0], h1, h2, found[-1][0], None if self.rival is None else self.rival.predict(x)[0]

    def scene(self, token: int, shift: int, first: tuple[int, int], second: tuple[int, int]) -> Scene:
        x, h1, h2, yhat, other = self.activations(token, shift)
        truth = int(self.tokens.y[token])
        p, q = self.wide[:2]
        bands = x.shape[1]
        (unit1, step1), (unit2, step2) = first, second
        seen = Image(
            name="input",
            title=f"input, 15 frames x 16 bands: {_late(shift)}",
            width=1.25,
            height=224,
            pixels=x.T[::-1],
            colours="diverging",
            scale=1.0,
            symbol="x",
            rectangles=[
                Rectangle(0, step2, bands, q + p - 1, f"{q + p - 1} frames: layer 2, step {step2}", 2),
                Rectangle(0, step1, bands, p, f"{p} frames: layer 1, step {step1}", 1),
            ],
        )
        said = [_bars("outputs", "time-delay network", yhat, truth)]
        if other is not None:
            said.append(_bars("rival", self.rival_name, other, truth))
        layer1 = Grid(
            name="layer1",
            title=f"hidden layer 1: {h1.shape[1]} units x {h1.shape[0]} steps",
            width=1.4,
            height=224,
            values=h1.T,
            colours="ink",
            scale=(0.0, 1.0),
            digits=1,
            symbol="h",
            row_label="unit",
            column_label="step",
            cell=30,
            click="first",
            highlights=[Highlight([(unit1, step1)], "chosen in layer 1", 1)],
            rectangles=[Rectangle(0, step2, h1.shape[1], q, f"{q} steps: layer 2, step {step2}", 2)],
        )
        layer2 = Grid(
            name="layer2",
            title="hidden layer 2: evidence for b, d and g",
            height=224,
            values=h2.T,
            colours="ink",
            scale=(0.0, 1.0),
            digits=1,
            symbol="h",
            row_label="unit",
            column_label="step",
            cell=30,
            click="second",
            highlights=[Highlight([(unit2, step2)], "chosen in layer 2", 2)],
        )
        words = f"/{self.tokens.text(token)}/ of {self.tokens.speakers[token]}, {_late(shift)}. "
        words += f"The time-delay network says {_verdict(yhat, truth)}"
        if other is not None:
            words += f"; the {self.rival_name} one says {_verdict(other, truth)}"
        return Scene(
            [[seen, *said], [layer1, layer2]],
            f"{words}. At step {step1}, unit {unit1} of layer 1 is at {format_number(h1[step1, unit1], 2)}; at step "
            f"{step2}, unit {unit2} of layer 2 is at {format_number(h2[step2, unit2], 2)}.",
        )


def _late(shift: int) -> str:
    if shift == 0:
        return "on time"
    return f"{abs(shift)} milliseconds {'late' if shift > 0 else 'early'}"


def _verdict(yhat: Array, truth: int) -> str:
    best = int(np.argmax(yhat))
    return f"{CONSONANTS[best]} ({format_number(yhat[best], 2)}), {'right' if best == truth else 'wrong'}"


def _bars(name: str, title: str, yhat: Array, truth: int) -> Curves:
    best = int(np.argmax(yhat))
    return Curves(
        name=name,
        title=f"{title}: {CONSONANTS[best]}, {'right' if best == truth else 'wrong'}",
        height=224,
        width=0.8,
        legend=False,
        x=(0.4, 3.6),  # not around 0, where an axis would cross the bars
        y=(0.0, 1.0),
        y_label="yhat, 0 to 1",
        x_ticks=[(k + 1, f"{c} (spoken)" if k == truth else c) for k, c in enumerate(CONSONANTS)],
        items=[Bars(np.arange(1, 4), yhat, values=True)],
    )
