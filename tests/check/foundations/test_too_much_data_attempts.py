"""What students try first in notebook 06, and the reply that each attempt gets."""

import pytest
from check.attempts import assert_complete, assert_helped, rows

from cnnlab.check.foundations import too_much_data


def prints(height, width, channels, units):
    print(height * width * channels * units)


def by_counting(size, down, right):
    return sum(0 <= row + down < size for row in range(size) for column in range(size))


TRIED = {
    "dense_weights": [
        (lambda height, width, channels, units: height * width * units, "channels forgotten"),
        (lambda height, width, channels, units: height * width * channels, "units forgotten"),
        (lambda height, width, channels, units: height * width, "Besides"),
        (lambda height, width, channels, units: height * width * channels + units, "added"),
        (lambda height, width, channels, units: (height * width * channels + 1) * units, "with biases"),
        (lambda height, width, channels, units: (height + width) * channels * units, "perimeter"),
        (lambda height, width, channels, units: (height * width + channels) * units, "pixels and channels added"),
        (lambda height, width, channels, units: height**2 * channels * units, "It is right where"),
        (lambda height, width, channels, units: 2 * height * width * channels * units, "2 times the right one"),
        (lambda height, width, channels, units: height * width * channels * units**2, "`units` times the right one"),
        (lambda height, width, channels, units: (height, width, channels, units), "must be one number"),
        (lambda height, width, channels: height * width * channels, "keep the first line"),
        (prints, "you print the result"),
        (9e9, "must be a function"),
    ],
    "conv_parameters": [
        (lambda size, channels, kernels: size * size * channels * kernels, "biases forgotten"),
        (lambda size, channels, kernels: size * size * kernels + kernels, "channels forgotten"),
        (lambda size, channels, kernels: size * channels * kernels + kernels, "side for area"),
        (lambda size, channels, kernels: size * size * channels * kernels + 1, "one bias"),
        (lambda size, channels, kernels: 2 * size * size * channels * kernels, "bias per weight"),
        (lambda size, channels, kernels: (size * size + 1) * channels * kernels, "bias per channel"),
        (lambda size, channels, kernels: size * size * kernels, "channels and biases forgotten"),
        (lambda size, channels, kernels: size * size * channels + 1, "one kernel"),
        (lambda size, channels, kernels: size * size * channels + kernels, "kernels added"),
        (lambda size, channels, kernels: size * size, "Besides, a factor"),
        (lambda size, channels, kernels: (size * size * channels + 1) * kernels + 1, "One too many"),
        (lambda size, channels, kernels: size ^ 2 * channels * kernels + kernels, "is too small"),
        (
            lambda size, channels, kernels: (size * size * channels + 1) * kernels * channels,
            "It is right where `channels` is 1, and only there. Every value is 3 times",
        ),
    ],
    "still_seen": [
        (lambda size, down, right: (size - down) * (size - right), "sign forgotten and below zero"),
        (lambda size, down, right: (size - abs(down)) * (size - abs(right)), "below zero"),
        (lambda size, down, right: max(size - down, 0) * max(size - right, 0), "sign forgotten"),
        (lambda size, down, right: size * size - abs(down) * abs(right), "It is right where `down` is 0"),
        (
            lambda size, down, right: max(size * size - size * abs(down) - size * abs(right), 0),
            "lost rows and columns subtracted",
        ),
        (
            lambda size, down, right: size * size - max(size - abs(down), 0) * max(size - abs(right), 0),
            "those that are lost",
        ),
        (lambda size, down, right: max(size - abs(down), 0) + max(size - abs(right), 0), "sides added"),
        (lambda size, down, right: max(size - abs(right), 0) * size, "one direction"),
        (by_counting, "the other direction"),
        (lambda size, down, right: min(size, abs(down)) * min(size, abs(right)), "check.still_seen.hint"),
        (lambda size, down: size - down, "keep the first line"),
        (576, "must be a function"),
    ],
}


@pytest.mark.parametrize(("name", "answer", "reply"), rows(TRIED))
def test_a_first_attempt_gets_a_reply_that_helps(name, answer, reply):
    assert_helped(name, answer, reply)


def test_there_are_attempts_at_every_exercise():
    assert_complete(TRIED, too_much_data.EXERCISES)
