"""A layer of somebody's own functions: forward beside backward."""

import linecache
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from cnnlab import arguments, initialisers
from cnnlab.layers.base import Layer
from cnnlab.layers.nonlinear import NoGradient
from cnnlab.types import Array, Shape

__all__ = ["Custom"]

Start: TypeAlias = "int | Shape | Array"
"""How a parameter begins: its shape, or its first values."""

ORDINARY = 1e6  # where all numbers given are smaller, NaN and infinity come from the function, not from a divergence
PROBE = 2  # samples on which forward is tried out


class Custom(Layer):
    """Your own functions as a layer: forward beside backward, with parameters if you like.

    `forward(h, w, b)` gets a batch and the parameters, in the order in which you name them, and gives the output.
    `backward(d, h, w, b)` gets dL/doutput, and what forward had, and gives dL/dh, dL/dw, dL/db, one for each. In the
    lowest layer that learns nobody needs dL/dh: None will do there. Without parameters they are `forward(h)` and
    `backward(d, h)`, which gives dL/dh alone.

    The layer trains with `fit`, layer by layer, for there is no compiled plan of it. What the functions get, they may
    read and not write; what they give is copied. Samples are in front in all arrays but the parameters.

    Parameters
    ----------
    forward : function (h, *parameters) -> output
        For h (N, *input_shape) it gives (N, *output_shape), of whatever shape it likes; that is tried out with two
        samples when the layer is built. What it gives depends on nothing else.
    backward : function (d, h, *parameters) -> dL/dh, or (dL/dh, *dL/dparameters); or None
        None: the layer can be used, and stand below all layers that learn.
    parameters : dict of str to shape or array, or None
        What is learned: {"w": (3, 3, 1, 8), "b": 8}. An array instead of a shape holds the first values.
    initialiser : str, pair or function
        Of parameters with a shape of two axes or more, see `cnnlab.initialisers`: as many numbers flow into a unit as
        all axes but the last have. The others start at zero.

    Raises
    ------
    TypeError, ValueError
        For arguments that are none of these. Where the layer is built, used and trained: for functions that stop,
        write into what they get, or give something of another kind, another shape, or NaN; the message names the
        function.
    NoGradient
        By `backward`, where there is none.

    Source
    ------
    Lecture topics 18 and 29.

    Notes
    -----
    Counted are the parameters; how many multiply-adds a function takes is not known, so they count as none. Code is
    not written to files: `Network.save` refuses such a network, a checkpoint of `fit` knows its functions by name.

    Examples
    --------
    >>> relu = Custom(lambda h: np.maximum(h, 0), lambda d, h: d * (h > 0))
    >>> relu.build((3,), np.random.default_rng(0), np.float64)
    >>> relu.forward(np.array([[1.0, -2.0, 3.0]]))
    array([[1., 0., 3.]])
    >>> relu.backward(np.ones((1, 3)))
    array([[1., 0., 1.]])
    """

    def __init__(
        self,
        forward: Callable[..., Any],
        backward: Callable[..., Any] | None = None,
        parameters: Mapping[str, Start] | None = None,
        initialiser: initialisers.Spec = "he",
    ) -> None:
        super().__init__()
        self.forward_function = _function("forward", forward)
        self.backward_function = None if backward is None else _function("backward", backward)
        self.start = _starts({} if parameters is None else parameters)
        self.initialiser = initialisers.resolve(initialiser)

    def _build(self, rng: np.random.Generator) -> None:
        for name, start in self.start.items():
            self._make(
                "parameters", name, np.shape(start) if isinstance(start, np.ndarray) else start, self._first(rng, start)
            )
        probe = np.random.default_rng(0).standard_normal((PROBE, *self.input_shape)).astype(self.dtype)
        given = self._call("forward", probe)
        if given.ndim < 2 or given.shape[0] != PROBE or given.size == 0:
            raise ValueError(
                f"{self._which('forward')} must give (N, ...), one output for each of N samples; for {probe.shape} it "
                f"gives {given.shape}"
            )
        self.output_shape = given.shape[1:]

    def _first(self, rng: np.random.Generator, start: Any) -> Callable[[], Array]:
        """What makes the first values of a parameter."""
        if isinstance(start, np.ndarray):
            return lambda: start.astype(self.dtype)
        if len(start) < 2:
            return lambda: np.zeros(start, self.dtype)
        fan_in, around = math.prod(start[:-1]), math.prod(start[:-2])
        return lambda: self.initialiser(rng, start, fan_in, around * start[-1], self.dtype)

    def _forward(self, h: Array, training: bool) -> Array:
        self.h = h
        given = self._call("forward", h)
        self._fits("forward", "(N, *output_shape)", given, (len(h), *self.output_shape))
        return given

    def _backward(self, d_output: Array, need_input: bool) -> Array | None:
        if self.backward_function is None:
            raise NoGradient(
                f"{self._which('forward')} has no backward beside it, so nothing below it, nor its own parameters, can "
                "learn: give Custom(forward, backward)"
            )
        given, names = self._call_back(d_output), list(self.parameters)
        for name, gradient in zip(names, given[1:], strict=True):
            self._fits("backward", f"dL/d{name}", gradient, self.parameters[name].shape)
            self.gradients[name] = gradient
        if given[0] is not None:
            self._fits("backward", "dL/dh", given[0], self.h.shape)
        elif need_input:
            raise ValueError(f"{self._which('backward')} must give dL/dh, which the layer below needs; it gives None")
        return given[0]

    def _call_back(self, d_output: Array) -> list[Any]:
        """[dL/dh or None, dL/dparameter of each]."""
        given = self._run("backward", d_output, self.h, *self.parameters.values())
        count = 1 + len(self.parameters)
        if count == 1 and not isinstance(given, tuple | list):
            given = (given,)
        if not isinstance(given, tuple | list) or len(given) != count:
            wanted = ", ".join(["dL/dh", *(f"dL/d{name}" for name in self.parameters)])
            raise ValueError(f"{self._which('backward')} must give {wanted}; it gives {_said(given)}")
        names = ["h", *self.parameters]
        return [
            None if one is None and name == "h" else self._numbers("backward", f"dL/d{name}", one, (d_output, self.h))
            for name, one in zip(names, given, strict=True)
        ]

    def _call(self, which: str, h: Array) -> Array:
        return self._numbers(which, "numbers", self._run(which, h, *self.parameters.values()), (h,))

    def _run(self, which: str, *given: Array) -> Any:
        """What a function gives for arrays, which it may not write to."""
        function = getattr(self, f"{which}_function")
        views = [array.view() for array in given]
        for view in views:
            view.flags.writeable = False
        try:
            return function(*views)
        except Exception as problem:
            raise ValueError(self._stopped(which, function, problem)) from problem

    def _stopped(self, which: str, function: Callable[..., Any], problem: Exception) -> str:
        said = str(problem).strip().split("\n")[0][:200]
        if "read-only" in str(problem) or "readonly" in str(problem):
            return (
                f"{self._which(which)} must not write into what it is given{_where(function, problem)}: others still "
                "need it. Work on a copy: h = h.copy()"
            )
        called = ""
        if isinstance(problem, TypeError):
            names = (["d"] if which == "backward" else []) + ["h", *self.parameters]
            called = f"; it is called as {which}({', '.join(names)})"
        return f"{self._which(which)} stops{_where(function, problem)} with {type(problem).__name__}: {said}{called}"

    def _numbers(self, which: str, what: str, given: Any, sources: Sequence[Array]) -> Array:
        """What a function gives, as an array of this layer's dtype, of its own."""
        if given is None or given is ...:
            raise ValueError(f"{self._which(which)} must give {what}; it gives {_said(given)}")
        try:
            found = np.asarray(given)
        except ValueError:
            raise ValueError(f"{self._which(which)} must give {what}, as an array; it gives {_said(given)}") from None
        if found.dtype not in arguments.FLOATS:
            hint = ": whole numbers forget what is behind the point" if found.dtype.kind in "iu" else ""
            raise TypeError(f"{self._which(which)} must give float numbers; it gives {found.dtype}{hint}")
        with np.errstate(over="ignore"):
            found = np.array(found, self.dtype, order="C")
        if not np.isfinite(found).all() and all(
            np.abs(a).max() < ORDINARY for a in (*sources, *self.parameters.values())
        ):
            bad = np.argwhere(~np.isfinite(found))
            raise ValueError(
                f"{self._which(which)} must give finite numbers for finite ones; {len(bad)} of {found.size} are NaN or "
                f"infinite{'' if what == 'numbers' else f' in {what}'}, the first at {bad[0].tolist()}"
            )
        return found

    def _fits(self, which: str, what: str, found: Array, shape: Shape) -> None:
        if found.shape != shape:
            hint = ""
            if what == "(N, *output_shape)" and found.shape[1:] != shape[1:]:
                hint = f", as it did for {PROBE} samples"
            raise ValueError(f"{self._which(which)} must give {what} of shape {shape}{hint}; it gives {found.shape}")

    def _which(self, which: str) -> str:
        """What a function is called in messages."""
        place = f" of {self.name}" if self.name else ""
        return f"{which}{place}, the function {_name(getattr(self, f'{which}_function'))},"

    @property
    def connection_count(self) -> int:
        return 0

    def config(self) -> dict[str, Any]:
        back = self.backward_function
        return {
            "forward": _name(self.forward_function),
            "backward": None if back is None else _name(back),
            "parameters": {
                name: list(np.shape(s) if isinstance(s, np.ndarray) else s) for name, s in self.start.items()
            },
        }


