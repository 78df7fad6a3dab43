"""Loss surfaces: gradients by central differences, curvatures by least squares, refusals by name."""

from types import SimpleNamespace

import numpy as np
import pytest

from cnnlab.analysis.descent import descend
from cnnlab.analysis.landscape import NetworkPlane, Quadratic, curvatures
from cnnlab.analysis.learning.straight_line import points
from cnnlab.layers import BatchNorm, Dense, Tanh
from cnnlab.losses import MSE, CrossEntropy
from cnnlab.network import Network


def central(function, u, step=1e-5):
    return np.array([(function(u + d) - function(u - d)) / (2 * step) for d in step * np.eye(2)])


@pytest.mark.parametrize("angle", [0.0, 0.4, -1.1])
def test_the_gradient_is_the_derivative_and_the_curvature_its_largest_eigenvalue(rng, angle):
    bowl = Quadratic((0.4, 4.0), angle)
    u = rng.standard_normal(2)
    assert np.allclose(bowl.gradient(u), central(bowl.loss, u), rtol=1e-6)
    assert bowl.curvature() == pytest.approx(np.linalg.eigvalsh(bowl.hessian).max())
    assert bowl.loss(np.stack([u, 2 * u])) == pytest.approx([bowl.loss(u), 4 * bowl.loss(u)])


def plane(rng, loss=None, samples=12, layers=None):
    """A small network, not at a minimum, and the plane through its weights."""
    outputs = 3 if isinstance(loss, CrossEntropy) else 1
    network = Network([*(layers or [Dense(5), Tanh()]), Dense(outputs)], (2,), rng=4, dtype=np.float64)
    x = rng.standard_normal((samples, 2))
    y = rng.integers(0, 3, samples) if loss else x[:, :1] ** 2
    return NetworkPlane(network, loss or MSE(), x, y, rng=1)


@pytest.mark.parametrize("loss", [None, CrossEntropy()])
def test_the_plane_of_a_network_has_the_slopes_and_the_curvature_of_its_loss(rng, loss):
    here = plane(rng, loss)
    for u in rng.normal(size=(3, 2)):
        np.testing.assert_allclose(here.gradient(u), central(here.loss, u), rtol=1e-5, atol=1e-8)
        hessian = np.array([central(lambda v, i=i: here.gradient(v)[i], u) for i in range(2)])
        assert here.curvature(u) == pytest.approx(np.linalg.eigvalsh((hessian + hessian.T) / 2).max(), rel=1e-3)
    places = rng.normal(size=(2, 3, 2))
    assert np.array_equal(here.loss(places), [[here.loss(u) for u in row] for row in places])


def test_loss_and_gradient_come_in_one_pass_and_walks_are_the_same_with_it(rng):
    here, u = plane(rng), rng.standard_normal(2)
    loss, gradient = here.loss_and_gradient(u)
    assert loss == pytest.approx(here.loss(u)) and np.allclose(gradient, here.gradient(u))
    apart = SimpleNamespace(loss=here.loss, gradient=here.gradient)
    one, other = (descend(way, (0.5, 0.5), 0.05, 9, momentum=0.5) for way in (here, apart))
    np.testing.assert_allclose(one.u, other.u)
    np.testing.assert_allclose(one.losses, other.losses)


def test_the_axes_of_the_plane_are_as_long_as_the_weights(rng):
    here = plane(rng)
    for direction in here.directions:
        for name, array in here.origin.items():
            assert np.linalg.norm(direction[name]) == pytest.approx(np.linalg.norm(array) or 1.0)


@pytest.mark.parametrize("layers", [None, [Dense(5, bias=False), BatchNorm(), Tanh()]])
def test_a_place_is_the_network_with_these_weights(rng, layers):
    here, u = plane(rng, layers=layers), np.array([0.3, -1.2])
    gradient, losses, network = here.gradient(u), here.loss([u, -u]), here.network
    for name, array in network.parameters.items():
        array[...] = here.origin[name] + u[0] * here.directions[0][name] + u[1] * here.directions[1][name]
    assert losses[0] == MSE()(network.predict(here.x), here.y) != losses[1]
    network.loss_and_gradients(here.x, here.y, MSE())
    found = network.gradients
    assert gradient.tolist() == [
        sum(float(np.vdot(found[name], step)) for name, step in one.items()) for one in here.directions
    ]


