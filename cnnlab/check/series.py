"""The notebooks of the series with the names of their questions, in the order in which they are asked.

So progress can be told without reading a notebook; tests compare this with the notebooks.
"""

from collections.abc import Sequence

from cnnlab.check.convolution import backprop_is_correlation, classifier, convolution, pooling, weight_gradient
from cnnlab.check.foundations import (
    error_metrics,
    first_layer,
    five_steps,
    gradient_descent,
    second_layer,
    start_here,
    too_much_data,
)
from cnnlab.check.history import (
    alexnet_2012,
    alexnet_asked,
    alexnet_training,
    and_beyond,
    many_machines,
    phonemes_1988,
    zip_codes_1989,
)
from cnnlab.check.toolkit.exercise import Exercise

_SERIES: tuple[tuple[str, str, Sequence[Exercise]], ...] = (
    ("00_start_here", "even_wall moved_picture photo_cat", start_here.EXERCISES),
    ("01_five_steps", "untrained doubled saturated shape fastest", five_steps.EXERCISES),
    ("02_second_layer", "bend knots best_knots standstill sharp free_knots squash", second_layer.EXERCISES),
    ("03_first_layer", "half_plane three_lines no_bend fence where_lines", first_layer.EXERCISES),
    (
        "04_gradient_descent",
        "which_way double_eta ravine momentum one_sample thrown_out ridge",
        gradient_descent.EXERCISES,
    ),
    ("05_error_metrics", "compromise confident same_end hardest_push softmax", error_metrics.EXERCISES),
    ("06_too_much_data", "twice_as_wide template moved_cat one_pixel whose_weights", too_much_data.EXERCISES),
    (
        "07_convolution",
        "bright_pixel first_window stride_two which_kernel equal_weights orange half_step",
        convolution.EXERCISES,
    ),
    ("08_classifier", "larger_digits strong_feature seen moved_digit still_read other_order", classifier.EXERCISES),
    (
        "09_backprop_is_correlation",
        "one_error overwritten way_back row_starts transpose no_ink",
        backprop_is_correlation.EXERCISES,
    ),
    ("10_weight_gradient", "one_window flip_forgotten first_kernel flat_images tiny_step", weight_gradient.EXERCISES),
    ("11_pooling", "sea_or_sky same_numbers all_negative usual_check", pooling.EXERCISES),
    ("12_phonemes_1988", "ba_da_ga eight_units late both_high best_step other_voices", phonemes_1988.EXERCISES),
    (
        "13_zip_codes_1989",
        "shared_kernels targets two_pixels silence unshared other_hands most_errors",
        zip_codes_1989.EXERCISES,
    ),
    (
        "14_alexnet_2012",
        "far_ahead most_parameters in_use mirrored relu raw_pixels dog_92 other_photo levels same_pixels",
        [*alexnet_2012.EXERCISES, *alexnet_training.EXERCISES, *alexnet_asked.EXERCISES],
    ),
    (
        "15_and_beyond",
        "without_weights one_word whose_loops siblings always_eight upside_down no_flip",
        and_beyond.EXERCISES,
    ),
    (
        "16_many_machines",
        "mean_of_means same_bits own_statistics what_travels more_workers worker_dies same_epochs",
        many_machines.EXERCISES,
    ),
)

# Which notebook asks a question, and which one an exercise belongs to.
QUESTIONS = {name: notebook for notebook, names, _ in _SERIES for name in names.split()}
EXERCISES = {exercise.name: notebook for notebook, _, exercises in _SERIES for exercise in exercises}
NOTEBOOKS = tuple(notebook for notebook, _, _ in _SERIES)