def _function(name: str, given: Any) -> Callable[..., Any]:
    if not callable(given) or isinstance(given, type | Layer):
        hint = ": a layer stands in the network by itself" if isinstance(given, Layer) else ""
        raise TypeError(f"{name} must be a function; got {given!r}{hint}")
    return given


def _starts(given: Any) -> dict[str, Any]:
    """{name: shape, or array of first values}."""
    if not isinstance(given, Mapping):
        raise TypeError(f'parameters must be a dict such as {{"w": (3, 3, 1, 8), "b": 8}}, or None; got {given!r}')
    found: dict[str, Any] = {}
    for name, start in given.items():
        if not isinstance(name, str) or not name.isidentifier():
            raise ValueError(f'parameters must have names such as "w"; got {name!r}')
        if isinstance(start, np.ndarray):
            found[name] = arguments.array(f"parameters: {name}", start, finite=True).copy()
        else:
            sides = start if isinstance(start, tuple | list) else (start,)
            found[name] = arguments.sides(f"parameters: {name}", sides)
    return found


def _name(function: Callable[..., Any]) -> str:
    return str(getattr(function, "__name__", type(function).__name__))


def _said(given: Any) -> str:
    """What a function gave, in a few words."""
    if given is None:
        return "None (has it a `return`?)"
    if given is ...:
        return "`...`"
    if isinstance(given, np.ndarray):
        return f"one array of shape {given.shape}"
    if isinstance(given, tuple | list):
        return f"{len(given)} of them"
    return f"{type(given).__name__}"


def _where(function: Callable[..., Any], problem: Exception) -> str:
    """The line of a function at which it stopped: " at its line 3 (`e = h @ w`)"; empty where that is not known."""
    code = getattr(getattr(function, "py_func", function), "__code__", None)
    trace, found = problem.__traceback__, None
    while trace is not None:
        if trace.tb_frame.f_code is code:
            found = trace.tb_lineno
        trace = trace.tb_next
    if code is None or found is None:
        return ""
    text = linecache.getline(code.co_filename, found).strip()[:80]
    return f" at its line {found - code.co_firstlineno + 1}" + (f" (`{text}`)" if text else "")
