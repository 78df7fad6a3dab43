"""Runs, handed to the workers of a Dask cluster, and written down as they end."""

import functools
import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from cnnlab import arguments, loops, recipes
from cnnlab.files import PathLike, held
from cnnlab.packages import bars
from cnnlab.parallel import cluster
from cnnlab.recipes import Recipe
from cnnlab.sweeps.results import Results, Run
from cnnlab.sweeps.store import Store, name_of

Work = Callable[..., Mapping[str, Any]]
Grid = Mapping[str, Sequence[Any]] | Sequence[Mapping[str, Any]]
LONGEST = 400  # characters that are kept of an error
MOST_NUMBERS = 100_000  # in a row of figures, which is kept as words: about 20 characters for each


def combinations(grid: Grid | None) -> list[dict[str, Any]]:
    """All settings of a grid: every value of each name with every value of the others.

    Parameters
    ----------
    grid : dict of str to list of numbers or str, list of dict, or None
        The values of each setting; or, where not all of them belong together, the combinations themselves.

    Returns
    -------
    list of dict
        One of them, empty, for no grid.

    Raises
    ------
    TypeError, ValueError
        For values that are no list, or an empty one, or no numbers or words; the message names the setting.
    """
    if grid is None:
        return [{}]
    if isinstance(grid, Sequence) and not isinstance(grid, str):
        return _listed(grid)
    arguments.of_kind("grid", grid, Mapping, "a dict of names to lists of values, or a list of dicts")
    for name, values in grid.items():
        if isinstance(values, str) or not isinstance(values, (Sequence, np.ndarray)) or not len(values):
            raise ValueError(f"grid must have a list of values for {name}; got {values!r}")
    plain_grid = {name: [_plain(name, value) for value in values] for name, values in grid.items()}
    return [dict(zip(plain_grid, row, strict=True)) for row in itertools.product(*plain_grid.values())]


def _listed(grid: Sequence[Any]) -> list[dict[str, Any]]:
    """Combinations that are given one by one."""
    if not len(grid):
        raise ValueError("grid must have a combination of settings at least; got an empty list")
    for each in grid:
        arguments.of_kind("grid", each, Mapping, "a list of dicts of names to values")
    found = [{name: _plain(name, value) for name, value in each.items()} for each in grid]
    if len({name_of(0, each) for each in found}) < len(found):
        raise ValueError(f"grid must have combinations that differ from each other; got {list(grid)!r}")
    return found


def _plain(name: str, value: Any) -> int | float | str:
    """A value that JSON, and another computer, has as it is."""
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, bool) or not isinstance(value, (int, float, str)) or value != value:
        raise ValueError(f"grid must have numbers or words for {name}; got {value!r}")
    return value


def sweep(
    what: str | Work,
    seeds: int | Sequence[int] = 5,
    grid: Grid | None = None,
    *,
    data: PathLike | None = None,
    split: str = "validation",
    out: PathLike | None = None,
    client: Any = None,
    progress: bool | None = None,
) -> Results:
    """Run a recipe, or a function, with every seed and all settings of a grid, as many at once as there are workers.

    Runs that are in `out` already are not done again, but for those that failed. With the same seed and settings a run
    gives the same bits on every worker, and without any: each works in one thread.

    Parameters
    ----------
    what : str or function
        The name of a recipe, whose settings `recipes.varied` knows; or a function(seed=..., **settings) that gives a
        dict of numbers, or of rows of numbers, such as the error of each epoch. Workers import or unpack it.
    seeds : int or list of int
        So many, from 0, or these.
    grid : dict of str to list, list of dict, or None
        The values of each setting, of which all combinations are run; or these combinations alone.
    data : str, Path or None
        For a recipe: your own file or folder, as for `datasets.own`, where the workers find it, too.
    split : "validation" or "test"
        For a recipe: what the errors are measured on. Settings are chosen on "validation", a part of the training data.
    out : str, Path or None
        A file for the results, which is written after each run; a sweep that was stopped goes on from it.
    client : dask.distributed.Client, str or None
        Of a cluster, or the address of its scheduler; None starts one on this computer, a worker for each core.
    progress : bool or None
        Show a bar; None: where somebody may look.

    Returns
    -------
    Results
        Of all runs in `out`, or of these. A run that failed is among them, with its error. Ctrl-C ends the sweep, not
        the caller: the results say so.

    Raises
    ------
    TypeError, ValueError
        For settings that do not fit, a file of another sweep, workers with another version of cnnlab.
    ModuleNotFoundError
        Where the package `distributed` is missing.
    OSError
        For no cluster at that address, or a place that cannot be written; runs that were written stay.
    """
    chosen = _seeds(seeds)
    settings = combinations(grid)
    work, about = _work(what, settings, data, arguments.one_of("split", split, ("validation", "test")))
    wanted = [(seed, each) for each in settings for seed in chosen]
    if out is None:
        return _swept(work, wanted, Results([], about), None, client, progress, what)
    with held(out):
        store = Store(out, about)
        return _swept(work, wanted, store.results(), store, client, progress, what)


