"""A learner's function, whatever it does, gives a result or a sentence."""

import threading
import time

import numpy as np
import pytest

from cnnlab.analysis.own import OwnFunction, differing

H = np.arange(6.0).reshape(2, 3)
THREADS = threading.active_count


def asked(function, *arguments, shape=(2, 3), **more):
    return OwnFunction(function, call="relu(h)", gives="e", **more)(*(arguments or (H,)), shape=shape)


def writes(h):
    h[0, 0] = 9
    return h * 2


def without_end(h):
    while True:
        h = h + 1


def swallows(h):
    while True:
        try:
            h = h + 1
        except Exception:
            pass


def test_what_is_right_is_given_back_as_float64():
    result = asked(lambda h: h.astype(int) * 2)
    np.testing.assert_array_equal(result.value, 2 * H)
    assert result.value.dtype == np.float64 and result.trouble == ""


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda h: ..., "gives back “...” still"),
        (lambda h: None, "is there a “return” before e?"),
        (lambda h: "six", "must give back the numbers of e; it gave a str"),
        (lambda h: [[1], [1, 2]], "must give back the numbers of e; it gave a list"),
        (lambda h: h * 1j, "must give back the numbers of e; it gave a ndarray"),
        (lambda h: h[:1], "gave an array of shape (1, 3); e has the shape (2, 3)."),
        (lambda h: 3, "gave one number; e has the shape (2, 3)."),
        (lambda h: h @ h, "stopped at “h @ h”: ValueError"),
        (lambda h: np.log(h - 1), "gave NaN, which is no number at [0, 0]."),
        (lambda h: 1 / (h - 4), "gave infinity at [1, 1]."),
        (lambda: H, "it is given"),
        (writes, "writes into its argument h: work on a copy, “h.copy()”"),
    ],
)
def test_what_goes_wrong_is_a_sentence(function, words):
    before = H.copy()
    said = asked(function).trouble
    assert words in said and "`" not in said, "what is said stands in pictures"
    np.testing.assert_array_equal(H, before)


def test_what_numpy_says_is_a_sentence_of_its_own():
    assert asked(lambda h: h @ h).trouble == (
        "Your function stopped at “h @ h”: ValueError: matmul: Input operand 1 has a mismatch in its core dimension 0 "
        "(size 2 is different from 3). In a @ b the last axis of a is 3 long, the axis of b that it meets (the last "
        "but one) 2: they must be equally long. Is one of them to be transposed?"
    )


def test_one_number_may_be_asked_for():
    assert asked(lambda h: np.sum(h), shape=()).value == 15
    assert asked(lambda h: h, shape=()).trouble == "Your function gave an array of shape (2, 3); e is one number."


@pytest.mark.parametrize("function", [without_end, swallows])
def test_what_takes_too_long_is_stopped_and_stopped_sooner_the_next_time(function):
    own = OwnFunction(function, call="relu(h)", gives="e", seconds=0.3)
    began = time.perf_counter()
    assert own(H, shape=(2, 3)).trouble == "Your function was stopped after 0.3 s: here it must be done before that."
    assert own(H + 1, shape=(2, 3)).trouble.startswith("Your function was stopped after 0.075 s")
    assert time.perf_counter() - began < 5


def test_nothing_stops_what_comes_after_a_function_that_was_just_in_time():
    before = THREADS()
    for k in range(200):
        asked(lambda h: time.sleep(0.001) or h, H + k, seconds=0.001)
        sum(range(1000))
    time.sleep(0.05)
    assert THREADS() == before


def test_the_same_call_is_made_once_and_others_are_forgotten_in_turn():
    calls = []
    own = OwnFunction(lambda h: calls.append(1) or h, call="relu(h)", gives="e")
    first = own(H, shape=(2, 3))
    assert own(H.copy(), shape=(2, 3)) is first and len(calls) == 1
    for k in range(1, 129):
        own(H + k, shape=(2, 3))
    assert own(H, shape=(2, 3)) is not first and len(calls) == 130


def test_the_learner_stops_it_as_any_cell():
    def interrupted(h):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        asked(interrupted)


def test_what_is_no_function_is_refused_by_name():
    with pytest.raises(TypeError, match=r"function must be a function, called as conv\(h, w\); got ndarray"):
        OwnFunction(H, call="conv(h, w)", gives="e")


def test_results_differ_where_numbers_do_and_where_there_are_none():
    mine, right = np.array([1.0, 2.0, np.nan, np.inf]), np.array([1.0 + 1e-9, 2.1, 3.0, 4.0])
    assert differing(mine, right).tolist() == [False, True, True, True]
    assert not differing(np.zeros((0, 2)), np.zeros((0, 2))).size
    with pytest.raises(ValueError, match=r"mine must have the shape of right, \(4,\); got \(3,\)"):
        differing(mine[:3], right)
