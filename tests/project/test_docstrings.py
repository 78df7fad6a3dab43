"""The reference: every public name has a docstring that a machine can parse, and that fits its signature."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def docstrings():
    spec = importlib.util.spec_from_file_location("docstrings", ROOT / "tools" / "docstrings.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_public_name_is_annotated_and_documented(docstrings):
    found = docstrings.complaints()
    assert not found, "\n".join(found)


# ---- the checker itself


def halve(h: float, times: int = 1) -> float:
    """Half of h, as often as asked.

    Parameters
    ----------
    h : float
        A number.
    times : int
        How often.

    Returns
    -------
    float
        h / 2^times.

    Raises
    ------
    ValueError
        If `times` is negative.

    Source
    ------
    Lecture topic 4.
    """
    if times < 0:
        raise ValueError("times")
    return h / 2**times


class Halver:
    """Halves numbers.

    Parameters
    ----------
    times : int
        How often.
    """

    def __init__(self, times: int) -> None:
        self.times = times

    @property
    def twice(self) -> int:
        """Double the times."""
        return 2 * self.times

    def forward(self, h: float) -> float:
        """Half of h.

        Parameters
        ----------
        h : float
            A number.

        Returns
        -------
        float
            What is left.
        """
        return halve(h, self.times)


class Quarterer(Halver):
    """Halves numbers twice as often.

    Parameters
    ----------
    times : int
        How often.
    """

    def forward(self, h: float) -> float:
        """A quarter of h: what h is, its base class says."""
        return halve(h, 2 * self.times)


class Shown:
    """Shows numbers."""

    def scene(self, **values: float) -> str:
        """What is shown at these values.

        Parameters
        ----------
        values : float
            By name.

        Returns
        -------
        str
            Their names.
        """
        return " ".join(values)


class ShownTwo(Shown):
    """Shows two numbers."""

    def scene(self, h: float, w: float) -> str:
        return super().scene(h=h, w=w)


@pytest.fixture
def as_ours(monkeypatch):
    """The classes of this file, as if they stood in cnnlab."""
    for thing in (Halver, Quarterer, Shown, ShownTwo):
        monkeypatch.setattr(thing, "__module__", "cnnlab.halving")


def changed(function, old, new):
    """The docstring of `function` with a passage replaced."""
    assert old in function.__doc__
    return function.__doc__.replace(old, new)


def test_what_is_in_order_is_left_alone(docstrings, as_ours):
    assert list(docstrings.of_function(halve, "halve")) == []
    assert list(docstrings.of_class(Halver)) == []
    assert list(docstrings.of_class(Quarterer)) == []
    assert list(docstrings.of_class(ShownTwo)) == []


def test_an_override_that_asks_for_more_must_say_it(docstrings, as_ours, monkeypatch):
    def forward(self, h: float, often: int) -> float:
        return h

    forward.__module__ = Quarterer.__module__
    monkeypatch.setattr(Quarterer, "forward", forward)
    assert any("parameter often is not documented" in line for line in docstrings.of_class(Quarterer))

    def bare(self, h, w):
        return ""

    bare.__module__ = ShownTwo.__module__
    monkeypatch.setattr(ShownTwo, "scene", bare)
    assert any("parameter h is not annotated" in line for line in docstrings.of_class(ShownTwo))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("as asked.", "as asked", "not one sentence"),
        ("Half of h, as", "Half of h. As", "not one sentence"),
        ("asked.\n\n", "asked.\n", "no empty line after the first"),
        ("Source\n    ------", "Origin\n    ------", "unknown section 'Origin'"),
        ("Source\n    ------", "Source\n    -----", "dashes as long"),
        ("h : float\n", "h: float\n", "not `name : type`"),
        ("times : int\n", "times :\n", "not `name : type`"),
        ("times : int\n", "often : int\n", "parameter times is not documented"),
        ("times : int\n", "times, often : int\n", "documents often"),
        ("        How often.\n", "        How often.\n    k : int\n        More.\n", "documents k"),
        ("ValueError\n", "if it does not fit\n", "not the name of an exception"),
        ("    Lecture topic 4.\n", "", "section Source is empty"),
    ],
)
def test_it_notices(docstrings, monkeypatch, old, new, said):
    monkeypatch.setattr(halve, "__doc__", changed(halve, old, new))
    assert any(said in line for line in docstrings.of_function(halve, "halve"))


def test_it_notices_sections_that_are_missing_or_out_of_order(docstrings, monkeypatch):
    start, end = halve.__doc__.split("    Returns\n    -------\n")
    result, rest = end.split("    Raises\n", 1)
    monkeypatch.setattr(halve, "__doc__", start + "    Raises\n" + rest)
    assert list(docstrings.of_function(halve, "halve")) == ["halve: section Returns is missing"]
    back = start + "    Raises\n" + rest + "\n    Returns\n    -------\n" + result
    monkeypatch.setattr(halve, "__doc__", back)
    assert any("the order of sections" in line for line in docstrings.of_function(halve, "halve"))


def test_it_notices_what_has_no_types_or_no_words(docstrings, as_ours, monkeypatch):
    def bare(h):
        return h

    said = list(docstrings.of_function(bare, "bare"))
    assert "bare: no docstring" in said and "bare: parameter h is not annotated" in said
    assert "bare: what it returns is not annotated" in said
    monkeypatch.setattr(Halver, "__doc__", "Halves numbers.")
    assert any("Halver: parameter times is not documented" in line for line in docstrings.of_class(Halver))
    monkeypatch.setattr(Halver, "twice", property(lambda self: 2))
    said = list(docstrings.of_class(Halver))
    assert "cnnlab.halving.Halver.twice: no docstring" in said
    assert "cnnlab.halving.Halver.twice: what the property gives is not annotated" in said