def _seeds(seeds: int | Sequence[int]) -> list[int]:
    if isinstance(seeds, (int, np.integer)) and not isinstance(seeds, bool):
        return list(range(arguments.whole("seeds", seeds)))
    if isinstance(seeds, str) or not isinstance(seeds, (Sequence, np.ndarray)) or not len(seeds):
        raise TypeError(f"seeds must be a number of seeds, or a list of them; got {seeds!r}")
    found = [int(arguments.seed("seeds", seed)) for seed in seeds]
    if len(set(found)) < len(found):
        raise ValueError(f"seeds must differ from each other; got {list(seeds)!r}")
    return found


def _work(
    what: str | Work, settings: list[dict[str, Any]], data: PathLike | None, split: str
) -> tuple[Work, dict[str, str]]:
    """(what a worker calls with seed and settings, what the sweep is known by)."""
    if callable(what):
        if data is not None:
            raise ValueError("data belongs to a recipe; a function of your own brings its data along")
        return what, {"function": _known_by(what)}
    chosen = recipes.recipe(what)
    for each in settings:
        recipes.varied(chosen, each)
    _, origin = _data(what, None if data is None else str(data), split)
    about = {"recipe": what, "data": origin, "split": split}
    return functools.partial(by_recipe, what, None if data is None else str(data), split), about


def _known_by(what: Any) -> str:
    """The name of a function; of one with some arguments filled in, those, too: with others it is another sweep."""
    if isinstance(what, functools.partial):
        given = [*map(repr, what.args), *(f"{name}={value!r}" for name, value in what.keywords.items())]
        return f"{_known_by(what.func)}({', '.join(given)})"
    return str(getattr(what, "__qualname__", type(what).__name__))


@functools.lru_cache(maxsize=2)
def _data(name: str, path: str | None, split: str) -> Any:
    """The data of a recipe; a worker reads them once."""
    return recipes.load(recipes.recipe(name), path, split)


def by_recipe(name: str, path: str | None, split: str, seed: int, **settings: Any) -> dict[str, Any]:
    """One run of a recipe: what a worker does.

    Parameters
    ----------
    name : str
        Of the recipe.
    path : str or None
        Of your own data.
    split : "validation" or "test"
        What is measured on.
    seed : int
        Of its random numbers.
    **settings
        What is changed, see `recipes.varied`.

    Returns
    -------
    dict
        error, wrong, samples, error_views where the recipe has views; train_error, loss.

    Raises
    ------
    TypeError, ValueError, Diverged
        As `recipes.train`.
    """
    chosen: Recipe = recipes.varied(recipes.recipe(name), settings)
    data, _ = _data(name, path, split)
    network, history = recipes.train(chosen, data, seed, progress=False)
    found = recipes.measure(network, data.x_test, data.y_test, chosen.views)
    train = recipes.measure(network, data.x_train, data.y_train)
    return {**found, "train_error": train["error"], "loss": float(history["loss"][-1])}


