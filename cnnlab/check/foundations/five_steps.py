"""Exercises of notebook 01 (lecture topic 1)."""

import numpy as np

from cnnlab.check.toolkit.exercise import Exercise, Mistake
from cnnlab.check.toolkit.wrong_answers import altered, zero
from cnnlab.gradcheck import numeric_gradient
from cnnlab.layers import Dense, ReLU, Tanh
from cnnlab.losses import MSE, CrossEntropy
from cnnlab.network import Network


def tanh_gradient(x, y, w1, b1, w2, b2):
    """dL/dw1 of L = (yhat - y)^2 with yhat = b2 + w2 tanh(w1 x + b1), all single numbers."""
    h = np.tanh(w1 * x + b1)
    return 2 * (b2 + w2 * h - y) * w2 * (1 - h**2) * x


def engine_gradient(x, y, w1, b1, w2, b2):
    """The same number by the engine: forward and backward through a network with these weights."""
    network = Network([Dense(1), Tanh(), Dense(1)], input_shape=(1,), dtype=np.float64)
    for name, value in (("0.w", w1), ("0.b", b1), ("2.w", w2), ("2.b", b2)):
        network.parameters[name][...] = value
    network.loss_and_gradients(np.array([[x]]), np.array([[y]]), MSE())
    return network.gradients["0.w"].item()


def difference_gradient(x, y, w1, b1, w2, b2):
    """The same number without any chain rule: the loss a tiny step of w1 to the left and to the right."""
    w = np.array([w1])
    return numeric_gradient(lambda: (b2 + w2 * np.tanh(w[0] * x + b1) - y) ** 2, w)[0]


def _variant(outer=2.0, gate=lambda h: 1 - h**2, weight=True, inner=True, sign=1.0):
    def wrong(x, y, w1, b1, w2, b2):
        h = np.tanh(w1 * x + b1)
        return sign * outer * (b2 + w2 * h - y) * (w2 if weight else 1.0) * gate(h) * (x if inner else 1.0)

    return wrong


def mean_squared_error(yhat, y):
    """L = 1/n sum_i (yhat_i - y_i)^2 for arrays (n,)."""
    return np.mean((yhat - y) ** 2)


def train(network, x, y, loss, eta, rounds):
    """Steps 3 to 5, so many rounds; returns the loss of the last one, before its step."""
    for _ in range(rounds):
        yhat = network.forward(x)
        value = loss(yhat, y)
        network.backward(loss.gradient(yhat, y))
        for name, u in network.parameters.items():
            u -= eta * network.gradients[name]
    return value


def _loop(step, slope=lambda loss, yhat, y: loss.gradient(yhat, y), first=False, result=lambda values: values[-1]):
    """Another loop: step(u, gradient, eta, n, value) is added to u; slope is where the way back begins."""

    def wrong(network, x, y, loss, eta, rounds):
        values = []
        for number in range(rounds):
            yhat = network.forward(x)
            values.append(loss(yhat, y))
            if number == 0 or not first:
                network.backward(slope(loss, yhat, y))
            for name, u in network.parameters.items():
                u += step(u, network.gradients[name], eta, len(x), values[-1])
        return result(values)

    return wrong


def _down(u, gradient, eta, n, value):
    return -eta * gradient


def _networks():
    """(network, x, y, loss, eta, rounds): a number to be learned, two classes, and one sample only."""
    x = np.array([[-1.0], [0.5], [1.0], [2.0]])
    numbers = Network([Dense(3), Tanh(), Dense(1)], input_shape=(1,), rng=1, dtype=np.float64)
    classes = Network([Dense(4), ReLU(), Dense(2)], input_shape=(1,), rng=2, dtype=np.float64)
    single = Network([Dense(2), Tanh(), Dense(1)], input_shape=(1,), rng=3, dtype=np.float64)
    return [
        (numbers, x, np.array([[0.3], [-0.5], [1.0], [0.2]]), MSE(), 0.1, 4),
        (classes, x, np.array([0, 1, 1, 0]), CrossEntropy(), 0.3, 6),
        (single, x[:1], np.array([[0.7]]), MSE(), 0.05, 3),
    ]


_SAMPLES = [(0.5, 1.0, 0.8, -0.2, 1.5, 0.1), (-1.2, 0.3, -0.6, 0.4, -2.0, 0.5), (2.0, -1.0, 0.3, 0.1, 0.7, -0.4)]

