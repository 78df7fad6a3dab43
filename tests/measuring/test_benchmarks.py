"""The benchmark: its arithmetic, its keys with PyTorch and without; it compares only what computes the same."""

import gc
import json
import sys
from dataclasses import replace

import numpy as np
import pytest
from numba import config

from benchmarks import __main__ as command
from benchmarks import (
    convolutions,
    first_step,
    fitting,
    memory,
    narrow,
    networks,
    notebooks,
    pooling,
    predicting,
    processors,
    scaling,
    sides,
    spinning,
    steps,
    timing,
)
from cnnlab import layers, loops, models
from cnnlab.network import Network

SPEED = pytest.mark.skipif(bool(config.DISABLE_JIT), reason="without machine code there is no speed to measure")
KEYS = """conv_forward_min conv_input_gradient_min conv_weight_gradient_min alexnet_lite_step alexnet_lite_step_nchw
zip_code_online zip_code_batch32 tdnn_online tdnn_batch32 alexnet_lite_memory first_step_warm_s first_step_cold_s
peak_share conv_min_of_all max_pool_min max_pool_min_256_bit alexnet_lite_plain_step alexnet_lite_bn_step
lenet_mnist_fit predict_alexnet_lite_128 predict_alexnet_lite_1 predict_alexnet_lite_bn_128
predict_alexnet_lite_bn_1""".split()
LONG = "predict_alexnet_2012_8 predict_alexnet_2012_1 notebooks_s kernel_mb".split()  # only in a full run
MEASURED_ALONE = {"first_step_warm_s", "first_step_cold_s", "peak_share"}
TINY = models.alexnet_tiny


class Clock:
    """A clock that moves only when a contender works, more slowly in every second round."""

    def __init__(self, monkeypatch, cost):
        self.now, self.order, self.pace = 0.0, [], 1.0
        monkeypatch.setattr(timing.time, "perf_counter", lambda: self.now)
        monkeypatch.setattr(timing.time, "sleep", lambda seconds: None)
        self.contenders = {name: lambda name=name: self.work(name, cost[name]) for name in cost}

    def work(self, name, seconds):
        self.order.append(name)
        self.pace = 7.0 if len(self.order) // 4 % 2 else 1.0
        self.now += seconds * self.pace


def test_the_ratio_is_the_median_of_the_rounds_ratios():
    seconds = {"ours": np.array([1.0, 2.0, 9.0]), "theirs": np.array([3.0, 4.0, 9.0])}
    assert timing.ratio(seconds, "ours", "theirs") == 2.0  # that of 3, 2, 1; the medians' ratio is also 2
    seconds["theirs"] = np.array([1.0, 8.0, 9.0])
    assert timing.ratio(seconds, "ours", "theirs") == 1.0  # of 1, 4, 1; the medians' ratio is 4
    assert timing.ratio(seconds, "ours", "nobody") is None
    assert timing.per_second(seconds, "ours", 10) == 5.0


def test_contenders_take_turns_so_that_a_slow_spell_hits_all(monkeypatch):
    clock = Clock(monkeypatch, {"ours": 0.1, "theirs": 0.3})
    seconds = timing.take_turns(clock.contenders, timing.Effort(rounds=6, turn=0.01))
    assert clock.order == ["ours"] * 2 + ["theirs"] * 2 + ["ours", "theirs", "theirs", "ours"] * 3
    assert len(seconds["ours"]) == 6 and timing.ratio(seconds, "ours", "theirs") == pytest.approx(3)
    assert np.ptp(seconds["ours"]) > 0.1, "the slow spells must be there to be divided out"


def test_short_work_is_repeated_and_its_first_call_not_counted(monkeypatch):
    clock = Clock(monkeypatch, {"short": 0.001})
    seconds = timing.take_turns(clock.contenders, timing.Effort(rounds=2, turn=0.01))
    assert len(clock.order) == 2 + 2 * (1 + 10) and len(seconds["short"]) == 2


