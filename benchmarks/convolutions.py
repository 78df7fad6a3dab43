"""Single convolutions: forward, gradient of the input, gradient of the weights; and pooling."""

from dataclasses import dataclass

import numpy as np

from benchmarks import peak
from benchmarks.sides import LAST, OURS, agree, best, layouts, pytorch
from benchmarks.timing import per_second, ratio, take_turns
from cnnlab import layers, models, ops
from cnnlab.loops.kernels import convolution
from cnnlab.loops.runtime.workspace import aligned

OPERATIONS = ("forward", "input_gradient", "weight_gradient")
PUBLIC = "cnnlab.ops"  # the function for everybody: it checks, pads and makes a new array, too


@dataclass(frozen=True)
class Layer:
    """A convolution of `inputs` maps of side x side pixels to `outputs` maps, padded by half the kernel."""

    inputs: int
    outputs: int
    size: int
    side: int
    stride: int = 1
    lite: bool = False  # is it one of AlexNet-lite?

    def __str__(self):
        stride = f" /{self.stride}" if self.stride > 1 else ""
        return f"{self.inputs} -> {self.outputs} {self.size}x{self.size} @{self.side}{stride}"

    @property
    def first(self):
        """It looks at the image itself: nobody needs the gradient of its input."""
        return self.inputs == 3


def of_alexnet_lite():
    """The convolutions of cnnlab.models.alexnet_lite, each once."""
    found = [layer for layer in models.alexnet_lite() if isinstance(layer, layers.Conv2D)]
    shapes = [(each.input_shape[2], each.filters, each.size[0], each.input_shape[0]) for each in found]
    return tuple(Layer(*shape, lite=True) for shape in dict.fromkeys(shapes))


LITE = of_alexnet_lite()
LAYERS = (
    *LITE,
    Layer(3, 32, 5, 32),
    Layer(32, 64, 5, 16),
    Layer(32, 64, 3, 16),
    Layer(64, 64, 3, 8),
    Layer(128, 128, 3, 8),
    Layer(3, 64, 5, 32),
    Layer(32, 64, 3, 16, 2),
    Layer(64, 64, 5, 16, 2),
)
PEAK_LAYER = Layer(64, 64, 3, 8)  # whose forward is compared with the peak


class Problem:
    """One layer with its arrays, and everybody's three operations on them as functions without arguments."""

    def __init__(self, layer, batch, rng):
        self.layer, pad, s = layer, layer.size // 2, layer.stride
        shape = layer.size, layer.size, layer.inputs, layer.outputs
        self.h, self.w, self.b = (
            rng.standard_normal(sizes).astype(np.float32)
            for sizes in ((batch, layer.side, layer.side, layer.inputs), shape, (layer.outputs,))
        )
        self.options = {"padding": pad, "stride": s}
        self.e_shape = ops.conv2d_output_shape(self.h.shape, shape, **self.options)
        self.de = rng.standard_normal(self.e_shape).astype(np.float32)
        self.flops = 2 * int(np.prod(self.e_shape)) * layer.size**2 * layer.inputs

    def ours(self):
        """{operation: function} as in a training step: the padded images and the results keep their memory."""
        h, w, b = self.h, self.w, self.b
        pad, s = self.options["padding"], (self.options["stride"],) * 2
        padded = ops.pad(h, w.shape, pad)
        filled = (pad, pad + self.layer.side) * 2  # what lies around it is known to be zero
        de, e, dh = (aligned(shape, h.dtype) for shape in (self.e_shape, self.e_shape, h.shape))
        de[...], dw = self.de, np.empty_like(w)

        def forward():
            convolution.forward(padded, w, b, s, e, filled=filled)
            return e

        def input_gradient():
            convolution.input_gradient(de, w, s, (pad, pad), dh)
            return dh

        def weight_gradient():
            convolution.weight_gradient(padded, de, s, dw, filled=filled)
            return dw

        return dict(zip(OPERATIONS, (forward, input_gradient, weight_gradient), strict=True))

    def public(self):
        """{operation: function} of cnnlab.ops."""
        h, w, b, de, options = self.h, self.w, self.b, self.de, self.options
        return {
            "forward": lambda: ops.conv2d(h, w, b, **options),
            "input_gradient": lambda: ops.conv2d_input_gradient(de, w, h.shape, **options),
            "weight_gradient": lambda: ops.conv2d_weight_gradient(de, h, w.shape, **options),
        }

    def theirs(self, torch, layout):
        """{operation: function} of PyTorch, without autograd; its kernel is ours flipped."""
        pad, s, channels = self.options["padding"], self.options["stride"], self.layer.outputs

        def tensor(array):
            return torch.tensor(np.ascontiguousarray(array)).contiguous(memory_format=layout)

        x, g = tensor(self.h.transpose(0, 3, 1, 2)), tensor(self.de.transpose(0, 3, 1, 2))
        w, b = tensor(self.w[::-1, ::-1].transpose(3, 2, 0, 1)), torch.tensor(self.b)

        def forward():
            with torch.inference_mode():
                return torch.nn.functional.conv2d(x, w, b, stride=s, padding=pad)

        def backward(which):
            mask = [which == 0, which == 1, False]
            with torch.inference_mode():
                return torch.ops.aten.convolution_backward(
                    g, x, w, [channels], [s, s], [pad, pad], [1, 1], False, [0, 0], 1, mask
                )[which]

        return dict(zip(OPERATIONS, (forward, lambda: backward(0), lambda: backward(1)), strict=True))

    def as_ours(self, operation, result):
        """PyTorch's result in our layout, for the comparison."""
        array = result.numpy()
        if operation == "weight_gradient":
            return array.transpose(2, 3, 1, 0)[::-1, ::-1]
        return array.transpose(0, 2, 3, 1)


