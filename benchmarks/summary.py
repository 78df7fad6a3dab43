"""The flat figures: one name, one number, for programs; and the bars that cnnlab wants to reach."""

from benchmarks import convolutions, notebooks
from benchmarks.sides import COMPILED, FIRST, OURS, best
from benchmarks.timing import ratio

# (what cnnlab must reach, what it aims at). Ratios are the time of the quickest other / cnnlab's (more is better);
# alexnet_lite_memory is cnnlab's / PyTorch's; seconds are seconds, and megabytes megabytes.
BARS = {
    "max_pool_min": (1.0, 1.3),
    "max_pool_min_256_bit": (1.0, 1.3),
    "conv_min_of_all": (1.0, 1.1),
    "conv_min_of_all_2_threads": (0.95, 1.1),
    "conv_forward_min": (1.0, 1.1),
    "conv_input_gradient_min": (1.0, 1.1),
    "conv_weight_gradient_min": (1.0, 1.1),
    "alexnet_lite_plain_step": (1.45, 1.6),
    "alexnet_lite_step": (1.5, 1.8),
    "alexnet_lite_step_nchw": (1.6, 1.8),
    "alexnet_lite_bn_step": (1.3, 1.6),
    "predict_alexnet_lite_128": (1.1, 1.4),
    "predict_alexnet_lite_1": (0.9, 1.2),
    "predict_alexnet_lite_bn_128": (1.1, 1.4),
    "predict_alexnet_lite_bn_1": (0.9, 1.2),
    "predict_alexnet_2012_8": (1.0, 1.2),
    "predict_alexnet_2012_1": (0.9, 1.1),
    "lenet_mnist_fit": (1.5, 2),
    "zip_code_online": (33, 45),
    "zip_code_batch32": (4, 5),
    "tdnn_online": (65, 90),
    "tdnn_batch32": (8, 10),
    "peak_share": (0.9, 0.95),
    "two_threads_over_one": (1.7, 1.9),
    "alexnet_lite_memory": (0.5, 0.4),
    "first_step_warm_s": (0.3, 0.2),
    "import_s": (0.25, 0.15),
    "first_step_cold_s": (8, 6),
    "notebooks_s": (180, 120),
    "kernel_mb": (400, 300),
}
LESS_IS_BETTER = (
    *("alexnet_lite_memory", "first_step_warm_s", "import_s", "first_step_cold_s", "notebooks_s", "kernel_mb"),
)


def of_convolutions(rows, suffix=""):
    """The smallest ratios to PyTorch: of each operation, in AlexNet-lite's layers and in all, and of everything."""
    found = {f"conv_min_of_all{suffix}": convolutions.smallest(rows)}
    for operation in convolutions.OPERATIONS:
        found[f"conv_{operation}_min{suffix}"] = convolutions.smallest(rows, operation, lite=True)
        found[f"conv_{operation}_min_of_all{suffix}"] = convolutions.smallest(rows, operation)
    return found


def of_steps(rows, suffix=""):
    """Ratios of whole steps to PyTorch's faster layout, AlexNet-lite's to its default, too; and samples per second."""
    found = {}
    for row in rows:
        ratios, key = row["ratios"], row["key"]
        found[key + suffix] = best(ratios)
        if key.startswith("alexnet"):
            found[f"{key}_nchw{suffix}"] = ratios.get(FIRST)
        if COMPILED in ratios:
            found[f"{key}_compiled{suffix}"] = ratios[COMPILED]
        found[f"{key}_per_second{suffix}"] = row["samples_per_second"][OURS]
    return found


def of_pooling(rows, suffix=""):
    """The smallest ratio of max pooling, forward and backward, to the faster layout."""
    ratios = [best(row["ratios"]) for row in rows if row["ratios"] and row["layer"].startswith("max")]
    return {f"max_pool_min{suffix}": min(ratios, default=None)}


def of_predict(rows, suffix=""):
    """Ratios of `predict` to the quickest of the others, and images per second."""
    found = {row["key"] + suffix: best(row["ratios"]) for row in rows}
    return found | {f"{row['key']}_per_second{suffix}": row["images_per_second"][OURS] for row in rows}


def of_notebooks(found):
    """Seconds of those that there have been from the beginning; megabytes of the largest kernel of all."""
    seconds = [each["seconds"] for name, each in found.items() if name < notebooks.SERIES]
    return {"notebooks_s": sum(seconds), "kernel_mb": max(each["megabytes"] for each in found.values())}


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
    """Rows (dicts): key, value (None: not measured), bar, aim, more (whether more is better), holds."""
    rows = []
    for key, (bar, aim) in BARS.items():
        value, more = flat.get(key), key not in LESS_IS_BETTER
        holds = value is not None and (value >= bar if more else value <= bar)
        rows.append({"key": key, "value": value, "bar": bar, "aim": aim, "more": more, "holds": holds})
    return rows


def rounded(figures):
    """With four digits that count: nobody measures more."""
    return {name: float(f"{value:.4g}") if isinstance(value, float) else value for name, value in figures.items()}
