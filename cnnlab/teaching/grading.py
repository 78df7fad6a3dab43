"""Marks of a folder of notebooks that students handed in: a line for each, whatever it is."""

from collections.abc import Callable
from pathlib import Path

from cnnlab import __version__
from cnnlab.check.toolkit.verdict import MIME
from cnnlab.files import PathLike, plain, said
from cnnlab.teaching.executed import Ran, executed
from cnnlab.teaching.marks import Marks
from cnnlab.teaching.originals import Original, likeliest, original
from cnnlab.teaching.reading import HandedIn, read
from cnnlab.teaching.stored import Stored, stored

KEPT_BACK = "check.withhold_solutions()"
Tell = Callable[[Marks], None]


def grade(
    folder: PathLike,
    execute: bool = False,
    seconds: float = 600,
    megabytes: int = 4000,
    tell: Tell = lambda marks: None,
) -> list[Marks]:
    """Grade every notebook below a folder.

    Without `execute` the marks are what the outputs of a notebook say, and anybody can write an output: what does not
    fit to its cell is named and not counted. With it each notebook is run again, which runs other people's code on this
    computer, and an exercise is right if its code is; hints and predictions are still those of the outputs.

    Parameters
    ----------
    folder : str or Path
        Of what was handed in; folders in it are looked through, too.
    execute : bool
        Run each notebook again, in a process of its own.
    seconds : float
        That a notebook may take.
    megabytes : int
        Of memory that it may have.
    tell : function
        Called with the marks of each notebook, as soon as they are known.

    Returns
    -------
    marks : list of Marks
        In the order of the names of their files.

    Raises
    ------
    NotADirectoryError
        If there is no such folder.
    FileNotFoundError
        If there is no notebook in it.
    """
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        raise NotADirectoryError(f"DIR must be the folder of what was handed in; there is no folder {folder}")
    paths = found(folder)
    if not paths:
        raise FileNotFoundError(f"there is no notebook in {folder}")
    graded = []
    for path in paths:
        marks = _graded(path, path.relative_to(folder).as_posix(), execute, seconds, megabytes)
        tell(marks)
        graded.append(marks)
    return graded


def found(folder: Path) -> list[Path]:
    """The notebooks below a folder, but for those in folders that are hidden.

    Parameters
    ----------
    folder : Path
        Where.

    Returns
    -------
    paths : list of Path
        In the order of their names.
    """
    paths = [path for path in folder.rglob("*") if path.suffix.lower() == ".ipynb"]
    return sorted(path for path in paths if not any(part[0] == "." for part in path.relative_to(folder).parts))


def _graded(path: Path, name: str, execute: bool, seconds: float, megabytes: int) -> Marks:
    marks = Marks(name)
    try:
        handed = read(path, MIME)
        one = _which(handed, marks)
        if one is None:
            marks.problems.append("nothing of a notebook of the series is in it")
            return marks
        _filled(marks, one, handed, stored(handed, one))
        if execute:
            cells = [(cell.number, cell.source) for cell in handed.cells]
            _replaced(marks, one, executed(cells, seconds, megabytes))
    except Exception as problem:  # of whatever kind: the others shall be graded
        marks.graded = "no"
        marks.problems.append(said(problem).replace(str(path), "it"))
    return marks


def _which(handed: HandedIn, marks: Marks) -> Original | None:
    """The notebook of the series that it is, by what is in it."""
    claimed, version = handed.claims.get("notebook"), handed.claims.get("version")
    name = likeliest([cell.source for cell in handed.cells])
    if name is None:
        try:
            name = original(claimed).name if isinstance(claimed, str) else None
        except ValueError:
            name = None
    elif isinstance(claimed, str) and claimed != name:
        marks.problems.append(f"it says that it is {plain(claimed[:60])}, and holds the exercises of {name}")
    if isinstance(version, str) and version != __version__:
        marks.problems.append(f"handed out with cnnlab {plain(version[:20])}, graded with {__version__}")
    if handed.claims.get("solutions") is False and not any(KEPT_BACK in cell.source for cell in handed.cells):
        marks.problems.append(f"the cell with {KEPT_BACK} is gone")
    return None if name is None else original(name)


def _filled(marks: Marks, one: Original, handed: HandedIn, says: Stored) -> None:
    """What the outputs say."""
    marks.notebook, marks.graded = one.name, "yes"
    marks.states, marks.exercises = says.states, len(one.exercises)
    marks.right = sum(state == "right" for state in says.states.values())
    marks.hints, marks.solutions_read = says.hints, says.solutions_read
    marks.questions, marks.predicted = len(one.questions), len(says.choices)
    marks.predicted_right = sum(says.choices.values())
    marks.problems += says.problems
    gone = [name for name, state in says.states.items() if state == "its check is gone"]
    if gone:
        marks.problems.append(f"no cell asks {', '.join(f'check.{name}' for name in gone)}")


def _replaced(marks: Marks, one: Original, ran: Ran) -> None:
    """What really ran, in the place of what the outputs say of exercises."""
    before, marks.network = marks.states, ran.network
    marks.states = {name: ran.states.get(name, "not reached") for name in one.exercises}
    for name, state in before.items():
        if state == "its check is gone" and name not in ran.states:
            marks.states[name] = state
        elif state == "right" and marks.states[name] != "right" and not ran.ended:
            marks.problems.append(f"{name}: its output says that it is right, its code does not")
    marks.right = sum(state == "right" for state in marks.states.values())
    marks.problems += ran.problems
    often = [f"{name} {times} times" for name, times in ran.times.items() if times > 10]
    if often:
        marks.problems.append(f"asked: {', '.join(often)}; the last answer counts")
    if ran.ended:
        marks.graded = "in part"
        marks.problems.append(ran.ended)
