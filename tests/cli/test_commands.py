"""The command `cnnlab`: each part tells what it does, does it, and says in one line why it cannot."""

import gzip
import json
import subprocess
import sys

import pytest

import cnnlab
from cnnlab import recipes
from cnnlab.cli import main, notebooks
from cnnlab.datasets import downloads, store

COMMANDS = ("lab", "doctor", "list", "summary", "progress", "train", "evaluate", "data", "assign", "grade")


@pytest.mark.parametrize(
    "words", [(), *((name,) for name in COMMANDS), *(("data", a) for a in ("list", "get", "verify"))]
)
def test_help_teaches(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main([*words, "--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0 and said.startswith(f"usage: {' '.join(['cnnlab', *words])}")
    if not words:
        assert all(f"\n    {name} " in said for name in COMMANDS)


@pytest.mark.parametrize(
    "words", [[], ["dance"], ["train"], ["data", "get", "imagenet"], ["summary"], ["assign", "09"], ["grade"]]
)
def test_what_makes_no_sense_ends_with_two(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2 and capsys.readouterr().err.splitlines()[-1].startswith("cnnlab")


def test_it_tells_its_version(capsys):
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"cnnlab {cnnlab.__version__}\n"


def test_it_is_python_m_cnnlab_too():
    ran = subprocess.run([sys.executable, "-m", "cnnlab", "data", "where"], capture_output=True, text=True)
    assert ran.stdout.splitlines() == [str(folder) for folder in store.folders()] and ran.returncode == 0


# ---- the notebooks


def test_notebooks_are_copied_and_those_of_the_learner_stay(tmp_path, capsys):
    folder = tmp_path / "a folder" / "mine"
    assert main(["lab", str(folder), "--copy-only"]) == 0
    names = [path.name for path in notebooks.sources()]
    assert capsys.readouterr().out == f"{folder}: {len(names)} notebooks copied\n"
    assert sorted(path.name for path in folder.iterdir()) == names
    assert all((folder / path.name).read_bytes() == path.read_bytes() for path in notebooks.sources())
    (folder / names[0]).write_text("mine")
    (folder / names[1]).unlink()
    assert main(["lab", str(folder), "--copy-only"]) == 0
    assert capsys.readouterr().out == f"{folder}: 1 notebooks copied, {len(names) - 1} of yours left as they are\n"
    assert (folder / names[0]).read_text() == "mine"


def test_they_open_in_jupyterlab(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(notebooks.subprocess, "call", lambda command: asked.append(command) or 7)
    assert main(["lab", str(tmp_path), "--", "--no-browser"]) == 7
    first = notebooks.sources()[0].name
    options = [f"--ServerApp.root_dir={tmp_path}", *notebooks.OPENING, "--no-browser"]
    options += [f"--LabApp.default_url=/lab/tree/{first}"]
    assert asked == [[sys.executable, "-m", "jupyterlab", *options]]


def test_a_file_is_no_folder_for_them(tmp_path, capsys):
    place = tmp_path / "taken"
    place.write_text("")
    assert main(["lab", str(place)]) == 1
    assert capsys.readouterr().err == f"cnnlab: FOLDER must be a folder for the notebooks; {place} is a file\n"


# ---- questions


def test_networks_are_told_as_tables(tmp_path, capsys):
    assert main(["summary", "tdnn"]) == 0
    table = capsys.readouterr().out
    assert "521" in table.splitlines()[-1]
    place = tmp_path / "mine.npz"
    recipes.bundled("tdnn").save(place)
    assert main(["summary", str(place)]) == 0 and capsys.readouterr().out == table
    assert main(["summary", "resnet"]) == 1
    assert "tdnn" in capsys.readouterr().err, "those that there are"


def test_progress_is_read_where_the_notebooks_are(tmp_path, capsys):
    assert main(["progress", str(tmp_path)]) == 1
    assert "something was predicted or solved; there is no" in capsys.readouterr().err
    (tmp_path / ".cnnlab").mkdir()
    note = {"choice": "To the left", "right": True, "at": "2026-01-01T00:00:00+00:00"}
    name = next(iter(cnnlab.check.series.QUESTIONS))
    kept = {"version": 1, "questions": {name: note}, "exercises": {}}
    (tmp_path / ".cnnlab" / "progress.json").write_text(json.dumps(kept))
    assert main(["progress", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("1 of ")


# ---- data


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "folders", lambda: [tmp_path])
    return tmp_path


def test_data_sets_are_listed_and_said_to_be_here_or_how_to_get_them(shelf, capsys):
    assert main(["data"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(downloads.REGISTRY)
    assert all(line.endswith(f"not here; cnnlab data get {line.split()[0]}") for line in lines)
    for remote in downloads.REGISTRY["usps"]:
        (shelf / remote.name).parent.mkdir(exist_ok=True)
        (shelf / remote.name).write_bytes(b"")
    assert main(["data", "list"]) == 0 and capsys.readouterr().out.splitlines()[0].endswith("2.3 MB: here")


def test_what_is_damaged_is_found_and_named(shelf, capsys):
    assert main(["data", "verify"]) == 0 and capsys.readouterr().out == "no downloaded data here\n"
    place = shelf / downloads.REGISTRY["usps"][0].name
    place.parent.mkdir()
    place.write_bytes(gzip.compress(b"6 0 0"))
    assert main(["data", "verify"]) == 1
    said = capsys.readouterr().out
    assert said == f"! {place}: damaged or incomplete. Remedy: delete it, then cnnlab data get usps\n"


def test_what_is_whole_is_said_to_be(shelf, capsys, monkeypatch):
    place = shelf / "one.bin"
    place.write_bytes(b"all of it")
    monkeypatch.setattr(downloads, "REGISTRY", {"one": (store.Remote("one.bin", "", store.sha256_of(place)),)})
    assert main(["data", "verify"]) == 0 and capsys.readouterr().out == f"{place}: whole\n"


def test_what_is_fetched_is_read_once(shelf, capsys, monkeypatch):
    digits = cnnlab.datasets.digits(8)
    monkeypatch.setattr(downloads, "mnist", lambda progress: digits)
    assert main(["data", "get", "mnist"]) == 0 and capsys.readouterr().out == "mnist: 1,797 samples, whole\n"

    def offline(progress):
        raise store.DownloadFailed("no network: put the files there by hand")

    monkeypatch.setattr(downloads, "mnist", offline)
    assert main(["data", "get", "mnist"]) == 1
    assert capsys.readouterr().err == "cnnlab: no network: put the files there by hand\n"


# ---- pages


def test_an_explorer_is_written_as_a_page_and_says_what_it_holds(tmp_path, capsys):
    assert main(["explain"]) == 0
    assert "PoolingRouter        Pooling router\n" in capsys.readouterr().out
    place = tmp_path / "shift.html"
    words = ["--title", "Shifts & <more>", "--set", "shift=2", "--only", "shift", "--caption", "Drag it."]
    assert main(["explain", "ShiftTest", "-o", str(place), *words]) == 0
    assert capsys.readouterr().out.startswith(f"{place}: ")
    page = place.read_text(encoding="utf-8")
    assert "<h1>Shifts &amp; &lt;more&gt;</h1>" in page and "<figcaption>Drag it.</figcaption>" in page


@pytest.mark.parametrize(
    "words, said",
    [
        (["Pooling"], "there is no explorer 'Pooling'; there are BestPatches, ChainRule, "),
        (["ShiftTest", "--set", "shift=far"], "shift must be a number, or two with a comma between them; got 'far'"),
        (["ShiftTest", "--set", "size=2"], "there is no control 'size'; the controls are shift, image"),
        (["ShiftTest", "-o", "page.txt"], "path must end in .html; got 'page.txt'"),
        (["ShiftTest", "--only", "shifts"], "sweeps must be a list of controls, of shift, image; got ['shifts']"),
    ],
)
def test_an_impossible_page_is_refused_in_one_sentence(tmp_path, capsys, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    assert main(["explain", *words]) == 1
    assert said in capsys.readouterr().err and not list(tmp_path.iterdir())
