"""Speech one can see: a syllable as sound, as a spectrogram with its formants, as the input (lecture topic 26)."""

import numpy as np

from cnnlab import datasets
from cnnlab.datasets.generated.synthesis import BEFORE, CONSONANTS, RATE, SPEAKERS, VOWELS, formant_tracks
from cnnlab.explore.toolkit.controls import Choice, Toggle
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Line, Map, Mark
from cnnlab.explore.toolkit.scene import Curves, Image, Scene
from cnnlab.types import Array

OPENING = {"b": "The lips open", "d": "The tip of the tongue lets go", "g": "The back of the tongue lets go"}
SHOWN = (-100.0, 100.0)  # milliseconds around the onset of the voice


class SpokenSyllable(Explorer):
    """One syllable as sound, as a spectrogram with its formants, and as the network's input.

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
        time = 1000 * (np.arange(len(wave)) / RATE - BEFORE)
        inside = (time >= SHOWN[0]) & (time <= SHOWN[1])
        columns = slice(round((1000 * BEFORE + SHOWN[0]) / 2), round((1000 * BEFORE + SHOWN[1]) / 2))
        release = 1000 * seconds[0]
        sound = Curves(
            name="sound",
            title=f"/{consonant}{vowel}/, spoken by {speaker}",
            height=110,
            x=SHOWN,
            y=(-0.7, 0.7),
            y_label="sound",
            legend=False,
            items=[Line(time[inside], wave[inside], width=1.0), Mark(release, "release"), Mark(0.0, "voice")],
        )
        lines = [Line(1000 * seconds, t / 1000, f"F{k + 1}", (1, 2, 3)[k]) for k, t in enumerate(tracks)]
        fine = Curves(
            name="spectrogram",
            title="spectrogram",
            height=250,
            x=SHOWN,
            y=(0.0, 6.0),
            x_label="milliseconds from the onset of the voice",
            y_label="kHz",
            items=lines if formants else [],
            background=Map(decibels[:, columns], "ink", (-50.0, 0.0), 1.0),
        )
        seen = Image(
            name="input",
            title="what the network sees: 15 frames x 16 bands",
            height=250,
            pixels=window.T[::-1],
            colours="diverging",
            scale=1.0,
            symbol="x",
        )
        f2 = tracks[1]
        way = "rises" if f2[-1] > f2[0] + 40 else "falls" if f2[-1] < f2[0] - 40 else "stays where it is"
        return Scene(
            [[sound], [fine, seen]],
            f"/{consonant}{vowel}/ of {speaker}. {OPENING[consonant]} {-release:.0f} milliseconds before the voice "
            f"sets in. The second formant {way}, from {f2[0]:.0f} to {f2[-1]:.0f} Hz.",
        )
