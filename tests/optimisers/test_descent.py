"""Gradient descent and its relatives."""

import json

import numpy as np
import pytest

from cnnlab.optimisers import SGD, Adam, Lookahead, one_cycle, steps

MANY = [
    SGD(0.02),
    SGD(0.02, momentum=0.9),
    SGD(0.02, momentum=0.9, nesterov=True),
    SGD(0.02, decay=0.1),
    SGD(0.02, momentum=0.9, nesterov=True, decay=0.1),
    Adam(0.01),
    Adam(0.01, decay=0.1),
]


def walk(optimiser, start, gradients):
    """Where the weight "0.w" and the bias "0.b" get to by a list of gradients (both have the same)."""
    u = {"0.w": start.copy(), "0.b": start.copy()}
    for k, du in enumerate(gradients):
        optimiser.step(u, {"0.w": du, "0.b": du}, k / len(gradients))
    return u


def test_plain_descent_is_the_lectures_formula():
    u = walk(SGD(0.02), np.array([1.0, -2.0]), [np.array([0.5, 1.0])])
    np.testing.assert_allclose(u["0.w"], [1 - 0.02 * 0.5, -2 - 0.02])


def test_momentum_keeps_going():
    u, v = 0.0, 0.0
    for _ in range(3):
        v = 0.5 * v - 0.1 * 2.0
        u += v
    assert walk(SGD(0.1, momentum=0.5), np.zeros(1), [np.full(1, 2.0)] * 3)["0.w"][0] == pytest.approx(u)


def test_nesterov_looks_ahead():
    u, v = 0.0, 0.0
    for _ in range(3):
        v = 0.5 * v - 0.1 * 2.0
        u += 0.5 * v - 0.1 * 2.0
    assert walk(SGD(0.1, momentum=0.5, nesterov=True), np.zeros(1), [np.full(1, 2.0)] * 3)["0.w"][0] == pytest.approx(u)


def test_lookahead_draws_the_weights_back_to_a_slow_average():
    gradients = [np.array([g]) for g in (1.0, -2.0, 3.0, 0.5, 1.5)]
    fast, v, slow = np.zeros(1), np.zeros(1), np.zeros(1)
    for k, du in enumerate(gradients, 1):
        v = 0.9 * v - 0.1 * du
        fast = fast + v
        if k % 2 == 0:
            slow = fast = slow + 0.25 * (fast - slow)
    ours = Lookahead(SGD(0.1, momentum=0.9), every=2, share=0.25)
    np.testing.assert_allclose(walk(ours, np.zeros(1), gradients)["0.w"], fast)
    ours.reset()
    np.testing.assert_allclose(walk(ours, np.zeros(1), gradients)["0.w"], fast)


def test_lookahead_that_goes_all_the_way_is_the_optimiser_itself(rng):
    gradients = [rng.normal(size=3) for _ in range(7)]
    alone = walk(SGD(0.1, momentum=0.9, decay=0.1), np.ones(3), gradients)
    together = walk(Lookahead(SGD(0.1, momentum=0.9, decay=0.1), every=2, share=1), np.ones(3), gradients)
    np.testing.assert_allclose(together["0.w"], alone["0.w"], rtol=1e-12)
    config = Lookahead(SGD(0.1, decay=0.1), every=3).config()
    assert (config["optimiser"], config["every"], config["steps_of"]["optimiser"]) == ("Lookahead", 3, "SGD")
    json.dumps(config)


def test_adam_takes_steps_of_eta_whatever_the_size_of_the_gradient():
    for size in (1e-3, 1.0, 1e3):
        u = walk(Adam(0.1), np.zeros(1), [np.full(1, size)] * 2)
        assert u["0.w"][0] == pytest.approx(-0.2, rel=1e-4)


@pytest.mark.parametrize("ours", MANY, ids=repr)
def test_optimisers_agree_with_pytorch(ours, rng):
    torch = pytest.importorskip("torch")
    ours.reset()
    start, gradients = rng.normal(size=(3, 2)), [rng.normal(size=(3, 2)) for _ in range(6)]
    w, b = (torch.nn.Parameter(torch.tensor(start)) for _ in range(2))
    groups = [dict(params=[w], weight_decay=ours.decay), dict(params=[b], weight_decay=0.0)]
    if isinstance(ours, SGD):
        theirs = torch.optim.SGD(groups, lr=ours.eta(0), momentum=ours.momentum, nesterov=ours.nesterov)
    else:
        theirs = torch.optim.AdamW(groups, lr=ours.eta(0), betas=(ours.beta1, ours.beta2), eps=ours.epsilon)
    for du in gradients:
        w.grad, b.grad = torch.tensor(du), torch.tensor(du)
        theirs.step()
    u = walk(ours, start, gradients)
    np.testing.assert_allclose(u["0.w"], w.detach().numpy(), rtol=1e-12)
    np.testing.assert_allclose(u["0.b"], b.detach().numpy(), rtol=1e-12)


def test_decay_spares_biases():
    u = walk(SGD(0.1, decay=0.5), np.ones(1), [np.zeros(1)])
    assert u["0.w"][0] == pytest.approx(0.95) and u["0.b"][0] == 1


@pytest.mark.parametrize("optimiser", MANY, ids=repr)
def test_arrays_are_changed_in_place_and_keep_their_type(optimiser, rng):
    optimiser.reset()
    u = {"0.w": np.ones((2, 2), np.float32)}
    same, du = u["0.w"], {"0.w": np.full((2, 2), 0.5, np.float32)}
    optimiser.step(u, du)
    assert u["0.w"] is same and same.dtype == np.float32 and (same < 1).all()
    assert all(array.dtype == np.float32 for name, array in optimiser.state.items() if name != "t")
    np.testing.assert_array_equal(du["0.w"], np.full((2, 2), 0.5, np.float32))  # the gradient is the caller's


