"""The race against 2012: what it trains, in steps that follow each other, and what it tells."""

import dataclasses
import json

import numpy as np
import pytest

from benchmarks import kept, race
from cnnlab import datasets, ops
from cnnlab.datasets.base import Dataset

SMALL = dataclasses.replace(race.BEST, maps=(2, 3, 4), stages=((16, 2, 16), (32, 1, 16)))


@pytest.fixture
def data(rng):
    x = rng.random((80, 32, 32, 3)).astype(np.float32)
    y = np.arange(80) % 3
    return Dataset(x[:64], y[:64], x[64:], y[64:], ("a", "b", "c"))


def test_smaller_images_are_means_of_squares(rng):
    x = rng.random((2, 8, 8, 3)).astype(np.float32)
    small = race.at_side(x, 4)
    assert small.shape == (2, 4, 4, 3) and race.at_side(x, 8) is x
    np.testing.assert_allclose(small[1, 2, 3], x[1, 4:6, 6:8].mean((0, 1)), rtol=1e-5)


def test_the_last_layer_says_of_larger_maps_what_it_said_of_small_ones(data, rng):
    small = race.racer(data.x_train, 3, SMALL, 1, side=16)
    large = race.racer(data.x_train, 3, SMALL, 2)
    large.set_weights(race.spread(small.weights(), large))
    for name in small.parameters:
        if small.parameters[name].shape == large.parameters[name].shape:
            np.testing.assert_array_equal(small.parameters[name], large.parameters[name])
    h = rng.random((5, 2, 2, 4)).astype(np.float32)
    larger = h.repeat(2, axis=1).repeat(2, axis=2)
    said, says = small[-1].predict(h.reshape(5, -1)), large[-1].predict(larger.reshape(5, -1))
    np.testing.assert_allclose(says, said, rtol=1e-4, atol=1e-5)


def test_each_stage_goes_on_where_the_last_one_ended(data, monkeypatch):
    seen = []

    def watched(network, x, y, *, optimiser, epochs, batch, **others):
        etas = [optimiser.eta_at(share) for share in (0, 1 - 1e-9)]
        seen.append((x.shape[1], epochs, batch, etas, network.weights()))
        network.parameters["1.w"][...] = len(seen)

    monkeypatch.setattr(race.cnnlab, "fit", watched)
    race.train(data, dataclasses.replace(SMALL, stages=((16, 2, 8), (32, 1, 16))))
    assert [one[:3] for one in seen] == [(16, 2, 8), (32, 1, 16)]
    (first, middle), (again, last) = seen[0][3], seen[1][3]
    assert (
        first == pytest.approx(SMALL.peak / 25)
        and middle == pytest.approx(again)
        and last == pytest.approx(0, abs=1e-6)
    )
    assert (seen[1][4]["parameters/1.w"] == 1).all()


@pytest.mark.parametrize("words", [*race.STEPS, "what was chosen"])
def test_every_step_can_be_run_and_runs_alike_twice(data, words):
    changes = race.STEPS.get(words, dataclasses.asdict(race.BEST))
    settings = dataclasses.replace(race.BASE, **changes)
    assert (settings != race.BASE) == (words != next(iter(race.STEPS))), "each step changes something"
    side = [(at, 1, batch) for at, _, batch in settings.stages]
    settings = dataclasses.replace(settings, maps=(2, 3, 4), stages=tuple(side))
    one, two = (race.train(data, settings, seed=3)[0] for _ in range(2))
    assert all(np.array_equal(array, two.parameters[name]) for name, array in one.parameters.items())
    start = race.racer(data.x_train, 3, settings, 3)
    stays = np.array_equal(one.parameters["1.w"], start.parameters["1.w"])
    assert stays == settings.whitened, "whitening kernels, and they alone, stay as they are"


def test_runs_are_told_and_kept(data, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(race, "BEST", SMALL)
    monkeypatch.setattr(race, "BASE", dataclasses.replace(SMALL, peak=0.1))
    monkeypatch.setattr(race, "STEPS", {"the base": {}, "a larger eta": {"peak": 0.2}})
    monkeypatch.setattr(kept, "FOLDER", tmp_path)
    monkeypatch.setattr(datasets, "cifar10", lambda: data)
    monkeypatch.setattr("sys.argv", ["race.py", "--seeds", "2", "--keep", "--json"])
    race.main()
    found = json.loads((tmp_path / "race.json").read_text())
    assert json.loads(capsys.readouterr().out.splitlines()[-1]).items() <= found.items()
    assert found["epochs"] == 3 and found["images"] == 64 and len(found["runs"]) == 2
    assert found["error"] == pytest.approx(np.mean([run["error"] for run in found["runs"]]), abs=1e-4)
    monkeypatch.setattr("sys.argv", ["race.py", "--ablation", "--keep"])
    race.main()
    rows = json.loads((tmp_path / "race_ablation.json").read_text())["rows"]
    assert [row["step"] for row in rows][::2] == ["the base", "a larger eta"] and len(rows) == 4


def test_whitened_maps_have_no_correlation(data):
    network = race.racer(data.x_train, 3, dataclasses.replace(race.BASE, whitened=True))
    x = data.x_train[:, :, :]
    h = ops.conv2d(network[0].predict(x), network[1].parameters["w"], padding="valid")[..., :16].reshape(-1, 16)
    assert np.abs(np.corrcoef(h, rowvar=False) - np.eye(16)).max() < 0.15
