"""Exercises of notebook 15 about one's own images and other programs (lecture topic 29)."""

import numpy as np

from cnnlab.check.history import and_beyond_answers as own
from cnnlab.check.toolkit.exercise import Exercise, Mistake


def _each(share, join=np.mean):
    """A wrong `class_error`: join over the classes of share(right ones of class k, answers that are k)."""

    def wrong(y, said):
        return join([share(y == k, said == k) for k in np.unique(y)])

    return wrong


EXERCISES = (
    Exercise(
        "own_nearest",
        "Write nearest(x_train, x_test): for each test image the mean squared difference to the training image that is "
        "most like it. Both are (N, H, W, C).",
        own.nearest,
        [
            Mistake(
                "furthest",
                own.distance_with(choose=np.max),
                "Those are the distances to the training image that is LEAST like it.",
            ),
            Mistake(
                "to the average of all",
                own.distance_with(choose=np.mean),
                "You average over the training images. A twin is one of them: take the smallest.",
            ),
            Mistake(
                "which one",
                own.distance_with(choose=np.argmin),
                "That says WHICH training image is nearest. Asked for is how far it is.",
            ),
            Mistake(
                "sum",
                own.distance_with(each=np.sum),
                "The sum over the pixels; take the mean, so that the size of an image does not matter.",
            ),
            Mistake(
                "root",
                lambda x_train, x_test: np.sqrt(own.nearest(x_train, x_test)),
                "That is the root of it; asked for is the mean square itself.",
            ),
            Mistake(
                "magnitudes",
                own.distance_with(size=np.abs),
                "You took the magnitudes of the differences; square them.",
            ),
            Mistake(
                "signs",
                own.distance_with(size=lambda difference: difference),
                "Positive and negative differences cancel each other: square them first.",
            ),
            Mistake(
                "square of the mean",
                lambda x_train, x_test: np.array([np.square((x_train - x).mean((1, 2, 3))).min() for x in x_test]),
                "You square after the mean; there, positive and negative differences have cancelled already.",
            ),
            Mistake(
                "other way round",
                lambda x_train, x_test: own.nearest(x_test, x_train),
                "That is one number for each TRAINING image. Ask of each test image.",
            ),
            Mistake(
                "one number",
                lambda x_train, x_test: own.nearest(x_train, x_test).min(),
                "That is the smallest of all; asked for is one for each test image.",
            ),
        ],
        (
            "For one test image x: subtract it from all training images at once, x_train - x.",
            "Square, and take the mean over rows, columns and channels: axis=(1, 2, 3). One number for each training "
            "image is left.",
            "np.array([((x_train - x) ** 2).mean(axis=(1, 2, 3)).min() for x in x_test])",
        ),
        "Yes. Where that is nearly zero, the test image has a twin in the training set, and its answer proves nothing.",
        inputs=own.NEAREST,
    ),
    Exercise(
        "own_class_error",
        "Write class_error(y, said): for each class that y has, the share of its images that is read wrongly; then the "
        "mean over the classes.",
        own.class_error,
        [
            Mistake(
                "of all images",
                lambda y, said: np.mean(y != said),
                "That is the usual error: every image counts the same, so a large class drowns the small ones.",
            ),
            Mistake(
                "right ones",
                lambda y, said: 1 - own.class_error(y, said),
                "That is the share that is read rightly.",
            ),
            Mistake(
                "of what was said",
                lambda y, said: np.mean([(y[said == k] != k).mean() for k in np.unique(said)]),
                "You chose the images that were CALLED k. Choose those that are k: y == k.",
            ),
            Mistake(
                "of all images, for each class",
                _each(lambda mine, called: (mine & ~called).mean()),
                "You divide the errors of each class by ALL images; divide by those of the class.",
            ),
            Mistake(
                "a count",
                _each(lambda mine, called: (mine & ~called).sum()),
                "Those are numbers of images; of each class the share is asked for.",
            ),
            Mistake(
                "sum",
                _each(lambda mine, called: (~called)[mine].mean(), np.sum),
                "The sum over the classes; take their mean.",
            ),
            Mistake(
                "worst class",
                _each(lambda mine, called: (~called)[mine].mean(), np.max),
                "That is the error of the worst class. It is worth knowing, too; asked for is the mean.",
            ),
            Mistake(
                "each class",
                _each(lambda mine, called: (~called)[mine].mean(), np.array),
                "Those are the errors of the classes; their mean is still missing.",
            ),
            Mistake(
                "percent",
                lambda y, said: 100 * own.class_error(y, said),
                "That is in percent. Asked for is the share, from 0 to 1.",
            ),
        ],
        (
            "For one class k: which images are of it, and what was said of them?",
            "said[y == k] is what was said of the images of class k; != k, and the mean is the share that is wrong.",
            "np.mean([... for k in np.unique(y)])",
        ),
        "Yes. Every class counts the same, however few images it has.",
        inputs=own.SAID,
    ),
    Exercise(
        "own_kernel",
        "PyTorch correlates, and its kernels are (D, C, P, Q). Write their_kernel(w) for our w (P, Q, C, D).",
        own.their_kernel,
        [
            Mistake(
                "not turned",
                lambda w: w.transpose(3, 2, 0, 1),
                "The axes are right. But PyTorch does not flip while it slides, so the kernel must be turned round "
                "before: rows and columns.",
            ),
            Mistake(
                "axes as they are",
                lambda w: w[::-1, ::-1],
                "Turned round, yes; the axes still stand as ours do, (P, Q, C, D).",
            ),
            Mistake(
                "c and d exchanged",
                lambda w: w[::-1, ::-1].transpose(2, 3, 0, 1),
                "That is (C, D, P, Q). Output channels come first there: (D, C, P, Q).",
            ),
            Mistake(
                "rows and columns exchanged",
                lambda w: w[::-1, ::-1].T,
                "`.T` turns the order of all four axes round, so rows and columns are exchanged, too: (D, C, Q, P).",
            ),
            Mistake(
                "rows only",
                lambda w: w[::-1].transpose(3, 2, 0, 1),
                "Upside down only; left and right must be exchanged as well.",
            ),
            Mistake(
                "columns only",
                lambda w: w[:, ::-1].transpose(3, 2, 0, 1),
                "Left and right only; top and bottom must be exchanged as well.",
            ),
            Mistake(
                "channels turned",
                lambda w: w.transpose(3, 2, 0, 1)[::-1, ::-1],
                "You turn the first two axes after the transposition: those are the channels by then.",
            ),
            Mistake(
                "all axes turned",
                lambda w: w[::-1, ::-1, ::-1, ::-1].transpose(3, 2, 0, 1),
                "Rows and columns are turned round, and not the channels.",
            ),
            Mistake(
                "reshaped",
                lambda w: w[::-1, ::-1].reshape(w.shape[3], w.shape[2], w.shape[0], w.shape[1]),
                "reshape leaves the numbers in their order and cuts them anew; the axes must change places: transpose.",
            ),
        ],
        (
            "Two things: their sum runs without a flip, and their axes stand in another order.",
            "w[::-1, ::-1] turns rows and columns round.",
            "transpose(3, 2, 0, 1) makes (D, C, P, Q) of (P, Q, C, D): the last axis becomes the first.",
        ),
        "Yes. `export.to_torch` and `export.to_onnx` do just this, and more for what stands behind Flatten.",
        inputs=own.KERNELS,
    ),
)
