"""What is computed number by number: nonlinearities that the compiler can turn into vector code, and the normalisation
of responses.
"""

import math
from enum import IntEnum

import numpy as np

from cnnlab.loops.runtime.compiled import compiled_inside


class Activation(IntEnum):
    """The nonlinearities that loops know."""

    SIGMOID = 0
    TANH = 1
    SCALED_TANH = 2
    RELU = 3
    LEAKY_RELU = 4


HEIGHT, STEEPNESS = 1.7159, 2 / 3  # of the scaled tanh (LeCun et al. 1989)
LOG2E, LN2_HIGH, LN2_LOW = 1.4426950408889634, 0.693145751953125, 1.4286068203094172e-06


@compiled_inside
def expm1(x):
    """exp(x) - 1 in float32 for |x| < 80, from additions and multiplications alone: x = n ln 2 + r, |r| < 0.35, and
    exp(r) - 1 is its series up to r^7 / 7!, whose rest is below the rounding of a float32.
    """
    real = np.float32
    n = np.floor(x * real(LOG2E) + real(0.5))
    r = (x - n * real(LN2_HIGH)) - n * real(LN2_LOW)
    p = real(1 / 5040)
    for term in (1 / 720, 1 / 120, 1 / 24, 1 / 6, 1 / 2, 1.0):
        p = p * r + real(term)
    power = np.int32((np.int32(n) + np.int32(127)) << np.int32(23)).view(np.float32)  # 2^n, written into its exponent
    return power * (p * r) + (power - real(1))


@compiled_inside
def tanh_of(e, h, height, steepness):
    """h = height tanh(steepness e), rows of numbers."""
    if e.itemsize == 4:
        for i in range(len(e)):
            x = min(max(np.float32(2 * steepness) * e[i], np.float32(-40)), np.float32(40))
            t = expm1(x)
            h[i] = np.float32(height) * (t / (t + np.float32(2)))
    else:
        for i in range(len(e)):
            h[i] = height * math.tanh(steepness * e[i])


@compiled_inside
def sigmoid_of(e, h):
    """h = 1 / (1 + exp(-e)), rows of numbers."""
    if e.itemsize == 4:
        for i in range(len(e)):
            x = e[i]
            small = expm1(max(-abs(x), np.float32(-80))) + np.float32(1)  # exp(-|e|)
            h[i] = (np.float32(1) if x >= 0 else small) / (np.float32(1) + small)
    else:
        for i in range(len(e)):
            small = math.exp(-abs(e[i]))
            h[i] = (1.0 if e[i] >= 0 else small) / (1.0 + small)


@compiled_inside
def activate(activation, slope, e, h):
    """h = f(e) for rows of numbers; slope : of the leaky ReLU below zero."""
    if activation == Activation.TANH:
        tanh_of(e, h, 1.0, 1.0)
    elif activation == Activation.SCALED_TANH:
        tanh_of(e, h, HEIGHT, STEEPNESS)
    elif activation == Activation.SIGMOID:
        sigmoid_of(e, h)
    elif activation == Activation.RELU:
        zero = e.dtype.type(0)
        for i in range(len(e)):
            h[i] = zero if e[i] <= 0 else e[i]  # not 0 times e[i], which can be infinite; NaN stays
    elif activation == Activation.LEAKY_RELU:
        below = e.dtype.type(slope)
        for i in range(len(e)):
            h[i] = e[i] if e[i] > 0 else below * e[i]


@compiled_inside
def activate_back(activation, slope, dh, h, de):
    """dL/de = f'(e) dL/dh, rows of numbers; the slope is told from h = f(e) alone, whose sign is that of e."""
    real = dh.dtype.type
    if activation == Activation.TANH or activation == Activation.SCALED_TANH:
        top, inner = (HEIGHT, STEEPNESS) if activation == Activation.SCALED_TANH else (1.0, 1.0)
        a, b = real(top * inner), real(inner / top)  # f' = A S - (S / A) h^2
        for i in range(len(dh)):
            de[i] = dh[i] * (a - b * h[i] * h[i])
    elif activation == Activation.SIGMOID:
        for i in range(len(dh)):
            de[i] = dh[i] * (h[i] * (real(1) - h[i]))
    elif activation == Activation.RELU:
        for i in range(len(dh)):
            de[i] = dh[i] if h[i] > 0 else real(0)
    elif activation == Activation.LEAKY_RELU:
        below = real(slope)
        for i in range(len(dh)):
            de[i] = dh[i] if h[i] > 0 else below * dh[i]


@compiled_inside
def inverse_power(bracket, beta, factor):
    """factor = bracket^-beta, rows of numbers; the paper's beta of 3/4 takes two square roots."""
    if beta == 0.75:
        for c in range(len(bracket)):
            root = np.sqrt(bracket[c])
            factor[c] = bracket.dtype.type(1) / (root * np.sqrt(root))
    else:
        for c in range(len(bracket)):
            factor[c] = bracket[c] ** bracket.dtype.type(-beta)


@compiled_inside
def sum_neighbours(values, channels, half, sums):
    """sums[c] += values[c'] for all |c' - c| <= half, in each of the rows of so many channels."""
    for i in range(len(values)):
        sums[i] += values[i]
    for o in range(1, min(half, channels - 1) + 1):
        for first in range(0, len(values), channels):
            value, total = values[first : first + channels], sums[first : first + channels]
            for c in range(channels - o):
                total[c] += value[c + o]
            for c in range(channels - o):
                total[c + o] += value[c]


@compiled_inside
def normalise_responses(h, channels, half, k, alpha, beta, bracket, out, room):
    """out[c] = h[c] / bracket[c]^beta, bracket[c] = k + alpha sum_{|c'-c| <= half} h[c']^2 (Krizhevsky et al. 2012,
    section 3.3).  h, bracket, out, and room to work in : pixel after pixel, rows of C numbers.
    """
    scale = h.dtype.type(alpha)
    for i in range(len(h)):
        room[i] = scale * h[i] * h[i]
        bracket[i] = k
    sum_neighbours(room, channels, half, bracket)
    inverse_power(bracket, beta, out)
    for i in range(len(h)):
        out[i] *= h[i]


@compiled_inside
def normalise_responses_back(d, h, channels, half, alpha, beta, bracket, dh, room):
    """dh[c] = d[c] bracket[c]^-beta - 2 alpha beta h[c] sum_{|c'-c| <= half} d[c'] h[c'] bracket[c']^(-beta-1);
    arrays as before, d is used up.
    """
    inverse_power(bracket, beta, dh)
    double, zero = h.dtype.type(-2 * alpha * beta), h.dtype.type(0)
    for i in range(len(h)):
        dh[i] *= d[i]  # d[c] bracket[c]^-beta
        room[i] = double * dh[i] * h[i] / bracket[i]
        d[i] = zero
    # to dh comes h (sum over neighbours of room): d is not needed any more and takes the sums
    sum_neighbours(room, channels, half, d)
    for i in range(len(h)):
        dh[i] += h[i] * d[i]
