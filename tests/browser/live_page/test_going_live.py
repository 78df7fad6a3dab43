"""A page of recordings hands its explorers over to Python in a worker, which a plain Python process stands in for."""

import pytest

from browser.live_page import Site
from cnnlab import explore

RECIPES = {"lines": "explore.PiecewiseLinear()", "hidden": "explore.HiddenKernel()"}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Two explorers that can go live, and one that cannot."""
    made = {
        "lines": explore.PiecewiseLinear(),
        "hidden": explore.HiddenKernel(),
        "still": explore.Logits(),
    }
    with Site(tmp_path_factory.mktemp("site"), made, RECIPES) as site:
        yield site


@pytest.fixture
def page(chromium, site):
    """The page, with what went wrong on it, and all that was asked for."""
    page = chromium.new_page(viewport={"width": 1000, "height": 900})
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("console", lambda said: page.problems.append(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: None if asked.url.startswith(site.url) else page.problems.append(asked.url))
    page.goto(site.url)
    page.wait_for_function("() => document.querySelectorAll('[data-ready]').length === 3")
    yield page
    page.close()


def values(page, name):
    return page.evaluate("name => document.querySelector(`#${name} .cnnlab`).cnnlab.values", name)


def go_live(page, name):
    place = page.locator(f"#{name}")
    place.get_by_role("button", name="Go live").click()
    place.get_by_text("Live: Python runs in this page.").wait_for()
    page.wait_for_function("name => document.querySelector(`#${name} .cnnlab`).cnnlab.painted", arg=name)
    return place


def settled(page, name):
    """Until Python has worked on all that the view asked."""
    page.wait_for_function(
        "name => { const { channel } = document.querySelector(`#${name} .cnnlab`).cnnlab;"
        " return !channel.asking && !channel.queue.length && !channel.sweeps; }",
        arg=name,
    )


def test_a_recording_goes_live_with_its_values_and_moves_freely(page, site):
    place = page.locator("#lines")
    words = place.locator(".cnnlab-note").inner_text()
    assert site.live.words in words and "MB" in words
    slider = place.get_by_role("slider").first
    slider.press("ArrowRight")
    slider.press("ArrowRight")
    before = values(page, "lines")
    go_live(page, "lines")
    assert values(page, "lines") == before, "what the recording shows stays"
    assert site.live.words not in place.locator(".cnnlab-note").inner_text()
    names = page.evaluate("() => document.querySelector('#lines .cnnlab').cnnlab.controls.map(c => c.name)")
    sliders = place.locator(".cnnlab-slider input")
    box = sliders.nth(0).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    for k in range(8):
        page.mouse.move(box["x"] + box["width"] * (0.5 + 0.05 * k), box["y"] + box["height"] / 2)
    page.mouse.up()
    sliders.nth(1).press("End")
    settled(page, "lines")
    shown, mine = values(page, "lines"), explore.PiecewiseLinear()
    moved = {name for name in names if name in before and shown[name] != before[name]}
    assert len(moved) > 1, "controls move together, as no recording could"
    mine.set(**{name: value for name, value in shown.items() if name in mine.values})
    page.wait_for_function(
        "words => document.querySelector('#lines .cnnlab').cnnlab.frame.scene.description === words",
        arg=mine.current().description,
    )
    assert not page.problems


def test_presses_are_played_again_and_every_explorer_has_its_own(page):
    hidden, mine = page.locator("#hidden"), explore.HiddenKernel()
    for count in (1, 2, 3):
        if count == 3:
            go_live(page, "hidden")
        hidden.get_by_role("button", name="1 step", exact=True).click()
        mine.press("step")
        page.wait_for_function(
            "words => document.querySelector('#hidden .cnnlab').cnnlab.frame.scene.description === words",
            arg=mine.current().description,
        )
    found, first = values(page, "hidden"), values(page, "lines")
    go_live(page, "lines")
    assert values(page, "lines") == first and values(page, "hidden") == found
    assert page.locator("#still").get_by_role("button", name="Go live").count() == 0
    assert not page.problems


def test_malformed_messages_and_refusals_end_nothing(page, site):
    go_live(page, "lines")
    page.evaluate("""() => {
        const { model } = document.querySelector('#lines .cnnlab').cnnlab;
        const set = { do: "set", view: "x", number: 1, name: null, value: null };
        for (const question of [null, 7, { do: "dance" }, set]) model.send(question);
    }""")
    page.locator("#lines .cnnlab-slider input").first.press("Home")
    settled(page, "lines")
    name = page.evaluate(
        "() => document.querySelector('#lines .cnnlab').cnnlab.controls.find(c => c.kind === 'slider').name"
    )
    assert values(page, "lines")[name] == explore.PiecewiseLinear().positions(name)[0] and not page.problems
    assert any('"dance"' in told for told in site.server.heard)


def test_a_python_that_does_not_come_leaves_the_recording(chromium, site):
    page = chromium.new_page()
    page.route("**/live/worker.js", lambda route: route.fulfill(status=404, body=""))
    page.goto(site.url)
    page.wait_for_function("() => document.querySelectorAll('[data-ready]').length > 0")
    place = page.locator("#lines")
    button = place.get_by_role("button", name="Go live")
    button.click()
    place.get_by_text("could not take over").wait_for()
    assert button.is_enabled() and "The recording goes on" in place.locator(".cnnlab-note").inner_text()
    place.get_by_role("slider").first.press("ArrowRight")
    assert values(page, "lines")
    page.close()


def test_from_a_file_no_button_is_offered(chromium, site):
    page = chromium.new_page()
    page.goto((site.folder / "index.html").as_uri())
    page.wait_for_function("() => globalThis.cnnlab")
    assert page.evaluate("() => globalThis.cnnlab.live === undefined")
    page.close()
