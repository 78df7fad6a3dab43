"""The site, built: pages, pictures, recordings, the index of its search, and what they need to be shown."""

import io
import posixpath
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tools import notebooks, reference
from tools.website import linking, reading, searching
from tools.website.cells import Body
from tools.website.inside import EXPLORER
from tools.website.markdown import Written, links
from tools.website.pictures import Pictures
from tools.website.recipes import recipes_of
from tools.website.room import room_of
from tools.website.running import CACHE, Run, ingredients, run

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WISH = {"limit": 600_000}  # letters of a recording
MARK = "made by python3 lab.py site"  # in a file of a folder that may be written over
POLICY = (
    "default-src 'none'; script-src 'self' file:{wasm}; style-src 'self' file:; img-src 'self' file: data:; "
    "base-uri 'none'; form-action 'none'{worker}"
)
MENU = (
    ("index.html#notebooks", "Notebooks"),
    ("docs/lecture.html", "Lecture"),
    ("docs/glossary.html", "Glossary"),
    ("reference/cnnlab.html", "Reference"),
)

SHELL = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


@dataclass
class Page:
    """A page of the site.

    address : from its root. kind : a class of its body. around : (address, words) of the pages before and behind it.
    """

    address: str
    title: str
    written: Written
    kind: str = ""
    about: str = ""
    explorers: int = 0
    questions: list[str] = field(default_factory=list)
    around: tuple[tuple[str, str] | None, tuple[str, str] | None] = (None, None)

    @property
    def root(self) -> str:
        """The way to the root of the site."""
        return "../" * self.address.count("/")


def build(
    out: Path,
    names: tuple[str, ...] = (),
    pyodide: Path | None = None,
    tell: Callable[[str], None] = print,
    cache: Path = CACHE,
    wish: dict[str, Any] = WISH,
    rooms: list[str] | None = None,
) -> dict[str, Any]:
    """Write the site into the folder `out`; what is known of it.

    names : of the notebooks, by default all of them. pyodide : a folder with a distribution of Pyodide, for Python in
    the page. cache : where runs of notebooks are kept. wish : what else than usual is asked of `Explorer.recording`.
    rooms : of the package that get a page of the reference, by default all of them.

    ValueError if `out` holds something else than a site, or if an address on a page leads nowhere.
    """
    _clear(out)
    paths = notebooks.find(list(names))
    documents = reading.documents()
    every = {*map(reading.address_of, (*paths, *documents)), "index.html"}
    rest = ingredients()
    runs = [run(path, rest, wish, tell, cache) for path in paths]
    recipes = recipes_of(runs)
    live = _python(out, pyodide, {name: source for name, source in recipes.values()})
    pictures = Pictures(out)
    keep_recordings(out, runs)
    known = {at: name for at, (name, _) in recipes.items()} if live else {}
    pages = [_notebook(each, pictures, every, known) for each in runs]
    for at, page in enumerate(pages):
        near = [pages[k] if 0 <= k < len(pages) else None for k in (at - 1, at + 1)]
        page.around = tuple(each and (posixpath.basename(each.address), each.title) for each in near)  # type: ignore[assignment]
    pages += [_document(path, every, paths) for path in documents]
    pages += [
        Page(address, f"{found.headings[0][2]}, the reference", found, "reference")
        for address, found in reading.reference_pages(rooms or reference.rooms()).items()
    ]
    more = [(page.address, page.title) for page in pages if page.address.startswith(("docs/", "data/"))]
    pages.append(_front(runs, pages, pictures, more))
    for page in pages:
        place = out / page.address
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(framed(page, more, bool(live)), encoding="utf-8")
    _assets(out, pages, runs, rooms or reference.rooms())
    wrong = linking.broken(out)
    if wrong:
        raise ValueError("addresses that lead nowhere:\n" + "\n".join(wrong))
    return _facts(out, runs, pages, live)


def _clear(out: Path) -> None:
    """Make room: what an earlier call has made is removed, and nothing else is."""
    mark = out / ".nojekyll"  # which also tells GitHub Pages to leave the files as they are
    if (
        out.exists()
        and any(out.iterdir())
        and not (mark.is_file() and mark.read_text(encoding="utf-8").strip() == MARK)
    ):
        raise ValueError(
            f"out must be a new folder, or one that this command has made; there is something else in {out}"
        )
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    mark.write_text(MARK + "\n", encoding="utf-8")


def _python(out: Path, pyodide: Path | None, recipes: dict[str, str]) -> Any:
    """What Python in the page needs, if there is a distribution of it."""
    if pyodide is None:
        return None
    from cnnlab.explore.live.in_page import build as build_live

    return build_live(out, pyodide, recipes)


def keep_recordings(out: Path, runs: list[Run]) -> None:
    """Copy the recordings that the pages name."""
    (out / "recordings").mkdir()
    for each in runs:
        for about in each.explorers():
            shutil.copyfile(each.folder / f"{about['key']}.js", out / "recordings" / f"{about['key']}.js")


def _notebook(each: Run, pictures: Pictures, every: set[str], live: dict[str, str]) -> Page:
    address = f"notebooks/{each.name}.html"
    body = Body(each, pictures, "../", links(address, every), live)
    found = body.written()
    title = reading.title_of(found)
    return Page(address, title, found, "notebook", title, body.explorers, list(body.asked))


