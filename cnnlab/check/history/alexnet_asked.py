"""Exercises of notebook 14 that ask a trained network: what excites it, what small changes do (lecture topic 28)."""

import numpy as np

from cnnlab.check.toolkit.exercise import Exercise, Mistake


def best(h, count):
    """The numbers of the images whose map h[k] (H, W) has the largest values, the strongest first."""
    return np.argsort(-h.max(axis=(1, 2)))[:count]


def climb(x, gradient, eta, steps):
    """Walk the image x uphill; gradient(x) is d unit / dx, and every pixel stays in 0..1."""
    for _ in range(steps):
        x = np.clip(x + eta * gradient(x), 0, 1)
    return x


def saliency(dx):
    """How strongly a unit feels each pixel: of d unit / dx (H, W, C) the largest absolute value over the channels."""
    return np.abs(dx).max(axis=2)


def most(dx, eps):
    """By how much e rises at most when every number of the image may move by up to eps, up or down."""
    return eps * np.abs(dx).sum()


def _climbed(move=lambda x, step: x + step, clip=True, again=True):
    """`climb` with one thing wrong."""

    def wrong(x, gradient, eta, steps):
        first = gradient(x)
        for _ in range(steps):
            x = move(x, eta * (gradient(x) if again else first))
            x = np.clip(x, 0, 1) if clip else x
        return x

    return wrong


def _clipped_last(x, gradient, eta, steps):
    return np.clip(_climbed(clip=False)(x, gradient, eta, steps), 0, 1)


def _last_step(x, gradient, eta, steps):
    start = x
    for _ in range(steps):
        x = np.clip(start + eta * gradient(x), 0, 1)
    return x


def hill(x):
    """A gradient to try `climb` on: uphill to 1.2 in the first row, to 0.3 in the second."""
    return np.array([[1.2], [0.3]]) - x


def neighbour(x):
    """Another one: the brighter the pixel to the left, the steeper; in the first column that of the last."""
    return np.roll(x, 1, axis=1) - 0.6


_RNG = np.random.default_rng(28)
_MAPS = _RNG.normal(size=(7, 3, 4)).round(2)
_MAPS[2] -= 5  # no pixel of it is above zero
_MAPS[4, 1, 1] = 6.0
_MAPS[5] += 1.1  # the largest mean, and not the largest value
_DX = _RNG.normal(size=(3, 4, 3)).round(2)
_DX[0, 0] = [0.1, -2.5, 0.4]
_START = np.array([[0.2, 0.9, 0.5], [0.6, 0.05, 0.8]])

