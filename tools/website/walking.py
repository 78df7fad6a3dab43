"""A reader without a mouse at the site: every page from Tab to Tab, every question answered, every explorer moved.

    python tools/website/walking.py [DIR] [--only NOTEBOOK ...]

The site in DIR (.cache/pages) is opened from its folder. A line for each page, and at the end what went wrong.
"""

import argparse
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from tools.website import driving  # noqa: E402

MOST = 3000  # presses of Tab on a page: more, and the keyboard is caught somewhere
KEYS = {  # what a reader tries on what has the focus, by its role
    "slider": ("ArrowRight", "ArrowLeft"),
    "application": ("ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "+", "-"),
    "combobox": ("ArrowDown", "ArrowUp"),
    "checkbox": ("Space",),
    "spinbutton": ("ArrowUp", "ArrowDown"),
    "button": ("Enter",),
}
NEAR = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
    const waits = () => [...document.querySelectorAll(".cnnlab-recorded")].some(place => {
        const { top, bottom, height } = place.getBoundingClientRect();
        return height && bottom > 0 && top < innerHeight && !place.dataset.ready; });
    const end = performance.now() + 8000;
    const look = () => waits() && performance.now() < end ? setTimeout(look, 20) : done(); look(); })))"""
# What has the focus, as a screen reader has it; which explorer or question it belongs to; whether an eye sees it.
HERE = """() => { const e = document.activeElement, places = [...document.querySelectorAll(".cnnlab-recorded")];
    if (!e || e === document.body) return null;
    const type = { range: "slider", checkbox: "checkbox", radio: "radio", number: "spinbutton" };
    const tags = { SELECT: "combobox", BUTTON: "button", A: "link", SUMMARY: "button" };
    const { outlineStyle, outlineWidth } = getComputedStyle(e);
    const { width, height, top, bottom } = e.getBoundingClientRect();
    return { role: e.getAttribute("role") || type[e.type] || tags[e.tagName] || "", tag: e.tagName,
        name: (e.getAttribute("aria-label") || e.labels?.[0]?.textContent || e.textContent || "").trim().slice(0, 90),
        explorer: places.indexOf(e.closest(".cnnlab-recorded")), question: e.closest("form")?.dataset.question || "",
        open: e.parentElement?.open ?? null, ring: outlineStyle === "none" ? 0 : parseFloat(outlineWidth),
        seen: width > 0 && height > 0 && bottom > 0 && top < innerHeight } }"""


@dataclass
class Walk:
    """What a walk over one page found: what Tab came to, questions that were answered, explorers that were moved."""

    address: str
    stops: int = 0
    questions: list[str] = field(default_factory=list)
    explorers: dict[int, str] = field(default_factory=dict)
    hints: int = 0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        counted = f"{len(self.questions)} questions answered, {len(self.explorers)} explorers moved, {self.hints} hints"
        return f"{self.address}: {self.stops} stops, {counted}" + "".join(f"\n    {words}" for words in self.wrong)


def walk(browser: Any, base: str, address: str, theme: str = "light", width: int = 1366) -> Walk:
    """Go through a page by the keyboard alone, from its first stop to its last."""
    found = Walk(address)
    context = browser.new_context(viewport={"width": width, "height": 768}, color_scheme=theme)
    page = context.new_page()
    page.on("pageerror", lambda error: found.wrong.append(f"error: {error}"))
    try:
        page.goto(f"{base}/{address}")
        page.wait_for_function("document.documentElement.dataset.questions || !document.querySelector('form.question')")
        while found.stops < MOST:
            page.keyboard.press("Tab")
            page.evaluate(NEAR)
            here = page.evaluate(HERE)
            if here is None:  # behind the last one
                break
            found.stops += 1
            _stop(page, here, found)
        else:
            found.wrong.append(f"after {MOST} presses of Tab the page has not come to an end")
        _missed(page, found)
    finally:
        context.close()
    return found


def _stop(page: Any, here: dict[str, Any], found: Walk) -> None:
    """What a reader does where the focus is."""
    if here["tag"] not in ("PRE", "MAIN") and not (here["role"] and here["name"]):
        found.wrong.append(f"without a role or a name: {here}")
    if here["ring"] < 1 or not here["seen"]:
        found.wrong.append(f"an eye does not see that this has the focus: {here}")
    if here["question"] and here["question"] not in found.questions:
        name = here["question"]
        page.keyboard.press("Space")
        shown = page.locator(f"form[data-question='{name}'] .replies p:visible").count()
        covers = page.locator(f"details.cover[data-question='{name}']")
        if shown != 1 or any(not covers.nth(k).evaluate("fold => fold.open") for k in range(covers.count())):
            found.wrong.append(f"the question {name} does not answer the space bar")
        found.questions.append(name)
    elif here["explorer"] >= 0 and here["explorer"] not in found.explorers:
        _move(page, here, found)
    elif here["tag"] == "SUMMARY" and here["open"] is False and here["name"].startswith("Hint"):
        page.keyboard.press("Enter")
        found.hints += 1
        if not page.evaluate("() => document.activeElement.parentElement.open"):
            found.wrong.append(f"a hint does not open: {here['name']}")


def _move(page: Any, here: dict[str, Any], found: Walk) -> None:
    """Try the keys of what has the focus until its explorer shows something else."""
    root = page.locator(".cnnlab-recorded").nth(here["explorer"]).locator(".cnnlab")
    view = root.evaluate_handle("root => root.cnnlab")
    before = view.evaluate(driving.STATE)
    for key in KEYS.get(here["role"], ()):
        page.keyboard.press(key)
        try:
            page.wait_for_function(f"([view, was]) => ({driving.STATE})(view) !== was", arg=[view, before], timeout=700)
        except Exception:
            continue
        found.explorers[here["explorer"]] = f"{root.get_attribute('aria-label')}: {key} on {here['name']}"
        return


def _missed(page: Any, found: Walk) -> None:
    """What the page has and the keyboard has not come to."""
    asked = page.locator("form.question").evaluate_all("forms => forms.map(form => form.dataset.question)")
    found.wrong += [f"the question {name} was not reached" for name in asked if name not in found.questions]
    for at in range(page.locator(".cnnlab-recorded").count()):
        if at not in found.explorers:
            found.wrong.append(f"explorer {at + 1} was not moved by any key")


def main(arguments: list[str]) -> int:
    """Walk over every notebook's page; the number of pages on which something is wrong."""
    parser = argparse.ArgumentParser(description="Every notebook's page of the site, by the keyboard alone.")
    parser.add_argument("out", nargs="?", type=Path, default=ROOT / ".cache" / "pages")
    parser.add_argument("--only", nargs="*", default=[], metavar="NOTEBOOK")
    chosen = parser.parse_args(arguments)
    paths = sorted((chosen.out / "notebooks").glob("*.html"))
    walks = []
    with driving.chromium() as browser:
        for path in paths:
            if not chosen.only or path.stem in chosen.only:
                walks.append(walk(browser, chosen.out.resolve().as_uri(), f"notebooks/{path.name}"))
                print(walks[-1], flush=True)
    wrong = [found for found in walks if found.wrong]
    print(
        f"{len(walks)} pages: {sum(len(found.questions) for found in walks)} questions answered, "
        f"{sum(len(found.explorers) for found in walks)} explorers moved; wrong: {len(wrong)} pages"
    )
    return len(wrong)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
