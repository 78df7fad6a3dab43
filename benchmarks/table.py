"""The table that is printed: what was measured, side by side."""

from benchmarks.sides import COMPILED, FIRST, LAST, OURS, RUNTIME, best
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


RATIOS = "ratios: over 1, cnnlab is faster"
NARROW = "256-bit: vs PyTorch's faster layout, both as a processor with 256-bit vectors"
PYTORCH = (("PyTorch CL", LAST, 12), ("NCHW", FIRST, 8), ("compiled", COMPILED, 10))


def beside_pytorch(title, columns, rows, speeds, digits=0, contenders=PYTORCH[:2]):
    """What was measured in both layouts of PyTorch: some columns, the speed of each contender, and the ratios.

    columns : (heading, width to the left or right such as "<24" or ">9", row -> words).  speeds : under which name a
    row keeps {contender: speed}.
    """
    columns = list(columns)
    for head, name, width in contenders:
        columns.append((head, f">{width}", lambda row, name=name: number(row[speeds].get(name), digits)))
    columns += [("vs CL", ">7", lambda row: number(row["ratios"].get(LAST)))]
    columns += [("vs NCHW", ">8", lambda row: number(row["ratios"].get(FIRST)))]
    if any(name == RUNTIME for _, name, _ in contenders):
        columns += [("vs best", ">8", lambda row: number(best(row["ratios"])))]
    narrow = any("256-bit" in row for row in rows)
    if narrow:
        columns += [("256-bit", ">8", lambda row: number(row.get("256-bit")))]
    lines = [*heading(title, RATIOS), "".join(f"{head:{width}s}" for head, width, _ in columns)]
    lines += ["".join(f"{tell(row):{width}s}" for _, width, tell in columns) for row in rows]
    return [*lines, NARROW] if narrow else lines


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


def predict(rows, threads):
    """Images per second of networks in use."""
    columns = [
        ("network", "<26", lambda row: row["network"]),
        ("batch", ">6", lambda row: str(row["batch"])),
        ("cnnlab", ">9", lambda row: number(row["images_per_second"][OURS], 0)),
    ]
    contenders = (*PYTORCH[:2], (RUNTIME, RUNTIME, 14))
    title = f"Networks in use, images per second, {threads}"
    return beside_pytorch(title, columns, rows, "images_per_second", contenders=contenders)


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


def notebooks(found):
    """Seconds and megabytes of each."""
    lines = heading("Notebooks, executed one after the other", "memory: of the kernel, resident, behind its last cell")
    return lines + [f"{name:28s}{each['seconds']:8.1f} s{each['megabytes']:8.0f} MB" for name, each in found.items()]


def processors(kept):
    """The figures of every kind of processor that has been measured, a section each."""
    lines = heading("Kinds of processor that have been measured")
    for kind, each in kept.items():
        lines += [f"{kind} ({each['date']}):"]
        lines += [f"    {key:28s}{number(value, 3):>9s}" for key, value in each["figures"].items()]
    return lines


def bars(rows):
    """What cnnlab must reach, what it aims at, and whether it does."""
    lines = heading("Bars")
    for row in rows:
        verdict = "-" if row["value"] is None else "holds" if row["holds"] else "MISSED"
        sign = "at least" if row["more"] else "at most"
        value, aim = number(row["value"], 3), f"(aim {row['aim']:g})"
        lines.append(f"{row['key']:28s}{value:>9s}   {sign:9s}{row['bar']:7.2f} {aim:11s} {verdict}")
    return lines
