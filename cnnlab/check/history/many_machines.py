"""Exercises of notebook 16, many machines (lecture topics 28 and 29)."""

import numpy as np

from cnnlab.check.history import many_machines_steps as steps
from cnnlab.check.toolkit.exercise import Exercise, Mistake


def average(gradients, counts):
    return counts @ gradients / counts.sum()


def statistics(means, variances):
    return means.mean(axis=0), variances.mean(axis=0) + means.var(axis=0)


def _means_of(join):
    """A wrong `statistics`: the mean is right, the variance is join(means, variances)."""
    return lambda means, variances: (means.mean(axis=0), join(means, variances))


_RNG = np.random.default_rng(16)
GRADIENTS = [
    (_RNG.standard_normal((3, 4)), np.array([10, 20, 30])),
    (_RNG.standard_normal((2, 5)), np.array([7, 1])),
    (_RNG.standard_normal((4, 4)), np.array([5, 6, 7, 9])),
]
STATISTICS = [
    (_RNG.standard_normal((2, 3)), _RNG.uniform(0.5, 2, (2, 3))),
    (5 + _RNG.standard_normal((4, 2)), _RNG.uniform(0.1, 1, (4, 2))),
    (_RNG.standard_normal((3, 3)), _RNG.uniform(0.1, 1, (3, 3))),
]

