"""Two exercises of notebook 10 on one weight that is used in many places: its gradient is a sum, and so is a bias's."""

from cnnlab.check.convolution.weight_gradient_answers import bias_gradient
from cnnlab.check.toolkit.exercise import Exercise, Mistake
from cnnlab.check.toolkit.maps import whole_numbers

EXERCISES = (
    Exercise(
        "weight_shared",
        "One weight is used in four outputs. If each had a copy of its own, the copies' gradients would be "
        "0.5, -1, 2 and 0.25. What is the gradient of the one weight they share?",
        1.75,
        [
            Mistake(
                "mean",
                0.4375,
                "The mean; but a nudge of the weight changes all four outputs, and L feels all four changes, "
                "not their average.",
            ),
            Mistake("the last", 0.25, "Only the last copy: you wrote = where += belongs."),
            Mistake("the largest", 2.0, "The largest only. Max pooling chooses; a shared weight does not: it adds."),
            Mistake(
                "sizes", 3.75, "You added the sizes; the signs count: the second output wants less of this weight."
            ),
            Mistake(
                "the smallest", -1.0, "Only one of the four. The others are the same weight, and L feels them all."
            ),
            Mistake("number of copies", 4.0, "That is how many copies there are; asked is what L feels of them."),
            Mistake("the first", 0.5, "Only the first copy. The others are the same weight."),
            Mistake("product", -0.25, "The product. Along ONE path factors multiply; over several paths they add up."),
        ],
        (
            "Nudge the weight by a little. How does each of the four outputs answer, and how does L?",
            "L changes through all four paths at once: the changes add up.",
            "0.5 - 1 + 2 + 0.25",
        ),
        "Copies that must stay equal have one gradient: the sum over all places where the weight is used.",
    ),
    Exercise(
        "weight_bias",
        "The bias b[d] is added to every e[n, m, k, d]. Write dL/db from dL/de of shape (N, H', W', D).",
        bias_gradient,
        [
            Mistake(
                "mean",
                lambda de: de.mean(axis=(0, 1, 2)),
                "The mean; b[d] is added in EVERY place, so the errors add up.",
            ),
            Mistake(
                "batch not summed",
                lambda de: de.sum(axis=(1, 2)),
                "One row for each image is left: sum over the batch, too.",
            ),
            Mistake(
                "mean over the batch",
                lambda de: de.sum(axis=(1, 2)).mean(axis=0),
                "You average over the images; if the loss is a mean, dL/de has that factor already.",
            ),
            Mistake(
                "everything summed",
                lambda de: de.sum(),
                "One number for all maps; every output channel d has a bias of its own.",
            ),
            Mistake(
                "positions not summed",
                lambda de: de.sum(axis=0),
                "That is a bias for every pixel. One per map is shared by all positions.",
            ),
            Mistake(
                "first image only",
                lambda de: de[0].sum(axis=(0, 1)),
                "Only the first image; the batch shares the bias.",
            ),
            Mistake("channels summed", lambda de: de.sum(axis=3), "You summed over the channels: these must stay."),
            Mistake(
                "wrong axis", lambda de: de.sum(axis=(1, 2, 3)), "You summed over the channels and kept the images."
            ),
        ],
        (
            "de[n, m, k, d] / db[d] = 1: think of b as a weight whose pixel is always 1.",
            "Which of the four axes share one b[d]?",
            "Sum over the axes 0, 1 and 2.",
        ),
        "The gradient of a weight that always meets a 1: the sum of the errors.",
        inputs=[(whole_numbers(31, 2, 3, 4, 3),), (whole_numbers(32, 3, 2, 2, 1),), (whole_numbers(33, 4, 3, 3, 2),)],
    ),
)
