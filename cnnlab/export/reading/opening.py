"""An ONNX file as a network."""

import numpy as np

from cnnlab import arguments, losses
from cnnlab.export.ends import check_loss
from cnnlab.export.reading.chain import Chain
from cnnlab.export.reading.contents import contents
from cnnlab.export.reading.operators import OPERATORS
from cnnlab.export.reading.reader import Reader
from cnnlab.export.reading.shapes import SHAPES, start_shape
from cnnlab.files import Part, PathLike
from cnnlab.network import Network
from cnnlab.types import Shape

VERSIONS = (6, 28)  # of ONNX's operators, that are known here
READERS = OPERATORS | SHAPES


def from_onnx(path: PathLike, shape: Shape | int | None = None, loss: losses.Loss | None = None) -> Network:
    """A network that some program wrote to an ONNX file, with its weights: it predicts what the file computes.

    The file holds a row of nodes, each taking what the one before it gives, as `to_onnx` writes them, and as
    `torch.onnx.export` does for an `nn.Sequential` (`external_data=False` keeps the weights in the same file). The
    package onnx is not needed.

    What `to_onnx` changes is changed back: kernels of "Conv" are flipped, as it computes a correlation, and the
    channels come last. A file whose input has its channels first, (N, C, H, W), as those of PyTorch have, becomes a
    network that takes (N, H, W, C): `network.predict(np.moveaxis(x, 1, -1))`; rows of weights behind a "Flatten" change
    places with it. Where no node tells which axis holds the channels ("Flatten" comes first, or nothing that minds),
    arrays are taken as the file takes them.

    Numbers that are added or multiplied become part of the weights before them, or a `Standardise`. In files that
    cnnlab wrote, maps whose kernel is nothing but zeros are not connected, as they were.

    Nothing in a file is believed: what it claims to hold is compared with what is there before memory is taken for it.

    Parameters
    ----------
    path : str or Path
        Where the file is.
    shape : tuple of int, or None
        Of one sample as the network takes it, channels last; None: the file says it. It is needed where the file leaves
        sides open.
    loss : Loss or None
        None: what the file gives is the excitation e of the last layer. A loss: the file gives its yhat, and the
        "Softmax" (or "LogSoftmax") of CrossEntropy, or the "Sigmoid" of BinaryCrossEntropy, at its end is taken off, as
        `loss.yhat` does it here.

    Returns
    -------
    Network
        Of float32, or of float64, as what goes into the file.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    TypeError
        If path is no path, or loss none that is known.
    ValueError
        If the file is damaged, something else, has its weights in other files, or holds what a network of cnnlab
        cannot: other operators, branches and residual connections, gaps in kernels, borders of pooling; the message
        names the file and the node.

    Source
    ------
    Lecture topics 8 to 10.

    See Also
    --------
    to_onnx : The way there.
    from_torch : The way from a module that is at hand.
    """
    end = check_loss(loss)
    if shape is not None:
        shape = arguments.sides("shape", (shape,) if isinstance(shape, int) else shape)
    with Part.open(path, "an ONNX file") as part:
        found = contents(part)
        low, high = VERSIONS
        if not low <= found.version <= high:
            raise ValueError(f"it is of version {found.version} of ONNX's operators; known are {low} to {high}")
        chain = Chain(path, found)
        sides, first = start_shape(chain, shape)
        numbers = sum(tensor.size for tensor in found.tensors.values())
        reader = Reader(chain, sides, first, min(numbers, len(part)), found.producer == "cnnlab")
        with np.errstate(all="ignore"):  # whatever numbers there are: those of layers must be finite in the end
            for link in chain.links:
                reader.read(link, READERS)
        return reader.made.finish(end, f"{path}: the end of it")
