"""The model of a cluster: exact small cases, a ring that is really walked, and what others have measured."""

from dataclasses import replace

import numpy as np
import pytest

from cnnlab.analysis.machines.cluster import OVERLAPS, WAYS, Cluster, efficiency, exchange, sent, step
from cnnlab.analysis.machines.published import PUBLISHED
from cnnlab.analysis.machines.work import Part, Work

MEGABYTE = 250_000  # parameters
TWO = Work("two", (Part("first", 3.0, MEGABYTE), Part("last", 1.0, 4 * MEGABYTE)), per_image=0.012)  # 1 MB and 4 MB
SLOW = Cluster(4, 0.8, 1000.0)  # 100 MB a second, a millisecond of latency


def walked_ring(vectors, bandwidth, latency):
    """A ring, piece by piece: in every round each worker sends one piece to its neighbour, and all wait for it."""
    K = len(vectors)
    pieces = [[piece.copy() for piece in np.array_split(vector, K)] for vector in vectors]
    seconds = carried = 0.0
    for round_ in range(2 * (K - 1)):
        sums = round_ < K - 1
        moving = {k: (k - round_ if sums else k + 1 - (round_ - K + 1)) % K for k in range(K)}
        letters = {k: pieces[k][at].copy() for k, at in moving.items()}
        for k, at in moving.items():
            there = pieces[(k + 1) % K]
            there[at] = there[at] + letters[k] if sums else letters[k]
        seconds += latency + max(letter.nbytes for letter in letters.values()) / bandwidth
        carried += letters[0].nbytes
    return [np.concatenate(mine) for mine in pieces], seconds, carried


@pytest.mark.parametrize("workers", [2, 3, 5, 8])
def test_a_ring_that_is_walked_has_the_sum_everywhere_after_as_long_as_the_formula_says(workers):
    rng = np.random.default_rng(workers)
    vectors = [rng.standard_normal(16 * workers) for _ in range(workers)]
    cluster = Cluster(workers, 1e-3, 50.0)
    found, seconds, carried = walked_ring(vectors, cluster.bandwidth, cluster.latency)
    assert all(np.allclose(mine, sum(vectors)) for mine in found)
    assert seconds == pytest.approx(exchange(cluster, vectors[0].nbytes))
    assert carried == pytest.approx(sent(cluster, vectors[0].nbytes))


@pytest.mark.parametrize(
    ("way", "workers", "seconds", "carried"),
    [
        ("ring", 4, 6 * (0.001 + 0.25), 150e6),  # six messages of a quarter of 100 MB, each at 100 MB/s
        ("halving", 4, 4 * 0.001 + 2 * (0.5 + 0.25), 150e6),  # a half, a quarter, and back
        ("halving", 8, 6 * 0.001 + 2 * (0.5 + 0.25 + 0.125), 175e6),
        ("server", 4, 2 * (0.001 + 3.0), 300e6),  # three gradients in, three sums out
        ("ring", 1, 0.0, 0.0),
        ("halving", 1, 0.0, 0.0),
        ("server", 1, 0.0, 0.0),
    ],
)
def test_small_exchanges_by_hand(way, workers, seconds, carried):
    cluster = replace(SLOW, way=way, workers=workers)
    assert exchange(cluster, 100e6) == pytest.approx(seconds) and sent(cluster, 100e6) == pytest.approx(carried)


def test_a_step_without_overlap_is_the_computing_and_then_the_exchange():
    found = step(TWO, SLOW, 10)
    assert (found.forward, found.backward, found.statistics) == pytest.approx((0.04, 0.08, 0.0))
    assert found.messages == (pytest.approx((0.12, 0.12 + 6 * (0.001 + 0.0125))),)
    assert found.seconds == pytest.approx(0.201) and found.waiting == pytest.approx(0.081)
    assert found.images == 40 and found.images_per_second == pytest.approx(40 / 0.201)


def test_layer_by_layer_the_gradients_of_the_last_travel_while_the_first_computes():
    """The last layer has a quarter of the work and 4 MB; 4 MB take 66 ms, 1 MB takes 21 ms."""
    found = step(TWO, replace(SLOW, overlap="layers"), 10)
    last = 0.04 + 0.02, 0.06 + 0.066
    assert found.messages == (pytest.approx(last), pytest.approx((last[1], last[1] + 0.021)))
    assert found.seconds == pytest.approx(0.147) and found.communication == pytest.approx(0.087)
    assert found.waiting == pytest.approx(0.027), "60 of 87 milliseconds are hidden"


