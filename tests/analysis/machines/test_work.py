"""What a network asks of one machine: counts as printed, times as measured; and what crosses between two halves."""

import pytest

from cnnlab import models
from cnnlab.analysis.machines import groups, published
from cnnlab.analysis.machines.work import BYTES, Part, Work, timed
from cnnlab.layers import BatchNorm, Conv2D, Dense, Flatten, ReLU
from cnnlab.network import Network


@pytest.fixture(scope="module")
def big():
    return models.alexnet_2012(initialiser="zeros")


def test_two_batches_tell_the_time_of_an_image_from_that_of_a_step():
    assert timed({10: 10 / 0.5, 30: 30 / 1.1}) == pytest.approx((0.03, 0.2))
    assert timed({10: 20.0}) == (0.05, 0.0)
    assert timed({10: 20.0, 20: 10.0}) == (0.1, 0.0), "a larger batch that is slower has no overhead to tell"
    with pytest.raises(ValueError, match="measured must have one batch or more"):
        timed({})
    with pytest.raises(ValueError, match="images per second must be a positive number"):
        timed({10: 0.0})


@pytest.mark.parametrize(
    ("work", "parameters", "multiply_adds"),
    [
        (published.alexnet(), 60_965_224, 724.4e6),
        (published.vgg16(), 138_357_544, 15.47e9),
        (published.resnet(50), 25_557_032, 4.09e9),
        (published.resnet(101), 44_549_160, 7.80e9),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_networks_of_others_have_as_many_parameters_as_are_printed(work, parameters, multiply_adds):
    assert work.parameters == parameters and work.gradient_bytes == BYTES * parameters
    assert sum(part.multiply_adds for part in work.parts) == pytest.approx(multiply_adds, rel=2e-3)


def test_alexnet_is_that_of_the_models(big):
    ours = Work.of(big, {512: 2987.0})
    theirs = published.alexnet()
    assert [part.parameters for part in ours.parts] == [part.parameters for part in theirs.parts]
    assert [part.multiply_adds for part in ours.parts] == [part.multiply_adds for part in theirs.parts]


def test_the_time_of_resnet_101_lies_half_way_as_its_work_does():
    works = [published.resnet(layers) for layers in (50, 101, 152)]
    counts = [sum(part.multiply_adds for part in work.parts) for work in works]
    assert counts[1] - counts[0] == pytest.approx(counts[2] - counts[1])
    assert works[1].per_image == pytest.approx((works[0].per_image + works[2].per_image) / 2)
    assert 64 / works[2].seconds(64) == pytest.approx(91.8) and 32 / works[0].seconds(32) == pytest.approx(195)


def test_every_parameter_of_a_network_has_its_part():
    lite = published.alexnet_lite()
    assert lite.parameters == models.alexnet_lite().parameter_count and lite.rounds == 0
    net = Network([Conv2D(4, 3), BatchNorm(), ReLU(), Flatten(), Dense(3), BatchNorm()], (5, 5, 1), rng=0)
    assert Work.of(net, {1: 1.0}).rounds == 0 and Work.of(net, {1: 1.0}, synchronised=True).rounds == 4
    work = Work.of(net, {1: 1.0}, "small")
    assert (work.name, work.parameters) == ("small", net.parameter_count)
    assert [part.name for part in work.parts] == [layer.name for layer in net if layer.parameter_count]
    assert sum(part.multiply_adds for part in work.parts) == net.multiply_adds


def test_gradients_are_ready_from_the_last_layer_on():
    work = Work("two", (Part("first", 3.0, 10), Part("last", 1.0, 20)), 0.01)
    assert work.ready(0.8) == [pytest.approx((0.2, 80)), pytest.approx((0.8, 40))]
    idle = Work("none", (Part("first", 0.0, 1), Part("last", 0.0, 1)), 0.01)
    assert [ready for ready, _ in idle.ready(1.0)] == [0.5, 1.0]


def test_what_is_no_work_is_refused_by_name():
    with pytest.raises(ValueError, match="nothing must have one part or more"):
        Work("nothing", (), 0.01)
    with pytest.raises(ValueError, match="per_image must be a positive number"):
        Work("w", (Part("a", 1.0, 1),), 0.0)
    with pytest.raises(ValueError, match="overhead must be a finite number"):
        Work("w", (Part("a", 1.0, 1),), 0.1, overhead=-1.0)
    with pytest.raises(TypeError, match="network must be a network"):
        Work.of("net", {1: 1.0})
    with pytest.raises(KeyError):
        published.resnet(18)


def test_what_crosses_between_two_halves_is_the_other_half_of_what_a_layer_sees(big):
    crossing = groups.crossing(big)
    assert crossing == {
        "conv2": 0,
        "conv3": 13 * 13 * 256 // 2,
        "conv4": 0,
        "conv5": 0,
        "dense1": 6 * 6 * 256 // 2,
        "dense2": 4096 // 2,
        "dense3": 4096 // 2,
    }
    assert sum(crossing.values()) == 30_336, "as the exercise says"


def test_a_network_without_halves_is_refused():
    with pytest.raises(ValueError, match="even number of maps; dense2 has 1 groups and takes 3 maps"):
        groups.crossing(Network([Dense(3), Dense(2)], (4,), rng=0))
    with pytest.raises(ValueError, match="two layers with weights"):
        groups.crossing(Network([Dense(2)], (4,), rng=0))
    with pytest.raises(TypeError, match="network must be a network"):
        groups.crossing([])
