"""A network of cnnlab once more in PyTorch: the same layers with the same weights, made from the network itself."""

import copy

import numpy as np

from cnnlab import layers, losses, ops
from cnnlab.layers.standardise import Standardise
from cnnlab.loops.kernels.pointwise import HEIGHT, STEEPNESS


def to_pytorch(network, torch):
    """A new torch.nn.Sequential that computes what `network` (of images or of sequences) computes.

    Its input is channel-first. Raises TypeError for a layer that has no counterpart here.
    """
    nn, modules = torch.nn, []
    for layer in network:
        kind = type(layer)
        if kind is Standardise:
            modules.append(standardise(layer, torch))
        elif kind is layers.Conv2D:
            modules += convolution(layer, torch)
        elif kind is layers.Conv1D:
            modules.append(convolution_in_time(layer, torch))
        elif kind is layers.Dense:
            modules.append(dense(layer, network, torch))
        elif kind is layers.MaxPool2D:
            modules.append(nn.MaxPool2d(layer.size, layer.stride))
        elif kind is layers.LocalResponseNorm:  # PyTorch takes the mean of the squares, cnnlab their sum
            n, k, alpha, beta = (layer.options[name] for name in ("n", "k", "alpha", "beta"))
            modules.append(nn.LocalResponseNorm(n, alpha * n, beta, k))
        elif kind is layers.BatchNorm:
            modules.append(batch_norm(layer, torch))
        elif kind is layers.SumOverTime:
            modules.append(sum_over_time(layer, torch))
        elif kind is layers.ScaledTanh:
            modules.append(scaled_tanh(torch))
        elif kind is layers.Dropout:
            modules.append(nn.Dropout(layer.p))
        elif kind in PLAIN:
            modules.append(getattr(nn, PLAIN[kind])())
        else:
            raise TypeError(f"no counterpart in PyTorch for {layer!r}")
    return nn.Sequential(*modules)


PLAIN = {layers.ReLU: "ReLU", layers.Sigmoid: "Sigmoid", layers.Tanh: "Tanh", layers.Flatten: "Flatten"}


def tensor(torch, array):
    """A copy of the array: the two sides shall not learn with the same memory."""
    return torch.tensor(np.ascontiguousarray(array))


def kernels(layer, torch):
    """PyTorch does not flip the kernel, and takes (D, C, P, Q) or, in time, (D, C, P)."""
    w = layer.parameters["w"]
    return tensor(torch, w[::-1, ::-1].transpose(3, 2, 0, 1) if w.ndim == 4 else w[::-1].transpose(2, 1, 0))


def fill(module, **arrays):
    """Give a module its weights."""
    for name, array in arrays.items():
        getattr(module, name).data = array
    return module


def convolution(layer, torch):
    """[padding where it is not with zeros, nn.Conv2d or one with a bias for every unit and connections]"""
    nn, pads = torch.nn, [ops.pads(side, layer.padding) for side in layer.size]
    if any(before != after for before, after in pads):
        raise TypeError(f"only padding that is the same on both sides is written down here; got {layer!r}")
    before, padding = [], tuple(side for side, _ in pads)
    if layer.padding_value:
        before = [nn.ConstantPad2d((padding[1],) * 2 + (padding[0],) * 2, layer.padding_value)]
        padding = 0
    w = kernels(layer, torch)
    shared, groups = layer.bias == "map", layer.groups
    if groups > 1:  # each block of maps out sees its own block of maps in
        w = torch.cat([part.chunk(groups, 1)[g] for g, part in enumerate(w.chunk(groups, 0))]).contiguous()
    channels = w.shape[1] * groups, w.shape[0]
    plain = nn.Conv2d(*channels, layer.size, layer.stride, padding, groups=groups, bias=shared)
    plain = fill(plain, weight=w, bias=tensor(torch, layer.parameters["b"])) if shared else fill(plain, weight=w)
    if layer.bias != "unit" and (layer.connections is None or groups > 1):
        return [*before, plain]

    class Convolution(nn.Module):
        """With a bias for every unit, and weights only where maps are connected."""

        def __init__(self):
            super().__init__()
            self.weight, self.bias = plain.weight, None
            if layer.bias:
                b = layer.parameters["b"]
                self.bias = nn.Parameter(tensor(torch, b if shared else b.transpose(2, 0, 1)))
            table = layer.connections
            mask = None if table is None else tensor(torch, table.T[:, :, None, None].astype(np.float32))
            self.register_buffer("mask", mask)

        def forward(self, h):
            w = self.weight if self.mask is None else self.weight * self.mask
            e = nn.functional.conv2d(h, w, self.bias if shared else None, layer.stride, padding)
            return e if shared or self.bias is None else e + self.bias

    return [*before, Convolution()]


