"""The table that is printed: what was measured, side by side."""

from benchmarks.sides import COMPILED, FIRST, LAST, OURS

WIDTH = 100


def number(value, digits=2, unit=""):
    """A number in its column; a dash where there is none."""
    return "-" if value is None else f"{value:.{digits}f}{unit}"


def heading(title, note=""):
    return ["", title + (f"   ({note})" if note else ""), "-" * WIDTH]


def machine(about, peak):
    """The lines on top: where, when, with what."""
    versions = ", ".join(f"{name} {version or '(not installed)'}" for name, version in about["versions"].items())
    busy = about["load_before"] is not None and about["load_before"] > 0.5
    lines = [
        f"{about['processor']}, {about['cores']} cores, {about['vector_bits']}-bit vectors, {about['system']}",
        f"{about['date']}, Python {about['python']}, {versions}",
        f"measured peak of one core: {peak:.0f} GFLOP/s (multiply-adds in registers, nothing else)",
    ]
    if busy:
        lines.append(f"NOTE: the machine was busy (load {about['load_before']}): figures for 2 threads mean little")
    return lines


def convolutions(rows, threads, peak):
    """GFLOP/s of cnnlab and its share of the peak; how many times faster it is than PyTorch."""
    lines = heading(f"Single operations, batch 64, {threads}", "ratios: cnnlab / PyTorch, over 1 is faster")
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
