"""What kind of thing is wrong: each kind is found where it was made, and whatever is said is true of the answer."""

import re

import numpy as np
import pytest

from cnnlab.check.toolkit import one_number
from cnnlab.check.toolkit.diagnosis import diagnose, only_where
from cnnlab.check.toolkit.kinds import KINDS

RIGHT = [np.random.default_rng(seed).normal(0, 3, (4, 4)) for seed in (0, 1, 2)]
FIELDS = [np.random.default_rng(seed).normal(0, 3, (2, 5, 5, 3)) for seed in (3, 4)]
ROWS = [np.random.default_rng(seed).normal(0, 3, 6) for seed in (5, 6)]
COUNTS = [np.array(12), np.array(30), np.array(7)]


def same(found, expected):
    return np.shape(found) == np.shape(expected) and np.allclose(found, expected, rtol=1e-5, atol=1e-5)


MADE = [  # what is done to every right result, and the kind that must be named, with a word of what is said
    (np.zeros_like, RIGHT, "all zero", "ever written"),
    (lambda x: x * np.nan, RIGHT, "not a number", "nan"),
    (np.negative, RIGHT, "sign", "turned round"),
    (np.abs, RIGHT, "some signs", "not all signs"),
    (lambda x: np.round(x, 2), RIGHT, "rounded", "all digits"),
    (np.floor, RIGHT, "cut off", "behind the point"),
    (lambda x: x.astype(int), RIGHT, "cut off", "dtype"),
    (np.transpose, RIGHT, "rearranged", "transposed"),
    (lambda x: x[::-1], RIGHT, "rearranged", "upside down"),
    (lambda x: x[:, ::-1], RIGHT, "rearranged", "left and right"),
    (lambda x: x[::-1, ::-1], RIGHT, "rearranged", "turned round"),
    (lambda x: x[::-1], ROWS, "rearranged", "reverse order"),
    (lambda x: x.swapaxes(1, 2), FIELDS, "rearranged", "axes 1 and 2"),
    (lambda x: x[:, ::-1, ::-1], FIELDS, "rearranged", "axis 1 and axis 2"),
    (lambda x: np.roll(x, 1, 0), RIGHT, "shifted", "one along axis 0, to larger"),
    (lambda x: np.roll(x, -2, 0), ROWS, "shifted", "two along axis 0, to smaller"),
    (lambda x: np.roll(x, (1, 1), (0, 1)), RIGHT, "shifted", "axis 0 and axis 1"),
    (lambda x: 2 * x, RIGHT, "factor", "2 times the right one"),
    (lambda x: -x / 3, RIGHT, "factor", "-1/3 times"),
    (lambda x: x + 1, COUNTS, "offset", "too many"),
    (lambda x: x - 1, COUNTS, "offset", "too few"),
    (lambda x: x + 0.5, RIGHT, "offset", "too large by the same amount"),
    (lambda x: np.random.default_rng(9).permutation(x.ravel()).reshape(x.shape), RIGHT, "other places", "right places"),
    (lambda x: np.pad(x[1:-1, 1:-1], 1), RIGHT, "only somewhere", "at the edge"),
    (lambda x: x * [0, 1, 1, 1], RIGHT, "only somewhere", "first index along axis 1 is wrong"),
    (lambda x: x * [0, 0, 0, 1], RIGHT, "only somewhere", "last index along axis 1 is right"),
    (lambda x: x + np.arange(1, 17).reshape(4, 4), RIGHT, "one-sided", "too large"),
    (lambda x: x * np.arange(1, 17).reshape(4, 4) / 7, RIGHT, "signs right", "signs are right"),
    # other shapes
    (np.ravel, RIGHT, "reshaped", "only the shape"),
    (lambda x: x[None], COUNTS, "reshaped", "without brackets"),
    (lambda x: x.transpose(3, 0, 1, 2), FIELDS, "axes exchanged", "changed places"),
    (lambda x: np.stack([x / 3, x / 3, x / 3]), RIGHT, "sum missing", "sum over axis 0 is still missing"),
    (lambda x: x.sum(axis=3), FIELDS, "summed too far", "sum went over axis 3"),
    (lambda x: x.mean(axis=0), FIELDS, "summed too far", "mean went over axis 0"),
    (lambda x: x[0, 0], RIGHT, "first only", "inside a loop"),
    (lambda x: x[-1], RIGHT, "first only", "last part"),
    (lambda x: np.pad(x, 2), RIGHT, "more around", "border"),
    (lambda x: x[1:-1, 1:-1], RIGHT, "part missing", "too small"),
    (lambda x: np.kron(x, [[1, 5], [7, 9]]), RIGHT, "every other", "others between"),
    (lambda x: np.ones((5, 4)), RIGHT, "one off", "axis 0 is one too long"),
    (lambda x: x[:, None] + x, ROWS, "too many axes", "too many axes"),
    (lambda x: 1.0, RIGHT, "too few axes", "too few axes"),
]


