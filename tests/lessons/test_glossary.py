"""The glossary: in order, each term once, and its notebook really says the word."""

import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "glossary.md"


def rows():
    """(term, meaning, notebook) of each line of the table."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    return [tuple(part.strip() for part in line.strip("|").split("|")) for line in lines[2:]]


def plain(text):
    """Small letters, and one space wherever there are other signs than letters and digits."""
    return re.sub(r"\W+", " ", text.lower())


def names(term):
    """The words of a term, without its letter and what stands in brackets: "batch, mini-batch" has two."""
    parts = re.sub(r"\(.*?\)", "", term).split(", ")
    return [plain(part).strip() for part in parts if len(part.strip()) > 1]


def test_terms_are_in_the_order_of_the_alphabet_and_each_is_there_once():
    terms = [names(term)[0] for term, _, _ in rows()]
    assert terms == sorted(set(terms))


@pytest.mark.parametrize("notebook", sorted({notebook for _, _, notebook in rows()}))
def test_the_notebook_of_a_term_says_the_word(notebook):
    cells = nbformat.read(ROOT / "notebooks" / f"{notebook}.ipynb", as_version=4).cells
    text = plain(" ".join(cell.source for cell in cells))
    missing = [name for term, _, where in rows() if where == notebook for name in names(term)[:1] if name not in text]
    assert not missing


def test_the_first_notebook_leads_to_the_glossary():
    source = (ROOT / "notebooks" / "00_start_here.ipynb").read_text(encoding="utf-8")
    assert "(../docs/glossary.md)" in source
