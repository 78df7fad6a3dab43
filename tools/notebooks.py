"""Execute the notebooks and bring them into the one form in which they are committed.

    python tools/notebooks.py execute [NAME ...]   run from top to bottom, normalise, write
    python tools/notebooks.py check [NAME ...]     say which ones are not in that form (exit status 1)
    python tools/notebooks.py memory [NAME ...]    run; how many megabytes the kernel holds then, and held at most
    python tools/notebooks.py readme               write the table of notebooks into README.md

NAME is the name of a notebook with or without folder and ending (11_pooling); none means all of them.

The form: the first cell states the minutes that are counted (lesson_time.py); outputs are there, as pictures and text
(image/png, text/plain, text/markdown, text/latex, and a cnnlab.picture.Picture on light paper as text/html), the notes
of checks, and, where a prediction comes first, a closed fold (text/html) around the pictures and the text; no widget
views (a reader would see "model not found" in their place), no widget state, no stderr, no timings, cells numbered, no
metadata but tags, the folded input of predictions, and the question that a cell answers.  Two executions in a row give
the same bytes, unless a cell itself prints something new.
"""

import argparse
import os
import re
import sys
import tempfile
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tools.lesson_time import with_minutes  # noqa: E402

FOLDER = ROOT / "notebooks"
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
KEPT = ("image/png", "text/plain", "text/markdown", "text/latex", "application/vnd.cnnlab.verdict+json")
FOLD = "<details><summary>"  # what cnnlab.check.after covers begins so, and so does "What happened" in Markdown
HAPPENED = f"{FOLD}What happened</summary>\n\n"
AFTER = re.compile(r'check\.after\("(\w+)"\)$', re.MULTILINE)
NAME = re.compile(r'\bname="(\w+)"\)$')
SHEET = '<figure style="margin: 0">'  # a cnnlab.picture.Picture as text/html begins so
NIGHT = re.compile(
    r"<style scoped>[^<]*</style>"
)  # it on dark paper: JupyterLab and GitHub drop it from stored outputs
WIDGET = "application/vnd.jupyter.widget-view+json"
HEAD = re.compile(
    r"# (.+)\n\n\*(?:[Ll]ecture topics? ([^·]+)|[Nn]o lecture topic) · (\d+) minutes · you need: .+\*(?:\n|$)"
)
SHAPE = "# Title: the idea\n\n*Lecture topics 1-2 · 20 minutes · you need: 01_five_steps*"
GAUGE = """
import resource, sys, psutil
most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(psutil.Process().memory_info().rss / 1e6, most / (1e6 if sys.platform == "darwin" else 1e3))
"""
MARKS = ("<!-- notebooks -->\n", "<!-- end of notebooks -->\n")


def find(names):
    """The paths of the notebooks called `names`, or of all."""
    paths = sorted(FOLDER.glob("*.ipynb")) if not names else [FOLDER / f"{Path(name).stem}.ipynb" for name in names]
    for path in paths:
        if not path.exists():
            sys.exit(f"no notebook {path.name} in {FOLDER.name}/")
    return paths


def execute(notebook, folder, watch=None, begin="", timeout=300):
    """Run `notebook` in a fresh kernel whose working directory is `folder`; the outputs are left in it.

    watch : a function of the client, called behind each cell, when the kernel is still there.
    begin : Python that the kernel runs before the first cell. timeout : seconds that a cell may take.
    """
    from nbclient import NotebookClient

    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    with tempfile.TemporaryDirectory() as profile:  # the user's own start-up files stay out of it
        if begin:
            startup = Path(profile, "profile_default", "startup", "begin.py")
            startup.parent.mkdir(parents=True)
            startup.write_text(begin, encoding="utf-8")
        client = NotebookClient(
            notebook,
            timeout=timeout,
            kernel_name="python3",
            resources={"metadata": {"path": str(folder)}},
            store_widget_state=False,
            record_timing=False,
        )
        if watch is not None:
            client.on_cell_executed = lambda **about: watch(client)
        client.execute(env={**os.environ, "IPYTHONDIR": profile, "CNNLAB_KEEP": "off"})
    return notebook


def memory(notebook, folder):
    """(megabytes that the kernel of `notebook` holds when all of it was run, at most while it ran)."""
    notebook.cells.append(nbformat.v4.new_code_cell(GAUGE))
    for output in execute(notebook, folder).cells[-1].outputs:
        if output.output_type == "stream" and output.name == "stdout":
            return tuple(map(float, output.text.split()))
    raise RuntimeError("the kernel did not say how much memory it holds")


def normalise(notebook):
    """`notebook` in the form in which it is committed (a new object)."""
    cells = []
    for index, (cell, name) in enumerate(zip(notebook.cells, answered(notebook.cells), strict=True)):
        plain = {"cell_type": cell.cell_type, "id": f"cell-{index:02d}", "metadata": metadata(cell, name)}
        plain["source"] = cell.source.rstrip("\n")
        if cell.cell_type == "code":
            plain["execution_count"] = cell.get("execution_count")
            plain["outputs"] = normalise_outputs(cell.get("outputs", []), plain["execution_count"])
        cells.append(plain)
    if cells and cells[0]["cell_type"] == "markdown":
        cells[0]["source"] = with_minutes(cells[0]["source"], notebook)
    whole = {"nbformat": 4, "nbformat_minor": 5, "metadata": METADATA, "cells": cells}
    return nbformat.from_dict(whole)


