"""First weights.  Each is a function (rng, shape, fan_in, fan_out, dtype) -> array; fan_in counts the inputs of one
unit.
"""

import numpy as np

from cnnlab import arguments


def he(rng, shape, fan_in, fan_out, dtype):
    """Normal with variance 2 / fan_in, for ReLU (He et al. 2015)."""
    return (rng.standard_normal(shape) * np.sqrt(2.0 / fan_in)).astype(dtype)


def glorot(rng, shape, fan_in, fan_out, dtype):
    """Uniform with variance 2 / (fan_in + fan_out), for tanh and sigmoid (Glorot and Bengio 2010)."""
    bound = np.sqrt(6.0 / (fan_in + fan_out))
    return rng.uniform(-bound, bound, shape).astype(dtype)


def lecun1989(rng, shape, fan_in, fan_out, dtype):
    """Uniform between -2.4 / fan_in and 2.4 / fan_in (LeCun et al. 1989)."""
    return rng.uniform(-2.4 / fan_in, 2.4 / fan_in, shape).astype(dtype)


def uniform(bound):
    """Uniform between -bound and bound."""
    bound = arguments.real("bound", bound, at_least=0)

    def initialise(rng, shape, fan_in, fan_out, dtype):
        return rng.uniform(-bound, bound, shape).astype(dtype)

    initialise.spec = ["uniform", bound]
    return initialise


def normal(sigma):
    """Normal with standard deviation sigma."""
    sigma = arguments.real("sigma", sigma, at_least=0)

    def initialise(rng, shape, fan_in, fan_out, dtype):
        return (sigma * rng.standard_normal(shape)).astype(dtype)

    initialise.spec = ["normal", sigma]
    return initialise


def constant(value):
    """The same number everywhere."""
    value = arguments.real("value", value)

    def initialise(rng, shape, fan_in, fan_out, dtype):
        return np.full(shape, value, dtype)

    initialise.spec = ["constant", value]
    return initialise


def zeros(rng, shape, fan_in, fan_out, dtype):
    """Zero everywhere."""
    return np.zeros(shape, dtype)


def custom(name):
    """Stands for somebody's own function of this name, in a network that was saved: zero everywhere, as the weights
    come from the file.
    """

    def initialise(rng, shape, fan_in, fan_out, dtype):
        return np.zeros(shape, dtype)

    initialise.spec = ["custom", str(name)]
    return initialise


NAMED = {function.__name__: function for function in (he, glorot, lecun1989, zeros)}
MADE = {function.__name__: function for function in (uniform, normal, constant, custom)}


def resolve(value):
    """A function of this module from a name ("he"), a spec (["normal", 0.01]) or the function itself."""
    if callable(value):
        return value
    if isinstance(value, str) and value in NAMED:
        return NAMED[value]
    if isinstance(value, (list, tuple)) and len(value) == 2 and value[0] in MADE:
        return MADE[value[0]](value[1])
    raise ValueError(
        f"initialiser must be one of {', '.join(NAMED)}, or a pair such as ['normal', 0.01]; got {value!r}"
    )


def spec(function):
    """The JSON-able form of an initialiser that `resolve` understands; of a function that is not one of this module's,
    only the name.
    """
    name = getattr(function, "__name__", type(function).__name__)
    return getattr(function, "spec", None) or (name if NAMED.get(name) is function else ["custom", name])
