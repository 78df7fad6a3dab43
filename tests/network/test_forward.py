"""A network in use goes forward through a plan of its own, and gives what its layers give one by one."""

import copy
import threading

import numpy as np
import pytest
from naive import close, one_by_one, samples, stirred
from numba import config

from cnnlab import layers as L
from cnnlab import loops, models
from cnnlab.loops.runtime import team
from cnnlab.losses import CrossEntropy
from cnnlab.network import Network
from cnnlab.network.forward import Forward, forward_for

compiled = pytest.mark.skipif(bool(config.DISABLE_JIT), reason="without the compiler predict goes layer by layer")


def pictures(dtype=np.float32):
    """A border that is not zero, groups, a bias of each unit, pooling on its own, all that normalises, dropout."""
    layers = [
        *(
            L.Standardise([0.1, 0.2], [1, 2]),
            L.Conv2D(6, 3, padding="same", padding_value=0.5),
            L.BatchNorm(),
            L.ReLU(),
        ),
        *(L.MaxPool2D(3, 2), L.Conv2D(34, 3, groups=2, padding=2, bias="unit"), L.ReLU(), L.MaxPool2D(2)),
        *(L.LocalResponseNorm(), L.Conv2D(5, 2, stride=2, bias=None), L.MaxPool2D(1, rectify=True), L.LeakyReLU(0.1)),
        *(L.Flatten(), L.Dropout(0.4), L.Dense(37), L.BatchNorm(), L.Sigmoid(), L.Dense(3, bias=False)),
    ]
    return stirred(Network(layers, (13, 14, 2), 0, dtype))


def sounds(dtype=np.float32):
    layers = [L.Conv1D(5, 3, padding="same"), L.ScaledTanh(), L.Conv1D(4, 5, 2, bias="unit"), L.ReLU(), L.SumOverTime()]
    return stirred(Network(layers, (15, 3), 0, dtype))


def moments(dtype=np.float32):
    layers = [L.Conv1D(6, 3), L.LeakyReLU(0.1), L.MaxOverTime(), L.Tanh(), L.Dense(3)]
    return stirred(Network(layers, (11, 4), 0, dtype))


def looking_far(dtype=np.float32):
    layers = [L.Conv2D(6, 3, padding="same"), L.ReLU(), L.MaxPool2D(16), L.Flatten(), L.Dense(3)]
    return stirred(Network(layers, (33, 32, 1), 0, dtype))


def heavy(dtype=np.float32):
    """Fully-connected layers that are worth a plan of their own, with a last panel that is not full."""
    layers = [L.Conv2D(4, 3), L.ReLU(), L.Flatten(), L.Dense(1041), L.ReLU(), L.Dense(5)]
    return stirred(Network(layers, (8, 8, 1), 0, dtype))


def points(dtype=np.float32):
    return stirred(Network([L.Dense(10), L.Tanh(), L.Dense(1)], (2,), 0, dtype))


