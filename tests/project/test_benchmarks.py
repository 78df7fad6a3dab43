"""The benchmark: its arithmetic, its keys with PyTorch and without; it compares only what computes the same."""

import gc
import json
import sys
from dataclasses import replace

import numpy as np
import pytest
from numba import config

from benchmarks import __main__ as command
from benchmarks import convolutions, first_step, memory, networks, pooling, scaling, sides, steps, summary, timing
from cnnlab import loops, models

SPEED = pytest.mark.skipif(bool(config.DISABLE_JIT), reason="without machine code there is no speed to measure")
KEYS = """conv_forward_min conv_input_gradient_min conv_weight_gradient_min alexnet_lite_step alexnet_lite_step_nchw
zip_code_online zip_code_batch32 tdnn_online tdnn_batch32 alexnet_lite_memory first_step_warm_s first_step_cold_s
peak_share""".split()
MEASURED_ALONE = {"first_step_warm_s", "first_step_cold_s", "peak_share"}


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


def test_long_work_gets_fewer_rounds_but_three_at_least():
    effort = timing.Effort(rounds=5, turn=0.01, most=2)
    assert [effort.rounds_of(seconds) for seconds in (0.01, 0.4, 0.5, 3.0)] == [5, 5, 4, 3]
    assert timing.FULL.rounds_of(60) == timing.FULL.rounds, "a full run takes its time"


# ---- the two sides


@pytest.mark.parametrize("make", [models.alexnet_lite, models.zip_code_1989, models.tdnn, steps.alexnet_lite_plain])
def test_the_network_in_pytorch_is_the_same(rng, make):
    torch = pytest.importorskip("torch")
    network = make()
    x = rng.uniform(0, 1, (3, *network.input_shape)).astype(np.float32)
    theirs = networks.to_pytorch(network, torch).eval()(networks.images_of(x, torch, torch.channels_last))
    assert np.allclose(theirs.detach().numpy(), network.forward(x), atol=1e-5)


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


@pytest.fixture
def small(monkeypatch):
    """The whole benchmark in little: one round of everything, and no processes of their own."""
    threads = loops.threads()
    effort, layer = timing.Effort(1, 1e-6), convolutions.Layer(3, 4, 3, 6, lite=True)
    monkeypatch.setattr(timing, "FULL", effort)
    monkeypatch.setattr(timing, "QUICK", effort)
    monkeypatch.setattr(command, "QUICK_LAYERS", [layer, replace(layer, inputs=5)])
    monkeypatch.setattr(convolutions, "LAYERS", [layer, replace(layer, inputs=5, lite=False)])
    monkeypatch.setattr(convolutions, "PEAK_LAYER", replace(layer, inputs=8))
    monkeypatch.setattr(pooling.measure, "__defaults__", (pooling.WINDOWS[1:2], 1))
    cases = [replace(case, batch=min(case.batch, 2), samples=2, compiled=False) for case in steps.CASES]
    monkeypatch.setattr(steps, "CASES", cases)
    monkeypatch.setattr(steps.measure, "__defaults__", (False, False, True, cases))
    monkeypatch.setattr(scaling.threads, "__defaults__", (None, None, 2))
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
    assert all(value is None or isinstance(value, int | float) for value in flat.values()), "it must be flat"
    many = "alexnet_lite_step_2_threads"
    assert (many in flat) == (sides.cores() > 1)


@SPEED
def test_without_pytorch_the_same_table_shows_shares_of_the_peak(small, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    command.main(["--quick", "--json"])
    out = capsys.readouterr().out
    flat = json.loads(out.splitlines()[-1])
    assert set(KEYS) <= flat.keys() and {key for key in KEYS if flat[key] is not None} == MEASURED_ALONE
    assert "3 -> 4 3x3 @6 *" in out and " %" in out and flat["alexnet_lite_step_per_second"] > 0


@SPEED
def test_a_full_run_is_kept_with_its_pictures(small, capsys, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setattr(command.Run.save, "__defaults__", (tmp_path,))
    command.main([])
    kept = json.loads((tmp_path / "speed.json").read_text(encoding="utf-8"))
    assert kept["machine"]["processor"] and kept["machine"]["date"] and kept["figures"].keys() >= set(KEYS)
    assert [row["value"] for row in kept["scaling"]["side"]] == [4, 5]
    for name in ("speed", "scaling"):
        assert (tmp_path / f"{name}.png").read_bytes().startswith(b"\x89PNG")


def test_without_machine_code_it_says_so(monkeypatch, capsys):
    monkeypatch.setattr(command.config, "DISABLE_JIT", 1)
    with pytest.raises(SystemExit):
        command.main(["--quick"])
    assert "NUMBA_DISABLE_JIT" in capsys.readouterr().err


def test_bars_know_which_way_is_better():
    rows = {row["key"]: row for row in summary.bars({"zip_code_online": 30.0, "first_step_warm_s": 0.7})}
    assert rows["zip_code_online"]["holds"] and not rows["first_step_warm_s"]["holds"]
    assert rows["tdnn_online"]["value"] is None and not rows["tdnn_online"]["holds"]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the mark cannot be set back")
def test_the_high_water_mark_stays_when_the_memory_is_given_back():
    gc.collect()  # what other tests left may be given back meanwhile, some megabytes: hence a block that dwarfs it
    before = memory.forget_the_peak()
    block = np.ones(200_000_000, np.int8)
    del block
    assert 180e6 < memory.high_water() - before < 220e6
    assert memory.forget_the_peak() - before < 20e6, "it must have been given back"