def test_a_mini_batch_gives_the_gradient_of_its_own_samples(rng):
    here = plane(rng)
    single = [here.gradient((0.3, -0.2), [row]) for row in range(here.samples)]
    np.testing.assert_allclose(np.mean(single, axis=0), here.gradient((0.3, -0.2)), rtol=1e-10)
    assert np.std(single, axis=0).min() > 1e-3
    batches = [descend(here, (0.5, 0.5), 0.01, 5, batch=2) for _ in range(2)]
    whole = descend(here, (0.5, 0.5), 0.01, 5, batch=here.samples)
    assert np.array_equal(batches[0].u, batches[1].u) and not np.allclose(batches[0].u, whole.u, rtol=1e-3)
    assert np.array_equal(whole.u, descend(here, (0.5, 0.5), 0.01, 5).u)


def test_walking_leaves_the_network_as_it_was(rng):
    here = plane(rng, layers=[Dense(5), BatchNorm(), Tanh()])
    before = here.network.weights()
    descend(here, (0.5, 0.5), 0.01, 3, batch=4)
    here.curvature((0.1, 0.2)), here.full_curvature(), here.loss((1.0, 1.0))
    after = here.network.weights()
    assert all(np.array_equal(after[name], array) for name, array in before.items())


def test_the_curvature_of_all_weights_is_that_of_least_squares(rng):
    x = rng.standard_normal((30, 3))
    network = Network([Dense(1)], (3,), rng=0, dtype=np.float64)
    with_ones = np.hstack([x, np.ones((30, 1))])
    expected = np.linalg.eigvalsh(2 / 30 * with_ones.T @ with_ones).max()
    assert NetworkPlane(network, MSE(), x, x[:, :1]).full_curvature() == pytest.approx(expected, rel=1e-8)
    large = Network([Dense(700)], (3,), dtype=np.float64)
    with pytest.raises(ValueError, match="at most 2000 parameters here; it has 2800"):
        NetworkPlane(large, MSE(), x, np.zeros((30, 700))).full_curvature()


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"network": None}, "network must be a network"),
        ({"loss": "mse"}, "loss must be a loss"),
        ({"loss": MSE}, r"did you mean MSE\(\)"),
        ({"x": np.zeros((4, 3))}, "x must have shape"),
        ({"x": np.full((4, 2), np.nan)}, "x must be finite"),
        ({"y": np.zeros(3)}, "y must have one entry for each of the 4 samples"),
        ({"y": None}, "y must be"),
        ({"loss": CrossEntropy()}, "loss must fit the network"),
        ({"rng": "a"}, "rng must be"),
    ],
)
def test_a_plane_refuses_bad_input_by_name_when_it_is_made(change, word):
    good = {
        "network": Network([Dense(1)], (2,), dtype=np.float64),
        "loss": MSE(),
        "x": np.zeros((4, 2)),
        "y": np.zeros(4),
    }
    with pytest.raises((TypeError, ValueError), match=word):
        NetworkPlane(**good | change)


def test_a_bowl_needs_positive_curvatures():
    with pytest.raises(ValueError, match="curvatures"):
        Quadratic((1.0, 0.0))


def test_a_place_of_the_plane_is_a_curve_where_the_network_has_one_input_and_one_output(rng):
    network = Network([Dense(5), Tanh(), Dense(1)], (1,), rng=4, dtype=np.float64)
    x = rng.standard_normal((12, 1))
    here, places = NetworkPlane(network, MSE(), x, x**2, rng=1), np.linspace(-2, 2, 7)
    np.testing.assert_allclose(here.yhat((0.0, 0.0), places), network.predict(places[:, None])[:, 0])
    u = np.array([0.3, -0.2])
    assert here.loss(u) == pytest.approx(np.mean((here.yhat(u, x[:, 0]) - x[:, 0] ** 2) ** 2))
    found = points(here)
    assert found and np.array_equal(found[0], x[:, 0]) and np.array_equal(found[1], x[:, 0] ** 2)
    assert points(plane(rng)) is None and points(Quadratic()) is None


def test_both_curvatures_are_found_from_the_gradient(rng):
    assert curvatures(Quadratic((0.4, 4.0), 0.3), rng.standard_normal(2)) == pytest.approx((0.4, 4.0))
    here, u = plane(rng), rng.standard_normal(2)
    assert curvatures(here, u)[1] == pytest.approx(here.curvature(u), rel=1e-3)
