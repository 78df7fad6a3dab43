"""Answers of notebook 16 in other spellings are right, too; and the right ones are what they claim to be."""

import numpy as np
import pytest

from cnnlab import check
from cnnlab.analysis.machines.cluster import Cluster, exchange
from cnnlab.check.history.many_machines import average, statistics
from cnnlab.check.history.many_machines_steps import ring, warm_up


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("many_average", lambda gradients, counts: np.average(gradients, axis=0, weights=counts)),
        ("many_average", lambda g, n: (g * n[:, None]).sum(axis=0) / n.sum()),
        ("many_average", lambda g, n: sum(n[k] * g[k] for k in range(len(n))) / sum(n)),
        ("many_statistics", lambda m, v: (m.mean(0), (v + m**2).mean(0) - m.mean(0) ** 2)),
        ("many_statistics", lambda m, v: [np.mean(m, axis=0), np.mean(v, axis=0) + np.var(m, axis=0)]),
        ("many_even", 1005.0),
        ("many_even", np.int64(1005)),
        ("many_ring", lambda K, size, bandwidth, latency: (2 * K - 2) * latency + (2 * K - 2) / K * size / bandwidth),
        ("many_warmup", lambda step, steps, eta, k: eta + (k * eta - eta) * (step / steps if step < steps else 1)),
        ("many_warmup", lambda step, steps, eta, k: np.interp(step, [0, steps], [eta, k * eta])),
    ],
)
def test_other_spellings_of_the_right_answer_pass(name, answer):
    assert getattr(check, name)(answer).right is True


def test_the_average_and_the_statistics_are_those_of_the_whole():
    rng = np.random.default_rng(0)
    h = rng.standard_normal((12, 3))
    assert np.allclose(average(np.array([h[:2].mean(0), h[2:].mean(0)]), np.array([2, 10])), h.mean(0))
    parts = h.reshape(4, 3, 3)
    mean, variance = statistics(parts.mean(axis=1), parts.var(axis=1))
    assert np.allclose(mean, h.mean(axis=0)) and np.allclose(variance, h.var(axis=0))


def test_the_ring_is_that_of_the_model():
    cluster = Cluster(8, 10.0, 25.0)
    assert ring(8, 1e8, cluster.bandwidth, cluster.latency) == pytest.approx(exchange(cluster, 1e8))


def test_the_warm_up_begins_at_eta_and_ends_at_k_eta():
    assert [warm_up(step, 10, 0.1, 4) for step in (0, 5, 10, 99)] == pytest.approx([0.1, 0.25, 0.4, 0.4])


def test_from_1005_images_on_the_halves_exchange_more():
    def more(images):
        return images * 2 * 30_336 > 60_965_224

    assert more(1005) and not more(1004)
