"""Outputs that notebooks keep are of the form that cnnlab gives them now."""

from pathlib import Path

import nbformat
import pytest

from cnnlab.check.toolkit.verdict import MIME

PATHS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_verdicts_have_words_in_markdown_and_pictures_a_name_for_dark_pages(path):
    """An earlier cnnlab gave them neither, and its outputs stood in three notebooks for a while."""
    cells = nbformat.read(path, as_version=4).cells
    kept = [output.get("data", {}) for cell in cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [data["text/plain"] for data in kept if MIME in data and "text/markdown" not in data]
    pages = "".join("".join(data.get("text/html", "")) for data in kept)
    assert pages.count('<figure style="margin: 0"><img ') == pages.count('<img class="cnnlab-') > 0
