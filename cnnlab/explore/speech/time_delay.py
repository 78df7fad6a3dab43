"""A time-delay network hears a syllable that comes late (lecture topic 26)."""

from typing import Any, Self

import numpy as np

from cnnlab import arguments, datasets
from cnnlab.analysis.error_metrics import misclassified
from cnnlab.analysis.receptive import activations
from cnnlab.datasets.generated.syllables import BANDS, FRAMES, MAX_SHIFT, excerpt, faded
from cnnlab.datasets.generated.synthesis import CONSONANTS, RATE
from cnnlab.explore.speech.over_time import (
    axes,
    checked,
    chosen,
    framed,
    hidden_layers,
    input_panel,
    layer_panel,
    lost,
    outputs,
    unit_names,
    unit_of,
)
from cnnlab.explore.toolkit.controls import Button, Slider, image_slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.hearing.sound import Sound
from cnnlab.explore.toolkit.items import Line, Points
from cnnlab.explore.toolkit.numbers import following, format_number
from cnnlab.explore.toolkit.scene import Scene
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
        checked("network", network)
        if rival is not None:
            checked("rival", rival)
        self.hidden, shapes = hidden_layers("network", network)
        if not isinstance(tokens, datasets.Tokens):
            raise TypeError(f"tokens must be datasets.Tokens, as of datasets.tokens(60); got a {type(tokens).__name__}")
        if arguments.whole("reach", reach, STEP) > MAX_SHIFT or reach % STEP:
            raise ValueError(f"reach must be {STEP} to {MAX_SHIFT:g} milliseconds, a multiple of {STEP}; got {reach!r}")
        self.network, self.tokens, self.rival, self.rival_name = network, tokens, rival, rival_name
        self.wide = [layer.size for layer in network if isinstance(layer, Conv1D)]
        self.wrong = misclassified(network.predict(datasets.windows(tokens.waveforms)), tokens.y)
        super().__init__(
            [
                image_slider(len(tokens), "token", "syllable"),
                Button("misheard", "next misheard", self._next),
                Slider("shift", "how late (ms)", -reach, reach, STEP, value=0),
                unit_of("first", "unit of layer 1", shapes[0]),
                unit_of("second", "unit of layer 2", shapes[1]),
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

    def scene(self, token: int, shift: int, first: tuple[float, float], second: tuple[float, float]) -> Scene:
        x, h1, h2, yhat, other = self.activations(token, shift)
        wave, truth = self.tokens.waveforms[token], int(self.tokens.y[token])
        p, q = self.wide[:2]
        (step1, unit1), (step2, unit2) = (chosen(at, h) for at, h in ((first, h1), (second, h2)))
        names = unit_names(2, h2)
        piece = excerpt(wave, float(shift))
        sound = axes(
            "sound",
            f"the sound, {_late(shift)}",
            82,
            (-0.5, 0.5),
            [(0.0, "0")],
            "sound",
            items=[Line((np.arange(len(piece)) + 0.5) * FRAMES / len(piece) - 0.5, piece, width=1.0)],
            legend=False,
            width=2.4,
        )
        frames = [
            framed(step2, p + q - 1, BANDS, 2, f"{p + q - 1} frames, for unit {names[unit2]} of layer 2"),
            framed(step1, p, BANDS, 1, f"{p} frames, for unit {unit1} of layer 1"),
        ]
        ring1 = Points(step1 + lost(h1), unit1, colour=1, size=5, shape="ring", drag="first")
        ring2 = Points(step2 + lost(h2), unit2, colour=2, size=5, shape="ring", drag="second")
        left = [
            sound,
            input_panel(x, 150, frames, below=True),
            layer_panel(1, h1, 124, [framed(step2 + lost(h1), q, h1.shape[1], 2), ring1]),
            layer_panel(2, h2, 112, [ring2], x_label="milliseconds from the middle of the window"),
        ]
        said = [outputs("outputs", "time-delay network", yhat, 236, truth)]
        if other is not None:
            said.append(outputs("rival", self.rival_name, other, 236, truth, below=True))
        words = f"/{self.tokens.text(token)}/ of {self.tokens.speakers[token]}, {_late(shift)}. "
        words += f"The time-delay network says {_verdict(yhat, truth)}"
        if other is not None:
            words += f"; the {self.rival_name} one says {_verdict(other, truth)}"
        return Scene(
            [[*left, *said]],
            f"{words}. At step {step1}, unit {unit1} of layer 1 is at {format_number(h1[step1, unit1], 2)}; at step "
            f"{step2}, unit {names[unit2]} of layer 2 is at {format_number(h2[step2, unit2], 2)}.",
            sounds=[Sound("the syllable", wave, RATE), Sound("what the network hears", faded(piece), RATE)],
        )


def _late(shift: int) -> str:
    if shift == 0:
        return "on time"
    return f"{abs(shift)} milliseconds {'late' if shift > 0 else 'early'}"


def _verdict(yhat: Array, truth: int) -> str:
    best = int(np.argmax(yhat))
    return f"{CONSONANTS[best]} ({format_number(yhat[best], 2)}), {'right' if best == truth else 'wrong'}"
