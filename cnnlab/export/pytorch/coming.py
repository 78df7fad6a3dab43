"""A module of PyTorch as a network."""

from collections.abc import Container, Iterator
from typing import Any

import numpy as np

from cnnlab import arguments, losses
from cnnlab.export.assembly import Assembly
from cnnlab.export.ends import check_loss
from cnnlab.export.pytorch.leaving import torch_for
from cnnlab.network import Network
from cnnlab.types import Shape


def from_torch(module: Any, shape: Shape | int, loss: losses.Loss | None = None) -> Network:
    """A module of PyTorch as a network, with copies of its weights: it predicts what the module gives in evaluation.

    The module is an `nn.Sequential`, or several in each other, of modules in `nn` that cnnlab has a layer for, or of
    those that `to_torch` makes: Conv1d, Conv2d, Linear, Flatten, MaxPool2d, AvgPool2d, AdaptiveAvgPool2d and
    AdaptiveMaxPool2d where they come out even, BatchNorm1d, BatchNorm2d, LocalResponseNorm, Dropout, ReLU, LeakyReLU,
    PReLU, Sigmoid, Tanh, Identity, padding modules of zeros or of another number before a convolution. What has a
    `forward` of its own cannot be looked into: `torch.onnx.export` runs it, and `from_onnx` reads the file, if it is a
    row of layers.

    Everything that `to_torch` changes is changed back: kernels are flipped, the channels come last, the rows of weights
    behind a flatten change places. So where the module takes (N, C, H, W), the network takes (N, H, W, C):
    `network.predict(np.moveaxis(x, 1, -1))`.

    What is the same in use may learn otherwise: PyTorch's one slope for all channels becomes one for each; running
    variances of PyTorch divide by one value fewer. Modules of which no parameter takes a gradient become frozen layers.

    Parameters
    ----------
    module : torch.nn.Module
        Of float32 or float64 numbers; it may be in training or in evaluation mode, and stays as it is.
    shape : tuple of int
        Of one sample as the network will take it: (H, W, C), channels last, or (T, C), or (C,).
    loss : Loss or None
        None: what the module gives is the excitation e of the last layer. A loss: the module gives its yhat, and the
        `nn.Softmax` (or `nn.LogSoftmax`) of CrossEntropy, or the `nn.Sigmoid` of BinaryCrossEntropy, at its end is
        taken off, as `loss.yhat` does it here.

    Returns
    -------
    Network
        From shape, of the dtype of the module's weights.

    Raises
    ------
    ImportError
        Without PyTorch.
    TypeError
        For something that is no module, or a loss of another kind.
    ValueError
        For what a network of cnnlab cannot hold, naming the module that it is: other modules and their subclasses,
        gaps between the pixels of a kernel, borders of pooling, hooks, a shape that does not fit.

    Source
    ------
    Lecture topics 8 to 10.

    See Also
    --------
    to_torch : The way there, with all that is different over there.
    """
    torch = torch_for("from_torch")
    from cnnlab.export.pytorch.parts import READERS  # which needs torch

    if not isinstance(module, torch.nn.Module):
        raise TypeError(f"module must be a torch.nn.Module; got {type(module).__name__}")
    end = check_loss(loss)
    sides = arguments.sides("shape", (shape,) if isinstance(shape, int | np.integer) else shape)
    dtypes = {tensor.dtype for tensor in (*module.parameters(), *module.buffers()) if tensor.is_floating_point()}
    if len(dtypes) > 1 or not dtypes <= {torch.float32, torch.float64}:
        names = ", ".join(sorted(map(str, dtypes)))
        raise ValueError(f"module must hold float32 or float64 numbers, all of one kind; got {names}")
    numbers = sum(tensor.numel() for tensor in (*module.parameters(), *module.buffers()))
    assembly = Assembly(sides, np.float64 if dtypes == {torch.float64} else np.float32, numbers)
    last = "the end of the module"
    for name, part in _leaves(torch, module, "", READERS):
        assembly.where = f"module {name or '(the only one)'}, {_words(part)}"
        given = [parameter.requires_grad for parameter in part.parameters()]
        assembly.frozen = bool(given) and not any(given)
        READERS[type(part)](assembly, part)
    return assembly.finish(end, last)


def _words(module: Any) -> str:
    text = " ".join(repr(module).split())
    return text if len(text) <= 100 else text[:97] + "..."


def _leaves(torch: Any, module: Any, name: str, known: Container[type]) -> Iterator[tuple[str, Any]]:
    """The modules of a Sequential in their order, with the names of their places."""
    where = f"module {name}" if name else "the module"
    if any(getattr(module, hooks, None) for hooks in ("_forward_hooks", "_forward_pre_hooks")):
        raise ValueError(f"{where}, {_words(module)}: it has hooks, which nobody can look into; remove them first")
    if type(module) is torch.nn.Sequential:
        for key, part in module.named_children():
            yield from _leaves(torch, part, f"{name}.{key}" if name else key, known)
    elif type(module) in known:
        yield name, module
    else:
        raise ValueError(
            f"{where}, {_words(module)}: no layer here does what a {type(module).__name__} does; a network is a row "
            f"of layers, as nn.Sequential. What has a forward of its own can be written to a file by "
            f"torch.onnx.export, for from_onnx"
        )
