"""Exercises of notebook 08 (lecture topics 10, 11, 19 and 20): shapes, counts, what makes a score, fields."""

import numpy as np

from cnnlab.check.convolution.classifier_answers import (
    LEADS,
    STACKS,
    adds_jumps,
    lead,
    receptive_side,
    sided,
)
from cnnlab.check.convolution.classifier_vector import EXERCISES_OF_THE_VECTOR
from cnnlab.check.toolkit.exercise import Exercise, Mistake

EXERCISES = (
    Exercise(
        "class_shapes",
        "An image of 28 x 28 x 1 goes through 8 kernels of 5 x 5 (valid), pooling 2 x 2, 16 kernels of 3 x 3 (valid), "
        "pooling 2 x 2, flatten. How many rows after each of the first four, and how long is the vector?",
        (24, 12, 10, 5, 400),
        [
            Mistake(
                "border kept",
                (28, 14, 14, 7, 784),
                'Those are the sizes with "same" borders. Without padding a kernel of side k fits into fewer places.',
            ),
            Mistake(
                "one off",
                (23, 11, 8, 4, 256),
                "A window of 5 in a row of 28 can begin at 0, 1, ..., 23: count "
                "these places. 28 − 5 counts one too few.",
            ),
            Mistake(
                "full border",
                (32, 16, 18, 9, 1296),
                'The maps grow only with "full" borders, where the kernel hangs over the edge. Here it stays inside.',
            ),
            Mistake(
                "channels lost",
                (24, 12, 10, 5, 25),
                "The sizes are right. But the vector takes in all the maps, not just one of them.",
            ),
            Mistake(
                "channels multiplied",
                (24, 12, 10, 5, 3200),
                "The sizes are right. A second convolution does not "
                "keep the 8 maps beside its own: each of its 16 maps is a sum over the 8.",
            ),
            Mistake(
                "first channels",
                (24, 12, 10, 5, 200),
                "The sizes are right. But the maps that are flattened are those of the second convolution.",
            ),
            Mistake(
                "maps counted", (24, 12, 10, 5, 16), "The sizes are right. But each of the 16 maps is 5 x 5 numbers."
            ),
            Mistake("one side", (24, 12, 10, 5, 80), "The sizes are right. But each map has rows AND columns."),
            Mistake(
                "pooling by one",
                (24, 23, 21, 20, 6400),
                "Pooling windows stand side by side: they move by 2, and the map has half as many rows afterwards.",
            ),
        ],
        (
            "A window of side k fits into a row of H pixels in H − k + 1 places.",
            "Pooling with windows side by side divides by 2: 28 becomes 24, then 12.",
            "12 − 3 + 1 is 10, pooled 5; and 5 · 5 pixels of 16 maps each make the vector.",
        ),
        "H − k + 1 for each valid convolution, half of it for each pooling; in the end 5 · 5 · 16 numbers.",
        source="24, 12, 10, 5, 5 * 5 * 16",
    ),
    Exercise(
        "class_parameters",
        "How many parameters has the second convolution: 16 kernels of 3 x 3 over 8 maps, one bias for each map?",
        1168,
        [
            Mistake("no bias", 1152, "Those are the weights; each output map has a bias as well."),
            Mistake("one input map", 160, "Each kernel looks at all 8 input maps and has weights of its own for each."),
            Mistake("a bias for every kernel slice", 1280, "One bias for each output map, not for each pair of maps."),
            Mistake(
                "a bias for every unit",
                2752,
                "That is a bias for each of the 10 · 10 · 16 units; shared weights come with a shared bias.",
            ),
            Mistake(
                "multiplications",
                115200,
                "So many multiplications it takes; but the weights are the same at every place, and count once.",
            ),
            Mistake(
                "fully connected",
                1844800,
                "That is what a fully-connected layer between the same maps would need. The kernel is what saves it.",
            ),
            Mistake("a bias for every input map", 1160, "The weights are right. The biases belong to the OUTPUT maps."),
            Mistake("one kernel, no bias", 72, "Those are the weights of one of the 16 kernels."),
            Mistake("one kernel", 73, "That is one of the 16 kernels with its bias."),
        ],
        (
            "Count the weights of one kernel first; it reaches through all input maps.",
            "One kernel has 3 · 3 · 8 = 72 weights, and its map has one bias.",
            "16 times (72 + 1).",
        ),
        "16 · (3 · 3 · 8 + 1): the size of the image does not appear in it.",
        source="16 * (3 * 3 * 8 + 1)",
    ),
    Exercise(
        "class_why",
        "The score of class k is b[k] + sum_i w[i, k] h[i]. Write what each number of the vector h adds to the lead of "
        "class k over class j (the biases apart): an array as long as h.",
        lead,
        [
            Mistake(
                "classes exchanged",
                lambda h, w, k, j: h * (w[:, j] - w[:, k]),
                "That is the lead of class j over class k: every sign is turned round.",
            ),
            Mistake(
                "one class only",
                lambda h, w, k, j: h * w[:, k],
                "That is what makes the score of class k. What speaks for BOTH classes makes no lead.",
            ),
            Mistake(
                "rows for columns",
                lambda h, w, k, j: h * (w[k] - w[j]),
                "w[k] is a row: the weights that leave number k of the vector. What leads TO class k is a column.",
            ),
            Mistake(
                "weights only",
                lambda h, w, k, j: w[:, k] - w[:, j],
                "These are the weights. A weight adds nothing where its feature was not found: h is missing.",
            ),
            Mistake(
                "added instead of subtracted",
                lambda h, w, k, j: h * (w[:, k] + w[:, j]),
                "That is what both scores have together. A lead is a difference.",
            ),
            Mistake(
                "added up",
                lambda h, w, k, j: (h * (w[:, k] - w[:, j])).sum(),
                "That is the whole lead, in one number. Asked is the part of each number of h: leave out the sum.",
            ),
            Mistake(
                "signs lost",
                lambda h, w, k, j: np.abs(h * (w[:, k] - w[:, j])),
                "The sizes are right. But what speaks for class j must be negative.",
            ),
        ],
        (
            "Write down the difference of the two scores and put what belongs to h[i] together.",
            "Both scores multiply the same h[i], each by its own weight: w[i, k] and w[i, j].",
            "The weights that lead to class k are the column w[:, k].",
        ),
        "h * (w[:, k] - w[:, j]): a feature with the same weight to both classes cannot tell them apart, however large "
        "its h is.",
        inputs=LEADS,
    ),
    Exercise(
        "class_field",
        "Convolution 5 x 5, pooling 2 x 2, convolution 3 x 3, pooling 2 x 2, convolution 3 x 3. How many rows of the "
        "image does one unit of the last map depend on?",
        20,
        [
            Mistake(
                "no jumps",
                11,
                "You added k − 1 each time, as if all windows moved by one pixel of the IMAGE. "
                "After a pooling, neighbours are further apart.",
            ),
            Mistake(
                "sum of the windows",
                15,
                "The windows are nested, not laid end to end: a layer adds k − 1 steps, "
                "and a step grows with each pooling.",
            ),
            Mistake("product", 180, "The field does not multiply: neighbouring windows overlap."),
            Mistake("jump stays 2", 16, "There are two poolings: after the second, neighbours are 4 pixels apart."),
            Mistake(
                "pooling sees one",
                17,
                "A pooled unit looks at 2 x 2 units below, so pooling makes the field larger as well.",
            ),
            Mistake(
                "jump too early",
                23,
                "The stride of a layer spreads the units AFTER it: its own window still "
                "steps over units as far apart as before.",
            ),
            Mistake(
                "last layer forgotten", 12, "That is the field before the last convolution, which adds two more steps."
            ),
            Mistake("k for k − 1", 30, "A window of side k reaches k − 1 steps further than one unit, not k."),
        ],
        (
            "Write down two numbers per layer: the side r of the field and the distance (jump) between neighbours.",
            "r grows by (k − 1) times the jump; pooling then doubles the jump.",
            "r goes 5, 6, 10, 12, and the last convolution adds 2 steps of 4 pixels.",
        ),
        "r = 5, 6, 10, 12, 20: with each pooling the next window reaches twice as far.",
        source="r = 1 + 4 = 5, + 1 = 6, + 2 * 2 = 10, + 1 * 2 = 12, + 2 * 4 = 20",
    ),
    Exercise(
        "class_side",
        "Write the side of the receptive field after layers with windows `sizes` and strides `strides`, two lists.",
        receptive_side,
        [
            Mistake(
                "no jumps",
                sided(lambda r, k, jump: r + k - 1, lambda jump, s: jump),
                "The jump is missing: after a stride, one step of a window is several pixels of the image.",
            ),
            Mistake(
                "jump too early",
                sided(adds_jumps, lambda jump, s: jump * s, late=False),
                "You multiply the jump by "
                "the stride before the layer's own window is counted; it holds for the layers above.",
            ),
            Mistake(
                "jumps added",
                sided(adds_jumps, lambda jump, s: jump + s - 1),
                "Strides multiply: two poolings by 2 put neighbours 4 pixels apart.",
            ),
            Mistake(
                "last stride only",
                sided(adds_jumps, lambda jump, s: s),
                "The jump is the product of ALL strides below, not the last one.",
            ),
            Mistake(
                "k for k − 1",
                sided(lambda r, k, jump: r + k * jump, lambda jump, s: jump * s),
                "A window of side k reaches k − 1 steps beyond one unit.",
            ),
            Mistake(
                "jump for side",
                lambda sizes, strides: int(np.prod(strides)),
                "That is the jump, the distance between neighbours. Asked is r, the side of the field.",
            ),
            Mistake(
                "first layer only",
                lambda sizes, strides: sizes[0],
                "Only the first layer: a `return` inside the loop ends it at once.",
            ),
            Mistake(
                "product",
                sided(lambda r, k, jump: r * k, lambda jump, s: jump),
                "Windows overlap, so the field adds up; it does not multiply.",
            ),
            Mistake(
                "backwards",
                lambda sizes, strides: receptive_side(sizes[::-1], strides[::-1]),
                "The order matters: begin at the image, where the jump is 1.",
            ),
        ],
        (
            "Keep two numbers in the loop, r = 1 and jump = 1.",
            "In each layer first r grows, by (k − 1) jumps.",
            "Then the jump is multiplied by the stride of the layer.",
        ),
        "r grows by (k − 1) jumps, and each stride multiplies the jump.",
        inputs=STACKS,
    ),
    *EXERCISES_OF_THE_VECTOR,
)
