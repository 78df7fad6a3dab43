"""ManyMachines shows what the model says, and its words are true at every position."""

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from explorers import faults, sweep

from cnnlab.analysis.machines.cluster import Cluster, efficiency, step
from cnnlab.analysis.machines.work import Part, Work
from cnnlab.explore import ManyMachines
from cnnlab.explore.learning.many_machines import ADDED, BATCHES, TRAVEL, WORKERS


def times(text):
    return [float(number.replace(",", "")) for number in re.findall(r"([\d.,]+) s\b", text)]


@cache
def shares(work, cluster, images, scaling):
    return [100 * efficiency(work, replace(cluster, workers=k), images, scaling) for k in WORKERS]


def check_of(works):
    def check(scene, values):
        assert not faults(scene)
        work, scaling, images = works[values["network"]], BATCHES[values["batch"]], values["images"]
        cluster = Cluster(
            values["workers"],
            values["gigabits"],
            values["microseconds"],
            ADDED[values["added"]],
            TRAVEL[values["travel"]],
        )
        now, share = step(work, cluster, images, scaling), efficiency(work, cluster, images, scaling)
        dot = scene["efficiency"].items[-1]
        assert (WORKERS[int(dot.x[0])], dot.y[0]) == (cluster.workers, pytest.approx(100 * share))
        for line, way in zip(scene["efficiency"].items, ADDED.values(), strict=False):
            assert np.allclose(
                line.y, shares(work, replace(cluster, workers=1, way=way), images, scaling)
            ) and line.dash == (way != cluster.way)
        speed = scene["speed"]
        assert speed.items[-1].y[0] == pytest.approx(now.images_per_second)
        assert all(speed.y[0] <= value <= speed.y[1] for item in speed.items for value in item.y), "nothing is cut off"
        time = scene["time"]
        scale = 1000 if time.x_label == "milliseconds" else 1
        forward, back, *gradients, end = time.items
        edges = [one.x[0] + sign * one.width / 2 for one in (forward, back) for sign in (-1, 1)]
        assert edges == pytest.approx(
            [0, scale * now.forward, scale * now.forward, scale * (now.forward + now.backward)]
        )
        assert end.x == pytest.approx(scale * now.seconds) and end.x <= time.x[1]
        travelling = sum(one.width for one in gradients)
        assert all(one.y[0] == -1 for one in gradients) and travelling == pytest.approx(scale * now.communication)
        words = scene.description
        if cluster.workers == 1:
            assert "nothing travels" in words and not gradients
            return
        found = times(words.split("A step is")[1])
        assert found[0] == pytest.approx(now.compute, rel=6e-3)
        assert found[1] == pytest.approx(now.waiting, rel=6e-3, abs=1e-9)
        hidden = now.communication - now.waiting
        assert ("lie behind" in words) == (hidden > 1e-9 * now.seconds)
        assert len(found) == (2 if "lie behind" not in words else 3)
        percent = float(re.search(r"([\d.e-]+) % of what they could do", words)[1])
        assert percent == pytest.approx(100 * share, abs=0.051) and percent > 0
        assert ("have no image" in words) == (scaling == "strong" and images < cluster.workers)

    return check


def test_what_is_shown_and_said_is_what_the_model_says():
    works = {name: work for name, work in ManyMachines().works.items() if name in ("AlexNet", "AlexNet-lite, one core")}
    assert sweep(ManyMachines(works), check_of(works)) > 100


@pytest.mark.parametrize("name", ["ResNet-50", "VGG-16"])
def test_large_networks_are_shown_layer_by_layer(name):
    explorer = ManyMachines()
    explorer.set(network=name, travel="layer by layer", workers=32)
    check_of(explorer.works)(explorer.current(), explorer.values)


def test_a_work_of_ones_own_is_shown():
    mine = {"mine": Work("mine", (Part("all", 1.0, 1000),), 0.001, 0.01)}
    explorer = ManyMachines(mine, workers=4, images=32, gigabits=1.0, microseconds=100)
    check_of(mine)(explorer.current(), explorer.values)
    assert "4 workers with 32 images each" in explorer.current().description


def test_the_words_of_one_worker_and_of_idle_ones():
    explorer = ManyMachines()
    explorer.set(workers=1)
    assert explorer.current().description.startswith("One worker, 64 images, ")
    explorer.set(workers=256, batch="all of them together")
    assert explorer.current().description.endswith("Some workers have no image.")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"works": {}}, "works must be one or more"),
        ({"works": {"a": 3}}, "works must be one or more"),
        ({"workers": 3}, "workers must be one of"),
        ({"images": 0}, "images must be"),
        ({"gigabits": 0.0}, "gigabits must be"),
        ({"microseconds": 2}, "microseconds must be one of"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(arguments, words):
    with pytest.raises((TypeError, ValueError), match=words):
        ManyMachines(**arguments)
