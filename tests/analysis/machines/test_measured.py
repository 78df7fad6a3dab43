"""Two workers of one computer, foretold from one: by hand, and beside what was measured here."""

import json
from pathlib import Path

import pytest

from cnnlab.analysis.machines.measured import two_workers

KEPT = Path(__file__).parents[3] / "data" / "measured" / "data_parallel.json"
BY_HAND = {
    "batch": 100,
    "parameters": 250_000,  # a megabyte of weights out, and one of gradients back
    "images_per_second": {"1 worker": [100.0, 50.0, 100.0], "2 workers": [150.0]},
    "talking": {"1 worker": [0.1, 0.2, 0.1]},
}


def test_two_workers_by_hand():
    """One: 0.9 s of computing, 0.1 s for 2 MB.  Two: half of the computing, and twice the time for 4 MB."""
    found = two_workers(BY_HAND)
    assert found.foretold == pytest.approx(100 / (0.45 + 0.2)) and found.measured == 150
    assert found.gigabits == pytest.approx(20e6 * 8 / 1e9)


@pytest.mark.skipif(not KEPT.exists(), reason="python benchmarks/data_parallel.py --keep has not been run")
def test_what_was_measured_here_is_foretold_to_a_quarter():
    found = two_workers(json.loads(KEPT.read_text(encoding="utf-8")))
    assert found.foretold == pytest.approx(found.measured, rel=0.25)
