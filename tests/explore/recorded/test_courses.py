"""Which positions are recorded: thinned out evenly, with the ends, the present one and 0, and never fewer than help."""

import numpy as np
import pytest

from cnnlab.explore.recorded.courses import FEWEST, Course
from cnnlab.explore.toolkit.controls import Cell, Choice, Handle, Matrix, Slider, Toggle

CONTROLS = [
    (Slider("a", lo=0, hi=100, step=1, value=37), 37),
    (Slider("few", lo=0, hi=3, step=1, value=1), 1),
    (Cell("small", "", 3, 3, (1, 1)), (1, 1)),
    (Cell("row", "", 1, 27, (0, 5)), (0, 5)),
    (Cell("photo", "", 200, 300, (77, 120)), (77, 120)),
    (Handle("p", "", (-2, 2), (-1, 1), step=0.05), (0.0, 0.0)),
    (Handle("line", "", (-2, 2), (0, 0), step=0.1), (0.0, 0.0)),
    (Matrix("w", "", np.ones((3, 3))), np.ones((3, 3))),
    (Choice("c", "", ["x", "y", "z"]), "x"),
    (Choice("late", "", list("abcdefghijkl"), "k"), "k"),
    (Toggle("t"), False),
]


@pytest.mark.parametrize("control, present", CONTROLS, ids=[control.name for control, _ in CONTROLS])
@pytest.mark.parametrize("most", [1, 8, 30, 400, 10**6])
def test_thinner_courses_keep_to_their_number_or_say_that_they_cannot(control, present, most):
    whole = Course(control, present)
    course = whole.thinner(most)
    thinnest = whole.thinnest()
    assert thinnest.count() <= whole.count()
    if course is None:
        assert thinnest.count() > most
        return
    values = course.values()
    assert len(values) * len(course.places) == course.count() <= most
    assert len(set(values)) == len(values)
    for value in values if control.kind != "matrix" else ():
        control.check(value)
    if control.kind == "slider":
        assert {present, values[0], values[-1]} == {present, control.all[0], control.all[-1]} and present in values
    if control.kind == "choice":
        assert present in values and course.spec()["options"] == values and len(values) > 1
    if control.kind == "cell":
        assert present in values and (0, 0) in values and (control.rows - 1, control.columns - 1) in values
    if control.kind == "matrix":
        assert 0 in values and {values[0], values[-1]} == {-9, 9} and len(values) >= FEWEST
