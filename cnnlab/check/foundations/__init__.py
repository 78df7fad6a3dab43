"""The exercises of notebooks 00 to 06."""

from cnnlab.check.foundations import (
    error_metrics,
    first_layer,
    five_steps,
    gradient_descent,
    second_layer,
    too_much_data,
)

__all__ = ["error_metrics", "first_layer", "five_steps", "gradient_descent", "second_layer", "too_much_data"]
