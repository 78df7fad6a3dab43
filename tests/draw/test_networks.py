"""A network is drawn with the shapes and counts of its layers."""

import pytest
from painted import texts

from cnnlab import draw
from cnnlab.layers import Conv2D, Dense, Flatten, LeakyReLU, MaxPool2D, ReLU
from cnnlab.models import alexnet_2012, tdnn
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


def test_two_halves_show_half_of_the_maps_each_and_where_they_meet():
    big = alexnet_2012(initialiser="zeros")
    picture = draw.halves(big)
    words = [text for text in texts(picture) if text]
    assert words.count("27 x 27 x 128") == 2 and words.count("2048") == 4 and words.count("1000") == 1
    assert "conv3, dense1, dense2, dense3 sees what both" in picture.caption
    arrows = [text for text in picture.axes[0].texts if getattr(text, "arrow_patch", None) is not None]
    crossing = [one for one in arrows if one.arrow_patch.get_linewidth() > 1.2]
    assert len(crossing) == 6, "two at conv3, two at dense1, two at dense2"
    assert len(arrows) == 2 + 2 * 6 + 6 + 2, "from the image, inside of the halves, between them, and to the outputs"


def test_what_cannot_be_dealt_out_to_two_is_refused():
    with pytest.raises(ValueError, match=r"net must have layers of at most two .* conv1 has 1 groups and 3 maps"):
        draw.halves(Network([Conv2D(3, 3), Flatten(), Dense(2)], (8, 8, 1)))
    with pytest.raises(ValueError, match="two layers with weights or more; got 1"):
        draw.halves(Network([Dense(2)], (8,)))
    with pytest.raises(TypeError, match="net must be a network"):
        draw.halves("AlexNet")
