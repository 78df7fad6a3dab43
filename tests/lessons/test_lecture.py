"""docs/lecture.md: what a topic's number means, for every place that cites one."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "lecture.md").read_text(encoding="utf-8")
TOPICS = {int(number): body for number, body in re.findall(r"^## (\d+)\. .+\n((?:(?!## ).*\n)*)", TEXT, re.MULTILINE)}
CITED = re.compile(r"\b[Tt]opics?\s+((?:\d+)(?:(?:\s*-\s*|\s*,\s*(?:and\s+)?|\s+and\s+|\s+to\s+)\d+)*)")


def cited(text):
    """The numbers of the topics that a text cites: `topics 2, 3 and 10-12`."""
    for passage in CITED.findall(text):
        for first, last in re.findall(r"(\d+)(?:\s*(?:-|\bto\b)\s*(\d+))?", passage):
            yield from range(int(first), int(last or first) + 1)


def notebook_topics():
    """{notebook: the numbers of its topics} of the table in README.md."""
    rows = re.findall(r"\| \[(\d\d_\w+)\]\(.+?\) \| ([^|]+) \|", (ROOT / "README.md").read_text(encoding="utf-8"))
    return {name: set(cited(f"topics {topics}")) for name, topics in rows}


def test_all_29_topics_are_there_in_order():
    assert list(TOPICS) == list(range(1, 30))


@pytest.mark.parametrize("number", TOPICS)
def test_a_topic_has_one_paragraph_a_formula_and_its_notebooks(number):
    before, formula, after = re.fullmatch(r"\n((?:.+\n)+)\n```math\n(.+)\n```\n\n(.+)\n*", TOPICS[number]).groups()
    assert len(before.split()) >= 25
    assert formula.count("{") == formula.count("}")
    names = re.findall(r"\[(\w+)\]\(\.\./notebooks/(\w+)\.ipynb\)", after)
    assert names and after == ("Notebook: " if len(names) == 1 else "Notebooks: ") + ", ".join(
        f"[{name}](../notebooks/{name}.ipynb)" for name, _ in names
    )
    for name, linked in names:
        assert name == linked and (ROOT / "notebooks" / f"{name}.ipynb").exists()


def test_the_page_names_the_notebooks_that_name_the_topic():
    for name, numbers in notebook_topics().items():
        for number in numbers:
            assert f"(../notebooks/{name}.ipynb)" in TOPICS[number], f"topic {number} does not link to {name}"


def test_topics_cited_anywhere_are_on_the_page():
    found = {}
    for folder in ("cnnlab", "tests", "benchmarks", "tools"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            for node in ast.walk(ast.parse(text)) if "opic" in text else ():
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    for number in cited(node.value):
                        found.setdefault(number, path.name)
    assert len(found) > 20, "the search finds what is cited"
    assert not {number: name for number, name in found.items() if number not in TOPICS}


def test_the_search_for_citations_reads_lists_and_ranges():
    assert list(cited("Lecture topic 13.")) == [13]
    assert list(cited("(lecture topics 8, 10 and 20-22)")) == [8, 10, 20, 21, 22]
    assert list(cited("topics 12,\n    13 and 15")) == [12, 13, 15]
    assert list(cited("the topic of 1989")) == []


def test_readme_and_contributing_lead_to_it():
    for name in ("README.md", "CONTRIBUTING.md"):
        assert "(docs/lecture.md)" in (ROOT / name).read_text(encoding="utf-8"), name
