"""Exercises of notebook 06 (lecture topics 6 and 7)."""

from cnnlab.check.toolkit.exercise import Exercise, Mistake


def dense_weights(height, width, channels, units):
    """Weights of a fully-connected first layer, biases apart."""
    return height * width * channels * units


def conv_parameters(size, channels, kernels):
    """Parameters of a convolutional layer, a bias per kernel included."""
    return size * size * channels * kernels + kernels


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
)
