"""The site without a mouse, with other eyes, at 200 % of its size: by the keyboard alone, and seen by axe-core."""

import pytest

from browser.harness.axe import findings
from tools.website import building, driving, running, walking

LOOKS = [("index.html", "light"), ("notebooks/05_error_metrics.html", "dark"), ("docs/everybody.html", "light")]


@pytest.mark.parametrize(("address", "theme"), LOOKS)
def test_axe_core_finds_nothing_grave_and_at_200_percent_nothing_scrolls_sideways(site, page, address, theme):
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": 683, "height": 384})  # a laptop's window of 1366 x 768, twice as large
    page.goto(f"{site[0].as_uri()}/{address}")
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 683
    assert findings(page, "body") == []


def test_a_notebook_is_walked_by_the_keyboard_alone(site, chromium):
    found = walking.walk(chromium, site[0].as_uri(), "notebooks/01_five_steps.html", theme="dark")
    text = (site[0] / "notebooks" / "01_five_steps.html").read_text(encoding="utf-8")
    assert found.wrong == []
    assert len(found.questions) == text.count('class="question"') > 3
    assert len(found.explorers) == text.count("cnnlab-recorded") > 3 and found.hints > 3


@pytest.mark.slow
def test_every_notebook_is_walked_by_the_keyboard_alone(chromium, tmp_path):
    out = tmp_path / "out"
    facts = building.build(out, cache=running.CACHE)
    pages = [address for address in driving.addresses(out) if address.startswith("notebooks/")]
    walks = [walking.walk(chromium, out.as_uri(), address) for address in pages]
    assert len(walks) > 12 and not [str(found) for found in walks if found.wrong]
    assert sum(len(found.questions) for found in walks) == facts["questions"]
    assert sum(len(found.explorers) for found in walks) == facts["explorers"]
