"""How fast the picture follows the hand: explorers against the classic `interact` with an inline figure, in one run.

    python benchmarks/drag_latency.py [--json] [--only NAME ...] [--seconds 2]

A JupyterLab and a Chromium are started; in each explorer the first sliders, and one thing that is dragged on the
picture itself, are moved to and fro by a real mouse at 60 positions a second; where there is nothing to drag, a box is
ticked and unticked four times a second. Latency is the time from the browser's input event to the end of the frame in
which that position, or a newer one, is painted. A stroke on a drawing pad is painted by the page itself; what the
network says of it is a row of its own, and not in the explorer's numbers. A stale frame is one that is painted after
the button was released and does not yet show where the hand came to rest. The classic is driven in the same way.

Rows are printed as they are measured; all explorers take some ten minutes.

--json prints one object on the last line. Every run is written to benchmarks/results/drag_latency.json.
"""

import argparse
import datetime
import json
import os
import platform
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from browser.harness.jupyter import FLAGS, Lab, Server, find_browser  # noqa: E402

import cnnlab.explore as explore  # noqa: E402

RESULT = ROOT / "benchmarks" / "results" / "drag_latency.json"
EXPLORERS = [name for name in explore.__all__ if name != "Explorer"]
SLIDERS = 3  # sliders that are dragged in each explorer
CLASSIC = """
import numpy as np
import matplotlib.pyplot as plt
from ipywidgets import interact, FloatSlider
%matplotlib inline
def show(w=1.0):
    x = np.linspace(-2, 2, 241)
    figure, axes = plt.subplots(1, 3, figsize=(10, 3))
    for panel in axes:
        for j in range(3):
            panel.plot(x, np.maximum(w * x + j - 1, 0))
    plt.show()
    print(f"w={w:.1f}")
interact(show, w=FloatSlider(value=0, min=-5, max=5, step=0.1));
"""

# Every question of the view with the time of the event behind it, and every paint with the question it answers.
LISTEN = """root => {
    const live = root.cnnlab, { channel } = live, ask = channel.ask.bind(channel);
    live.asked = []; live.paints = [];
    channel.ask = question => {
        const number = ask(question);
        live.asked.push([number, window.event ? window.event.timeStamp : performance.now()]);
        return number;
    };
    root.addEventListener("cnnlab-painted", event => {
        const ports = new MessageChannel();  // runs once the browser has finished the frame
        ports.port1.onmessage = () => live.paints.push([event.detail.number, performance.now()]);
        ports.port2.postMessage(0);
    });
}"""

# The same for the classic: values of the slider's handle, and of the text printed under each new figure.
LISTEN_CLASSIC = """() => {
    window.asked = []; window.paints = [];
    const handle = document.querySelector(".noUi-handle"), area = document.querySelector(".widget-output");
    const read = () => Number(handle.getAttribute("aria-valuetext") || handle.getAttribute("aria-valuenow"));
    let last = read();
    document.addEventListener("mousemove", event => setTimeout(() => {
        if (read() !== last) { last = read(); asked.push([last, event.timeStamp]); } }), true);
    document.addEventListener("pointermove", event => setTimeout(() => {
        if (read() !== last) { last = read(); asked.push([last, event.timeStamp]); } }), true);
    let shown = null;
    new MutationObserver(() => {
        const text = /w=(-?[0-9.]+)/.exec(area.textContent);
        const image = area.querySelector("img");
        if (!text || !image || text[1] === shown) return;
        shown = text[1];
        const value = Number(shown);
        const painted = () => requestAnimationFrame(() => {
            const channel = new MessageChannel();
            channel.port1.onmessage = () => paints.push([value, performance.now()]);
            channel.port2.postMessage(0);
        });
        image.decode().then(painted, painted);
    }).observe(area, { childList: true, subtree: true, characterData: true, attributes: true });
}"""


def sway(page, start, end, seconds):
    """Press the mouse at `start`, swing to `end` and back at 60 positions a second, let go; when, in ms of the page."""
    (x0, y0), (x1, y1) = start, end
    page.mouse.move(x0, y0)
    page.wait_for_timeout(250)  # a hand, too, rests on the thumb for a moment before it pulls
    page.mouse.down()
    steps = int(60 * seconds)
    began = time.perf_counter()
    for i in range(1, steps + 1):
        t = 0.5 - 0.5 * np.cos(2 * np.pi * i / steps * 1.25)
        page.mouse.move(x0 + t * (x1 - x0), y0 + t * (y1 - y0))
        time.sleep(max(0.0, began + i / 60 - time.perf_counter()))
    page.mouse.up()
    return page.evaluate("performance.now()")


