"""The flat figures: one name, one number, for programs and for the bars that cnnlab wants to reach."""

from benchmarks import convolutions


def of_convolutions(rows, suffix=""):
    """The smallest ratio to PyTorch (channels_last) of each operation: among AlexNet-lite's layers, and among all."""
    found = {}
    for operation in convolutions.OPERATIONS:
        found[f"conv_{operation}_min{suffix}"] = convolutions.smallest(rows, operation, lite=True)
        found[f"conv_{operation}_min_of_all{suffix}"] = convolutions.smallest(rows, operation)
    return found


def rounded(figures):
    """With four digits that count: nobody measures more."""
    return {name: float(f"{value:.4g}") if isinstance(value, float) else value for name, value in figures.items()}
