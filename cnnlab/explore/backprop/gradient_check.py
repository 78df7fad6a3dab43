"""The gradient check: how far a difference quotient is from the gradient, over the size of its step (lecture topics 16
to 18: is it true, what back-propagation says?).
"""

import numpy as np

from cnnlab import arguments
from cnnlab.datasets import digits
from cnnlab.explore.toolkit.controls import Cell, Choice, Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Highlight, Line, Mark, Points
from cnnlab.explore.toolkit.scene import Curves, Grid, Scene, Table
from cnnlab.gradcheck import STEP, relative_error
from cnnlab.layers import Conv2D, Dense, Flatten, ReLU, Tanh, from_config, to_config
from cnnlab.losses import MSE
from cnnlab.network import Network

STEPS = [float(f"{m}e-{k:02d}") for k in range(12, 0, -1) for m in (1, 3)] + [1.0]
BOTH, ONE = "both sides: (L(w + s) − L(w − s)) / 2s", "one side: (L(w + s) − L(w)) / s"
KINDS = {"tanh": [Tanh], "ReLU": [ReLU], "none": []}
FLOOR, TOP = 1e-14, 1e3
NEAR = np.linspace(-1.5, 1.5, 25)  # where the loss is looked at, in steps


class GradientCheck(Explorer):
    """Nudge one weight by a step s, run forward twice, divide: is it the gradient of back-propagation?  A large step is
    wrong because the loss bends, a small one because numbers have so many digits and no more.

    network : any Network with a Conv2D and neither dropout nor batch normalisation; x, y, loss : a batch, and the loss
        that compares the network's e with y.  By default a small network on digits, whose nonlinearity can be chosen.
    Raises TypeError or ValueError, naming the argument.
    """

    title = "Gradient check: how large a step?"

    def __init__(self, network=None, x=None, y=None, loss=None):
        given = [value is not None for value in (network, x, y, loss)]
        if any(given) and not all(given):
            raise ValueError("network, x, y and loss must be given together, or none of them")
        self.kept = {}
        if network is None:
            data = digits(8)
            x, y, loss = data.x_train[:8], data.y_train[:8], MSE()
            networks = {
                name: Network(
                    [Conv2D(2, 3), *(kind() for kind in kinds), Flatten(), Dense(10)],
                    x.shape[1:],
                    rng=3,
                    dtype=np.float64,
                )
                for name, kinds in KINDS.items()
            }
        else:
            if not isinstance(network, Network):
                raise TypeError(f"network must be a Network; got {type(network).__name__}")
            arguments.finite_weights("network", network.parameters | network.state)
            networks = {"yours": network}
        self.x, self.y, self.loss, self.networks = x, y, loss, {}
        for name, one in networks.items():
            self.networks[name] = {np.dtype(dtype): _copy(one, dtype) for dtype in (np.float64, np.float32)}
        self.where = [i for i, layer in enumerate(one.layers) if isinstance(layer, Conv2D)]
        if not self.where:
            raise ValueError("network must have a Conv2D: its weights are what is checked")
        rows, columns, channels, filters = one.layers[self.where[0]].parameters["w"].shape
        controls = [] if len(networks) == 1 else [Choice("f", "nonlinearity", list(networks))]
        controls += [
            Slider("step", "step s", choices=STEPS, value=1e-3),
            Choice("sides", "difference", [BOTH, ONE]),
        ]
        if channels > 1:
            controls.append(Slider("c", "input channel c", 0, channels - 1, 1, value=0))
        if filters > 1:
            controls.append(Slider("d", "output channel d", 0, filters - 1, 1, value=0))
        controls.append(Cell("weight", "weight w[m', n']", rows, columns, (rows // 2, columns // 2)))
        super().__init__(controls)

    def gradient(self, f=None):
        """dL/dw (P, Q, C, D) of the first convolution, by back-propagation in float64."""
        name = f or next(iter(self.networks))
        if name not in self.kept:
            net = self.networks[name][np.dtype(np.float64)]
            e = net.forward(self.x)
            net.backward(self.loss.gradient(e, self.y))
            self.kept[name] = net.layers[self.where[0]].gradients["w"].copy()
        return self.kept[name]

    def losses(self, f, place, changes, dtype):
        """L where weight w[place] is changed by each of these, (n,) numbers: computed, and kept, in this dtype.

        What was computed once is not computed again: the last digit of a float32 sum can depend on where its numbers
        lie in memory, and here the last digits are what is shown.
        """
        key = f, place, tuple(changes), np.dtype(dtype)
        if key not in self.kept:
            net = self.networks[f or next(iter(self.networks))][np.dtype(dtype)]
            w = net.layers[self.where[0]].parameters["w"]
            before, found = w[place], np.empty(len(changes), dtype)
            for i, change in enumerate(changes):
                w[place] = before + np.dtype(dtype).type(change)
                found[i] = self.loss(net.forward(self.x), self.y)
            w[place] = before
            self.kept[key] = found
        return self.kept[key]

    def differences(self, f, place, steps, sides, dtype):
        """(L there, L here, their difference divided by the distance), for each step, all in this dtype."""
        steps = np.asarray(steps)
        up = self.losses(f, place, steps, dtype)
        down = self.losses(f, place, -steps if sides == BOTH else [0.0], dtype)
        return up, down, (up - down) / ((2 if sides == BOTH else 1) * steps).astype(dtype)

    def errors(self, f, place, sides, dtype):
        """Relative error over all STEPS, (n,)."""
        key = f, place, sides, dtype, "errors"
        if key not in self.kept:
            quotients = self.differences(f, place, STEPS, sides, dtype)[2].astype(np.float64)
            exact = self.gradient(f)[place]
            self.kept[key] = np.array([relative_error(one, exact) for one in quotients])
        return self.kept[key]

    def scene(self, step, sides, weight, f=None, c=0, d=0):
        place, dw = (*weight, c, d), self.gradient(f)
        exact, found = float(dw[place]), {}
        for dtype in (np.float64, np.float32):
            up, down, quotient = self.differences(f, place, [step], sides, dtype)
            found[dtype] = up[0], down[0], up[0] - down[0], quotient[0], self.errors(f, place, sides, dtype)
        several = dw.shape[2:] != (1, 1)
        index = f"{weight[0]}, {weight[1]}{f', {c}, {d}' if several else ''}"
        where = f"[m', n', {c}, {d}]" if several else ""
        low = Grid(
            name="dw",
            title=f"dL/dw{where} (click)",
            symbol="dL/dw",
            values=dw[:, :, c, d],
            digits=2,
            scale=float(np.abs(dw).max()) or 1.0,
            click="weight",
            row_label="m'",
            column_label="n'",
            height=216,
            cell=52.0,
            width=0.8,
            highlights=[Highlight([weight], "", 2, "ring")],
        )
        top = [self._curve(step, sides, found), self._near(step, f, place, exact)]
        rows = [
            ["L(w + s)", *(_all_digits(found[t][0]) for t in found)],
            ["L(w − s)" if sides == BOTH else "L(w)", *(_all_digits(found[t][1]) for t in found)],
            ["difference", *(_minus(f"{found[t][2]:.3g}") for t in found)],
            ["divided by 2s" if sides == BOTH else "divided by s", *(_minus(f"{found[t][3]:.9g}") for t in found)],
            [f"dL/dw[{index}]", *2 * (_minus(f"{exact:.9g}"),)],
            ["relative error", *(f"{relative_error(float(found[t][3]), exact):.1e}" for t in found)],
        ]
        table = Table(
            name="digits",
            title=f"step s = {step:g}",
            header=["", "float64", "float32"],
            rows=rows,
            align="lrr",
            size=13,
            height=216,
            width=1.7,
        )
        return Scene([top, [low, table]], self._words(step, index, found))

    @staticmethod
    def _curve(step, sides, found):
        steps, order, items = np.array(STEPS), 2 if sides == BOTH else 1, []
        for colour, (dtype, values) in enumerate(found.items()):
            name, errors = np.dtype(dtype).name, np.clip(values[4], FLOOR, TOP)
            items += [
                Line(steps, errors, name, colour, dash=colour == 1),
                Points([step], [errors[STEPS.index(step)]], "", colour, 6, "dot" if colour == 0 else "square"),
            ]
        close, wide = found[np.float64][4][[-5, -3]]  # at 0.01 and 0.1, where the bend decides (and no kink)
        if wide > 1e-9 and 0.3 < wide / max(close, FLOOR) / 10**order < 3:
            slope = wide * (steps / STEPS[-3]) ** order
            slope[(slope < FLOOR) | (slope > TOP)] = np.nan
            items.append(Line(steps, slope, f"as s{'²' if order == 2 else ''}: the loss bends", "muted", 1, True))
        items += [Mark(step, "s"), Mark(STEP, "gradcheck")]
        return Curves(
            name="errors",
            title="relative error of the difference",
            x=(STEPS[0], STEPS[-1]),
            y=(FLOOR, TOP),
            x_log=True,
            y_log=True,
            x_label="step s",
            y_label="error",
            height=300,
            width=1.5,
            items=items,
        )

    def _near(self, step, f, place, exact):
        """The loss close by, in steps, as a share of what the gradient promises for one step."""
        unit, items = step * max(abs(exact), 1e-12), []
        for colour, dtype in enumerate((np.float64, np.float32)):
            losses = self.losses(f, place, NEAR * step, dtype).astype(np.float64)
            here = float(losses[len(NEAR) // 2])
            items.append(
                Line(NEAR, np.clip((losses - here) / unit, -1e3, 1e3), np.dtype(dtype).name, colour, dash=colour == 1)
            )
        line = Line(NEAR, np.sign(exact) * NEAR, "the gradient", "muted", 1)
        return Curves(
            name="near",
            title="L near w, seen from close",
            x=(-1.5, 1.5),
            y=(-2.5, 2.5),
            x_label="change of w, in steps s",
            y_label="change of L / (s |dL/dw|)",
            height=300,
            width=1.1,
            items=[line, *items, Mark(-1.0, "−s"), Mark(1.0, "+s")],
        )

    @staticmethod
    def _words(step, index, found):
        best = [STEPS[int(np.argmin(found[t][4]))] for t in found]
        now = [found[t][4][STEPS.index(step)] for t in found]
        return (
            f"With step {step:g} the difference misses dL/dw[{index}] by {now[0]:.1e} of its size in float64 and by "
            f"{now[1]:.1e} in float32. The best of these steps are {best[0]:g} "
            f"(error {found[np.float64][4].min():.1e}) and {best[1]:g} (error {found[np.float32][4].min():.1e})."
        )


def _copy(network, dtype):
    """The same network with weights of another precision."""
    layers = [from_config(to_config(layer)) for layer in network.layers]
    copy = Network(layers, network.input_shape, dtype=dtype)
    copy.set_weights({name: array.astype(dtype) for name, array in network.weights().items()})
    return copy


def _minus(words):
    """A true minus sign before the number; that of an exponent stays."""
    return words.replace("-", "−", 1) if words.startswith("-") else words


def _all_digits(value):
    """A number with all the digits that its type has."""
    return f"{value:.17g}" if value.dtype == np.float64 else f"{value:.9g}"
