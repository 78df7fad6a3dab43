"""Markdown as HTML for the site: formulas become MathML, links lead to pages, and no HTML comes in but folds.

What stands in a notebook or a document is words. Of HTML only `<details>` and `<summary>` are let through, which
notebooks use to fold something; everything else is shown as it is written.
"""

import html
import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import math_core
import mistune
from mistune.plugins.table import table
from nbconvert.filters.markdown_mistune import MathBlockParser, MathInlineParser
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers import get_lexer_by_name

FOLDS = re.compile(r"(?:\s*(?:<details>|</details>|<summary>[^<>]*</summary>)\s*)+")
HOSTED = re.compile(r"https?://|mailto:")  # a link to another host, or by mail

# What math-core says of columns in formulas, and the class that says the same in words.css.
COLUMNS = {
    "text-align:left": "to-left",
    "text-align:right": "to-right",
    "justify-items:start": "",
    "justify-items:end": "",
    "padding-left:0": "close-left",
    "padding-right:0": "close-right",
    "padding-left:1em": "apart",
}


@dataclass
class Written:
    """A text of the site: its HTML, and what is known of it.

    headings : (level, name of the place, words) of each.
    """

    html: str
    headings: list[tuple[int, str, str]] = field(default_factory=list)


@cache
def formula(latex: str, block: bool) -> str:
    """A formula as MathML."""
    try:
        made = math_core.LatexToMathML().convert_with_local_state(latex.strip(), displaystyle=block)
    except math_core.LatexError as error:
        raise ValueError(f"no MathML can be made of the formula {latex!r}: {error}") from None
    return re.sub(r' style="([^"]*)"', _classed, made)


def _classed(found: re.Match[str]) -> str:
    """Styles of an element as classes, which words.css has: the pages allow no style that stands in an element."""
    names = [COLUMNS.get(re.sub(r"\s", "", each)) for each in found[1].split(";") if each.strip()]
    if None in names:
        raise ValueError(f"words.css has no class for all of the style {found[1]!r} of a formula")
    return f' class="{" ".join(filter(None, names))}"'


def code(source: str, language: str = "python") -> str:
    """A listing, its words in classes that site.css colours."""
    shown = highlight(source, get_lexer_by_name(language), HtmlFormatter(nowrap=True)).rstrip("\n")
    return f'<pre class="code" tabindex="0"><code>{shown}</code></pre>\n'


def slug(words: str) -> str:
    """Words as the name of a place on a page."""
    return re.sub(r"[^\w]+", "-", words.lower()).strip("-") or "part"


def plain(page: str) -> str:
    """The words of some HTML."""
    return html.unescape(re.sub(r"<[^>]+>", "", page)).strip()


class Renderer(mistune.HTMLRenderer):
    """The HTML of one page.

    link : gives the address of a link as it is written, or None if it leads to no page of the site.
    taken : names of places that the page has already.
    cell : what is done with the words of a table's cell.
    """

    def __init__(self, link: Callable[[str], str | None], taken: set[str], cell: Callable[[str], str]) -> None:
        super().__init__(escape=True)
        self.address, self.taken, self.cell = link, taken, cell
        self.headings: list[tuple[int, str, str]] = []

    def heading(self, text: str, level: int, **attrs: object) -> str:
        words = plain(text)
        name = base = slug(words)
        count = 1
        while name in self.taken:
            count += 1
            name = f"{base}-{count}"
        self.taken.add(name)
        self.headings.append((level, name, words))
        anchor = f'<a class="anchor" href="#{name}" aria-label="Link to “{html.escape(words)}”">#</a>'
        return f'<h{level} id="{name}">{text}{anchor if level > 1 else ""}</h{level}>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        found = self.address(url)
        if found is None:
            return f'<span class="elsewhere" title="In the repository: {html.escape(url)}">{text}</span>'
        outside = ' rel="noopener noreferrer"' if HOSTED.match(found) else ""
        return f'<a href="{html.escape(found)}"{outside}>{text}</a>'

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return f"<em>{text}</em>"

    def block_math(self, body: str) -> str:
        return f'<span class="formula" tabindex="0" role="group" aria-label="formula">{formula(body, True)}</span>'

    def inline_math(self, body: str) -> str:
        return formula(body, False)

    def latex_environment(self, name: str, body: str) -> str:
        return self.block_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")

    def block_code(self, text: str, info: str | None = None) -> str:
        if info == "math":
            return f"<p>{self.block_math(text)}</p>\n"
        return (
            code(text, info)
            if info == "python"
            else f'<pre class="code" tabindex="0"><code>{html.escape(text)}</code></pre>\n'
        )

    def block_html(self, text: str) -> str:
        return text if FOLDS.fullmatch(text) else f"<p>{html.escape(text)}</p>\n"

    def inline_html(self, text: str) -> str:
        return html.escape(text)

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        tag = "th" if head else "td"
        return f"  <{tag}>{text if head else self.cell(text)}</{tag}>\n"


def written(
    text: str,
    link: Callable[[str], str | None],
    taken: set[str] | None = None,
    cell: Callable[[str], str] = lambda words: words,
) -> Written:
    """Markdown as HTML; see `Renderer`."""
    renderer = Renderer(link, set() if taken is None else taken, cell)
    read = mistune.Markdown(renderer, block=MathBlockParser(), inline=MathInlineParser(), plugins=[table])
    renderer.register("table_cell", lambda self, *given, **more: Renderer.table_cell(self, *given, **more))
    page = str(read(text))
    framed = '<div class="table" tabindex="0" role="group" aria-label="table"><table>'
    page = page.replace("<table>", framed).replace("</table>", "</table></div>")
    return Written(page, renderer.headings)


def links(here: str, pages: set[str]) -> Callable[[str], str | None]:
    """What gives the addresses of links on the page `here` of a site with these pages.

    here : for example "notebooks/07_convolution.html"; pages : of the same form. A link names files of the repository.
    """

    def address(url: str) -> str | None:
        if HOSTED.match(url) or url.startswith("#"):
            return url
        path, _, place = url.partition("#")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(here), path))
        page = re.sub(r"\.(ipynb|md)$", ".html", target)
        if page not in pages:
            return None
        return posixpath.relpath(page, posixpath.dirname(here) or ".") + (f"#{place}" if place else "")

    return address
