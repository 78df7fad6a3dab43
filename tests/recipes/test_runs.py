"""The commands `python -m cnnlab train` and `evaluate`, and what is done with recipes behind them."""

import json

import numpy as np
import pytest

from cnnlab import datasets, recipes
from cnnlab.cli import main
from cnnlab.datasets.base import Dataset
from cnnlab.datasets.fitting import labelled
from cnnlab.losses import CrossEntropy
from cnnlab.network import Network
from cnnlab.recipes import runs


@pytest.fixture(scope="module")
def heard():
    """A small data set, made once: synthesis takes its time."""
    return dict(zip(("x_train", "y_train", "x_test", "y_test", "names"), datasets.syllables(120, 60), strict=True))


@pytest.fixture
def folder(tmp_path, monkeypatch, heard):
    """An empty working folder with a small data file in it, syllables.npz."""
    monkeypatch.chdir(tmp_path)
    np.savez(tmp_path / "syllables.npz", **heard)
    return tmp_path


def test_train_writes_weights_and_a_log_and_evaluate_finds_the_same_error(folder, capsys):
    assert main(["train", "tdnn", "--data", "syllables.npz", "--epochs", "30"]) == 0
    log = json.loads((folder / "tdnn.json").read_text())
    assert log["measured"]["test"]["samples"] == 60 and log["measured"]["test"]["error"] < 0.3
    assert len(log["epochs"]) == 30 and log["epochs"][-1]["loss"] < log["epochs"][0]["loss"]
    assert set(log["epochs"][0]) == {"epoch", "loss", "accuracy"}  # no timings: the log can be compared
    assert "syllables.npz, sha256" in log["data"] and log["recipe"]["name"] == "tdnn" and log["seed"] == 0
    assert log["recipe"]["epochs"] == 30 != recipes.recipe("tdnn").epochs and log["names"] == ["b", "d", "g"]
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
    real, seen = runs.fit, []

    def stopped(*arguments, **options):
        return real(*arguments, **options, callback=lambda network, history: len(history) == 2 or None)

    monkeypatch.setattr(runs, "fit", stopped)
    history = None
    data, _ = recipes.load(recipes.recipe("tdnn"), "syllables.npz")
    _, history = recipes.train(recipes.recipe("tdnn"), data, epochs=4, checkpoint=".parts.npz.part.npz")
    assert len(history) == 2
    monkeypatch.setattr(runs, "fit", lambda *a, **o: seen.append(o["resume"]) or real(*a, **o))
    assert main([*call, "--out", "parts.npz", "--resume"]) == 0
    whole, parts = (Network.load(folder / f"{name}.npz").weights() for name in ("whole", "parts"))
    assert seen == [True] and all(np.array_equal(whole[key], parts[key]) for key in whole)


