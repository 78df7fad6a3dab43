"""How fast is cnnlab, and how fast beside PyTorch on the same processor?

    python3 lab.py bench [--quick] [--json] [--only PART ...]

Prints a table. Every comparison is a median of ratios of alternating runs in one process, after a check that both sides
compute the same. Without PyTorch, the same table shows GFLOP/s against a measured peak. A full run takes about half an
hour and is kept in benchmarks/results/.
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
    fitting,
    machine,
    memory,
    narrow,
    notebooks,
    peak,
    picture,
    pooling,
    predicting,
    processors,
    scaling,
    sides,
    steps,
    summary,
    table,
    timing,
)

RESULTS = Path(__file__).parent / "results"
PARTS = ("convolutions", "pooling", "steps", "predict", "threads", "memory", "first_step", "notebooks", "scaling")
LONG = ("notebooks", "scaling")  # not in a quick run, unless they are asked for
QUICK_LAYERS = [*convolutions.LITE, convolutions.Layer(32, 64, 3, 16, 2)]


def say(lines):
    print(*lines, sep="\n", end="\n" if lines else "", flush=True)


class Run:
    """One run of the benchmark: `results` in full, `flat` figures; each part prints its table when it is done."""

    def __init__(self, quick=False, parts=()):
        self.quick, self.parts = quick, parts or tuple(name for name in PARTS if not (quick and name in LONG))
        self.effort = timing.QUICK if quick else timing.FULL
        self.start = time.perf_counter()
        self.results, self.flat = {"machine": machine.describe(), "quick": quick}, {}
        function, operations = peak.burst()
        seconds = timing.take_turns({"peak": function}, timing.FULL)["peak"]
        self.peak = float(operations / 1e9 / np.median(seconds))
        self.results["peak_gflops"] = self.flat["peak_gflops"] = self.peak
        say(table.machine(self.results["machine"], self.peak))

    def everything(self):
        narrower = self.results["as a 256-bit processor"] = narrow.measure(self.parts, self.quick)
        self.narrow_flat = self.flat_of(narrower)
        for count in (1, 2):
            if count <= sides.cores():
                self.with_threads(count)
        sides.set_threads(1)
        others = machine.Others()
        for name in ("threads", "memory", "first_step", "notebooks", "scaling"):
            if name in self.parts:
                self.results[name] = getattr(self, name)()
                say(getattr(table, name)(self.results[name]))
        self.results["cores_busy_with_others"] = others.cores()
        say(table.others(self.results["cores_busy_with_others"]))
        self.flat["max_pool_min_256_bit"] = self.max_pool_min_256_bit()
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
            self.beside_narrow("convolutions", rows, count, ("layer", "operation"))
            say(table.convolutions(rows, words, self.peak * count, batch))
            if count == 1:
                self.flat["peak_share"] = convolutions.share_of_peak(timing.FULL)
        if "pooling" in self.parts and not (self.quick and count > 1):
            found["pooling"] = rows = pooling.measure(self.effort)
            self.beside_narrow("pooling", rows, count, ("layer", "operation"))
            say(table.pooling(rows, words))
        if "steps" in self.parts:
            compiled, everybody = count == 1 and not self.quick, count == 1 or not self.quick
            found["steps"] = rows = steps.measure(self.effort, self.quick, compiled, everybody)
            rows += fitting.measure(self.effort, self.quick) if everybody else []
            self.beside_narrow("steps", rows, count, ("key",))
            say(table.steps(rows, words))
        if "predict" in self.parts and not (self.quick and count > 1):
            found["predict"] = rows = predicting.measure(self.effort, self.quick)
            self.beside_narrow("predict", rows, count, ("key",))
            say(table.predict(rows, words))
        self.flat |= self.flat_of(found, suffix)
        found["cores_busy_with_others"] = others.cores()
        say(table.others(found["cores_busy_with_others"]))

    @staticmethod
    def flat_of(found, suffix=""):
        """The flat figures of the parts that are measured with one thread and with two."""
        of = {"convolutions": summary.of_convolutions, "pooling": summary.of_pooling}
        of |= {"steps": summary.of_steps, "predict": summary.of_predict}
        return {key: value for part in of.keys() & found.keys() for key, value in of[part](found[part], suffix).items()}

    def beside_narrow(self, part, rows, count, names):
        """A column more, where one thread has measured the same as a 256-bit processor."""
        if count == 1:
            narrow.beside(rows, self.results["as a 256-bit processor"].get(part, []), names)

    def max_pool_min_256_bit(self):
        """As such a processor, or on one."""
        own = self.results["machine"]["vector_bits"] == narrow.BITS
        return (self.flat if own else self.narrow_flat).get("max_pool_min")

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

    def notebooks(self):
        found = notebooks.measure()
        self.flat |= summary.of_notebooks(found)
        return found

    def scaling(self):
        return scaling.measure(timing.Effort(5, self.effort.turn))

    def save(self, folder=RESULTS):
        """Write everything to speed.json, and the pictures beside it."""
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.results, indent=1)
        (folder / "speed.json").write_text(text + "\n", encoding="utf-8")
        say(table.processors(processors.keep(folder, self.results, summary.rounded(self.narrow_flat))))
        for name, each in picture.pictures(self.results).items():
            each.save(folder / f"{name}.png")
            print(f"{folder / name}.png: {each}", flush=True)


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="lab.py bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs: about a minute")
    parser.add_argument("--json", action="store_true", help="print one flat JSON object on the last line")
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", help="parts: " + ", ".join(PARTS))
    options = parser.parse_args(arguments)
    if config.DISABLE_JIT:
        parser.error("NUMBA_DISABLE_JIT is set: there is no machine code whose speed could be measured")
    run = Run(options.quick, tuple(options.only or ()))
    run.everything()
    if not options.quick and not options.only:
        run.save()
    if options.json:
        print(json.dumps(run.flat))


if __name__ == "__main__":
    main()