AGAIN = [lambda: SGD(0.1, momentum=0.9), lambda: Adam(0.1), lambda: Lookahead(SGD(0.1, momentum=0.9), every=2)]


@pytest.mark.parametrize("make", AGAIN)
def test_a_restored_optimiser_goes_on_bit_for_bit(make, rng):
    gradients = [rng.normal(size=4).astype(np.float32) for _ in range(6)]
    start = np.ones(4, np.float32)
    whole = walk(make(), start, gradients)
    first, second = make(), make()
    u = {"0.w": start.copy(), "0.b": start.copy()}
    for du in gradients[:3]:
        first.step(u, {"0.w": du, "0.b": du})
    saved = {name: array.copy() for name, array in first.state.items()}
    second.restore(first.state)
    for du in gradients[3:]:
        second.step(u, {"0.w": du, "0.b": du})
    np.testing.assert_array_equal(u["0.w"], whole["0.w"])
    assert all(np.array_equal(array, first.state[name]) for name, array in saved.items())  # the state was copied
    second.reset()
    assert second.state == {}


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: SGD(0), "eta must be a positive number; got 0"),
        (lambda: SGD(float("nan")), "eta must be a positive number; got nan"),
        (lambda: SGD(0.1, momentum=1), r"momentum must be in \[0, 1\); got 1"),
        (lambda: SGD(0.1, nesterov=True), "nesterov needs a momentum"),
        (lambda: SGD(0.1, decay=-1), "decay must be"),
        (lambda: Adam(beta2=1.0), "beta2"),
        (lambda: Adam(epsilon=0), "epsilon"),
        (lambda: steps(0.1, at=(0.5, 1.5)), "at must be"),
        (lambda: steps(0.1, at="a"), "at must be shares of the training, each between 0 and 1; got 'a'"),
        (lambda: one_cycle(0.1, warmup=1.0), "warmup must be"),
        (lambda: Lookahead(SGD(), every=0), "every must be a whole number of at least 1; got 0"),
        (lambda: Lookahead(SGD(), share=0), "share must be a finite number greater than 0; got 0"),
        (lambda: Lookahead(SGD(), share=1.5), "share must be more than 0 and at most 1; got 1.5"),
    ],
)
def test_bad_settings_are_named(make, words):
    with pytest.raises(ValueError, match=words):
        make()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: SGD("fast"), "eta must be a positive number; got 'fast'"),
        (lambda: SGD(0.1, momentum="some"), "momentum must be a finite number; got 'some'"),
        (lambda: Adam(epsilon=True), "epsilon must be a positive number; got True"),
        (lambda: Lookahead(SGD), r"optimiser must be an optimiser, .*; did you mean SGD\(\)\?"),
    ],
)
def test_settings_that_are_no_numbers_are_named(make, words):
    with pytest.raises(TypeError, match=words):
        make()


def test_velocities_are_read_and_kept_as_parts_of_one_array():
    optimiser, parameters = SGD(0.5, momentum=0.5, decay=0.1), {"0.w": np.ones((2, 2)), "0.b": np.zeros(2)}
    flat = np.full(8, 7.0)
    parts = {"0.w": flat[:4].reshape(2, 2), "0.b": flat[6:]}
    optimiser.read_memory("v", parts)
    assert flat.tolist() == [0, 0, 0, 0, 7, 7, 0, 0]
    flat[:4] = 3
    optimiser.keep_memory("v", parts)
    assert optimiser.state.keys() == {"v/0.w", "v/0.b"}
    optimiser.step(parameters, {"0.w": np.zeros((2, 2)), "0.b": np.zeros(2)})
    np.testing.assert_allclose(parameters["0.w"], 1 + 0.5 * 3 - 0.5 * 0.1)
    assert (flat[:4] == 3 * 0.5 - 0.05).all(), "the parts are kept, not copies of them"
    assert [optimiser.decay_of(name) for name in parameters] == [0.1, 0]


def test_without_momentum_there_are_no_velocities():
    assert SGD(0.5).kinds() == () and SGD(0.5, momentum=0.1).kinds() == ("v",)


@pytest.mark.parametrize("optimiser", [SGD(0.1, momentum=0.5), Adam(0.1)])
def test_what_is_kept_has_the_kinds_that_are_told(optimiser):
    optimiser.step({"0.w": np.ones(2)}, {"0.w": np.ones(2)})
    assert {key.partition("/")[0] for key in optimiser.state if "/" in key} == set(optimiser.kinds())


def test_gradients_that_do_not_fit_are_named_before_anything_changes():
    u = {"0.w": np.ones((2, 2)), "1.w": np.ones(3)}
    for gradients, words in [
        ({"0.w": np.ones((2, 2))}, r"one for 1\.w of shape \(3,\); got none"),
        ({"0.w": np.ones((2, 2)), "1.w": np.ones(4)}, r"got one of shape \(4,\)"),
    ]:
        with pytest.raises(ValueError, match=words):
            SGD(0.1).step(u, gradients)
        assert (u["0.w"] == 1).all()


def test_an_optimiser_tells_its_settings():
    assert repr(SGD(0.02)) == "SGD(eta=0.02)" and repr(SGD(0.1, momentum=0.9)) == "SGD(eta=0.1, momentum=0.9)"
    assert SGD(0.1, momentum=0.9).config() == {
        "optimiser": "SGD",
        "eta": "Constant(eta=0.1)",
        "decay": 0.0,
        "momentum": 0.9,
        "nesterov": False,
    }