@pytest.mark.parametrize("spins", [0.0, 0.05, 60.0])
def test_a_turn_begins_when_the_threads_of_the_one_before_have_stopped_spinning(monkeypatch, spins):
    clock = Clock(monkeypatch, {})
    monkeypatch.setattr(timing.time, "process_time", lambda: min(clock.now, spins))
    monkeypatch.setattr(timing.time, "sleep", lambda seconds: setattr(clock, "now", clock.now + seconds))
    timing.rest()
    least = min(spins, timing.PATIENCE)
    assert least < clock.now < least + 2.5 * timing.REST


def test_what_threads_spin_behind_a_call_is_counted_and_the_call_is_not(monkeypatch):
    clock, spun = Clock(monkeypatch, {"call": 1.0}), [0.0]
    monkeypatch.setattr(timing.time, "process_time", lambda: spun[0] + clock.now)
    monkeypatch.setattr(timing.time, "sleep", lambda seconds: spun.append(spun.pop() + min(seconds, 0.25)))
    monkeypatch.setattr(timing, "rest", lambda: None)
    assert spinning.after(clock.contenders["call"]) == pytest.approx(0.25)
    assert len(clock.order) == spinning.TIMES


def test_long_work_gets_fewer_rounds_but_three_at_least():
    effort = timing.Effort(rounds=5, turn=0.01, most=2)
    assert [effort.rounds_of(seconds) for seconds in (0.01, 0.4, 0.5, 3.0)] == [5, 5, 4, 3]
    assert timing.FULL.rounds_of(60) == timing.FULL.rounds, "a full run takes its time"


# ---- the two sides


def groups(rng=None):
    """Groups of maps, no padding, no bias, and statistics that are no ones and zeros."""
    row = [layers.Conv2D(4, 3), layers.Conv2D(6, 3, padding=1, groups=2, bias=None), layers.BatchNorm()]
    network = Network([*row, layers.Flatten(), layers.Dense(3)], (7, 8, 2), rng)
    network[2].state["mean"][:], network[2].state["variance"][:] = 0.3, 4
    return network


MAKERS = [models.alexnet_lite, models.alexnet_lite_bn, models.zip_code_1989, models.tdnn, models.tdnn_digits]


@pytest.mark.parametrize("make", [*MAKERS, steps.alexnet_lite_plain, fitting.lenet, groups])
def test_the_network_in_pytorch_is_the_same(rng, make):
    torch = pytest.importorskip("torch")
    network = make()
    x = rng.uniform(0, 1, (3, *network.input_shape)).astype(np.float32)
    theirs = networks.to_pytorch(network, torch).eval()(networks.images_of(x, torch, torch.channels_last))
    assert np.allclose(theirs.detach().numpy(), network.forward(x), atol=1e-5)


def test_the_network_of_2012_gets_weights_without_drawing_them(monkeypatch):
    row = [layers.Conv2D(4, 3, groups=2, initialiser="zeros"), layers.Flatten(), layers.Dense(3, initialiser="zeros")]
    monkeypatch.setattr(models, "alexnet_2012", lambda initialiser: Network(row, (7, 8, 2)))
    convolution, _, dense = predicting.alexnet_2012()
    assert (dense.parameters["w"] != 0).all()
    assert ((convolution.parameters["w"] != 0) == convolution.connections).all()


def test_networks_in_use_are_compared_with_all_that_there_is(monkeypatch):
    case = predicting.Case("predict_tiny", "tiny", TINY, (2, 1))
    rows = predicting.measure(timing.Effort(1, 1e-6), cases=[case])
    assert [row["key"] for row in rows] == ["predict_tiny_2", "predict_tiny_1"]
    others = set(sides.layouts(sides.pytorch())) | {sides.RUNTIME}
    assert all(
        row["ratios"].keys() == others and row["images_per_second"].keys() == others | {"cnnlab"} for row in rows
    )
    without = predicting.measure(timing.Effort(1, 1e-6), runtime=False, cases=[case])
    assert all(sides.RUNTIME not in row["ratios"] for row in without)
    assert not predicting.measure(timing.Effort(1, 1e-6), True, cases=[replace(case, quick=False)])
    monkeypatch.setattr(predicting, "in_runtime", lambda network, runtime: lambda x: lambda: network.predict(x) + 1)
    with pytest.raises(sides.Disagreement, match="ONNX Runtime, tiny, batch 2"):
        predicting.measure(timing.Effort(1, 1e-6), cases=[case])


