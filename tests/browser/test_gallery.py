"""The page of all pictures paints without a kernel, at every width and in both themes."""

import importlib.util
from pathlib import Path

import pytest
from painters import agree

from browser.harness.asking import WITHIN
from browser.harness.axe import findings
from cnnlab import explore
from cnnlab.explore.still.measure import measure

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def gallery():
    """tools/gallery.py as a module."""
    spec = importlib.util.spec_from_file_location("gallery", ROOT / "tools" / "gallery.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def page(chromium):
    """A page that remembers what went wrong on it."""
    page = chromium.new_page(viewport={"width": 1366, "height": 8000})
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda said: page.problems.append(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: page.problems.append(asked.url) if not asked.url.startswith(LOCAL) else None)
    yield page
    page.close()


LOCAL = ("file:", "data:", "about:")


def test_the_page_paints_what_it_is_asked_for(gallery, page, tmp_path):
    gallery.build(tmp_path, ["ThreePoolings"], most=2)
    for width in (1366, 390):
        page.goto("about:blank")
        page.goto(f"{(tmp_path / 'index.html').as_uri()}#width={width}&only=ThreePoolings")
        page.wait_for_function(
            "() => [...document.querySelectorAll('.cnnlab')].filter(v => v.cnnlab.painted).length > 1"
        )
        looks = page.evaluate("() => [...document.querySelectorAll('.cnnlab')].map(v => v.cnnlab.theme?.dark)")
        assert {True, False} <= set(looks)
        views = page.evaluate("() => [...document.querySelectorAll('.cnnlab')].map(v => v.offsetWidth)")
        assert all(view <= width for view in views)
        assert page.locator("img").count() == 2
    assert not page.problems


HIGHEST = 620  # pixels of an explorer with its controls and its words, in a laptop's window of 1366 x 768


@pytest.fixture(scope="module")
def every(gallery, tmp_path_factory):
    """(folder, names) of a page of every explorer at its example, alive alone."""
    folder = tmp_path_factory.mktemp("every")
    gallery.build(folder, gallery.explorers(), most=1, stills=False)
    return folder, list(gallery.explorers())


def visits(page, every):
    """Show all explorers in light, ten at a time, for so many are in the window at once; the names of each ten."""
    folder, names = every
    for some in (names[k : k + 10] for k in range(0, len(names), 10)):
        page.goto("about:blank")
        page.goto(f"{(folder / 'index.html').as_uri()}#width=1366&theme=light&only={','.join(some)}")
        page.wait_for_function(
            "names => names.every(name => document.querySelector(`#${name} .cnnlab`)?.cnnlab.painted)", arg=some
        )
        yield some


SIZES = """names => Object.fromEntries(names.map(name => [name, [".cnnlab", ".cnnlab-words"].map(
    part => document.querySelector(`#${name} ${part}`).offsetHeight)]))"""


# The same views on dark paper: to load and paint them anew takes longer than to look at them.
DARKENED = f"""() => ({WITHIN})((async () => {{
    for (const sheet of document.querySelectorAll(".sheet")) sheet.classList.replace("light", "dark");
    const views = [...document.querySelectorAll(".cnnlab")].map(root => root.cnnlab);
    for (const view of views) view.look();
    while (!views.every(view => view.theme?.dark)) await new Promise(next => setTimeout(next, 10)); }})(), 30)"""


@pytest.mark.parametrize("category", ["cat.color", pytest.param(None, marks=pytest.mark.slow)])
def test_no_explorer_is_higher_than_a_window_and_axe_core_finds_nothing_grave(page, every, category):
    """By all rules in light, in dark by those of colours; by all in both is slow."""
    sizes, dark, found = {}, {}, []
    for some in visits(page, every):
        places = [f"#{name} .cnnlab" for name in some]
        sizes |= page.evaluate(SIZES, some)
        found += findings(page, *places)
        page.evaluate(DARKENED)
        dark |= page.evaluate(SIZES, some)
        found += [f"in dark: {line}" for line in findings(page, *places, category=category)]
    assert list(sizes) == list(dark) == every[1] and found == []
    for shown in (sizes, dark):
        assert not {name: height for name, (height, _) in shown.items() if height > HIGHEST}
        assert min(said for _, said in shown.values()) > 15, "the words of the scene stand beneath the picture"
    assert not page.problems


# Where all lies in views that are 1,000 pixels wide; other widths are asked for without a browser (tests/javascript).
MEASURED = f"""names => ({WITHIN})((async () => {{
    const views = names.map(name => document.querySelector(`#${{name}} .cnnlab`).cnnlab);
    for (const view of views) {{
        view.page.picture.style.width = "1000px";
        view.schedule();
    }}
    while (!views.every(view => view.layout.width === 1000)) await new Promise(next => setTimeout(next, 10));
    return views.map(view => view.measure()); }})(), 30)"""


def test_every_explorer_lies_in_the_same_places_in_both_painters(page, every):
    seen = []
    for some in visits(page, every):
        for name, measured in zip(some, page.evaluate(MEASURED, some), strict=True):
            scene = getattr(explore, name).example().current()
            agree(measure(scene), measured, scene)
            seen.append(name)
    assert seen == every[1]
