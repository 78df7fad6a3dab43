"""Normalisation: the papers' formulas."""

import naive
import pytest

from cnnlab import ops
from cnnlab.gradcheck import relative_error

EXACT = 1e-12


def test_local_response_norm_is_the_papers_formula(rng):
    h = rng.standard_normal((2, 3, 3, 9))
    options = {"n": 5, "k": 2.0, "alpha": 0.1, "beta": 0.75}
    out, _ = ops.local_response_norm(h, **options)
    assert relative_error(out, naive.local_response_norm(h, **options)) < EXACT
    torch = pytest.importorskip("torch")
    theirs = torch.nn.functional.local_response_norm(torch.tensor(h.transpose(0, 3, 1, 2)), 5, 0.5, 0.75, 2.0)
    assert relative_error(out.transpose(0, 3, 1, 2), theirs.numpy()) < EXACT


def test_batch_norm_agrees_with_pytorch(rng):
    torch = pytest.importorskip("torch")
    h, d_out = rng.standard_normal((4, 3, 3, 5)), rng.standard_normal((4, 3, 3, 5))
    gamma, beta = rng.standard_normal(5), rng.standard_normal(5)
    mean, variance = ops.batch_statistics(h)
    out, normal = ops.batch_norm(h, gamma, beta, mean, variance)
    dh, dgamma, dbeta = ops.batch_norm_backward(d_out, normal, gamma, variance)
    x = torch.tensor(h.transpose(0, 3, 1, 2), requires_grad=True)
    g, b = torch.tensor(gamma, requires_grad=True), torch.tensor(beta, requires_grad=True)
    y = torch.nn.functional.batch_norm(x, None, None, g, b, training=True)
    y.backward(torch.tensor(d_out.transpose(0, 3, 1, 2)))
    assert relative_error(out.transpose(0, 3, 1, 2), y.detach().numpy()) < EXACT
    assert relative_error(dh.transpose(0, 3, 1, 2), x.grad.numpy()) < 1e-10
    assert relative_error(dgamma, g.grad.numpy()) < EXACT and relative_error(dbeta, b.grad.numpy()) < EXACT