EXERCISES = (
    Exercise(
        "many_average",
        "Write average(gradients, counts): row k of gradients is the gradient of the MEAN loss of worker k, who has "
        "counts[k] images. Give the gradient of the mean loss of all images.",
        average,
        [
            Mistake(
                "each worker counts the same",
                lambda gradients, counts: gradients.mean(axis=0),
                "Then every WORKER counts the same. Every image has to: a worker with more images counts more.",
            ),
            Mistake(
                "sum of all",
                lambda gradients, counts: gradients.sum(axis=0),
                "The sum of means is no mean: with K workers of equal size it is K times too large.",
            ),
            Mistake(
                "not divided",
                lambda gradients, counts: counts @ gradients,
                "That is the gradient of the SUM of all losses. The mean is asked for: divide by the number of images.",
            ),
            Mistake(
                "divided by the workers",
                lambda gradients, counts: counts @ gradients / len(counts),
                "The weights are right, but they must add up to 1: divide by the number of images, not of workers.",
            ),
            Mistake(
                "divided by the counts",
                lambda gradients, counts: (gradients / counts[:, None]).mean(axis=0),
                "The rows are means already. To come to sums, multiply each by its count; do not divide once more.",
            ),
            Mistake(
                "few count more",
                lambda gradients, counts: (1 / counts) @ gradients / (1 / counts).sum(),
                "The other way round: who has more images counts more.",
            ),
            Mistake(
                "rows kept",
                lambda gradients, counts: gradients * counts[:, None] / counts.sum(),
                "The weights are right. Now add up the rows: one gradient for all.",
            ),
            Mistake(
                "mean of the weighted",
                lambda gradients, counts: (gradients * counts[:, None] / counts.sum()).mean(axis=0),
                "The weights add up to 1 already, so add the rows up; their mean divides by the workers once more.",
            ),
            Mistake(
                "mean of each worker",
                lambda gradients, counts: gradients.mean(axis=1),
                "That is one number for each worker, over its weights. Average over the workers: axis 0.",
            ),
        ],
        (
            "Go back to sums: what is the gradient of the sum of the losses of worker k?",
            "counts[k] * gradients[k] is that of a sum; add these up, and divide by the number of all images.",
            "counts @ gradients adds up rows with their weights; counts.sum() is the number of images.",
        ),
        "Yes. Every image counts the same, wherever it was. With equal parts it is the plain mean.",
        inputs=GRADIENTS,
    ),
    Exercise(
        "many_statistics",
        "Write statistics(means, variances): row k holds the mean and the variance of each channel at worker k; all "
        "workers have the same number of images. Give (mean, variance) of the whole batch.",
        statistics,
        [
            Mistake(
                "mean of the variances",
                _means_of(lambda means, variances: variances.mean(axis=0)),
                "The mean is right. But workers with different means make the whole batch wider than each part: what "
                "is missing is how far their means lie apart.",
            ),
            Mistake(
                "variance of the means",
                _means_of(lambda means, variances: means.var(axis=0)),
                "That is how far the means of the workers lie apart; the spread inside of each part is missing.",
            ),
            Mistake(
                "sum of the variances",
                _means_of(lambda means, variances: variances.sum(axis=0) + means.var(axis=0)),
                "Both pieces are there, but the variances of the parts must be averaged, not added up.",
            ),
            Mistake(
                "subtracted",
                _means_of(lambda means, variances: variances.mean(axis=0) - means.var(axis=0)),
                "Means that lie apart make the batch wider, not narrower: look at the sign.",
            ),
            Mistake(
                "one less",
                _means_of(lambda means, variances: variances.mean(axis=0) + means.var(axis=0, ddof=1)),
                "You divide by K - 1. This is no estimate from a sample: all workers are there. Divide by K.",
            ),
            Mistake(
                "deviation",
                _means_of(lambda means, variances: np.sqrt(variances.mean(axis=0) + means.var(axis=0))),
                "That is the standard deviation; asked for is its square.",
            ),
            Mistake(
                "deviation of the means",
                _means_of(lambda means, variances: variances.mean(axis=0) + means.std(axis=0)),
                "A variance and a deviation cannot be added: take the variance of the means.",
            ),
            Mistake(
                "mean square",
                _means_of(lambda means, variances: (variances + means**2).mean(axis=0)),
                "That is the mean square. The variance is less, by the square of the mean of the whole batch.",
            ),
        ],
        (
            "The mean is the mean of the means. For the variance: what is the mean of h squared?",
            "mean of h^2 = variance + mean^2, in each part and in the whole batch.",
            "The variance of all is the mean of the variances and, besides, the variance of the means.",
        ),
        "Yes. Two numbers for each channel travel, and every worker normalises as if it had the whole batch.",
        inputs=STATISTICS,
    ),
    Exercise(
        "many_even",
        "Two halves exchange 30,336 numbers for each image on the way forward, and as many errors on the way back. Two "
        "whole copies exchange 60,965,224 gradients in each step. From which batch on do the halves exchange more?",
        1005,
        [
            Mistake(
                "rounded down",
                1004,
                "With so many images the halves exchange a little less than the copies still.",
            ),
            Mistake(
                "forward only",
                2010,
                "You counted the way forward. For every number that goes forward an error comes back.",
            ),
            Mistake(
                "forward only, rounded down",
                2009,
                "You counted the way forward only; errors come back, too. (And it is rounded down.)",
            ),
            Mistake(
                "bytes on one side",
                252,
                "One side is in bytes, the other in numbers. A number has four bytes on both sides.",
            ),
            Mistake(
                "bytes on the other side",
                4020,
                "The gradients are in bytes, the halves in numbers. A number has four bytes on both sides.",
            ),
            Mistake(
                "twice as many",
                503,
                "You count everything that the halves exchange twice; forward and back are 60,672 numbers an image.",
            ),
            Mistake(
                "batch of the paper",
                128,
                "That is the batch of the paper. There the halves exchange 128 x 60,672 numbers: compare.",
            ),
            Mistake(
                "the quotient",
                60965224 / 60672,
                "So it is, nearly: and a batch is a whole number of images, from which on there are MORE.",
            ),
        ],
        (
            "What the copies exchange does not depend on the batch; what the halves exchange grows with it.",
            "For N images the halves exchange N x 2 x 30,336 numbers.",
            "Divide 60,965,224 by 60,672, and take the next whole number.",
        ),
        "Yes. For small batches halve the network, for large ones copy it. With 128 images, as in 2012, it is halved.",
        source="60965224 // (2 * 30336) + 1",
    ),
    *steps.EXERCISES,
)
