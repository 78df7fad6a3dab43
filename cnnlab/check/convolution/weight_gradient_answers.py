"""What the exercises of notebook 10 compare with: right answers, wrong ones, and the arrays they are tried on."""

import numpy as np

from cnnlab import ops
from cnnlab.check.toolkit.maps import batch_of_one, differences, only_map, whole_numbers

H = np.array([[1.0, 2, 0], [3, 1, -2], [0, 4, 5]])
DE = np.array([[1.0, -1], [2, 3]])

ONE_INPUTS = [
    (whole_numbers(1, 5, 6), whole_numbers(2, 3, 4), 0, 2, 3, 3),
    (whole_numbers(3, 6, 5), whole_numbers(4, 5, 3), 1, 0, 2, 3),
    (whole_numbers(5, 7, 7), whole_numbers(6, 5, 5), 2, 1, 3, 3),
    (whole_numbers(7, 4, 6), whole_numbers(8, 3, 3), 0, 3, 2, 4),
]
ALL_INPUTS = [
    (whole_numbers(11, 1, 4, 5, 1), whole_numbers(12, 1, 3, 3, 1), 2, 3),
    (whole_numbers(13, 2, 5, 5, 2), whole_numbers(14, 2, 3, 4, 3), 3, 2),
    (whole_numbers(15, 3, 4, 6, 2), whole_numbers(16, 3, 2, 4, 2), 3, 3),
]
FLIP_INPUTS = [
    (whole_numbers(21, 4, 5), whole_numbers(22, 2, 3)),
    (whole_numbers(23, 5, 5), whole_numbers(24, 3, 3)),
    (whole_numbers(25, 6, 4), whole_numbers(26, 4, 3)),
]


def _cut(h, i, j, rows, columns):
    """rows x columns of h (N, H, W, C) from (i, j) on; zeros where they leave it."""
    reach = max(rows, columns) + 8
    hp = np.pad(h, ((0, 0), (reach, reach), (reach, reach), (0, 0)))
    return hp[:, reach + i : reach + i + rows, reach + j : reach + j + columns]


def row_of_h(m, p, P):
    return m + P - 1 - p


def one_weight(h, de, p, q, P, Q):
    rows, columns = de.shape
    top, left = P - 1 - p, Q - 1 - q
    window = h[top : top + rows, left : left + columns]
    return (de * window).sum()


def wrong_one(place, total=lambda products: products.sum(), turn=lambda de: de):
    """A wrong answer: another place of the window, another way to add up, or dL/de turned."""

    def answer(h, de, p, q, P, Q):
        return total(turn(de) * only_map(_cut(batch_of_one(h), *place(p, q, P, Q), *de.shape)))

    return answer


def right_place(p, q, P, Q):
    return P - 1 - p, Q - 1 - q


def weight_gradient(h, de, P, Q):
    rows, columns = de.shape[1:3]
    dw = np.zeros((P, Q, h.shape[3], de.shape[3]))
    for p in range(P):
        for q in range(Q):
            window = h[:, P - 1 - p : P - 1 - p + rows, Q - 1 - q : Q - 1 - q + columns]
            dw[p, q] = np.tensordot(window, de, axes=([0, 1, 2], [0, 1, 2]))
    return dw


def central_differences(h, de, P, Q):
    """The judge: nudge every weight."""
    w = np.zeros((P, Q, h.shape[3], de.shape[3]))
    return differences(de, lambda: ops.conv2d(h, w), w)


def wrong_all(place=right_place, sums="nmkc,nmkd->cd", scale=lambda de: 1.0, turn=lambda de: de, samples=slice(None)):
    """As `wrong_one`, for the whole gradient: sums in einsum's words, a factor, some of the images only."""

    def answer(h, de, P, Q):
        dw = np.zeros((P, Q, h.shape[3], de.shape[3]))
        for p, q in np.ndindex(P, Q):
            window = _cut(h, *place(p, q, P, Q), *de.shape[1:3])
            dw[p, q] = np.einsum(sums, window[samples], turn(de)[samples])
        return dw * scale(de)

    return answer


def bias_gradient(de):
    return de.sum(axis=(0, 1, 2))


def flip_for_convolution(h, de, convolve):
    return convolve(h[::-1, ::-1], de)
