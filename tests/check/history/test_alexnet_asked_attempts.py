"""First attempts at the exercises of notebook 14 that ask a network, and the reply to each."""

import numpy as np
import pytest
from check.attempts import assert_complete, assert_helped, rows

from cnnlab.check.history import alexnet_asked


def printed(dx):
    print(np.abs(dx).max(axis=2))


def writes(x, gradient, eta, steps):
    for _ in range(steps):
        x += eta * gradient(x)
        np.clip(x, 0, 1, out=x)
    return x


def early(x, gradient, eta, steps):
    for _ in range(steps):
        x = np.clip(x + eta * gradient(x), 0, 1)
        return x


def descends(x, gradient, eta, steps):
    for _ in range(steps):
        x = np.clip(x - eta * gradient(x), 0, 1)
    return x


def climbs(clip):
    def climb(x, gradient, eta, steps):
        for _ in range(steps):
            x = clip(x + eta * gradient(x))
        return x

    return climb


def once(x, gradient, eta, steps):
    return np.clip(x + eta * steps * gradient(x), 0, 1)


def last_clip(x, gradient, eta, steps):
    for _ in range(steps):
        x = x + eta * gradient(x)
    return np.clip(x, 0, 1)


TRIED = {
    "alex_best": [
        (lambda h, count: np.argsort(h.max(axis=(1, 2)))[:count], "weakest first"),
        (lambda h, count: np.argsort(h.max(axis=(1, 2)))[-count:], "strongest last"),
        (lambda h, count: np.argsort(-h.mean(axis=(1, 2)))[:count], "mean"),
        (lambda h, count: np.argsort(-h.sum(axis=(1, 2)))[:count], "mean"),
        (lambda h, count: np.sort(h.max(axis=(1, 2)))[::-1][:count], "values"),
        (lambda h, count: np.argsort(-h.max(axis=(1, 2))), "all of them"),
        (lambda h, count: int(np.argmax(h.max(axis=(1, 2)))), "only the best"),
        (lambda h, count: np.argsort(-np.abs(h).max(axis=(1, 2)))[:count], "absolute"),
        (lambda h, count: h.reshape(len(h), -1).argmax(axis=1)[:count], "places"),
        (lambda h, count: np.argsort(-h.max(axis=0))[:count], "On input 1"),
        (lambda h, count: np.argsort(-h)[:count], "On input 1"),
    ],
    "alex_climb": [
        (descends, "downhill"),
        (climbs(lambda x: x), "not clipped"),
        (last_clip, "clipped at the end"),
        (early, "one step"),
        (once, "first gradient only"),
        (writes, "changes its input"),
        (lambda x, gradient, eta, steps: np.clip(x + eta * gradient(x), 0, 1), "one step"),
        (climbs(lambda x: np.clip(x, -1, 1)), "On input"),
        (climbs(lambda x: np.clip(x, 0, 255)), "On input 1"),
        (climbs(lambda x: np.clip(x, 0, None)), "On input"),
        (lambda x, gradient, eta, steps: gradient(x), "On input 1"),
        (lambda x, gradient, eta, steps: x, "On input 1"),
    ],
    "alex_saliency": [
        (lambda dx: dx.max(axis=2), "signs kept"),
        (lambda dx: np.abs(dx.max(axis=2)), "absolute too late"),
        (lambda dx: np.abs(dx).sum(axis=2), "summed"),
        (lambda dx: np.abs(dx.sum(axis=2)), "added with signs"),
        (lambda dx: np.abs(dx).mean(axis=2), "mean"),
        (lambda dx: np.abs(dx).max(axis=0), "over the rows"),
        (lambda dx: np.abs(dx).max(), "one number"),
        (lambda dx: np.abs(dx).argmax(axis=2), "which channel"),
        (np.abs, "channels kept"),
        (printed, "you print the result"),
        (lambda dx: np.sqrt((dx**2).sum(axis=2)), "On input 1"),
        (lambda dx: np.abs(dx).max(axis=3), "stopped on input 1"),
    ],
    "alex_most": [
        (lambda dx, eps: eps * dx.sum(), "signs kept"),
        (lambda dx, eps: abs(eps * dx.sum()), "absolute of the sum"),
        (lambda dx, eps: eps * np.abs(dx).max(), "one pixel"),
        (lambda dx, eps: eps * dx[dx > 0].sum(), "only upwards"),
        (lambda dx, eps: eps * (dx**2).sum(), "squares"),
        (lambda dx, eps: eps * np.linalg.norm(dx), "length"),
        (lambda dx, eps: np.abs(dx).sum(), "eps forgotten"),
        (lambda dx, eps: eps * np.abs(dx).mean(), "mean"),
        (lambda dx, eps: 2 * eps * np.abs(dx).sum(), "both ways"),
        (lambda dx, eps: eps * np.abs(dx), "On input 1"),
        (lambda dx, eps: np.abs(dx).sum() / eps, "On input 1"),
    ],
}


@pytest.mark.parametrize(("name", "answer", "reply"), rows(TRIED))
def test_a_first_attempt_gets_a_reply_that_helps(name, answer, reply):
    assert_helped(name, answer, reply)


def test_there_are_attempts_at_every_exercise():
    assert_complete(TRIED, alexnet_asked.EXERCISES)
