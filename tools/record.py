"""Record the moving picture of README.md: real notebooks in a real JupyterLab, worked on by a real mouse.

    python tools/record.py [--out .github/cnnlab.webp] [--seconds 0.12]

The notebooks are opened, run and used as a learner would; a picture is taken after every move and shown for as many
seconds in the end, however long the move took here. The pointer is painted onto the page, for browsers leave it out of
pictures. The file stays under 3 MB, or it is not written.
"""

import argparse
import io
import itertools
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from browser.harness.jupyter import FLAGS, Lab, Server, find_browser  # noqa: E402
from browser.harness.live import View  # noqa: E402

WINDOW, TOP, SHOWN = (1000, 700), 58, 760  # pixels: the page, what is cut off above, and the width in the end
MOST = 3_000_000  # bytes
POINTER = """() => { const pointer = document.createElement("div");
    pointer.innerHTML = `<svg width="22" height="22" viewBox="0 0 22 22"><path d="M3 2v16l4-4 3 7 3-1-3-7h6z"
        fill="black" stroke="white" stroke-width="1.5"/></svg>`;
    pointer.style.cssText = "position: fixed; z-index: 99999; pointer-events: none; left: -50px; top: -50px";
    document.body.append(pointer);
    document.addEventListener("pointermove", ({ clientX, clientY }) => {
        pointer.style.left = `${clientX - 3}px`; pointer.style.top = `${clientY - 2}px`; }, true) }"""


class Film:
    """Pictures of a page, one after the other."""

    def __init__(self, page):
        self.page, self.frames = page, []

    def take(self, times=1):
        """One more picture, which is to be seen `times` as long."""
        shot = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB").crop((0, TOP, *WINDOW))
        self.frames.append((shot.resize((SHOWN, round(SHOWN * shot.height / shot.width)), Image.LANCZOS), times))

    def move(self, places):
        """The mouse goes through these places."""
        for x, y in places:
            self.page.mouse.move(x, y)
            self.page.wait_for_timeout(60)
            self.take()

    def save(self, path, seconds):
        """Write it; returns how many bytes it takes."""
        pictures = [picture for picture, _ in self.frames]
        lasting = [round(1000 * seconds * times) for _, times in self.frames]
        made = io.BytesIO()
        how = {"save_all": True, "append_images": pictures[1:], "duration": lasting, "loop": 0}
        pictures[0].save(made, "WEBP", **how, quality=75, method=6, minimize_size=True)
        if len(made.getvalue()) > MOST:
            sys.exit(f"record.py: {len(made.getvalue()):,} bytes are too many; make fewer or smaller pictures")
        path.write_bytes(made.getvalue())
        return len(made.getvalue())


def place_of(notebook, words):
    """The number of the first cell that says so."""
    return next(i for i, cell in enumerate(notebook.cells()) if words in cell["source"])


def view_of(notebook, words):
    """The explorer that a cell shows, in the middle of the window."""
    view = View(notebook, place_of(notebook, words))
    view.root.evaluate("root => root.scrollIntoView({ block: 'center' })")
    view.page.wait_for_timeout(500)
    view.settle()
    return view


def glide(start, end, steps):
    """Places on the way from here to there, slow at both ends."""
    t = (1 - np.cos(np.pi * np.arange(1, steps + 1) / steps)) / 2
    return [(start[0] + u * (end[0] - start[0]), start[1] + u * (end[1] - start[1])) for u in t]


def kernel_over_the_cat(lab):
    """Notebook 00: a kernel is taken over a photograph."""
    notebook = lab.open(ROOT / "notebooks" / "00_start_here.ipynb")
    lab.page.evaluate(POINTER)
    notebook.run_all(timeout=300)
    view = view_of(notebook, "explore.KernelByHand()")
    panel = view.js("live.frame.scene.rows.flat().find(panel => panel.click).name")
    rows, columns = (
        view.js(f"""(() => {{ const panel = live.frame.scene.rows.flat().find(one => one.name === "{panel}");
        return (panel.pixels || panel.values).shape.slice(0, 2); }})()""")
    )
    corners = [(0.2, 0.2), (0.3, 0.75), (0.55, 0.6), (0.6, 0.3), (0.35, 0.45)]
    places = [view.at(panel, int(rows * r), int(columns * c)) for r, c in corners]
    film = Film(lab.page)
    lab.page.mouse.move(*places[0])
    film.take(4)
    lab.page.mouse.down()
    for start, end in itertools.pairwise(places):
        film.move(glide(start, end, 9))
    lab.page.mouse.up()
    film.take(4)
    notebook.close()
    return film.frames


def errors_stamped_together(lab):
    """Notebook 09: a prediction, and then the gradient is stamped together, error by error."""
    notebook = lab.open(ROOT / "notebooks" / "09_backprop_is_correlation.ipynb")
    lab.page.evaluate(POINTER)
    notebook.run_all(timeout=600)
    film = Film(lab.page)
    question = notebook.cell(place_of(notebook, 'name="overwritten"'))
    question.evaluate("cell => cell.scrollIntoView({ block: 'center' })")
    lab.page.wait_for_timeout(500)
    film.take(8)
    answer = question.get_by_role("radio").first
    box = answer.bounding_box()
    film.move(glide((700, 600), (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2), 8))
    answer.click()
    notebook.wait_until_idle()
    lab.page.wait_for_timeout(700)
    film.take(12)
    view = view_of(notebook, "explore.StampedErrors()")
    play = next(name for name in view.js("live.controls.filter(c => c.kind === 'slider').map(c => c.label)"))
    button = view.root.get_by_role("button", name=f"play: {play}", exact=True)
    box = button.bounding_box()
    film.take(4)
    film.move(glide((700, 300), (box["x"] + 8, box["y"] + 8), 6))
    button.click()
    for _ in range(26):
        lab.page.wait_for_timeout(220)
        film.take(1.5)
    film.take(10)
    notebook.close()
    return film.frames


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, default=ROOT / ".github" / "cnnlab.webp")
    parser.add_argument("--seconds", type=float, default=0.12, help="how long each picture is seen")
    options = parser.parse_args(arguments)
    path = find_browser()
    if path is None:
        parser.error("no Chromium or Chrome was found (apt install chromium, or set CNNLAB_BROWSER)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        with Server(folder) as server:
            lab = Lab(browser, server, *WINDOW)
            lab.command("application:toggle-left-area")
            film = Film(lab.page)
            for part in (kernel_over_the_cat, errors_stamped_together):
                film.frames += part(lab)
        browser.close()
    size = film.save(options.out, options.seconds)
    print(f"{options.out}: {len(film.frames)} pictures, {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
