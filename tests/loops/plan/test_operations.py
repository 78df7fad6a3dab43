"""The registry: every operation is described whole, and every layer that learns is in it."""

import numpy as np
import pytest

from cnnlab import layers as L
from cnnlab.loops.kernels import pointwise
from cnnlab.loops.plan.operations import COMPUTED, OP, Operation
from cnnlab.loops.plan.pointwise import FUNCTIONS
from cnnlab.network import Network
from cnnlab.network.plan import operation_of

# Layers that learn and have no operation, and why.
LAYER_BY_LAYER = {
    "PReLU": "its slope is learned; no bundled network has one",
}
NEED_MORE = {"Layer", "Standardise"}  # the base class; shift and scale are no parameters


def test_every_layer_that_learns_is_an_operation_or_known_to_go_layer_by_layer():
    """A layer of which nobody thought would quietly train at a tenth of the speed."""
    shapes = {"Conv1D": (9, 2), "SumOverTime": (9, 2), "MaxOverTime": (9, 2), "Dense": (5,)}
    given = {"Conv2D": (3, 3), "Conv1D": (3, 3), "Dense": (4,), "Custom": (np.copy,)}
    learning = set()
    for name in L.__all__:
        kind = getattr(L, name)
        if isinstance(kind, type) and issubclass(kind, L.Layer) and kind is not L.Layer:
            if name in NEED_MORE:
                continue
            layer = kind(*given.get(name, ()))
            Network([layer], shapes.get(name, (8, 8, 2)))
            learning |= {name} if layer.parameters else set()
            assert (operation_of(layer) is None) == (name not in COMPUTED)
    assert learning >= {"Conv2D", "Conv1D", "Dense", "BatchNorm", "SumOverTime", "MaxOverTime"}
    assert learning - COMPUTED.keys() == LAYER_BY_LAYER.keys()


@pytest.mark.parametrize("operation", Operation)
def test_an_operation_is_described_whole(operation):
    row = operation.row
    assert operation is Operation.LOAD or row.backward is not None
    assert all(hasattr(L, name) for name in row.layers), "they are called as in cnnlab.layers"
    assert (row.merge is None) == (row.merge_back is None)
    assert not row.begins_with or Operation[row.begins_with] < operation
    assert all(name in OP.names for name in row.fields)


def test_every_nonlinearity_that_loops_know_is_used():
    assert set(FUNCTIONS.values()) == set(pointwise.Activation)


def test_what_needs_python_between_its_loops_is_not_done_in_one_go():
    """`descend` never calls `merge`, and `prepare` before its first step alone: it would train on quietly without."""
    taken = {operation.name for operation in Operation if operation.row.descends}
    assert taken == {
        *(
            "LOAD",
            "CONVOLUTION",
            "DENSE",
            "ACTIVATION",
            "RESPONSES",
            "TIME_SUM",
            "POOL",
            "TIME_MAX",
            "POOL_LARGE",
            "DROPOUT",
        )
    }


def test_no_field_is_called_as_something_that_every_record_has():
    """Without the compiler `op.back.size` would be NumPy's size of the record, and quietly 1."""
    groups = [OP, *(OP[name] for name in OP.names if OP[name].names)]
    assert not {name for group in groups for name in group.names if hasattr(np.void, name)}
