"""How fast is cnnlab, and how fast beside PyTorch on the same processor?

    python3 lab.py bench [--quick] [--json] [--only PART ...]

Prints a table. Every comparison is a median of ratios of alternating runs in one process; a check that both sides
compute the same comes first. Without PyTorch, the same table shows GFLOP/s against a measured peak.
"""

import argparse
import json

import numpy as np
from numba import config

from benchmarks import convolutions, machine, peak, sides, summary, table, timing

QUICK_LAYERS = [layer for layer in convolutions.LAYERS if layer.lite or layer == convolutions.PEAK_LAYER]


def say(lines):
    print("\n".join(lines), flush=True)


def measured_peak(effort):
    """GFLOP/s of one core."""
    function, operations = peak.burst()
    return float(operations / 1e9 / np.median(timing.take_turns({"peak": function}, effort)["peak"]))


def run(options):
    """Measure and print -> (results in full, flat figures)."""
    effort = timing.QUICK if options.quick else timing.FULL
    results, flat = {"machine": machine.describe()}, {}
    results["peak_gflops"] = flat["peak_gflops"] = top = measured_peak(timing.FULL)
    say(table.machine(results["machine"], top))
    layers = QUICK_LAYERS if options.quick else convolutions.LAYERS
    for count in (1, 2):
        if count > sides.cores():
            break
        sides.set_threads(count)
        words, suffix = f"{count} thread{'s' * (count > 1)}", "" if count == 1 else f"_{count}_threads"
        rows = convolutions.measure(effort, layers)
        say(table.convolutions(rows, words, top * count))
        flat |= summary.of_convolutions(rows, suffix)
        if count == 1:
            flat["peak_share"] = convolutions.share_of_peak(timing.FULL)
        results[words] = {"convolutions": rows}
    return results, summary.rounded(flat)


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="lab.py bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs: less than a minute")
    parser.add_argument("--json", action="store_true", help="print one flat JSON object on the last line")
    options = parser.parse_args(arguments)
    if config.DISABLE_JIT:
        parser.error("NUMBA_DISABLE_JIT is set: there is no machine code whose speed could be measured")
    _, flat = run(options)
    if options.json:
        print(json.dumps(flat))


if __name__ == "__main__":
    main()
