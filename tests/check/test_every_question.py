"""Every question of the series, as it stands in its notebook: its place, its order, and what answers it."""

import ast
import importlib.util
import re
from collections import Counter
from pathlib import Path

import nbformat
import pytest

from cnnlab.check.predicting.prediction import SALT, shuffled
from cnnlab.check.series import NOTEBOOKS, QUESTIONS

ROOT = Path(__file__).parents[2]
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NOTES = {path.stem: nbformat.read(path, as_version=4).cells for path in PATHS}

spec = importlib.util.spec_from_file_location("tools_notebooks", ROOT / "tools" / "notebooks.py")
tool = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tool)


def asked(cell):
    """(question, answers with replies, right answer, name) of a cell that asks: all of it stands there literally."""
    call = ast.parse(cell.source).body[0].value
    named = {word.arg: ast.literal_eval(word.value) for word in call.keywords}
    question, answers = map(ast.literal_eval, call.args)
    assert named.keys() == {"right", "name"}, cell.source
    return question, answers, named["right"], named["name"]


def answers(cell):
    return cell.metadata.get("cnnlab", {}).get("answers")


ALL = [(stem, *asked(cell)) for stem, cells in NOTES.items() for cell in cells if tool.is_prediction(cell)]


def off(salt):
    """What is wrong with the places of the right answers, if they are drawn with this salt: "" if nothing is."""
    places, expected = Counter(), Counter()
    for _, question, answers, right, _ in ALL:
        places[shuffled(question, list(answers), salt).index(right)] += 1
        expected.update({place: 1 / len(answers) for place in range(len(answers))})
    uneven = [place for place in expected if not 0.7 <= places[place] / expected[place] <= 1.3]
    if places[0] > len(ALL) / 3 or uneven:
        return f"the right answers stand at {dict(sorted(places.items()))}"
    return ""


def test_the_right_answer_stands_in_each_place_about_equally_often():
    others = (str(number) for number in range(1000))
    assert not off(SALT), f"{off(SALT)}: choose another SALT, such as {next(s for s in others if not off(s))!r}"


def test_not_every_order_would_do():
    assert any(off(str(number)) for number in range(50)), "the test above asks for nothing"


@pytest.mark.parametrize("which", [max, min], ids=["longest", "shortest"])
def test_the_length_of_an_answer_does_not_tell_whether_it_is_right(which):
    """Who always chooses the longest one is right no more often than by chance, or hardly."""
    by_chance = found = 0.0
    for _, _, replies, right, _ in ALL:
        lengths = [len(answer) for answer in replies]
        ways = [answer for answer in replies if len(answer) == which(lengths)]
        by_chance += 1 / len(replies)
        found += (right in ways) / len(ways)
    assert 0.5 < found / by_chance < 1.5


def test_every_question_has_a_name_of_its_own_and_stands_where_the_package_says():
    assert tuple(NOTES) == NOTEBOOKS
    assert [(stem, name) for stem, *_, name in ALL] == [(stem, name) for name, stem in QUESTIONS.items()]
    assert len({question for _, question, *_ in ALL}) == len(ALL)


@pytest.mark.parametrize("stem", NOTES)
def test_what_answers_a_question_names_it_and_stands_behind_it(stem):
    before, answered = [], Counter()
    for cell in NOTES[stem]:
        name = answers(cell)
        if tool.is_prediction(cell):
            before.append(asked(cell)[3])
        after = tool.AFTER.match(cell.source) if cell.cell_type == "code" else None
        assert name in (None, *before), f"answers {name!r} before it is asked: {cell.source}"
        if cell.cell_type == "code":
            assert name == (after and after[1]), cell.source
            assert "check.after" not in cell.source or after, f"the first line covers: {cell.source}"
            answered[name] += after is not None
    assert [name for name in before if not answered[name]] == [], "no cell answers it"


@pytest.mark.parametrize("stem", NOTES)
def test_stored_outputs_of_what_answers_lie_in_a_closed_fold(stem):
    for cell in NOTES[stem]:
        if cell.cell_type == "code" and answers(cell):
            (output,) = cell.outputs
            assert output.output_type == "display_data" and output.data.keys() == {"text/html", "text/plain"}
            assert tool.is_fold(output.data) and output.data["text/html"].count("<details") == 1
            assert re.fullmatch(
                r"Choose an answer above first\. \(The question is '\w+'\.\)", output.data["text/plain"]
            )