def test_onnx_runtime_gets_as_many_threads(monkeypatch):
    runtime, given = sides.onnx_runtime(), []

    class Spy(runtime.InferenceSession):
        def __init__(self, model, options, **more):
            given.append((options.intra_op_num_threads, options.inter_op_num_threads))
            super().__init__(model, options, **more)

    monkeypatch.setattr(runtime, "InferenceSession", Spy)
    monkeypatch.setattr(loops, "threads", lambda: 2)
    predicting.in_runtime(TINY(), runtime)
    assert given == [(2, 1)]


def test_what_learns_otherwise_is_not_timed(monkeypatch):
    torch = pytest.importorskip("torch")
    assert fitting.contenders(torch, 8, 4).keys() == {sides.OURS, sides.LAST, sides.FIRST}
    monkeypatch.setattr(fitting, "theirs", lambda x, y, batch, torch, layout, epochs=2: lambda: [2.4] * epochs)
    with pytest.raises(sides.Disagreement, match="losses of lenet_mnist_fit"):
        fitting.contenders(torch, 8, 4)


def test_what_computes_something_else_is_not_measured(monkeypatch):
    torch = pytest.importorskip("torch")
    tiny, flipped = replace(steps.case("tdnn_batch32"), batch=2, samples=4), networks.kernels
    assert steps.contenders(tiny, torch).keys() >= {sides.OURS, sides.FIRST}
    monkeypatch.setattr(networks, "kernels", lambda layer, torch: flipped(layer, torch).flip(-1))
    with pytest.raises(sides.Disagreement, match="losses of tdnn_batch32"):
        steps.contenders(tiny, torch)
    with pytest.raises(sides.Disagreement, match=r"differs by 0\.5"):
        sides.agree([1.0, 2.5], [1.0, 2.0], "these")
    with pytest.raises(sides.Disagreement, match="shape"):
        sides.agree([1.0], [1.0, 2.0], "these")
    with pytest.raises(sides.Disagreement):
        sides.agree([np.nan], [1.0], "these")


# ---- the whole of it, small


def in_this_process(parts, quick):
    """What `narrow.measure` gives, without a process of its own."""
    return {"pooling": pooling.measure(timing.QUICK)}


@pytest.fixture
def small(monkeypatch, tmp_path):
    """The whole benchmark in little: one round of everything, no processes of their own, and a notebook of one cell."""
    tool, cell = notebooks.tool(), {"cell_type": "code", "id": "a", "metadata": {}, "source": "1", "outputs": []}
    page = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell | {"execution_count": None}]}
    (tmp_path / "00_start_here.ipynb").write_text(json.dumps(page), encoding="utf-8")
    monkeypatch.setattr(tool, "FOLDER", tmp_path)
    threads = loops.threads()
    effort, layer = timing.Effort(1, 1e-6), convolutions.Layer(3, 4, 3, 6, lite=True)
    monkeypatch.setattr(timing, "FULL", effort)
    monkeypatch.setattr(timing, "QUICK", effort)
    monkeypatch.setattr(command, "QUICK_LAYERS", [layer, replace(layer, inputs=5)])
    monkeypatch.setattr(convolutions, "LAYERS", [layer, replace(layer, inputs=5, lite=False)])
    monkeypatch.setattr(convolutions, "PEAK_LAYER", replace(layer, inputs=8))
    monkeypatch.setattr(pooling.measure, "__defaults__", (pooling.WINDOWS[1:2], 1))
    little = {models.alexnet_lite: TINY, steps.alexnet_lite_plain: TINY, models.alexnet_lite_bn: groups}
    cases = [replace(case, make=little.get(case.make, case.make), compiled=False) for case in steps.CASES]
    cases = [replace(case, batch=min(case.batch, 2), samples=2) for case in cases]
    monkeypatch.setattr(steps, "CASES", cases)
    monkeypatch.setattr(steps.measure, "__defaults__", (False, False, True, cases))
    monkeypatch.setattr(fitting.measure, "__defaults__", (False, 4, 2))
    cases = [replace(case, make=TINY) for case in predicting.CASES]
    monkeypatch.setattr(predicting.measure, "__defaults__", (False, True, cases))
    monkeypatch.setattr(scaling.threads, "__defaults__", (None, None, 2))
    monkeypatch.setattr(narrow, "measure", in_this_process)
    monkeypatch.setattr(notebooks, "tool", lambda: tool)
    for name, values in (("BATCHES", (1, 2)), ("SIDES", (4, 5)), ("CHANNELS", (2, 3))):
        monkeypatch.setattr(scaling, name, values)
    monkeypatch.setattr(
        memory, "in_a_process", lambda side, batch: {"step": 30.0 if side == sides.OURS else 60.0, "process": 99.0}
    )
    monkeypatch.setattr(
        first_step, "in_a_process", lambda side, environment: {"import": 0.2, "step": 0.1, "process": 0.4}
    )
    yield
    sides.set_threads(threads)


