"""What a network is made of: its layers, built and named, their weights, counts and files."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Self, overload

import numpy as np
import numpy.typing as npt

from cnnlab import arguments
from cnnlab.files import Npz, PathLike, said
from cnnlab.layers import KINDS, Layer, from_config, to_config
from cnnlab.loops.runtime.workspace import give_back
from cnnlab.network.files import Weights, described, fitting, write
from cnnlab.network.summary import Summary, words
from cnnlab.types import Array, ArrayLike, Seed, Shape, as_dtype

__all__ = ["Contents"]

FORMAT = "cnnlab network 1"
LAYERS = 1_000  # in one file
LARGEST = 2**31  # numbers between two layers, for one sample: more are a mistake, or an attack

# What layers are called in a network, with a number behind: conv1, pool1, ...; other kinds by their own name in small
# letters.
SHORT = {
    "Conv2D": "conv",
    "Conv1D": "conv",
    "MaxPool2D": "pool",
    "AveragePool2D": "pool",
    "Decimate2D": "pool",
    "LocalResponseNorm": "norm",
    "BatchNorm": "norm",
}


class Contents:
    """The layers of a network, as a sequence, with all that can be said of them without running it; see `Network`."""

    def __init__(
        self, layers: Iterable[Layer], input_shape: Shape | int, rng: Seed | None = 0, dtype: npt.DTypeLike = np.float32
    ) -> None:
        self.layers, self.dtype = _checked_layers(layers), as_dtype(dtype)
        if self.dtype not in arguments.FLOATS:
            raise TypeError(f"dtype must be float32 or float64; got {self.dtype}")
        self.input_shape = tuple(arguments.whole("input_shape", side) for side in np.atleast_1d(input_shape).tolist())
        generator, shape = arguments.generator("rng", rng), self.input_shape
        if not 0 < len(shape) < 9 or math.prod(shape) > LARGEST:
            raise ValueError(f"input_shape must be that of one sample, at most {LARGEST:,} numbers; got {input_shape}")
        kinds: dict[str, int] = {}
        for place, layer in enumerate(self.layers):
            try:
                layer.build(shape, generator, self.dtype)
            except (TypeError, ValueError) as problem:
                raise type(problem)(
                    f"layer {place}, {words(layer)}, cannot take an input {shape}: {problem}"
                ) from problem.__cause__
            shape = layer.output_shape
            if math.prod(shape) > LARGEST:
                raise ValueError(f"layer {place}, {words(layer)}, must give at most {LARGEST:,} numbers; got {shape}")
            kind = SHORT.get(type(layer).__name__, type(layer).__name__.lower())
            kinds[kind] = kinds.get(kind, 0) + 1
            layer.name = f"{kind}{kinds[kind]}"
        self.output_shape: Shape = shape

    def __len__(self) -> int:
        return len(self.layers)

    def __iter__(self) -> Iterator[Layer]:
        return iter(self.layers)

    @overload
    def __getitem__(self, which: int | str) -> Layer: ...
    @overload
    def __getitem__(self, which: slice) -> list[Layer]: ...
    def __getitem__(self, which: int | str | slice) -> Any:
        """The layer with this number, or this name ("conv1"); several by a slice."""
        return arguments.entry(self.layers, which)

    @property
    def parameters(self) -> dict[str, Array]:
        """All that is learned: {"0.w": array, "0.b": array, ...}, the arrays themselves, number of the layer first."""
        return self._arrays("parameters")

    @property
    def learned(self) -> dict[str, Array]:
        """Those of the `parameters` that `fit` changes: all but those of layers that are `frozen`."""
        frozen = {str(i) for i, layer in enumerate(self.layers) if layer.frozen}
        return {name: array for name, array in self.parameters.items() if name.partition(".")[0] not in frozen}

    @property
    def gradients(self) -> dict[str, Array]:
        """dL/du for every parameter u, of the last `backward`, under the same names."""
        return self._arrays("gradients")

    @property
    def state(self) -> dict[str, Array]:
        """All that is remembered but not learned by descent, such as the statistics of batch normalisation, by name."""
        return self._arrays("state")

    def _arrays(self, which: str) -> dict[str, Array]:
        return {
            f"{i}.{name}": array for i, layer in enumerate(self.layers) for name, array in getattr(layer, which).items()
        }

    def weights(self) -> dict[str, Array]:
        """Copies of all parameters and states, for `set_weights`.

        Returns
        -------
        dict of str to array
            {"parameters/0.w": array, ..., "state/1.mean": array, ...}
        """
        return {name: array.copy() for name, array in self._weights().items()}

    def _weights(self) -> dict[str, Array]:
        return {
            f"{kind}/{name}": array for kind in ("parameters", "state") for name, array in self._arrays(kind).items()
        }

    def set_weights(self, weights: Mapping[str, ArrayLike]) -> None:
        """Put back what `weights` gave.

        Parameters
        ----------
        weights : dict of str to array
            All of them, under the names that `weights` uses.

        Raises
        ------
        ValueError
            Naming the array, if one is missing, unknown, of another shape, or holds something else than numbers that
            the network's dtype can hold; nothing is changed then.
        """
        mine = self._weights()
        for name in sorted(mine.keys() | weights.keys()):
            if name not in weights or name not in mine:
                wrong = "missing" if name in mine else "unknown to it"
                raise ValueError(f"weights must hold what this network has; {name} is {wrong}")
            if np.shape(weights[name]) != mine[name].shape:
                raise ValueError(f"weights: {name} must have shape {mine[name].shape}; got {np.shape(weights[name])}")
        new = {name: fitting(f"weights: {name}", weights[name], array.dtype) for name, array in mine.items()}
        for name, array in mine.items():
            array[...] = new[name]

    @property
    def parameter_count(self) -> int:
        """How many numbers are learned."""
        return sum(layer.parameter_count for layer in self.layers)

    @property
    def connection_count(self) -> int:
        """How many connections there are, biases among them: a shared weight counts once for each place of its use."""
        return sum(layer.connection_count for layer in self.layers)

    @property
    def multiply_adds(self) -> int:
        """Multiplications, each with its addition, that one sample takes forward."""
        return sum(layer.multiply_adds for layer in self.layers)

    @property
    def unit_count(self) -> int:
        """Inputs and units: a unit is one output of a layer with connections (nonlinearities and pooling add none)."""
        units = [layer.output_shape for layer in self.layers if layer.connection_count]
        return sum(int(np.prod(shape)) for shape in [self.input_shape, *units])

    def summary(self) -> Summary:
        """A table of the layers: output shape, parameters, connections, multiply-adds.

        Returns
        -------
        Summary
        """
        return Summary(self)

    def __repr__(self) -> str:
        return (
            f"Network of {len(self)} layers, {self.input_shape} -> {self.output_shape}, "
            f"{self.parameter_count:,} parameters"
        )

    def config(self) -> dict[str, Any]:
        """What the network is, without its weights.

        Returns
        -------
        dict
            Plain data that JSON can hold.
        """
        return {
            "format": FORMAT,
            "input_shape": list(self.input_shape),
            "dtype": self.dtype.name,
            "layers": [to_config(layer) for layer in self.layers],
        }

    # Files

    def save(self, path: PathLike, half: bool = False) -> None:
        """Write the network to an .npz file: what it is as JSON, its weights as arrays, no pickle.

        An old file stays until the new one is complete.

        Parameters
        ----------
        path : str or Path
            Where.
        half : bool
            Keep the weights as float16, half as large (they come back rounded).

        Raises
        ------
        ValueError
            Before anything is written, if a weight is not finite (with half: over 65504) or there are more than a
            thousand layers, as `load` would refuse it. Also for layers of one's own (`Custom`, or another class), as a
            file holds no code: the message tells how to keep their weights.
        OSError
            Where the file cannot be written.
        """
        if len(self) > LAYERS:
            raise ValueError(f"a network in a file must have at most {LAYERS:,} layers; this one has {len(self):,}")
        others = [
            f"{layer.name} ({words(layer)})" for layer in self if KINDS.get(type(layer).__name__) is not type(layer)
        ]
        if others:
            raise ValueError(
                f"a network in a file must consist of cnnlab's layers, as a file holds no code; this one has "
                f"{', '.join(others)}. Keep its weights with np.savez(path, **network.weights()), and later, in a "
                "network that your code has made again, network.set_weights(np.load(path))"
            )
        with np.errstate(over="ignore"):
            arrays = {
                name: array.astype(np.float16) if half and array.dtype.kind == "f" else array
                for name, array in self.weights().items()
            }
        broken = [name for name, array in arrays.items() if not np.isfinite(array).all()]
        if broken:
            limit = " and at most 65504, or half must be False" if half else ""
            raise ValueError(f"weights must be finite{limit}: {', '.join(broken)} could not be loaded again")
        write(path, {"network": np.array(json.dumps(self.config())), **arrays})

    @classmethod
    def load(cls, path: PathLike) -> Self:
        """A network that `save` wrote, ready to use.

        Parameters
        ----------
        path : str or Path
            Where it is.

        Returns
        -------
        Network

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If the file is damaged or something else.
        """
        with Npz.open(path) as file:
            config = described(file, "network")
            if config.get("format") != FORMAT:
                raise ValueError(
                    f"{path} must be a network that Network.save wrote ({FORMAT}); it says "
                    f"{str(config.get('format'))[:80]!r}"
                )
            weights = Weights(file, {name for name in file.names if name != "network"})
            try:
                made = [from_config(layer) for layer in _listed(config)]
                for place, layer in enumerate(made):
                    layer._source = partial(weights.take, place)
                network = cls(made, config["input_shape"], dtype=config["dtype"])
            except KeyError as problem:
                raise ValueError(f"{path} is not a whole network: {problem} is missing") from None
            except Exception as problem:  # whatever strange numbers in a description can make layers raise
                raise ValueError(f"{path} is not a whole network: {said(problem)}") from None
            if weights.names:
                raise ValueError(f"{path} is not a whole network: {sorted(weights.names)[0]} belongs to no layer")
            for layer in made:
                layer._source = None
        give_back()  # what it took to unpack them
        return network


def _listed(config: dict[str, Any]) -> list[Any]:
    found = config["layers"]
    if not isinstance(found, list) or len(found) > LAYERS or not all(isinstance(layer, dict) for layer in found):
        raise ValueError(f"layers must be a list of at most {LAYERS:,} descriptions")
    return found


def _checked_layers(given: Iterable[Any]) -> list[Layer]:
    given = list(given)
    if not given:
        raise ValueError("layers must hold at least one layer; got an empty list")
    seen: set[int] = set()
    for place, layer in enumerate(given):
        if not isinstance(layer, Layer):
            hint = f"; did you mean {layer.__name__}()?" if isinstance(layer, type) else ""
            raise TypeError(f"layers must hold layers; number {place} is {layer!r}{hint}")
        if layer.input_shape is not None or id(layer) in seen:
            raise ValueError(
                f"layers must be new; number {place}, {words(layer)}, is in a network already: make another one"
            )
        seen.add(id(layer))
    return given
