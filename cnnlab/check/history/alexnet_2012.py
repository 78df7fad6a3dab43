"""Exercises of notebook 14 (lecture topic 28): sizes, parameters and multiply-adds of the network of 2012."""

from cnnlab.check.toolkit.exercise import Exercise, Mistake
from cnnlab.check.toolkit.wrong_answers import wrong_side


def side(N, k, stride, border):
    """Side of the maps of a convolution: image N x N, kernel k x k, so many zeros on every side."""
    return (N + 2 * border - k) // stride + 1


def _wrong(**changes):
    """`side` with one thing wrong, as in notebook 07; here the stride comes before the border."""
    wrong = wrong_side(**changes)
    return lambda N, k, stride, border: wrong(N, k, border, stride)


_SECOND = 256 * 5 * 5 * 48 + 256
_THIRD = 13 * 13 * 3 * 3 * 256 * 384
_DENSE = 6 * 6 * 256 * 4096 + 4096

EXERCISES = (
    Exercise(
        "alex_side",
        "Write side(N, k, stride, border): the side of the maps that k x k kernels give for an N x N image.",
        side,
        [
            Mistake(
                "no place for the first",
                _wrong(first=0),
                "Nearly: that counts the steps between the windows. There is a window before the first step.",
            ),
            Mistake(
                "one border",
                _wrong(borders=1),
                "The border is on both sides: it makes the image longer twice.",
            ),
            Mistake("border forgotten", _wrong(borders=0), "That leaves out the border of zeros."),
            Mistake(
                "rounded up",
                _wrong(divide=lambda way, s: -(-way // s)),
                "You rounded up: the last window would stick out of the image. What does not fit is left out.",
            ),
            Mistake(
                "brackets",
                lambda N, k, s, b: N + 2 * b - k // s + 1,
                "`//` comes before `-`: put brackets round the way that the window goes.",
            ),
            Mistake(
                "plus one too early",
                lambda N, k, s, b: (N + 2 * b - k + 1) // s,
                "The first place is not a step: add it after the division, not before.",
            ),
            Mistake(
                "kernel forgotten",
                lambda N, k, s, b: (N + 2 * b) // s,
                "The last window begins k pixels before the end, not at it.",
            ),
            Mistake(
                "stride too early",
                lambda N, k, s, b: N // s + 2 * b - k + 1,
                "You divided the image by the stride before the kernel was taken off. The stride counts places "
                "of the kernel, so divide last.",
            ),
            Mistake(
                "not whole",
                _wrong(divide=lambda way, s: way / s),
                "That need not be a whole number. Half a window has no place: round down, with //.",
            ),
            Mistake(
                "stride forgotten",
                _wrong(stride=lambda s: 1),
                "That is a kernel that moves by one pixel. With a stride it visits fewer places.",
            ),
        ],
        (
            "Where can the left edge of the kernel begin? Write the places down for a small image.",
            "With the border the image is N + 2 border long; the last window begins at N + 2 border - k at the latest.",
            "Count 0, stride, 2 stride, ... up to N + 2 border - k: (that) // stride steps, and the first place.",
        ),
        "Yes. side(227, 11, 4, 0) is 55, the side of the paper's first maps; the 224 of its text give 54, and a rest.",
        inputs=[(227, 11, 4, 0), (224, 11, 4, 0), (27, 5, 1, 2), (13, 3, 1, 1), (32, 5, 2, 1), (20, 4, 3, 3)],
    ),
    Exercise(
        "alex_groups",
        "The second convolution has 256 kernels of 5 x 5 and takes 96 maps in two groups. How many free parameters?",
        _SECOND,
        [
            Mistake(
                "no groups",
                256 * 5 * 5 * 96 + 256,
                "That is every kernel over all 96 maps. In two groups a kernel sees the maps of its own card.",
            ),
            Mistake(
                "both halved",
                128 * 5 * 5 * 48 + 128,
                "That is one of the two groups: 128 kernels. The other group has as many.",
            ),
            Mistake(
                "no groups, no biases", 256 * 5 * 5 * 96, "A kernel sees the maps of its own card; and it has a bias."
            ),
            Mistake("one kernel", 5 * 5 * 48 + 1, "That is one of the 256 kernels, with its bias."),
            Mistake("no biases", 256 * 5 * 5 * 48, "Those are the kernels; each of them also has a bias."),
            Mistake(
                "one map each",
                256 * 5 * 5 + 256,
                "That is 5 x 5 weights for a kernel. It has 5 x 5 of them for every map that it looks at.",
            ),
            Mistake(
                "image channels",
                256 * 5 * 5 * 3 + 256,
                "Three channels has the photograph. This layer looks at the maps of the first one.",
            ),
            Mistake(
                "multiply-adds",
                27 * 27 * 256 * 5 * 5 * 48,
                "Those are the multiply-adds: all 27 x 27 places use the same weights, so count these once.",
            ),
            Mistake(
                "bias for each unit",
                256 * 5 * 5 * 48 + 27 * 27 * 256,
                "That is a bias for each unit, as in 1989. Here each map has one.",
            ),
        ],
        (
            "How many maps does one kernel look at?",
            "Half of the maps live on each card: a kernel is 5 x 5 over 48 of them.",
            "256 kernels of 5 x 5 x 48 weights, and 256 biases.",
        ),
        "Yes, 307,456. Without the two groups there would be nearly twice as many.",
        source="256 * 5 * 5 * 48 + 256",
    ),
    Exercise(
        "alex_work",
        "The third convolution: 384 kernels of 3 x 3 over all 256 maps, at 13 x 13 places. How many multiply-adds?",
        _THIRD,
        [
            Mistake(
                "two groups",
                _THIRD // 2,
                "Those are two groups. The third convolution is the one where the two "
                "cards exchange everything: a kernel sees all 256 maps.",
            ),
            Mistake(
                "parameters",
                3 * 3 * 256 * 384,
                "Those are its weights. Each of them is used at every place of the map.",
            ),
            Mistake("with biases", _THIRD + 13 * 13 * 384, "You counted the biases; adding one is no multiplication."),
            Mistake("parameters with biases", 3 * 3 * 256 * 384 + 384, "Those are its parameters; asked is its work."),
            Mistake("units", 13 * 13 * 384, "Those are its units. Each of them sums many products."),
            Mistake("one unit", 3 * 3 * 256, "That is the work of one unit. How many are there?"),
            Mistake("one map", 13 * 13 * 3 * 3 * 256, "That is one map of the 384."),
            Mistake("one map in", 13 * 13 * 3 * 3 * 384, "Those are kernels over one map; here they reach over 256."),
            Mistake(
                "places inside",
                11 * 11 * 3 * 3 * 256 * 384,
                "That is without a border, 11 x 11 places. A border of one zero keeps the maps at 13 x 13.",
            ),
            Mistake(
                "maps of the layer before",
                27 * 27 * 3 * 3 * 256 * 384,
                "The maps were 27 x 27 before pooling; this layer gets them afterwards.",
            ),
        ],
        (
            "First one unit: how many products does it sum?",
            "One unit sums 3 x 3 x 256 products. How many units has the layer?",
            "3 x 3 x 256 products for each of the 13 x 13 x 384 units.",
        ),
        "Yes, 149.5 million: a fifth of the work of the whole network, with 1.5 % of its parameters.",
        source="13 * 13 * 384 * 3 * 3 * 256",
    ),
    Exercise(
        "alex_dense",
        "256 maps of 13 x 13 are pooled (3 x 3, stride 2), flattened, and given to 4,096 units. How many parameters?",
        _DENSE,
        [
            Mistake("not pooled", 13 * 13 * 256 * 4096 + 4096, "That is without the pooling; it leaves smaller maps."),
            Mistake(
                "seven",
                7 * 7 * 256 * 4096 + 4096,
                "How many windows of 3 fit into 13 with stride 2? The first starts at 0, the last at 10.",
            ),
            Mistake(
                "four",
                4 * 4 * 256 * 4096 + 4096,
                "You moved the windows by 3. They overlap: they are 3 wide and move by 2.",
            ),
            Mistake("no biases", 6 * 6 * 256 * 4096, "Those are the weights; each unit has a bias, too."),
            Mistake(
                "length of the vector", 6 * 6 * 256, "So long is the vector. EACH unit has a weight for each of it."
            ),
            Mistake("not pooled, no biases", 13 * 13 * 256 * 4096, "Pool first; and each unit has a bias."),
            Mistake("one map", 6 * 6 * 4096 + 4096, "That is one map. All 256 maps go into the vector."),
            Mistake(
                "a weight for each map",
                256 * 4096 + 4096,
                "That is one number for each map. Flatten keeps every place of every map.",
            ),
            Mistake(
                "shared",
                6 * 6 * 256 + 4096,
                "That is one set of weights for all units. Fully connected: each unit has its own.",
            ),
        ],
        (
            "How large are the maps after pooling?",
            "(13 - 3) // 2 + 1 rows and columns are left of each map.",
            "6 x 6 x 256 inputs to each of the 4,096 units, and a bias for each unit.",
        ),
        "Yes, 37.8 million, 62 % of all parameters in one layer. That is why dropout stands just there.",
        source="6 * 6 * 256 * 4096 + 4096",
    ),
)
