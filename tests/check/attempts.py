"""What students try first: tables of attempts, each with the known mistake or a piece of the reply that it must get."""

import re

import pytest

from cnnlab import check

FEWEST = 10  # attempts for each exercise


def rows(table):
    """{exercise: [(attempt, reply), ...]} as rows of a parametrised test."""
    return [
        pytest.param(name, answer, reply, id=f"{name}-{number}-{reply}")
        for name, tried in table.items()
        for number, (answer, reply) in enumerate(tried)
    ]


def assert_helped(name, answer, reply):
    """Reply is the name of a mistake, or else a piece of what is said; who is no known mistake is told of hints."""
    exercise = getattr(check, name)
    verdict = exercise(answer)
    text = str(verdict)
    assert verdict.right is False, text
    if reply in {mistake.name for mistake in exercise.mistakes}:
        assert verdict.mistake == reply, text
    else:
        assert reply in text, text
    assert verdict.mistake or f"`check.{name}.hint()` gives the next hint." in text, text
    assert verdict.mistake or not gives_away(answer, exercise.right, text.split("`check.")[0]), text


def gives_away(answer, right, text):
    """Whether a reply about a number holds the right one (of more than one digit, for 2 may be a size)."""
    if isinstance(right, (int, float)) and abs(right) > 9 and f"{right:g}" not in str(answer):
        return any(float(number.replace(",", "")) == right for number in re.findall(r"\d[\d,.]*\d", text))
    return False


def assert_complete(table, exercises):
    """Whether there are attempts enough for all exercises of a notebook."""
    assert set(table) == {exercise.name for exercise in exercises}
    few = {name: len(tried) for name, tried in table.items() if len(tried) < FEWEST}
    assert not few
