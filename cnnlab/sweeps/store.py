"""Results on disk: a small SQLite file, one row a run, each written whole when its run ends."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cnnlab.files import PathLike, check_place, no_file, parsed, plain
from cnnlab.sweeps.results import Results, Run

MARK = 0x434E4E31  # SQLite's application_id of these files
TABLES = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE runs (name TEXT PRIMARY KEY, seed INTEGER NOT NULL, settings TEXT NOT NULL, figures TEXT NOT NULL,
    error TEXT, seconds REAL NOT NULL, worker TEXT NOT NULL);
"""
MOST = 1_000_000  # runs that are read


def name_of(seed: int, settings: Mapping[str, Any]) -> str:
    """What a run is known by: its seed and settings, in one form."""
    return json.dumps([seed, dict(sorted(settings.items()))])


@dataclass
class Store:
    """The file of a sweep.

    Parameters
    ----------
    path : str or Path
        Where; made where there is none.
    about : dict of str to str
        What tells this sweep from others: it must be what is in the file already.

    Raises
    ------
    ValueError
        For a file that is something else, or the results of another sweep.
    OSError
        Where it cannot be read or written; the message names it.
    """

    path: PathLike
    about: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.path = Path(self.path)
        if not self.path.exists():
            check_place(self.path)
        with self._file() as file:
            (mark,) = file.execute("PRAGMA application_id").fetchone()
            tables = file.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if tables == 0:
                file.execute(f"PRAGMA application_id = {MARK}")
                file.executescript(TABLES)
                file.executemany("INSERT INTO about VALUES (?, ?)", self.about.items())
            elif mark != MARK:
                raise ValueError(f"{plain(self.path)} is a database of another program; take another name")
            there = dict(file.execute("SELECT key, value FROM about LIMIT 100"))
        for key, value in self.about.items():
            if there.get(key) != value:
                raise ValueError(
                    f"{plain(self.path)} holds a sweep with {key} {plain(there.get(key))}, not with {plain(value)}; "
                    "take another file"
                )
        self.about = there

    def add(self, run: Run) -> None:
        """Write a run; one of the same seed and settings is replaced.

        Parameters
        ----------
        run : Run
            That has ended.

        Raises
        ------
        OSError
            Where there is no room, or no permission; what was there stays.
        """
        row = (
            name_of(run.seed, run.settings),
            run.seed,
            json.dumps(run.settings),
            json.dumps(run.figures),
            run.error,
            run.seconds,
            run.worker,
        )
        with self._file() as file:
            file.execute("INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def results(self) -> Results:
        """All runs that have ended, in the order in which they did.

        Returns
        -------
        Results

        Raises
        ------
        ValueError
            For rows that no sweep has written.
        """
        with self._file() as file:
            order = "SELECT seed, settings, figures, error, seconds, worker FROM runs ORDER BY rowid LIMIT ?"
            rows = file.execute(order, (MOST,)).fetchall()
        return Results([self._run(row) for row in rows], dict(self.about))

    def _run(self, row: tuple[Any, ...]) -> Run:
        seed, settings, figures, error, seconds, worker = row
        found: list[Any] = [None, None]
        with suppress(ValueError):
            found = [parsed(text) if isinstance(text, str) else None for text in (settings, figures)]
        words = all(isinstance(value, str) for value in (worker, error or ""))
        plain_ones = _is_plain(found[0]) and _is_plain(found[1], rows=True)
        if not (isinstance(seed, int) and isinstance(seconds, float) and words and plain_ones):
            raise ValueError(f"{plain(self.path)} has a row that no sweep has written: {plain(row)[:200]}")
        return Run(seed, found[0], found[1], error, seconds, worker)

    @contextmanager
    def _file(self) -> Iterator[sqlite3.Connection]:
        """The database; what is done within is done wholly or not at all."""
        try:
            with closing(sqlite3.connect(self.path, timeout=30)) as file, file:
                file.execute("PRAGMA trusted_schema = OFF")
                yield file
        except sqlite3.OperationalError as problem:  # no room, no permission, a folder in its place
            raise OSError(f"{plain(self.path)} cannot be used: {problem}") from None
        except sqlite3.DatabaseError:
            raise ValueError(f"{plain(self.path)} is no file of results, or is damaged") from None


def _is_plain(value: Any, rows: bool = False) -> bool:
    """Whether something is a dict of names to numbers, words, True, False or None; or to lists of numbers."""
    return isinstance(value, dict) and all(
        all(isinstance(number, (int, float)) for number in each)
        if rows and isinstance(each, list)
        else isinstance(each, (int, float, str, type(None)))
        for each in value.values()
    )


def read(path: PathLike) -> Results:
    """The results that a sweep has written.

    Parameters
    ----------
    path : str or Path
        Of its file.

    Returns
    -------
    Results

    Raises
    ------
    FileNotFoundError
        If there is none.
    ValueError
        For another file.
    """
    if (why := no_file(path)) is not None:
        raise ValueError(f"{plain(path)} holds no results: {why}")
    if not Path(path).stat().st_size:
        raise ValueError(f"{plain(path)} holds no results: it is empty")
    return Store(path).results()