def convolution_in_time(layer, torch):
    w = kernels(layer, torch)
    if layer.padding != "valid":
        raise TypeError(f'only padding "valid" is written down here; got {layer!r}')
    module = torch.nn.Conv1d(w.shape[1], w.shape[0], layer.size, layer.stride, bias=bool(layer.bias))
    return fill(module, weight=w, **({"bias": tensor(torch, layer.parameters["b"])} if layer.bias else {}))


def batch_norm(layer, torch):
    """PyTorch's momentum is 1 - ours."""
    nn, (channels,) = torch.nn, layer.parameters["gamma"].shape
    kind = nn.BatchNorm2d if len(layer.input_shape) == 3 else nn.BatchNorm1d
    module = kind(channels, layer.eps, 1 - layer.momentum)
    arrays = {
        **{"weight": layer.parameters["gamma"], "bias": layer.parameters["beta"]},
        **{"running_mean": layer.state["mean"], "running_var": layer.state["variance"]},
    }
    return fill(module, **{name: tensor(torch, array) for name, array in arrays.items()})


def dense(layer, network, torch):
    """nn.Linear; behind a Flatten of maps its rows are in PyTorch's order, channels first."""
    w, place = layer.parameters["w"], list(network).index(layer)
    same = layers.Dropout, layers.ReLU, layers.Sigmoid, layers.Tanh, layers.ScaledTanh  # they leave the order as it is
    before = next((each for each in reversed(network[:place]) if not isinstance(each, same)), None)
    if isinstance(before, layers.Flatten) and len(before.input_shape) == 3:
        w = w.reshape(*before.input_shape, -1).transpose(2, 0, 1, 3).reshape(w.shape)
    module = torch.nn.Linear(*w.shape, bias="b" in layer.parameters)
    biases = {"bias": tensor(torch, layer.parameters["b"])} if "b" in layer.parameters else {}
    return fill(module, weight=tensor(torch, w.T), **biases)


def standardise(layer, torch):
    shape = (1, -1, 1, 1) if np.ndim(layer.shift) else ()
    shift, scale = (tensor(torch, value).reshape(shape) for value in (layer.shift, layer.scale))

    class Standardised(torch.nn.Module):
        def forward(self, x):
            return (x - shift) * scale

    return Standardised()


def sum_over_time(layer, torch):
    class Summed(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.w, self.b = (torch.nn.Parameter(tensor(torch, layer.parameters[name])) for name in "wb")

        def forward(self, h):
            return h.sum(dim=2) * self.w + self.b

    return Summed()


def scaled_tanh(torch):
    class Scaled(torch.nn.Module):
        def forward(self, e):
            return HEIGHT * torch.tanh(STEEPNESS * e)

    return Scaled()


def loss_of(loss, torch):
    """PyTorch's function (e, targets) -> loss."""
    functional = torch.nn.functional
    return {losses.CrossEntropy: functional.cross_entropy, losses.MSE: functional.mse_loss}[type(loss)]


def targets_of(loss, y, outputs, torch):
    """Labels (N,) as PyTorch's loss takes them: labels, or rows of off and on."""
    if isinstance(loss, losses.CrossEntropy):
        return torch.tensor(y.astype(np.int64))
    rows = np.full((len(y), outputs), loss.off, np.float32)
    rows[np.arange(len(y)), y] = loss.on
    return torch.tensor(rows)


def images_of(x, torch, layout=None):
    """x (N, H, W, C) or (N, T, C) channel-first, in a memory layout."""
    found = tensor(torch, np.moveaxis(x, -1, 1))
    return found if layout is None or found.ndim != 4 else found.contiguous(memory_format=layout)


def without_dropout(network):
    """A copy in which nothing is left to chance, for comparing the two sides."""
    twin = copy.deepcopy(network)
    for layer in twin:
        if isinstance(layer, layers.Dropout):
            layer.p = 0.0
    return twin
