"""What students try first in notebook 16, and the reply that each attempt gets."""

import numpy as np
import pytest
from check.attempts import assert_complete, assert_helped, rows

from cnnlab.check.history import many_machines
from cnnlab.check.history.many_machines import average
from cnnlab.check.history.many_machines_steps import ring, warm_up


def prints(gradients, counts):
    print(average(gradients, counts))


def writes(gradients, counts):
    gradients *= counts[:, None] / counts.sum()
    return gradients.sum(axis=0)


TRIED = {
    "many_average": [
        (lambda g, n: g.mean(axis=0), "each worker counts the same"),
        (lambda g, n: np.average(g, axis=0), "each worker counts the same"),
        (lambda g, n: sum(g) / len(g), "each worker counts the same"),
        (lambda g, n: g.sum(axis=0), "sum of all"),
        (lambda g, n: n @ g, "not divided"),
        (lambda g, n: n @ g / len(n), "divided by the workers"),
        (lambda g, n: (g / n[:, None]).mean(axis=0), "divided by the counts"),
        (lambda g, n: g * n[:, None] / n.sum(), "rows kept"),
        (lambda g, n: np.mean(g * n[:, None] / n.sum(), axis=0), "mean of the weighted"),
        (lambda g, n: g @ n / n.sum(), "stopped on input 1"),
        (lambda g, n: (g * n).sum(axis=0) / n.sum(), "stopped on input 1"),
        (lambda g, n: np.average(g, weights=n), "stopped on input 1"),
        (lambda g, n: g.mean(), "hint()"),
        (lambda g, n: -average(g, n), "sign"),
        (prints, "you print the result"),
        (writes, "changes its input"),
    ],
    "many_statistics": [
        (lambda m, v: (m.mean(axis=0), v.mean(axis=0)), "mean of the variances"),
        (lambda m, v: (m.mean(axis=0), m.var(axis=0)), "variance of the means"),
        (lambda m, v: (m.mean(axis=0), v.sum(axis=0) + m.var(axis=0)), "sum of the variances"),
        (lambda m, v: (m.mean(axis=0), v.mean(axis=0) - m.var(axis=0)), "subtracted"),
        (lambda m, v: (m.mean(axis=0), v.mean(axis=0) + m.var(axis=0, ddof=1)), "one less"),
        (lambda m, v: (m.mean(axis=0), np.sqrt(v.mean(axis=0) + m.var(axis=0))), "deviation"),
        (lambda m, v: (m.mean(axis=0), v.mean(axis=0) + m.std(axis=0)), "deviation of the means"),
        (lambda m, v: (m.mean(axis=0), (v + m**2).mean(axis=0)), "mean square"),
        (lambda m, v: m.mean(axis=0), "hint()"),
        (lambda m, v: (v.mean(axis=0) + m.var(axis=0), m.mean(axis=0)), "hint()"),
        (lambda m, v: (m.mean(axis=1), v.mean(axis=1)), "hint()"),
        (lambda m, v: (m.mean(), v.mean() + m.var()), "hint()"),
    ],
    "many_even": [
        (1004, "rounded down"),
        (60965224 / 60672, "the quotient"),
        (2010, "forward only"),
        (2009, "forward only, rounded down"),
        (252, "bytes on one side"),
        (4020, "bytes on the other side"),
        (503, "twice as many"),
        (128, "batch of the paper"),
        (1006, "Off by one"),
        (1000, "Nearly"),
        (60672, "hint()"),
        (0, "hint()"),
        ("1005 images", "hint()"),
    ],
    "many_ring": [
        (lambda K, G, B, t: (K - 1) * (t + G / K / B), "once round"),
        (lambda K, G, B, t: 2 * (K - 1) * (t + G / B), "whole gradients"),
        (lambda K, G, B, t: (K - 1) * (t + G / B), "whole gradients, once round"),
        (lambda K, G, B, t: 2 * K * (t + G / K / B), "one message too many"),
        (lambda K, G, B, t: 2 * K - 1 * (t + G / K / B), "hint()"),
        (lambda K, G, B, t: (2 * K - 1) * (t + G / K / B), "off by one in the end"),
        (lambda K, G, B, t: t + 2 * (K - 1) / K * G / B, "latency once"),
        (lambda K, G, B, t: 2 * (K - 1) / K * G / B, "no latency"),
        (lambda K, G, B, t: 2 * (K - 1) * (t + G / (K - 1) / B), "pieces of K - 1"),
        (lambda K, G, B, t: 2 * np.log2(K) * (t + G / K / B), "in pairs"),
        (lambda K, G, B, t: 2 * (K - 1) * (t + G / K * B), "multiplied by the bandwidth"),
        (lambda K, G, B, t: ring(K, G, B, t) / 1000, "hint()"),
        (lambda K, G, B: G / B, "stopped on input 1"),
    ],
    "many_warmup": [
        (lambda step, steps, eta, k: k * eta * min(step / steps, 1), "from zero"),
        (lambda step, steps, eta, k: eta + (k - 1) * eta * step / steps, "never ends"),
        (lambda step, steps, eta, k: k * eta, "at once"),
        (lambda step, steps, eta, k: eta, "never"),
        (lambda step, steps, eta, k: eta + k * eta * min(step / steps, 1), "ends above"),
        (lambda step, steps, eta, k: eta * k ** min(step / steps, 1), "in percent"),
        (lambda step, steps, eta, k: eta * (1 + (k**0.5 - 1) * min(step / steps, 1)), "root of k"),
        (
            lambda step, steps, eta, k: eta + (k - 1) * eta * step / steps if step < steps else eta,
            "nothing after the end",
        ),
        (lambda step, steps, eta, k: eta if step < steps else k * eta, "a jump"),
        (lambda step, steps, eta, k: eta * (1 + (k - 1) * max(step / steps, 1)), "hint()"),
        (lambda step, steps, eta, k: k * eta * step / steps, "hint()"),
        (lambda step, steps, eta, k: warm_up(step, steps, eta, k) / eta, "hint()"),
    ],
}


@pytest.mark.parametrize(("name", "answer", "reply"), rows(TRIED))
def test_first_attempts_get_their_replies(name, answer, reply):
    assert_helped(name, answer, reply)


def test_every_exercise_has_its_attempts():
    assert_complete(TRIED, many_machines.EXERCISES)
