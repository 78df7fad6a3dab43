"""A time-delay network hears a syllable that comes late (lecture topic 26)."""

import math
from collections.abc import Mapping
from typing import Any, Self

import numpy as np

from cnnlab import arguments, datasets
from cnnlab.analysis.error_metrics import misclassified
from cnnlab.analysis.receptive import activations
from cnnlab.datasets.generated.syllables import BANDS, FRAMES, MAX_SHIFT, excerpt, faded
from cnnlab.datasets.generated.synthesis import CONSONANTS, RATE
from cnnlab.explore.toolkit.controls import Button, Handle, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.hearing.sound import Sound
from cnnlab.explore.toolkit.items import Bars, Line, Map, Points
from cnnlab.explore.toolkit.numbers import following, format_number
from cnnlab.explore.toolkit.scene import Curves, Scene
from cnnlab.layers import Conv1D
from cnnlab.network import Network
from cnnlab.types import Array

STEP = 5  # milliseconds between two positions of the hand
FRAME = 10  # milliseconds of a frame


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
        super().__init__(
            [
                Slider("token", "syllable", 0, max(len(tokens) - 1, 1), 1, value=0, when=lambda **_: len(tokens) > 1),
                Button("misheard", "next misheard", self._next),
                Slider("shift", "how late (ms)", -reach, reach, STEP, value=0),
                self._handle("first", "unit of layer 1", shapes[0]),
                self._handle("second", "unit of layer 2", shapes[1]),
            ]
        )

    @staticmethod
    def _handle(name: str, label: str, shape: tuple[int, ...]) -> Handle:
        """(frame, unit) over the picture of a layer (steps, units), at first its middle step."""
        steps, units = shape
        first = (FRAMES - steps) / 2
        return Handle(name, label, (first, first + steps - 1), (0, units - 1), (first + steps // 2, 0), 1)

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

    def scene(self, token: int, shift: int, first: tuple[float, float], second: tuple[float, float]) -> Scene:
        x, h1, h2, yhat, other = self.activations(token, shift)
        wave, truth = self.tokens.waveforms[token], int(self.tokens.y[token])
        p, q = self.wide[:2]
        (step1, unit1), (step2, unit2) = (_chosen(at, h) for at, h in ((first, h1), (second, h2)))
        named = h2.shape[1] == len(CONSONANTS)
        names = list(CONSONANTS) if named else [str(k) for k in range(h2.shape[1])]
        piece = excerpt(wave, float(shift))
        sound = _over_time(
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
        seen = _over_time(
            "input",
            f"input: {FRAMES} frames x {BANDS} bands",
            150,
            (-0.5, BANDS - 0.5),
            [(float(band), str(band)) for band in range(1, BANDS, 4)],
            "mel band",
            background=Map(x.T, "diverging", 1.0, 1.0),
            items=[
                _framed(step2, p + q - 1, BANDS, 2, f"{p + q - 1} frames, for unit {names[unit2]} of layer 2"),
                _framed(step1, p, BANDS, 1, f"{p} frames, for unit {unit1} of layer 1"),
            ],
            below=True,
        )
        layer1 = _over_time(
            "layer1",
            f"hidden layer 1: {h1.shape[1]} units x {h1.shape[0]} steps",
            124,
            (-0.5, h1.shape[1] - 0.5),
            [(float(unit), str(unit)) for unit in range(h1.shape[1])],
            "unit",
            background=Map(_over_frames(h1), "ink", (0.0, 1.0), 1.0),
            items=[
                _framed(step2 + _lost(h1), q, h1.shape[1], 2),
                Points(step1 + _lost(h1), unit1, colour=1, size=5, shape="ring", drag="first"),
            ],
            below=True,
        )
        layer2 = _over_time(
            "layer2",
            f"hidden layer 2: {'units b, d, g' if named else f'{len(names)} units'} x {h2.shape[0]} steps",
            112,
            (-0.5, h2.shape[1] - 0.5),
            [(float(unit), name) for unit, name in enumerate(names)],
            "unit",
            background=Map(_over_frames(h2), "ink", (0.0, 1.0), 1.0),
            items=[Points(step2 + _lost(h2), unit2, colour=2, size=5, shape="ring", drag="second")],
            x_label="milliseconds from the middle of the window",
            below=True,
        )
        said = [_bars("outputs", "time-delay network", yhat, truth)]
        if other is not None:
            said.append(_bars("rival", self.rival_name, other, truth, below=True))
        words = f"/{self.tokens.text(token)}/ of {self.tokens.speakers[token]}, {_late(shift)}. "
        words += f"The time-delay network says {_verdict(yhat, truth)}"
        if other is not None:
            words += f"; the {self.rival_name} one says {_verdict(other, truth)}"
        return Scene(
            [[sound, seen, layer1, layer2, *said]],
            f"{words}. At step {step1}, unit {unit1} of layer 1 is at {format_number(h1[step1, unit1], 2)}; at step "
            f"{step2}, unit {names[unit2]} of layer 2 is at {format_number(h2[step2, unit2], 2)}.",
            sounds=[Sound("the syllable", wave, RATE), Sound("what the network hears", faded(piece), RATE)],
        )


def _lost(h: Array) -> float:
    """Frames before the one over whose middle the first of the steps of h (steps, units) stands."""
    return (FRAMES - len(h)) / 2


def _over_frames(h: Array) -> Array:
    """h (steps, units) as a map (units, 2 x frames), each step over the middle of the frames that it sees."""
    before = round(2 * _lost(h))
    shown = np.full((h.shape[1], 2 * FRAMES), np.nan, np.float32)
    shown[:, before : before + 2 * len(h)] = h.T.repeat(2, axis=1)
    return shown


def _chosen(at: tuple[float, float], h: Array) -> tuple[int, int]:
    """The (step, unit) of h (steps, units) that is nearest to a point of its picture."""
    places = (at[0] - _lost(h), at[1])
    step, unit = (min(max(math.floor(v + 0.5), 0), n - 1) for v, n in zip(places, h.shape, strict=True))
    return step, unit


def _framed(start: float, columns: float, rows: int, colour: int, label: str = "") -> Line:
    """A frame around columns of a map that has so many rows."""
    left, right = start - 0.5, start + columns - 0.5
    low, high = -0.5, rows - 0.5
    return Line([left, right, right, left, left], [low, low, high, high, low], label, colour, width=3.0)


def _over_time(
    name: str,
    title: str,
    height: float,
    y: tuple[float, float],
    ticks: list[tuple[float, str]],
    y_label: str,
    **more: Any,
) -> Curves:
    """Axes whose x are the frames of the input, with milliseconds at the ticks: the same in all of them."""
    places = [(float(k), str(FRAME * (k - FRAMES // 2)).replace("-", "−")) for k in range(1, FRAMES, 2)]
    return Curves(
        name=name,
        title=title,
        height=height,
        x=(-0.5, FRAMES - 0.5),
        y=y,
        x_ticks=places,
        y_ticks=ticks,
        y_label=y_label,
        narrowest=420.0,
        **more,
    )


def _late(shift: int) -> str:
    if shift == 0:
        return "on time"
    return f"{abs(shift)} milliseconds {'late' if shift > 0 else 'early'}"


def _verdict(yhat: Array, truth: int) -> str:
    best = int(np.argmax(yhat))
    return f"{CONSONANTS[best]} ({format_number(yhat[best], 2)}), {'right' if best == truth else 'wrong'}"


def _bars(name: str, title: str, yhat: Array, truth: int, below: bool = False) -> Curves:
    best = int(np.argmax(yhat))
    return Curves(
        name=name,
        title=f"{title}: {CONSONANTS[best]}, {'right' if best == truth else 'wrong'}",
        height=236,
        below=below,
        legend=False,
        x=(0.4, 3.6),  # not around 0, where an axis would cross the bars
        y=(0.0, 1.0),
        y_label="yhat, 0 to 1",
        x_ticks=[(k + 1, f"true: {c}" if k == truth else c) for k, c in enumerate(CONSONANTS)],
        items=[Bars(np.arange(1, 4), yhat, values=True)],
    )
