"""From 1989 to today, step by step."""

import json

import numpy as np
import pytest

from benchmarks import zip_code_dense, zip_code_etas
from benchmarks.zip_code_rejection import measure
from cnnlab import datasets, models, recipes, since_1989
from cnnlab.layers import Dropout, MaxPool2D, ReLU, ScaledTanh

NAMES = [step.name for step in since_1989.STEPS]


def kinds(network):
    return [type(layer) for layer in network]


def test_each_step_changes_one_thing_and_keeps_what_came_before():
    networks = {step.name: step.network(None, 0) for step in since_1989.STEPS}
    steps = {step.name: step for step in since_1989.STEPS}
    assert kinds(networks["1989"]) == kinds(models.zip_code_1989())
    hidden = [ReLU if kind is ScaledTanh else kind for kind in kinds(networks["1989"])[:-1]]
    assert kinds(networks["ReLU"]) == [*hidden, ScaledTanh]
    assert kinds(networks["cross-entropy"]) == kinds(networks["ReLU"])[:-1]
    assert networks["momentum"].config() == networks["cross-entropy"].config() == networks["moved digits"].config()
    assert Dropout in kinds(networks["dropout"]) and MaxPool2D in kinds(networks["max pooling"])
    counts = [network.parameter_count for network in networks.values()]
    assert counts[:6] == [9760] * 6 and counts[6] == 12 * 25 + 12 + 8 * 12 * 25 + 12 + 192 * 30 + 30 + 310
    assert [step.batch for step in since_1989.STEPS] == [1, 1, 1, 16, 16, 16, 16]
    assert steps["momentum"].optimiser().momentum == 0.9 and steps["cross-entropy"].optimiser().momentum == 0
    assert [step.augment is not None for step in since_1989.STEPS] == [False] * 4 + [True] * 3


def test_a_moved_digit_is_surrounded_by_paper(rng):
    x = np.ones((50, 16, 16, 1), np.float32)
    moved = since_1989.moved_on_paper(x, rng)
    assert set(np.unique(moved)) == {-1, 1} and (moved[:, 1:-1, 1:-1] == 1).all()


@pytest.mark.parametrize("step", since_1989.STEPS, ids=NAMES)
def test_each_step_learns_digits(step):
    data = datasets.digits(16)
    _, history = recipes.train(step, data, epochs=2, progress=False)
    assert history["accuracy"][-1] > 0.6


def test_what_was_measured_was_measured_with_these_steps():
    log = json.loads(datasets.embedded("measured/zip_code_steps.json").read_text(encoding="utf-8"))
    assert log["steps"] == since_1989.measured()
    assert [row["step"] for row in log["steps"]] == NAMES and (log["train"], log["test"]) == (7291, 2007)
    for row, step in zip(log["steps"], since_1989.STEPS, strict=True):
        settings = step.optimiser().config()["eta"], step.epochs, step.network(None, 0).parameter_count
        assert (row["eta"], row["epochs"], row["parameters"]) == settings
        assert len(row["test_errors"]) >= 3 and all(0 < error < 0.2 for error in row["test_errors"])


def test_second_order_steps_were_measured_like_the_first_of_the_steps():
    kept, plain = since_1989.second_order(), since_1989.measured()[0]
    assert (kept["train"], kept["test"], kept["epochs"]) == (7291, 2007, plain["epochs"])
    assert len(kept["test_errors"]) == len(kept["train_errors"]) == len(plain["test_errors"])
    assert all(0 < error < 0.2 for error in kept["test_errors"] + kept["train_errors"])


def test_the_fully_connected_network_was_measured_like_the_first_of_the_steps(monkeypatch, capsys, here):
    kept, plain, step = since_1989.dense(), since_1989.measured()[0], since_1989.DENSE
    assert (kept["train"], kept["test"], kept["epochs"]) == (7291, 2007, plain["epochs"])
    settings = step.optimiser().config()["eta"], step.epochs, step.network(None, 0).parameter_count
    assert (kept["eta"], kept["epochs"], kept["parameters"]) == settings
    shares = kept["test_errors"] + kept["train_errors"] + kept["refused"]
    assert len(shares) == 3 * len(plain["test_errors"]) and all(0 < share < 0.5 for share in shares)
    found, digits = {}, datasets.digits(16)
    monkeypatch.setattr(zip_code_etas, "keep", lambda name, what: found.update({name: what}))
    told = {None: (digits, "digits")}  # without --data, no file of anybody's
    monkeypatch.setattr(recipes, "load", lambda recipe, path: told[path])
    with pytest.raises(SystemExit):
        zip_code_dense.main(["--validation", "--keep"])
    zip_code_dense.main(["--epochs", "2", "--seeds", "1", "--keep", "--cluster", here])
    assert found["zip_code_dense"].keys() | {"date"} == kept.keys() and found["zip_code_dense"]["test_errors"][0] < 0.3


def test_the_rejection_curve_that_is_kept_belongs_to_the_bundled_network():
    kept, log = since_1989.rejection(), recipes.log("zip_code_1989")["measured"]
    for part in ("train", "test"):
        assert kept[part]["error"] == pytest.approx(log[part]["error"], abs=1e-5)
        assert kept[part]["samples"] == log[part]["samples"]
    refused, error = (np.array(kept["curve"][name]) for name in ("refused", "error"))
    assert error[0] == kept["test"]["error"] and np.allclose(np.diff(refused), 0.01)
    assert error[refused >= kept["refused"]][0] <= 0.01 < error[0]
    assert len(kept["gaps"]) == kept["test"]["samples"] and kept["gaps"] == sorted(kept["gaps"])
    assert len(kept["wrong"]) == log["test"]["wrong"]
    sure = kept["gaps"][round(kept["refused"] * len(kept["gaps"])) :]
    assert sum(place >= len(kept["gaps"]) - len(sure) for place in kept["wrong"]) <= 0.01 * len(sure)


def test_the_table_of_the_paper_is_measured_on_any_digits():
    found = measure(recipes.bundled("zip_code_1989"), datasets.digits(16))
    assert set(found) == set(since_1989.rejection()) - {"date"}
    assert 0 < found["refused"] < 1 and 0 < found["test"]["error"] < 0.3