def test_no_epochs_are_not_all_epochs():
    data, recipe = datasets.syllables(6, 3), recipes.recipe("tdnn")
    with pytest.raises(ValueError, match="epochs must be a whole number of at least 1; got 0"):
        recipes.train(recipe, data, epochs=0, progress=False)


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
        (["train", "tdnn", "--epochs", "0"], "--epochs must be a whole number of at least 1; got 0"),
        (["train", "tdnn", "--seed", "-1"], "--seed must be a whole number of at least 0; got -1"),
        (["train", "tdnn", "--data", "syllables.npz", "--resume"], "there is no .tdnn.npz.part.npz"),
        (["evaluate", "tdnn", "--data", "turned.npz"], "got (16, 15, 1); exchange the axes with transpose"),
        (["evaluate", "tdnn", "--data", "positive.npz"], "values from -1 to 1 for this network; got 0 to 1"),
        (["evaluate", "alexnet_tiny", "--data", "paper.npz"], "values from 0 to 1 for this network; got -1 to 1"),
        (["evaluate", "tdnn", "--data", "renamed.npz"], "network knows (b, d, g); got p, t, k"),
        (["evaluate", "tdnn", "--data", "two.npz"], "as many classes as the network, 3; got 2: 0, 1"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(folder, capsys, call, message):
    x = np.zeros((4, 5, 5, 1))
    np.savez(folder / "wrong.npz", x_train=x, y_train=[0, 1, 2, 0], x_test=x, y_test=[0, 1, 2, 0])
    with np.load(folder / "syllables.npz") as file:
        arrays = {key: file[key] for key in file.files}
    for name, changes in {
        "turned": {key: arrays[key].swapaxes(1, 2) for key in ("x_train", "x_test")},
        "positive": {key: (arrays[key] + 1) / 2 for key in ("x_train", "x_test")},
        "renamed": {"names": ["p", "t", "k"]},
        "two": {key: arrays[key] // 2 for key in ("y_train", "y_test")} | {"names": ["0", "1"]},
        "paper": {key: np.resize(arrays[key], (len(arrays[key]), 32, 32, 3)) for key in ("x_train", "x_test")},
    }.items():
        if f"{name}.npz" in call:
            np.savez(folder / f"{name}.npz", **arrays | changes)
    assert main(call) == 1
    out, err = capsys.readouterr()
    assert out == "" and message in err and "Traceback" not in err


@pytest.mark.parametrize("name", recipes.RECIPES)
def test_the_log_beside_bundled_weights_says_what_they_were_trained_on(name):
    recipe, log = recipes.recipe(name), recipes.log(name)
    assert log["data"] == recipe.origin or "sha256" in log["data"]
    assert tuple(log.get("names", recipe.names)) == recipe.names
    assert recipes.bundled(name).output_shape == (len(recipe.names),)


FORMS = {
    "as the network knows them": (lambda x: x, 0),
    "bytes": (lambda x: np.uint8(np.round(127.5 * (x + 1))), 1),
    "shares of ink in colour": (lambda x: np.repeat((x + 1) / 2, 3, axis=3), 2),
    "dark ink on bright paper": (lambda x: np.uint8(np.round(127.5 * (1 - x))), 2),
}


@pytest.mark.parametrize("form", FORMS)
def test_digits_in_any_form_are_read_alike(tmp_path, capsys, form):
    change, remarks = FORMS[form]
    digits, recipe = datasets.digits(16), recipes.recipe("zip_code_1989")
    arrays = {"y_train": digits.y_train, "y_test": digits.y_test}
    np.savez(tmp_path / "own.npz", x_train=change(digits.x_train), x_test=change(digits.x_test), **arrays)
    data, origin = recipes.load(recipe, tmp_path / "own.npz")
    np.testing.assert_allclose(data.x_test, digits.x_test, atol=0.005)
    said = capsys.readouterr().err.splitlines()
    assert len(said) == remarks and all(line.split("own.npz: ")[1] in origin for line in said)


def test_a_folder_of_images_becomes_as_large_and_grey_as_the_network_wants(tmp_path):
    from PIL import Image

    for name in ("left", "right"):
        (tmp_path / name).mkdir()
        for k in range(2):
            image = Image.new("RGB", (40, 40), "white")
            image.paste("black", (0, 0, 10, 40) if name == "left" else (30, 0, 40, 40))
            image.save(tmp_path / name / f"{k}.png")
    data, origin = recipes.load(recipes.recipe("zip_code_1989"), tmp_path)
    assert data.shape == (16, 16, 1) and data.names == ("left", "right") and "exchanged" in origin
    assert data.x_test[0, :, :3].min() > 0.8 and data.x_test[0, :, 6:].max() < -0.8  # ink is 1, paper -1


def test_evaluate_finds_classes_by_their_names(folder, capsys):
    data = datasets.pictures(40, 200)
    arrays = dict(zip(("x_train", "y_train", "x_test", "y_test", "names"), data, strict=True))
    backwards = {key: 9 - arrays[key] for key in ("y_train", "y_test")} | {"names": data.names[::-1]}
    cats = {
        part + key: arrays[part + key][np.isin(arrays["y_" + key], (3, 9))]
        for part in ("x_", "y_")
        for key in ("train", "test")
    }
    cats |= {key: (cats[key] == 9).astype(int) for key in ("y_train", "y_test")} | {"names": ["cat", "tree"]}
    found = []
    for changes in ({}, backwards, {"names": tuple("0123456789")}, cats):
        np.savez("own.npz", **arrays | changes)
        capsys.readouterr()
        assert main(["evaluate", "alexnet_tiny", "--data", "own.npz", "--json"]) == 0
        found.append(json.loads(capsys.readouterr().out)["error"])
    assert found[0] == found[1] == found[2] < 0.1 and found[3] < 0.1
    arrays["names"] = [name.upper() for name in data.names]
    np.savez("own.npz", **arrays)
    for name in ("alexnet_tiny", "alexnet_lite"):
        assert main(["evaluate", name, "--data", "own.npz"]) == 1
        out, err = capsys.readouterr()
        assert out == "" and "BOAT, BUTTERFLY" in err and ", ".join(recipes.recipe(name).names) in err


@pytest.mark.parametrize(
    ("names", "known", "labels"),
    [
        (("7", "3"), tuple("0123456789"), [7, 3, 3]),
        (("0", "1"), tuple("0123456789"), [0, 1, 1]),
        (("0", "1"), ("cat", "dog"), [0, 1, 1]),
        (("ant", "bee"), (), [0, 1, 1]),
        (("0", "1"), ("cat", "dog", "owl"), "as many classes as the network, 3; got 2: 0, 1"),
        (("ant", "bee", "cow"), (), "as many classes as the network, 2; got 3: ant, bee, cow"),
        (("a", "b"), tuple("01"), "network knows .0, 1.; got a, b"),
        (("cat", "owl"), ("cat", "dog"), "network knows .cat, dog.; got cat, owl"),
    ],
)
def test_classes_are_found_by_name_and_by_number_only_where_they_have_none(names, known, labels):
    x, y = np.zeros((3, 1, 1, 1), np.float32), np.array([0, 1, 1])
    data = Dataset(x, y, x, y, names)
    if isinstance(labels, str):
        with pytest.raises(ValueError, match=labels):
            labelled(data, known, 2)
    else:
        assert labelled(data, known, 2).y_test.tolist() == labels


def test_weights_of_ones_own_know_their_classes_from_the_log_beside_them(folder, capsys):
    with np.load("syllables.npz") as file:
        arrays = {key: file[key] for key in file.files}
    np.savez("own.npz", **arrays | {"names": ["x", "y", "z"]})
    assert main(["train", "tdnn", "--data", "own.npz", "--epochs", "1", "--out", "own_weights.npz"]) == 0
    evaluate = ["evaluate", "tdnn", "--weights", "own_weights.npz", "--data"]
    assert main([*evaluate, "own.npz"]) == 0
    capsys.readouterr()
    assert main([*evaluate, "syllables.npz"]) == 1
    assert "network knows (x, y, z); got b, d, g" in capsys.readouterr().err
    (folder / "own_weights.json").unlink()
    assert main([*evaluate, "syllables.npz"]) == 0, "without a log only the count must fit"


def test_views_are_averaged():
    class Fake:
        def predict(self, x, batch=256):
            return np.stack([x, -x], axis=1)

        def predict_proba(self, x, batch=256):
            return CrossEntropy().yhat(self.predict(x))

    x, y = np.array([1.0, -1.0, 0.5]), np.array([0, 0, 0])
    found = recipes.measure(Fake(), x, y, views=lambda x: [np.array([1.0, 3.0, -2.0])])
    assert found == {"error": pytest.approx(1 / 3), "wrong": 1, "samples": 3, "error_views": pytest.approx(1 / 3)}
