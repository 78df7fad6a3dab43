"""Exercises of notebook 16 about the time and the length of a step on many machines (lecture topic 28)."""

import numpy as np

from cnnlab.check.toolkit.exercise import Exercise, Mistake


def ring(K, size, bandwidth, latency):
    return 2 * (K - 1) * (latency + size / K / bandwidth)


def warm_up(step, steps, eta, k):
    return eta * (1 + (k - 1) * min(step / steps, 1))


def _ring_of(messages, size=lambda size, K: size / K):
    """A wrong `ring`: so many messages, each of so many bytes."""
    return lambda K, G, bandwidth, latency: messages(K) * (latency + size(G, K) / bandwidth)


LINKS = [(4, 1e8, 1.25e9, 1e-5), (2, 6e7, 1e8, 1e-3), (64, 1e6, 1e9, 1e-4)]
STEPS = [(0, 100, 0.1, 8), (50, 100, 0.1, 8), (250, 100, 0.02, 4), (3, 12, 0.5, 16)]

EXERCISES = (
    Exercise(
        "many_ring",
        "Write ring(K, size, bandwidth, latency): seconds until K workers in a ring have the sum of their gradients of "
        "`size` bytes, where a message of n bytes takes latency + n / bandwidth.",
        ring,
        [
            Mistake(
                "once round",
                _ring_of(lambda K: K - 1),
                "After K - 1 messages every worker has the whole sum of ONE piece. The sums must go round, too.",
            ),
            Mistake(
                "whole gradients",
                _ring_of(lambda K: 2 * (K - 1), lambda size, K: size),
                "You send the whole gradient every time. Each message holds one piece of K.",
            ),
            Mistake(
                "whole gradients, once round",
                _ring_of(lambda K: K - 1, lambda size, K: size),
                "Whole gradients that go round once do work, too, but slowly: here each message holds one piece of K, "
                "and there are twice as many.",
            ),
            Mistake(
                "one message too many",
                _ring_of(lambda K: 2 * K),
                "Own pieces need not be sent to oneself: each half of the way takes K - 1 messages.",
            ),
            Mistake(
                "off by one in the end",
                _ring_of(lambda K: 2 * K - 1),
                "Twice K - 1 is 2 K - 2: mind the brackets.",
            ),
            Mistake(
                "latency once",
                lambda K, size, bandwidth, latency: latency + 2 * (K - 1) * size / K / bandwidth,
                "Every message waits for the one before, so each of them pays the latency.",
            ),
            Mistake(
                "no latency",
                lambda K, size, bandwidth, latency: 2 * (K - 1) * size / K / bandwidth,
                "The latency is missing; every message pays it.",
            ),
            Mistake(
                "pieces of K - 1",
                _ring_of(lambda K: 2 * (K - 1), lambda size, K: size / (K - 1)),
                "There are K pieces, one for each worker, though only K - 1 messages.",
            ),
            Mistake(
                "in pairs",
                lambda K, size, bandwidth, latency: 2 * np.log2(K) * (latency + size / K / bandwidth),
                "Logarithms belong to halving and doubling, where workers meet in pairs. In a ring a piece passes by "
                "everybody.",
            ),
            Mistake(
                "multiplied by the bandwidth",
                lambda K, size, bandwidth, latency: 2 * (K - 1) * (latency + size / K * bandwidth),
                "Bytes divided by bytes per second give seconds: divide by the bandwidth.",
            ),
        ],
        (
            "How many messages does one worker send, one after the other, and how long is each?",
            "K - 1 until every piece is added up somewhere, K - 1 until all have all sums; each holds size / K bytes.",
            "messages * (latency + piece / bandwidth), with 2 * (K - 1) messages.",
        ),
        "Yes. The bytes are at most twice the gradient, whatever K; the latency grows with K.",
        inputs=LINKS,
    ),
    Exercise(
        "many_warmup",
        "Write warm_up(step, steps, eta, k): the learning rate grows evenly from eta, at step 0, to k * eta at step "
        "`steps`, and stays there.",
        warm_up,
        [
            Mistake(
                "from zero",
                lambda step, steps, eta, k: k * eta * min(step / steps, 1),
                "You begin at zero; begin at eta, the learning rate of one worker.",
            ),
            Mistake(
                "never ends",
                lambda step, steps, eta, k: eta * (1 + (k - 1) * step / steps),
                "It goes on growing. From step `steps` on it must stay.",
            ),
            Mistake(
                "at once",
                lambda step, steps, eta, k: k * eta,
                "That is the end of it. In the first steps weights change fastest, and a large step throws them off.",
            ),
            Mistake(
                "never",
                lambda step, steps, eta, k: eta,
                "That is the learning rate of one worker, all the time.",
            ),
            Mistake(
                "ends above",
                lambda step, steps, eta, k: eta * (1 + k * min(step / steps, 1)),
                "It ends at (k + 1) eta. From eta to k eta it grows by (k - 1) eta.",
            ),
            Mistake(
                "in percent",
                lambda step, steps, eta, k: eta * k ** min(step / steps, 1),
                "It grows by the same factor at every step; evenly means by the same amount.",
            ),
            Mistake(
                "root of k",
                lambda step, steps, eta, k: eta * (1 + (k**0.5 - 1) * min(step / steps, 1)),
                "The square root is another rule. Here it ends at k times eta.",
            ),
            Mistake(
                "nothing after the end",
                lambda step, steps, eta, k: eta * (1 + (k - 1) * step / steps) if step < steps else eta,
                "From step `steps` on it falls back to eta; it should stay at k eta.",
            ),
            Mistake(
                "a jump",
                lambda step, steps, eta, k: eta if step < steps else k * eta,
                "It jumps from eta to k eta. It should grow on the way.",
            ),
        ],
        (
            "Which part of the way is behind us at a step? It must not be more than all of it.",
            "min(step / steps, 1) goes from 0 to 1, and stays.",
            "eta + (k - 1) * eta * that part.",
        ),
        "Yes: gradual warm-up, as for 256 cards in 2017.",
        inputs=STEPS,
    ),
)