@pytest.mark.parametrize(("made", "right", "name", "words"), MADE)
def test_each_kind_is_found_where_it_was_made(made, right, name, words):
    kind = diagnose([made(x) for x in right], right, 1e-6)
    assert kind is not None and kind.name == name and words in kind.words


def test_every_kind_of_numbers_is_made_above_or_needs_what_was_given():
    assert set(KINDS) - {name for _, _, name, _ in MADE} == {"given back", "size as factor"}


BATCHES = [np.random.default_rng(n).normal(0, 3, (n, 3)) for n in (2, 5, 3)]
GIVEN = [{"e": x + 1, "b": np.array([1.0, 2.0, -1.0]) * len(x), "M": len(x) + 2} for x in BATCHES]


@pytest.mark.parametrize(
    ("made", "name", "words"),
    [
        (lambda x, e, b, M: len(x) * x, "size as factor", "`e.shape[0]` times the right one: was a division"),
        (lambda x, e, b, M: x / x.size, "size as factor", "divided by `e.size`"),
        (lambda x, e, b, M: -M * x, "size as factor", "`M` times the right one, and every sign"),
        (lambda x, e, b, M: x / (7 * len(x)), "size as factor", "by `e.shape[0]`, and a constant factor is wrong"),
        (lambda x, e, b, M: x / M**2, "size as factor", "divided by `M**2`"),
        (lambda x, e, b, M: x * np.pi ** len(x), "factor", "another one for each input"),
        (lambda x, e, b, M: x - b, "offset", "`b` is missing"),
        (lambda x, e, b, M: x + M, "offset", "`M` is in it once too often"),
        (lambda x, e, b, M: e, "given back", "`e`, as it was given"),
    ],
)
def test_what_was_given_is_named_where_it_makes_the_difference(made, name, words):
    kind = diagnose([made(x, **one) for x, one in zip(BATCHES, GIVEN, strict=True)], BATCHES, 1e-6, GIVEN)
    assert kind is not None and kind.name == name and words in kind.words


def test_a_kind_is_named_only_where_it_is_true_of_all_results():
    for number, (made, right, name, _) in enumerate(MADE):
        one, other = right[0], right[1]
        if np.shape(made(one)) != one.shape:
            continue  # beside a wrong shape only that is spoken of
        kind = diagnose(
            [made(one), other * 1.37 + np.linspace(0.3, 4, other.size).reshape(other.shape)], right[:2], 1e-6
        )
        assert kind is None or kind.name in ("one-sided", "signs right"), (number, name, kind)


TRUE = {  # what each kind says, asked in another way
    "all zero": lambda x, y: not x.any(),
    "not a number": lambda x, y: not np.isfinite(x).all(),
    "sign": lambda x, y: same(x + y, 0 * y),
    "some signs": lambda x, y: same(x**2, y**2),
    "rounded": lambda x, y: np.abs(x - y).max() <= 0.5,
    "cut off": lambda x, y: same(x, np.rint(x)) and np.abs(x - y).max() < 1,
    "rearranged": lambda x, y: same(np.sort(x, None), np.sort(y, None)),
    "shifted": lambda x, y: np.isclose(x.ravel()[:, None], y.ravel()).any(axis=1).sum() >= x.size / 4,
    "factor": lambda x, y: np.linalg.matrix_rank(np.stack([x.ravel(), y.ravel()]), 1e-4) == 1,
    "offset": lambda x, y: np.ptp(x - y) < 1e-4,
    "other places": lambda x, y: same(np.sort(x, None), np.sort(y, None)),
    "only somewhere": lambda x, y: np.isclose(x, y).any() and not np.isclose(x, y).all(),
    "one-sided": lambda x, y: np.all(x > y - 1e-4) or np.all(x < y + 1e-4),
    "signs right": lambda x, y: np.all(x * y > 0),
}


