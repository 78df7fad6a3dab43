"""The documents and the reference as pages of the site."""

import html
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from tools import reference
from tools.website.markdown import Written, plain, slug, written

ROOT = Path(__file__).resolve().parents[2]
TERM = re.compile(r"<tr>(\s*<td>)(.*?)</td>")
FIRST = ("lecture", "glossary", "ways_in", "reliability")  # of the documents, in this order; then those that come


def documents() -> list[Path]:
    """The files of docs/, and where the data come from."""
    found = sorted((ROOT / "docs").glob("*.md"), key=lambda path: (_place(path), path.stem))
    return [*found, ROOT / "data" / "README.md"]


def _place(path: Path) -> int:
    return FIRST.index(path.stem) if path.stem in FIRST else len(FIRST)


def address_of(path: Path) -> str:
    """The address of a document or notebook from the root of the site."""
    return path.relative_to(ROOT).with_suffix(".html").as_posix()


def document(path: Path, link: Callable[[str], str | None], notebooks: dict[str, str]) -> Written:
    """A document as a page. notebooks : {name: address from this page}, to which their names in tables become links."""

    def cell(words: str) -> str:
        address = notebooks.get(words)
        return f'<a href="{address}">{words}</a>' if address else words

    found = written(path.read_text(encoding="utf-8"), link, {"top", "search", "contents"}, cell)
    if path.stem == "glossary":  # a link may lead to a term
        found.html = TERM.sub(lambda term: f'<tr id="term-{slug(plain(term[2]))}">{term[1]}{term[2]}</td>', found.html)
    return found


def title_of(page: Written) -> str:
    """The words of the first heading."""
    return next(words for level, _, words in page.headings if level == 1)


def reference_pages(rooms: list[str]) -> dict[str, Written]:
    """{address: page} of the reference: what pdoc makes of each room, without its own frame."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        made = [
            name
            for name in reference.build(out, rooms, search=False)
            if name.endswith(".html") and name != "index.html"
        ]
        return {f"reference/{name}": _unframed((out / name).read_text(encoding="utf-8")) for name in made}


def _unframed(page: str) -> Written:
    inside = re.search(r'<main class="pdoc">(.*)</main>', page, re.DOTALL)
    if inside is None:
        raise ValueError("pdoc makes its pages in another form now: there is no <main> of the class pdoc")
    text = re.sub(r'<h([2-6]) id="[^"]*">', r"<h\1>", inside[1])
    text = re.sub(r'(<a class="headerlink" href="#([^"]+)")', r'\1 aria-label="Link to \2"', text)
    text = re.sub(r"[ \t]*\n\s*", "\n", text) if "<pre" not in text else re.sub(r"\n\s*\n+", "\n", text)
    there = set(re.findall(r' id="([^"]+)"', text))
    text = re.sub(
        r'href="#([^".]+)\.([^"]+)"',
        lambda found: found[0] if f"{found[1]}.{found[2]}" in there else f'href="#{found[1]}"',
        text,
    )
    names = re.findall(r'<section id="([^"]+)">', text)
    title = re.search(r'<h1 class="modulename">(.*?)</h1>', text, re.DOTALL)
    words = "".join(re.sub(r"<[^>]+>", "", title[1]).split()) if title else "cnnlab"
    headings = [(1, "", html.unescape(words)), *((2, name, name) for name in names)]
    return Written(f'<div class="pdoc">{text}</div>', headings)
