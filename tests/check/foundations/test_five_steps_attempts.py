"""What students try first in notebook 01, and the reply that each attempt gets."""

import numpy as np
import pytest
from check.attempts import assert_complete, assert_helped, rows

from cnnlab.check.foundations import five_steps


def first_only(yhat, y):
    for one, other in zip(yhat, y, strict=True):
        return (one - other) ** 2


def prints(yhat, y):
    print(np.mean((yhat - y) ** 2))


def last_only(yhat, y):
    for one, other in zip(yhat, y, strict=True):
        loss = (one - other) ** 2 / len(y)
    return loss


def each_with_each(yhat, y):
    return np.mean((yhat[:, None] - y) ** 2)


def unknown_h(x, y, w1, b1, w2, b2):
    yhat = b2 + w2 * np.tanh(w1 * x + b1)
    return 2 * (yhat - y) * w2 * (1 - h**2) * x  # noqa: F821


def chain(yhat, y, w2, gate, x):
    return 2 * (yhat - y) * w2 * gate * x


def h_of(x, w1, b1):
    return np.tanh(w1 * x + b1)


def loop(step):
    """A training loop with another last line."""

    def train(network, x, y, loss, eta, rounds):
        for _ in range(rounds):
            yhat = network.forward(x)
            value = loss(yhat, y)
            network.backward(loss.gradient(yhat, y))
            for name, u in network.parameters.items():
                step(u, network.gradients[name], eta)
        return value

    return train


def not_in_place(u, gradient, eta):
    u = u - eta * gradient


def up(u, gradient, eta):
    u += eta * gradient


def no_eta(u, gradient, eta):
    u -= gradient


def dots(u, gradient, eta):
    u -= ...


def eta_divided(u, gradient, eta):
    u -= eta / gradient.size * gradient


def exchanged(network, x, y, loss, eta, rounds):
    for _ in range(rounds):
        yhat = network.forward(x)
        value = loss(yhat, y)
        network.backward(loss.gradient(y, yhat))
        for name, u in network.parameters.items():
            u -= eta * network.gradients[name]
    return value


def back_from_the_loss(network, x, y, loss, eta, rounds):
    for _ in range(rounds):
        yhat = network.forward(x)
        value = loss(yhat, y)
        network.backward(value)
        for name, u in network.parameters.items():
            u -= eta * network.gradients[name]
    return value


def back_from_yhat(network, x, y, loss, eta, rounds):
    for _ in range(rounds):
        yhat = network.forward(x)
        value = loss(yhat, y)
        network.backward(yhat)
        for name, u in network.parameters.items():
            u -= eta * network.gradients[name]
    return value


def one_round(network, x, y, loss, eta, rounds):
    for _ in range(rounds):
        yhat = network.forward(x)
        value = loss(yhat, y)
        network.backward(loss.gradient(yhat, y))
        for name, u in network.parameters.items():
            u -= eta * network.gradients[name]
        return value


def no_return(network, x, y, loss, eta, rounds):
    one_round(network, x, y, loss, eta, rounds)


def the_network(network, x, y, loss, eta, rounds):
    five_steps.train(network, x, y, loss, eta, rounds)
    return network


def no_gradients(network, x, y, loss, eta, rounds):
    for _ in range(rounds):
        value = loss(network.forward(x), y)
        for name, u in network.parameters.items():
            u -= eta * network.gradients[name]
    return value


def of_the_layer(network, x, y, loss, eta, rounds):
    for _ in range(rounds):
        value, _ = network.loss_and_gradients(x, y, loss)
        network.parameters -= eta * network.gradients
    return value