def tick(page, place, seconds):
    """Click at `place` four times a second; when it was over, in ms of the page."""
    page.mouse.move(*place)
    page.wait_for_timeout(250)  # as in `sway`
    for _ in range(max(2, int(4 * seconds))):
        page.mouse.click(*place)
        page.wait_for_timeout(250)
    return page.evaluate("performance.now()")


def judge(asked, paints, released):
    """Latency of every question, stale frames after the release, and paints per second, from the two logs."""
    latencies = []
    for number, at in asked:
        answer = next((t for n, t in paints if n >= number and t >= at), None)
        if answer is not None:
            latencies.append(answer - at)
    last = asked[-1][0] if asked else 0
    stale = sum(1 for n, t in paints if t > released and n < last)
    lasted = (released - asked[0][1]) / 1000 if asked else 1.0
    shown = sum(1 for _, t in paints if asked and asked[0][1] <= t <= released)
    return latencies, stale, shown / lasted


def summary(latencies, stale, rates):
    return {
        "p50_ms": round(float(np.percentile(latencies, 50)), 1),
        "p95_ms": round(float(np.percentile(latencies, 95)), 1),
        "stale_frames_after_release": int(stale),
        "paints_per_second": round(float(np.mean(rates)), 1),
        "moves": len(latencies),
    }


def gestures(notebook, root):
    """(name, start, end) of what to drag: sliders that are on, and one cell, value or point of the picture; where there
    is neither, a box to tick, whose end is None.
    """
    nothing = True
    for name in root.evaluate("root => root.cnnlab.controls.filter(c => c.kind === 'slider').map(c => c.name)")[:12]:
        thumb = root.locator(f"[data-control='{name}'] input")
        if thumb.is_enabled():
            thumb.scroll_into_view_if_needed()
            box = thumb.bounding_box()
            y, low, wide = box["y"] + box["height"] / 2, box["x"] + 8, box["width"] - 16
            at = float(thumb.evaluate("node => node.value / node.max"))
            nothing = False
            yield f"slider {name}", (low + at * wide, y), (low + (0.95 if at < 0.5 else 0.05) * wide, y)
    place = root.evaluate("""root => {
        const live = root.cnnlab;
        for (const { panel } of live.layout.boxes) {
            if (!panel.click && !panel.edit && !panel.draw) continue;
            const [rows, columns] = panel.values ? panel.values.shape : panel.pixels ? panel.pixels.shape : [0, 0];
            if (!rows) continue;
            const [a, b] = [live.cellOnScreen(panel.name, 0, 0), live.cellOnScreen(panel.name, rows - 1, columns - 1)];
            const middle = ([x, y, w, h]) => [x + w / 2, y + h / 2];
            return panel.edit ? ["value in " + panel.name, middle(a), [middle(a)[0], middle(a)[1] + 70]]
                : [(panel.draw ? "stroke on " : "cell of ") + panel.name, middle(a), middle(b)];
        }
        for (const [key, { spec }] of live.hands.handles) if (spec.drag) {
            const [x, y, w, h] = spec.box;
            return ["point " + spec.drag, [x + w / 2, y + h / 2], [x + w / 2 + 45, y + h / 2 - 45]];
        }
        return null;
    }""")
    if place:
        root.locator("canvas").scroll_into_view_if_needed()
        box = root.locator("canvas").bounding_box()
        name, start, end = place
        yield name, (box["x"] + start[0], box["y"] + start[1]), (box["x"] + end[0], box["y"] + end[1])
    elif nothing:
        name = root.evaluate("root => root.cnnlab.controls.find(c => c.kind === 'toggle').name")
        tickbox = root.locator(f"[data-control='{name}'] input")
        tickbox.scroll_into_view_if_needed()
        box = tickbox.bounding_box()
        yield f"box {name}", (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2), None


