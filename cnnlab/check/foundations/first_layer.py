"""Exercises of notebook 03 (lecture topic 3)."""

import numpy as np

from cnnlab.check.toolkit.exercise import Exercise, Mistake
from cnnlab.check.toolkit.wrong_answers import altered, zero


def region_code(x, w, b):
    """h_k > 0 or not, as 0 and 1: x (2,), w (2, k), b (k,) -> (k,)."""
    return (x @ w + b > 0).astype(int)


_CODES = [
    (np.array([1.0, 0.5]), np.array([[1.0, -1.0, 0.0], [0.0, 2.0, 1.0]]), np.array([-0.5, 0.5, -1.0])),
    (np.array([-1.0, 2.0]), np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([0.0, -2.0])),
    (np.array([0.0, 0.0]), np.array([[1.0, -1.0, 2.0, 1.0], [1.0, 1.0, 0.0, 1.0]]), np.array([0.0, 1.0, -1.0, 0.5])),
    (np.array([2.0, -1.0]), np.array([[-1.0, 1.0], [1.0, 2.0]]), np.array([4.0, 0.5])),
]

EXERCISES = (
    Exercise(
        "regions_of_4",
        "Into how many regions do 4 lines in general position cut the plane?",
        11,
        [
            Mistake("codes", 16, "2^4 counts all codes; some of them no point of the plane can have."),
            Mistake(
                "on a line",
                5,
                "That is how many pieces 4 points make of a LINE. In the plane lines also cross each other.",
            ),
            Mistake("three lines", 7, "That is right for 3 lines. The fourth crosses all three of them."),
            Mistake(
                "through one point",
                8,
                "8 = 2 k is what 4 lines through ONE point make. In general position each new line meets the old ones "
                "at different points, and cuts more regions than the line before it.",
            ),
            Mistake(
                "crossings only",
                6,
                "That is the number of crossings. Each adds a region, and so does each line, and there was one to "
                "begin with.",
            ),
            Mistake("lines", 4, "That is the number of lines. Draw two of them: how many regions are there?"),
            Mistake("without the first", 10, "The whole plane counts too, before any line is drawn."),
        ],
        (
            "Draw them one after the other. How many regions does each new line cut in two?",
            "The new line meets all earlier ones: with j of them it is cut into j + 1 stretches, each splitting one "
            "region.",
            "1 + 1 + 2 + 3 + 4, or 1 + k + k (k - 1) / 2 with k = 4.",
        ),
        "1 + k + k (k - 1) / 2 = 1 + 4 + 6.",
    ),
    Exercise(
        "region_code",
        "Write the code of a point: x (2,), w (2, k), b (k,) give k whole numbers, 1 where the unit is on, else 0.",
        region_code,
        [
            Mistake(
                "bias forgotten",
                altered(region_code, b=zero),
                "Without b every line goes through the origin.",
            ),
            Mistake("bias subtracted", altered(region_code, b=np.negative), "The unit computes w . x PLUS b."),
            Mistake("other side", lambda x, w, b: (x @ w + b < 0).astype(int), "You mark the units that are off."),
            Mistake(
                "zero counts as on",
                lambda x, w, b: (x @ w + b >= 0).astype(int),
                "On the line itself ReLU gives 0: the unit is off.",
            ),
            Mistake(
                "signs",
                lambda x, w, b: np.sign(x @ w + b).astype(int),
                "Off is 0 here, not -1: ReLU never goes below zero.",
            ),
            Mistake(
                "excitations",
                lambda x, w, b: x @ w + b,
                "Those are the excitations. The code only says which of them are above zero.",
            ),
            Mistake(
                "activations",
                lambda x, w, b: np.maximum(x @ w + b, 0),
                "Those are the activations. The code only says which of them are above zero.",
            ),
            Mistake(
                "w @ x",
                lambda x, w, b: (w @ x + b > 0).astype(int),
                "w is (2, k), a COLUMN for each unit. The 2 numbers of x meet its rows, so x stands in front: x @ w.",
            ),
            Mistake(
                "number",
                lambda x, w, b: int((x @ w + b > 0).sum()),
                "That is how many units are on; the code says which.",
            ),
        ],
        (
            "First the excitations of all k units at once: x @ w + b.",
            "A unit is on where its excitation is above zero.",
            "return (x @ w + b > 0).astype(int)",
        ),
        "One bit per unit: the region in which x lies.",
        inputs=_CODES,
    ),
    Exercise(
        "distance",
        "The unit has w = (3, 4) and b = -10. How far is its line from the origin?",
        2.0,
        [
            Mistake("bias", 10.0, "That is |b|. It is the distance only if w has length 1."),
            Mistake("sign", -2.0, "A distance is not negative; the sign of b tells the side."),
            Mistake("sum of weights", 10 / 7, "Divide by the LENGTH of w, the square root of 9 + 16, not by 3 + 4."),
            Mistake("squared length", 0.4, "The length of w is 5, not 25."),
            Mistake("largest weight", 2.5, "Divide by the length of w, not by one of its components."),
            Mistake("length", 5.0, "That is the length of w. The bias moves the line: divide |b| by this length."),
            Mistake("nearest point", (1.2, 1.6), "That is the point of the line that is nearest; how far is it?"),
            Mistake("one weight", 10 / 3, "Divide by the length of the whole w, not by one of its components."),
            Mistake("multiplied", 50.0, "Divide by the length of w: longer w, nearer line."),
        ],
        (
            "The nearest point of the line lies in the direction of w.",
            "Put x = t w / |w| into w . x + b = 0 and solve for t.",
            "|b| / |w| = 10 / 5",
        ),
        "|b| / |w|: the bias moves the line, the length of w scales the excitation.",
    ),
)
