"""What is kept on the disk: shared by kernels, whole or not at all, and never in the way."""

import json
import os
import sys
import threading

import pytest

from cnnlab.check.toolkit import kept as module
from cnnlab.check.toolkit.kept import Kept, in_notebook, wanted
from cnnlab.files import held


@pytest.fixture
def path(tmp_path):
    return tmp_path / ".cnnlab" / "progress.json"


def test_two_kernels_share_one_file(path):
    one, other = Kept(path), Kept(path)
    one.note("questions", "bend", choice="left", right=True, answer="left")
    other.note("exercises", "knot", solved=True, attempts=2)
    other.note("questions", "sharp", shown=True)
    whole = json.loads(path.read_text(encoding="utf-8"))
    assert set(whole["questions"]) == {"bend", "sharp"} and set(whole["exercises"]) == {"knot"}
    assert whole["questions"]["bend"]["at"].endswith("+00:00")
    later = Kept(path)
    assert later.get("questions", "bend")["choice"] == "left" and later.get("exercises", "knot")["attempts"] == 2
    one.read()
    assert one.get("exercises", "knot")["solved"] is True
    assert [file.name for file in path.parent.iterdir()] == ["progress.json"], "no lock and no part is left"


def test_a_file_that_somebody_holds_for_ever_stops_nobody(path, monkeypatch):
    notes = Kept(path)
    notes.note("questions", "bend", choice="left")
    monkeypatch.setattr(module, "PATIENCE", 2)
    with held(path):
        notes.note("questions", "sharp", shown=True)
    assert Kept(path).get("questions", "sharp") == {} and notes.get("questions", "sharp")["shown"] is True
    monkeypatch.undo()
    with held(path):
        waiting = threading.Thread(target=notes.note, args=("questions", "sharp"), kwargs={"shown": True})
        waiting.start()
        waiting.join(0.1)
    waiting.join()
    assert Kept(path).get("questions", "sharp")["shown"] is True, "as soon as it is free"


def test_to_forget_is_to_forget(path):
    notes = Kept(path)
    for name in ("bend", "sharp"):
        notes.note("questions", name, shown=True)
    notes.forget("bend")
    assert notes.get("questions", "bend") == {} == Kept(path).get("questions", "bend")
    assert Kept(path).get("questions", "sharp")["shown"] is True
    notes.forget(None)
    assert Kept(path).notes == {"questions": {}, "exercises": {}}


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"version": 2}',
        '{"version": 1, "questions": [], "exercises": {}}',
        '{"version": 1, "questions": {"a": 3}, "exercises": {}}',
        "\x00\x01",
        '{"version": 1, "questions": ' + "[" * 200 + "]" * 200 + "}",
    ],
)
def test_a_damaged_file_is_set_aside_with_a_sentence_and_a_new_one_begun(path, text, capsys):
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    notes = Kept(path)
    notes.note("questions", "bend", choice="left")
    said = capsys.readouterr().err
    assert "progress.json" in said and "A new one is begun; the old one is now" in said and said.count("\n") == 1
    (aside,) = path.parent.glob("damaged-*.json")
    assert aside.read_text(encoding="utf-8") == text
    assert Kept(path).get("questions", "bend")["choice"] == "left"


def test_a_file_that_is_damaged_later_loses_nothing_of_this_kernel(path, capsys):
    notes = Kept(path)
    notes.note("questions", "bend", choice="left")
    path.write_text("{", encoding="utf-8")
    notes.note("questions", "sharp", shown=True)
    assert Kept(path).notes["questions"].keys() == {"bend", "sharp"} and "A new one is begun" in capsys.readouterr().err


def test_where_nothing_can_be_written_all_goes_on_and_one_sentence_says_so(tmp_path, capsys):
    (tmp_path / ".cnnlab").write_text("a file in the place of the folder", encoding="utf-8")
    notes = Kept(tmp_path / ".cnnlab" / "progress.json")
    notes.note("questions", "bend", choice="left")
    notes.note("questions", "bend", right=True)
    assert notes.get("questions", "bend")["choice"] == "left"
    said = capsys.readouterr().err
    assert "known until the kernel ends" in said and said.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_read_only_does_no_harm(tmp_path, capsys):
    tmp_path.chmod(0o500)
    Kept(tmp_path / ".cnnlab" / "progress.json").note("questions", "bend", choice="left")
    tmp_path.chmod(0o700)
    assert "known until the kernel ends" in capsys.readouterr().err


def test_whoever_watches_a_question_is_told(path):
    notes, told = Kept(None), []
    end = notes.watch("bend", lambda: told.append(notes.get("questions", "bend")))
    notes.note("questions", "sharp", shown=True)
    notes.note("questions", "bend", shown=True)
    end()
    end()
    notes.note("questions", "bend", choice="left")
    assert [note["shown"] for note in told] == [True]


def test_nothing_is_written_outside_of_a_notebook_or_where_it_is_switched_off(monkeypatch):
    assert not in_notebook() and not wanted()
    monkeypatch.setattr(module, "in_notebook", lambda: True)
    for name in ("CNNLAB_KEEP", "CNNLAB_PROGRESS"):
        monkeypatch.delenv(name, raising=False)
    assert wanted()
    for name in ("CNNLAB_KEEP", "CNNLAB_PROGRESS"):
        monkeypatch.setenv(name, "Off")
        assert not wanted()
        monkeypatch.delenv(name)
