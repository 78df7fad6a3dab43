"""The cells of a notebook as HTML: words, listings, pictures, questions, exercises and recorded explorers.

What answers a question lies in a fold until a choice is made; assets/questions.js opens it.
"""

import html
import re
from collections.abc import Callable
from typing import Any

from cnnlab.check import REGISTER, Verdict
from cnnlab.check.predicting.prediction import thought
from cnnlab.check.toolkit.verdict import MIME, in_html
from tools.notebooks import WIDGET, answered
from tools.website.inside import EXPLORER, PICTURE, QUESTION
from tools.website.markdown import Written, code, written
from tools.website.pictures import Pictures
from tools.website.room import heights
from tools.website.running import Run

AFTER = re.compile(r'^check\.after\("\w+"\)\n?', re.MULTILINE)
NAMED = re.compile(r"\b\d\d_[a-z0-9]+(?:_[a-z0-9]+)*\b")  # a notebook
TAGS = re.compile(r"(<a .*?</a>|<[^>]+>)", re.DOTALL)  # what no link may be put into
BY_HAND = "Choose an answer above first; or open this by hand."
ELSEWHERE = (
    "This one is solved in JupyterLab, where your answer is checked at once and every mistake has its own reply: "
    "<code>python3 lab.py</code> in a clone of cnnlab, or <code>cnnlab lab FOLDER</code> where it is installed."
)


