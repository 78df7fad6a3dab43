"""What a site knows of itself: addresses that lead nowhere, its search, what a run is kept under, where it is built."""

import json
import re
from pathlib import Path

import nbformat
import pytest

from tools import reference
from tools.website import linking, reading, searching
from tools.website.building import MARK, _clear
from tools.website.running import digest_of

ROOT = Path(__file__).parents[2]


def put(folder, **pages):
    for name, text in pages.items():
        path = folder / f"{name.replace('__', '/')}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_addresses_that_lead_nowhere_are_found(tmp_path):
    (tmp_path / "a.png").write_bytes(b"")
    put(
        tmp_path,
        index='<h2 id="here"></h2><a href="sub/page.html#place">x</a><a href="#here">x</a><img src="a.png">',
        sub__page='<p id="place"><a href="../index.html#here">x</a><a href="https://example.org/">x</a></p>',
    )
    assert linking.broken(tmp_path) == []
    put(
        tmp_path,
        bad='<a href="none.html">x</a><a href="index.html#gone">x</a><img src="no.png"><a href="#no">x</a>'
        '<script src="https://example.org/x.js"></script><div data-src="recordings/no.js"></div>'
        '<link rel="stylesheet" href="//example.org/x.css">',
    )
    found = linking.broken(tmp_path)
    assert len(found) == 7
    for words in (
        "none.html",
        "index.html#gone",
        "no.png",
        "#no;",
        "https://example.org/x.js",
        "recordings/no.js",
        "//e",
    ):
        assert any(words in each for each in found), words


def test_the_weight_of_a_page_is_what_it_fetches_on_light_paper(tmp_path):
    for name, count in (("a.png", 10), ("b.png", 100), ("s.css", 1000), ("later.js", 10_000)):
        (tmp_path / name).write_bytes(b"x" * count)
    text = '<img class="light" src="a.png"><img class="dark" src="b.png"><i data-src="later.js"></i>'
    put(tmp_path, index=f'{text}<link rel="stylesheet" href="s.css">')
    assert linking.weight(tmp_path, "index.html") == 1010 + (tmp_path / "index.html").stat().st_size


def test_the_search_knows_parts_by_their_headings_and_no_answer():
    page = (
        '<h1 id="one">One <a class="anchor" href="#one">#</a></h1><p>first <b>words</b></p><h2 id="two">Two</h2>'
        "<p>a &amp; b <math><mi>x</mi></math></p>"
        '<details><summary>s</summary><p>secret <img src="x"> more</p></details>'
        '<form><legend>asked</legend><div class="replies"><p>reply</p></div></form><p>end</p>'
    )
    assert searching.parts("Title", page) == [["one", "One", "first words"], ["two", "Two", "a & b asked end"]]


def test_the_search_knows_every_public_name():
    found = {part[1]: (address, part[0]) for address, _, said in searching.names(reference.rooms()) for part in said}
    assert found["cnnlab.layers.Conv2D"] == ("reference/cnnlab/layers.html", "Conv2D")
    assert len(found) > 300
    script = searching.script([("a.html", "A", [["x", "h", "w"]]), ("b.html", "B", [["", "i", "v"]])])
    data = json.loads(re.fullmatch(r"globalThis\.cnnlabIndex = (.*);\n", script)[1])
    assert data == {"pages": [["a.html", "A"], ["b.html", "B"]], "parts": [[0, "x", "h", "w"], [1, "", "i", "v"]]}


def test_a_run_is_kept_until_its_code_changes():
    def notebook(code, words):
        return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code), nbformat.v4.new_markdown_cell(words)])

    first = digest_of(notebook("x = 1", "words"), "rest", {})
    assert digest_of(notebook("x = 1", "other words"), "rest", {}) == first
    others = [digest_of(notebook("x = 2", "words"), "rest", {}), digest_of(notebook("x = 1", "words"), "r", {})]
    assert len({first, *others, digest_of(notebook("x = 1", "words"), "rest", {"limit": 1})}) == 4


def test_nothing_is_written_over_but_a_site(tmp_path):
    (tmp_path / "thesis.txt").write_text("all of it")
    with pytest.raises(ValueError, match=r"out must be a new folder.*something else"):
        _clear(tmp_path)
    assert (tmp_path / "thesis.txt").exists()
    out = tmp_path / "site"
    _clear(out)
    (out / "old.html").write_text("old")
    _clear(out)
    assert [path.name for path in out.iterdir()] == [".nojekyll"] and MARK in (out / ".nojekyll").read_text()


def test_all_documents_are_pages():
    found = {path.relative_to(ROOT).as_posix() for path in reading.documents()}
    assert {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")} | {"data/README.md"} == found
    for path in reading.documents():
        page = reading.document(path, lambda url: None, {})
        assert reading.title_of(page)
    glossary = reading.document(ROOT / "docs" / "glossary.md", lambda url: None, {"07_convolution": "x.html"})
    assert '<td><a href="x.html">07_convolution</a></td>' in glossary.html
    said = searching.parts("Glossary", glossary.html)
    (term,) = [part for part in said if part[0] == "term-vanishing-gradient"]
    assert term[1] == "vanishing gradient" and "nothing is learned" in term[2] and len(said) > 60
