"""The built site in a real Chromium, with no Python behind it: explorers, questions, search, theme, phone, printer."""

import re
from urllib.parse import urlsplit

import pytest

from tools.website import building, driving, linking, running

FEW = ("01_five_steps", "05_error_metrics")  # as in conftest.py
MOST = 2_000_000  # bytes of a page before its explorers


@pytest.mark.parametrize(("theme", "width", "name"), [("light", 1366, FEW[0]), ("dark", 390, FEW[1])])
def test_every_explorer_is_dragged_and_every_question_answered(site, chromium, theme, width, name):
    out, facts = site
    assert facts["explorers"] > 8 and facts["questions"] > 9
    found = driving.visit(chromium, out.as_uri(), f"notebooks/{name}.html", theme, width)
    text = (out / "notebooks" / f"{name}.html").read_text(encoding="utf-8")
    assert found.wrong == []
    assert found.explorers == text.count("cnnlab-recorded") == len(found.dragged) - 1  # one of them twice
    assert found.questions == text.count('class="question"') > 3


def test_a_web_server_serves_it_as_well(site, chromium):
    with driving.served(site[0]) as base:
        found = driving.visit(chromium, base, "index.html", "light", 390)
    assert found.wrong == [] and found.explorers == 1 and found.first is not None


def test_no_page_is_heavy_and_none_allows_more_than_it_needs(site):
    out, facts = site
    assert max(facts["weights"].values()) < MOST
    for path in out.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
        assert policy.startswith("default-src &#39;none&#39;;") and "unsafe" not in policy, path.name
        assert " style=" not in text and not re.search(r"<script(?![^>]* src=)|\son\w+=", text), path.name
    assert len(linking.read((out / "index.html").read_text(encoding="utf-8")).links) > 10


def test_a_choice_is_kept_where_that_can_be_and_forgotten_when_asked(site, page):
    address = (site[0] / "notebooks" / f"{FEW[0]}.html").as_uri()
    page.goto(address)
    form = page.locator("form.question").first
    name = form.get_attribute("data-question")
    thought, cover = page.locator(f".thought[data-question='{name}']"), page.locator(f"details[data-question='{name}']")
    form.locator("label").nth(1).click()
    form.locator("label").nth(0).click()  # curiosity: the reply is another one, the prediction stays
    first = form.locator("label").nth(1).inner_text()
    assert first.strip() in thought.locator("visible=true").inner_text()
    page.reload()
    assert form.locator("input").nth(1).is_checked() and cover.first.get_attribute("open") is not None
    assert first.strip() in thought.locator("visible=true").inner_text()
    page.locator("#forget").click()
    page.wait_for_function(
        "() => document.documentElement.dataset.questions && !document.querySelector('input:checked')"
    )
    assert cover.first.get_attribute("open") is None and page.locator("#kept").is_hidden()


def test_questions_answer_in_a_browser_that_keeps_nothing(site, chromium, page):
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })")
    page.goto((site[0] / "notebooks" / f"{FEW[0]}.html").as_uri())
    form = page.locator("form.question").first
    form.locator("label").first.click()
    assert form.locator(".replies p:visible").count() == 1
    page.locator("#theme").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_without_scripts_everything_can_be_read(site, chromium):
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto((site[0] / "notebooks" / f"{FEW[0]}.html").as_uri())
    assert page.locator(".question noscript details").first.is_visible()
    assert page.locator(".cnnlab-recorded img.light").first.get_attribute("alt")
    page.locator("details.cover summary").first.click()
    assert page.locator("details.cover > :not(summary)").nth(0).count()
    page.context.close()


def test_the_theme_is_that_of_the_computer_until_another_is_chosen_and_views_follow(site, page):
    page.goto((site[0] / "index.html").as_uri())
    page.wait_for_function("() => document.querySelector('.cnnlab')?.cnnlab.theme")
    assert not page.evaluate("document.querySelector('.cnnlab').cnnlab.theme.dark")
    page.locator("#theme").click()
    page.wait_for_function("() => document.querySelector('.cnnlab').cnnlab.theme?.dark")
    assert page.locator("#theme").inner_text() == "Light"
    page.reload()
    page.wait_for_function("() => document.querySelector('.cnnlab')?.cnnlab.theme?.dark")
    page.locator("#theme").click()
    page.emulate_media(color_scheme="dark")
    page.evaluate("delete document.documentElement.dataset.theme")
    page.wait_for_function("() => document.querySelector('.cnnlab').cnnlab.theme?.dark")


def test_the_search_finds_what_is_meant_from_the_keyboard(site, page):
    page.goto((site[0] / "docs" / "lecture.html").as_uri())
    page.keyboard.press("/")
    page.keyboard.type("vanishing gradient")
    page.wait_for_selector("#search-found a[href$='docs/glossary.html#term-vanishing-gradient'] mark")
    page.locator("#search-words").fill("Conv2D")
    page.wait_for_function("() => document.querySelector('#search-found a')?.textContent.includes('Conv2D')")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/reference/cnnlab(/layers)?\.html#Conv2D$"))
    assert page.locator("#Conv2D").is_visible()
    page.keyboard.press("/")
    page.keyboard.type("<img src=x onerror=alert(1)> nothinglikethis")
    page.wait_for_function("() => document.querySelector('#search-said').textContent.startsWith('0 ')")


def test_the_keyboard_reaches_the_text_first_and_landmarks_are_there(site, page):
    page.goto((site[0] / "notebooks" / f"{FEW[1]}.html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert urlsplit(page.url).fragment == "top"
    for role, name in (("banner", None), ("main", None), ("contentinfo", None), ("navigation", "On this page")):
        assert page.get_by_role(role, **({"name": name} if name else {})).count() == 1, role
    assert page.locator("h1").count() == 1 and page.locator("html[lang=en]").count() == 1
    assert page.evaluate("[...document.images].every(image => image.alt)")
    assert page.locator("a[rel=prev]").get_attribute("href") == f"{FEW[0]}.html"


def test_the_printer_gets_what_is_folded_and_the_pictures_of_explorers(site, page):
    page.goto((site[0] / "notebooks" / f"{FEW[0]}.html").as_uri())
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("[...document.querySelectorAll('main details')].every(fold => fold.open)")
    page.emulate_media(media="print")
    assert page.locator(".bar").is_hidden() and page.locator(".cnnlab-recorded").last.is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not page.evaluate("[...document.querySelectorAll('details.cover')].some(fold => fold.open)")


@pytest.mark.slow
def test_the_whole_site_is_dragged_and_answered_in_both_themes_at_both_widths(chromium, tmp_path):
    facts = building.build(tmp_path / "out", cache=running.CACHE)
    assert max(facts["weights"].values()) < MOST
    pages = driving.addresses(tmp_path / "out")
    visits = [
        driving.visit(chromium, (tmp_path / "out").as_uri(), address, *look)
        for address in pages
        for look in driving.LOOKS
    ]
    assert not [str(found) for found in visits if found.wrong]
    assert sum(found.questions for found in visits) == 4 * facts["questions"]
    assert sum(found.explorers for found in visits) == 4 * (facts["explorers"] + 1)  # one more on the first page
