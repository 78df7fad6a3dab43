"""The table that is printed: what was measured, side by side."""

from benchmarks.sides import COMPILED, FIRST, LAST, OURS
from benchmarks.timing import ratio

WIDTH = 100


def number(value, digits=2, unit=""):
    """A number in its column; a dash where there is none."""
    return "-" if value is None else f"{value:.{digits}f}{unit}"


def heading(title, note=""):
    return ["", title + (f"   ({note})" if note else ""), "-" * WIDTH]


def machine(about, peak):
    """The lines on top: where, when, with what."""
    versions = ", ".join(f"{name} {version or '(not installed)'}" for name, version in about["versions"].items())
    return [
        f"{about['processor']}, {about['cores']} cores, {about['vector_bits']}-bit vectors, {about['system']}",
        f"{about['date']}, Python {about['python']}, {versions}",
        f"measured peak of one core: {peak:.0f} GFLOP/s (multiply-adds in registers, nothing else)",
    ]


def others(cores):
    """A word of warning where the machine had other work."""
    if cores is None or cores < 0.1:
        return []
    note = f"NOTE: other work kept {cores:.1f} cores busy meanwhile"
    return ["", note + ", from which PyTorch's threads suffer more than cnnlab's"]


RATIOS = "ratios: cnnlab / PyTorch, over 1 is faster"
PYTORCH = (("PyTorch CL", LAST, 12), ("NCHW", FIRST, 8), ("compiled", COMPILED, 10))


def beside_pytorch(title, columns, rows, speeds, digits=0, contenders=PYTORCH[:2]):
    """What was measured in both layouts of PyTorch: some columns, the speed of each contender, and the ratios.

    columns : (heading, width to the left or right such as "<24" or ">9", row -> words).  speeds : under which name a
    row keeps {contender: speed}.
    """
    heads = [(head, width) for head, width, _ in columns]
    heads += [(head, f">{width}") for head, _, width in contenders] + [("vs CL", ">8"), ("vs NCHW", ">9")]
    lines = [*heading(title, RATIOS), "".join(f"{head:{width}s}" for head, width in heads)]
    for row in rows:
        words = [tell(row) for *_, tell in columns]
        words += [number(row[speeds].get(name), digits) for _, name, _ in contenders]
        words += [number(row["ratios"].get(name)) for name in (LAST, FIRST)]
        lines.append("".join(f"{word:{width}s}" for word, (_, width) in zip(words, heads, strict=True)))
    return lines


def convolutions(rows, threads, peak, batch):
    """GFLOP/s of cnnlab and its share of the peak; how many times faster it is than PyTorch."""
    columns = [
        ("layer", "<24", lambda row: row["layer"] + (" *" if row["lite"] else "")),
        ("operation", "<18", lambda row: row["operation"].replace("_", " ")),
        ("GFLOP/s", ">9", lambda row: number(row["gflops"][OURS], 0)),
        ("of peak", ">9", lambda row: number(100 * row["gflops"][OURS] / peak, 0, " %")),
    ]
    lines = beside_pytorch(f"Single operations, batch {batch}, {threads}", columns, rows, "gflops")
    return [*lines, "* a layer of AlexNet-lite; CL = channels_last, NCHW = PyTorch's default layout"]


def steps(rows, threads):
    """Samples per second of whole training steps."""
    columns = [
        ("network", "<34", lambda row: row["network"]),
        ("batch", ">6", lambda row: str(row["batch"])),
        ("cnnlab", ">9", lambda row: number(row["samples_per_second"][OURS], 0)),
        ("GFLOP/s", ">9", lambda row: number(row["gflops"], 1)),
    ]
    title = f"Training steps, samples per second, {threads}"
    return beside_pytorch(title, columns, rows, "samples_per_second", contenders=PYTORCH)


def pooling(rows, threads):
    """Gigabytes per second, read and written."""
    columns = [
        ("window", "<26", lambda row: row["layer"]),
        ("operation", "<12", lambda row: row["operation"]),
        ("GB/s", ">7", lambda row: number(row["gigabytes"][OURS], 1)),
    ]
    return beside_pytorch(f"Pooling, batch 64, {threads}", columns, rows, "gigabytes", digits=1)


def memory(found):
    """Megabytes of a training step, and of the whole process."""
    lines = heading("Peak memory, AlexNet-lite, batch 128, 1 thread")
    for name, each in found.items():
        lines.append(f"{name:16s}{each['step']:8.0f} MB above the start{each['process']:8.0f} MB in the whole process")
    return lines


def first_step(found):
    """Seconds in a fresh process."""
    lines = heading("The first training step of a fresh process, in seconds", "AlexNet-lite, batch 32")
    for name, title in (("warm", "cnnlab"), ("cold", "cnnlab, empty cache"), ("PyTorch", "PyTorch CL")):
        if name in found:
            each = found[name]
            lines.append(
                f"{title:22s}import {each['import']:6.2f}   step {each['step']:6.2f}   all of it {each['process']:6.2f}"
            )
    return lines


def scaling(found):
    """Cost against work."""
    titles = {
        "batch": "training step of AlexNet-lite",
        "side": "forward + both gradients of 32 -> 32 3x3",
        "channels": "forward + both gradients of C -> C 3x3 @16",
    }
    lines = heading("Cost against work, 1 thread", "ms for a thousand million operations: the lower the better")
    for axis, rows in found.items():
        lines.append(f"{titles[axis]}, by {axis}:")
        for row in rows:
            costs = [f"{name} {1000 * each / row['gflop']:8.2f}" for name, each in row["seconds"].items()]
            lines.append(f"{row['value']:10d}{row['gflop']:12.4g} GFLOP   " + "   ".join(costs))
    return lines


def threads(found):
    """Training steps with several threads against one."""
    lines = heading("Threads, AlexNet-lite, batch 128", "how many times faster than one thread, in turns")
    for name, seconds in found.items():
        gains = [f"{count} threads: {number(ratio(seconds, count, 1))}" for count in seconds if count > 1]
        lines.append(f"{name:16s}" + "   ".join(gains or ["only one core here"]))
    return lines


def bars(rows):
    """What cnnlab wants to reach, and whether it does."""
    lines = heading("Bars")
    for row in rows:
        verdict = "-" if row["value"] is None else "holds" if row["holds"] else "MISSED"
        sign = "at least" if row["more"] else "at most"
        lines.append(f"{row['key']:28s}{number(row['value'], 3):>8s}   {sign:9s}{row['bar']:6.2f}   {verdict}")
    return lines