def test_whatever_is_said_is_true_and_holds_no_right_value(rng):
    said = set()
    changes = [made for made, right, _, _ in MADE if right is RIGHT and np.shape(made(RIGHT[0])) == (4, 4)]
    for _ in range(400):
        right = [np.round(rng.normal(0, 4, (4, 4)), 3) for _ in range(2)]
        one, other = rng.choice(len(changes), 2)
        answers = [np.asarray(changes[one](np.asarray(changes[other](x)))) for x in right]
        kind = diagnose(answers, right, 1e-6)
        if kind is None:
            continue
        said.add(kind.name)
        assert all(TRUE[kind.name](x.astype(float), y) for x, y in zip(answers, right, strict=True)), kind
        assert not {f"{abs(y):g}" for x in right for y in x.flat if y != int(y)} & set(
            re.findall(r"[\d.]*\d", kind.words)
        )
    assert len(said) >= 10


ONE = [
    (-7.0, 7.0, "sign", "the sign is not"),
    (8, 7, "off by one", "first and the last"),
    (7.5, 9, "not whole", "whole number"),
    (1.235, 1.23456, "rounded", "all digits"),
    (7000, 7.0, "power of ten", "units"),
    (0.25, 4.0, "upside down", "one over"),
    (9.0, 3.0, "squared", "square"),
    (3.0, 9.0, "squared", "square root"),
    (2000, 1000, "simple factor", "counted again"),
    (3.02, 3.0, "close", "Nearly"),
    (-4.0, 7.0, "wrong side", "sign is wrong"),
    (7.0, 700_001.0, "far", "order of magnitude"),
    (5, 8, "near", "the number is not"),
    (float("nan"), 8, "not a number", "finite"),
]


@pytest.mark.parametrize(("found", "expected", "name", "words"), ONE)
def test_the_kind_of_one_number_is_told_and_never_the_number(found, expected, name, words):
    kind = diagnose([found], [expected], 1e-6)
    assert kind is not None and kind.name == name and words in kind.words
    assert not re.search(r"\d", kind.words)


def test_every_kind_of_one_number_is_made_above_and_small_counts_have_no_factors():
    assert {name for _, _, name, _ in ONE} == {*one_number.KINDS, "not a number"}
    assert diagnose([3], [6], 1e-6).name == "near" and diagnose([5], [0], 1e-6) is None


@pytest.mark.parametrize(
    ("answer", "name"),
    [((2.0, 1.0, 3.5), "order"), ((1.0, -2.0, 9.0), "sign"), ((1.0, 2.0), None), ("abc", None), (None, None)],
)
def test_several_values_are_compared_one_after_the_other(answer, name):
    kind = diagnose([answer], [(1.0, 2.0, 3.5)], 1e-6)
    assert (kind and kind.name) == name


def test_decisions_are_inverted_too_strict_or_too_easy():
    right = [np.array([True, False, True]), np.array([False, True, False])]
    assert diagnose([~x for x in right], right, 1e-6).name == "the other way round"
    assert diagnose([x & [True, False, False] for x in right], right, 1e-6).name == "too strict"
    assert diagnose([np.ones(3, bool)] * 2, right, 1e-6).name == "too easy"
    assert diagnose([np.array([False, True, True])] * 2, right, 1e-6) is None


def test_where_a_function_is_right_tells_what_it_forgets():
    given = [
        {"h": np.ones((3, 3)), "stride": 1},
        {"h": np.ones((3, 3)), "stride": 2},
        {"h": np.ones((2, 3)), "stride": 2},
    ]
    assert only_where(given, [1, 2]) == " It is right where `stride` is 1, and only there."
    assert only_where(given, [2]) == " It is right where `h` is square, and only there."
    assert only_where(given, [0]) == "" and only_where(given, [0, 1, 2]) == ""


@pytest.mark.parametrize("right", [RIGHT, FIELDS, ROWS, COUNTS])
@pytest.mark.parametrize(
    "strange",
    [None, "word", [], {}, [[1], [2, 3]], np.zeros((0, 4)), np.zeros((1,) * 20), np.ones((3000, 3000)), 1j, "3"],
)
def test_nothing_strange_raises(right, strange):
    kind = diagnose([strange] * len(right), right, 1e-6)
    assert kind is None or np.size(strange) == 0 or isinstance(strange, np.ndarray)