def numbers(text):
    return set(re.findall(r"\d+(?:[.,]\d+)*", text))


def shown(output):
    """What a stored output says in words, on a page without a kernel."""
    return output.get("text", "") + output.get("data", {}).get("text/plain", "")


def sections(cells):
    """The cells of each part, from heading to heading."""
    parts = [[]]
    for cell in cells:
        if cell.cell_type == "markdown" and re.search("^##+ ", cell.source, re.MULTILINE):
            parts.append([])
        parts[-1].append(cell)
    return parts


@pytest.mark.parametrize("stem", NOTES)
def test_no_cell_beside_a_question_prints_its_answer_without_a_cover(stem):
    """A number that answers a question is not read where nobody has chosen yet: above it, or before what answers it."""
    for cells in sections(NOTES[stem]):
        for question, _, right, name in map(asked, filter(tool.is_prediction, cells)):
            until = max((i for i, cell in enumerate(cells) if answers(cell) == name), default=0)
            bare = [cell for cell in cells[:until] if not (answers(cell) or tool.is_prediction(cell))]
            printed = numbers(" ".join(shown(output) for cell in bare for output in cell.get("outputs", [])))
            wanted = numbers(right) - numbers(question) - {"0", "1"}  # these stand everywhere
            assert not wanted or not wanted <= printed, f"{name}: {right!r} is printed in its section"


@pytest.mark.parametrize("stem", NOTES)
def test_what_happened_is_folded_and_names_its_question(stem):
    question = None
    for cell in NOTES[stem]:
        if tool.is_prediction(cell):
            question = asked(cell)[3]
        if cell.cell_type != "markdown":
            continue
        if re.search("^## ", cell.source, re.MULTILINE):
            question = None
        assert "**What happened" not in cell.source, f"not folded: {cell.source}"
        folded = cell.source.startswith(tool.HAPPENED)
        assert folded or "<details" not in cell.source, cell.source
        assert not folded or (cell.source.endswith("\n\n</details>") and cell.source.count("<details") == 1)
        assert answers(cell) == (question if folded else None), cell.source


def test_cells_name_the_question_that_they_answer():
    happened = "<details><summary>What happened</summary>\n\nThis.\n\n</details>"
    cells = [
        ("markdown", "# Title", None),
        ("markdown", "## One", None),
        ("code", 'check.predict("?", {"a": "no", "b": "yes"}, right="b", name="first")', None),
        ("code", 'check.after("first")\nprint(3)', "first"),
        ("markdown", happened, "first"),
        ("markdown", "### Part", None),
        ("code", 'check.after("other")\nprint(3)', "other"),
        ("code", 'print(3)\ncheck.after("first")', None),
        ("markdown", happened, "first"),
        ("markdown", "## Two", None),
        ("markdown", happened, None),
        ("code", 'check.predict("?", {"a": "no", "b": "yes"}, right="b")', None),
        ("markdown", happened, None),
    ]
    notebook = nbformat.v4.new_notebook()
    new = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    notebook.cells = [new[kind](source, metadata={"cnnlab": {"answers": "wrong"}}) for kind, source, _ in cells]
    named = [cell.metadata.get("cnnlab", {}).get("answers") for cell in tool.normalise(notebook).cells]
    assert named == [name for *_, name in cells]


@pytest.mark.parametrize("stem", NOTES)
def test_nothing_is_marked_that_would_be_read_as_a_star_or_a_tick(stem):
    """Answers are the labels of buttons, plain words; in questions and replies code may be marked, and nothing else."""
    for _, question, replies, right, _ in (one for one in ALL if one[0] == stem):
        assert not [answer for answer in (*replies, right) if "`" in answer]
        for text in (question, *replies, *replies.values()):
            assert text.count("`") % 2 == 0 and not re.search(r"(?<![\w*])\*{1,2}\w[^*]*\w\*{1,2}(?!\w)", text), text
