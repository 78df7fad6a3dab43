"""How fast is cnnlab, and how fast beside PyTorch on the same processor?

    python3 lab.py bench [--quick] [--json] [--only PART ...]

Prints a table. Every comparison is a median of ratios of alternating runs in one process, after a check that both sides
compute the same. Without PyTorch, the same table shows GFLOP/s against a measured peak. A full run takes several
minutes and is kept in benchmarks/results/.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
from numba import config

from benchmarks import (
    convolutions,
    first_step,
    machine,
    memory,
    peak,
    picture,
    pooling,
    scaling,
    sides,
    steps,
    summary,
    table,
    timing,
)

RESULTS = Path(__file__).parent / "results"
PARTS = ("convolutions", "pooling", "steps", "threads", "memory", "first_step", "scaling")
QUICK_LAYERS = [*convolutions.LITE, convolutions.Layer(32, 64, 3, 16, 2)]


def say(lines):
    print(*lines, sep="\n", end="\n" if lines else "", flush=True)


class Run:
    """One run of the benchmark: `results` in full, `flat` figures; each part prints its table when it is done."""

    def __init__(self, quick=False, parts=PARTS):
        self.quick, self.parts = quick, parts
        self.effort = timing.QUICK if quick else timing.FULL
        self.start = time.perf_counter()
        self.results, self.flat = {"machine": machine.describe(), "quick": quick}, {}
        function, operations = peak.burst()
        seconds = timing.take_turns({"peak": function}, timing.FULL)["peak"]
        self.peak = float(operations / 1e9 / np.median(seconds))
        self.results["peak_gflops"] = self.flat["peak_gflops"] = self.peak
        say(table.machine(self.results["machine"], self.peak))

    def everything(self):
        for count in (1, 2):
            if count <= sides.cores():
                self.with_threads(count)
        sides.set_threads(1)
        others = machine.Others()
        for name in ("threads", "memory", "first_step", "scaling"):
            if name in self.parts and not (name == "scaling" and self.quick):
                self.results[name] = getattr(self, name)()
                say(getattr(table, name)(self.results[name]))
        self.results["cores_busy_with_others"] = others.cores()
        say(table.others(self.results["cores_busy_with_others"]))
        self.flat = {key: self.flat.get(key) for key in summary.BARS} | self.flat  # every key, measured or not
        say(table.bars(summary.bars(self.flat)))
        self.flat = self.results["figures"] = summary.rounded(self.flat)
        say(["", f"measured in {time.perf_counter() - self.start:.0f} s"])

    def with_threads(self, count):
        """The parts that are measured with one thread and with two."""
        sides.set_threads(count)
        words, suffix = f"{count} thread{'s' * (count > 1)}", "" if count == 1 else f"_{count}_threads"
        found = self.results[words] = {}
        others = machine.Others()
        if "convolutions" in self.parts:
            layers, batch = (QUICK_LAYERS, 32) if self.quick else (convolutions.LAYERS, 64)
            found["convolutions"] = rows = convolutions.measure(self.effort, layers, batch, not self.quick)
            say(table.convolutions(rows, words, self.peak * count, batch))
            self.flat |= summary.of_convolutions(rows, suffix)
            if count == 1:
                self.flat["peak_share"] = convolutions.share_of_peak(timing.FULL)
        if "pooling" in self.parts and not (self.quick and count > 1):
            found["pooling"] = pooling.measure(self.effort)
            say(table.pooling(found["pooling"], words))
        if "steps" in self.parts:
            compiled, everybody = count == 1 and not self.quick, count == 1 or not self.quick
            found["steps"] = steps.measure(self.effort, self.quick, compiled, everybody)
            say(table.steps(found["steps"], words))
            self.flat |= summary.of_steps(found["steps"], suffix)
        found["cores_busy_with_others"] = others.cores()
        say(table.others(found["cores_busy_with_others"]))

    def threads(self):
        found = scaling.threads(self.effort, *((2, None) if self.quick else (None, sides.pytorch())))
        self.flat |= summary.of_threads(found)
        return found

    def memory(self):
        found = memory.measure((sides.OURS, sides.LAST) if self.quick else memory.NAMES)
        self.flat |= summary.of_memory(found)
        return found

    def first_step(self):
        repeats, torch = (1, False) if self.quick else (5, sides.pytorch() is not None)
        found = first_step.measure(repeats, torch)
        self.flat |= summary.of_first_step(found)
        return found

    def scaling(self):
        return scaling.measure(timing.Effort(5, self.effort.turn))

    def save(self, folder=RESULTS):
        """Write everything to speed.json, and the pictures beside it."""
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.results, indent=1)
        (folder / "speed.json").write_text(text + "\n", encoding="utf-8")
        for name, each in picture.pictures(self.results).items():
            each.save(folder / f"{name}.png")
            print(f"{folder / name}.png: {each}", flush=True)


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="lab.py bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs: less than a minute")
    parser.add_argument("--json", action="store_true", help="print one flat JSON object on the last line")
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", help="parts: " + ", ".join(PARTS))
    options = parser.parse_args(arguments)
    if config.DISABLE_JIT:
        parser.error("NUMBA_DISABLE_JIT is set: there is no machine code whose speed could be measured")
    run = Run(options.quick, tuple(options.only or PARTS))
    run.everything()
    if not options.quick and not options.only:
        run.save()
    if options.json:
        print(json.dumps(run.flat))


if __name__ == "__main__":
    main()
