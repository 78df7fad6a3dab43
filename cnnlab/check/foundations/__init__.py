"""The exercises of notebooks 00 to 06, in the order of the notebooks."""

from cnnlab.check.foundations import (
    error_metrics,
    first_layer,
    five_steps,
    gradient_descent,
    second_layer,
    start_here,
    too_much_data,
)

EXERCISES = (
    *start_here.EXERCISES,
    *five_steps.EXERCISES,
    *second_layer.EXERCISES,
    *first_layer.EXERCISES,
    *gradient_descent.EXERCISES,
    *error_metrics.EXERCISES,
    *too_much_data.EXERCISES,
)

__all__ = ["EXERCISES"]
