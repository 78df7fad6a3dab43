"""The pictures of a run: `speed` for the README, `scaling` for cost against work."""

import numpy as np

from benchmarks.convolutions import OPERATIONS
from benchmarks.sides import LAST, OURS, best
from cnnlab.picture import COLOURS, Picture, new_figure

MARKS = dict(zip(OPERATIONS, ("o", "s", "^"), strict=True))
GREY = "#767676"


def pictures(results):
    """{name: Picture} of what the results hold."""
    found = {"speed": speed(results)}
    if "scaling" in results:
        found["scaling"] = scaling(results)
    return found


def where(results):
    about = results["machine"]
    torch = about["versions"]["torch"]
    busy = max(results.get(words, {}).get("cores_busy_with_others") or 0 for words in ("1 thread", "2 threads"))
    notes = [f"PyTorch {torch}"] * bool(torch) + [f"WHILE OTHER WORK KEPT {busy:.1f} CORES BUSY"] * (busy > 0.1)
    return ", ".join([about["processor"], about["date"], *notes])


def speed(results):
    """Ratios to the quickest of the others, of whole networks and single convolutions; without any, shares of the peak.

    Whole networks first, and among them the plain one: response normalisation, which is slow in PyTorch, is not in it.
    """
    one = results["1 thread"]
    beside = any(LAST in row["ratios"] for row in one["convolutions"])
    wholes = [part for part in ("steps", "predict") if beside and part in one]
    figure, axes = new_figure(5 * (1 + len(wholes)), 4.6, columns=1 + len(wholes))
    for axis, part in zip(axes[0], wholes, strict=False):
        networks_panel(axis, results, part)
    layers_panel(axes[0, -1], one["convolutions"], None if beside else results["peak_gflops"])
    figure.suptitle(where(results), fontsize=9, color=GREY)
    caption = "How many times faster than PyTorch" if beside else "Speed as a share of the measured peak"
    return Picture(figure, f"{caption}: " + "training steps, " * ("steps" in wholes) + "single convolutions")


def below(axis):
    """The legend under the axis, where it hides nothing."""
    axis.legend(fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.13), ncols=3, frameon=False)


def layers_panel(axis, rows, peak):
    """A row for each layer, a mark for each operation."""
    names = list(dict.fromkeys(row["layer"] for row in rows))
    for k, operation in enumerate(OPERATIONS):
        chosen = [row for row in rows if row["operation"] == operation]
        values = [best(row["ratios"]) if peak is None else row["gflops"][OURS] / peak for row in chosen]
        places = [names.index(row["layer"]) for row in chosen]
        label = operation.replace("_", " ")
        axis.plot(values, places, MARKS[operation], color=COLOURS[k], label=label, alpha=0.9, markersize=6)
    axis.axvline(1, color=GREY, linewidth=1)
    axis.set_yticks(range(len(names)), names, fontsize=8)
    axis.invert_yaxis()
    axis.set_xlim(0, None)
    axis.grid(axis="y", color="#e5e5e5", linewidth=0.8)
    axis.set_axisbelow(True)
    below(axis)
    axis.set_xlabel("speed; PyTorch (its faster layout) = 1" if peak is None else "share of the measured peak")
    axis.set_title("Single convolutions, 1 thread", fontsize=10)


WHOLES = {
    "steps": ("Training steps", "speed; PyTorch (its faster layout) = 1"),
    "predict": ("Networks in use", "speed; the faster of PyTorch (both layouts) and ONNX Runtime = 1"),
}


def networks_panel(axis, results, part):
    """Two bars for each network: one thread and two."""
    names, high = [], 0.38
    for k, words in enumerate(("1 thread", "2 threads")):
        rows = sorted(results.get(words, {}).get(part, []), key=lambda row: "plain" not in row["key"])
        for row in rows:
            title = f"{row['network']}, {'online' if row['batch'] == 1 else 'batch ' + str(row['batch'])}"
            if title not in names:
                names.append(title)
            value = best(row["ratios"])
            place = names.index(title) + (k - 0.5) * high
            first = row is rows[0]
            axis.barh(place, value - 1, high, left=1, color=COLOURS[k], label=words if first else None)
            text = f"{value:.3g}"
            axis.annotate(text, (max(value, 1), place), (4, 0), textcoords="offset points", va="center", fontsize=8)
    axis.axvline(1, color=GREY, linewidth=1)
    axis.set_xscale("log")
    low, top = axis.get_xlim()
    axis.set_xlim(min(low, 0.8), top * 1.6)
    low, top = axis.get_xlim()
    ticks = [value for value in (0.25, 0.5, 1, 2, 5, 10, 20, 50, 100) if low <= value <= top]
    axis.set_xticks(ticks, [f"{value:g}" for value in ticks])
    axis.minorticks_off()
    axis.set_yticks(range(len(names)), names, fontsize=8)
    axis.invert_yaxis()
    below(axis)
    title, speed = WHOLES[part]
    axis.set_xlabel(speed)
    axis.set_title(title, fontsize=10)


AXES = {
    "batch": "AlexNet-lite, training step: batch",
    "side": "32 -> 32 3x3, all three operations: side",
    "channels": "C -> C 3x3 @16, all three operations: C",
}


def scaling(results):
    """Seconds against work for batch, side and channels, and images per second against threads."""
    figure, axes = new_figure(10, 7, 2, 2)
    for axis, (name, title) in zip(axes.flat, AXES.items(), strict=False):
        rows = results["scaling"][name]
        work = np.array([row["gflop"] for row in rows])
        for k, side in enumerate(rows[0]["seconds"]):
            seconds = np.array([row["seconds"][side] for row in rows])
            axis.loglog(work, 1000 * seconds, "os"[k] + "-", color=COLOURS[k], label=side, markersize=5)
        axis.loglog(work, 1000 * work / results["peak_gflops"], "--", color=GREY, label="measured peak")
        for row in rows:
            at = (row["gflop"], 1000 * min(row["seconds"].values()))
            axis.annotate(str(row["value"]), at, (3, -10), textcoords="offset points", fontsize=7, color=GREY)
        axis.set_title(title, fontsize=10)
        axis.set_xlabel("work, thousand million operations")
        axis.set_ylabel("milliseconds")
        axis.legend(fontsize=8)
    threads_panel(axes[1, 1], results["threads"])
    figure.suptitle(where(results), fontsize=9, color=GREY)
    return Picture(figure, "Cost against work over batch, side, channels and threads")


def threads_panel(axis, found, batch=128):
    for k, (side, seconds) in enumerate(found.items()):
        counts = [int(count) for count in seconds]
        rates = [batch / np.median(each) for each in seconds.values()]
        axis.plot(counts, rates, "os"[k] + "-", color=COLOURS[k], label=side)
        axis.plot(counts, [rates[0] * count / counts[0] for count in counts], ":", color=COLOURS[k], linewidth=1)
    axis.set_xticks(counts)
    axis.set_ylim(0, None)
    axis.set_title("AlexNet-lite, batch 128: threads (dotted: in proportion)", fontsize=10)
    axis.set_xlabel("threads")
    axis.set_ylabel("images per second")
    axis.legend(fontsize=8)
