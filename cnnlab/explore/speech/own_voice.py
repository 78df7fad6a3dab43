"""Say a syllable, and time-delay networks say at once what they hear (lecture topic 26)."""

from collections.abc import Mapping
from typing import Any, Self

import numpy as np

from cnnlab import datasets
from cnnlab.analysis.receptive import activations
from cnnlab.datasets.generated.syllables import FRAMES, excerpt, faded
from cnnlab.datasets.generated.synthesis import CONSONANTS, RATE
from cnnlab.datasets.recorded import audible, outline, placed, voice_onset
from cnnlab.explore.speech.over_time import FRAME, checked, hidden_layers, input_panel, layer_panel, outputs
from cnnlab.explore.toolkit.controls import Choice, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.hearing.microphone import Microphone
from cnnlab.explore.toolkit.hearing.sound import Sound
from cnnlab.explore.toolkit.items import Line
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.scene import Curves, Scene
from cnnlab.network import Network
from cnnlab.types import Array, ArrayLike

SECONDS = 3  # of a recording, at most
STEP = 5  # milliseconds between two positions of the hand
COLUMNS = 600  # of the picture of a whole recording
MOST = 2  # networks that are shown beside each other


class OwnVoice(Explorer):
    """Record a syllable, or take one from a file, and see what time-delay networks make of it: frames, layers, outputs.

    The voice is looked for in the recording; a slider moves the window over it where it was not found well. Every sound
    is brought to 12,000 samples a second and, around the window, to the loudness of synthetic vowels. Nothing is kept,
    and nothing leaves this computer.

    Parameters
    ----------
    networks : Network, or {name: Network}
        One or two, from (15, 16) to 3 outputs, their hidden layers steps x units, such as `models.tdnn()` after
        training.
    sound : (T,) floating point, optional
        At first, 12,000 samples a second; by default a synthetic /da/.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topic 26.
    """

    title = "Your own syllable"
    longest = 330

    def __init__(self, networks: Network | Mapping[str, Network], sound: ArrayLike | None = None) -> None:
        given = networks if isinstance(networks, Mapping) else {"time-delay network": networks}
        if not 0 < len(given) <= MOST:
            raise ValueError(f"networks must be one or {MOST}; got {len(given)}")
        self.networks = {str(name): checked(f"networks: {name}", network) for name, network in given.items()}
        self.hidden = {name: hidden_layers(f"networks: {name}", net)[0] for name, net in self.networks.items()}
        self.synthetic = sound is None
        microphone = Microphone(
            "sound",
            "your syllable",
            example() if sound is None else sound,
            rate=RATE,
            seconds=SECONDS,
            fit=audible,
        )
        self.first: Array = microphone.value
        self._known: tuple[Array, tuple[int, tuple[Array, Array]]] | None = None
        super().__init__(
            [
                microphone,
                Slider("onset", "the voice sets in at (ms)", 0, 1000 * SECONDS, STEP, value=found(self.first)),
                Choice("shown", "layers of", list(self.networks), when=lambda **_: len(self.networks) > 1),
            ]
        )

    @classmethod
    def example(cls) -> Self:
        from cnnlab.models import tdnn

        return cls({"one": tdnn(rng=0), "another": tdnn(rng=1)})

    def consequences(self, name: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """With a new sound the window goes to its voice."""
        return {"onset": found(values["sound"])} if name == "sound" else {}

    def activations(self, sound: Array, onset: int, name: str) -> tuple[Array, Array, Array, Array, Array]:
        """What a network makes of the sound around a moment.

        Parameters
        ----------
        sound : (T,)
            12,000 samples a second.
        onset : int
            Milliseconds from its beginning.
        name : str
            Of the network.

        Returns
        -------
        wave : (5040,)
            The sound around that moment, at the loudness of synthetic vowels.
        x : (15, 16)
            The input window.
        h1, h2 : (steps, units)
            The two hidden layers.
        yhat : (3,)
            The outputs.
        """
        wave, x = self._window(sound, onset)
        return wave, x[0], *self._layers(x, name)

    def _whole(self, sound: Array) -> tuple[int, tuple[Array, Array]]:
        """Where its voice sets in, and its outline; kept of the last sound, for the hand stays with one for long."""
        known = self._known
        if known is None or known[0] is not sound:
            known = self._known = sound, (found(sound), outline(sound, COLUMNS))
        return known[1]

    def _window(self, sound: Array, onset: int) -> tuple[Array, Array]:
        """What the networks see of it: the wave, and a batch of one window (1, 15, 16)."""
        wave = placed(sound, onset / 1000)
        return wave, datasets.windows(wave)

    def _layers(self, x: Array, name: str) -> tuple[Array, Array, Array]:
        """The two hidden layers and the outputs of a network."""
        steps = activations(self.networks[name], x)
        h1, h2 = (steps[k + 1][0] for k in self.hidden[name][:2])
        return h1, h2, steps[-1][0]

    def scene(self, sound: Array, onset: int, shown: str) -> Scene:
        wave, x = self._window(sound, onset)
        layers_of = {name: self._layers(x, name) for name in self.networks}
        h1, h2, _ = layers_of[shown]
        said = {name: steps[-1] for name, steps in layers_of.items()}
        known = self.synthetic and np.array_equal(sound, self.first)
        what = "A synthetic /da/" if known else "Your sound"
        until = ", until you record your own" if known else ""
        ends = [(onset + side * FRAME * FRAMES / 2) / 1000 for side in (-1, 1)]
        peak = float(np.abs(sound).max()) or 1.0
        begins, (seconds, samples) = self._whole(sound)
        whole = Curves(
            name="whole",
            title=f"{what}, {len(sound) / RATE:.2f} s (framed: what the networks see)",
            height=106,
            x=(0.0, float(SECONDS)),
            y=(-1.3, 1.3),
            y_ticks=[(0.0, "0")],
            y_label="sound",
            x_label="seconds",
            legend=False,
            width=2.4,
            narrowest=420.0,
            items=[
                Line(seconds, samples / peak, width=1.0),
                Line([*ends, *ends[::-1], ends[0]], [-1.15, -1.15, 1.15, 1.15, -1.15], "", 1, 2.0),
            ],
        )
        of = f"{shown}: " if len(said) > 1 else ""
        layers = [
            input_panel(x[0], 122, [], below=True),
            layer_panel(1, h1, 102, [], of),
            layer_panel(2, h2, 98, [], of, x_label="milliseconds from the middle of the window"),
        ]
        bars = [outputs(f"outputs{k}", name, yhat, 214, below=k > 0) for k, (name, yhat) in enumerate(said.items())]
        verdicts = "; ".join(f"{name}: {_heard(yhat)}" for name, yhat in said.items())
        moved = onset - begins
        side = "after" if moved > 0 else "before"
        where = (
            f"{abs(moved)} milliseconds {side} the place where the voice was found"
            if moved
            else "where the voice was found"
        )
        return Scene(
            [[whole, *layers, *bars]],
            f"{what}{until}. The window lies around {onset} milliseconds, {where}. {verdicts}. They name b, d or "
            "g, whatever you say: a cough, too.",
            sounds=[Sound("your sound", sound, RATE), Sound("what the network hears", faded(excerpt(wave)), RATE)],
        )


def example() -> Array:
    """A syllable as one says it alone: quiet, a synthetic /da/, quiet."""
    said = datasets.waveform("d", "a", "Toru")
    said[: RATE // 10] = 0  # the vowel before it
    return np.concatenate([np.zeros(RATE // 4, np.float32), said, np.zeros(RATE // 5, np.float32)])


def found(sound: Array) -> int:
    """Where the voice of a sound sets in, in milliseconds, as the slider has it."""
    return STEP * round(1000 * voice_onset(sound) / STEP)


def _heard(yhat: Array) -> str:
    """What a network says, and how far the next one is behind."""
    best, second = np.argsort(-yhat)[:2]
    words = f"{CONSONANTS[best]} ({format_number(yhat[best], 2)})"
    return f"{words}, then {CONSONANTS[second]} ({format_number(yhat[second], 2)})"