def _run(work: Work, seed: int, settings: dict[str, Any]) -> Run:
    """On a worker: a run, whatever becomes of it; what goes wrong in it is its result."""
    from distributed import get_worker

    begun, threads, who = time.perf_counter(), loops.threads(), str(get_worker().address)
    loops.set_threads(1)  # as many workers as cores are at work
    try:
        figures, said = _figures(work(seed=seed, **settings)), None
    except Exception as problem:
        figures, said = {}, f"{type(problem).__name__}: {problem}"[:LONGEST]
    finally:
        loops.set_threads(threads)
    return Run(seed, settings, figures, said, time.perf_counter() - begun, who)


def _figures(found: Any) -> dict[str, Any]:
    if not isinstance(found, Mapping):
        raise TypeError(f"the function must give a dict of numbers; got {type(found).__name__}")
    return {str(name): _figure(str(name), value) for name, value in found.items()}


def _figure(name: str, value: Any) -> Any:
    """A number, or a row of them, that JSON has as it is."""
    value = value.tolist() if isinstance(value, (np.generic, np.ndarray)) else value
    if not isinstance(value, (list, tuple)):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise TypeError(f"the function must give numbers; {name} is {value!r}")
        return value
    if not 0 < len(value) <= MOST_NUMBERS:
        raise ValueError(f"{name} must have 1 to {MOST_NUMBERS:,} numbers; got {len(value):,}")
    row = [each.item() if isinstance(each, np.generic) else each for each in value]
    for each in row:
        if isinstance(each, bool) or not isinstance(each, (int, float)):
            raise TypeError(f"the function must give numbers, or rows of them; {name} has {each!r:.100}")
    return row


def _swept(
    work: Work,
    wanted: list[tuple[int, dict[str, Any]]],
    found: Results,
    store: Store | None,
    client: Any,
    progress: bool | None,
    what: Any,
) -> Results:
    done = {name_of(run.seed, run.settings) for run in found if run.error is None}
    left = [(seed, each) for seed, each in wanted if name_of(seed, each) not in done]
    if not left:
        return found
    found.runs = [run for run in found if (run.seed, run.settings) not in left]  # failed ones are done again
    told = what if isinstance(what, str) else getattr(what, "__name__", "sweep")
    with cluster(client, len(left)) as workers, bars()(total=len(left), desc=told, disable=_quiet(progress)) as bar:
        before = len(found)
        try:
            for run in _as_they_end(workers, work, left):
                if store is not None:
                    store.add(run)
                found.runs.append(run)
                bar.update(1)
        except KeyboardInterrupt:
            found.interrupted, found.left = True, len(left) - (len(found) - before)
    return found


def _quiet(progress: bool | None) -> bool | None:
    """What tqdm calls `disable`: None asks whether stderr is a terminal."""
    return None if progress is None else not progress


def _as_they_end(workers: Any, work: Work, left: list[tuple[int, dict[str, Any]]]) -> Iterator[Run]:
    """Each run when it ends; whoever stops asking leaves the others undone."""
    from distributed import as_completed

    futures = {workers.submit(_run, work, seed, each, pure=False): (seed, each) for seed, each in left}
    try:
        for future in as_completed(futures, loop=workers.loop):
            yield _ended(future, *futures[future])
    finally:
        workers.cancel([future for future in futures if not future.done()], force=True)


def _ended(future: Any, seed: int, settings: dict[str, Any]) -> Run:
    if future.status == "finished":
        run: Run = future.result()
        return run
    problem = future.exception() if future.status == "error" else None
    if type(problem).__name__ == "KilledWorker":
        said = "every worker that tried it died: out of memory, perhaps"
    else:
        said = f"{future.status}: {type(problem).__name__}: {problem}" if problem is not None else future.status
    return Run(seed, settings, {}, said[:LONGEST])
