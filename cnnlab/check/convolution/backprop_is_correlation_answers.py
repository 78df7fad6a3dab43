"""What the exercises of notebook 09 compare with: right answers, wrong ones, and the arrays they are tried on."""

import numpy as np

from cnnlab import ops
from cnnlab.check.toolkit.maps import batch_of_one, differences, layer_of_one, only_map, whole_numbers
from cnnlab.check.toolkit.wrong_answers import turned

MAP_INPUTS = [
    (whole_numbers(1, 3, 4), whole_numbers(2, 3, 3)),
    (whole_numbers(3, 4, 3), whole_numbers(4, 2, 3)),
    (whole_numbers(5, 5, 5), whole_numbers(6, 3, 2)),
]
# as many channels as maps: where c and d are exchanged, the numbers must tell, not a shape that does not fit
ALL_INPUTS = [
    (whole_numbers(11, 1, 3, 4, 2), whole_numbers(12, 3, 3, 2, 2), (1, 5, 6, 2), 1),
    (whole_numbers(13, 2, 3, 3, 3), whole_numbers(14, 3, 2, 3, 3), (2, 7, 6, 3), 2),
    (whole_numbers(15, 2, 2, 3, 2), whole_numbers(16, 2, 3, 2, 2), (2, 6, 9, 2), 3),
]
SPREAD_INPUTS = [
    (whole_numbers(21, 3, 3), 2),
    (whole_numbers(22, 2, 4), 3),
    (whole_numbers(23, 4, 2), 2),
    (whole_numbers(24, 3, 2), 1),
]


def row_of_w(m, i, P):
    return m + P - 1 - i


def map_gradient(de, w):
    P, Q = w.shape
    dh = np.zeros((de.shape[0] + P - 1, de.shape[1] + Q - 1))
    for m, n in np.ndindex(de.shape):
        dh[m : m + P, n : n + Q] += de[m, n] * w[::-1, ::-1]
    return dh


def input_gradient(de, w, h_shape, stride):
    P, Q = w.shape[:2]
    high, wide = de.shape[1] * stride, de.shape[2] * stride
    dh = np.zeros(h_shape)
    for p in range(P):
        for q in range(Q):
            i, j = P - 1 - p, Q - 1 - q
            dh[:, i : i + high : stride, j : j + wide : stride] += de @ w[p, q].T
    return dh


def central_differences(de, w, h_shape, stride=1):
    """The judge: nudge every pixel of h."""
    h = np.zeros(h_shape)
    return differences(de, lambda: ops.conv2d(h, w, stride=stride), h)


def of_one_map(gradient):
    """gradient(de, w, h_shape, stride) for a single map: de (H', W'), w (P, Q) -> (H' + P - 1, W' + Q - 1)."""

    def answer(de, w):
        shape = (1, de.shape[0] + w.shape[0] - 1, de.shape[1] + w.shape[1] - 1, 1)
        return only_map(gradient(batch_of_one(de), layer_of_one(w), shape, 1))

    return answer


map_differences = of_one_map(central_differences)  # the same judge


def wrong_gradient(turn=turned, step=lambda s: s, shift=0, assign=False, errors=lambda de: de):
    """A wrong answer: another stamp, another step, stamps one pixel off, = for +=, or other errors."""

    def answer(de, w, h_shape, stride):
        (P, Q), s, stamp = w.shape[:2], step(stride), turn(w)
        room = np.zeros((h_shape[0], h_shape[1] + 4, h_shape[2] + 4, h_shape[3]))
        for m, n in np.ndindex(de.shape[1:3]):
            here = np.s_[:, m * s + shift : m * s + shift + P, n * s + shift : n * s + shift + Q]
            add = np.einsum("kd,pqcd->kpqc", errors(de)[:, m, n], stamp)
            room[here] = add if assign else room[here] + add
        return room[:, : h_shape[1], : h_shape[2]]

    return answer


def wrong_map(**changes):
    """As `wrong_gradient`, for one map."""
    return of_one_map(wrong_gradient(**changes))


def only_whole_windows(de, w, h_shape, stride):
    """ "valid" for "full": right where all P x Q errors exist, 0 around."""
    (P, Q), (rows, columns) = w.shape[:2], de.shape[1:3]
    inner = np.s_[:, P - 1 : (rows - 1) * stride + 1, Q - 1 : (columns - 1) * stride + 1]
    dh = np.zeros(h_shape)
    dh[inner] = input_gradient(de, w, h_shape, stride)[inner]
    return dh


def repeated(de, stride):
    """Each error again and again, where zeros belong in between."""
    rows, columns = ((side - 1) * stride + 1 for side in de.shape[-2:])
    return de.repeat(stride, axis=-2).repeat(stride, axis=-1)[..., :rows, :columns]


def repeated_gradient(de, w, h_shape, stride):
    z = np.moveaxis(repeated(np.moveaxis(de, 3, 1), stride), 1, 3)
    return wrong_gradient(step=lambda s: 1)(z, w, h_shape, stride)


def put_zeros(de, stride):
    rows, columns = de.shape
    z = np.zeros(((rows - 1) * stride + 1, (columns - 1) * stride + 1))
    z[::stride, ::stride] = de
    return z


def wrong_zeros(rows, columns, tail=0, start=0):
    """Zeros put in otherwise: functions of the stride for rows and columns, a tail, a first place."""

    def answer(de, stride):
        s, t = rows(stride), columns(stride)
        first, last = start and stride - 1, tail and stride - 1
        z = np.zeros(((de.shape[0] - 1) * s + 1 + last, (de.shape[1] - 1) * t + 1 + last))
        z[first::s, first::t] = de
        return z

    return answer


def matrix_input(seed, rows, columns):
    """A square W, of a convolution of "same" size, and errors: so that W and its transpose both fit.

    W is what `ops.conv2d_matrix` gives, written down number by number, for nothing shall be compiled at an import.
    """
    w, shape = whole_numbers(seed, 3, 3), (rows, columns)
    W = np.zeros((*shape, *shape))
    for m, n, i, j in np.ndindex(W.shape):
        if abs(m - i) <= 1 and abs(n - j) <= 1:
            W[m, n, i, j] = w[m - i + 1, n - j + 1]
    return W.reshape(rows * columns, -1), whole_numbers(seed + 1, *shape), shape


MATRIX_INPUTS = [matrix_input(31, 3, 4), matrix_input(41, 4, 2), matrix_input(51, 5, 3)]


def matrix_gradient(W, de, h_shape):
    return (W.T @ de.ravel()).reshape(h_shape)
