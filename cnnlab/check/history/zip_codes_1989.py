"""Exercises of notebook 13 (lecture topic 27)."""

import numpy as np

from cnnlab.check.toolkit.exercise import Exercise, Mistake
from cnnlab.check.toolkit.wrong_answers import altered


def sure(outputs, gap):
    """Which answers to accept: the largest output is more than `gap` above the second largest."""
    ordered = np.sort(outputs, axis=1)
    return ordered[:, -1] - ordered[:, -2] > gap


def error_left(outputs, y, gap):
    """Of the answers that are accepted, the share that is wrong."""
    ordered = np.sort(outputs, axis=1)
    answered = ordered[:, -1] - ordered[:, -2] > gap
    wrong = outputs.argmax(axis=1) != y
    return wrong[answered].mean()


def _counted(count):
    """A wrong error: what `count` makes of which images are answered, and which answers are wrong."""

    def wrong(outputs, y, gap):
        return float(count(sure(outputs, gap), outputs.argmax(axis=1) != y))

    return wrong


def _columns(one, other):
    """The sorted outputs of two columns, the second subtracted from the first."""

    def wrong(outputs, gap):
        ordered = np.sort(outputs, axis=1)
        return ordered[:, one] - ordered[:, other] > gap

    return wrong


_OUTPUTS = [
    np.array([[1.0, -1.0, 0.5, -0.5], [-1.0, 0.25, -0.75, 0.0], [-1.5, -1.0, -0.25, -1.25], [0.75, 1.0, -1.5, 0.5]]),
    np.array([[0.0, 1.0, -1.0], [1.5, -1.25, 1.0]]),
    np.array([[-0.5, 1.0], [0.75, 0.25], [-1.0, -0.5], [1.0, 1.0], [-1.0, 1.5]]),
    np.array([[-0.9, -0.4, -0.8, -0.6, -1.0], [1.1, -1.2, 1.3, -1.4, 0.2]]),
    np.array([[0.25, -1.5, 0.5, 0.0], [-0.25, 0.75, -1.25, -0.5], [0.25, 0.5, 0.0, 1.5]]),  # a loud no, and a loud yes
]

_ASKED = [
    (  # four of six are answered, one of them wrong
        np.array(
            [
                [1.0, -1.0, -1.0],
                [-1.0, 0.9, -0.8],
                [0.2, 0.1, -1.0],
                [-0.5, 0.3, 0.1],
                [-1.0, -1.0, 1.0],
                [0.8, -0.9, -0.9],
            ]
        ),
        np.array([0, 2, 1, 1, 2, 0]),
        0.5,
    ),
    (  # five of eight, two of them wrong
        np.array(
            [[-1.0, 1.0], [0.5, -0.2], [0.9, -0.9], [1.0, -1.0], [1.2, -1.0], [-0.3, 0.1], [0.4, 0.1], [-1.1, 0.9]]
        ),
        np.array([1, 1, 1, 1, 0, 1, 0, 1]),
        1.0,
    ),
    (  # three of four: a gap of exactly 0.5 is not more than 0.5
        np.array([[0.75, 0.25, -1.0], [1.0, -1.0, -1.0], [-1.0, 1.0, -0.5], [-1.0, -0.5, 1.0]]),
        np.array([1, 0, 1, 0]),
        0.5,
    ),
]

