"""Markdown becomes pages: formulas are MathML, links lead to pages, and nothing but folds comes in as HTML."""

import json
import re
from pathlib import Path

import pytest

from tools.website.markdown import code, formula, links, written

ROOT = Path(__file__).parents[2]
NOWHERE = links("notebooks/07_convolution.html", set())


def formulas():
    """Every formula of the notebooks and documents, as written."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")]
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        texts += ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    return texts


def test_every_formula_of_the_series_becomes_mathml_of_which_nothing_is_left_over():
    found = 0
    for text in formulas():
        page = written(text, NOWHERE).html
        found += page.count("<math")
        outside = re.sub(r"<math.*?</math>|<pre.*?</pre>|<code>.*?</code>", "", page, flags=re.DOTALL)
        assert "$" not in outside and "\\frac" not in outside, outside[:300]
        assert "<merror" not in page and " style=" not in page
    assert found > 500


def test_a_formula_that_is_none_is_named():
    with pytest.raises(ValueError, match=r"no MathML can be made of the formula '\\\\nosuchthing'"):
        formula(r"\nosuchthing", False)


def test_a_subscript_in_a_formula_is_no_emphasis():
    page = written("$h_l$ and $e_l$ and *this*", NOWHERE).html
    assert page.count("<math") == 2 and page.count("<em>") == 1


def test_links_lead_to_pages_from_where_the_page_is():
    pages = {"notebooks/01_five_steps.html", "docs/glossary.html", "index.html"}
    from_notebook, from_document = links("notebooks/00_start_here.html", pages), links("docs/lecture.html", pages)
    assert from_notebook("01_five_steps.ipynb") == "01_five_steps.html"
    assert from_notebook("../docs/glossary.md#kernel") == "../docs/glossary.html#kernel"
    assert from_document("../notebooks/01_five_steps.ipynb") == "../notebooks/01_five_steps.html"
    assert from_document("glossary.md") == "glossary.html" and from_document("#top") == "#top"
    assert from_document("../LICENSE") is None and from_document("https://example.org/a") == "https://example.org/a"
    page = written("[the licence](../LICENSE)", from_document).html
    assert "<a" not in page and "the licence</span>" in page


def test_no_html_comes_in_but_folds():
    fold = "<details><summary>What happened</summary>\n\nIt *moved*.\n\n</details>"
    page = written(fold, NOWHERE).html
    assert page.count("<details>") == page.count("</details>") == 1 and "<em>moved</em>" in page
    for bad in ("<script>alert(1)</script>", 'a <img src="x" onerror="y"> b', "<details onclick=x>", "<b>bold</b>"):
        page = written(bad, NOWHERE).html
        assert not re.search(r"<(script|img|details|b)\b", page), page
        assert "&lt;" in page
    assert 'href="javascript' not in written("[a](javascript:alert(1))", links("a.html", set())).html


def test_headings_have_names_of_their_own():
    found = written("# One\n\n## Two words\n\n## Two words\n\n### $h$ and more", NOWHERE, {"one"})
    assert [name for _, name, _ in found.headings] == ["one-2", "two-words", "two-words-2", "h-and-more"]
    assert found.html.count('id="two-words-2"') == 1


def test_listings_are_coloured_by_classes():
    page = code('import numpy as np\nprint("<b>")')
    assert '<span class="kn">import</span>' in page and "&lt;b&gt;" in page and "style=" not in page
