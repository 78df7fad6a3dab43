"""Work in chunks: the same bits for any number of threads."""

import gc
import signal
import threading
import time
import weakref
from itertools import pairwise

import numpy as np
import pytest
from processes import run

from cnnlab import loops, ops
from cnnlab.loops.kernels import convolution, panels, pooling
from cnnlab.loops.runtime import team
from cnnlab.loops.runtime.compiled import compiled, ready
from cnnlab.loops.runtime.team import take


@pytest.fixture
def restore_threads():
    before = loops.threads()
    yield
    loops.set_threads(before)


@pytest.fixture
def asked(monkeypatch):
    """[(parts, multiply-adds)] of all work that loops ask to share."""
    found, whole = [], team.share
    for module in (convolution, panels, pooling):
        monkeypatch.setattr(
            module, "share", lambda job, count, work: found.append((count, work)) or whole(job, count, work)
        )
    return found


def test_the_same_bits_for_1_2_and_4_threads(rng, restore_threads, monkeypatch):
    monkeypatch.setattr(team, "ENOUGH", 0)
    h, w = (
        rng.standard_normal((13, 18, 18, 16)).astype(np.float32),
        rng.standard_normal((3, 3, 16, 40)).astype(np.float32),
    )
    de = rng.standard_normal((13, 16, 16, 40)).astype(np.float32)

    def everything(count):
        assert loops.set_threads(count) == count == loops.threads()
        e, dh, dw = np.empty_like(de), np.empty_like(h), np.empty_like(w)
        convolution.forward(h, w, np.ones(40, np.float32), (1, 1), e)
        convolution.input_gradient(de, w, (1, 1), (0, 0), dh)
        convolution.weight_gradient(h, de, (1, 1), dw)
        return e, dh, dw

    one = everything(1)
    for count in (2, 4):
        assert all(np.array_equal(a, b) for a, b in zip(one, everything(count), strict=True))


def test_what_takes_a_moment_is_done_alone_though_it_belongs_to_long_work(rng, asked):
    """To bring weights in order, and to add the gradients of the chunks: to call a thread takes longer."""
    h, de = (rng.standard_normal((64, side, side, 64)).astype(np.float32) for side in (10, 8))
    w, dh = rng.standard_normal((3, 3, 64, 64)).astype(np.float32), np.empty_like(h)
    convolution.forward(h, w, None, (1, 1), de.copy())
    convolution.input_gradient(de, w, (1, 1), (0, 0), dh)
    convolution.weight_gradient(h, de, (1, 1), np.empty_like(w))
    assert [work >= team.ENOUGH for _, work in asked] == [False, True, False, True, True, False]
    asked.clear()
    panels.turned_panels(np.empty((3, 3, 384, 384), np.float32))  # a layer of AlexNet
    assert asked[0][1] >= team.ENOUGH


def test_windows_of_many_images_are_shared_and_give_the_same_bits(rng, restore_threads, monkeypatch, asked):
    monkeypatch.setattr(team, "ENOUGH", 0)
    maps = rng.standard_normal((13, 33, 32, 24)).astype(np.float32)

    def everything(count):
        loops.set_threads(count)
        h, where = ops.max_pool2d(maps, 3, 2)
        mean = ops.average_pool2d(maps, 3, 2)
        return (
            h,
            where,
            ops.max_pool2d_backward(h, where, maps.shape, 3, 2),
            mean,
            ops.average_pool2d_backward(h, maps, 3, 2),
        )

    one = everything(1)
    assert asked == [(13, team.MOVED * maps.size)] * 4
    for count in (2, 4):
        assert all(np.array_equal(a, b) for a, b in zip(one, everything(count), strict=True))


def test_chunks_depend_on_the_samples_alone():
    for samples in (1, 3, 8, 13, 100):
        parts = team.chunks(samples)
        assert len(parts) == min(8, samples) and parts[0][0] == 0 and parts[-1][1] == samples
        assert all(one[1] == two[0] for one, two in pairwise(parts))
    with pytest.raises(ValueError, match="count must be a whole number of threads"):
        loops.set_threads(0)


@pytest.mark.parametrize("culprit", ["caller", "helper"])
def test_an_error_in_any_thread_is_not_lost_and_ends_the_work(restore_threads, culprit):
    loops.set_threads(2)
    both, begun = threading.Barrier(2, timeout=60), []

    def job(i):
        begun.append(i)
        if i < 2:
            both.wait()  # so that each thread has one of the first two jobs
        if (threading.current_thread() is threading.main_thread()) == (culprit == "caller"):
            raise ZeroDivisionError
        time.sleep(0.02)

    with pytest.raises(ZeroDivisionError):
        team.run(job, 100, 1e9)
    assert len(begun) < 100


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="there is no such signal")
def test_who_is_interrupted_waits_for_the_others(restore_threads):
    """They write into memory that will soon be used for something else."""
    loops.set_threads(2)
    both, ended = threading.Barrier(2, timeout=60), []

    def work():
        both.wait()
        if threading.current_thread() is threading.main_thread():
            raise KeyboardInterrupt
        for _ in range(2):  # while the other one waits
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
            time.sleep(0.05)
        ended.append(True)

    with pytest.raises(KeyboardInterrupt):
        team.together(work, 2)
    assert ended == [True]


