"""What notebook 15 says of its traps is so: its own cells make the photographs and train the networks."""

from pathlib import Path

import nbformat
import numpy as np
import pytest

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "15_and_beyond.ipynb"
SKIPPED = "check.predict(", "explore.", "misses = {"  # questions, a pad, and five trainings of the first trap


@pytest.fixture(scope="module")
def cells():
    """The names that the cells of "Your own images" define, and what they draw, without pictures."""
    sources = [cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells if cell.cell_type == "code"]
    first = next(k for k, source in enumerate(sources) if source.startswith("import tempfile"))
    last = next(k for k, source in enumerate(sources) if "what a correlation makes" in source)
    names: dict = {}
    for source in [sources[0], *sources[first : last + 1]]:
        if not source.startswith(SKIPPED):
            shown = source.split("\ndraw.")[0]  # a picture is the last thing in its cell
            lines = [line for line in shown.splitlines() if not line.startswith("check.")]
            exec("\n".join(lines), names)
    yield names
    names["room"].cleanup()


def test_siblings_promise_too_much_and_lie_nearer_than_any_new_sheet(cells):
    burst, new, learned, misread = (cells[name] for name in ("burst", "new", "learned", "misread"))
    promised, true = misread(learned, burst.x_test, burst.y_test), misread(learned, *new)
    assert promised < 3 and true > 15 and true > 4 * max(promised, 1)
    distance = cells["distance"]
    assert distance(burst.x_train, burst.x_test).max() < distance(burst.x_train, new[0][::3]).min()


def test_the_usual_error_hardly_tells_always_8_from_a_network_and_the_mean_of_the_classes_does(cells):
    misses = cells["misses"]
    assert round(misses["always 8: in that world"]) == 17 and misses["always 8: mean of classes"] == pytest.approx(80)
    assert abs(misses["learned: in that world"] - misses["always 8: in that world"]) < 6
    assert misses["learned: mean of classes"] < 70
    assert misses["rare repeated: mean of classes"] < misses["learned: mean of classes"]


def test_half_a_turn_makes_a_9_of_most_sixes(cells):
    net, (x, y), names = cells["net"], cells["new"], cells["names"]
    sixes = x[y == names.index("6")]
    assert np.mean(net.classify(sixes) == names.index("6")) > 0.9
    assert np.mean(net.classify(sixes[:, ::-1, ::-1].copy()) == names.index("9")) > 0.7


def test_without_the_flip_a_network_hardly_reads_better_than_by_guessing(cells):
    assert cells["misread"](cells["net"], *cells["new"]) < 20 < 65 < cells["misread"](cells["theirs"], *cells["new"])
