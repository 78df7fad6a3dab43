"""The recipes."""

import json

import numpy as np
import pytest

from cnnlab import datasets, recipes
from cnnlab.cli import main
from cnnlab.datasets import downloads
from cnnlab.datasets.base import Dataset


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_data_of_a_recipe_are_told_with_their_arguments_or_sums(folder, monkeypatch):
    load, used = recipes.load, []
    monkeypatch.setattr(recipes, "load", lambda *given: used.append(load(*given)) or used[0])
    assert main(["train", "tdnn", "--epochs", "1"]) == 0
    told = json.loads((folder / "tdnn.json").read_text())["data"]
    data = eval(told, {"datasets": datasets})  # the words are the call
    assert np.array_equal(data.x_test, used[0][0].x_test) and np.array_equal(data.x_train, used[0][0].x_train)
    assert tuple(data.names) == recipes.recipe("tdnn").names
    for name, files in (("zip_code_1989", "usps"), ("alexnet_lite", "cifar10")):
        assert all(remote.sha256 in recipes.recipe(name).origin for remote in downloads.REGISTRY[files])
    assert downloads.FSDD_CONTENTS in recipes.recipe("tdnn_digits").origin


@pytest.mark.parametrize("name", recipes.RECIPES)
def test_every_recipe_builds_its_network_and_can_be_logged(name):
    recipe, rng = recipes.recipe(name), np.random.default_rng(0)
    x = rng.random((6, *recipe.shape)).astype(np.float32)
    network = recipe.network(Dataset(x, np.arange(6) % 3, x, np.arange(6) % 3, tuple("0123456789")), 0)
    assert network.input_shape == recipe.shape
    assert json.loads(json.dumps(recipe.settings()))["epochs"] == recipe.epochs
    if recipe.augment is not None:
        assert recipe.augment(x, rng).shape == x.shape