TRIED = {
    "training_loop": [
        (loop(not_in_place), "no step"),
        (no_gradients, "no step"),
        (loop(up), "uphill"),
        (loop(no_eta), "eta forgotten"),
        (loop(dots), "at `u -= ...`: A blank, ..., is still there"),
        (loop(eta_divided), "gives the next hint"),
        (exchanged, "stopped on input"),
        (back_from_the_loss, "at `network.backward(value)`"),
        (back_from_yhat, "gives the next hint"),
        (one_round, "no step"),
        (no_return, "returns None"),
        (the_network, "must be made of numbers"),
        (of_the_layer, "stopped on input 1"),
        (0.25, "must be a function"),
    ],
    "loss_value": [
        (lambda yhat, y: (yhat - y) ** 2, "one by one"),
        (lambda yhat, y: ((yhat - y) ** 2).sum(), "sum"),
        (lambda yhat, y: np.dot(yhat - y, yhat - y), "sum"),
        (lambda yhat, y: (yhat - y).mean(), "no square"),
        (lambda yhat, y: (yhat - y).mean() ** 2, "square of mean"),
        (lambda yhat, y: np.abs(yhat - y).mean(), "absolute"),
        (lambda yhat, y: np.sqrt(((yhat - y) ** 2).mean()), "root"),
        (lambda yhat, y: np.linalg.norm(yhat - y), "norm"),
        (lambda yhat, y: ((yhat - y) ** 2).mean() / 2, "half"),
        (lambda yhat, y: ((yhat - y) ** 2).sum() / 2, "yhat.shape[0]` times the right one, and a constant"),
        (first_only, "first only"),
        (last_only, "Besides, a factor"),
        (prints, "you print the result"),
        (lambda yhat, y: np.mean(yhat**2 - y**2), "squares subtracted"),
        (lambda yhat, y: (yhat - y) ^ 2, "write `**`"),
        (each_with_each, "each with each"),
        (lambda yhat, y: (yhat - y) ** 2 / len(y), "sum over axis 0 is still missing"),
        (3.5, "must be a function"),
    ],
    "first_gradient": [
        (
            lambda x, y, w1, b1, w2, b2: chain(b2 + w2 * h_of(x, w1, b1), y, w2, 1 - h_of(x, w1, b1) ** 2, x) / 2,
            "factor 2",
        ),
        (lambda x, y, w1, b1, w2, b2: chain(b2 + w2 * h_of(x, w1, b1), y, w2, 1, x), "no slope of tanh"),
        (
            lambda x, y, w1, b1, w2, b2: chain(b2 + w2 * h_of(x, w1, b1), y, w2, 1 - h_of(x, w1, b1), x),
            "slope not squared",
        ),
        (
            lambda x, y, w1, b1, w2, b2: chain(b2 + w2 * h_of(x, w1, b1), y, 1, 1 - h_of(x, w1, b1) ** 2, x),
            "w2 forgotten",
        ),
        (
            lambda x, y, w1, b1, w2, b2: chain(b2 + w2 * h_of(x, w1, b1), y, w2, 1 - h_of(x, w1, b1) ** 2, 1),
            "x forgotten",
        ),
        (lambda x, y, w1, b1, w2, b2: -chain(b2 + w2 * h_of(x, w1, b1), y, w2, 1 - h_of(x, w1, b1) ** 2, x), "sign"),
        (
            lambda x, y, w1, b1, w2, b2: chain(b2 + w2 * h_of(x, w1, 0), y, w2, 1 - h_of(x, w1, 0) ** 2, x),
            "b1 forgotten",
        ),
        (lambda x, y, w1, b1, w2, b2: chain(w2 * h_of(x, w1, b1), y, w2, 1 - h_of(x, w1, b1) ** 2, x), "b2 forgotten"),
        (lambda x, y, w1, b1, w2, b2: w2 * (1 - h_of(x, w1, b1) ** 2) * x, "error forgotten"),
        (lambda x, y, w1, b1, w2, b2: 2 * (b2 + w2 * h_of(x, w1, b1) - y) * h_of(x, w1, b1), "dL/dw2"),
        (lambda x, y, w1, b1, w2, b2: (b2 + w2 * h_of(x, w1, b1) - y) ** 2, "the loss"),
        (
            lambda x, y, w1, b1, w2, b2: chain(b2 + w2 * h_of(x, w1, b1), y, w2, 1 - np.tanh(h_of(x, w1, b1)) ** 2, x),
            "tanh twice",
        ),
        (
            lambda x, y, w1, b1, w2, b2: -chain(b2 + w2 * h_of(x, w1, b1), y, w2, 1, x),
            "slope 1 - h² is missing. Besides, all signs",
        ),
        (lambda x, y, w1, b1, w2, b2: 3 * chain(b2 + w2 * h_of(x, w1, b1), y, w2, 1, x), "Besides, a factor"),
        (unknown_h, "at `h`: This name has no value here"),
        (lambda x, y, w1, b1, w2, b2: round(first_gradient(x, y, w1, b1, w2, b2), 3), "rounded"),
    ],
}


def first_gradient(*sample):
    return five_steps.tanh_gradient(*sample)


@pytest.mark.parametrize(("name", "answer", "reply"), rows(TRIED))
def test_a_first_attempt_gets_a_reply_that_helps(name, answer, reply):
    assert_helped(name, answer, reply)


def test_there_are_attempts_at_every_exercise():
    assert_complete(TRIED, five_steps.EXERCISES)