EXERCISES = (
    Exercise(
        "alex_best",
        "Write best(h, count): of N maps h (N, H, W) the numbers of those with the largest values, strongest first.",
        best,
        [
            Mistake(
                "weakest first",
                lambda h, count: np.argsort(h.max(axis=(1, 2)))[:count],
                "argsort begins with the smallest: these are the weakest.",
            ),
            Mistake(
                "strongest last",
                lambda h, count: np.argsort(h.max(axis=(1, 2)))[-count:],
                "The right maps, the strongest last. It should come first.",
            ),
            Mistake(
                "mean",
                lambda h, count: np.argsort(-h.mean(axis=(1, 2)))[:count],
                "You compare the means. A unit that fires at one place only would never be found: take the maximum.",
            ),
            Mistake(
                "absolute",
                lambda h, count: np.argsort(-np.abs(h).max(axis=(1, 2)))[:count],
                "You take absolute values. A strongly negative e is the opposite of excited.",
            ),
            Mistake(
                "values",
                lambda h, count: np.sort(h.max(axis=(1, 2)))[::-1][:count],
                "Those are the largest values. Asked are the numbers of their maps: argsort gives numbers.",
            ),
            Mistake(
                "all of them",
                lambda h, count: np.argsort(-h.max(axis=(1, 2))),
                "The order is right. Now only the first `count` of them.",
            ),
            Mistake(
                "only the best",
                lambda h, count: int(h.max(axis=(1, 2)).argmax()),
                "That is the best one. Asked are `count` of them.",
            ),
            Mistake(
                "places",
                lambda h, count: h.reshape(len(h), -1).argmax(axis=1)[:count],
                "That tells where in each map its largest value is. Asked is which maps are the strongest.",
            ),
        ],
        (
            "First one number for each map: its largest value, h.max(axis=(1, 2)).",
            "np.argsort gives the numbers in ascending order; of the negative values, in descending order.",
            "np.argsort(-h.max(axis=(1, 2))), and of that the first count.",
        ),
        "Yes. So Zeiler and Fergus looked into their network of 2013, layer by layer.",
        inputs=[(_MAPS, 3), (-_MAPS, 4), (_MAPS[::-1, ::-1], 2)],
    ),
    Exercise(
        "alex_climb",
        "Write climb(x, gradient, eta, steps): `steps` times go uphill by eta times gradient(x), pixels in 0..1.",
        climb,
        [
            Mistake(
                "downhill",
                _climbed(lambda x, step: x - step),
                "You go downhill, as training does with the loss. The unit shall rise: add.",
            ),
            Mistake(
                "not clipped",
                _climbed(clip=False),
                "Pixels leave 0..1: no photograph has such. Clip after each step.",
            ),
            Mistake(
                "clipped at the end",
                _clipped_last,
                "You clip only once, at the end. On the way the gradient was asked at images that do not exist; clip "
                "in every step.",
            ),
            Mistake(
                "first gradient only",
                _climbed(again=False),
                "You ask for the gradient once, before the loop. It changes with x: ask anew in every step.",
            ),
            Mistake(
                "from the start each time",
                _last_step,
                "Every step begins at the first image again. Begin where the last step ended.",
            ),
            Mistake(
                "eta forgotten",
                lambda x, gradient, eta, steps: climb(x, gradient, 1.0, steps),
                "The step is eta times the gradient.",
            ),
            Mistake(
                "one step",
                lambda x, gradient, eta, steps: climb(x, gradient, eta, 1),
                "That is one step. Repeat it `steps` times; a `return` inside the loop ends it too early.",
            ),
            Mistake(
                "the gradient returned",
                lambda x, gradient, eta, steps: gradient(climb(x, gradient, eta, steps)),
                "You return a gradient. Asked is the image.",
            ),
            Mistake(
                "the sign only",
                lambda x, gradient, eta, steps: climb(x, lambda y: np.sign(gradient(y)), eta, steps),
                "You use the sign of the gradient only. Here its size counts, too.",
            ),
        ],
        (
            "It is gradient descent with another sign, and the image moves, not the weights.",
            "In a loop: x = x + eta * gradient(x), then np.clip(..., 0, 1).",
            "for _ in range(steps): x = np.clip(x + eta * gradient(x), 0, 1); return x after the loop.",
        ),
        "Yes: gradient ascent on the pixels. The weights do not change at all.",
        inputs=[(_START, hill, 0.5, 3), (1 - _START, neighbour, 0.6, 3), (_START, hill, 0.1, 2)],
    ),
    Exercise(
        "alex_saliency",
        "Write saliency(dx): from d unit / dx (H, W, C) for each pixel the largest absolute value of its C numbers.",
        saliency,
        [
            Mistake(
                "signs kept",
                lambda dx: dx.max(axis=2),
                "You take the largest number, sign included. A strongly negative one is felt as well: absolute values.",
            ),
            Mistake(
                "absolute too late",
                lambda dx: np.abs(dx.max(axis=2)),
                "First the absolute values, then the largest: of 0.1 and -2.5 your maximum is 0.1 already.",
            ),
            Mistake(
                "summed",
                lambda dx: np.abs(dx).sum(axis=2),
                "You add the channels up. Asked is the largest of them.",
            ),
            Mistake(
                "added with signs",
                lambda dx: np.abs(dx.sum(axis=2)),
                "You add the channels first, where + and - cancel. Take absolute values, then the largest.",
            ),
            Mistake(
                "mean",
                lambda dx: np.abs(dx).mean(axis=2),
                "That is the mean of the channels. Asked is the largest of them.",
            ),
            Mistake(
                "over the rows",
                lambda dx: np.abs(dx).max(axis=0),
                "That runs over the rows. The channels are the last axis.",
            ),
            Mistake("one number", lambda dx: np.abs(dx).max(), "That is one number for the whole image; axis=2."),
            Mistake(
                "which channel",
                lambda dx: np.abs(dx).argmax(axis=2),
                "That tells which channel has the largest value. Asked is the value.",
            ),
            Mistake(
                "channels kept",
                lambda dx: np.abs(dx),
                "There are still C numbers for each pixel: take the largest of them.",
            ),
        ],
        (
            "A pixel has three numbers in dx. Which axis are they on?",
            "Signs do not matter here: np.abs first.",
            "np.abs(dx), then .max over axis 2.",
        ),
        "Yes: a saliency map, as in Simonyan, Vedaldi and Zisserman 2014.",
        inputs=[(_DX,), (-_DX[:, :2],), (_DX[..., :2] ** 3,)],
    ),
    Exercise(
        "alex_most",
        "Write most(dx, eps): by how much e = sum of dx times x can rise if each number of x may move by eps.",
        most,
        [
            Mistake(
                "signs kept",
                lambda dx, eps: eps * dx.sum(),
                "That moves every pixel up. Where dx is negative, moving down raises e.",
            ),
            Mistake(
                "absolute of the sum",
                lambda dx, eps: eps * np.abs(dx.sum()),
                "Absolute values first, then the sum: each pixel chooses its own direction.",
            ),
            Mistake(
                "one pixel",
                lambda dx, eps: eps * np.abs(dx).max(),
                "That is the best single pixel. ALL of them may move.",
            ),
            Mistake(
                "only upwards",
                lambda dx, eps: eps * np.maximum(dx, 0).sum(),
                "You leave out the negative ones. A pixel may also become darker.",
            ),
            Mistake(
                "squares",
                lambda dx, eps: eps * (dx**2).sum(),
                "Those are squares: each number of x moves by eps, not by eps times dx.",
            ),
            Mistake(
                "length",
                lambda dx, eps: eps * np.sqrt((dx**2).sum()),
                "That is for a change whose LENGTH is eps. Here every single number may move by eps.",
            ),
            Mistake("eps forgotten", lambda dx, eps: np.abs(dx).sum(), "Each number moves by eps, not by 1."),
            Mistake(
                "mean",
                lambda dx, eps: eps * np.abs(dx).mean(),
                "That is the mean. The small changes add up: take the sum.",
            ),
            Mistake(
                "both ways",
                lambda dx, eps: 2 * eps * np.abs(dx).sum(),
                "From eps down to eps up would be 2 eps. From where it stands it can move by eps.",
            ),
        ],
        (
            "One number first: if dx there is -3 and x may move by 0.1, which way, and by how much does e rise?",
            "By 0.3, if x goes down: eps times the absolute value.",
            "eps times the sum of np.abs(dx).",
        ),
        "Yes. Each change is too small to be seen, but there are 3,072 of them, and all pull the same way.",
        inputs=[(_DX, 0.1), (_DX - 1.0, 0.01), (np.array([2.0, -3.0, 0.5]), 0.2)],
    ),
)
