"""Links cover what is connected, each pair of maps once, and no more than they have to."""

import numpy as np
import pytest

from cnnlab.loops.kernels.links import Link, all_linked, links_of

LANES = 8


def covered(links, shape):
    """How often each pair of maps is computed."""
    times = np.zeros(shape, int)
    for row in links.tolist():
        link = Link(*row)
        times[link.source : link.source + link.depth, link.target : link.target + link.columns] += 1
    return times


def grouped(channels, outputs, groups):
    return np.kron(np.eye(groups), np.ones((channels // groups, outputs // groups))) > 0


TABLES = {
    "all": np.ones((5, 40), bool),
    "nothing": np.zeros((5, 40), bool),
    "one output that nobody feeds": np.repeat([[1, 0, 1]], 24, axis=0).repeat(16, axis=1) > 0,
    "groups": grouped(60, 96, 3),
    "odd groups": grouped(15, 21, 3),
    "depthwise": np.eye(70) > 0,
    "mixed": np.random.default_rng(0).random((9, 50)) > 0.5,
    "two runs": np.roll(grouped(64, 64, 4) | np.roll(grouped(64, 64, 4), 32, axis=0), 5, axis=0),
}


@pytest.mark.parametrize("name", TABLES)
def test_every_connected_pair_is_computed_once(name):
    table = TABLES[name]
    links = links_of(table, LANES)
    times = covered(links, table.shape)
    assert times.max() == 1 and (times[table] == 1).all()
    written = [Link(*row) for row in links.tolist()]
    assert sum(link.columns for link in written if link.begins) == table.shape[1], "results are begun once"
    assert sum(link.columns for link in written if link.ends) == table.shape[1], "and ended once"
    for k, link in enumerate(written):
        assert link.begins or written[k - 1].target == link.target, "links to the same maps follow each other"


def test_groups_are_computed_and_nothing_between_them():
    table = TABLES["groups"]
    assert np.array_equal(covered(links_of(table, LANES), table.shape), table)


def test_a_vector_of_depthwise_maps_needs_as_many_and_not_all():
    assert covered(links_of(TABLES["depthwise"], LANES), (70, 70)).sum() <= 70 * 2 * LANES


def test_runs_that_lie_apart_are_walked_one_after_the_other():
    links = links_of(TABLES["two runs"], LANES)
    assert covered(links, (64, 64)).mean() == 0.5 and len(links) > 4


@pytest.mark.parametrize("table", [TABLES["mixed"][:, :16], grouped(6, 6, 2), np.ones((5, 40), bool)])
def test_a_table_that_saves_nothing_is_taken_whole(table):
    assert np.array_equal(links_of(table, LANES), all_linked(*table.shape))
