"""Speech one can see and hear: a syllable as sound, as a spectrogram with its formants, as the input (topic 26)."""

import numpy as np

from cnnlab import datasets
from cnnlab.datasets.generated.syllables import BANDS, FRAMES, excerpt
from cnnlab.datasets.generated.synthesis import BEFORE, CONSONANTS, RATE, SPEAKERS, VOWELS, formant_tracks
from cnnlab.explore.toolkit.controls import Choice, Toggle
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.hearing.sound import Sound
from cnnlab.explore.toolkit.items import Line, Map, Mark
from cnnlab.explore.toolkit.scene import Curves, Scene
from cnnlab.types import Array

OPENING = {"b": "The lips open", "d": "The tip of the tongue lets go", "g": "The back of the tongue lets go"}
END = 5.0 * FRAMES  # milliseconds from the onset of the voice to both ends of what the network sees
COLUMN = 2  # milliseconds of a column of the spectrogram


class SpokenSyllable(Explorer):
    """One syllable as sound, as a spectrogram with its formants, and as the network's input, on one axis of time.

    Parameters
    ----------
    consonant, vowel : str
        With which it starts.

    Source
    ------
    Lecture topic 26.
    """

    title = "A spoken syllable"

    def __init__(self, consonant: str = "d", vowel: str = "a") -> None:
        self.kept: dict[tuple[str, str, str], tuple[Array, Array, Array]] = {}
        super().__init__(
            [
                Choice("consonant", "consonant", list(CONSONANTS), consonant),
                Choice("vowel", "vowel", list(VOWELS), vowel),
                Choice("speaker", "speaker", list(SPEAKERS), "Ken"),
                Toggle("formants", "show the formants", False),
            ]
        )

    def sound(self, consonant: str, vowel: str, speaker: str) -> tuple[Array, Array, Array]:
        """A syllable, made once, then kept.

        Parameters
        ----------
        consonant, vowel, speaker : str
            What is said, and by whom.

        Returns
        -------
        waveform : (samples,)
        decibels : (frequencies, times)
            Its spectrogram.
        window : (15, 16)
            What a network sees.
        """
        key = consonant, vowel, speaker
        if key not in self.kept:
            wave = datasets.waveform(consonant, vowel, speaker)
            self.kept[key] = wave, datasets.sonogram(wave)[0], datasets.windows(wave)[0]
        return self.kept[key]

    def scene(self, consonant: str, vowel: str, speaker: str, formants: bool) -> Scene:
        wave, decibels, window = self.sound(consonant, vowel, speaker)
        seconds, tracks = formant_tracks(consonant, vowel, speaker)
        piece = excerpt(wave)
        release = 1000 * seconds[0]
        first, last = (round((1000 * BEFORE + end) / COLUMN + 0.5) for end in (-END, END))  # of k, 2 k ms is the middle
        sound = Curves(
            name="sound",
            title=f"/{consonant}{vowel}/, spoken by {speaker}",
            height=104,
            y=(-0.5, 0.5),
            y_ticks=[(0.0, "0")],
            y_label="sound",
            legend=False,
            items=[
                Line(1000 * np.arange(len(piece)) / RATE - END, piece, width=1.0),
                Mark(release, "release"),
                Mark(0.0, "voice"),
            ],
            x=(-END, END),
        )
        lines = [Line(1000 * seconds, t / 1000, f"F{k + 1}", (1, 2, 3)[k]) for k, t in enumerate(tracks)]
        fine = Curves(
            name="spectrogram",
            title="its spectrogram: ink is loud",
            height=190,
            below=True,
            y=(0.0, 6.0),
            y_label="kHz",
            items=lines if formants else [],
            background=Map(decibels[:, first:last], "ink", (-50.0, 0.0), 1.0),
            x=(-END, END),
        )
        seen = Curves(
            name="input",
            title=f"what the network sees of it: {FRAMES} frames x {BANDS} bands",
            height=184,
            below=True,
            y=(-0.5, BANDS - 0.5),
            x_label="milliseconds from the onset of the voice",
            y_ticks=[(float(band), str(band)) for band in range(1, BANDS, 4)],
            y_label="mel band",
            background=Map(window.T, "diverging", 1.0, 1.0),
            x=(-END, END),
        )
        f2 = tracks[1]
        way = "rises" if f2[-1] > f2[0] + 40 else "falls" if f2[-1] < f2[0] - 40 else "stays where it is"
        return Scene(
            [[sound, fine, seen]],
            f"/{consonant}{vowel}/ of {speaker}. {OPENING[consonant]} {-release:.0f} milliseconds before the voice "
            f"sets in. The second formant {way}, from {f2[0]:.0f} to {f2[-1]:.0f} Hz.",
            sounds=[Sound("the syllable", wave, RATE)],
        )
