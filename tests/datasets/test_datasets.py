"""Embedded data: what it is, that it is whole, and that its licence is written down."""

import hashlib
import re
from pathlib import Path

import numpy as np
import pytest

from cnnlab import datasets
from cnnlab.datasets import base

DATA = Path(base.__file__).parents[2] / "data"


@pytest.mark.parametrize("size", [8, 16])
def test_digits_are_1797_images_from_paper_to_ink(size):
    x_train, y_train, x_test, y_test, names = datasets.digits(size)
    assert x_train.shape == (1347, size, size, 1) and x_test.shape == (450, size, size, 1)
    assert x_train.dtype == x_test.dtype == np.float32 and y_train.dtype == y_test.dtype == np.int64
    assert x_train.min() == -1 and x_train.max() == 1
    assert names == tuple("0123456789") and set(y_train) == set(y_test) == set(range(10))
    # No digit is in both parts: the test error would be a lie.
    assert not {x.tobytes() for x in x_train} & {x.tobytes() for x in x_test}


def test_the_labels_belong_to_the_images():
    """Nearest neighbours mostly share their label; with labels out of step they would agree in one case out of ten."""
    x_train, y_train, x_test, y_test, _ = datasets.digits()
    distance = ((x_test[:, None] - x_train[None]) ** 2).sum((2, 3, 4))
    assert (y_train[distance.argmin(1)] == y_test).mean() > 0.97


def test_doubling_keeps_flat_images_flat_and_ramps_straight():
    from cnnlab.datasets.digits import double

    assert np.array_equal(double(np.full((1, 4, 4), 0.25, np.float32)), np.full((1, 8, 8), 0.25, np.float32))
    ramp = np.tile(np.linspace(-0.7, 0.7, 8, dtype=np.float32), (8, 1))
    fine = double(np.stack([ramp, ramp.T]))
    inside = slice(4, -4)  # at the border the outermost pixel repeats, so the ramp bends there
    expected = -0.7 + 0.2 * ((np.arange(16) + 0.5) / 2 - 0.5)
    np.testing.assert_allclose(fine[0, 8, inside], expected[inside], atol=1e-6)
    np.testing.assert_allclose(fine[1, inside, 8], expected[inside], atol=1e-6)


def test_doubled_digits_agree_with_an_independent_cubic_interpolation():
    from PIL import Image

    small, large = datasets.digits(8).x_test[:5, ..., 0], datasets.digits(16).x_test[:5, ..., 0]
    for image, ours in zip(small, large, strict=True):
        theirs = np.asarray(Image.fromarray(image).resize((16, 16), Image.Resampling.BICUBIC))
        np.testing.assert_allclose(ours[3:-3, 3:-3], np.clip(theirs, -1, 1)[3:-3, 3:-3], atol=1e-5)


@pytest.mark.parametrize("size", [7, 32, "16", None])
def test_digits_of_another_size_are_refused(size):
    with pytest.raises(ValueError, match=f"size must be 8 or 16; got {size!r}"):
        datasets.digits(size)


def test_photographs_are_float_images_with_their_origin():
    assert {"chelsea", "coffee", "astronaut", "rocket", "brick", "grass", "gravel"} <= set(datasets.photos())
    for name, about in datasets.photos().items():
        image = datasets.photo(name)
        assert image.dtype == np.float32 and image.ndim == 3 and image.shape[2] in (1, 3)
        assert min(image.shape[:2]) == 256
        assert image.min() >= 0 and image.max() <= 1 and image.std() > 0.05
        assert about.licence in ("CC0", "public domain") and about.origin in repr(about)


def test_a_photograph_can_be_cut_to_a_square():
    cat = datasets.photo("chelsea", side=227)
    assert cat.shape == (227, 227, 3)
    assert datasets.photo("brick", side=32).shape == (32, 32, 1)
    # The square is the middle of the photograph, not the photograph squeezed.
    np.testing.assert_allclose(datasets.photo("coffee", side=256), datasets.photo("coffee")[:, 64:320], atol=0.01)


