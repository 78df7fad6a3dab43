"""The exercise of notebook 00: what a learner can answer before the first lecture."""

from cnnlab.check.toolkit.exercise import Exercise, Mistake

EXERCISES = (
    Exercise(
        "start_weights",
        "A photograph has 2000 x 3000 pixels in 3 colours. One unit is connected to all of it: how many weights is "
        "that, its bias apart?",
        18_000_000,
        [
            Mistake(
                "colours forgotten",
                6_000_000,
                "That is the number of pixels. Each pixel has three numbers, one for each colour, and each number has "
                "a weight.",
            ),
            Mistake("sides added", 15_000, "A photograph has rows TIMES columns pixels, not rows plus columns."),
            Mistake("sides added, one colour", 5_000, "A photograph has rows TIMES columns pixels. And three colours."),
            Mistake("all added", 5_003, "The three numbers are multiplied, not added."),
            Mistake("colours added", 6_000_003, "EACH pixel has three numbers: the colours multiply, too."),
            Mistake("with its bias", 18_000_001, "With its bias, yes. Here only the weights are asked for."),
            Mistake("colours squared", 54_000_000, "Three times for the colours is right; you did so twice."),
            Mistake("a zero too few", 1_800_000, "A zero was lost on the way. Let Python multiply."),
            Mistake("a zero too many", 180_000_000, "There is a zero too many. Let Python multiply."),
            Mistake(
                "weights of a kernel", 9, "Those are the weights of the kernel that you moved; this unit sees all."
            ),
            Mistake(
                "a whole layer",
                9_000_000_000,
                "That is a layer of 500 such units, as in notebook 06. Here it is ONE unit.",
            ),
        ],
        (
            "How many numbers does a computer keep of one pixel in colour?",
            "Rows times columns pixels, and three numbers in each of them.",
            "2000 * 3000 * 3",
        ),
        "18 million weights, for one single unit. The kernel that you moved has nine, however large the photograph is.",
        source="2000 * 3000 * 3",
    ),
)
