"""Exercises of notebook 02 (lecture topics 2 and 19)."""

import numpy as np

from cnnlab.check.toolkit.exercise import Exercise, Mistake
from cnnlab.check.toolkit.wrong_answers import altered, zero


def network(x, w, b, v, bias):
    """y = bias + sum_j v_j ReLU(w_j x + b_j): x (n,), w, b, v (k,) -> (n,)."""
    h = np.maximum(x[:, None] * w + b, 0)
    return bias + h @ v


def _without_relu(x, w, b, v, bias):
    return bias + (x[:, None] * w + b) @ v


def _relu_outside(x, w, b, v, bias):
    return np.maximum(bias + (x[:, None] * w + b) @ v, 0)


def _bias_per_unit(x, w, b, v, bias):
    return (bias + np.maximum(x[:, None] * w + b, 0) * v).sum(axis=1)


def _over_samples(x, w, b, v, bias):
    return bias + (np.maximum(x[:, None] * w + b, 0) * v).sum(axis=0)


def _no_threshold(x, w, b, v, bias):
    return bias + np.maximum(x[:, None] * w, 0) @ v + b.sum()


_INPUTS = [
    (np.array([-1.0, 0.0, 2.0]), np.array([1.0, -2.0]), np.array([0.5, 1.0]), np.array([2.0, -1.0]), 0.3),
    (np.array([0.4]), np.array([1.5, -1.0, 0.2]), np.array([-1.0, 1.0, 0.0]), np.array([1.0, -2.0, 3.0]), -1.0),
    (np.linspace(-2, 2, 7), np.array([-1.0]), np.array([0.5]), np.array([-1.5]), 0.25),
]


def _tent(answer):
    """Whether v makes bias 0 and ReLUs with knots at -1, 0 and 1 into a tent of height 1."""
    v = np.asarray(answer, dtype=float)
    if v.shape != (3,):
        return f"The answer must be three numbers, v_1, v_2 and v_3; it has shape {v.shape}."
    x = np.array([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0])
    y = network(x, np.ones(3), np.array([1.0, 0.0, -1.0]), v, 0.0)
    wanted = np.maximum(0, 1 - np.abs(x))
    if np.allclose(y, wanted):
        return ""
    place = int(np.argmax(~np.isclose(y, wanted)))
    return f"At x = {x[place]:g} your function is {y[place]:g}; the tent is {wanted[place]:g} there."


