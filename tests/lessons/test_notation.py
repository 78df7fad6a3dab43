"""One notation: the table of the package's documentation and that of notebook 00 are the same."""

import re
from pathlib import Path

import nbformat

import cnnlab

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "00_start_here.ipynb"


def table(text):
    return [line.strip() for line in text.splitlines() if line.strip().startswith("|")]


def test_the_first_notebook_shows_the_table_of_the_package():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "markdown" and "| symbol |" in cell.source]
    assert len(cells) == 1 and table(cells[0]) == table(cnnlab.__doc__)


def test_the_table_names_every_letter_of_the_lecture():
    symbols = " ".join(re.split(r"(?<!\\)\|", row)[1] for row in table(cnnlab.__doc__)[2:])
    for letter in (
        "x[m,n,c]",
        "h_0[m,n,c]",
        "e_l[m,n,d]",
        "h_l[m,n,d]",
        "w_l",
        "b_l[d]",
        "dL/de",
        "dL/dh",
        "dL/dw",
        "M",
        "eta",
        "yhat",
    ):
        assert letter in symbols, letter
    assert "TRUE convolution" in cnnlab.__doc__


def test_what_the_package_offers_is_there():
    for name in cnnlab.__all__:
        assert hasattr(cnnlab, name), name
    for room in ("datasets", "draw", "explore", "check", "models", "ops", "analysis", "losses", "optimisers"):
        assert getattr(cnnlab, room).__name__ == f"cnnlab.{room}" and room in dir(cnnlab)