def measure_explorer(lab, name, seconds):
    notebook = lab.open([f"from cnnlab import explore\nexplorer = explore.{name}.example()", "explorer"])
    try:
        notebook.run_all()
        root = notebook.cell(1).locator(".cnnlab")
        root.evaluate(LISTEN)
        latencies, stale, rates, controls, sliders = [], 0, [], {}, 0
        for what, start, end in gestures(notebook, root):
            sliders += what.startswith("slider")
            if what.startswith("slider") and sliders > SLIDERS:
                continue
            root.evaluate("root => { root.cnnlab.asked.length = root.cnnlab.paints.length = 0 }")
            released = sway(notebook.page, start, end, seconds) if end else tick(notebook.page, start, seconds)
            notebook.page.wait_for_timeout(600)
            notebook.wait_until_idle()
            asked, paints = root.evaluate("root => [root.cnnlab.asked, root.cnnlab.paints]")
            found = judge(asked, paints, released)
            if what.startswith("stroke") and found[0]:
                controls["reply to the stroke"] = summary(*found[:2], [found[2]])
                found = judge(asked, [(asked[-1][0], t) for _, t in paints], released)
            if found[0]:
                controls[what] = summary(*found[:2], [found[2]])
                latencies += found[0]
                stale = max(stale, found[1])
                rates.append(found[2])
        problems = notebook.problems()
        if problems:
            raise RuntimeError("\n".join(problems))
        if not latencies:
            raise RuntimeError(f"{name}: nothing was painted in answer to the hand")
        return summary(latencies, stale, rates) | {"controls": controls}
    finally:
        notebook.close()


def measure_classic(lab, seconds):
    notebook = lab.open([CLASSIC])
    try:
        notebook.run_all()
        notebook.cell(0)
        page = notebook.page
        page.wait_for_selector(".noUi-handle")
        page.wait_for_selector(".widget-output img")
        page.evaluate(LISTEN_CLASSIC)
        box, rail = page.locator(".noUi-handle").bounding_box(), page.locator(".noUi-target").bounding_box()
        start = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        released = sway(page, start, (rail["x"] + 0.95 * rail["width"], start[1]), seconds)
        page.wait_for_timeout(6000)  # its queue of figures runs on
        notebook.wait_until_idle()
        asked, paints = page.evaluate("[asked, paints]")
        latencies = []
        for i, (_, at) in enumerate(asked):  # the first figure after the move that shows this value or a later one
            wanted = {value for value, _ in asked[i:]}
            answer = next((t for value, t in paints if t > at and value in wanted), None)
            if answer is not None:
                latencies.append(answer - at)
        stale = sum(1 for value, t in paints if t > released and value != asked[-1][0])
        shown = sum(1 for _, t in paints if asked[0][1] <= t <= released)
        return summary(latencies, stale, [shown / ((released - asked[0][1]) / 1000)])
    finally:
        notebook.close()


def machine():
    return {
        "date": datetime.date.today().isoformat(),
        "cpus": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("jupyterlab", "anywidget", "ipywidgets", "matplotlib", "numpy")},
    }


def show(name, result):
    for label, row in [(name, result), *((f"  {k}", v) for k, v in result.get("controls", {}).items())]:
        numbers = f"{row['p50_ms']:9.1f}{row['p95_ms']:9.1f}{row['stale_frames_after_release']:7d}"
        print(f"{label:34s}{numbers}{row['paints_per_second']:10.1f}", flush=True)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="explorers to measure (default: all)")
    parser.add_argument("--seconds", type=float, default=2.0, help="length of each drag")
    options = parser.parse_args(arguments)
    unknown = set(options.only or []) - set(EXPLORERS)
    if unknown:
        parser.error(f"no explorer {', '.join(sorted(unknown))}; there are {', '.join(EXPLORERS)}")
    path = find_browser()
    if path is None:
        parser.error("no Chromium or Chrome was found (apt install chromium, or set CNNLAB_BROWSER)")
    from playwright.sync_api import sync_playwright

    results = {}
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        with Server(folder) as server:
            lab = Lab(browser, server)
            print(f"{'':34s}{'p50 ms':>9s}{'p95 ms':>9s}{'stale':>7s}{'paints/s':>10s}")
            for name in ["interact + inline figure", *(options.only or EXPLORERS)]:
                known = name in EXPLORERS
                results[name] = (
                    measure_explorer(lab, name, options.seconds) if known else measure_classic(lab, options.seconds)
                )
                show(name, results[name])
        browser.close()
    before = json.loads(RESULT.read_text(encoding="utf-8"))["results"] if options.only and RESULT.exists() else {}
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(
        json.dumps({"machine": machine(), "results": before | results}, indent=1) + "\n", encoding="utf-8"
    )
    if options.json:
        print(json.dumps(results))


if __name__ == "__main__":
    main()
