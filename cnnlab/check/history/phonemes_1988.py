"""Exercises of notebook 12 (lecture topic 26)."""

import numpy as np

from cnnlab.check.history.phonemes_evidence import EVIDENCE
from cnnlab.check.toolkit.exercise import Exercise, Mistake
from cnnlab.check.toolkit.wrong_answers import altered, left_and_right, upside_down, zero


def convolve(h, w, b):
    """e[t,d] = b[d] + sum_{p,c} w[p,c,d] h[t + P-1-p, c], for the steps t at which the window fits."""
    steps = len(h) - len(w) + 1
    return np.array([b + sum(h[t + len(w) - 1 - p] @ w[p] for p in range(len(w))) for t in range(steps)])


def _indices_wrap(h, w, b):
    steps = len(h) - len(w) + 1
    return np.array([b + sum(h[t - p] @ w[p] for p in range(len(w))) for t in range(steps)])


def _one_step_short(h, w, b):
    return convolve(h, w, b)[:-1]


def _padded(h, w, b):
    before = (len(w) - 1) // 2
    return convolve(np.pad(h, ((before, len(w) - 1 - before), (0, 0))), w, b)


def _first_band(values):
    return values[:, :1]


def sum_gradient(de, w, steps):
    """dL/dh[t,c] = w[c] dL/de[c] at every step t, because e[c] = b[c] + w[c] sum_t h[t,c]."""
    return np.tile(w * de, (steps, 1))


def _only(step):
    def wrong(de, w, steps):
        dh = np.zeros((steps, len(de)))
        dh[step] = w * de
        return dh

    return wrong


def _summed_over_classes(de, w, steps):
    return np.full((steps, len(de)), (w * de).sum())


_RNG = np.random.default_rng(26)
_WINDOWS = [
    tuple(np.round(_RNG.normal(size=shape), 2) for shape in shapes)
    for shapes in (((6, 2), (3, 2, 2), (2,)), ((5, 3), (2, 3, 4), (4,)), ((7, 4), (4, 4, 1), (1,)))
]
_SUMS = [(np.round(_RNG.normal(size=c), 2), np.round(_RNG.normal(size=c), 2), t) for c, t in ((3, 9), (2, 4), (5, 3))]

