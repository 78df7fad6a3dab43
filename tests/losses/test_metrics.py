"""Error metrics: values, gradients, stability."""

import numpy as np
import pytest

from cnnlab.losses import MSE, BinaryCrossEntropy, CrossEntropy


def cases(rng):
    """(loss, e, y) in float64, for every loss and every way to say what is right."""
    e, one = rng.normal(0, 2, (5, 4)), rng.normal(0, 2, (5, 1))
    labels, yes = np.array([0, 3, 1, 1, 2]), np.array([0, 1, 1, 0, 1])
    share = rng.dirichlet(np.ones(4), 5)
    return [
        (MSE(), e, labels),
        (MSE(-1, 1), e, labels),
        (MSE(), e, rng.normal(size=(5, 4))),
        (MSE(), one, yes),
        (MSE(), one, rng.normal(size=5)),
        (MSE(), rng.normal(size=(5, 3, 2, 4)), rng.normal(size=(5, 3, 2, 4))),
        (BinaryCrossEntropy(), one, yes),
        (BinaryCrossEntropy(), one[:, 0], yes),
        (BinaryCrossEntropy(), e, share),
        (BinaryCrossEntropy(), e, labels),
        (CrossEntropy(), e, labels),
        (CrossEntropy(0.1), e, labels),
        (CrossEntropy(), e, share),
        (CrossEntropy(0.3), e, share),
    ]


def test_gradients_are_the_derivatives(rng):
    for loss, e, y in cases(rng):
        gradient, step = loss.gradient(e, y), 1e-6
        numeric = np.zeros_like(e)
        for index in np.ndindex(e.shape):
            up, down = e.copy(), e.copy()
            up[index] += step
            down[index] -= step
            numeric[index] = (loss(up, y) - loss(down, y)) / (2 * step)
        assert gradient.shape == e.shape and gradient.dtype == e.dtype
        np.testing.assert_allclose(gradient, numeric, rtol=1e-6, atol=1e-9, err_msg=f"{loss} {e.shape}")


def test_mse_is_the_mean_over_samples_and_outputs():
    e = np.array([[1.0, 2.0], [0.0, -1.0]])
    assert MSE()(e, np.array([[0.0, 2.0], [2.0, 0.0]])) == pytest.approx((1 + 0 + 4 + 1) / 4)
    assert MSE()(e, np.array([1, 0])) == pytest.approx((1 + 1 + 1 + 1) / 4)
    assert MSE(-1, 1)(e, np.array([1, 0])) == pytest.approx((4 + 1 + 1 + 0) / 4)


def test_cross_entropies_are_the_logarithms_of_what_was_said(rng):
    e, labels = rng.normal(size=(6, 3)), np.array([0, 1, 2, 2, 1, 0])
    p = np.exp(e) / np.exp(e).sum(1, keepdims=True)
    np.testing.assert_allclose(CrossEntropy().yhat(e), p, rtol=1e-12)
    assert CrossEntropy()(e, labels) == pytest.approx(-np.log(p[np.arange(6), labels]).mean(), rel=1e-12)
    q = 1 / (1 + np.exp(-e[:, :1]))
    yes = np.array([[1], [0], [1], [1], [0], [0]])
    np.testing.assert_allclose(BinaryCrossEntropy().yhat(e[:, :1]), q, rtol=1e-12)
    said = np.where(yes, q, 1 - q)
    assert BinaryCrossEntropy()(e[:, :1], yes[:, 0]) == pytest.approx(-np.log(said).mean(), rel=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_losses_are_stable_for_huge_logits(dtype):
    e = np.array([[1e4, -1e4, 0], [-1e4, 1e4, 1e4]], dtype)
    assert CrossEntropy()(e, np.array([0, 1])) == pytest.approx(np.log(2) / 2)
    assert CrossEntropy()(e, np.array([1, 0])) == pytest.approx((2e4 + 2e4 + np.log(2)) / 2)
    expected = [[0.5, -0.5, 0], [0, -0.25, 0.25]]
    np.testing.assert_allclose(CrossEntropy().gradient(e, np.array([1, 1])), expected, atol=1e-7)
    one = np.array([[1e4], [-1e4]], dtype)
    assert BinaryCrossEntropy()(one, np.array([1, 0])) == 0
    assert BinaryCrossEntropy()(one, np.array([0, 1])) == pytest.approx(1e4)
    np.testing.assert_array_equal(BinaryCrossEntropy().gradient(one, np.array([0, 1])), [[0.5], [-0.5]])
    for loss in (MSE(), BinaryCrossEntropy(), CrossEntropy()):
        assert np.isfinite(loss(e, np.array([0, 1]))) and np.isfinite(loss.gradient(e, np.array([0, 1]))).all()
        assert loss.gradient(e, np.array([0, 1])).dtype == dtype


def test_losses_agree_with_pytorch(rng):
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    e, labels = rng.normal(0, 3, (7, 5)), rng.integers(0, 5, 7)
    share = rng.uniform(size=(7, 5))
    for ours, y, theirs in [
        (MSE(), share, lambda t: functional.mse_loss(t, torch.tensor(share))),
        (BinaryCrossEntropy(), share, lambda t: functional.binary_cross_entropy_with_logits(t, torch.tensor(share))),
        (CrossEntropy(), labels, lambda t: functional.cross_entropy(t, torch.tensor(labels))),
        (CrossEntropy(0.1), labels, lambda t: functional.cross_entropy(t, torch.tensor(labels), label_smoothing=0.1)),
    ]:
        tensor = torch.tensor(e, requires_grad=True)
        value = theirs(tensor)
        value.backward()
        assert ours(e, y) == pytest.approx(value.item(), rel=1e-12)
        np.testing.assert_allclose(ours.gradient(e, y), tensor.grad.numpy(), atol=1e-14)


def test_a_diverged_network_gives_nan_or_inf_without_a_warning():
    e = np.array([[np.inf, -np.inf, 0], [np.nan, 1, 2]], np.float32)
    for loss in (MSE(), BinaryCrossEntropy(), CrossEntropy()):
        assert not np.isfinite(loss(e, np.array([0, 1])))
        loss.gradient(e, np.array([0, 1]))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: MSE(1, 0), "off < on"),
        (lambda: CrossEntropy(1.0), r"smoothing must be in \[0, 1\)"),
        (lambda: CrossEntropy(-0.1), "smoothing"),
        (lambda: CrossEntropy("a"), "smoothing must be a finite number; got 'a'"),
        (lambda: MSE("a"), "off must be a finite number; got 'a'"),
        (lambda: MSE(0, np.nan), "on must be a finite number; got nan"),
    ],
)
def test_bad_settings_are_named(make, words):
    with pytest.raises((ValueError, TypeError), match=words):
        make()


def test_a_loss_tells_its_settings():
    assert repr(MSE(-1, 1)) == "MSE(off=-1.0, on=1.0)" and repr(BinaryCrossEntropy()) == "BinaryCrossEntropy()"
    assert CrossEntropy(0.1).config() == {"loss": "CrossEntropy", "smoothing": 0.1}