def test_work_of_several_threads_and_work_within_work_is_all_done_once(restore_threads):
    loops.set_threads(3)
    done = np.zeros((4, 6, 7), int)

    def asker(a):
        def outer(i):
            def inner(j):
                done[a, i, j] += 1
                time.sleep(0.0005)

            team.run(inner, 7, 1e9)

        team.run(outer, 6, 1e9)

    askers = [threading.Thread(target=asker, args=(a,)) for a in range(4)]
    for each in askers:
        each.start()
    for each in askers:
        each.join(60)
    assert (done == 1).all()


def test_helpers_that_are_late_are_not_waited_for(restore_threads):
    loops.set_threads(2)
    busy, free, ended = threading.Event(), threading.Event(), []

    def keep_busy():
        if threading.current_thread() is not asker:
            busy.set()
            free.wait(20)
            ended.append(True)
        else:
            busy.wait(60)

    asker = threading.Thread(target=lambda: team.together(keep_busy, 2))
    asker.start()
    try:
        assert busy.wait(60)
        begun = []
        team.run(begun.append, 5, 1e9)
        assert begun == list(range(5)) and not ended
    finally:
        free.set()
        asker.join(60)


def test_nothing_of_the_work_lives_on_in_the_threads(restore_threads):
    loops.set_threads(2)
    array, both = np.zeros(1000), threading.Barrier(2, timeout=60)
    alive = weakref.ref(array)

    def work(array=array):
        both.wait()

    team.together(work, 2)
    del work, array
    gc.collect()
    assert alive() is None


@compiled
def _tick(turns, ticks):
    turn = take(turns)
    while turn < len(ticks):
        ticks[turn] += 1
        turn = take(turns)


def test_all_that_python_does_for_a_loop_is_done_before_a_thread_is_woken(restore_threads):
    """Else it would wake, find the other one at work in Python, and sleep once more."""
    loops.set_threads(2)
    both, told = threading.Barrier(2, timeout=60), []

    def job(turns):
        told.append("ready")
        return lambda: told.append("begun") or both.wait()

    team.share(job, 8, 1e9)
    assert told == ["ready", "ready", "begun", "begun"]
    told.clear()
    team.share(lambda turns: lambda: told.append("alone"), 8, 1)
    assert told == ["alone"]


def test_what_a_ready_loop_knows_by_its_address_lives_as_long_as_it():
    turns, ticks, room = np.zeros(1, np.int64), np.zeros(5, np.int64), np.zeros(1000)
    alive, tick = weakref.ref(room), ready(_tick, turns, ticks, alive=room)
    del turns, room
    assert alive() is not None
    tick()
    assert (ticks == 1).all()
    del tick
    assert alive() is None


def test_the_room_in_which_a_convolution_works_lives_until_it_is_done(rng, monkeypatch):
    """Loops know it by its address: nothing else would keep it."""
    made, tools, seen = [], convolution._tools, []

    def watched(tiles, room):
        made.append(weakref.ref(room))
        return tools(tiles, room)

    def share(job, count, work):
        loop = job(np.zeros(1, np.int64))
        seen.extend(room() is not None for room in made)
        loop()
        made.clear()

    monkeypatch.setattr(convolution, "_tools", watched)
    monkeypatch.setattr(convolution, "share", share)
    h, w = rng.standard_normal((2, 6, 6, 3)), rng.standard_normal((3, 3, 3, 2))
    de = rng.standard_normal((2, 4, 4, 2))
    convolution.forward(h, w, None, (1, 1), de.copy())
    convolution.input_gradient(de, w, (1, 1), (0, 0), np.empty_like(h))
    convolution.weight_gradient(h, de, (1, 1), np.empty_like(w))
    convolution.product(h[0, 0], w[0, 0], np.empty((6, 2)))
    assert seen == [True] * 4


def test_every_turn_is_taken_once():
    turns, ticks = np.zeros(1, np.int64), np.zeros(20_000, np.int64)
    others = [threading.Thread(target=_tick, args=(turns, ticks)) for _ in range(4)]
    for each in others:
        each.start()
    for each in others:
        each.join(60)
    assert (ticks == 1).all() and turns[0] == len(ticks) + len(others)


FORKED = """
import os, threading, warnings
from cnnlab import loops, ops
from cnnlab.loops.runtime import team
from cnnlab.loops.runtime.compiled import compiled
loops.set_threads(2)
both = threading.Barrier(2, timeout=60)
team.together(both.wait, 2)
warnings.simplefilter("ignore")
child = os.fork()
if child == 0:
    loops.set_threads(2)
    both = threading.Barrier(2, timeout=60)
    team.together(both.wait, 2)
    os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="there is no fork")
def test_a_forked_child_makes_a_team_of_its_own():
    assert run(FORKED) == "7"
