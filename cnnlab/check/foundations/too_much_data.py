"""Exercises of notebook 06 (lecture topics 6 and 7)."""

from cnnlab.check.toolkit.exercise import Exercise, Mistake


def dense_weights(height, width, channels, units):
    """Weights of a fully-connected first layer, biases apart."""
    return height * width * channels * units


def conv_parameters(size, channels, kernels):
    """Parameters of a convolutional layer, a bias per kernel included."""
    return size * size * channels * kernels + kernels


def still_seen(size, down, right):
    """Pixels of a moved picture, size x size, that lie on the weights that learned it."""
    return max(size - abs(down), 0) * max(size - abs(right), 0)


EXERCISES = (
    Exercise(
        "dense_weights",
        "Write how many weights (without biases) a fully-connected layer needs for an image height x width x channels.",
        dense_weights,
        [
            Mistake(
                "channels forgotten",
                lambda h, w, c, u: h * w * u,
                "A colour image has three numbers per pixel: the channels count.",
            ),
            Mistake(
                "units forgotten",
                lambda h, w, c, u: h * w * c,
                "Those are the inputs. EVERY hidden unit has a weight for each of them.",
            ),
            Mistake("added", lambda h, w, c, u: h * w * c + u, "Every input meets every unit: multiply, do not add."),
            Mistake(
                "with biases",
                lambda h, w, c, u: h * w * c * u + u,
                "The question leaves the biases apart, as the lecture does.",
            ),
            Mistake(
                "pixels and channels added",
                lambda h, w, c, u: (h * w + c) * u,
                "EACH pixel has `channels` numbers: multiply, do not add.",
            ),
            Mistake("perimeter", lambda h, w, c, u: (h + w) * c * u, "An image has height times width pixels."),
        ],
        (
            "How many numbers is one image?",
            "Each hidden unit has one weight for each of them.",
            "height * width * channels * units",
        ),
        "18 million inputs times 500 units: 9 billion weights.",
        inputs=[(2000, 3000, 3, 500), (16, 16, 1, 10), (32, 24, 3, 7)],
    ),
    Exercise(
        "conv_parameters",
        "Write how many parameters a convolutional layer has: kernels of size x size over `channels` maps, one bias "
        "per kernel.",
        conv_parameters,
        [
            Mistake("biases forgotten", lambda s, c, k: s * s * c * k, "One bias per kernel is missing."),
            Mistake(
                "channels forgotten",
                lambda s, c, k: s * s * k + k,
                "A kernel looks at all input maps: it has size x size weights for EACH of them.",
            ),
            Mistake(
                "channels and biases forgotten",
                lambda s, c, k: s * s * k,
                "Two things are missing: a kernel has weights for EACH input map, and a bias.",
            ),
            Mistake(
                "one kernel", lambda s, c, k: s * s * c + 1, "That is one kernel with its bias; how many are there?"
            ),
            Mistake(
                "kernels added",
                lambda s, c, k: s * s * c + k,
                "The biases are right. But EACH kernel has size x size x channels weights of its own.",
            ),
            Mistake("side for area", lambda s, c, k: s * c * k + k, "A kernel has size x size weights, not size."),
            Mistake("one bias", lambda s, c, k: s * s * c * k + 1, "Each kernel has its own bias."),
            Mistake(
                "bias per weight", lambda s, c, k: 2 * s * s * c * k, "A bias belongs to a kernel, not to each weight."
            ),
            Mistake(
                "bias per channel",
                lambda s, c, k: s * s * c * k + c * k,
                "One bias per kernel, however many maps it looks at.",
            ),
        ],
        (
            "The size of the image does not matter.",
            "One kernel: size * size * channels weights, and a bias.",
            "(size * size * channels + 1) * kernels",
        ),
        "However large the image: the same few weights look everywhere.",
        inputs=[(5, 3, 32), (3, 1, 8), (11, 3, 96)],
    ),
    Exercise(
        "still_seen",
        "Write still_seen(size, down, right): a picture of size x size pixels has moved by so many pixels; negative "
        "numbers mean up and left. How many of its pixels still lie on weights that learned it?",
        still_seen,
        [
            Mistake(
                "sign forgotten",
                lambda s, d, r: max(s - d, 0) * max(s - r, 0),
                "Up and left count, too: moved by -3, as many pixels are lost as by 3.",
            ),
            Mistake(
                "below zero",
                lambda s, d, r: (s - abs(d)) * (s - abs(r)),
                "Moved further than its size, a picture lies beside the weights: nothing is left, not less.",
            ),
            Mistake(
                "sign forgotten and below zero",
                lambda s, d, r: (s - d) * (s - r),
                "Two things are missing: up and left are negative numbers, and no fewer than 0 pixels can be left.",
            ),
            Mistake(
                "one direction",
                lambda s, d, r: s * max(s - abs(r), 0),
                "That is a picture that moved sideways only; `down` takes whole rows away.",
            ),
            Mistake(
                "the other direction",
                lambda s, d, r: s * max(s - abs(d), 0),
                "That is a picture that moved up or down only; `right` takes whole columns away.",
            ),
            Mistake(
                "lost rows and columns subtracted",
                lambda s, d, r: max(s * s - s * abs(d) - s * abs(r), 0),
                "The corner where the lost rows and the lost columns meet is taken away twice.",
            ),
            Mistake(
                "those that are lost",
                lambda s, d, r: s * s - max(s - abs(d), 0) * max(s - abs(r), 0),
                "Those are the pixels that lie beside them now. How many still lie ON them?",
            ),
            Mistake(
                "sides added",
                lambda s, d, r: max(s - abs(d), 0) + max(s - abs(r), 0),
                "What is left is a rectangle: its pixels are its rows TIMES its columns.",
            ),
        ],
        (
            "Draw two squares, the second one moved. What they share is a rectangle.",
            "It has size - |down| rows, and none once that would be below 0; likewise its columns.",
            "max(size - abs(down), 0) * max(size - abs(right), 0)",
        ),
        "The rows that are left times the columns that are left. And each of these pixels lies on a weight that "
        "learned another one.",
        inputs=[(24, 0, 0), (24, 3, 5), (24, -4, 6), (24, 2, -7), (24, 10, 30), (24, -30, 40), (8, 8, 1), (5, -2, -2)],
    ),
)
