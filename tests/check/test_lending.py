"""`check.lend`: the learner's functions where they are right, the solutions where they are not, and who says so."""

import numpy as np
import pytest

from cnnlab import check
from cnnlab.check.toolkit.kept import kept


def their_kernel(w):
    return np.flip(w, (0, 1)).transpose(3, 2, 0, 1)


def unwritten(e, M):
    return ...


def wrong(y, said):
    return (y != said).mean()


def test_right_ones_stay_and_others_are_lent(capsys):
    kept, pool, error, none = check.lend(own_kernel=their_kernel, own_pool=unwritten, own_class_error=wrong, own_back=3)
    assert kept is their_kernel
    assert pool(np.arange(4.0).reshape(1, 2, 2, 1), 2).item() == 3
    assert error(np.array([0, 0, 0, 1]), np.zeros(4, int)) == 0.5
    assert check.own_back(none).right
    assert capsys.readouterr().out.splitlines() == [
        "their_kernel   yours",
        "max_pool       lent: yours is not written yet",
        "class_error    lent: yours is not right yet",
        "back           lent: yours is not right yet",
    ]


def test_what_was_lent_is_not_the_learners_the_next_time(capsys):
    (lent,) = check.lend(own_kernel=lambda w: ...)
    assert check.lend(own_kernel=lent) == (lent,)
    assert capsys.readouterr().out.count("lent: yours is not written yet") == 2


def test_lending_counts_as_no_attempt():
    def tried():
        return kept().get("exercises", "own_nearest").get("attempts", 0)

    check.forget("own_nearest")
    check.lend(own_nearest=lambda x_train, x_test: x_test.mean(axis=(1, 2, 3)))
    assert tried() == 0
    check.own_nearest(lambda x_train, x_test: x_train.mean(axis=(1, 2, 3)))
    assert tried() == 1


@pytest.mark.parametrize("name", ["own_nothing", "conv_number"])
def test_what_is_no_exercise_about_a_function_is_refused(name):
    with pytest.raises(ValueError, match=f"names of their exercises, such as .*; got {name}$") as refused:
        check.lend(**{name: their_kernel})
    example = str(refused.value).partition("such as ")[2].partition(";")[0]
    assert check.lend(**{example: lambda *some: ...}), "the example is one that can be lent"
