"""A cell that is run again lets go of what it showed before: views, and results that IPython keeps."""

import gc
import weakref
from typing import ClassVar

import numpy as np
import pytest
from explorers import Try
from IPython.core import getipython
from IPython.core.interactiveshell import InteractiveShell
from ipywidgets.widgets import widget

from cnnlab.explore.live import cells


class Large(Try):
    """With something that is worth letting go."""

    alive: ClassVar[weakref.WeakSet] = weakref.WeakSet()

    def __init__(self):
        super().__init__()
        self.images = np.zeros(1000)
        self.alive.add(self)


class Notebook(InteractiveShell):
    """A shell that says which cell it runs, as a kernel does."""

    cell = None

    def get_parent(self):
        return {"metadata": {"cellId": self.cell} if self.cell else {}}

    def run(self, cell, code):
        self.cell = cell
        self.run_cell(code, store_history=True, cell_id=cell).raise_error()


@pytest.fixture
def notebook(monkeypatch):
    shell = Notebook()
    shell.user_ns["Large"] = Large
    monkeypatch.setattr(cells, "get_ipython", lambda: shell)
    assert getipython.get_ipython is not cells.get_ipython
    return shell


def alive():
    """(explorers, widgets) that there are."""
    gc.collect()
    return len(Large.alive), len(widget._instances)


def test_a_cell_that_is_run_again_keeps_one_explorer_alive_not_all(notebook):
    notebook.run("a", "Large()")
    first = alive()
    for _ in range(2):
        notebook.run("a", "Large()")
        assert alive() == first
    notebook.run("a", "1")
    explorers, widgets = alive()
    assert explorers == first[0] - 1 and widgets <= first[1] - 2, "the view and its layout"


def test_what_another_cell_shows_or_the_learner_names_stays(notebook):
    notebook.run("a", "mine = Large(); mine")
    view = weakref.ref(notebook.user_ns["mine"]._view)
    notebook.run("b", "mine")
    notebook.run("a", "1")
    assert notebook.user_ns["mine"]._view is view(), "cell b shows it still"
    notebook.run("b", "1")
    gc.collect()
    assert view() is None and notebook.user_ns["mine"]._view is None
    notebook.run("c", "mine")
    assert notebook.user_ns["mine"]._view is not None, "shown again, it lives again"


def test_without_the_name_of_a_cell_nothing_is_let_go(notebook):
    notebook.run(None, "one = Large(); one")
    notebook.run(None, "Large()")
    assert notebook.user_ns["one"]._view is not None
