"""The exercise of notebook 00: what a learner can answer before the first lecture."""

from cnnlab.check.toolkit.exercise import Exercise, Mistake

EXERCISES = (
    Exercise(
        "start_weights",
        "A grey image of a digit has 8 x 8 pixels. Ten units, one for each digit, are connected to all of it: how many "
        "weights is that, biases apart?",
        640,
        [
            Mistake("one unit", 64, "Those are the weights of ONE unit, one for each pixel. There are ten units."),
            Mistake("one row", 80, "That is one row of 8 pixels for each unit. The image has 8 such rows."),
            Mistake("added", 74, "Pixels and units are multiplied: EACH unit has a weight for EACH pixel."),
            Mistake("sides added", 160, "An image has rows times columns pixels, not rows plus columns."),
            Mistake("three colours", 1920, "The image is grey: one number in each pixel, not three."),
            Mistake("with biases", 650, "With a bias for each unit, yes. Here only the weights are asked for."),
            Mistake("connected to each other", 6400, "The units are connected to the pixels, not to each other."),
        ],
        (
            "How many numbers is the image?",
            "One unit has one weight for each of these numbers.",
            "8 * 8 weights for each of 10 units.",
        ),
        "8 x 8 pixels, and each of them has a weight to each of the ten units.",
        source="8 * 8 * 10",
    ),
)
