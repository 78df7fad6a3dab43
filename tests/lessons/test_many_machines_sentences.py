"""What notebook 16 says beside its cells is so; what its cells print is compared where the notebook is run."""

import re
from pathlib import Path

import nbformat
import pytest

from cnnlab import models
from cnnlab.analysis.machines import groups, published
from cnnlab.analysis.machines.cluster import Cluster, efficiency, exchange, sent, step

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "16_many_machines.ipynb"


@pytest.fixture(scope="module")
def words():
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    return re.sub(r"\s+", " ", " ".join(cell.source for cell in cells if cell.cell_type == "markdown"))


def test_a_half_sends_an_eighth_of_what_a_copy_sends(words):
    big = models.alexnet_2012(initialiser="zeros")
    halves = 4 * 2 * 128 * sum(groups.crossing(big).values())
    copies = sent(Cluster(2, 1.0), 4 * big.parameter_count)
    assert "At 128 images a half sends an eighth of what a copy sends" in words
    assert copies / halves == pytest.approx(8, abs=0.5)


def test_from_4_to_64_workers_a_ring_takes_a_third_longer(words):
    few, many = (Cluster(workers, 10.0) for workers in (4, 64))
    assert sent(few, 1.0) == 1.5 and f"from 1.5 to {sent(many, 1.0):.2f} times the gradients" in words
    assert exchange(many, 1e8) / exchange(few, 1e8) == pytest.approx(4 / 3, abs=0.03)


def test_what_is_to_be_seen_in_the_explorer_is_there(words):
    """At one worker its link is the limit; in small messages latency counts; VGG-16 is the harder one."""

    def speed(work, workers):
        return step(work, Cluster(workers, 10.0, 30.0, "server"), 64).images_per_second

    work = published.resnet(50)
    assert speed(work, 256) < 1.1 * speed(work, 8) and speed(published.vgg16(), 2) < speed(published.vgg16(), 1)
    assert f"{len(work.parts)} small messages" in words
    late = {way: efficiency(work, Cluster(256, 10.0, 1000.0, way), 64) for way in ("ring", "halving")}
    assert late["halving"] > 1.3 * late["ring"]
    slow = {way: efficiency(work, Cluster(64, 10.0, 300.0, overlap=way), 64) for way in ("layers", "buckets")}
    assert slow["layers"] < slow["buckets"]
    assert efficiency(published.vgg16(), Cluster(16, 10.0), 64) < efficiency(work, Cluster(16, 10.0), 64)
