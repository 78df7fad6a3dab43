"""What a learner draws or photographs lies as the digits of the data sets do, whatever the paper and the light."""

import numpy as np
import pytest

from cnnlab import datasets, recipes


def on_paper(image, each=5, top=11, left=23, size=(120, 150), shade=0.0, ink=0.1, paper=0.9):
    """A digit (16, 16, 1), every pixel `each` x `each`, written on a sheet whose light falls off by `shade`."""
    height, width = size
    there = np.zeros(size)
    large = np.kron((image[..., 0] + 1) / 2, np.ones((each, each)))
    there[top : top + len(large), left : left + len(large)] = large
    sheet = paper - shade * np.linspace(0, 1, width) - 0.5 * shade * np.linspace(0, 1, height)[:, None]
    return np.repeat((sheet + (ink - paper) * there)[..., None], 3, axis=2)


@pytest.fixture(scope="module")
def written():
    return datasets.digits(16).x_test[:40]


def alike(one, other):
    return np.corrcoef(one.ravel(), other.ravel())[0, 1]


@pytest.mark.parametrize(
    "how",
    [{}, {"each": 3}, {"top": 36, "left": 60}, {"shade": 0.3}, {"ink": 0.95, "paper": 0.1}, {"ink": 0.6, "paper": 0.8}],
)
def test_a_digit_comes_back_from_any_place_size_light_and_paper(written, how):
    found = np.stack([datasets.drawn_digit(on_paper(image, **how), 16) for image in written])
    assert found.dtype == np.float32 and found.shape == written.shape
    assert found.min() >= -1 and (found.max((1, 2, 3)) > 0.999).all()
    likeness = [alike(one, other) for one, other in zip(found, written, strict=True)]
    assert np.median(likeness) > 0.93 and min(likeness) > 0.6, likeness


def test_a_network_reads_what_it_reads_of_the_data(written):
    network = recipes.bundled("zip_code_1989")
    found = np.stack([datasets.drawn_digit(on_paper(image, each=6, shade=0.2), 16) for image in written])
    same = np.mean(network.classify(found) == network.classify(written))
    assert same >= 0.85, same


def test_it_lies_as_in_the_data_set():
    sheet = np.ones((90, 140, 3))
    sheet[20:60, 100:110] = 0  # a stroke, 40 high and 10 wide
    digit = datasets.drawn_digit(sheet, 16)[..., 0]
    inked = digit > 0
    assert inked.any(axis=1).all(), "it is as high as the image"
    np.testing.assert_array_equal(np.flatnonzero(inked.any(axis=0)), [6, 7, 8, 9], err_msg="in the middle")
    sheet[50:60, 60:110] = 0  # and a foot to the left: the mass is below and left of the middle of the frame
    mnist = datasets.drawn_digit(sheet, 28, box=20, mass=True, paper=0.0, ink=1.0)[..., 0]
    assert mnist.min() == 0 and mnist.max() == 1
    inked = mnist > 0.5
    assert {int(np.ptp(np.flatnonzero(inked.any(axis)))) + 1 for axis in (0, 1)} == {16, 20}
    for axis in (0, 1):
        middle = (mnist.sum(1 - axis) * (np.arange(28) + 0.5)).sum() / mnist.sum()
        assert abs(middle - 14) < 0.1


def test_the_digits_that_come_with_it_lie_so():
    x = datasets.digits(16).x_train[..., 0] > -0.5
    assert x.any(axis=2)[:, [0, -1]].all(), "all of them are as high as the image"


def test_a_small_drawing_is_scaled_up_and_one_that_lies_right_is_left():
    dot = np.ones((16, 16, 3))
    dot[3:6, 2:4] = 0
    assert (datasets.drawn_digit(dot, 16)[..., 0] > 0).any(axis=1).all()
    lies = datasets.drawn_digit(on_paper(datasets.digits(16).x_test[3]), 16)
    again = datasets.drawn_digit(np.repeat((1 - lies) / 2, 3, axis=2), 16)
    assert alike(lies, again) > 0.97


def test_noise_of_a_camera_is_no_ink(rng):
    sheet = on_paper(datasets.digits(16).x_test[0]) + rng.normal(0, 0.02, (120, 150, 1))
    image = datasets.drawn_digit(sheet, 16)
    assert alike(image, datasets.drawn_digit(on_paper(datasets.digits(16).x_test[0]), 16)) > 0.98


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        (np.ones((9, 9, 3)), "nothing is to be seen"),
        (np.ones((9, 9)), r"picture must be \(h, w, 3\)"),
        (np.ones((0, 9, 3)), r"picture must be \(h, w, 3\)"),
        (np.full((9, 9, 3), np.nan), "picture must be finite"),
        (np.full((9, 9, 3), "a"), r"picture must be \(h, w, 3\)"),
    ],
)
def test_what_is_no_picture_is_refused(picture, words):
    with pytest.raises(ValueError, match=words):
        datasets.drawn_digit(picture)


def test_of_a_photograph_the_square_in_the_middle_is_taken():
    wide = np.zeros((40, 100, 3), np.float32)
    wide[:, 30:70] = (1, 0.5, 0)
    found = datasets.square_photo(wide, 8)
    assert found.shape == (8, 8, 3) and found.dtype == np.float32
    np.testing.assert_allclose(found[:, 1:-1], np.broadcast_to((1, 0.5, 0), (8, 6, 3)), atol=0.02)
    with pytest.raises(ValueError, match="picture must be finite"):
        datasets.square_photo(np.full((9, 9, 3), np.inf))
