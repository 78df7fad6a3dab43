"""`python3 lab.py docs`: the reference is complete, and its pages ask nobody for anything."""

import importlib
import importlib.util
import inspect
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pdoc.doc
import pytest

ROOT = Path(__file__).parents[2]
SOME = ["cnnlab", "cnnlab.layers", "cnnlab.ops", "cnnlab.types"]


@pytest.fixture(scope="module")
def reference():
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module", params=[SOME, pytest.param(None, marks=pytest.mark.slow)], ids=["some", "all"])
def pages(request, reference, tmp_path_factory):
    """{name: text} of the pages, freshly built; by day of some rooms: all of them take ten seconds."""
    out = tmp_path_factory.mktemp("reference")
    return {name: (out / name).read_text(encoding="utf-8") for name in reference.build(out, only=request.param)}


class Loads(HTMLParser):
    """Collects what a page fetches by itself, and the names that can be linked to."""

    def __init__(self):
        super().__init__()
        self.fetched, self.names = [], set()

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.names.add(values.get("id"))
        self.fetched += [values[name] for name in ("src", "srcset", "data", "poster") if values.get(name)]
        if tag == "link":
            self.fetched.append(values.get("href", ""))


@cache
def read(text):
    page = Loads()
    page.feed(text)
    return page


def test_every_public_name_is_in_the_reference(reference, pages):
    rooms, complete = reference.rooms(), len(pages) > len(SOME) + 2  # with a contents page and a search
    assert {"index.html", "search.js", *map(reference.page_of, rooms if complete else SOME)} == pages.keys()
    assert set(SOME) <= set(rooms)
    for room in rooms:
        listed, page = pdoc.doc.Module.from_name(room).members, pages.get(reference.page_of(room))
        found = listed.keys() if page is None else read(page).names
        module = importlib.import_module(room)
        for name in getattr(module, "__all__", ()):
            if inspect.ismodule(getattr(module, name)):
                assert f"{room}.{name}" in rooms
            else:
                assert name in found, f"the page of {room} lacks {name}"
    assert {"Conv2D", "Layer.forward", "Layer.parameter_count"} <= read(pages["cnnlab/layers.html"]).names


def test_the_pages_fetch_nothing_from_elsewhere(pages):
    for name, text in pages.items():
        fetched = [] if name.endswith(".js") else read(text).fetched
        assert all(place.startswith(("data:", "../", "./")) or "//" not in place for place in fetched), (name, fetched)
        assert not re.search(r"""(import|url)\W{1,3}(https?:)?//|fetch\(["']https?:|@import""", text), name
        hosts = set(re.findall(r'(?:src|href)="(?:https?:)?//([^/"]+)', text))
        assert not hosts, f"{name} names {hosts}"


def test_no_docstring_shows_a_picture_or_begins_a_link(reference):
    """Of all rooms, whose pages are built by night only."""
    for room in reference.rooms():
        module = importlib.import_module(room)
        public = [getattr(module, name) for name in getattr(module, "__all__", ())]
        inside = [each for one in public if inspect.isclass(one) for each in vars(one).values()]
        for one in (module, *public, *inside):
            text = getattr(one, "__doc__", None) or ""
            assert not re.search(r"!\[|\]\(|<\w+\s[^>]*=|https?://", text), f"{room}: {text}"


def test_sections_become_lists_and_formulas_stay_as_they_are_written(reference, pages):
    text = "First line.\n\ne[m,n] = b + sum_c w[m,c]\n         h[n,c]\n\nx is a name.\n\nh' <- h - eta dh"
    assert reference.with_formulas(text) == (
        "First line.\n\n    e[m,n] = b + sum_c w[m,c]\n             h[n,c]\n\nx is a name.\n\n    h' <- h - eta dh"
    )
    assert not reference.is_formula("If h = 0, nothing is right.") and not reference.is_formula("")
    assert "<pre><code>" in pages["cnnlab/ops.html"]


def test_signatures_use_the_names_of_the_shared_types(reference):
    from cnnlab.types import Array, ArrayLike, Padding, Seed, Shape

    def named(annotation):
        return reference.with_names(annotation, inspect.formatannotation)

    assert named(ArrayLike) == "ArrayLike" and named(ArrayLike | None) == "ArrayLike | None"
    assert named(Array) == "Array" and named(tuple[Array, Array | None]) == "tuple[Array, Array | None]"
    assert named(Padding | None) == "Padding | None" and named(Seed) == "Seed" and named(Shape) == "Shape"
    assert named(dict[str, Array]) == "dict[str, Array]" and named(str | None) == "str | None"
    assert named(int) == "int" and named("Network") == inspect.formatannotation("Network")