EXERCISES = (
    Exercise(
        "phoneme_parameters",
        "How many free parameters has hidden layer 2: 3 units, each looking at 5 steps of the 8 units below?",
        3 * 5 * 8 + 3,
        [
            Mistake(
                "connections",
                9 * 3 * (5 * 8 + 1),
                "Those are the connections. The units use the same weights at all 9 steps, so count these once.",
            ),
            Mistake(
                "connections without biases",
                9 * 3 * 5 * 8,
                "Those are the weights of all 9 steps. They are the same at every step, so count them once; and each "
                "of the 3 units has a bias.",
            ),
            Mistake("no biases", 3 * 5 * 8, "Those are the weights; each of the 3 units also has a bias."),
            Mistake(
                "bias per step",
                3 * 5 * 8 + 9 * 3,
                "That is a bias for every unit at every step. A unit that moves through time takes its bias along.",
            ),
            Mistake(
                "one unit below",
                3 * 5 + 3,
                "That is one weight for each of the 5 steps. At each step a unit looks at all 8 units below, with a "
                "weight for each.",
            ),
            Mistake(
                "weights of one unit", 5 * 8 + 3, "The biases are right. But each of the 3 units has its own weights."
            ),
            Mistake(
                "one unit, no bias", 5 * 8, "Those are the weights of one unit. There are three, each with a bias."
            ),
            Mistake(
                "added", 3 * (5 + 8) + 3, "At EACH of the 5 steps there is a weight for EACH of the 8 units: multiply."
            ),
            Mistake("one unit", 5 * 8 + 1, "That is one unit. There are three, one for each consonant."),
            Mistake(
                "whole time",
                3 * 13 * 8 + 3,
                "That lets each unit see all 13 steps at once. It sees 5 and moves along.",
            ),
        ],
        (
            "Count the weights of one unit first: what does it look at, at one moment?",
            "At one moment it looks at 5 steps x 8 units; it keeps these weights at every step.",
            "3 units, each with 5 x 8 weights and 1 bias.",
        ),
        "Yes: 3 x 5 x 8 weights and 3 biases. With the 392 of layer 1 and the 6 of the output that makes 521.",
        source="3 * 5 * 8 + 3",
    ),
    Exercise(
        "phoneme_sees",
        "A frame is 10 milliseconds; layer 1 sees 3 frames, layer 2 sees 5 steps of layer 1. How many milliseconds "
        "does a unit of layer 2 see?",
        70,
        [
            Mistake("five frames", 50, "Those are 5 steps, but each of these steps sees 3 frames itself."),
            Mistake(
                "product", 150, "3 x 5 frames would be right if the steps did not overlap. They move by one frame."
            ),
            Mistake("sum", 80, "3 + 5 frames counts one frame twice: the first step already covers it."),
            Mistake("layer 1", 30, "That is what a unit of layer 1 sees. The next layer sees several of those."),
            Mistake("seconds", 0.07, "That is right in seconds; the question asks for milliseconds."),
            Mistake(
                "frames, not overlapping",
                15,
                "3 x 5 frames would not overlap. These move by one; and a frame is 10 ms.",
            ),
            Mistake("frames, one twice", 8, "One frame is counted twice, and each frame is 10 milliseconds long."),
            Mistake("frames", 7, "That is right in frames; each of them is 10 milliseconds long."),
            Mistake("steps of movement", 40, "That is how far the window moves; its own width comes on top."),
        ],
        (
            "Draw 15 frames in a row and mark what the first step of layer 1 sees, then the second.",
            "Step 0 sees frames 0 to 2, step 1 sees frames 1 to 3; step 4 sees frames 4 to 6.",
            "Steps 0 to 4 together see frames 0 to 6.",
        ),
        "Yes: 3 + 5 - 1 = 7 frames. The release of a consonant and the glide into the vowel fit into 70 milliseconds.",
        source="(3 + 5 - 1) * 10",
    ),
    Exercise(
        "phoneme_convolution",
        "Write convolve(h, w, b): h (T, C), w (P, C, D), b (D,) -> e (T - P + 1, D), the true convolution in time.",
        convolve,
        [
            Mistake(
                "unflipped",
                altered(convolve, w=upside_down),
                "This is correlation: w[0] meets the earliest frame of the window. In a convolution w[0] meets the "
                "latest one: h[t + P-1-p] goes with w[p].",
            ),
            Mistake(
                "formula from step 0",
                _indices_wrap,
                "You take h[t - p] from t = 0 on. Before frame 0 there is nothing, and Python's negative indices count "
                "from the END: the first steps hear the last frames. The window fits from frame P - 1 on; call that "
                "step 0.",
            ),
            Mistake(
                "bands flipped",
                altered(convolve, w=left_and_right),
                "You flipped the bands as well. Only time is turned round.",
            ),
            Mistake(
                "no bias", altered(convolve, b=zero), "The sum is right; every unit also adds its bias b[d], once."
            ),
            Mistake(
                "units and bands exchanged",
                lambda h, w, b: convolve(h, w.transpose(0, 2, 1), b),
                "(P, C, D): w[p] leads from C bands to D units. Its transpose leads back.",
            ),
            Mistake(
                "last frame only",
                lambda h, w, b: convolve(h[: len(h) - len(w) + 1], w[-1:], b),
                "Only one frame of the window is left: `=` where `+=` belongs, or a sum over p is missing.",
            ),
            Mistake(
                "bias in the sum",
                lambda h, w, b: convolve(h, w, len(w) * b),
                "You add b for every frame of the window; add it once.",
            ),
            Mistake(
                "one step short",
                _one_step_short,
                "The last place where the window fits is missing: there are T - P + 1 steps.",
            ),
            Mistake(
                "padded",
                _padded,
                "You have as many steps as frames, so the window hangs over the ends. Here it stays inside: "
                "T - P + 1 steps.",
            ),
            Mistake(
                "first band",
                altered(convolve, h=_first_band, w=_first_band),
                "Only band 0 is used. The sum runs over all bands c as well.",
            ),
            Mistake(
                "mean",
                lambda h, w, b: b + convolve(h, w, zero(b)) / w[..., 0].size,
                "You divide by the size of the window; the formula is a sum.",
            ),
        ],
        (
            "For one step t: which frames are in the window, and which weights does each of them meet?",
            "h[t + P-1-p] @ w[p] sums over the bands for one p; add these up for p = 0 ... P-1, and add b.",
            "for t in range(T - P + 1): e[t] = b + sum(h[t + P - 1 - p] @ w[p] for p in range(P))",
        ),
        "Yes. This one sum, with a window of 3 and of 5, is the whole time-delay network below its output.",
        inputs=_WINDOWS,
    ),
    EVIDENCE,
    Exercise(
        "phoneme_gradient",
        "Write gradient(de, w, steps): dL/dh (steps, C) for e[c] = b[c] + w[c] sum_t h[t,c], given dL/de and w, (C,).",
        sum_gradient,
        [
            Mistake(
                "average",
                lambda de, w, steps: sum_gradient(de, w, steps) / steps,
                "You divide by the number of steps, as for a mean. This layer is a sum.",
            ),
            Mistake(
                "no weight",
                altered(sum_gradient, w=np.ones_like),
                "Between h and e stands the factor w[c]; it belongs into the derivative.",
            ),
            Mistake(
                "last step only",
                _only(-1),
                "Only the last step gets a gradient. Every step is in the sum, so every step has its share in e.",
            ),
            Mistake("first step only", _only(0), "Only the first step gets a gradient. Every step is in the sum."),
            Mistake(
                "classes mixed",
                _summed_over_classes,
                "You added up the classes. h[t,c] feeds only e[c], so it hears only of dL/de[c].",
            ),
            Mistake(
                "not repeated",
                lambda de, w, steps: w * de,
                "That is one row, and it is right. Every step has such a row: the result is (steps, C).",
            ),
            Mistake(
                "added up",
                lambda de, w, steps: np.tile(w + de, (steps, 1)),
                "Slopes that follow one another are multiplied, not added.",
            ),
            Mistake(
                "weight alone",
                lambda de, w, steps: np.tile(w, (steps, 1)),
                "That is de/dh. The chain goes on: multiply by dL/de.",
            ),
            Mistake(
                "transposed",
                lambda de, w, steps: np.tile((w * de)[:, None], (1, steps)),
                "The numbers are right, but rows are steps and columns are classes: (steps, C).",
            ),
            Mistake(
                "times steps",
                lambda de, w, steps: steps * sum_gradient(de, w, steps),
                "One step changes the sum by as much as it changes itself, not more.",
            ),
        ],
        (
            "If h[t,c] grows by a little, by how much does e[c] grow? Does it matter which t it was?",
            "de[c]/dh[t,c] = w[c], for every t.",
            "Every row of the result is w * de; there are `steps` rows.",
        ),
        "Yes: every step gets the same. A sum over time spreads the blame evenly; a maximum gives it all to one step.",
        inputs=_SUMS,
    ),
)
