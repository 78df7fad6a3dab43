"""A network as a module of PyTorch."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

import numpy as np

from cnnlab import layers, losses, ops
from cnnlab.export.ends import check_loss
from cnnlab.export.order import correlation_kernels, flattened
from cnnlab.layers.standardise import Standardise
from cnnlab.network import Network
from cnnlab.types import Array


def to_torch(network: Network, loss: losses.Loss | None = None) -> Any:
    """The network as a module of PyTorch, with copies of its weights.

    It is an `nn.Sequential` of PyTorch's own modules, as one would write it there, and of small ones of
    `cnnlab.export.pytorch.modules` where PyTorch has none. It is in evaluation mode (`module.train()` makes dropout and
    batch normalisation learn again), on the CPU, of the network's dtype; layers that are frozen take no gradient.

    What is different over there, and how the outputs stay the same:

    - **Channels come first.** Where the network takes (N, H, W, C), the module takes (N, C, H, W), and gives maps in
      that order too: `module(torch.from_numpy(np.moveaxis(x, -1, 1)))`. Kernels (P, Q, C, D) become (D, C, P, Q).
    - **"Convolution" is correlation there**: e[m] = sum_p v[p] h[m + p], where the convolution of the lecture is
      e[m] = sum_p w[p] h[m + P-1-p]. With v[p] = w[P-1-p] both are the same: kernels are flipped.
    - **A flatten puts the numbers in another order**: (m W + n) C + c becomes (c H + m) W + n. So the rows of the next
      fully-connected weights change places; and a w (C, D) is stored as (D, C). Where no weights follow that could take
      the order up, the module `ChannelsLast` comes before `nn.Flatten`.
    - Borders that are not the same on both sides, or not of zeros, become a module of their own before the convolution;
      biases of units one behind it. `momentum` of batch normalisation is 1 - ours; alpha of response normalisation is
      n times ours.

    Parameters
    ----------
    network : Network
        Of cnnlab's own layers.
    loss : Loss or None
        None: the output is the excitation e of the last layer. The loss that the network was trained with: the output
        is `yhat`, what the network says: an `nn.Softmax` comes last for CrossEntropy, an `nn.Sigmoid` for
        BinaryCrossEntropy.

    Returns
    -------
    torch.nn.Sequential
        From (N, C, H, W), (N, C, T) or (N, C); the names of its parts are those of the layers.

    Raises
    ------
    ImportError
        Without PyTorch, which is no part of cnnlab: see pytorch.org.
    TypeError
        For something that is no network, and for a layer or a loss that has no counterpart (it is named).

    Source
    ------
    Lecture topics 8 to 10.

    See Also
    --------
    from_torch : The way back.
    """
    torch = torch_for("to_torch")
    if not isinstance(network, Network):
        raise TypeError(f"network must be a Network; got {type(network).__name__}")
    end = check_loss(loss)
    network._check_arrays()
    with torch.random.fork_rng(devices=[]):  # modules draw weights, which nobody needs here
        away = Away(torch)
        for place, layer in enumerate(network):
            make = COUNTERPARTS.get(type(layer))
            if make is None:
                raise TypeError(
                    f"layer {place}, {layer.name}, has no counterpart in PyTorch: {layer!r} is none of "
                    f"{', '.join(kind.__name__ for kind in COUNTERPARTS)}"
                )
            away.begin(layer, network[place + 1 :])
            make(away, layer)
    if end:
        away.parts["yhat"] = torch.nn.Softmax(-1) if end == "Softmax" else torch.nn.Sigmoid()
    return torch.nn.Sequential(OrderedDict(away.parts)).eval()


def torch_for(asked: str) -> ModuleType:
    """PyTorch, which whoever asked needs."""
    try:
        import torch
    except ImportError:
        raise ImportError(
            f"{asked} needs PyTorch, which is no part of cnnlab: pip install torch, or as pytorch.org says"
        ) from None
    return torch


class Away:
    """Modules in a row, as they are made; `order` is that of numbers behind a flatten, see `Assembly`."""

    def __init__(self, torch: ModuleType) -> None:
        from cnnlab.export.pytorch import modules

        self.torch, self.nn, self.own = torch, torch.nn, modules
        self.parts: dict[str, Any] = {}
        self.order: Array | None = None
        self.layer: Any = None
        self.behind: list[layers.Layer] = []

    def begin(self, layer: layers.Layer, behind: Iterable[layers.Layer]) -> None:
        """What is added from now on belongs to this layer; behind : the layers that follow."""
        self.layer, self.behind = layer, list(behind)

    def add(self, module: Any, arrays: dict[str, Array] | None = None, name: str = "") -> None:
        """A module, and what its parameters and buffers hold; name : what it is of the layer, if it is not all."""
        torch, layer = self.torch, self.layer
        module = module.to(torch.float64 if layer.dtype == np.float64 else torch.float32)
        held = module.state_dict()
        for key, array in (arrays or {}).items():
            held[key].copy_(torch.from_numpy(np.array(array)))
        if layer.frozen:
            module.requires_grad_(False)
        self.parts[f"{layer.name}_{name}" if name else layer.name] = module

    def channels(self, array: Array) -> Array:
        """One number, or one for each channel, in the order of PyTorch."""
        return array if self.order is None or not array.ndim else array[self.order]


def _standardise(away: Away, layer: Any) -> None:
    axes = (1,) * (len(layer.input_shape) - 1)
    held = [away.channels(array) for array in (layer.shift, layer.scale)]
    held = [array.reshape(-1, *axes) if array.ndim else array for array in held]
    away.add(away.own.Standardise(*(away.torch.from_numpy(np.array(array)) for array in held)))


def _convolution(away: Away, layer: Any) -> None:
    w, b, nn = layer.parameters["w"], layer.parameters.get("b"), away.nn
    sides = w.ndim - 2
    pads = [ops.pads(size, layer.padding) for size in w.shape[:sides]]
    apart = any(before != after for before, after in pads) or (layer.padding_value and any(map(any, pads)))
    if apart:
        border = [side for pair in reversed(pads) for side in pair]  # the last axis first
        away.add(
            (nn.ConstantPad2d if sides == 2 else nn.ConstantPad1d)(tuple(border), layer.padding_value), name="border"
        )
    options: dict[str, Any] = {"stride": layer.stride, "bias": layer.bias == "map"}
    options["padding"] = 0 if apart else tuple(before for before, _ in pads)
    groups, connections = getattr(layer, "groups", 1), getattr(layer, "connections", None)
    make = nn.Conv2d if sides == 2 else nn.Conv1d
    if groups > 1:
        options["groups"] = groups
    elif connections is not None:
        make, options["connections"] = away.own.TableConv2d, away.torch.from_numpy(connections.T.copy())
    module = make(layer.input_shape[-1], layer.filters, w.shape[:sides], **options)
    away.add(module, {"weight": correlation_kernels(layer)} | ({"bias": b} if layer.bias == "map" else {}))
    if layer.bias == "unit":
        b = np.moveaxis(b, -1, 0)
        away.add(away.own.UnitBias(b.shape), {"bias": b}, "bias")


def _dense(away: Away, layer: Any) -> None:
    w, b = layer.parameters["w"], layer.parameters.get("b")
    if away.order is not None:
        w, away.order = w[away.order], None
    module = away.nn.Linear(*w.shape, bias=layer.bias)
    away.add(module, {"weight": w.T} | ({"bias": b} if layer.bias else {}))


def _flatten(away: Away, layer: Any) -> None:
    order = flattened(layer.input_shape)
    if order is not None and _taken_up(away.behind):
        away.order = order
    elif order is not None:
        away.add(away.own.ChannelsLast(), name="order")
    away.add(away.nn.Flatten())


def _taken_up(behind: Iterable[layers.Layer]) -> bool:
    """Whether weights follow whose rows can change places, and nothing before them to which neighbours matter."""
    for layer in behind:
        if isinstance(layer, layers.Dense):
            return True
        if isinstance(layer, layers.LocalResponseNorm):
            return False
    return False


def _pooling(name: str) -> Callable[[Away, Any], None]:
    def make(away: Away, layer: Any) -> None:
        if layer.rectify:
            away.add(away.nn.ReLU(), name="relu")
        away.add(getattr(away.nn, name)(layer.size, layer.stride))

    return make


def _decimate(away: Away, layer: Any) -> None:
    away.add(away.own.Decimate2d(tuple(layer.stride), tuple(layer.output_shape[:2])))
    if layer.rectify:
        away.add(away.nn.ReLU(), name="relu")


def _response(away: Away, layer: Any) -> None:
    n, k, alpha, beta = (layer.options[name] for name in ("n", "k", "alpha", "beta"))
    make = away.nn.LocalResponseNorm if len(layer.input_shape) > 1 else away.own.RowResponseNorm
    away.add(make(n, alpha=n * alpha, beta=beta, k=k))


def _batch_norm(away: Away, layer: Any) -> None:
    make = away.nn.BatchNorm2d if len(layer.input_shape) == 3 else away.nn.BatchNorm1d
    if len(layer.input_shape) > 3:
        make = away.nn.BatchNorm3d
    module = make(layer.input_shape[-1], eps=layer.eps, momentum=1 - layer.momentum)
    arrays = {
        "weight": layer.parameters["gamma"],
        "bias": layer.parameters["beta"],
        "running_mean": layer.state["mean"],
        "running_var": layer.state["variance"],
    }
    away.add(module, {name: away.channels(array) for name, array in arrays.items()})


def _over_time(name: str) -> Callable[[Away, Any], None]:
    def make(away: Away, layer: Any) -> None:
        module = getattr(away.own, name)(layer.input_shape[-1])
        away.add(module, {"weight": layer.parameters["w"], "bias": layer.parameters["b"]})

    return make


def _plain(name: str, own: bool = False) -> Callable[[Away, Any], None]:
    return lambda away, layer: away.add(getattr(away.own if own else away.nn, name)())


def _prelu(away: Away, layer: Any) -> None:
    slope = away.channels(layer.parameters["slope"])
    away.add(away.nn.PReLU(slope.size), {"weight": slope})


COUNTERPARTS: dict[type[layers.Layer], Callable[[Away, Any], None]] = {
    Standardise: _standardise,
    layers.Conv2D: _convolution,
    layers.Conv1D: _convolution,
    layers.Dense: _dense,
    layers.Flatten: _flatten,
    layers.MaxPool2D: _pooling("MaxPool2d"),
    layers.AveragePool2D: _pooling("AvgPool2d"),
    layers.Decimate2D: _decimate,
    layers.LocalResponseNorm: _response,
    layers.BatchNorm: _batch_norm,
    layers.Dropout: lambda away, layer: away.add(away.nn.Dropout(layer.p)),
    layers.SumOverTime: _over_time("SumOverTime"),
    layers.MaxOverTime: _over_time("MaxOverTime"),
    layers.ReLU: _plain("ReLU"),
    layers.LeakyReLU: lambda away, layer: away.add(away.nn.LeakyReLU(layer.slope)),
    layers.PReLU: _prelu,
    layers.Sigmoid: _plain("Sigmoid"),
    layers.Tanh: _plain("Tanh"),
    layers.ScaledTanh: _plain("ScaledTanh", own=True),
    layers.UnitStep: _plain("UnitStep", own=True),
    layers.Signum: _plain("Signum", own=True),
}