EXERCISES = (
    Exercise(
        "zip_parameters",
        "How many free parameters has H2: 12 maps of 4 x 4 units, 5 x 5 kernels over 8 maps of H1, a bias per unit?",
        12 * 8 * 25 + 12 * 16,
        [
            Mistake(
                "all maps",
                12 * 12 * 25 + 12 * 16,
                "That lets every map of H2 look at all 12 maps of H1; each looks at 8 of them.",
            ),
            Mistake(
                "bias per map",
                12 * 8 * 25 + 12,
                "That is one bias for each map, as networks have them today. Here each of the 4 x 4 units of a map "
                "has a bias of its own.",
            ),
            Mistake(
                "connections",
                12 * 16 * (8 * 25 + 1),
                "Those are the connections: 16 units of a map share the weights of one set of kernels, so count "
                "these weights once.",
            ),
            Mistake(
                "connections without biases",
                12 * 16 * 8 * 25,
                "Those are the connections to H1. The 16 units of a map share their weights, so count these once; "
                "the biases come on top.",
            ),
            Mistake("no biases", 12 * 8 * 25, "Those are the kernels alone; the biases are learned too."),
            Mistake("side for area", 12 * 8 * 5 + 12 * 16, "A kernel of 5 x 5 has 25 weights."),
            Mistake("H1", 12 * 25 + 12 * 64, "That is H1: one kernel for each map, and 8 x 8 units. H2 comes next."),
            Mistake("one map", 8 * 25 + 16, "That is one of the 12 maps."),
            Mistake(
                "one kernel a map",
                12 * 25 + 12 * 16,
                "That is one kernel for each map of H2. A map has a kernel of its own for every map that it looks at.",
            ),
        ],
        (
            "Count kernels and biases apart, for one map of H2 first.",
            "One map of H2 has one 5 x 5 kernel for each of the 8 maps it looks at, shared by all its units.",
            "12 maps, each with 8 x 25 weights and 4 x 4 biases.",
        ),
        "Yes: 12 x 8 x 25 shared weights and 12 x 16 biases. They serve 38,592 connections.",
        source="12 * 8 * 25 + 12 * 4 * 4",
    ),
    Exercise(
        "zip_sure",
        "Write sure(outputs, gap): True for each row whose largest output is more than gap above its second largest.",
        sure,
        [
            Mistake(
                "largest alone",
                lambda outputs, gap: outputs.max(axis=1) > gap,
                "That asks how large the largest output is. Two outputs can both be large: then the network "
                "cannot decide between two digits.",
            ),
            Mistake(
                "spread",
                lambda outputs, gap: outputs.max(axis=1) - outputs.min(axis=1) > gap,
                "That is the distance from the largest to the smallest output; the rival is the second largest.",
            ),
            Mistake(
                "wrong axis",
                altered(sure, outputs=np.transpose),
                "You sorted down the columns, over the images. Each image is a row: sort along axis 1.",
            ),
            Mistake(
                "inverted",
                lambda outputs, gap: ~sure(outputs, gap),
                "These are the images to reject; sure is True where the answer is accepted.",
            ),
            Mistake(
                "smaller",
                lambda outputs, gap: np.diff(np.sort(outputs, axis=1), axis=1)[:, -1] < gap,
                "You accept where the distance is SMALLER than gap; those are the images to reject.",
            ),
            Mistake(
                "distance",
                lambda outputs, gap: np.diff(np.sort(outputs, axis=1), axis=1)[:, -1],
                "Those are the distances. Is each of them more than gap? That is a True or a False.",
            ),
            Mistake(
                "one answer for all",
                lambda outputs, gap: bool(np.sort(outputs, None)[-1] - np.sort(outputs, None)[-2] > gap),
                "That is one answer for all images together. Each row is an image: sort along axis 1.",
            ),
            Mistake(
                "at least",
                lambda outputs, gap: np.diff(np.sort(outputs, axis=1), axis=1)[:, -1] >= gap,
                "Nearly: where the distance is exactly gap, it is not more than gap.",
            ),
            Mistake(
                "magnitudes",
                altered(sure, outputs=np.abs),
                "You took the outputs without their signs. An output near -1 says no; it is no rival.",
            ),
            Mistake(
                "squares",
                altered(sure, outputs=np.square),
                "You squared the outputs; an output near -1 says no, and its square hides that.",
            ),
            Mistake(
                "wrong way round",
                _columns(-2, -1),
                "So it refuses every row: a smaller output minus a larger one is never more than gap. In ascending "
                "order the largest stands in column -1, the second largest in column -2.",
            ),
            Mistake(
                "two smallest",
                _columns(1, 0),
                "Those are the two smallest: np.sort puts them first. The rivals stand at the end of each row.",
            ),
            Mistake(
                "two first classes",
                lambda outputs, gap: np.abs(outputs[:, 0] - outputs[:, 1]) > gap,
                "That compares the first two classes, whatever they say. Sort each row first.",
            ),
        ],
        (
            "Which two outputs of a row are the rivals?",
            "np.sort(outputs, axis=1) sorts each row in ascending order.",
            "In the sorted array the rivals are the columns -1 and -2; subtract them, and compare with gap.",
        ),
        "Yes. So the network stays silent where two digits are nearly equally active. (That the paper refuses by just "
        "this rule is recalled, not re-read.)",
        inputs=[(_OUTPUTS[0], 0.5), (_OUTPUTS[1], 1.0), (_OUTPUTS[2], 0.5), (_OUTPUTS[3], 0.1), (_OUTPUTS[4], 0.5)],
    ),
    Exercise(
        "zip_error_left",
        "Write error_left(outputs, y, gap): of the images that are answered (not refused), the share that is read "
        "wrongly.",
        error_left,
        [
            Mistake(
                "of all images",
                _counted(lambda answered, wrong: (answered & wrong).mean()),
                "You counted the right things, and divided by ALL images. Whoever gets the answers never sees the "
                "refused ones: divide by the number of answers.",
            ),
            Mistake(
                "silence is an error",
                _counted(lambda answered, wrong: (~answered | wrong).mean()),
                "So a refused image counts as misread. It is not: a person reads it instead.",
            ),
            Mistake(
                "nothing refused",
                _counted(lambda answered, wrong: wrong.mean()),
                "That is the error of all answers, the refused ones included. (If you call sure(outputs, gap): is it "
                "complete?)",
            ),
            Mistake(
                "the refused ones",
                _counted(lambda answered, wrong: wrong[~answered].mean()),
                "That is the error among the REFUSED images: a large one, and good news. Asked for are the others.",
            ),
            Mistake(
                "right ones",
                _counted(lambda answered, wrong: 1 - wrong[answered].mean()),
                "That is the share of right answers.",
            ),
            Mistake(
                "a count",
                _counted(lambda answered, wrong: wrong[answered].sum()),
                "That is how many answers are wrong; as a share of what?",
            ),
            Mistake(
                "percent",
                _counted(lambda answered, wrong: 100 * wrong[answered].mean()),
                "That is in percent. Asked for is the share, from 0 to 1.",
            ),
            Mistake(
                "refused",
                _counted(lambda answered, wrong: (~answered).mean()),
                "That is the share of images that are refused. How many of the OTHERS are misread?",
            ),
            Mistake(
                "answered",
                _counted(lambda answered, wrong: answered.mean()),
                "That is the share of images that are answered. How many of those are misread?",
            ),
            Mistake(
                "answered of the wrong",
                _counted(lambda answered, wrong: answered[wrong].mean()),
                "That is the part of the misread images that slips through. Asked for is the part of the answers "
                "that is wrong.",
            ),
            Mistake(
                "at least",
                lambda outputs, y, gap: error_left(outputs, y, gap - 1e-9),
                "Nearly: an image whose gap is exactly `gap` is refused, for that is not more.",
            ),
            Mistake(
                "each image",
                lambda outputs, y, gap: (outputs.argmax(axis=1) != y)[sure(outputs, gap)],
                "That says of each answer whether it is wrong. Which share of them is?",
            ),
        ],
        (
            "Two questions about each image: is it answered, and is the largest output that of another class than y?",
            "outputs.argmax(axis=1) is what the network says; != y, and you have True where that is wrong.",
            "An array of True and False chooses: wrong[answered] are those that are answered. The mean of True and "
            "False is the share of True.",
        ),
        "Yes. This and the share that is refused are the two sides of the trade: silence costs work, an error costs a "
        "letter.",
        inputs=_ASKED,
    ),
)
