"""The commands `python -m cnnlab train` and `evaluate`, and the recipes behind them."""

import json

import numpy as np
import pytest

from cnnlab import datasets, recipes
from cnnlab.__main__ import main
from cnnlab.datasets.base import Dataset
from cnnlab.network import Network


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty working folder with a small data file in it, syllables.npz."""
    monkeypatch.chdir(tmp_path)
    data = datasets.syllables(120, 60)
    arrays = dict(zip(("x_train", "y_train", "x_test", "y_test", "names"), data, strict=True))
    np.savez(tmp_path / "syllables.npz", **arrays)
    return tmp_path


def test_train_writes_weights_and_a_log_and_evaluate_finds_the_same_error(folder, capsys):
    assert main(["train", "tdnn", "--data", "syllables.npz", "--epochs", "30"]) == 0
    log = json.loads((folder / "tdnn.json").read_text())
    assert log["measured"]["test"]["samples"] == 60 and log["measured"]["test"]["error"] < 0.3
    assert len(log["epochs"]) == 30 and log["epochs"][-1]["loss"] < log["epochs"][0]["loss"]
    assert set(log["epochs"][0]) == {"epoch", "loss", "accuracy"}  # no timings: the log can be compared
    assert "syllables.npz, sha256" in log["data"] and log["recipe"]["name"] == "tdnn" and log["seed"] == 0
    assert sorted(p.name for p in folder.iterdir()) == ["syllables.npz", "tdnn.json", "tdnn.npz"]
    capsys.readouterr()
    assert main(["evaluate", "tdnn", "--data", "syllables.npz", "--weights", "tdnn.npz", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["error"] == log["measured"]["test"]["error"] and found["samples"] == 60 and found["name"] == "tdnn"
    assert main(["evaluate", "tdnn", "--data", "syllables.npz", "--weights", "tdnn.npz"]) == 0
    assert "% error" in capsys.readouterr().out


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(folder):
    for name, seed in (("a", "3"), ("b", "3"), ("c", "4")):
        call = ["train", "tdnn", "--data", "syllables.npz", "--epochs", "2", "--seed", seed, "--out", f"{name}.npz"]
        assert main(call) == 0
    a, b, c = (Network.load(folder / f"{name}.npz").weights() for name in "abc")
    assert all(np.array_equal(a[key], b[key]) for key in a)
    assert any(not np.array_equal(a[key], c[key]) for key in a)


def test_validation_never_sees_the_test_images(folder):
    assert main(["train", "tdnn", "--data", "syllables.npz", "--epochs", "1", "--validation"]) == 0
    measured = json.loads((folder / "tdnn.json").read_text())["measured"]
    assert set(measured) == {"train", "validation"}
    assert measured["train"]["samples"] == 108 and measured["validation"]["samples"] == 12


def test_a_run_that_was_stopped_goes_on(folder, monkeypatch):
    call = ["train", "tdnn", "--data", "syllables.npz", "--epochs", "4"]
    assert main([*call, "--out", "whole.npz"]) == 0
    real, seen = recipes.fit, []

    def stopped(*arguments, **options):
        return real(*arguments, **options, callback=lambda network, history: len(history) == 2 or None)

    monkeypatch.setattr(recipes, "fit", stopped)
    history = None
    data, _ = recipes.load(recipes.recipe("tdnn"), "syllables.npz")
    _, history = recipes.train(recipes.recipe("tdnn"), data, epochs=4, checkpoint=".parts.npz.part.npz")
    assert len(history) == 2
    monkeypatch.setattr(recipes, "fit", lambda *a, **o: seen.append(o["resume"]) or real(*a, **o))
    assert main([*call, "--out", "parts.npz", "--resume"]) == 0
    whole, parts = (Network.load(folder / f"{name}.npz").weights() for name in ("whole", "parts"))
    assert seen == [True] and all(np.array_equal(whole[key], parts[key]) for key in whole)


def test_list_names_every_recipe(capsys):
    assert main(["list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(recipes.RECIPES)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (["train", "lenet"], "name must be one of tdnn"),
        (["evaluate", "alexnet_2012"], "needs ImageNet"),
        (["evaluate", "tdnn", "--data", "nothing.npz"], "there is no nothing.npz"),
        (["train", "tdnn", "--data", "wrong.npz"], r"wrong.npz must hold images of shape (15, 16) for this network"),
        (["evaluate", "tdnn", "--weights", "nothing.npz"], "nothing.npz"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(folder, capsys, call, message):
    x = np.zeros((4, 5, 5, 1))
    np.savez(folder / "wrong.npz", x_train=x, y_train=[0, 1, 2, 0], x_test=x, y_test=[0, 1, 2, 0])
    assert main(call) == 1
    out, err = capsys.readouterr()
    assert out == "" and message in err and "Traceback" not in err


@pytest.mark.parametrize("name", recipes.RECIPES)
def test_every_recipe_builds_its_network_and_can_be_logged(name):
    recipe, rng = recipes.recipe(name), np.random.default_rng(0)
    x = rng.random((6, *recipe.shape)).astype(np.float32)
    network = recipe.network(Dataset(x, np.arange(6) % 3, x, np.arange(6) % 3, tuple("0123456789")), 0)
    assert network.input_shape == recipe.shape
    assert json.loads(json.dumps(recipe.settings()))["epochs"] == recipe.epochs
    if recipe.augment is not None:
        assert recipe.augment(x, rng).shape == x.shape


def test_held_out_images_come_from_the_training_part():
    x = np.arange(50, dtype=np.float32).reshape(50, 1, 1, 1)
    data = recipes.held_out(Dataset(x, np.arange(50) % 2, x - 100, np.zeros(50, int), ("a", "b")), 0.2)
    together = np.concatenate([data.x_train.ravel(), data.x_test.ravel()])
    np.testing.assert_array_equal(np.sort(together), np.arange(50))
    assert len(data.x_test) == 10
    np.testing.assert_array_equal(data.y_test, data.x_test.ravel() % 2)


def test_views_are_averaged():
    class Fake:
        def predict(self, x, batch=256):
            return np.stack([x, -x], axis=1)

    x, y = np.array([1.0, -1.0, 0.5]), np.array([0, 0, 0])
    found = recipes.measure(Fake(), x, y, views=lambda x: [np.array([1.0, 3.0, -2.0])])
    assert found == {"error": pytest.approx(1 / 3), "wrong": 1, "samples": 3, "error_views": pytest.approx(1 / 3)}
