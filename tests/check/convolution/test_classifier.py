"""The exercises of notebook 08: shapes, counts and fields are those of the engine's layers."""

import numpy as np
import pytest

from cnnlab import check
from cnnlab.layers import Conv2D, Dense, Flatten, MaxPool2D
from cnnlab.network import Network


def test_shapes_and_parameters_are_those_of_the_network():
    network = Network([Conv2D(8, 5), MaxPool2D(2), Conv2D(16, 3), MaxPool2D(2), Flatten(), Dense(10)], (28, 28, 1))
    sides = [layer.output_shape[0] for layer in network.layers[:5]]
    assert check.class_shapes.right == tuple(sides)
    assert check.class_parameters.right == network.layers[2].parameter_count


def test_the_field_of_the_one_number_is_the_field_of_the_function():
    assert check.class_side.right([5, 2, 3, 2, 3], [1, 2, 1, 2, 1]) == check.class_field.right


@pytest.mark.parametrize(("sizes", "strides"), check.class_side.inputs)
def test_the_side_of_the_field_is_what_moves_one_unit(sizes, strides):
    seen = np.arange(1)  # rows of the layer below that one unit depends on, layer by layer downwards
    for size, stride in zip(reversed(sizes), reversed(strides), strict=True):
        seen = np.unique(seen[:, None] * stride + np.arange(size))
    assert check.class_side.right(sizes, strides) == seen[-1] - seen[0] + 1


@pytest.mark.parametrize(("m", "n", "c", "H", "W", "C"), check.class_index.inputs)
def test_the_index_is_that_of_flatten_and_leads_back(m, n, c, H, W, C):
    h = np.zeros((1, H, W, C), np.float32)
    h[0, m, n, c] = 1
    network = Network([Flatten()], (H, W, C))
    found = check.class_index.right(m, n, c, H, W, C)
    assert network.predict(h)[0].argmax() == found and check.class_place.right(found, H, W, C) == (m, n, c)


@pytest.mark.parametrize(("h", "w", "k", "j"), check.class_why.inputs)
def test_the_parts_of_a_lead_add_up_to_it(h, w, k, j):
    network = Network([Dense(w.shape[1])], (len(h),), dtype=np.float64)
    network[0].parameters["w"][:] = w
    e = network.predict(h[None])[0]
    assert check.class_why.right(h, w, k, j).sum() == pytest.approx(e[k] - e[j])