MADE = {
    **{
        "pictures": pictures,
        "sounds": sounds,
        "moments": moments,
        "far": looking_far,
        "heavy": heavy,
        "points": points,
    },
    **{"zip codes": models.zip_code_1989, "phonemes": models.tdnn, "tiny": models.alexnet_tiny},
    "only arranged": lambda dtype: Network([L.Standardise(0.2, 0.5), L.Flatten()], (3, 2, 1), dtype=dtype),
    "five axes": lambda dtype: stirred(
        Network([L.BatchNorm(), L.LocalResponseNorm(3), L.LeakyReLU(0.1)], (2, 2, 3, 4, 5), dtype=dtype)
    ),
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", MADE)
def test_predict_is_what_the_layers_give(name, dtype):
    network = MADE[name](dtype=dtype)
    for count in (1, 2, 5, 131):
        x = samples(network, count)
        close(network.predict(x), one_by_one(network, x), dtype)
    if not config.DISABLE_JIT:
        assert isinstance(network._in_use[1], Forward)


@compiled
@pytest.mark.parametrize("make", [models.alexnet_lite, models.alexnet_lite_bn])
def test_predict_is_what_the_layers_give_in_large_networks(make):
    network = stirred(make())
    x = samples(network, 11)
    close(network.predict(x), one_by_one(network, x))


@pytest.mark.parametrize("name", MADE)
def test_a_sample_gives_the_same_bits_alone_among_others_and_with_any_number_of_threads(name, monkeypatch):
    monkeypatch.setattr(team, "ENOUGH", 0)  # so little is shared for the test alone
    network = MADE[name](dtype=np.float32)
    x = samples(network, 131)
    before, found = loops.threads(), []
    try:
        for threads in (1, 2, 4):
            loops.set_threads(threads)
            found += [network.predict(x), network.predict(x), network.predict(x, batch=50)]
    finally:
        loops.set_threads(before)
    alone = np.concatenate([network.predict(x[i : i + 1]) for i in (0, 57, 130)])
    if not config.DISABLE_JIT:
        assert all(np.array_equal(one, found[0]) for one in found) and np.array_equal(alone, found[0][[0, 57, 130]])
    close(alone, found[0][[0, 57, 130]])


def in_place(network):
    for array in [*network.parameters.values(), *network.state.values()]:
        if array.dtype == network.dtype:
            array *= 1.25


def one_number(network):
    for array in network.parameters.values():
        array.flat[-1] += 1


def other_arrays(network):
    for layer in network:
        for kept in (layer.parameters, layer.state):
            for name, array in kept.items():
                if array.dtype == network.dtype:
                    kept[name] = array * network.dtype.type(0.75)


def scattered_arrays(network):
    for layer in network:
        for name, array in layer.parameters.items():
            layer.parameters[name] = np.repeat(array * network.dtype.type(0.5), 2, axis=-1)[..., ::2]


def read_only_arrays(network):
    for layer in network:
        for name, array in layer.parameters.items():
            layer.parameters[name] = array + network.dtype.type(0.1)
            layer.parameters[name].flags.writeable = False


def weights_put_back(network):
    kept = network.weights().items()
    network.set_weights({name: array * 1.25 if array.dtype == network.dtype else array for name, array in kept})


def a_step_of_training(network):
    x = samples(network, 6)
    network.loss_and_gradients(x, network.predict(x).argmin(axis=1), CrossEntropy())
    for name, array in network.parameters.items():
        array -= network.dtype.type(0.1) * network.gradients[name]


CHANGES = [in_place, one_number, other_arrays, scattered_arrays, read_only_arrays, weights_put_back, a_step_of_training]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("make", [pictures, sounds, heavy])
def test_parameters_that_changed_count_at_once(make, change):
    network = make()
    for count in (2, 70):
        x = samples(network, count)
        before = network.predict(x)
        change(network)
        after = network.predict(x)
        assert not np.array_equal(after, before)
        close(after, one_by_one(network, x))


def settings():
    yield pictures, lambda n: setattr(n["leakyrelu1"], "slope", 0.9)
    yield pictures, lambda n: setattr(n["norm1"], "eps", 3.0)
    yield pictures, lambda n: n["norm2"].options.update(alpha=2.0)
    yield pictures, lambda n: setattr(n["conv1"], "padding_value", -4.0)
    yield pictures, lambda n: setattr(n["pool2"], "rectify", False)
    yield pictures, lambda n: n["standardise1"].shift.__iadd__(np.float32(1))
    yield pictures, lambda n: n.layers.__setitem__(11, copy.deepcopy(n.layers[11]))
    yield points, lambda n: n.layers.__setitem__(1, built(L.Sigmoid(), (10,)))


def built(layer, shape):
    layer.build(shape, np.random.default_rng(0), np.float32)
    return layer


@pytest.mark.parametrize("case", range(len(list(settings()))))
def test_settings_and_layers_that_changed_count_at_once(case):
    make, change = list(settings())[case]
    network = make()
    x = samples(network, 3)
    network.predict(x)
    change(network)
    close(network.predict(x), one_by_one(network, x))


def test_a_copy_of_a_network_in_use_has_weights_of_its_own():
    network = pictures()
    x = samples(network, 3)
    expected = network.predict(x)
    other = copy.deepcopy(network)
    in_place(network)
    assert np.array_equal(other.predict(x), expected)
    one_number(other)
    close(other.predict(x), one_by_one(other, x))


def test_predict_leaves_no_trace():
    network = pictures()
    x = samples(network, 6)
    network.forward(x, training=True)
    network.backward(np.ones((6, 3), np.float32))

    def everything():
        return [(id(layer), {key: id(value) for key, value in vars(layer).items()}) for layer in network]

    seen, gradients = everything(), {name: array.copy() for name, array in network.gradients.items()}
    arrays = [id(array) for array in network.parameters.values()]
    network.predict(samples(network, 70, seed=1))
    network.predict(x[:1])
    assert everything() == seen and arrays == [id(array) for array in network.parameters.values()]
    network.backward(np.ones((6, 3), np.float32))
    assert all(np.array_equal(gradients[name], array) for name, array in network.gradients.items())


def test_threads_may_ask_at_the_same_time_beside_training(monkeypatch):
    monkeypatch.setattr(team, "ENOUGH", 0)
    network = pictures()
    x, y = samples(network, 40), np.zeros(40, int)
    expected, wrong = network.predict(x), []
    allowed = 1e-5 if config.DISABLE_JIT else 0  # BLAS gives other bits for other shares

    def ask(part):
        for _ in range(20):
            if np.abs(network.predict(x[part]) - expected[part]).max() > allowed:
                wrong.append(part)

    threads = [threading.Thread(target=ask, args=(slice(k, None, 4),)) for k in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(5):  # gradients, which nobody follows; the statistics of batch normalisation stay
        kept = network.weights()
        for layer in network:
            if isinstance(layer, L.BatchNorm):
                layer.momentum = 1.0
        network.loss_and_gradients(x, y, CrossEntropy())
        assert all(np.array_equal(array, kept[f"parameters/{name}"]) for name, array in network.parameters.items())
    for thread in threads:
        thread.join()
    assert not wrong


@compiled
def test_who_finds_no_place_waits_for_one():
    """Somebody may ask for more threads while a network that was planned for fewer is in use."""
    network = pictures()
    x = samples(network, 40)
    expected, found = network.predict(x), np.empty((40, 3), np.float32)
    forward = network._in_use[1]
    places = forward.spare[0][0].slots
    taken = [places.get() for _ in range(places.qsize())]
    asking = threading.Thread(target=forward.predict, args=(x, found))
    asking.start()
    asking.join(0.1)
    assert asking.is_alive()
    for place in taken:
        places.put(place)
    asking.join()
    assert np.array_equal(found, expected) and places.qsize() == len(taken)


@compiled
def test_nothing_is_kept_for_a_way_back():
    network = Network([L.Conv2D(8, 3), L.ReLU(), L.Flatten(), L.Dense(900), L.ReLU(), L.Dense(300)], (12, 12, 1), 0)
    weights = sum(array.nbytes for array in network.parameters.values())
    network.predict(samples(network, 1))
    (rooms,) = network._in_use[1].spare
    for room in rooms:
        memory = room.plan.memory
        assert memory.d.size <= 64 and memory.g.size == 0
        assert memory.u.nbytes + memory.packs.nbytes < 0.02 * weights


@compiled
def test_what_has_no_operation_goes_layer_by_layer():
    class Twice(L.ReLU):
        def _forward(self, h, training):
            return 2 * super()._forward(h, training)

    for layer in (L.PReLU(), L.AveragePool2D(2), Twice()):
        network = Network([L.Conv2D(3, 3), layer, L.Flatten(), L.Dense(2)], (6, 6, 1), 0)
        x = samples(network, 4)
        assert forward_for(network) is None
        assert np.array_equal(network.predict(x), one_by_one(network, x))
