"""Loss surfaces and the paths on them: gradients by central differences, the limit of the learning rate, divergence
caught.
"""

import numpy as np
import pytest

from cnnlab.landscape import Quadratic, descend


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


@pytest.mark.parametrize(
    ("change", "word"),
    [
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
    with pytest.raises(ValueError, match="curvatures"):
        Quadratic((1.0, 0.0))
