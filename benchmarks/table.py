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


def convolutions(rows, threads, peak, batch):
    """GFLOP/s of cnnlab and its share of the peak; how many times faster it is than PyTorch."""
    lines = heading(f"Single operations, batch {batch}, {threads}", "ratios: cnnlab / PyTorch, over 1 is faster")
    lines.append(
        f"{'layer':24s}{'operation':18s}{'GFLOP/s':>9s}{'of peak':>9s}{'PyTorch CL':>12s}{'NCHW':>7s}"
        f"{'vs CL':>8s}{'vs NCHW':>9s}"
    )
    for row in rows:
        speed, ratios = row["gflops"], row["ratios"]
        lines.append(
            f"{row['layer'] + (' *' if row['lite'] else ''):24s}{row['operation'].replace('_', ' '):18s}"
            f"{number(speed[OURS], 0):>9s}{number(100 * speed[OURS] / peak, 0, ' %'):>9s}"
            f"{number(speed.get(LAST), 0):>12s}{number(speed.get(FIRST), 0):>7s}"
            f"{number(ratios.get(LAST)):>8s}{number(ratios.get(FIRST)):>9s}"
        )
    return [*lines, "* a layer of AlexNet-lite; CL = channels_last, NCHW = PyTorch's default layout"]


def steps(rows, threads):
    """Samples per second of whole training steps."""
    lines = heading(f"Training steps, samples per second, {threads}", "ratios: cnnlab / PyTorch, over 1 is faster")
    lines.append(
        f"{'network':34s}{'batch':>6s}{'cnnlab':>9s}{'GFLOP/s':>9s}{'PyTorch CL':>12s}{'NCHW':>8s}{'compiled':>10s}"
        f"{'vs CL':>8s}{'vs NCHW':>9s}"
    )
    for row in rows:
        speed, ratios = row["samples_per_second"], row["ratios"]
        lines.append(
            f"{row['network']:34s}{row['batch']:6d}{number(speed[OURS], 0):>9s}{number(row['gflops'], 1):>9s}"
            f"{number(speed.get(LAST), 0):>12s}{number(speed.get(FIRST), 0):>8s}{number(speed.get(COMPILED), 0):>10s}"
            f"{number(ratios.get(LAST)):>8s}{number(ratios.get(FIRST)):>9s}"
        )
    return lines


def pooling(rows, threads):
    """Gigabytes per second, read and written."""
    lines = heading(f"Pooling, batch 64, {threads}", "ratios: cnnlab / PyTorch, over 1 is faster")
    names = f"{'GB/s':>7s}{'PyTorch CL':>12s}{'NCHW':>7s}{'vs CL':>8s}{'vs NCHW':>9s}"
    lines.append(f"{'window':26s}{'operation':12s}{names}")
    for row in rows:
        speed, ratios = row["gigabytes"], row["ratios"]
        lines.append(
            f"{row['layer']:26s}{row['operation']:12s}{number(speed[OURS], 1):>7s}{number(speed.get(LAST), 1):>12s}"
            f"{number(speed.get(FIRST), 1):>7s}{number(ratios.get(LAST)):>8s}{number(ratios.get(FIRST)):>9s}"
        )
    return lines


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
