"""Exercises of notebook 08 on flatten: from a unit of the maps to its index, and back (lecture topic 10)."""

from cnnlab.check.convolution.classifier_answers import PLACES, flat_index, place
from cnnlab.check.toolkit.exercise import Exercise, Mistake

EXERCISES_OF_THE_VECTOR = (
    Exercise(
        "class_index",
        "Write the index i at which flatten puts unit (m, n, c) of maps with H rows, W columns and C channels.",
        flat_index,
        [
            Mistake(
                "channel first",
                lambda m, n, c, H, W, C: (c * H + m) * W + n,
                "That is the order of channel-first "
                "libraries, map after map. Here the channels of one pixel stand side by side.",
            ),
            Mistake(
                "columns first",
                lambda m, n, c, H, W, C: (n * H + m) * C + c,
                "You read column by column. Rows come first: n runs faster than m.",
            ),
            Mistake(
                "H for W",
                lambda m, n, c, H, W, C: (m * H + n) * C + c,
                "One row down, you pass as many pixels as a row is long: that is the number of columns.",
            ),
            Mistake(
                "channels left out",
                lambda m, n, c, H, W, C: m * W + n + c,
                "Each pixel holds C numbers, so the next pixel is C places further, not one.",
            ),
            Mistake(
                "m and n exchanged",
                lambda m, n, c, H, W, C: (n * W + m) * C + c,
                "m and n have changed places: a step DOWN passes a whole row of W pixels.",
            ),
            Mistake(
                "channel forgotten",
                lambda m, n, c, H, W, C: (m * W + n) * C,
                "That is where the pixel begins. Its channel c is c places further.",
            ),
            Mistake(
                "rows without channels",
                lambda m, n, c, H, W, C: m * W + n * C + c,
                "A whole row is W pixels of C numbers each: the row must be multiplied by C, too.",
            ),
            Mistake(
                "from one",
                lambda m, n, c, H, W, C: (m * W + n) * C + c + 1,
                "Counted from 1; the first unit is at index 0.",
            ),
            Mistake(
                "Fortran",
                lambda m, n, c, H, W, C: (c * W + n) * H + m,
                "In this order m would run fastest. Here it is c.",
            ),
        ],
        (
            "Which of m, n, c changes when you go one place further in the vector?",
            "c runs fastest. One pixel to the right is C places; one row down is W pixels.",
            "The number of pixels before this one is m W + n; each brings C numbers; then c more.",
        ),
        "(m W + n) C + c: c runs fastest, then n, then m.",
        inputs=PLACES,
    ),
    Exercise(
        "class_place",
        "Write the way back: the unit (m, n, c) at index i, for maps with H rows, W columns and C channels.",
        place,
        [
            Mistake(
                "channel first",
                lambda i, H, W, C: (i // W % H, i % W, i // (H * W)),
                "That reads the vector map "
                "after map. Here c runs fastest: it is what remains of i after dividing by C.",
            ),
            Mistake(
                "rows and columns",
                lambda i, H, W, C: (place(i, H, W, C)[1], place(i, H, W, C)[0], i % C),
                "m and n have changed places; the row is the one that changes most slowly.",
            ),
            Mistake(
                "H for W",
                lambda i, H, W, C: (i // (H * C), i // C % H, i % C),
                "A row has W pixels, so it is W that wraps the columns round.",
            ),
            Mistake(
                "no wrapping",
                lambda i, H, W, C: (i // (W * C), i // C, i % C),
                "i // C counts all pixels before this one; the column is what remains after the full rows.",
            ),
            Mistake(
                "no channels",
                lambda i, H, W, C: (i // W, i % W, i % C),
                "Divide by C first: that gives the pixel; then rows and columns of it.",
            ),
            Mistake(
                "not whole",
                lambda i, H, W, C: (i / (W * C), i / C % W, i % C),
                "Places are whole numbers: divide with // .",
            ),
        ],
        (
            "Undo the formula from its end: what is i % C?",
            "i // C is the number of the pixel, m W + n.",
            "divmod(i // C, W) gives m and n.",
        ),
        "Division with remainder, once by C and once by W: the formula read backwards.",
        inputs=[(flat_index(*one), *one[3:]) for one in PLACES],
    ),
)