EXERCISES = (
    Exercise(
        "first_gradient",
        "Write dL/dw1 for one sample: L = (yhat - y)², yhat = b2 + w2 tanh(w1 x + b1).",
        tanh_gradient,
        [
            Mistake("factor 2", _variant(outer=1.0), "The derivative of a square has a factor 2."),
            Mistake(
                "no slope of tanh",
                _variant(gate=lambda h: 1.0),
                "The chain goes through tanh: its slope 1 - h² is missing.",
            ),
            Mistake(
                "slope not squared", _variant(gate=lambda h: 1 - h), "The slope of tanh is 1 - h², with h squared."
            ),
            Mistake("w2 forgotten", _variant(weight=False), "From yhat back to h the error passes the weight w2."),
            Mistake("x forgotten", _variant(inner=False), "That is dL/db1. For the weight multiply by its input x."),
            Mistake(
                "sign",
                _variant(sign=-1.0),
                "That is the direction of descent, -dL/dw1. The gradient itself has the other sign.",
            ),
            Mistake(
                "b1 forgotten",
                altered(tanh_gradient, b1=zero),
                "The excitation is e = w1 x + b1: your h leaves out b1.",
            ),
            Mistake(
                "error forgotten",
                lambda x, y, w1, b1, w2, b2: w2 * (1 - np.tanh(w1 * x + b1) ** 2) * x,
                "That is dyhat/dw1. The first slope of the chain, that of the square, is missing: 2 (yhat - y).",
            ),
            Mistake(
                "dL/dw2",
                lambda x, y, w1, b1, w2, b2: 2 * (b2 + w2 * np.tanh(w1 * x + b1) - y) * np.tanh(w1 * x + b1),
                "That is dL/dw2, the gradient of the other layer. The way to w1 leads on through h and e.",
            ),
            Mistake(
                "tanh twice",
                _variant(gate=lambda h: 1 - np.tanh(h) ** 2),
                "You took tanh of h. But h is tanh(e) already: the slope is 1 - h².",
            ),
            Mistake(
                "slope of the sigmoid",
                _variant(gate=lambda h: h * (1 - h)),
                "h (1 - h) is the slope of the sigmoid. That of tanh is 1 - h².",
            ),
            Mistake(
                "the loss",
                lambda x, y, w1, b1, w2, b2: (b2 + w2 * np.tanh(w1 * x + b1) - y) ** 2,
                "That is the loss itself. Its slope at yhat, 2 (yhat - y), is where the chain begins.",
            ),
            Mistake("b2 forgotten", altered(tanh_gradient, b2=zero), "The error is yhat - y, and yhat begins with b2."),
        ],
        (
            "Go back step by step: from L to yhat, to h, to e = w1 x + b1, to w1. Multiply the four slopes.",
            "The slopes are 2 (yhat - y), w2, 1 - h² and x.",
            "h = np.tanh(w1 * x + b1); return 2 * (b2 + w2 * h - y) * w2 * (1 - h**2) * x",
        ),
        "Four slopes, multiplied: that is all of back-propagation.",
        inputs=_SAMPLES,
        judges={"the engine": engine_gradient, "a central difference": difference_gradient},
    ),
    Exercise(
        "training_loop",
        "Write the training loop: in every round forward propagation, the loss, back-propagation, and a step of -eta "
        "dL/du for every u; it returns the loss of its last round.",
        train,
        [
            Mistake(
                "no step",
                _loop(lambda u, gradient, eta, n, value: 0 * u),
                "The loss that comes back is still that of the first round. Is there a step for every u, and in place? "
                "`u = u - ...` makes a new array and leaves that of the network alone: write `u -= ...`. Or does "
                "`return` stand inside the loop?",
            ),
            Mistake(
                "uphill",
                _loop(lambda u, gradient, eta, n, value: eta * gradient),
                "The loss rises: the gradient points uphill. Is a plus where a minus belongs, or did yhat and y change "
                "places in loss.gradient(yhat, y)?",
            ),
            Mistake(
                "eta forgotten",
                _loop(lambda u, gradient, eta, n, value: -gradient),
                "Each step is the whole gradient. It must be small: eta times the gradient.",
            ),
            Mistake(
                "only eta",
                _loop(lambda u, gradient, eta, n, value: -eta * np.ones_like(u)),
                "Every u moves by the same eta. Its own gradient says how far, and which way.",
            ),
            Mistake(
                "sign of the gradient",
                _loop(lambda u, gradient, eta, n, value: -eta * np.sign(gradient)),
                "All steps are equally long: you take the sign of the gradient only, not how steep it is.",
            ),
            Mistake(
                "divided by n again",
                _loop(lambda u, gradient, eta, n, value: -eta * gradient / n),
                "The loss is a mean already, and so is its gradient: no further division by n.",
            ),
            Mistake(
                "times n",
                _loop(lambda u, gradient, eta, n, value: -eta * gradient * n),
                "That is the gradient of the SUM over all samples. The loss is their mean: no factor n.",
            ),
            Mistake(
                "loss for gradient",
                _loop(lambda u, gradient, eta, n, value: -eta * value),
                "You move every u by the loss itself. Each u has a gradient of its own, network.gradients[name].",
            ),
            Mistake(
                "u for gradient",
                _loop(lambda u, gradient, eta, n, value: -eta * u),
                "That shrinks every u towards zero, whatever the samples say. The step needs its gradient.",
            ),
            Mistake(
                "gradient of the first round",
                _loop(_down, first=True),
                "The gradient is that of the first round, for ever. Back-propagation belongs into the loop.",
            ),
            Mistake(
                "error for slope",
                _loop(_down, slope=lambda loss, yhat, y: yhat - y),
                "Back-propagation begins with dL/dyhat, not with the error yhat - y: `loss.gradient(yhat, y)` knows it "
                "for every loss.",
            ),
            Mistake(
                "slope without the mean",
                _loop(_down, slope=lambda loss, yhat, y: 2 * (yhat - y)),
                "2 (yhat - y) is the slope of one square. The loss is a mean over n; `loss.gradient(yhat, y)` knows "
                "that, for every loss.",
            ),
            Mistake(
                "slope of the mean square",
                _loop(_down, slope=lambda loss, yhat, y: 2 * (yhat - y) / len(y)),
                "That is right for the squared error only. `loss.gradient(yhat, y)` is right for every loss.",
            ),
            Mistake(
                "mean of the losses",
                _loop(_down, result=np.mean),
                "What comes back is the mean over all rounds. Return the loss of the last one.",
            ),
        ],
        (
            "Step 3 is one call of the network, step 4 one call of the loss, step 5 one call of the network and a line "
            "for every u. The table above names them.",
            "yhat = network.forward(x), then value = loss(yhat, y). The way back begins with loss.gradient(yhat, y), "
            "and fills network.gradients.",
            "network.backward(loss.gradient(yhat, y)), and in the inner loop u -= eta * network.gradients[name]",
        ),
        "Forward, loss, backward, a small step: every network of this series learns with these lines.",
        inputs=_networks(),
    ),
    Exercise(
        "loss_value",
        "Write the mean squared error of arrays yhat and y, both (n,).",
        mean_squared_error,
        [
            Mistake(
                "sum", lambda yhat, y: np.sum((yhat - y) ** 2), "That is the sum; divide by the number of samples."
            ),
            Mistake(
                "absolute",
                lambda yhat, y: np.mean(np.abs(yhat - y)),
                "That is the mean ABSOLUTE error; square the differences.",
            ),
            Mistake("no square", lambda yhat, y: np.mean(yhat - y), "Without the square, errors up and down cancel."),
            Mistake(
                "root", lambda yhat, y: np.sqrt(np.mean((yhat - y) ** 2)), "That is its square root, the RMS error."
            ),
            Mistake(
                "half",
                lambda yhat, y: np.mean((yhat - y) ** 2) / 2,
                "Some books put 1/2 in front; here L is the plain mean.",
            ),
            Mistake("one by one", lambda yhat, y: (yhat - y) ** 2, "Those are n squares. L is ONE number: their mean."),
            Mistake(
                "n - 1",
                lambda yhat, y: np.sum((yhat - y) ** 2) / (len(y) - 1),
                "Divide by n. A variance divides by n - 1, because its mean is an estimate; here y is known.",
            ),
            Mistake(
                "first only",
                lambda yhat, y: (yhat[0] - y[0]) ** 2,
                "Only the first sample: a `return` inside the loop ends it at once. Add up first, return afterwards.",
            ),
            Mistake(
                "last only",
                lambda yhat, y: (yhat[-1] - y[-1]) ** 2,
                "Only the last sample is left: in a loop, `=` where `+=` belongs.",
            ),
            Mistake(
                "each with each",
                lambda yhat, y: np.mean((yhat[:, None] - y) ** 2),
                "Each yhat was compared with EVERY y, (n, n) differences. yhat[i] belongs to y[i].",
            ),
            Mistake(
                "norm",
                lambda yhat, y: np.sqrt(np.sum((yhat - y) ** 2)),
                "That is the length of the vector of errors: no root, and divide by n.",
            ),
            Mistake(
                "squares subtracted",
                lambda yhat, y: np.mean(yhat**2 - y**2),
                "You subtract the squares; square the differences.",
            ),
            Mistake("square of mean", lambda yhat, y: np.mean(yhat - y) ** 2, "Square first, then take the mean."),
        ],
        (
            "How far is each yhat from its y?",
            "Square the differences, then take their mean.",
            "np.mean((yhat - y) ** 2)",
        ),
        "One number says how badly yhat differs from y.",
        inputs=[
            (np.array([1.0, 2.0]), np.array([0.0, 4.0])),
            (np.array([0.5, -1.0, 3.0]), np.array([1.0, 1.0, 1.0])),
            (np.array([-2.0, 0.0, 0.0, 5.0]), np.array([-1.0, 0.5, -1.0, 1.0])),
        ],
    ),
)