def last_line(capsys):
    return json.loads(capsys.readouterr().out.splitlines()[-1])


@SPEED
def test_all_keys_are_there_with_pytorch(small, capsys):
    pytest.importorskip("torch")
    command.main(["--quick", "--json"])
    flat = last_line(capsys)
    assert all(flat[key] > 0 for key in KEYS), flat
    assert flat["alexnet_lite_memory"] == 0.5 and flat["first_step_warm_s"] == 0.1
    assert all(flat[key] is None for key in LONG)
    assert all(value is None or isinstance(value, int | float) for value in flat.values()), "it must be flat"
    many = "alexnet_lite_step_2_threads"
    assert (many in flat) == (sides.cores() > 1)


@SPEED
def test_without_pytorch_the_same_table_shows_shares_of_the_peak(small, capsys, monkeypatch):
    for name in ("torch", "onnxruntime"):
        monkeypatch.setitem(sys.modules, name, None)
    command.main(["--quick", "--json"])
    out = capsys.readouterr().out
    flat = json.loads(out.splitlines()[-1])
    assert set(KEYS) | set(LONG) <= flat.keys() and {key for key in KEYS if flat[key] is not None} == MEASURED_ALONE
    assert "3 -> 4 3x3 @6 *" in out and " %" in out and flat["alexnet_lite_step_per_second"] > 0


@SPEED
def test_a_full_run_is_kept_with_its_pictures(small, capsys, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setattr(command.Run.save, "__defaults__", (tmp_path,))
    command.main([])
    kept = json.loads((tmp_path / "speed.json").read_text(encoding="utf-8"))
    assert kept["machine"]["processor"] and kept["machine"]["date"] and kept["figures"].keys() >= set(KEYS)
    assert [row["value"] for row in kept["scaling"]["side"]] == [4, 5]
    assert kept["notebooks"]["00_start_here"]["megabytes"] > 20 and kept["figures"]["notebooks_s"] > 0
    (kind,) = json.loads((tmp_path / "processors.json").read_text(encoding="utf-8"))
    assert kind == processors.kind(kept["machine"]) and kind in capsys.readouterr().out
    for name in ("speed", "scaling"):
        assert (tmp_path / f"{name}.png").read_bytes().startswith(b"\x89PNG")


def test_without_machine_code_it_says_so(monkeypatch, capsys):
    monkeypatch.setattr(command.config, "DISABLE_JIT", 1)
    with pytest.raises(SystemExit):
        command.main(["--quick"])
    assert "NUMBA_DISABLE_JIT" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the mark cannot be set back")
def test_the_high_water_mark_stays_when_the_memory_is_given_back():
    gc.collect()  # what other tests left may be given back meanwhile, some megabytes: hence a block that dwarfs it
    before = memory.forget_the_peak()
    block = np.ones(200_000_000, np.int8)
    del block
    assert 180e6 < memory.high_water() - before < 220e6
    assert memory.forget_the_peak() - before < 20e6, "it must have been given back"
