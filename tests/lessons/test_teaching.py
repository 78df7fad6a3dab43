"""The page for teachers: each notebook has its section, with its minutes, and every question and exercise is named."""

import re
import sys
from pathlib import Path

import pytest

from cnnlab import explore
from cnnlab.check.series import EXERCISES, NOTEBOOKS, QUESTIONS

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tools import teaching_page  # noqa: E402

PAGE = teaching_page.PAGE.read_text(encoding="utf-8")


def section(name):
    return re.split(r"\n##+ ", PAGE.split(f"\n### {name}\n")[1])[0]


def test_topics_and_minutes_are_those_of_the_notebooks():
    assert teaching_page.written(PAGE) == PAGE, "run: python tools/front_page.py"
    changed = PAGE.replace("60 minutes*", "61 minutes*", 1)
    assert changed != PAGE and teaching_page.written(changed) == PAGE


def test_the_notebooks_have_a_section_each_in_their_order():
    assert tuple(re.findall(r"^### (\d\d_\w+)$", PAGE, re.MULTILINE)) == NOTEBOOKS


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_each_misconception_names_its_prediction_and_no_prediction_is_left_out(name):
    rows = re.findall(r"^\| (.+) \| `(\w+)` \|$", section(name), re.MULTILINE)
    assert [asked for _, asked in rows] == [asked for asked, home in QUESTIONS.items() if home == name]
    assert len({words for words, _ in rows}) == len(rows)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_each_exercise_is_named_and_each_explorer_is_one_of_the_notebook(name):
    words, shown = section(name).split("**Set**")[1].split("**Show**")
    assert set(re.findall(r"`(\w+)`", words)) == {one for one, home in EXERCISES.items() if home == name}
    source = (ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
    named = set(re.findall(r"\b[A-Z]\w+", shown)) & set(explore.__all__)
    assert named and all(f"explore.{one}(" in source for one in named)
    assert set(re.findall(r"\b[A-Z]\w+", shown)) == named, "a name that is no explorer"
