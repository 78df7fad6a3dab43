"""Exercises of notebook 14 on what helps against learning by heart: dropout and augmentation (lecture topic 28)."""

import numpy as np

from cnnlab.check.toolkit.exercise import Exercise, Mistake


def dropout(h, u, p):
    """Values h with each dropped where its chance u, uniform in 0..1, is below p; the others grow by 1 / (1 - p)."""
    return h * (u >= p) / (1 - p)


def view(x, m, n, side, mirror):
    """The square of an image x (H, W, C) that begins at row m and column n; left and right exchanged, if mirror."""
    part = x[m : m + side, n : n + side]
    return part[:, ::-1] if mirror else part


def _mirrored_first(x, m, n, side, mirror):
    x = x[:, ::-1] if mirror else x
    return x[m : m + side, n : n + side]


def _other_flip(turn):
    """The right square, turned in another way."""
    return lambda x, m, n, side, mirror: turn(view(x, m, n, side, False)) if mirror else view(x, m, n, side, False)


_H = np.array([3.0, -1.0, 2.0, 5.0, 0.5, 4.0])
_U = np.array([0.9, 0.1, 0.45, 0.3, 0.75, 0.55])
_X = np.arange(6 * 7 * 3, dtype=float).reshape(6, 7, 3) ** 1.5

EXERCISES = (
    Exercise(
        "alex_dropout",
        "Write dropout(h, u, p): drop each h whose u (by chance, 0..1) is below p, so that the mean stays.",
        dropout,
        [
            Mistake(
                "not scaled",
                lambda h, u, p: h * (u >= p),
                "You drop the right ones. But now the sum is smaller on average than without dropout: let those that "
                "are left grow.",
            ),
            Mistake(
                "kept and dropped exchanged",
                lambda h, u, p: h * (u < p) / (1 - p),
                "You keep what should be dropped: u < p happens with probability p.",
            ),
            Mistake(
                "kept and dropped exchanged, not scaled",
                lambda h, u, p: h * (u < p),
                "You keep what should be dropped: u < p happens with probability p. And what is left should grow.",
            ),
            Mistake(
                "scaled down",
                lambda h, u, p: h * (u >= p) * (1 - p),
                "You make those that are left smaller. They stand in for the dropped ones, so they must grow. (The "
                "paper scales down in use instead, when nothing is dropped.)",
            ),
            Mistake(
                "divided by p",
                lambda h, u, p: h * (u >= p) / p,
                "Which share is left? Divide by that share; p is the share that is dropped.",
            ),
            Mistake(
                "threshold turned round",
                lambda h, u, p: h * (u >= 1 - p) / (1 - p),
                "u >= 1 - p happens with probability p, so only a share of p is left. Compare u with p.",
            ),
            Mistake(
                "h compared",
                lambda h, u, p: h * (h >= p) / (1 - p),
                "You look at h itself. Chance decides, not the size of the value: compare u with p.",
            ),
            Mistake(
                "the mask alone",
                lambda h, u, p: (u >= p) / (1 - p),
                "That is the mask. Multiply it by h.",
            ),
            Mistake(
                "by the share of these",
                lambda h, u, p: h * (u >= p) / np.mean(u >= p),
                "You divide by the share that is left this time. It differs from batch to batch; the factor must not.",
            ),
        ],
        (
            "u >= p is True (1) where a value stays and False (0) where it is dropped.",
            "A share of 1 - p is left. By which factor must it grow, so that the mean stays?",
            "h times (u >= p), divided by 1 - p.",
        ),
        "Yes. In use nothing is dropped and nothing is scaled: the mean is the same already.",
        inputs=[(_H, _U, 0.5), (_H, _U, 0.2), (_H.reshape(2, 3), _U[::-1].reshape(2, 3), 0.7)],
    ),
    Exercise(
        "alex_view",
        "Write view(x, m, n, side, mirror): cut side x side pixels from row m, column n on; mirrored if mirror.",
        view,
        [
            Mistake(
                "mirrored first",
                _mirrored_first,
                "You mirror the whole image before you cut: column n is then counted from the other side. Cut first.",
            ),
            Mistake(
                "upside down",
                _other_flip(lambda part: part[::-1]),
                "That turns it upside down. Left and right are the columns, the second axis.",
            ),
            Mistake(
                "turned round",
                _other_flip(lambda part: part[::-1, ::-1]),
                "That is turned by 180 degrees. Only left and right are exchanged.",
            ),
            Mistake(
                "colours exchanged",
                _other_flip(lambda part: part[:, :, ::-1]),
                "You exchanged red and blue. The columns are the second axis, the colours the third.",
            ),
            Mistake(
                "transposed",
                _other_flip(lambda part: part.transpose(1, 0, 2)),
                "You exchanged rows and columns. A mirror keeps the rows.",
            ),
            Mistake(
                "never mirrored",
                lambda x, m, n, side, mirror: x[m : m + side, n : n + side],
                "The square is right. Now exchange left and right, if mirror is True.",
            ),
            Mistake(
                "always mirrored",
                lambda x, m, n, side, mirror: x[m : m + side, n : n + side][:, ::-1],
                "You mirror it every time. Only if mirror is True.",
            ),
            Mistake(
                "the other way round",
                lambda x, m, n, side, mirror: view(x, m, n, side, not mirror),
                "You mirror it if mirror is False.",
            ),
            Mistake(
                "end for side",
                lambda x, m, n, side, mirror: view(x[m:side, n:side], 0, 0, side, mirror),
                "x[m:side] ends at row side. The square has `side` rows, so it ends at m + side.",
            ),
            Mistake(
                "rows and columns exchanged",
                lambda x, m, n, side, mirror: view(x, n, m, side, mirror),
                "You begin at row n and column m.",
            ),
        ],
        (
            "x[a:b, c:d] cuts rows a to b - 1 and columns c to d - 1.",
            "Rows m to m + side, columns n to n + side; then, if mirror, turn the second axis round.",
            "part = x[m:m + side, n:n + side]; part[:, ::-1] is its mirror image.",
        ),
        "Yes. The paper cut 224 x 224 of 256 x 256 pixels and mirrored them; it counts 2,048 views of a photograph.",
        inputs=[(_X, 1, 2, 4, True), (_X, 2, 0, 3, False), (_X, 0, 3, 4, True)],
    ),
)
