"""A person at the site: in a real Chromium every explorer is dragged, every question is answered, every request noted.

    python tools/website/driving.py [DIR] [--only NOTEBOOK ...] [--served]

The site in DIR (.cache/pages) is opened from its folder, or from a small web server of this machine.

Light and dark, 1366 and 390 pixels wide. A line for each page, and at the end what went wrong; nothing of Python runs
behind the pages.
"""

import argparse
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from browser.harness.jupyter import FLAGS, find_browser  # noqa: E402

LOOKS = tuple((theme, width) for theme in ("light", "dark") for width in (1366, 390))
HEIGHTS = {1366: 768, 390: 844}
AT_HOME = ("file:", "data:", "blob:", "http://127.0.0.1:")
# What moves on the page without a hand on it: the sum is the layout shift of the whole visit. Within the room of an
# explorer its words may take one line more when it is moved: the page around it stays.
SHIFTS = """globalThis.shifts = [];
const inside = ({ node }) => (node?.nodeType === 1 ? node : node?.parentElement)?.closest(".cnnlab-recorded > *");
new PerformanceObserver(list => { for (const entry of list.getEntries())
    if (!entry.hadRecentInput && !entry.sources.every(inside))
        shifts.push([entry.value, entry.sources.map(({ node }) => node?.className || node?.nodeName).join()]); })
    .observe({ type: "layout-shift", buffered: true });"""
# Where a hand can take hold of an explorer, what is dragged first; points of the page, within the window.
HOLDS = """view => { const found = [], { root, canvas } = view, box = canvas.getBoundingClientRect();
    const panels = view.frame.scene.rows.flat(), off = view.frame.disabled;
    const push = (name, kind, x, y, dx, dy) => { if (!off.includes(name)) found.push({ name, kind, x, y, dx, dy }); };
    for (const { name, kind } of view.controls) {
        const all = root.querySelectorAll(`[data-control="${name}"]`);
        const input = root.querySelector(`[data-control="${name}"] input[type=range]`);
        if (kind === "slider" && input && !input.disabled) {
            const { left, top, width, height } = input.getBoundingClientRect();
            const at = (input.value - input.min) / (input.max - input.min || 1), far = at > 0.5 ? 0.1 : 0.9;
            push(name, kind, left + 8 + at * (width - 16), top + height / 2, (far - at) * (width - 16), 0);
        }
        for (const [how, side] of [["click", kind], ["edit", "matrix"]]) for (const panel of panels) {
            if (panel[how] !== name) continue;
            const first = view.cellOnScreen(panel.name, 0, 0);
            const [rows, columns] = (panel.values || panel.pixels || {}).shape || [1, 1];
            const last = view.cellOnScreen(panel.name, rows - 1, columns - 1);
            if (!first || !last) continue;
            const middle = ([x, y, w, h]) => [box.left + x + w / 2, box.top + y + h / 2];
            const [x, y] = middle(first), [u, v] = middle(last);
            if (how === "edit") push(name, side, x, y, 0, -36);
            else push(name, side, u, v, (x - u) * 0.6, (y - v) * 0.6);
        }
        if (["button", "toggle", "choice"].includes(kind) && all[0] && !all[0].disabled) {
            const { left, top, width, height } = all[0].getBoundingClientRect();
            push(name, kind, left + width / 2, top + height / 2, 0, 0);
        }
    }
    for (const handle of root.querySelectorAll(".cnnlab-handle")) {
        const { left, top, width, height } = handle.getBoundingClientRect();
        if (width) for (const [dx, dy] of [[26, -22], [-26, 22]])
            push("", "handle", left + width / 2, top + height / 2, dx, dy);
    }
    const order = ["slider", "handle", "cell", "matrix", "button", "toggle", "choice"];
    return found.sort((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind)); }"""
STATE = """view => JSON.stringify([view.values, view.frame.version, view.frame.scene.description],
    (_, value) => ArrayBuffer.isView(value) ? Array.from(value.subarray(0, 4000)) : value)"""