def test_buckets_gather_until_they_are_full_and_send_what_is_left():
    parts = tuple(Part(f"{k}", 1.0, 3 * 10**6) for k in range(5))  # 12 MB each: three make a bucket of 25 MB
    found = step(Work("five", parts, 0.003), replace(SLOW, overlap="buckets"), 100)
    assert len(found.messages) == 2
    assert found.messages[0][0] == pytest.approx(0.1 + 0.2 * 3 / 5)
    lengths = [end - begin for begin, end in found.messages]
    assert lengths == pytest.approx([6 * (0.001 + 0.36 / 4), 6 * (0.001 + 0.24 / 4)])


def test_a_shared_batch_is_as_slow_as_the_worker_with_most_images():
    three = step(TWO, replace(SLOW, workers=3), 10, "strong")
    assert three.compute == pytest.approx(4 * 0.012) and three.images == 10
    assert step(TWO, replace(SLOW, workers=64), 10, "strong").compute == pytest.approx(0.012)


def test_cards_of_one_worker_share_its_images_and_its_link():
    one = step(TWO, replace(SLOW, cards=4), 10)
    assert one.compute == pytest.approx(3 * 0.012) and one.messages[0][1] - one.messages[0][0] == pytest.approx(0.081)


def test_statistics_of_the_whole_batch_cost_latency_twice_a_layer():
    normed = replace(TWO, rounds=4)
    found, plain = step(normed, SLOW, 10), step(TWO, SLOW, 10)
    assert found.statistics == pytest.approx(4 * 6 * 0.001) and found.compute == pytest.approx(plain.compute)
    assert found.seconds == pytest.approx(plain.seconds + 0.024)
    assert found.waiting == pytest.approx(plain.waiting + 0.024)


@pytest.mark.parametrize("scaling", ["weak", "strong"])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("overlap", OVERLAPS)
def test_efficiency_is_a_share_and_falls_with_more_workers_and_a_slower_network(scaling, way, overlap):
    def shares(**change):
        return np.array(
            [
                efficiency(TWO, replace(SLOW, workers=k, way=way, overlap=overlap, **change), 64, scaling)
                for k in (1, 2, 4, 8, 16, 32)
            ]
        )

    here = shares()
    assert here[0] == pytest.approx(1) and (np.diff(here) <= 1e-12).all() and (here > 0).all()
    assert (shares(gigabits=0.4)[1:] < here[1:]).all() and (shares(microseconds=3000.0)[1:] < here[1:]).all()


def test_bytes_in_a_ring_hardly_grow_with_the_workers_and_those_of_a_server_do():
    free = replace(SLOW, microseconds=0.0)
    ring = [exchange(replace(free, workers=k), 1e6) for k in (4, 64)]
    server = [exchange(replace(free, workers=k, way="server"), 1e6) for k in (4, 64)]
    assert ring[1] / ring[0] == pytest.approx(63 / 64 * 4 / 3) and server[1] / server[0] == pytest.approx(21)


@pytest.mark.parametrize("found", PUBLISHED, ids=lambda found: f"{found.who} {found.work.name}")
def test_what_others_measured_lies_between_no_overlap_and_buckets(found):
    """Real clusters hide a part of the talking: published efficiencies lie between the two ends of the model."""
    none, hidden = found.modelled("none"), found.modelled("buckets")
    assert none < found.measured < hidden
    assert abs((none + hidden) / 2 - found.measured) < 0.05


def test_the_ends_would_not_hold_just_any_figure():
    assert all(found.modelled("buckets") - found.modelled("none") < 0.3 for found in PUBLISHED)
    others, vgg = PUBLISHED[:2], PUBLISHED[2]
    assert vgg.modelled("buckets") < min(found.modelled("none") for found in others)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"workers": 0}, "workers must be a whole number of at least 1"),
        ({"gigabits": 0.0}, "gigabits must be a positive number"),
        ({"microseconds": -1.0}, "microseconds must be a finite number of at least 0"),
        ({"way": "star"}, "way must be one of 'ring', 'halving', 'server'"),
        ({"overlap": "some"}, "overlap must be one of"),
        ({"cards": 0}, "cards must be a whole number"),
    ],
)
def test_what_is_no_cluster_is_refused_by_name(change, words):
    with pytest.raises(ValueError, match=words):
        replace(SLOW, **change)


def test_what_is_no_step_is_refused_by_name():
    with pytest.raises(ValueError, match="scaling must be one of"):
        step(TWO, SLOW, 10, "some")
    with pytest.raises(ValueError, match="images must be a whole number"):
        step(TWO, SLOW, 0)
