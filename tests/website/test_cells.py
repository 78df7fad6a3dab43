"""Cells become parts of a page: questions with their replies, what answers them in folds, exercises, explorers."""

import base64
import io
import re
from html.parser import HTMLParser

import nbformat
import numpy as np
import pytest
from PIL import Image

from cnnlab import check
from cnnlab.check.predicting.prediction import Prediction
from tools.website.building import Page, framed
from tools.website.cells import Body
from tools.website.inside import EXPLORER, PICTURE, QUESTION
from tools.website.markdown import links
from tools.website.pictures import Pictures, size
from tools.website.recipes import recipe_in, recipes_of
from tools.website.room import room_of
from tools.website.running import Run

ASK = 'check.predict("Which <way>?", {"Left": "Yes.", "Right & back": "No, `w` is 1."}, right="Left", name="bend")'


def png(grey):
    buffer = io.BytesIO()
    Image.fromarray(np.full((20, 30, 3), grey, np.uint8)).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


PICTURED = {"text/plain": "A cat", PICTURE: {"caption": "A <cat>", "light": png(250), "dark": png(10)}}
RECORDED = {"key": "abc", "title": "T", "heights": {"360": 900, "850": 500}, "bytes": 5, "frames": 2, "kind": "Logits"}


def cell(source, *outputs, kind="code"):
    """A cell; an output is a dict of its data, or text that was printed."""
    if kind == "markdown":
        return nbformat.v4.new_markdown_cell(source, id="words")
    made = [
        nbformat.v4.new_output("stream", name="stdout", text=output)
        if isinstance(output, str)
        else nbformat.v4.new_output("display_data", data=output)
        for output in outputs
    ]
    return nbformat.v4.new_code_cell(source, outputs=made, id=f"c{abs(hash(source))}")


def asked():
    made = Prediction("Which <way>?", {"Left": "Yes.", "Right & back": "No, `w` is 1."}, "Left")
    about = {"name": "bend", "question": made.question, "answers": list(made.answers.items()), "right": made.right}
    return cell(ASK, {"text/plain": repr(made), QUESTION: about})


def page(tmp_path, *cells):
    notebook = nbformat.v4.new_notebook(cells=list(cells))
    run = Run("07_convolution", notebook, tmp_path, 0)
    address = links("notebooks/07_convolution.html", {"notebooks/06_too_much_data.html"})
    body = Body(run, Pictures(tmp_path), "../", address, {})
    return body.written().html, body


def balanced(text):
    """Whether every element that is opened is closed, in turn."""
    stack = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            if tag not in {"img", "input", "br", "hr"}:
                stack.append(tag)

        def handle_endtag(self, tag):
            assert stack.pop() == tag, tag

    Reader().feed(text)
    return not stack


def test_a_question_has_its_answers_in_the_order_of_the_notebook_and_a_reply_to_each(tmp_path):
    text, body = page(tmp_path, asked())
    order = list(Prediction("Which <way>?", {"Left": "", "Right & back": ""}, "Left").answers)
    shown = re.findall(r'value="\d"> <span>(.*?)</span>', text)
    assert [each.replace("&amp;", "&") for each in shown] == order
    assert "Which &lt;way&gt;?" in text and "<way>" not in text and balanced(text)
    replies = dict(re.findall(r'<p data-answer="(\d)" class="(\w+)" hidden>', text))
    assert replies == {str(order.index("Left")): "right", str(order.index("Right & back")): "wrong"}
    assert "✗ Not yet. No, <code>w</code> is 1." in text and "✓ Right. Yes." in text
    assert list(body.asked) == ["bend"] and "check.predict" not in text


def test_what_answers_a_question_lies_in_a_closed_fold_and_the_first_says_what_was_thought(tmp_path):
    after = 'check.after("bend")\n'
    text, _ = page(tmp_path, asked(), cell(f"{after}print(1)", "1\n"), cell(f"{after}print(2)", "2\n"), cell("3", "3"))
    folds = re.findall(r'<details class="cover" data-question="bend">(.*?)</details>', text, re.DOTALL)
    assert len(folds) == 2 and balanced(text)
    assert (
        '<pre class="out" tabindex="0">1</pre>' in folds[0]
        and ">2</pre>" in folds[1]
        and ">3</pre>" not in "".join(folds)
    )
    assert folds[0].count('class="thought"') == 2 and "thought" not in folds[1]
    assert "You saw it coming" in folds[0] and "<details open" not in text
    assert "check.after" not in text, "the page does that itself"


def test_a_cell_that_answers_what_nobody_asks_stops_the_build(tmp_path):
    with pytest.raises(ValueError, match="answers 'bend', which is asked nowhere"):
        page(tmp_path, cell('check.after("bend")\nprint(1)', "1\n"))