@pytest.mark.parametrize(
    ("name", "side", "words"),
    [
        ("cat", None, "name must be one of astronaut, brick"),
        ("chelsea", 0, "side must be"),
        ("chelsea", 2.5, "side must be"),
    ],
)
def test_photo_names_what_is_wrong(name, side, words):
    with pytest.raises(ValueError, match=words):
        datasets.photo(name, side=side)


def test_data_readme_names_every_file_with_its_sha256_and_licence():
    rows = re.findall(r"^\| (\S+\.\w+) \|.*\| ([^|]+) \| ([0-9a-f]{64}) \|$", (DATA / "README.md").read_text(), re.M)
    listed = {name: (licence.strip(), sha) for name, licence, sha in rows}
    files = {str(p.relative_to(DATA).as_posix()) for p in DATA.rglob("*") if p.is_file() and p.name != "README.md"}
    assert set(listed) == files
    for name, (licence, sha) in listed.items():
        assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() == sha, name
        assert licence
    assert sum((DATA / name).stat().st_size for name in files if name.startswith(("digits", "photos/"))) < 3e6


def test_a_missing_file_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(base, "_FOLDERS", (tmp_path,))
    with pytest.raises(FileNotFoundError, match=r"digits\.npz is missing"):
        datasets.digits()


def test_data_is_found_inside_of_an_installed_package_too(monkeypatch, tmp_path):
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "digits.npz").write_bytes((DATA / "digits.npz").read_bytes())
    monkeypatch.setattr(base, "_FOLDERS", (tmp_path / "inside", tmp_path / "beside"))
    assert len(datasets.digits().x_train) == 1347


def test_sea_is_blue_below_and_sky_is_blue_above():
    x, y = datasets.sea_and_sky(400, size=12, rng=3)
    assert x.shape == (400, 12, 12, 3) and x.dtype == np.float32 and y.shape == (400,) and 0 <= x.min() and x.max() <= 1
    blueness = x[..., 2] - x[..., 0]
    above, below = blueness[:, :3].mean((1, 2)), blueness[:, -3:].mean((1, 2))
    assert (above > below)[y == 1].mean() > 0.97 and (above < below)[y == 0].mean() > 0.97
    assert 0.4 < y.mean() < 0.6


def test_only_the_place_of_the_blue_tells_sea_from_sky():
    """A linear rule on the mean and the spread of every colour, all over the picture, does no better than chance."""
    x, y = datasets.sea_and_sky(2000, size=8, rng=0)
    features = np.concatenate([x.mean((1, 2)), x.std((1, 2)), np.ones((2000, 1))], axis=1)
    fit, *_ = np.linalg.lstsq(features[:1000], 2 * y[:1000] - 1, rcond=None)
    assert abs(((features[1000:] @ fit > 0) == y[1000:]).mean() - 0.5) < 0.06


def test_sea_and_sky_come_from_their_seed():
    one, two, other = (datasets.sea_and_sky(5, rng=seed)[0] for seed in (1, 1, 2))
    assert np.array_equal(one, two) and not np.array_equal(one, other)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (dict(n=0), ValueError),
        (dict(n=2.0), TypeError),
        (dict(n=2, size=0), ValueError),
    ],
)
def test_sea_and_sky_refuse_sizes_that_are_none(arguments, error):
    with pytest.raises(error, match="must be"):
        datasets.sea_and_sky(**arguments)


def test_a_dataset_unpacks_and_tells_what_it_is():
    data = datasets.digits()
    x_train, *_ = data
    assert x_train is data.x_train and data.shape == (8, 8, 1)
    assert "1,347 images to train on, 450 to test on" in repr(data) and "10 classes: 0, 1, 2" in repr(data)
    with pytest.raises(AttributeError):
        data.x_train = None
