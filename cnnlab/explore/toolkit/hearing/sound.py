"""A sound that a scene offers: the live view has a button for it, and plays it by itself."""

from dataclasses import dataclass

import numpy as np

from cnnlab.explore.toolkit.checked import Given, checked_numbers

__all__ = ["Sound"]

RATES = (8_000, 96_000)  # samples a second that every browser plays


@dataclass
class Sound:
    """Something to listen to. A still picture has none.

    Parameters
    ----------
    label : str
        On its button, the same for every position of the controls.
    samples : (T,) array
        Floating-point numbers, -1..1; what is louder is cut off there, as loudspeakers would.
    rate : int
        Samples a second, 8,000 to 96,000.

    Raises
    ------
    ValueError
        For samples of another shape, none at all, numbers that are not finite, or another rate.
    """

    label: str
    samples: Given
    rate: int

    def __post_init__(self) -> None:
        samples = checked_numbers("Sound", "samples", self.samples, 1, "f")
        if not samples.size or not np.isfinite(samples).all():
            raise ValueError(f"Sound: samples must be one or more finite numbers; got {samples.size} of them")
        if np.abs(samples).max() > 1:  # otherwise the array stays the same object, and travels once
            samples = np.clip(samples, -1, 1)
        self.samples = samples
        if not RATES[0] <= self.rate <= RATES[1]:
            raise ValueError(f"Sound: rate must be {RATES[0]} to {RATES[1]} samples a second; got {self.rate}")
