"""Pictures of speech: waveform, spectrogram, and what a time-delay network makes of it (lecture topic 26)."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.patches import Rectangle

from cnnlab import arguments, lettering
from cnnlab.draw.axes import bands
from cnnlab.picture import COLOURS, DIVERGING, INK, Picture, new_figure
from cnnlab.types import ArrayLike

FRAME = 10  # milliseconds of a frame of the network's input
INACTIVE = DIVERGING(0.5)  # behind the squares of activations: what zero looks like in signed colours


def syllables(
    waveforms: ArrayLike,
    sonograms: ArrayLike,
    windows: ArrayLike,
    titles: Sequence[str],
    onset: float = 200.0,
    rate: float = 12_000,
    caption: str = "",
) -> Picture:
    """Syllables side by side, each three times: the sound, its spectrogram, and the frames that the network sees.

    Parameters
    ----------
    waveforms : (n, T)
        The sounds.
    sonograms : (n, F, K)
        Decibels, 0 for the loudest, from 0 Hz up to rate / 2.
    windows : (n, frames, bands)
        -1..1, the middle frame at the onset of the voice.
    titles : list of n str
        One above each syllable.
    onset : float
        Milliseconds from the start of the waveform to the onset of the voice; times are shown from there.
    rate : float
        Samples a second.
    caption : str
        What the picture shows, in words; by default made of the numbers.

    Returns
    -------
    picture : Picture
        Three rows, a column for each syllable.

    Raises
    ------
    ValueError
        If the arrays and titles are not equally many.

    Source
    ------
    Lecture topic 26.
    """
    waveforms, sonograms, windows = np.asarray(waveforms), np.asarray(sonograms), np.asarray(windows)
    arguments.same_batch(waveforms=waveforms, sonograms=sonograms, windows=windows, titles=np.asarray(titles))
    count, ends = len(waveforms), (-onset, 1000 * waveforms.shape[1] / rate - onset)
    figure, axes = new_figure(1.2 + 2.1 * count, 5.4, 3, count, height_ratios=[0.8, 1.6, 1.6], sharex=True)
    loudest = float(np.abs(waveforms).max()) or 1.0
    half = windows.shape[1] * FRAME / 2
    for i in range(count):
        wave, fine, coarse = axes[:, i]
        wave.plot(np.linspace(*ends, waveforms.shape[1], endpoint=False), waveforms[i], color=COLOURS[0], linewidth=0.5)
        wave.set(title=lettering.fitted(titles[i], 1.9, 12), ylim=(-1.1 * loudest, 1.1 * loudest), yticks=[])
        fine.imshow(
            sonograms[i], origin="lower", aspect="auto", cmap=INK, vmin=-50, vmax=0, extent=(*ends, 0, rate / 2e3)
        )
        bands(coarse, windows[i], 1, extent=(-half, half, -0.5, windows.shape[2] - 0.5))
        for ax in (wave, fine, coarse):
            ax.axvline(0, color=COLOURS[1], linewidth=1, linestyle="--")
            ax.set_xlim(-half - 5, half + 5)
        coarse.set_xlabel("milliseconds from the onset of the voice", fontsize=8)
        if i:
            fine.set_yticklabels([])
            coarse.set_yticklabels([])
    axes[0, 0].set_ylabel("sound")
    axes[1, 0].set_ylabel("kHz")
    axes[2, 0].set_ylabel("mel band")
    seen = f"{windows.shape[1]} frames x {windows.shape[2]} bands"
    words = f"{', '.join(map(str, titles))}: the sound, its spectrogram, and the {seen} that the network sees"
    return Picture(figure, caption or words)


def spectrograms(x: ArrayLike, titles: Sequence[str], caption: str = "") -> Picture:
    """What a network sees of sounds, side by side on one scale of colours.

    Parameters
    ----------
    x : (n, T, C) float32 or float64
        Log energies.
    titles : list of n str
        One above each sound.
    caption : str
        What the picture shows, in words; by default made of the numbers.

    Returns
    -------
    picture : Picture
        Frames to the right, mel bands upwards.

    Raises
    ------
    ValueError
        For other shapes, or another number of titles.
    """
    sounds = arguments.array("x", x, 3, "(n, T, C)")
    arguments.same_batch(x=sounds, titles=np.asarray(titles))
    largest = float(np.abs(sounds).max()) or 1.0
    figure, axes = new_figure(1.0 + 3.2 * len(sounds), 2.5, 1, len(sounds), sharey=True)
    for ax, values, title in zip(axes[0], sounds, titles, strict=True):
        painted = bands(ax, values, largest)
        ax.set(title=lettering.fitted(title, 2.9, 12), xlabel=f"frame ({FRAME} ms)")
    axes[0, 0].set_ylabel("mel band")
    figure.colorbar(painted, ax=axes[0], label="log energy, standardised")
    return Picture(
        figure, caption or f"{', '.join(map(str, titles))}: {sounds.shape[1]} frames x {sounds.shape[2]} bands"
    )


def time_delay(x: ArrayLike, layers: Mapping[str, ArrayLike], names: Sequence[str], caption: str = "") -> Picture:
    """A time-delay network at work: the input below, every layer above it, time to the right.

    Parameters
    ----------
    x : (T, C) float32 or float64
        The input, -1..1.
    layers : dict of str to (T', units)
        Activations 0..1 of the hidden layers with their titles, from the first on.
    names : list of str
        What each unit of the last of them stands for; those of the others are numbered from 0.
    caption : str
        What the picture shows, in words; by default made of the numbers.

    Returns
    -------
    picture : Picture
        Each activation is a square; its area is the value.

    Raises
    ------
    ValueError
        If x is no (T, C).

    Source
    ------
    Lecture topic 26; drawn as in Waibel, Hanazawa, Hinton, Shikano and Lang 1989.
    """
    sound = arguments.array("x", x, 2, "(T, C)")
    rows = [(title, np.asarray(h)) for title, h in reversed(list(layers.items()))]
    heights = [0.28 * h.shape[1] + 0.35 for _, h in rows] + [0.14 * sound.shape[1] + 0.35]
    figure, axes = new_figure(6.2, sum(heights) + 0.7, len(rows) + 1, 1, height_ratios=heights, sharex=True)
    for (title, h), ax in zip(rows, axes[:, 0], strict=False):
        lost = (sound.shape[0] - h.shape[0]) / 2  # a step stands over the middle of the frames that it sees
        for (t, unit), value in np.ndenumerate(h):
            side = 0.86 * np.sqrt(np.clip(value, 0, 1))
            ax.add_patch(Rectangle((t + lost - side / 2, unit - side / 2), side, side, color=COLOURS[0], linewidth=0))
        last = h.shape[1] == len(names)
        ax.set(
            ylim=(h.shape[1] - 0.4, -0.6),
            title=lettering.fitted(title, 3.6, 10),
            yticks=range(h.shape[1]),
            yticklabels=lettering.fitted_all(names, 1.5, 8) if last else range(h.shape[1]),
        )
        ax.set_facecolor(INACTIVE)
    ax = axes[-1, 0]
    bands(ax, sound, 1)
    ax.set(
        title=f"input: {sound.shape[0]} frames x {sound.shape[1]} bands",
        xlabel="frame (10 ms)",
        ylabel="mel band",
        xlim=(-0.5, sound.shape[0] - 0.5),
    )
    for ax in axes[:, 0]:
        ax.title.set_fontsize(10)
        ax.tick_params(labelsize=8)
    shapes = ", ".join(f"{title} {h.shape[0]} steps x {h.shape[1]} units" for title, h in reversed(rows))
    return Picture(figure, caption or f"A time-delay network: {shapes}")
