"""A network is drawn with the shapes and counts of its layers."""

from painted import texts

from cnnlab import draw
from cnnlab.layers import Conv2D, Dense, Flatten, LeakyReLU, MaxPool2D, ReLU
from cnnlab.models import tdnn
from cnnlab.network import Network


def test_a_network_is_drawn_with_its_shapes_and_counts():
    net = Network([Conv2D(4, 3), ReLU(), MaxPool2D(), Flatten(), Dense(10)], (8, 8, 1))
    words = " ".join(texts(draw.network(net)))
    for expected in (
        "8 x 8 x 1",
        "6 x 6 x 4",
        "3 x 3 x 4",
        "40 parameters",
        "1,296 multiply-adds",
        "370 parameters",
        "ReLU",
        "Flatten",
    ):
        assert expected in words


def test_a_layer_that_multiplies_is_a_box_even_where_the_shape_stays():
    net = Network([Conv2D(2, 3, padding="same"), ReLU(), Conv2D(2, 3, padding="same"), LeakyReLU()], (6, 6, 2))
    words = texts(draw.network(net))
    assert words.count("convolution") == 2 and words.count("38 parameters\n1,296 multiply-adds") == 2
    assert "ReLU\n" not in words and "LeakyReLU" in " ".join(words)


def test_a_network_over_time_is_drawn_with_its_shapes():
    words = texts(draw.network(tdnn()))
    assert {"15 x 16", "13 x 8", "9 x 3"} <= set(words)
    assert {"392 parameters\n4,992 multiply-adds", "sum over time"} <= set(words)
