"""Loss surfaces and the paths on them: gradients by central differences, the limit of the learning rate, divergence
caught.
"""

import numpy as np
import pytest

from cnnlab.analysis.descent import descend, factor, limit
from cnnlab.analysis.landscape import NetworkPlane, Quadratic
from cnnlab.analysis.relief import relief
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


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_descent_is_stable_below_the_limit_and_diverges_above_it(momentum):
    ravine = Quadratic((0.4, 4.0), 0.3)
    limit = 2 * (1 + momentum) / ravine.curvature()
    below = descend(ravine, (2.0, 1.0), 0.98 * limit, 3000, momentum)
    above = descend(ravine, (2.0, 1.0), 1.02 * limit, 3000, momentum)
    assert not below.diverged and below.losses[-1] < 1e-6 * below.losses[0]
    assert above.diverged and "diverged" in above.reason


def test_a_diverged_path_holds_only_finite_numbers_and_says_so():
    path = descend(Quadratic((1.0, 1.0)), (1.0, 1.0), 1e9, 500)
    assert path.diverged and np.isfinite(path.u).all() and np.isfinite(path.losses).all() and path.steps < 10
    slowly = descend(Quadratic((1.0, 1.0)), (1.0, 1.0), 3.0, 12)
    assert slowly.diverged and "grew" in slowly.reason and slowly.steps == 12


def test_each_step_is_the_rule_of_the_lecture():
    bowl, eta = Quadratic((1.0, 3.0), 0.2), 0.1
    path = descend(bowl, (1.0, -2.0), eta, 5)
    for before, after in zip(path.u, path.u[1:], strict=False):
        assert np.allclose(after, before - eta * bowl.gradient(before))
    with_momentum = descend(bowl, (1.0, -2.0), eta, 3, momentum=0.5)
    steps = np.diff(with_momentum.u, axis=0)
    assert np.allclose(steps[2], 0.5 * steps[1] - eta * bowl.gradient(with_momentum.u[2]))


def test_noise_is_reproducible_and_keeps_the_path_from_settling():
    bowl = Quadratic((1.0, 1.0))
    one, two = (descend(bowl, (1.0, 1.0), 0.1, 200, noise=1.0) for _ in range(2))
    assert np.array_equal(one.u, two.u)
    assert one.losses[-50:].mean() > 100 * descend(bowl, (1.0, 1.0), 0.1, 200).losses[-50:].mean()


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


def test_the_axes_of_the_plane_are_as_long_as_the_weights(rng):
    here = plane(rng)
    for direction in here.directions:
        for name, array in here.origin.items():
            assert np.linalg.norm(direction[name]) == pytest.approx(np.linalg.norm(array) or 1.0)


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
    assert all(np.allclose(after[name], array, rtol=0, atol=1e-15) for name, array in before.items())


def test_the_curvature_of_all_weights_is_that_of_least_squares(rng):
    x = rng.standard_normal((30, 3))
    network = Network([Dense(1)], (3,), rng=0, dtype=np.float64)
    with_ones = np.hstack([x, np.ones((30, 1))])
    expected = np.linalg.eigvalsh(2 / 30 * with_ones.T @ with_ones).max()
    assert NetworkPlane(network, MSE(), x, x[:, :1]).full_curvature() == pytest.approx(expected, rel=1e-8)
    large = Network([Dense(700)], (3,), dtype=np.float64)
    with pytest.raises(ValueError, match="at most 2000 parameters here; it has 2800"):
        NetworkPlane(large, MSE(), x, np.zeros((30, 700))).full_curvature()


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_a_step_multiplies_the_distance_by_the_factor_and_at_the_limit_by_one(momentum):
    assert factor(limit(4.0, momentum), 4.0, momentum) == pytest.approx(1.0)
    for eta in np.array([0.01, 0.3, 0.97, 1.2]) * limit(4.0, momentum):
        two_steps = [[1 + momentum - 4 * eta, -momentum], [1, 0]]  # from (u now, u before) to (u next, u now)
        assert factor(eta, 4.0, momentum) == pytest.approx(np.abs(np.linalg.eigvals(two_steps)).max())
    u = descend(Quadratic((4.0, 4.0)), (1.0, 0.0), 0.45, 9).u[:, 0]
    np.testing.assert_allclose(np.abs(u[1:] / u[:-1]), factor(0.45, 4.0))
    assert limit(-1.0) == np.inf


def minima(height):
    """How many points of the raster are lower than all their neighbours."""
    padded = np.pad(height, 1, constant_values=np.inf)
    around = [padded[i : i + len(height), j : j + len(height)] for i in range(3) for j in range(3) if (i, j) != (1, 1)]
    return int((height < np.minimum.reduce(around)).sum())


@pytest.mark.parametrize("cells", [41, 61])
def test_a_valley_narrower_than_the_raster_is_no_row_of_lakes(cells):
    ground = relief(Quadratic((0.1, 400.0), 0.5), 1.0, cells)
    assert minima(ground.loss) > 5 and minima(ground.height) == 0
    two = relief(Wells(), 2.0, cells)
    left, between, right = np.interp([-1, 0, 1], two.ticks, two.height[cells // 2])
    assert left == right == two.height.min() and between > left + 1


class Wells:
    """Two valleys, at u1 = -1 and 1, for one place at a time."""

    def loss(self, u):
        return (u[0] ** 2 - 1.02) ** 2 + (u[1] - 0.03) ** 2


def test_a_relief_asks_a_loss_of_one_place_place_by_place():
    ground = relief(Wells(), 2.0, 5)
    assert ground.loss[1, 4] == Wells().loss((2.0, -1.0)) and ground.log
    ground = relief(Saddle(), 2.0, 5)
    assert not ground.log and np.array_equal(ground.height, ground.loss) and ground.height[1, 4] == 3.0


class Saddle:
    def loss(self, u):
        return u[0] ** 2 - u[1] ** 2


def test_noise_that_starts_in_the_minimum_is_no_divergence():
    path = descend(Quadratic(), (0.0, 0.0), 0.1, 60, noise=1.0)
    assert path.losses[-1] > 1e-6 and not path.diverged


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


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"batch": 2}, "batch must be None for a landscape without samples"),
        ({"eta": 0.0}, "eta"),
        ({"eta": np.nan}, "eta"),
        ({"start": (1.0, np.nan)}, "start"),
        ({"start": (1.0,)}, "start"),
        ({"momentum": 1.0}, "momentum"),
        ({"steps": -1}, "steps"),
    ],
)
def test_bad_input_is_refused_by_name(change, word):
    arguments = {"start": (1.0, 1.0), "eta": 0.1, "steps": 3} | change
    with pytest.raises(ValueError, match=word):
        descend(Quadratic(), **arguments)
    with pytest.raises(TypeError, match=r"landscape must have loss\(u\) and gradient\(u\); got int"):
        descend(5, (1.0, 1.0), 0.1, 3)
    with pytest.raises(ValueError, match="curvatures"):
        Quadratic((1.0, 0.0))
