"""What a sweep found: a row for each run, a line and a picture for each setting."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnlab.files import plain
from cnnlab.types import Array

if TYPE_CHECKING:
    from cnnlab.picture import Picture


@dataclass(frozen=True)
class Run:
    """One run that has ended.

    Parameters
    ----------
    seed : int
        Of its random numbers.
    settings : dict of str to number or str
        What was varied.
    figures : dict of str to number or list of numbers
        What was measured; empty where it failed.
    error : str or None
        Why it failed.
    seconds : float
        How long it took.
    worker : str
        Who did it.
    """

    seed: int
    settings: dict[str, Any]
    figures: dict[str, Any]
    error: str | None = None
    seconds: float = 0.0
    worker: str = ""


@dataclass
class Results:
    """All runs of a sweep that have ended.

    Parameters
    ----------
    runs : list of Run
        In the order in which they ended.
    about : dict of str to str
        What was swept, with which data.
    interrupted : bool
        Somebody stopped it; the same call goes on.
    left : int
        Runs that were not done then.
    """

    runs: list[Run]
    about: dict[str, str] = field(default_factory=dict)
    interrupted: bool = False
    left: int = 0

    def __len__(self) -> int:
        return len(self.runs)

    def __iter__(self) -> Iterator[Run]:
        return iter(self.runs)

    def failed(self) -> list[Run]:
        """The runs that failed.

        Returns
        -------
        list of Run
        """
        return [run for run in self.runs if run.error is not None]

    def settings(self) -> list[dict[str, Any]]:
        """The combinations of settings, in an order that does not depend on which run ended first.

        Returns
        -------
        list of dict
        """
        found = {tuple(sorted(run.settings.items())): run.settings for run in self.runs}
        return [found[key] for key in sorted(found, key=lambda pairs: [(name, _rank(value)) for name, value in pairs])]

    def values(self, figure: str = "error", **settings: Any) -> Array:
        """A figure of all runs with certain settings, ordered by their seeds.

        Parameters
        ----------
        figure : str
            A name that the runs measured.
        **settings
            What they must have.

        Returns
        -------
        values : (runs,) or (runs, numbers) float64
            Of those that did not fail; of a figure that is a row of numbers, a row for each.

        Raises
        ------
        ValueError
            For a figure that no run has, or that has more numbers in one run than in another.
        """
        _one_of(figure, {name for run in self.runs for name in run.figures})
        runs = [run for run in self.runs if settings.items() <= run.settings.items() and figure in run.figures]
        found = [run.figures[figure] for run in sorted(runs, key=lambda run: run.seed)]
        if len({np.shape(each) for each in found}) > 1:
            raise ValueError(f"{plain(figure)} has more numbers in some runs than in others; see the runs themselves")
        return np.array(found, dtype=np.float64)

    def single(self) -> list[str]:
        """The figures that are one number in each run, by their names: those that tables and pictures can show.

        Returns
        -------
        list of str
        """
        rows = {name for run in self.runs for name, value in run.figures.items() if isinstance(value, list)}
        return sorted({name for run in self.runs for name in run.figures} - rows)

    def table(self, figure: str = "error") -> str:
        """For each combination of settings: median, least and most of a figure over the seeds.

        Parameters
        ----------
        figure : str
            A name that the runs measured.

        Returns
        -------
        str
            A line for each, below a line of headings; then the failed runs with their errors.

        Raises
        ------
        ValueError
            For a figure that no run has, where one has ended well, or that is a row of numbers.
        """
        if any(run.figures for run in self.runs):
            _one_of(figure, self.single())
        rows: list[tuple[str, ...]] = [("settings", "runs", f"{figure}: median", "least", "most")]
        for settings in self.settings():
            mine = [run for run in self.runs if run.settings == settings]
            found = np.array([run.figures[figure] for run in mine if figure in run.figures], dtype=np.float64)
            told = (
                [f"{value:.4g}" for value in (np.median(found), found.min(), found.max())] if len(found) else ["-"] * 3
            )
            rows.append((words(settings), f"{len(found)} of {len(mine)}", *told))
        widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
        lines = [
            "  ".join(
                cell.ljust(width) if k == 0 else cell.rjust(width)
                for k, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            for row in rows
        ]
        lines += [f"failed: seed {run.seed}, {words(run.settings)}: {plain(run.error)}" for run in self.failed()]
        if self.interrupted:
            lines.append(f"stopped: {self.left} runs are left; the same call goes on")
        return "\n".join(lines)

    def __str__(self) -> str:
        names = self.single()
        return self.table("error" if "error" in names or not names else names[0])

    def plot(self, figure: str = "error") -> "Picture":
        """Every run as a dot, the median of each combination of settings as a line.

        Parameters
        ----------
        figure : str
            A name that the runs measured.

        Returns
        -------
        Picture

        Raises
        ------
        ValueError
            For a figure that no run has, or that is a row of numbers.
        """
        from cnnlab.picture import Picture, new_figure

        _one_of(figure, self.single())
        settings = self.settings()
        drawing, axes = new_figure(6.0, 0.6 + 0.36 * len(settings), 1, 1)
        room = axes[0, 0]
        for row, each in enumerate(settings):
            found = [run.figures[figure] for run in self.runs if run.settings == each and figure in run.figures]
            if found:
                room.plot(found, np.full(len(found), row), "o", color="C0", alpha=0.7, markersize=6)
                room.plot([np.median(found)] * 2, [row - 0.32, row + 0.32], color="C1", linewidth=3)
        room.set_yticks(range(len(settings)), [words(each) for each in settings])
        room.set_ylim(len(settings) - 0.5, -0.5)
        room.set_xlabel(f"{figure} (a dot for each run; the bar is the median)")
        told = "; ".join(f"{words(each)}: {np.median(self.values(figure, **each)):.4g}" for each in settings)
        return Picture(drawing, f"{figure} of every run over its settings; medians: {told}")


def _one_of(figure: str, known: Collection[str]) -> None:
    if figure not in known:
        names = ", ".join(map(plain, sorted(known))) or "none: no run has ended well"
        raise ValueError(f"figure must be one of {names}; got {figure!r}")


def words(settings: dict[str, Any]) -> str:
    """Settings as people write them: "eta 0.02, batch 32".

    Parameters
    ----------
    settings : dict
        Names and values.

    Returns
    -------
    str
    """
    return (
        ", ".join(
            f"{plain(name)} {plain(f'{value:g}' if isinstance(value, float) else value)}"
            for name, value in settings.items()
        )
        or "as they are"
    )


def _rank(value: Any) -> tuple[int, float, str]:
    """Numbers before words, each in its own order."""
    return (0, float(value), "") if isinstance(value, (int, float)) else (1, 0.0, str(value))
