"""Notebook 12 says of other voices what was measured."""

import json
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

from benchmarks import syllable_voices
from cnnlab.datasets import VARIETY

ROOT = Path(__file__).parents[2]
MANY = "all, three times as many"


@pytest.fixture(scope="module")
def kept():
    return json.loads((ROOT / "data" / "measured" / "syllable_voices.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def words():
    cells = nbformat.read(ROOT / "notebooks" / "12_phonemes_1988.ipynb", as_version=4).cells
    return re.sub(r"\s+", " ", " ".join(cell.source for cell in cells if cell.cell_type == "markdown"))


def test_what_it_says_of_one_kind_of_variety_was_measured(kept, words):
    one = {test: 100 * np.mean(errors) for test, errors in kept["errors"]["one voice"].items()}
    assert (
        f"{one['rooms']:.0f} % are misheard in other rooms, {one['voices']:.0f} % of other voices, "
        f"{one['noises']:.0f} % in noise and {one['levels']:.1f} % at other levels"
    ) in words
    assert max(VARIETY, key=one.get) == "rooms", "the right answer of the question"


def test_what_it_says_of_the_network_of_many_voices_was_measured(kept, words):
    def found(name, test):
        return 100 * np.mean(kept["errors"][name][test])

    one, few, many = (found(name, "all") for name in ("one voice", "all", MANY))
    assert many < few < one
    assert f"of one voice mishears {one:.0f} %, one that has learned from {kept['train']} varied" in words
    assert f"varied syllables {few:.0f} %, one that has learned from {3 * kept['train']:,} {many:.0f} %." in words
    one, few, many = (found(name, syllable_voices.FOUND) for name in ("one voice", "all", MANY))
    assert many < few < one and f"as in a recording, it is {one:.0f} %, {few:.0f} % and {many:.0f} %." in words
    assert f"({found(MANY, 'Ken'):.1f} % misheard, against {found('one voice', 'Ken'):.1f} %)" in words


def test_what_was_measured_is_what_the_program_measures(kept):
    assert set(kept["errors"]) == set(syllable_voices.TRAINED)
    assert (kept["train"], kept["test"], kept["seeds"]) == (
        syllable_voices.TRAIN,
        syllable_voices.TEST,
        syllable_voices.SEEDS,
    )
    tests = {*syllable_voices.HEARD, syllable_voices.FOUND, syllable_voices.LEVELLED}
    for row in kept["errors"].values():
        assert set(row) == tests and all(len(errors) == kept["seeds"] for errors in row.values())
    levelled = [abs(np.mean(row["all"]) - np.mean(row[syllable_voices.LEVELLED])) for row in kept["errors"].values()]
    assert max(levelled) < 0.002, "the window takes the level away by itself"


def test_one_network_is_measured_as_all_are(monkeypatch, here):
    for name, small in (("TRAIN", 30), ("TEST", 12), ("EPOCHS", 1)):
        monkeypatch.setattr(syllable_voices, name, small)
    monkeypatch.setitem(syllable_voices.TRAINED, "one voice", ("Ken", (), 30))
    monkeypatch.setattr(syllable_voices, "HEARD", {"Ken": ("Ken", ()), "all": (None, VARIETY)})
    found = syllable_voices.measure(1, ["one voice"], here)
    syllable_voices.heard.cache_clear()
    assert set(found["one voice"]) == {"Ken", "all", syllable_voices.LEVELLED, syllable_voices.FOUND}
    assert all(0 <= error <= 1 for errors in found["one voice"].values() for error in errors)