def contenders(problem, operation, torch, public=True):
    """{name: function} of all sides; raises Disagreement unless all give the same result.

    public : with cnnlab.ops, too.
    """
    found = {OURS: problem.ours()[operation]}
    expected = found[OURS]().copy()
    if public:
        found[PUBLIC] = problem.public()[operation]
        agree(found[PUBLIC](), expected, f"{PUBLIC}, {operation} of {problem.layer}")
    for name, layout in layouts(torch).items():
        found[name] = problem.theirs(torch, layout)[operation]
        agree(problem.as_ours(operation, found[name]()), expected, f"{name}, {operation} of {problem.layer}")
    return found


def measure(effort, chosen=LAYERS, batch=64, public=True):
    """Time every operation of every layer -> list of rows (dicts): layer, operation, GFLOP/s of each side, ratios."""
    torch, rng, rows = pytorch(), np.random.default_rng(0), []
    for layer in chosen:
        problem = Problem(layer, batch, rng)
        for operation in OPERATIONS:
            if layer.first and operation == "input_gradient":
                continue
            seconds = take_turns(contenders(problem, operation, torch, public), effort)
            row = {"layer": str(layer), "operation": operation, "lite": layer.lite}
            row["gflops"] = {name: per_second(seconds, name, problem.flops / 1e9) for name in seconds}
            row["ratios"] = {name: ratio(seconds, OURS, name) for name in layouts(torch) if name in seconds}
            row["public"] = ratio(seconds, PUBLIC, LAST)
            rows.append(row)
    return rows


def share_of_peak(effort, batch=64):
    """cnnlab's forward operation of PEAK_LAYER as a share of what one core can do, measured in turns."""
    problem = Problem(PEAK_LAYER, batch, np.random.default_rng(0))
    function, operations = peak.burst()
    seconds = take_turns({OURS: problem.ours()["forward"], "peak": function}, effort)
    return ratio(seconds, OURS, "peak") * problem.flops / operations


def smallest(rows, operation=None, lite=None):
    """The smallest ratio to PyTorch's faster layout among the rows of an operation; None without PyTorch."""
    chosen = [row for row in rows if operation in (None, row["operation"]) and lite in (None, row["lite"])]
    return min((best(row["ratios"]) for row in chosen if row["ratios"]), default=None)
