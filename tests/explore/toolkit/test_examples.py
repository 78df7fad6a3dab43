"""Every explorer has an example of itself, and the benchmark of latency measures every one."""

import inspect

import pytest

import cnnlab.explore as explore
from benchmarks import drag_latency
from cnnlab.explore.live.answers import Answers
from cnnlab.explore.live.frames import pack


def classes(base=explore.Explorer):
    """The names of all explorers of the package, whether exported or not."""
    for kind in base.__subclasses__():
        if kind.__module__.startswith("cnnlab."):
            yield kind.__name__
        yield from classes(kind)


@pytest.mark.parametrize("name", [name for name in explore.__all__ if name != "Explorer"])
def test_the_example_of_an_explorer_works(name):
    kind = getattr(explore, name)
    assert not inspect.signature(kind.example).parameters, "it needs no arguments"
    explorer = kind.example()
    assert type(explorer) is kind and explorer is not kind.example()
    frame = Answers(explorer).frame()
    assert frame["error"] is None and frame["scene"].panels and pack([frame])
    kinds = {control.kind for control in explorer.controls.values()}
    assert kinds & {"slider", "toggle", "cell", "matrix", "handle"}, "nothing that the benchmark could drag or tick"


def test_the_benchmark_of_latency_measures_every_explorer():
    assert sorted(drag_latency.EXPLORERS) == sorted(set(classes())) and len(drag_latency.EXPLORERS) > 20