class Body:
    """The HTML of one notebook.

    root : the way to the root of the site, such as "../". live : {cell of an explorer: name of its recipe} for Python
    in the page.
    """

    def __init__(
        self, run: Run, pictures: Pictures, root: str, link: Callable[[str], str | None], live: dict[str, str]
    ) -> None:
        self.run, self.pictures, self.root, self.link, self.live = run, pictures, root, link, live
        self.taken: set[str] = {"top", "search", "contents"}
        self.asked: dict[str, dict[str, Any]] = {}
        self.told: set[str] = set()
        self.explorers = 0

    def written(self) -> Written:
        """All cells."""
        whole = Written("")
        cells = self.run.notebook.cells
        for cell, answers in zip(cells, answered(cells), strict=True):
            if cell.cell_type == "markdown":
                part = written(cell.source, self.link, self.taken)
                whole.headings += part.headings
                whole.html += self.with_links(part.html)
            elif cell.cell_type == "code" and cell.source.strip():
                whole.html += self.code_cell(cell, answers)
        return whole

    def with_links(self, page: str) -> str:
        """Words and tags, in which names of notebooks lead to them."""

        def named(found: re.Match[str]) -> str:
            address = self.link(f"{found[0]}.ipynb")
            return f'<a href="{address}">{found[0]}</a>' if address and found[0] != self.run.name else found[0]

        return "".join(part if part.startswith("<") else NAMED.sub(named, part) for part in TAGS.split(page))

    def code_cell(self, cell: Any, answers: str | None) -> str:
        """A cell of code and what it shows."""
        shown = [self.output(output, cell) for output in cell.outputs]
        outputs = "\n".join(part for part in shown if part)
        if any(QUESTION in output.get("data", {}) for output in cell.outputs):
            return outputs + "\n"
        if answers and outputs:
            outputs = self.covered(answers, outputs)
        source = AFTER.sub("", cell.source).strip("\n")
        return f'<div class="cell">\n{code(source)}{outputs}\n</div>\n' if source else outputs

    def output(self, output: Any, cell: Any) -> str:
        """One thing that a cell shows."""
        if output.output_type == "error":
            raise ValueError(f"{self.run.name}, {cell.id}: {output.ename}: {output.evalue}")
        if output.output_type == "stream":
            return "" if output.name == "stderr" else printed(output.text)
        data = output.data
        if QUESTION in data:
            return self.question(data[QUESTION])
        if EXPLORER in data:
            return self.explorer(data, cell)
        if PICTURE in data:
            return self.picture(data[PICTURE])
        if "exercise" in data.get(MIME, {}):
            return exercise(data[MIME]["exercise"], data["text/plain"])
        if "text/markdown" in data:
            return f'<div class="out">{written(data["text/markdown"], self.link, self.taken).html}</div>'
        if WIDGET in data and "image/png" not in data:
            return ""
        if "image/png" in data:  # none of cnnlab.picture: it has no dark side, and no caption
            return self.pictures.alone(data["image/png"], data.get("text/plain", ""), self.root)
        return printed(data.get("text/plain", ""))

    def picture(self, about: dict[str, str]) -> str:
        """A still picture with its caption, which screen readers have from the image already."""
        caption = html.escape(about["caption"])
        images = self.pictures.themed(about, self.root)
        return f'<figure class="picture">{images}<figcaption aria-hidden="true">{caption}</figcaption></figure>'

    def explorer(self, data: Any, cell: Any) -> str:
        """A recorded explorer: a place that view.js fills, and until then its still picture."""
        about = data[EXPLORER]
        self.explorers += 1
        room = " ".join(f"{wide}:{high}" for wide, high in heights(about))
        name = self.live.get(f"{self.run.name}/{cell.id}")
        live = f' data-live="{html.escape(name)}"' if name else ""
        return (
            f'<figure class="explorer" id="explorer-{self.explorers}">'
            f'<div class="cnnlab-recorded" data-recording="{about["key"]}" data-heights="{room}"{live} '
            f'data-src="{self.root}recordings/{about["key"]}.js">{self.pictures.themed(data[PICTURE], self.root)}</div>'
            "</figure>"
        )

    def question(self, about: dict[str, Any]) -> str:
        """A prediction: the answers in the order of the notebook, and the reply to each."""
        name, right = about["name"], about["right"]
        self.asked[name] = about
        labels, replies = [], []
        for at, (answer, reply) in enumerate(about["answers"]):
            labels.append(
                f'<label><input type="radio" name="{name}" value="{at}"> <span>{in_html(answer)}</span></label>'
            )
            is_right = answer == right
            words = in_html(str(Verdict(is_right, reply)))
            replies.append(f'<p data-answer="{at}" class="{"right" if is_right else "wrong"}" hidden>{words}</p>')
        folded = "".join(
            f"<dt>{in_html(answer)}</dt><dd>{in_html(str(Verdict(answer == right, reply)))}</dd>"
            for answer, reply in about["answers"]
        )
        return (
            f'<form class="question" data-question="{name}" id="question-{name}"><fieldset>'
            f'<legend><span class="kind">Predict</span> {in_html(about["question"])}</legend>'
            f"{''.join(labels)}</fieldset>"
            f'<div class="replies" aria-live="polite">{"".join(replies)}</div>'
            f"<noscript><details><summary>The replies</summary><dl>{folded}</dl></details></noscript></form>"
        )

    def covered(self, name: str, outputs: str) -> str:
        """Outputs in a fold; over the first one behind a question stands what was thought."""
        about = self.asked.get(name)
        if about is None:
            raise ValueError(f"{self.run.name}: a cell answers {name!r}, which is asked nowhere before it")
        said = ""
        if name not in self.told:
            self.told.add(name)
            right = about["right"]
            for at, (answer, _) in enumerate(about["answers"]):
                you, it = thought({"choice": answer, "right": answer == right, "answer": right})
                words = f"<b>You thought:</b> {html.escape(you)} <b>It happened:</b> {html.escape(it)}"
                said += f'<p class="thought" data-question="{name}" data-answer="{at}" hidden>{words}</p>'
        return (
            f'<details class="cover" data-question="{name}"><summary>{BY_HAND}</summary>\n{said}{outputs}\n</details>'
        )


def printed(text: str) -> str:
    """Words that a cell printed."""
    text = re.sub(r"[^\n]*\r(?!\n)", "", text).rstrip("\n")
    return f'<pre class="out" tabindex="0">{html.escape(text)}</pre>' if text.strip() else ""


def exercise(name: str, said: str) -> str:
    """An exercise, which a page can only show: what its check says, three hints, and where it is solved."""
    hints = "".join(
        f"<details><summary>Hint {at}</summary><p>{in_html(hint)}</p></details>"
        for at, hint in enumerate(REGISTER[name].hints, 1)
    )
    return (
        f'<aside class="exercise" aria-label="Exercise {name}">'
        f'<p><span class="kind">Exercise</span> {in_html(said)}</p>'
        f'{hints}<p class="where">{ELSEWHERE}</p></aside>'
    )