def metadata(cell, name=None):
    """What a cell keeps of its metadata: its tags.  The input of a prediction is folded, for it holds the answer.

    name : of the question that the cell answers.
    """
    tags = list(cell.metadata.get("tags", []))
    folded = {"jupyter": {"source_hidden": True}} if is_prediction(cell) else {}
    answers = {"cnnlab": {"answers": name}} if name else {}
    return answers | folded | ({"tags": tags} if tags else {})


def answered(cells):
    """For each cell the name of the question that it answers, or None.

    A cell that begins with check.after("NAME") answers that question; "What happened" in a fold the last question
    before it in its section.
    """
    names, last = [], None
    for cell in cells:
        after = AFTER.match(cell.source) if cell.cell_type == "code" else None
        if is_prediction(cell):
            last = NAME.search(cell.source)
        elif cell.cell_type == "markdown" and re.search("^## ", cell.source, re.MULTILINE):
            last = None
        explains = cell.cell_type == "markdown" and cell.source.startswith(HAPPENED)
        names.append(after[1] if after else last[1] if explains and last else None)
    return names


def is_prediction(cell):
    return cell.cell_type == "code" and cell.source.startswith("check.predict(")


def normalise_outputs(outputs, count):
    kept = []
    for output in outputs:
        if output.output_type == "stream":
            if output.name == "stdout" and kept and kept[-1]["output_type"] == "stream":
                kept[-1]["text"] += output.text  # how a stream was cut into messages is chance
            elif output.name == "stdout":
                kept.append({"output_type": "stream", "name": "stdout", "text": output.text})
        elif output.output_type == "error":
            kept.append(dict(output))
        elif not is_only_a_widget(output.data):
            plain = {"output_type": output.output_type, "metadata": {}}
            plain["data"] = {mime: output.data[mime] for mime in KEPT if mime in output.data}
            if is_fold(output.data) or is_picture(output.data):
                plain["data"]["text/html"] = NIGHT.sub("", "".join(output.data["text/html"]))
            if "image/png" in plain["data"]:
                plain["data"]["image/png"] = output.data["image/png"].replace("\n", "")
            if output.output_type == "execute_result":
                plain["execution_count"] = count
            if plain["data"]:
                kept.append(plain)
    for output in kept:
        if "text" in output:  # a carriage return goes back to the start of the line, as on a screen
            output["text"] = re.sub(r"[^\n]*\r(?!\n)", "", output["text"])
    return kept


def is_only_a_widget(data):
    """Whether nothing would be left of an output without its widget: no picture, and no words written for readers."""
    words = "image/png" in data or "text/markdown" in data or is_fold(data)
    return WIDGET in data and not words


def is_fold(data):
    return "".join(data.get("text/html", "")).startswith(FOLD)


def is_picture(data):
    """Whether an output is a Picture, whose HTML shows it on light and dark pages, with its caption."""
    return "image/png" in data and "".join(data.get("text/html", "")).startswith(SHEET)


def text_of(notebook):
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def faults(path):
    """What keeps the file `path` from being committed: a list of sentences, empty if nothing."""
    text = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)
    found = []
    if any(cell.cell_type == "code" and cell.source.strip() and not cell.execution_count for cell in notebook.cells):
        found.append("has cells that were not executed")
    if text != text_of(normalise(notebook)):
        found.append("is not in normal form")
    return found


def head(path):
    """The title, the lecture topics and the minutes that the first cell of the notebook `path` states."""
    source = nbformat.read(path, as_version=4).cells[0].source
    match = HEAD.match(source)
    if not match:
        raise ValueError(f"{path.name} must begin like this:\n\n{SHAPE}\n\nbut begins with:\n\n{source[:200]}")
    return match[1], (match[2] or "-").strip(), int(match[3])


def table():
    """The table of notebooks in Markdown."""
    if not find([]):
        return ""
    lines = ["| | notebook | lecture topics | minutes |", "| --- | --- | --- | --- |"]
    for path in find([]):
        title, topics, minutes = head(path)
        shown = f'<img src=".github/notebooks/{path.stem[:2]}.webp" width="180" alt="{title}">'
        lines.append(f"| {shown} | [{path.stem}](notebooks/{path.name})<br>{title} | {topics} | {minutes} |")
    return "\n".join(lines) + "\n"


def with_table(readme):
    """The text `readme` with the table of notebooks between its two marks."""
    before, rest = readme.split(MARKS[0])
    return before + MARKS[0] + table() + MARKS[1] + rest.split(MARKS[1])[1]


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["execute", "check", "memory", "readme"])
    parser.add_argument("names", nargs="*", metavar="NAME")
    asked = parser.parse_args(arguments)
    if asked.command == "readme":
        path = ROOT / "README.md"
        path.write_text(with_table(path.read_text(encoding="utf-8")), encoding="utf-8")
        return 0
    if asked.command == "memory":
        for path in find(asked.names):
            held, most = memory(nbformat.read(path, as_version=4), path.parent)
            print(f"{path.stem}: {held:.0f} MB, at most {most:.0f} MB", flush=True)
        return 0
    bad = 0
    for path in find(asked.names):
        if asked.command == "execute":
            notebook = execute(nbformat.read(path, as_version=4), path.parent)
            path.write_text(text_of(normalise(notebook)), encoding="utf-8", newline="\n")
            print(f"{path.stem}: executed, {path.stat().st_size / 1000:.0f} kB", flush=True)
        for fault in faults(path):
            print(f"{path.stem} {fault}: python tools/notebooks.py execute {path.stem}")
            bad = 1
    return bad


if __name__ == "__main__":
    sys.exit(main())