def test_an_error_in_a_cell_stops_the_build(tmp_path):
    bad = cell("1 / 0")
    bad.outputs = [nbformat.v4.new_output("error", ename="ZeroDivisionError", evalue="by zero", traceback=[])]
    with pytest.raises(ValueError, match=r"07_convolution.*ZeroDivisionError: by zero"):
        page(tmp_path, bad)


def test_a_picture_is_two_files_with_their_sizes_and_words(tmp_path):
    text, _ = page(tmp_path, cell("draw", PICTURED), cell("again", PICTURED))
    files = list((tmp_path / "pictures").iterdir())
    assert len(files) == 2 and all(size(file.read_bytes()) == (30, 20) for file in files)
    assert text.count('class="light" src="../pictures/') == text.count('class="dark" src="../pictures/') == 2
    assert 'width="30" height="20"' in text and 'alt="A &lt;cat&gt;"' in text and "data:image" not in text


def test_a_picture_of_others_is_shown_as_it_is(tmp_path):
    text, _ = page(tmp_path, cell("plot", {"text/plain": "<Figure>", "image/png": png(3)}))
    assert re.findall(r'class="(\w+)" src="\.\./pictures/', text) == ["white"] and 'alt="&lt;Figure&gt;"' in text


def test_an_explorer_has_a_place_that_its_recording_fills(tmp_path):
    text, body = page(tmp_path, cell("explore.Logits()", PICTURED | {EXPLORER: RECORDED}))
    assert 'data-recording="abc"' in text and 'data-src="../recordings/abc.js"' in text
    assert 'data-heights="360:980 850:548"' in text and body.explorers == 1 and balanced(text)
    assert text.count("<img") == 2


def test_what_can_go_live_says_so_and_its_page_allows_a_worker_only_then(tmp_path):
    shown = cell("explore.Logits()", PICTURED | {EXPLORER: RECORDED})
    run = Run("07_convolution", nbformat.v4.new_notebook(cells=[shown]), tmp_path, 0)
    assert recipes_of([run]) == {f"07_convolution/{shown.id}": ("Logits0", "explore.Logits()")}
    texts = []
    for live in ({}, {f"07_convolution/{shown.id}": "Logits0"}):
        written = Body(run, Pictures(tmp_path), "../", lambda url: None, live).written()
        texts.append(framed(Page("notebooks/a.html", "A", written, "notebook", explorers=1), [], bool(live)))
    still, alive = texts
    assert "data-live" not in still and "live.js" not in still and "wasm" not in still and "worker" not in still
    assert 'data-live="Logits0"' in alive and alive.index("view.js") < alive.index('src="../live/live.js"')
    assert "wasm-unsafe-eval" in alive and "worker-src" in alive and "connect-src" in alive


def test_an_explorer_has_its_room_before_it_is_there(tmp_path):
    _, body = page(tmp_path, cell("explore.Logits()", PICTURED | {EXPLORER: RECORDED}))
    assert room_of([body.run, body.run]).splitlines() == [
        '[data-recording="abc"] { min-height: 980px }',
        '@container explorer (min-width: 850px) { [data-recording="abc"] { min-height: 548px } }',
    ]


def test_an_exercise_is_shown_with_its_question_hints_and_where_it_is_solved(tmp_path):
    said = check.loss_value(...)
    bundle = said._repr_mimebundle_()
    text, _ = page(
        tmp_path, cell("def loss_value(yhat, y):\n    return ..."), cell("check.loss_value(loss_value)", bundle)
    )
    assert text.count("<summary>Hint ") == 3 and "python3 lab.py" in text and "cnnlab lab FOLDER" in text
    assert "def" in text and balanced(text)


def test_names_of_notebooks_in_the_text_lead_to_them(tmp_path):
    text, _ = page(tmp_path, cell("*you need: 06_too_much_data*, 07_convolution, 99_none, `06_x`", kind="markdown"))
    assert re.findall(r'href="([^"]+)">(\w+)<', text) == [("06_too_much_data.html", "06_too_much_data")]


def test_a_recipe_is_what_needs_no_other_cell():
    assert recipe_in("x = explore.Logits((1.2, 1.0))\nx.set(a=1)\nx") == "explore.Logits((1.2, 1.0))"
    assert (
        recipe_in("explore.P(target=lambda x: np.abs(x), units=3)") == "explore.P(target=lambda x: np.abs(x), units=3)"
    )
    assert recipe_in("explore.WholeNetwork(net, digits.x_test)") is None
    assert recipe_in("explore.P(function=mine)") is None and recipe_in("print(1)") is None
