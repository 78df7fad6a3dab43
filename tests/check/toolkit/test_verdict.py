"""The words of a check on a page: code looks like code, and every other sign is itself, in Markdown and in HTML."""

import html
import re

import mistune
import pytest

from cnnlab import check
from cnnlab.check.series import EXERCISES
from cnnlab.check.toolkit.verdict import MIME, Verdict, in_html, in_markdown

HARD = [
    "h[m, n] / M**2 * (window > 0), and m*, n* are where.",
    "w_j x + b_j and e_1_2; $5 < 6 & 7 > 4$ <b>no</b>",
    "`check.knot.hint()` helps; a lone ` does not. \\ is itself, ~~so~~ is #this | [it](there).",
    "Replace the ... by `e[m, n] += w * h`",
]


def read(page):
    """What is read of HTML, without its tags."""
    return html.unescape(re.sub("<[^>]*>", "", page)).strip()


def every_text():
    for name in EXERCISES:
        one = getattr(check, name)
        yield from (one.question, one.explain, *one.hints, *(mistake.reply for mistake in one.mistakes))


@pytest.mark.parametrize("way", [lambda text: mistune.html(in_markdown(text)), in_html], ids=["markdown", "html"])
def test_code_looks_like_code_and_every_other_sign_is_itself(way):
    for text in [*HARD, *every_text()]:
        page = way(f"✗ Not yet. {text}")
        assert read(page) == "✗ Not yet. " + re.sub("`([^`]+)`", r"\1", text).strip()
        assert re.findall("<(?!/)([a-z]+)", page.removeprefix("<p>")) == ["code"] * len(re.findall("`[^`]+`", text))


def test_an_output_holds_the_words_for_a_page_and_as_they_are():
    bundle = Verdict(False, "`check.knot.hint()` helps.\nA second line.", "sign")._repr_mimebundle_()
    assert bundle["text/markdown"] == "✗ Not yet. `check.knot.hint()` helps.  \nA second line."
    assert bundle["text/plain"] == "✗ Not yet. `check.knot.hint()` helps.\nA second line."
    assert bundle[MIME]["mistake"] == "sign"


def test_a_question_and_its_reply_show_code_too():
    asked = check.predict("What does `w * h` do?", {"it flips w": "Yes: `w[::-1]`.", "m*": "No."}, right="it flips w")
    assert "<code>w * h</code>" in asked._box.children[0].value
    assert asked._repr_mimebundle_()["text/markdown"].splitlines()[0] == "**Predict.** What does `w * h` do?"
    assert r"- ○ m\*" in asked._repr_mimebundle_()["text/markdown"].splitlines()
    asked.choose("it flips w")
    assert asked._reply.value == "✓ Right. Yes: <code>w[::-1]</code>."
