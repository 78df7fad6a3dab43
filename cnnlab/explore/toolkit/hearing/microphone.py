"""A sound of the learner's own: spoken into the microphone, or taken from a file (lecture topic 26)."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from cnnlab.explore.toolkit.control import Control, is_array
from cnnlab.types import Array

__all__ = ["Microphone"]

Fit = Callable[[Array, int], Array]
LONGEST = 10.0  # seconds that a control takes, at most
RATES = (8_000, 96_000)  # samples a second, as the view sends them and as every browser plays them
MANNERS = f"a sound is a rate of {RATES[0]:,} to {RATES[1]:,} samples a second, and samples of 16 bits in base64"


@dataclass
class Microphone(Control):
    """A sound that is recorded with the browser's microphone, or taken from a file that the browser can read.

    The view records only while it is asked to, and sends what was recorded to Python and to nobody else. It sends
    samples as the microphone or the file has them; what they become is up to `fit`.

    Parameters
    ----------
    name, label, group, when, carries
        See `Control`.
    value : (T,) floating point
        At first, -1..1. Arrays handed out are float32, read-only copies.
    rate : int
        Samples a second of the value, 8,000 to 96,000.
    seconds : float
        The longest sound, up to 10.
    fit : function
        Of samples (K,) float32, -1..1, and their rate: makes a sound (T,) of `rate` samples a second; it may refuse
        with a ValueError in words for a learner.

    Raises
    ------
    ValueError
        If there is no such control.
    """

    value: Any = None
    rate: int = 12_000
    seconds: float = 3.0
    fit: Fit | None = None

    kind: ClassVar[str] = "microphone"

    def __post_init__(self) -> None:
        if not RATES[0] <= self.rate <= RATES[1]:
            raise ValueError(f"{self.name}: rate must be {RATES[0]} to {RATES[1]} samples a second; got {self.rate}")
        if not 0 < self.seconds <= LONGEST:  # false for NaN too
            raise ValueError(f"{self.name}: seconds must be above 0 and at most {LONGEST:g}; got {self.seconds}")
        if self.fit is None:
            raise ValueError(
                f"{self.name} needs a fit, which makes a sound of {self.rate} samples a second of any other"
            )
        self.value = self.check(self.value)

    @property
    def most(self) -> int:
        """Samples of the longest sound."""
        return round(self.seconds * self.rate)

    def check(self, value: Any) -> Array:
        wanted = f"a sound of 1 to {self.most} samples, numbers from -1 to 1"
        try:
            count = len(value)
        except TypeError:  # a number, or an array of none
            count = 0
        if not 0 < count <= self.most or not is_array(value, (count,), "iuf"):  # before anything is made of what came
            self.refuse(value, wanted)
        sound = np.array(value, dtype=np.float32)
        if not (np.abs(sound) <= 1 + 1e-6).all():  # false for NaN too
            self.refuse(value, wanted)
        sound = np.clip(sound, np.float32(-1), np.float32(1))
        sound.flags.writeable = False
        return sound

    def heard(self, value: Any) -> Any:
        """What the view has recorded or read, {"rate", "samples"}, as a sound of this control."""
        return self.fitted(*self._taken(value)) if isinstance(value, Mapping) else value

    def fitted(self, samples: Array, rate: int) -> Array:
        """A sound of any rate as one of this control.

        Parameters
        ----------
        samples : (K,) floating point
            -1..1.
        rate : int
            Samples a second.

        Returns
        -------
        sound : (T,) float32

        Raises
        ------
        ValueError
            If it is too long, or cannot be used.
        """
        if len(samples) > self.seconds * rate:
            raise ValueError(f"the sound is {len(samples) / rate:.1f} seconds long; at most {self.seconds:g} are taken")
        if self.fit is None or not np.isfinite(samples).all():
            raise ValueError("the samples of a sound are finite numbers")
        return self.check(self.fit(np.asarray(samples, np.float32), rate)[: self.most])

    def _taken(self, message: Mapping[str, Any]) -> tuple[Array, int]:
        """The samples (K,) -1..1 and the rate that a view has sent; refused where it is anything else."""
        rate, samples = message.get("rate"), message.get("samples")
        if not isinstance(rate, int) or isinstance(rate, bool) or not RATES[0] <= rate <= RATES[1]:
            raise ValueError(f"{self.name}: {MANNERS}")
        if not isinstance(samples, str) or not samples.isascii():
            raise ValueError(f"{self.name}: {MANNERS}")
        letters = 4 * -(-2 * int(self.seconds * rate) // 3)
        if len(samples) > letters:  # before it is decoded
            raise ValueError(f"{self.name}: at most {self.seconds:g} seconds of sound are taken")
        try:
            data = base64.b64decode(samples, validate=True)
        except ValueError:
            raise ValueError(f"{self.name}: {MANNERS}") from None
        if not data or len(data) % 2:
            raise ValueError(f"{self.name}: there is no sound in it" if not data else f"{self.name}: {MANNERS}")
        return np.frombuffer(data, "<i2").astype(np.float32) / np.float32(32768), rate

    def positions(self) -> list[Array]:
        """The first sound, a short tone, and the longest that it takes, which rises: a sample, not all."""
        short, long = (np.arange(count) / self.rate for count in (min(self.rate // 4, self.most), self.most))
        tones = [np.sin(2 * np.pi * 440 * short), 0.5 * np.sin(2 * np.pi * (100 + 400 * long) * long)]
        return [self.value, *(self.check(0.5 * tone) for tone in tones)]

    def spec(self) -> dict[str, Any]:
        return super().spec() | {"rate": self.rate, "seconds": self.seconds}
