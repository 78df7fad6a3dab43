"""A class on this machine, for real: JupyterHub with its proxy, learners who work through a notebook, and busy hands.

    python3 lab.py hub --prepare                                  # installs what a class needs
    python3 lab.py run python benchmarks/class_load.py            # 12 learners, of whom 4 drag at once
    python3 lab.py run python benchmarks/class_load.py --learners 3 --dragging 2 --seconds 5

Learners come in through the form, get a server each, begin a kernel for notebook 09 and run all its cells, all at the
same time; then some of them drag a control of its first explorer at 60 positions a second. Each position is a question
to Python, sent as the view sends it: one at a time, then the newest position. (A view in a browser asks less: it has
most positions ready.) Latency is the time from a move of the hand to the answer that shows that position, or a newer
one; proxy, server and kernel are on the way. All clients live in this process, on the same cores.

--keep writes data/measured/class.json and the table of docs/a_class.md.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from classes import Hand, Hub, Kernel, Learner  # noqa: E402

from benchmarks import kept, machine  # noqa: E402

NOTEBOOK = "09_backprop_is_correlation.ipynb"
BARS = {"beside_kernel_mb": 120, "p95_ms": 150, "failures": 0, "second_first_explorer_s": 2}
PAGE = ROOT / "docs" / "a_class.md"
MARKS = "<!-- measured -->\n", "<!-- end of measured -->"


def cells(name=NOTEBOOK):
    """The sources of the code cells of a notebook."""
    notebook = json.loads((ROOT / "notebooks" / name).read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def place(view):
    """(control, its positions) of a view that a hand takes: a cell of a picture, or a slider."""
    for control in view["controls"]:
        if control["kind"] == "cell":
            count = control["rows"] * control["columns"]
            return control["name"], [
                [index // control["columns"], index % control["columns"]] for index in range(count)
            ]
        if control["kind"] == "slider":
            return control["name"], control["all"]
    raise ValueError("an explorer without a cell and without a slider")


async def first_explorer(learner):
    """Seconds of a new kernel for the first cell, which imports, and the first with an explorer; of the former."""
    kernel, sources = await Kernel.of(learner, NOTEBOOK), cells()
    began = time.perf_counter()
    await kernel.run(sources[0])
    imports = time.perf_counter() - began
    await kernel.run(next(source for source in sources if "explore.ErrorFootprint()" in source))
    seconds = time.perf_counter() - began
    assert kernel.views, "the explorer is not there"
    await kernel.close()
    return seconds, imports


async def work_through(learner):
    """Run all cells -> (kernel, seconds)."""
    kernel, began = await Kernel.of(learner, NOTEBOOK), time.perf_counter()
    for source in cells():
        await kernel.run(source)
    return kernel, time.perf_counter() - began


def memory(hub):
    """{learner: {"kernel": MB, "server": MB}, "": {"hub": MB}} of all processes of the class.

    What several processes share, such as what the servers have imported, is divided among them, as Linux counts it; a
    kernel shares nothing to speak of.
    """
    import psutil

    found, learners = {"": {"hub": 0.0}}, hub.folder.resolve() / "learners"
    for process in [psutil.Process(hub.process.pid), *psutil.Process(hub.process.pid).children(recursive=True)]:
        try:
            place, words, sizes = Path(process.cwd()), process.cmdline(), process.memory_full_info()
        except psutil.Error:
            continue
        name = place.relative_to(learners).parts[0] if place.is_relative_to(learners) else ""
        what = "kernel" if any("ipykernel" in word for word in words) else "server" if name else "hub"
        found.setdefault(name, {}).setdefault(what, 0.0)
        found[name][what] += (sizes.rss if what == "kernel" else getattr(sizes, "pss", sizes.rss)) / 1e6
    return found


async def gathered(jobs, failures):
    """All of them at once -> those results that came; what failed is told in a line each."""
    results = await asyncio.gather(*jobs, return_exceptions=True)
    failures += [f"{type(each).__name__}: {each}" for each in results if isinstance(each, BaseException)]
    return [each for each in results if not isinstance(each, BaseException)]


async def load(hub, names, dragging, seconds, failures):
    """A lesson -> what was measured."""
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(len(names)))
    learners = [Learner(hub, name) for name in names]

    def come(learner):
        began = time.perf_counter()
        if not learner.come_in():
            raise PermissionError(f"{learner.name} was not let in")
        learner.begin()
        return time.perf_counter() - began

    firsts = []
    for learner in learners[:2]:  # before the others keep the cores busy
        await loop.run_in_executor(None, come, learner)
        firsts.append(await first_explorer(learner))
    arrived = await gathered([loop.run_in_executor(None, come, learner) for learner in learners[2:]], failures)
    worked = await gathered([work_through(learner) for learner in learners], failures)
    sizes = memory(hub)
    hands = []
    for kernel, _ in worked[:dragging]:
        view, state = next(iter(kernel.views.items()))
        name, positions = place(state)
        hands.append((Hand(kernel, view, name), positions))
    await gathered([hand.sway(positions, seconds) for hand, positions in hands], failures)
    for hand, _ in hands:
        failures += [f"refused: {words}" for words in hand.refused]
        failures += [f"no answer to {len(hand.open)} moves"] if hand.open else []
    for kernel, _ in worked:
        await kernel.close()
    waits = 1000 * np.array([wait for hand, _ in hands for wait in hand.waits])
    kernels = [each["kernel"] for name, each in sizes.items() if name]
    servers = [each["server"] for name, each in sizes.items() if name]
    beside = (sum(servers) + sizes[""]["hub"]) / len(names)
    return {
        "first_explorer_s": round(firsts[0][0], 2),
        "second_first_explorer_s": round(firsts[1][0], 2) if firsts[1:] else None,
        "of_which_imports_s": round(firsts[1][1], 2) if firsts[1:] else None,
        "last_to_arrive_s": round(max(arrived), 1) if arrived else None,
        "notebook_s": round(float(np.median([each for _, each in worked])), 1),
        "kernel_mb": round(max(kernels)),
        "server_mb": round(max(servers)),
        "hub_and_proxy_mb": round(sizes[""]["hub"]),
        "beside_kernel_mb": round(beside),
        "moves": len(waits),
        "p50_ms": round(float(np.percentile(waits, 50)), 1),
        "p95_ms": round(float(np.percentile(waits, 95)), 1),
        "longest_ms": round(float(waits.max()), 1),
        "failures": len(failures),
    }


ROWS = {
    "second_first_explorer_s": "seconds of a new kernel to the first explorer, with imports, for the second learner",
    "of_which_imports_s": "of which its first cell, which imports",
    "notebook_s": "seconds until all cells of 09 had run, everybody at once",
    "kernel_mb": "MB of a kernel behind the last cell, the largest",
    "beside_kernel_mb": "MB for each learner beside the kernel: server, and a share of what all have together",
    "p50_ms": "ms from a move of the hand to the answer, half of the moves",
    "p95_ms": "the same, 95 % of the moves",
    "longest_ms": "the same, the longest",
    "failures": "failures",
}


def table(found):
    """The table of docs/a_class.md."""
    head = f"{found['learners']} learners, {found['dragging']} of them drag at once, {found['cores']} cores"
    lines = [f"| {head}, {found['date']} | measured | at most |", "| --- | --- | --- |"]
    lines += [f"| {words} | {found[name]} | {BARS.get(name, '')} |" for name, words in ROWS.items()]
    return "\n".join(lines) + "\n"


def keep(found):
    """Write data/measured/class.json, and its table into docs/a_class.md."""
    kept.keep("class", found)
    found = json.loads((kept.FOLDER / "class.json").read_text(encoding="utf-8"))
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(MARKS[0])
    PAGE.write_text(before + MARKS[0] + table(found) + MARKS[1] + rest.split(MARKS[1])[1], encoding="utf-8")


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--learners", type=int, default=12)
    parser.add_argument("--dragging", type=int, default=4, help="of them, at once")
    parser.add_argument("--seconds", type=float, default=20, help="of dragging")
    parser.add_argument("--folder", help="for the class; what is warm there stays warm (default: a new one)")
    parser.add_argument("--one-account", action="store_true", help="as deploy/hub.py has it")
    parser.add_argument("--keep", action="store_true", help="write data/measured/class.json and docs/a_class.md")
    chosen = parser.parse_args(arguments)
    failures = []
    with tempfile.TemporaryDirectory() as new:
        options = [f"--learners={chosen.learners}", *["--one-account"] * chosen.one_account]
        os.chmod(new, 0o755)  # learners' accounts go through it to their own folders
        with Hub(Path(chosen.folder or new) / "class", *options) as hub:
            found = asyncio.run(load(hub, list(hub.passwords), chosen.dragging, chosen.seconds, failures))
    about = {"learners": chosen.learners, "dragging": chosen.dragging, "cores": os.cpu_count()}
    about |= {"processor": machine.processor(), "accounts": os.geteuid() == 0 and not chosen.one_account}
    about |= {"versions": {name: version(name) for name in ("jupyterhub", "jupyterlab", "jupyter_server")}}
    for line in failures:
        print("failure:", line.splitlines()[0])
    print(json.dumps(about | found, indent=1))
    over = [name for name, bar in BARS.items() if found[name] is not None and found[name] > bar]
    print(f"over the bar: {', '.join(over)}" if over else "every bar is kept")
    if chosen.keep:
        keep(about | found)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
