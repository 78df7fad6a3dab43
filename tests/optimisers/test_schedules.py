"""How eta changes while training goes on."""

import numpy as np
import pytest

from cnnlab.optimisers import SGD, constant, one_cycle, part, steps


def walk(optimiser, start, gradients):
    """Where the weight "0.w" and the bias "0.b" get to by a list of gradients (both have the same)."""
    u = {"0.w": start.copy(), "0.b": start.copy()}
    for k, du in enumerate(gradients):
        optimiser.step(u, {"0.w": du, "0.b": du}, k / len(gradients))
    return u


def test_schedules():
    assert constant(0.1)(0) == constant(0.1)(0.9) == 0.1
    stairs = steps(1.0, at=(0.5, 0.75), factor=0.1)
    assert [stairs(p) for p in (0, 0.49, 0.5, 0.74, 0.75, 0.99)] == pytest.approx([1, 1, 0.1, 0.1, 0.01, 0.01])
    cycle = one_cycle(2.0, warmup=0.25)
    assert cycle(0.25) == pytest.approx(2) and cycle(0) == pytest.approx(2 / 25) and cycle(1) == pytest.approx(0)
    up, down = [cycle(p) for p in np.linspace(0, 0.25, 9)], [cycle(p) for p in np.linspace(0.25, 0.999, 9)]
    assert (np.diff(up) > 0).all() and (np.diff(down) < 0).all() and min(up + down) > 0
    assert one_cycle(1.0, warmup=0)(0) == 1


def test_a_part_of_a_schedule_is_what_the_whole_gives_there():
    whole = one_cycle(2.0, warmup=0.25)
    first, second = part(whole, 0, 0.25), part(whole, 0.25, 1)
    shares = np.linspace(0, 0.99, 12)
    assert [first(p) for p in shares] == pytest.approx([whole(0.25 * p) for p in shares])
    assert [second(p) for p in shares] == pytest.approx([whole(0.25 + 0.75 * p) for p in shares])
    for begin, end, words in ((-0.1, 1, "begin must be"), (0.5, 0.5, "end must be"), (0, 1.5, "end must be at most 1")):
        with pytest.raises(ValueError, match=words):
            part(whole, begin, end)
    with pytest.raises(TypeError, match="schedule must be a schedule"):
        part(0.1, 0, 1)


def test_a_schedule_drives_the_steps():
    u = walk(SGD(steps(1.0, at=0.5, factor=0.1)), np.zeros(1), [np.ones(1)] * 4)
    assert u["0.w"][0] == pytest.approx(-(1 + 1 + 0.1 + 0.1))
    assert walk(SGD(lambda progress: 1 + progress), np.zeros(1), [np.ones(1)] * 2)["0.w"][0] == pytest.approx(-2.5)


@pytest.mark.parametrize("eta", [-1.0, np.nan, np.inf, "fast", None])
def test_a_schedule_that_gives_no_step_size_is_named_before_anything_changes(eta):
    u = {"0.w": np.ones(2)}
    with pytest.raises(ValueError, match=r"eta must give a number that is not negative; eta\(0.25\) gave"):
        SGD(lambda progress: eta).step(u, {"0.w": np.ones(2)}, 0.25)
    assert (u["0.w"] == 1).all()
