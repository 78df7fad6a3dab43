"""The flat figures: one name, one number, for programs; and the bars that cnnlab wants to reach."""

from benchmarks import convolutions, steps
from benchmarks.sides import COMPILED, FIRST, LAST, OURS
from benchmarks.timing import ratio

# Ratios are PyTorch's time / cnnlab's (more is better); memory is cnnlab's / PyTorch's, seconds are seconds.
BARS = {
    "conv_forward_min": 0.9,
    "conv_input_gradient_min": 0.9,
    "conv_weight_gradient_min": 0.9,
    "alexnet_lite_step": 1.2,
    "alexnet_lite_step_nchw": 1.6,
    "zip_code_online": 25,
    "zip_code_batch32": 2,
    "tdnn_online": 25,
    "tdnn_batch32": 4,
    "peak_share": 0.85,
    "two_threads_over_one": 1.7,
    "alexnet_lite_memory": 0.8,
    "first_step_warm_s": 0.5,
    "first_step_cold_s": 10,
}
LESS_IS_BETTER = ("alexnet_lite_memory", "first_step_warm_s", "first_step_cold_s")


def of_convolutions(rows, suffix=""):
    """The smallest ratio to PyTorch (channels_last) of each operation: among AlexNet-lite's layers, and among all."""
    found = {}
    for operation in convolutions.OPERATIONS:
        found[f"conv_{operation}_min{suffix}"] = convolutions.smallest(rows, operation, lite=True)
        found[f"conv_{operation}_min_of_all{suffix}"] = convolutions.smallest(rows, operation)
    return found


def of_steps(rows, suffix=""):
    """Ratios of whole steps: AlexNet-lite to both layouts, small networks to the faster one; and samples per second."""
    found = {}
    for row in rows:
        ratios, key = row["ratios"], row["key"]
        if key.startswith("alexnet"):
            found[key + suffix], found[f"{key}_nchw{suffix}"] = ratios.get(LAST), ratios.get(FIRST)
        else:
            found[key + suffix] = steps.against_eager(row)
        if COMPILED in ratios:
            found[f"{key}_compiled{suffix}"] = ratios[COMPILED]
        found[f"{key}_per_second{suffix}"] = row["samples_per_second"][OURS]
    return found


def of_memory(found):
    """cnnlab's memory of a step / PyTorch's (the thriftier layout), and megabytes."""
    theirs = min((each["step"] for name, each in found.items() if name != OURS), default=None)
    ours = found[OURS]["step"]
    return {"alexnet_lite_memory": ours / theirs if theirs else None, "alexnet_lite_memory_mb": ours}


def of_first_step(found):
    flat = {f"first_step_{name}_s": found[name]["step"] for name in ("warm", "cold")}
    flat |= {"import_s": found["warm"]["import"], "first_step_process_s": found["warm"]["process"]}
    return flat | ({"first_step_pytorch_s": found["PyTorch"]["step"]} if "PyTorch" in found else {})


def of_threads(found):
    return {"two_threads_over_one": ratio(found[OURS], 2, 1)}


def bars(flat):
    """Rows (dicts): key, value (None: not measured), bar, more (whether more is better), holds."""
    rows = []
    for key, bar in BARS.items():
        value, more = flat.get(key), key not in LESS_IS_BETTER
        holds = value is not None and (value >= bar if more else value <= bar)
        rows.append({"key": key, "value": value, "bar": bar, "more": more, "holds": holds})
    return rows


def rounded(figures):
    """With four digits that count: nobody measures more."""
    return {name: float(f"{value:.4g}") if isinstance(value, float) else value for name, value in figures.items()}
