"""Where `train` writes: seen to be free before the work, one name for each file, and each log tied to its weights."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from cnnlab import datasets, recipes
from cnnlab.cli import main
from cnnlab.datasets.base import embedded
from cnnlab.files import held

ROOT = Path(__file__).parents[2]
CALL = ["train", "tdnn", "--data", "syllables.npz", "--epochs", "1"]


@pytest.fixture(scope="module")
def heard():
    """A small data set, made once: synthesis takes its time."""
    return dict(zip(("x_train", "y_train", "x_test", "y_test", "names"), datasets.syllables(12, 6), strict=True))


@pytest.fixture
def folder(tmp_path, monkeypatch, heard):
    """An empty working folder with a small data file in it, syllables.npz."""
    monkeypatch.chdir(tmp_path)
    np.savez("syllables.npz", **heard)
    return tmp_path


@pytest.fixture
def idle(monkeypatch):
    """Nothing may be trained."""
    monkeypatch.setattr(recipes, "load", lambda *given: pytest.fail("data were loaded"))


def refused(capsys, words):
    assert main(words) == 1
    out, err = capsys.readouterr()
    assert out == "" and len(err.splitlines()) == 1
    return err


@pytest.mark.parametrize(
    ("out", "words"),
    [
        ("result.json", "--out must name the file of the weights, such as result.npz; got result.json"),
        ("there/", "there/ must name a file"),
        ("new/", "new/ must name a file"),
        ("there", "there cannot be written: it is a folder"),
        ("nowhere/a.npz", "there is no folder"),
        ("log_is_a_folder.npz", "log_is_a_folder.json cannot be written: it is a folder"),
        ("part_is_a_folder.npz", ".part_is_a_folder.npz.part.npz cannot be written: it is a folder"),
        ("pipe", "pipe cannot be written: it is no plain file"),
        ("syllables.npz", "--out must not be written over --data; syllables.npz is the same file"),
        ("link.npz", "--out must not be written over --data; link.npz is the same file"),
        ("package.npz", "would have its log in package.json, and that is another file"),
        ("eta0.02", "--out eta0.02 would have its log in eta0.02.json, which is that of eta0.02.npz"),
        ("eta0.05.npz", "--out eta0.05.npz would have its log in eta0.05.json, which is that of eta0.05"),
        ("x" * 300, "File name too long"),
    ],
)
def test_a_place_that_cannot_be_written_is_refused_before_the_work(folder, idle, capsys, out, words):
    for name in ("there", "log_is_a_folder.json", ".part_is_a_folder.npz.part.npz"):
        (folder / name).mkdir()
    for name in ("eta0.02.npz", "eta0.05"):
        (folder / name).touch()
    (folder / "package.json").write_text('{"name": "of somebody else"}')
    os.mkfifo("pipe")
    (folder / "link.npz").symlink_to("syllables.npz")
    before = sorted(path.name for path in folder.iterdir())
    assert words in refused(capsys, [*CALL, "--out", out])
    assert sorted(path.name for path in folder.iterdir()) == before


def test_two_trainings_of_one_file_do_not_mix(folder, idle, capsys):
    with held("tdnn.npz"):
        assert "another process is at work on" in refused(capsys, CALL)


def test_names_that_differ_behind_a_point_have_logs_of_their_own(folder, capsys):
    for eta in ("eta0.02", "eta0.05"):
        assert main([*CALL, "--out", eta]) == 0
    assert f"weights in {eta}, log in {eta}.json" in capsys.readouterr().out
    expected = ["eta0.02", "eta0.02.json", "eta0.05", "eta0.05.json", "syllables.npz"]
    assert sorted(path.name for path in folder.iterdir()) == expected
    for weights, log in {"a.npz": "a.json", "A.NPZ": "A.json", "a.b": "a.b.json", ".npz": ".npz.json"}.items():
        assert recipes.log_place(folder / weights) == folder / log


def test_a_log_of_other_weights_is_refused(folder, capsys):
    for name, seed in (("a.npz", "0"), ("b.npz", "1")):
        assert main([*CALL, "--out", name, "--seed", seed]) == 0
    evaluate = ["evaluate", "tdnn", "--data", "syllables.npz", "--weights"]
    assert main([*evaluate, "a.npz"]) == main([*evaluate, "b.npz"]) == 0
    log = json.loads((folder / "a.json").read_text())
    assert log["weights"] == recipes.sum_of("a.npz") != recipes.sum_of("b.npz")
    capsys.readouterr()
    os.replace("b.npz", "a.npz")
    assert "a.json is the log of other weights than a.npz" in refused(capsys, [*evaluate, "a.npz"])
    (folder / "a.json").write_text(json.dumps(log | {"weights": recipes.sum_of("a.npz"), "names": "bdg"}))
    assert "a.json is damaged: names must be a list of texts; got bdg" in refused(capsys, [*evaluate, "a.npz"])
    (folder / "a.json").write_text("{")
    assert "a.json cannot be read as a JSON file" in refused(capsys, [*evaluate, "a.npz"])
    (folder / "a.json").write_text('{"name": "of somebody else"}')
    assert main([*evaluate, "a.npz"]) == 0


@pytest.mark.parametrize("name", recipes.RECIPES)
def test_logs_of_bundled_weights_are_theirs(name):
    log = recipes.log(name)
    assert log["recipe"]["name"] == name and log["weights"] == recipes.sum_of(embedded(f"weights/{name}.npz"))


@pytest.mark.parametrize(("epochs", "written"), [(0, False), (1, False), (1, True)])
def test_who_stops_is_told_what_was_kept(folder, capsys, monkeypatch, epochs, written):
    real = recipes.train

    def stopped(*arguments, **options):
        network, history = real(*arguments, **options)
        history.epochs, history.interrupted = history.epochs[:epochs], True
        if not written:
            (folder / ".tdnn.npz.part.npz").unlink()
        return network, history

    monkeypatch.setattr(recipes, "train", stopped)
    assert main(CALL) == 130
    kept = "stopped after 1 epoch; --resume goes on from .tdnn.npz.part.npz"
    assert (
        capsys.readouterr().out.strip()
        == [
            "stopped before the first epoch was finished: nothing was kept",
            kept,
        ][written]
    )


def test_stopping_while_data_are_made_takes_one_line(folder, capsys, monkeypatch):
    def slow(*given):
        threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()
        for _ in range(100):  # a single long wait sleeps on if the signal comes a moment before it begins
            time.sleep(0.1)

    monkeypatch.setattr(recipes, "load", slow)
    assert main(CALL) == 130
    assert capsys.readouterr().err == "cnnlab: stopped\n"


@pytest.mark.parametrize("words", [["-m", "cnnlab", "list"], ["-m", "cnnlab", "doctor"]])
@pytest.mark.parametrize("module", ["numpy", "argparse"])
def test_stopping_while_cnnlab_is_still_imported_takes_one_line(words, module, tmp_path):
    """A module that takes long, in the place of one that is imported early, and of one that `__main__` imports."""
    waits = "import time; print('now', flush=True)\nfor _ in range(600): time.sleep(0.1)"
    (tmp_path / f"{module}.py").write_text(waits)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": environment}
    with subprocess.Popen([sys.executable, *words], cwd=tmp_path, **streams) as process:
        assert process.stdout.readline() == "now\n"
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert said == "cnnlab: stopped\n" and process.returncode in (130, -signal.SIGINT)


def test_other_problems_of_an_import_are_told_as_ever(tmp_path):
    (tmp_path / "numpy.py").write_text("raise RuntimeError('broken')")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    ran = subprocess.run([sys.executable, "-m", "cnnlab", "list"], env=environment, capture_output=True, text=True)
    assert ran.returncode == 1 and "Traceback" in ran.stderr and "RuntimeError: broken" in ran.stderr