@dataclass
class Visit:
    """What a visit to one page found.

    first : seconds from the call of the page to the first picture that a drag has changed. shift : of the layout.
    """

    address: str
    theme: str
    width: int
    explorers: int = 0
    questions: int = 0
    dragged: list[str] = field(default_factory=list)
    first: float | None = None
    shift: float = 0.0
    bytes: int = 0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        seconds = "-" if self.first is None else f"{self.first:.2f} s"
        head = f"{self.address} {self.theme} {self.width}"
        counted = (
            f"{self.explorers} explorers, {self.questions} questions, first drag {seconds}, shift {self.shift:.4f}"
        )
        return f"{head}: {counted}" + "".join(f"\n    {words}" for words in self.wrong)


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser, as playwright has it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), headless=True, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def served(out: Path) -> Iterator[str]:
    """The address of a web server of this machine that has the site."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(out)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def visit(browser: Any, base: str, address: str, theme: str, width: int) -> Visit:
    """Read a page as a person does: answer every question, drag every explorer."""
    found = Visit(address, theme, width)
    size = {"width": width, "height": HEIGHTS[width]}
    context = browser.new_context(viewport=size, color_scheme=theme, reduced_motion="no-preference")
    page = context.new_page()
    page.add_init_script(SHIFTS)
    page.on("pageerror", lambda error: found.wrong.append(f"error: {error}"))
    page.on("console", lambda said: said.type == "error" and found.wrong.append(f"console: {said.text}"))
    page.on("request", lambda asked: asked.url.startswith(AT_HOME) or found.wrong.append(f"request: {asked.url}"))
    try:
        begun = time.perf_counter()
        page.goto(f"{base}/{address}")
        explorers = page.locator(".cnnlab-recorded")
        for at in range(explorers.count()):  # those that no question covers, first of all: they are there at once
            if explorers.nth(at).is_visible():
                missed = _drag(page, explorers.nth(at), at, found)
                found.first = time.perf_counter() - begun - missed
                break
        _answer(page, found)
        for at in range(explorers.count()):
            _drag(page, explorers.nth(at), at, found)
            found.explorers += 1
        page.wait_for_timeout(100)
        shifts = page.evaluate("shifts")
        found.shift = sum(value for value, _ in shifts)
        if found.shift > 0:
            found.wrong.append(f"the layout shifts by {found.shift:.4f}: {shifts[:4]}")
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            found.wrong.append(f"the page scrolls sideways, by {over} pixels")
    finally:
        context.close()
    return found


def _answer(page: Any, found: Visit) -> None:
    """Choose an answer of each question, another one each time; its reply comes, and what was covered opens."""
    forms = page.locator("form.question")
    for at in range(forms.count()):
        form = forms.nth(at)
        name = form.get_attribute("data-question")
        labels, covers = form.locator("label"), page.locator(f"details.cover[data-question='{name}']")
        if form.locator(".replies p:visible").count() or covers.locator("> :not(summary):visible").count():
            found.wrong.append(f"the question {name} is answered before it is asked")
        chosen = at % labels.count()
        labels.nth(chosen).scroll_into_view_if_needed()
        labels.nth(chosen).click()
        shown = form.locator(".replies p:visible")
        if shown.count() != 1 or shown.get_attribute("data-answer") != str(chosen):
            found.wrong.append(f"the question {name} has not the reply to answer {chosen}")
        if covers.count() and not page.locator(f".thought[data-question='{name}']:visible").count() == 1:
            found.wrong.append(f"behind the question {name} it is not said what was thought")
        if any(not covers.nth(k).evaluate("fold => fold.open") for k in range(covers.count())):
            found.wrong.append(f"something stays covered behind the question {name}")
        found.questions += 1


def _drag(page: Any, place: Any, at: int, found: Visit) -> float:
    """Take hold of an explorer by mouse; what it shows is another state then.

    Returns the seconds that went by with what it does not react to.
    """
    place.evaluate("place => { for (let e = place; e; e = e.parentElement) if (e.matches('details')) e.open = true; }")
    place.evaluate("place => place.scrollIntoView({ block: 'center' })")
    try:
        page.wait_for_function("place => place.dataset.ready", arg=place.element_handle(), timeout=15_000)
        view = place.locator(".cnnlab").first.evaluate_handle("root => root.cnnlab")
        page.wait_for_function("view => view.painted > 0 && !view.waiting", arg=view, timeout=5_000)
    except Exception as error:
        found.wrong.append(f"explorer {at + 1} does not come: {str(error).splitlines()[0]}")
        return 0.0
    missed = 0.0
    title = place.locator(".cnnlab").first.get_attribute("aria-label")
    place.locator("canvas").first.scroll_into_view_if_needed()
    before = view.evaluate(STATE)
    for kind, k in ((hold["kind"], k) for k, hold in enumerate(view.evaluate(HOLDS))):
        holds = view.evaluate(HOLDS)
        if k >= len(holds) or holds[k]["kind"] != kind:
            continue
        tried = time.perf_counter()
        hold = _within(page, view, holds, k)
        if hold["kind"] == "choice":
            select = place.locator(f"[data-control='{hold['name']}'] select")
            select.select_option(index=1 - min(1, select.evaluate("select => select.selectedIndex")))
        else:
            _mouse(page, hold)
        try:
            page.wait_for_function(f"([view, was]) => ({STATE})(view) !== was", arg=[view, before], timeout=1_000)
        except Exception:
            missed += time.perf_counter() - tried
            continue
        if place.locator(".cnnlab-error:visible").count():
            found.wrong.append(f"{title}: {place.locator('.cnnlab-error').first.text_content()}")
        found.dragged.append(f"{title}: {hold['kind']} {hold['name']}".strip())
        return missed
    found.wrong.append(f"{title} (explorer {at + 1}): nothing that can be taken hold of changes anything")
    return missed


def _within(page: Any, view: Any, holds: list[dict], k: int) -> dict:
    """A hold whose point is in the window: where it is not, the page is scrolled."""
    height = page.viewport_size["height"]
    if not 70 < holds[k]["y"] < height - 20:
        page.evaluate("by => scrollBy(0, by)", holds[k]["y"] - height / 2)
        holds = view.evaluate(HOLDS)
    return holds[k]


def _mouse(page: Any, hold: dict) -> None:
    page.mouse.move(hold["x"], hold["y"])
    page.mouse.down()
    if hold["dx"] or hold["dy"]:
        page.mouse.move(hold["x"] + hold["dx"], hold["y"] + hold["dy"], steps=6)
    page.mouse.up()


def addresses(out: Path) -> list[str]:
    """The pages of a site with explorers or questions."""
    found = ["index.html", *sorted(path.relative_to(out).as_posix() for path in (out / "notebooks").glob("*.html"))]
    return [address for address in found if (out / address).is_file()]


def main(arguments: list[str]) -> int:
    """Visit every page; 1 if something is wrong."""
    parser = argparse.ArgumentParser(prog="driving.py", description="Drag every explorer of the built site.")
    parser.add_argument("out", nargs="?", type=Path, default=ROOT / ".cache" / "pages", metavar="DIR")
    parser.add_argument("--only", nargs="+", default=[], metavar="NOTEBOOK")
    parser.add_argument("--served", action="store_true", help="by a web server, not from its folder")
    chosen = parser.parse_args(arguments)
    visits = []
    with (
        chromium() as browser,
        served(chosen.out) if chosen.served else nullcontext(chosen.out.resolve().as_uri()) as base,
    ):
        for address in addresses(chosen.out):
            if chosen.only and not any(name in address for name in chosen.only):
                continue
            for theme, width in LOOKS:
                visits.append(visit(browser, base, address, theme, width))
                print(visits[-1], flush=True)
    wrong = sum(len(each.wrong) for each in visits)
    slowest = max((each.first for each in visits if each.first is not None), default=0.0)
    print(
        f"{len(visits)} visits, {sum(each.explorers for each in visits)} explorers dragged, "
        f"{sum(each.questions for each in visits)} questions answered, slowest first drag {slowest:.2f} s, "
        f"{wrong} things wrong"
    )
    return int(wrong > 0)


if __name__ == "__main__":
    os.environ.setdefault("CNNLAB_KEEP", "off")
    sys.exit(main(sys.argv[1:]))