EXERCISES = (
    Exercise(
        "knot",
        "A hidden unit computes h = ReLU(2 x - 3). At which x is its knot?",
        1.5,
        [
            Mistake("sign", -1.5, "The sign: the knot is where w x + b = 0, and here b is -3."),
            Mistake("bias alone", 3.0, "That is where x - 3 = 0. The weight 2 moves the knot as well: divide by it."),
            Mistake("bias as it is", -3.0, "That is b. Ask where 2 x - 3 becomes zero."),
            Mistake("upside down", 2 / 3, "You divided w by b; it is the other way round."),
            Mistake("upside down, sign", -2 / 3, "Both the fraction and the sign are turned round."),
            Mistake("multiplied", 6.0, "You multiplied. Where is 2 x equal to 3?"),
            Mistake("weight", 2.0, "That is w, the slope beyond the knot. The knot is a place on the x axis."),
            Mistake(
                "zero", 0.0, "At x = 0 the excitation is -3: the unit is off there already. The bias moves the knot."
            ),
        ],
        (
            "The knot is where the unit turns on: where its excitation changes sign.",
            "Solve 2 x - 3 = 0.",
            "The knot of ReLU(w x + b) is at -b / w; put in w = 2 and b = -3.",
        ),
        "The knot is where w x + b = 0, at -b / w.",
    ),
    Exercise(
        "pieces",
        "Five units compute ReLU(x + 1), ReLU(2 x + 2), ReLU(-x), ReLU(x - 1) and ReLU(3 x). Of how many straight "
        "pieces is their weighted sum made, at most?",
        4,
        [
            Mistake(
                "all different",
                6,
                "That is k + 1 for five DIFFERENT knots. Work out -b/w for each unit: some lie at one place.",
            ),
            Mistake("one per unit", 5, "Count neither units nor cuts but parts: cut a rope once and you hold two."),
            Mistake("cuts", 3, "So many different knots there are. How many parts do they cut the axis into?"),
            Mistake("two per unit", 10, "Each unit has two pieces of its own, but their sum bends only at the knots."),
            Mistake(
                "codes",
                32,
                "2^5 counts all on/off codes. Going from left to right few of them are met: they change at knots only.",
            ),
            Mistake(
                "between the knots",
                2,
                "That counts the pieces between the knots; two more run to infinity on both sides.",
            ),
            Mistake("plane", 16, "That is the number of regions in a plane. Here the input is a single number x."),
            Mistake("squared", 25, "Units do not multiply here: their knots stand one after the other on a line."),
        ],
        (
            "The sum can bend only where a unit turns on or off: at its knot -b/w.",
            "The knots are at -1, -1, 0, 1 and 0. How many different places are that?",
            "k different knots make k + 1 pieces, whichever side a unit is on.",
        ),
        "Units that share a knot bend the sum at one place: three different knots cut the line into 3 + 1 pieces.",
    ),
    Exercise(
        "tent",
        "Three ReLUs have their knots at -1, 0 and 1 (w = 1, b = 1, 0, -1). Which v makes a tent of height 1 over "
        "[-1, 1]?",
        (1.0, -2.0, 1.0),
        [
            Mistake(
                "slopes, not changes",
                (1.0, -1.0, 0.0),
                "Those are the slopes of the pieces. v_j is the CHANGE of slope at knot j: from 1 to -1 it is more.",
            ),
            Mistake(
                "no landing",
                (1.0, -2.0, 0.0),
                "After the last knot the function goes on falling: the last unit must bend it flat.",
            ),
            Mistake(
                "heights",
                (0.0, 1.0, 0.0),
                "Those are the heights at the knots. A ReLU's v is a change of slope, not a height.",
            ),
            Mistake("turned over", (-1.0, 2.0, -1.0), "That is the tent hanging down. Turn all signs."),
            Mistake("half the bend", (1.0, -1.0, 1.0), "At the top the slope must go from +1 to -1, a change of 2."),
            Mistake(
                "knots", (-1.0, 0.0, 1.0), "Those are the places of the knots; v says how much each of them bends."
            ),
            Mistake("biases", (1.0, 0.0, -1.0), "Those are the biases. v_j is the change of slope at knot j."),
            Mistake("no sign", (1.0, 2.0, 1.0), "The sizes are right. At the top the slope must fall."),
            Mistake("all alike", (1.0, 1.0, 1.0), "Then every knot bends upwards. At the top the tent must bend down."),
        ],
        (
            "Walk from left to right: at each knot the slope changes by v_j (as w_j = 1).",
            "The slopes of the tent are 0, 1, -1, 0. What is the change at each of the three knots?",
            "0 to 1, 1 to -1, -1 to 0: write down the three differences.",
        ),
        "Each v_j is the change of slope at its knot: +1, -2, +1.",
        accept=_tent,
    ),
    Exercise(
        "step_gradient",
        "The hidden layer uses the unit step. What is dL/dw_j for its weights, for almost every input?",
        0.0,
        [
            Mistake("one", 1.0, "1 would be the slope of ReLU where it is on. The step is flat on both sides."),
            Mistake(
                "infinite",
                float("inf"),
                "Only at the jump itself, one point on the axis; no sample ever lies exactly there.",
            ),
            Mistake("half", 0.5, "That is the value some people give the step at 0, not its slope."),
            Mistake("minus one", -1.0, "There is no direction at all: a tiny change of w_j moves no output."),
            Mistake("sigmoid", 0.25, "That is the steepest slope of the sigmoid, the smooth stand-in for the step."),
        ],
        (
            "Change w_j by a very small amount. Which h_j change, for inputs that are not exactly at the knot?",
            "The chain rule multiplies by the slope of the nonlinearity at e_j.",
            "The step is 0 up to the jump and 1 after it: flat, flat. Its slope is ...",
        ),
        "The slope of a step is zero wherever there is one, so no weight before it ever learns. Train with a "
        "sigmoid instead.",
    ),
    Exercise(
        "two_layers",
        "Write y = bias + sum_j v_j ReLU(w_j x + b_j) for an array x.",
        network,
        [
            Mistake(
                "bias forgotten",
                altered(network, bias=zero),
                "The output bias is missing: the whole function sits too low or too high.",
            ),
            Mistake(
                "no nonlinearity",
                _without_relu,
                "Without ReLU the sum of straight lines is one straight line: no knots at all.",
            ),
            Mistake(
                "ReLU at the end",
                _relu_outside,
                "The nonlinearity belongs to each hidden unit, before the sum, not to the output.",
            ),
            Mistake(
                "not crossed",
                lambda x, w, b, v, bias: bias + np.maximum(w * x + b, 0) @ v,
                "x has n numbers and w has k: every x meets every unit, so e is (n, k). x[:, None] makes x a column.",
            ),
            Mistake(
                "summed over samples",
                _over_samples,
                "You sum over the samples (axis 0). For each x the UNITS are summed, axis 1.",
            ),
            Mistake(
                "v forgotten",
                altered(network, v=np.ones_like),
                "The activations are added as they are: each must be weighted by its v_j.",
            ),
            Mistake(
                "v inside",
                lambda x, w, b, v, bias: bias + np.maximum((x[:, None] * w + b) * v, 0).sum(axis=1),
                "v_j belongs outside the ReLU: inside, a negative v_j turns the unit to its other side.",
            ),
            Mistake(
                "bias for every unit", _bias_per_unit, "The output bias is added once, not once for every hidden unit."
            ),
            Mistake(
                "threshold outside",
                _no_threshold,
                "b_j belongs inside the ReLU: it moves the knot. Outside it only lifts the function.",
            ),
        ],
        (
            "First all excitations: e[i, j] = w_j x_i + b_j, an array of shape (n, k).",
            "x[:, None] * w + b makes them; np.maximum(e, 0) makes h.",
            "return bias + np.maximum(x[:, None] * w + b, 0) @ v",
        ),
        "A bias plus correction vectors, each scaled by its activation.",
        inputs=_INPUTS,
    ),
    Exercise(
        "correction",
        "ŷ(z) = v0 + v1 ReLU(z) + v2 ReLU(z - 1) with v0 = (1, 0), v1 = (2, 1), v2 = (-1, 3). Where is ŷ at z = 3?",
        (5.0, 9.0),
        [
            Mistake("bias forgotten", (4.0, 9.0), "The way begins at v0, not at the origin: add it."),
            Mistake(
                "z for every unit",
                (4.0, 12.0),
                "You scaled both vectors by 3. The second unit turned on later, at its knot z = 1: how active is it?",
            ),
            Mistake(
                "steps",
                (2.0, 4.0),
                "You added each vector once, as a unit step does. ReLU scales it by how far z is beyond the knot.",
            ),
            Mistake(
                "direction",
                (1.0, 4.0),
                "That is v1 + v2, the direction in which ŷ goes at z = 3. Asked is the place where it is.",
            ),
            Mistake("last unit only", (-1.0, 6.0), "The first unit stays on when the second one joins it."),
            Mistake("first unit only", (7.0, 3.0), "The second unit is on, too: 3 - 1 is above 0."),
            Mistake(
                "knot added",
                (3.0, 15.0),
                "The second unit computes ReLU(z - 1), so its knot makes it less active, not more.",
            ),
            Mistake("exchanged", (2.0, 11.0), "You exchanged the activations: v1 goes with z, v2 with z - 1."),
            Mistake("outputs exchanged", (9.0, 5.0), "The numbers are right; the first output stands first."),
        ],
        (
            "First the activations: h1 = ReLU(3) and h2 = ReLU(3 - 1).",
            "Scale v1 by h1 and v2 by h2, output by output, and begin at v0.",
            "(1, 0) + 3 (2, 1) + 2 (-1, 3)",
        ),
        "A bias plus correction vectors, each scaled by its activation: (1, 0) + (6, 3) + (-2, 6).",
        tolerance=1e-6,
    ),
    Exercise(
        "crossing",
        "A network computes y = -3 + 2 ReLU(x - 1) and p = sigmoid(y). At which x is p = 0.5?",
        2.5,
        [
            Mistake("knot", 1.0, "That is the knot, where the unit turns on. There y is still -3."),
            Mistake("knot forgotten", 1.5, "ReLU(x - 1) must be 1.5. It is x - 1, not x, that has this value."),
            Mistake(
                "v forgotten", 4.0, "That is where ReLU(x - 1) = 3. It is multiplied by 2 before the bias is added."
            ),
            Mistake("wrong side", 0.5, "There the unit is off, and y = -3. Which x makes x - 1 large enough?"),
            Mistake("p = 0", 0.0, "p = 0.5 asks for y = 0, not for x = 0."),
            Mistake("bias", 3.0, "Nearly: y = 0 asks for 2 (x - 1) = 3, and that is not yet x = 3."),
            Mistake("v alone", 2.0, "That is v, the slope of y beyond the knot. How far must x go for y to rise by 3?"),
            Mistake("bias with sign", -3.0, "That is the bias of y. At which x has the unit made up for it?"),
            Mistake("sigmoid of one half", 0.6225, "You took sigmoid(0.5). Ask the other way round: sigmoid(y) = 0.5."),
            Mistake("one half for y", 2.75, "You solved y = 0.5. It is p that is 0.5; what is y then?"),
        ],
        (
            "sigmoid(y) = 0.5 at one single y. Which one?",
            "y = 0, so 2 ReLU(x - 1) = 3.",
            "x - 1 = 3 / 2",
        ),
        "p is 0.5 where y is 0: squashing moves no border, it only makes a probability of the distance from it.",
        tolerance=1e-4,
    ),
)