def _document(path: Path, every: set[str], paths: list[Path]) -> Page:
    address = reading.address_of(path)
    link = links(address, every)
    known = {each.stem: link(posixpath.relpath(f"notebooks/{each.name}", posixpath.dirname(address))) for each in paths}
    found = reading.document(path, link, {name: place for name, place in known.items() if place})
    return Page(address, reading.title_of(found), found, "document")


def _front(runs: list[Run], pages: list[Page], pictures: Pictures, more: list[tuple[str, str]]) -> Page:
    """The first page: an explorer to begin with, and every notebook."""
    cards = []
    for each, page in zip(runs, pages, strict=False):
        title, topics, minutes = notebooks.head(ROOT / "notebooks" / f"{each.name}.ipynb")
        card = {"address": page.address, "title": title, "topics": topics, "minutes": minutes, "number": each.name[:2]}
        card |= {"explorers": page.explorers, "questions": page.questions}
        small = ROOT / ".github" / "notebooks" / f"{each.name[:2]}.webp"
        wide, high = _size_of_webp(small) if small.exists() else (0, 0)
        kept = pictures.keep(small.read_bytes(), "webp") if small.exists() else ""
        cards.append(card | {"picture": kept, "wide": wide, "high": high})
    first = _first_explorer(runs[0], pictures) if runs else ""
    body = SHELL.get_template("index.html.jinja").render(
        notebooks=cards,
        explorer=first,
        documents=[
            *((address, words, "") for address, words in more),
            ("reference/cnnlab.html", "Reference", "every public name of the package"),
        ],
    )
    headings = [(2, "notebooks", "The notebooks"), (2, "solve", "To solve the exercises"), (2, "more", "More to read")]
    about = "A teaching series on convolutional neural networks: predict, drag, see, and learn why"
    every = [name for page in pages for name in page.questions]
    return Page("index.html", "cnnlab", Written(body, headings), "front", about, int(bool(first)), every)


def _first_explorer(each: Run, pictures: Pictures) -> str:
    body = Body(each, pictures, "", lambda url: None, {})
    for cell in each.notebook.cells:
        for output in cell.get("outputs", []):
            if EXPLORER in output.get("data", {}):
                return body.explorer(output.data, cell)
    return ""


def _size_of_webp(path: Path) -> tuple[int, int]:
    from PIL import Image

    with Image.open(io.BytesIO(path.read_bytes())) as image:
        return image.size


def framed(page: Page, more: list[tuple[str, str]], live: bool) -> str:
    """A whole page."""
    contents = [heading for heading in page.written.headings if heading[0] in (2, 3)]
    worker = "; worker-src 'self'; connect-src 'self'" if live and page.explorers else ""
    return SHELL.get_template("page.html.jinja").render(
        root=page.root,
        here=page.address,
        policy=POLICY.format(wasm=" 'wasm-unsafe-eval'" if worker else "", worker=worker),
        title=page.title,
        about=page.about or page.title,
        kind=page.kind,
        menu=MENU,
        more=more,
        contents=contents if len(contents) > 1 and page.kind != "front" else [],
        body=page.written.html,
        before=page.around[0],
        after=page.around[1],
        explorers=page.explorers,
        questions=page.questions,
        live=live,
    )


def _assets(out: Path, pages: list[Page], runs: list[Run], rooms: list[str]) -> None:
    """Styles, scripts and the index of the search."""
    from cnnlab.explore.live.bundle import bundle
    from cnnlab.explore.recorded import view_script, view_style

    folder = out / "assets"
    folder.mkdir()
    for name in ("site.css", "words.css", "asking.css", "dialog.css", "reference.css", "theme.js"):
        shutil.copyfile(HERE / "assets" / name, folder / name)
    joined = bundle(HERE / "assets" / "site.js").replace(
        "export default site_js.standard;", "site_js.standard.begin();"
    )
    for name, text in (
        ("site.js", f'"use strict";\n{{\n{joined}}}\n'),
        ("view.js", view_script()),
        ("view.css", view_style()),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "heights.css").write_text(room_of(runs), encoding="utf-8")
    own = [
        (page.address, page.title, searching.parts(page.title, page.written.html))
        for page in pages
        if page.kind != "reference"
    ]
    (folder / "search-index.js").write_text(searching.script([*own, *searching.names(rooms)]), encoding="utf-8")


def _facts(out: Path, runs: list[Run], pages: list[Page], live: Any) -> dict[str, Any]:
    """What is told of a site."""
    weights = {page.address: linking.weight(out, page.address) for page in pages}
    recorded = [about for each in runs for about in each.explorers()]
    return {
        "pages": len(pages),
        "explorers": len(recorded),
        "questions": sum(len(page.questions) for page in pages if page.kind == "notebook"),
        "recordings": {about["key"]: about["bytes"] for about in recorded},
        "weights": weights,
        "bytes": sum(path.stat().st_size for path in out.rglob("*") if path.is_file()),
        "seconds": {each.name: each.seconds for each in runs},
        "live": live,
    }
