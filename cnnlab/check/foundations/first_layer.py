"""Exercises of notebook 03 (lecture topic 3)."""

import numpy as np

from cnnlab.analysis.pieces.surface import TwoLayers
from cnnlab.analysis.stepwise import disc_and_ring
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

FENCE = 3  # lines
_EIGHTHS = ("right", "upper right", "top", "upper left", "left", "lower left", "bottom", "lower right")


def _lines(*lines, length=1.0):
    """w and b of lines, each with its normal in degrees and its distance from the origin along it."""
    angles, offsets = np.deg2rad([degrees for degrees, _ in lines]), np.array([offset for _, offset in lines])
    return length * np.stack([np.cos(angles), np.sin(angles)]), 0.0 - length * offsets


def _fenced(answer):
    """Whether these layers separate the disc from the ring: yhat below 0 in the disc, above 0 in the ring."""
    wanted = "Pass what `by_hand.layers()` gives: w (2, 3), b (3,), v (3,) and the number v0."
    if not isinstance(answer, (tuple, list)) or len(answer) != 4:
        return wanted
    w, b, v, bias = (np.asarray(part, dtype=float) for part in answer)
    if not all(np.isfinite(part).all() for part in (w, b, v, bias)):
        return f"{wanted} All of them must be finite numbers."
    k = w.shape[-1] if w.ndim == 2 else 0
    if w.shape != (2, k) or b.shape != (k,) or v.shape != (k,) or bias.ndim:
        return f"{wanted} These have the shapes {w.shape}, {b.shape}, {v.shape} and {bias.shape}."
    if k > FENCE:
        return f"You used {k} lines. That can be done, but three are enough: set the slider to 3."
    x, y = disc_and_ring()
    yhat = TwoLayers(w, b, v, float(bias)).at(x)[2]
    inside, outside = x[(y == 0) & (yhat > 0)], x[(y == 1) & (yhat <= 0)]
    if not len(inside) and not len(outside):
        return ""
    if not (yhat > 0).any():
        return "ŷ is above 0 at none of the points: no unit is strong enough, or v0 is too low. Raise v0, or the v."
    if not (yhat <= 0).any():
        return "ŷ is above 0 at every point, in the disc as well. Lower v0: inside, where little is on, it decides."
    parts = []
    if len(outside):
        place = _EIGHTHS[int(np.round(np.arctan2(outside[0, 1], outside[0, 0]) / (np.pi / 4))) % 8]
        parts.append(
            f"{len(outside)} of {np.sum(y == 1)} points of the ring lie where ŷ is not above 0; the fence is open, "
            f"towards the {place} for one"
        )
    if len(inside):
        parts.append(f"{len(inside)} of {np.sum(y == 0)} points of the disc lie where ŷ is above 0")
    return "; ".join(parts) + "."


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
    Exercise(
        "fenced",
        "Fence the disc with three lines: ŷ = v0 + v1 h1 + v2 h2 + v3 h3 below 0 in all of the disc, above 0 in all of "
        "the ring.",
        (*_lines((90, 0.0), (210, 0.0), (330, 0.0)), np.ones(3), -1.0),
        [
            Mistake(
                "nothing dragged",
                (*_lines((-20, 1.71), (-133, -0.04), (-56, 0.77), length=0.8), np.array([1.0, -1.0, 1.0]), -0.5),
                "Those are the lines as they stood at the start. Drag them first, then ask `by_hand.layers()` again.",
            ),
            Mistake(
                "inside out",
                (*_lines((90, 0.0), (210, 0.0), (330, 0.0)), -np.ones(3), 1.0),
                "It is a fence, but inside out: ŷ is above 0 in the disc. Turn the signs of v0 and of every v.",
            ),
            Mistake(
                "triangle around the disc",
                (*_lines((90, 1.0), (210, 1.0), (330, 1.0)), np.ones(3), 0.0),
                "A triangle around the disc reaches into the ring with its corners, and where no unit is on ŷ is v0 "
                "alone. Move the lines towards the centre, and make up for it with v0 below 0.",
            ),
            Mistake(
                "no bias",
                (*_lines((90, 0.0), (210, 0.0), (330, 0.0)), np.ones(3), 0.0),
                "The lines are fine. With v0 = 0 and no negative v, ŷ can never fall below 0: lower v0.",
            ),
            Mistake(
                "two lines",
                (*_lines((0, 0.0), (180, 0.0)), np.ones(2), -1.0),
                "Between two lines a strip stays open, or a wedge: the ring gets through. Take three.",
            ),
            Mistake(
                "normals inwards",
                (*_lines((90, -1.0), (210, -1.0), (330, -1.0)), -np.ones(3), 2.0),
                "All normals point inwards, and all units are on in the disc. There their sum does not bend. Turn the "
                "normals outwards, so that in the disc little is on.",
            ),
        ],
        (
            "In the disc ŷ should be low, so let little be on there: all normals point away from it.",
            "Put the three normals 120 degrees apart, with lines near the centre; outside, on every side, one or two "
            "units are on. All v above 0.",
            "Three lines through the centre, normals of length 1 at 90, 210 and 330 degrees, all v_k = 1, v0 = -1.",
        ),
        "Three units bend ŷ upwards on every side; v0 says from where on that is enough.",
        source="by_hand.set(preset='all through one point') and the normals at 90, 210 and 330 degrees, of length 1; "
        "v = (1, 1, 1), v0 = -1",
        accept=_fenced,
    ),
)
