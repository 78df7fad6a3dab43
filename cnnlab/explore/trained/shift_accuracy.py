"""How well networks still answer when the images are shifted (lecture topic 7)."""

from collections.abc import Mapping
from typing import Self

import numpy as np

from cnnlab import arguments
from cnnlab.analysis.shifts import ShiftedAnswers, shifted
from cnnlab.explore.toolkit.controls import Slider
from cnnlab.explore.toolkit.explorer import Explorer
from cnnlab.explore.toolkit.items import Line, Mark, Points
from cnnlab.explore.toolkit.numbers import format_number
from cnnlab.explore.toolkit.scene import Curves, Image, Scene, Table
from cnnlab.network import Network
from cnnlab.types import ArrayLike


class ShiftTest(Explorer):
    """Accuracy of several networks against how far the test images were shifted, one image to look at.

    Accuracies are computed once, at the beginning, for every shift; the slider only looks them up.

    Parameters
    ----------
    images : (N, H, W, C) float32 or float64
        Test images, centred.
    labels : (N,) int
        What they are.
    networks : {name: Network}, or Network
        Which are compared.
    reach : int
        Largest shift, in pixels.

    Attributes
    ----------
    shifts : list of int
        From -reach to reach.
    answers : {name: {shift: (N,) int}}
        What the networks say.
    accuracy : {name: (len(shifts),) float64}
        The share of right answers.

    Raises
    ------
    TypeError, ValueError
        For what does not fit; the message names the argument.

    Source
    ------
    Lecture topic 7.
    """

    title = "Shift the digits"

    def __init__(
        self, images: ArrayLike, labels: ArrayLike, networks: Mapping[str, Network] | Network, reach: int = 5
    ) -> None:
        self.images, self.labels = arguments.array("images", images, 4, "(N, H, W, C)"), np.asarray(labels)
        networks = {"network": networks} if isinstance(networks, Network) else networks
        if not isinstance(networks, dict) or not networks:
            raise ValueError(f"networks must be one Network, or one or more as {{name: Network}}; got {networks!r}")
        arguments.whole("reach", reach)
        for name, network in networks.items():
            if not isinstance(network, Network):
                raise TypeError(f"network {name!r} must be a Network; got {type(network).__name__}")
            if tuple(network.input_shape) != self.images.shape[1:]:
                raise ValueError(
                    f"network {name!r} takes inputs of shape {tuple(network.input_shape)}; the images are "
                    f"{self.images.shape[1:]}"
                )
            if len(network.output_shape) != 1:
                raise ValueError(f"network {name!r} must give a vector of outputs; it gives {network.output_shape}")
            arguments.finite_weights(f"network {name!r}", network.parameters | network.state)
            arguments.labels("labels", self.labels, max(network.output_shape[0], 2))  # one output says yes or no
            network.checked(self.images, "images")
        arguments.same_batch(images=self.images, labels=self.labels)
        self.shifts = list(range(-reach, reach + 1))
        found = ShiftedAnswers(self.images, self.labels, networks, self.shifts)
        self.answers, self.accuracy = found.answers, found.accuracy
        paper = np.median(self.images[:, 0, 0]) == self.images.min()  # what comes in is the lightest there is
        self.colours = "ink" if paper else "grey"
        last = min(99, len(self.images) - 1)
        super().__init__(
            [
                Slider("shift", "shift to the right (pixels)", -reach, reach, 1, value=0),
                *([Slider("image", "test image", 0, last, 1, value=0)] if last else []),
            ]
        )

    @classmethod
    def example(cls) -> Self:
        from cnnlab.datasets import digits
        from cnnlab.layers import Dense, Flatten
        from cnnlab.network import Network

        data = digits(8)
        return cls(data.x_test[:50], data.y_test[:50], {"one layer": Network([Flatten(), Dense(10)], (8, 8, 1), rng=0)})

    def scene(self, shift: int, image: int = 0) -> Scene:
        picture = shifted(self.images[image : image + 1], shift)[0]
        x = np.array(self.shifts, dtype=float)
        curve = Curves(
            name="accuracy",
            title="accuracy on all test images",
            height=300,
            width=1.6,
            x=(x[0] - 0.3, x[-1] + 0.3),
            y=(0, 105),
            x_label="shift (pixels)",
            x_ticks=[(float(s), format_number(s, 0)) for s in self.shifts if s % max(1, self.shifts[-1] // 4) == 0],
            y_label="right answers (%)",
            items=[
                item
                for i, (name, values) in enumerate(self.accuracy.items())
                for item in (
                    Line(x, 100 * values, label=name, colour=i, dash=bool(i % 2)),
                    Points(shift, 100 * values[self.shifts.index(shift)], colour=i, size=6),
                )
            ]
            + [Mark(float(shift))],
        )
        panel = Image(
            name="image",
            title=f"test image {image}, a {self.labels[image]}",
            pixels=picture,
            colours=self.colours,
            height=300,
            scale=(float(self.images.min()), float(self.images.max())),
        )
        rows = [
            [name, f"{100 * values[self.shifts.index(shift)]:.1f} %", str(self.answers[name][shift][image])]
            for name, values in self.accuracy.items()
        ]
        table = Table(
            name="answers",
            title="what they say",
            height=110,
            align="lrr",
            header=["network", "right answers", "this image"],
            rows=rows,
        )
        words = "; ".join(
            f"{name}: {100 * values[self.shifts.index(shift)]:.1f} % right" for name, values in self.accuracy.items()
        )
        return Scene([[panel, curve], [table]], f"Test images shifted by {format_number(shift, 0)} pixels. {words}.")
