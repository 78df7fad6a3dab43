"""Your own images: arrays in an .npz file, folders of files, and every way in which they may not fit."""

from pathlib import Path

import numpy as np
import pytest

from cnnlab.datasets.own import image, own


def small(rng, **changes):
    arrays = {
        "x_train": rng.integers(0, 256, (6, 5, 4, 3), np.uint8),
        "y_train": np.array([0, 1, 2, 0, 1, 2]),
        "x_test": rng.integers(0, 256, (2, 5, 4, 3), np.uint8),
        "y_test": np.array([1, 2]),
        "names": np.array(["ant", "bee", "cow"]),
    } | changes
    return {key: value for key, value in arrays.items() if value is not None}


def test_own_arrays_become_a_dataset(tmp_path, rng):
    arrays = small(rng)
    np.savez(tmp_path / "own.npz", **arrays)
    data = own(tmp_path / "own.npz")
    assert data.x_train.dtype == np.float32 and data.names == ("ant", "bee", "cow") and data.y_test.dtype == np.int64
    np.testing.assert_allclose(data.x_train, arrays["x_train"] / 255, atol=1e-7)


def test_own_grey_floats_keep_their_values_and_get_names(tmp_path, rng):
    x = rng.normal(size=(6, 5, 4))
    np.savez(tmp_path / "own.npz", **small(rng, x_train=x, x_test=x[:2], y_train=np.arange(6)[:, None], names=None))
    data = own(str(tmp_path / "own.npz"))
    np.testing.assert_array_equal(data.x_train, x[..., None].astype(np.float32))
    assert data.names == ("0", "1", "2", "3", "4", "5")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"y_test": None}, r"own\.npz must hold .*; y_test missing, found: names, x_test"),
        ({"x_train": np.zeros((6, 5))}, r"x_train must be \(N, H, W, C\).*\(6, 5\)"),
        ({"x_train": np.zeros((0, 5, 4, 3))}, "x_train must be .* at least one image"),
        ({"x_train": np.zeros((6, 3, 32, 32))}, "channels last"),
        ({"x_test": np.zeros((2, 5, 5, 3))}, r"one shape; got \(5, 4, 3\) and \(5, 5, 3\)"),
        ({"x_train": np.full((6, 5, 4, 3), np.nan)}, "x_train must be finite; image 0"),
        ({"x_train": np.zeros((6, 5, 4, 3), complex)}, "x_train must hold numbers"),
        ({"y_train": np.arange(5)}, "y_train must hold one label for each of the 6 images"),
        ({"y_train": np.zeros(6)}, "y_train must hold whole numbers"),
        ({"y_test": np.array([0, -1])}, "y_test must hold whole numbers from 0; got -1"),
        ({"y_test": np.array([0, 3])}, "labels go up to 3, but there are 3 names"),
        ({"y_test": np.array([{}, None])}, "y_test holds Python objects"),
    ],
)
def test_own_arrays_that_do_not_fit_are_refused_by_name(tmp_path, rng, changes, message):
    np.savez(tmp_path / "own.npz", **small(rng, **changes))
    with pytest.raises(ValueError, match=message):
        own(tmp_path / "own.npz")


def test_a_file_that_is_no_npz_is_refused(tmp_path):
    (tmp_path / "own.npz").write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(ValueError, match=r"own\.npz cannot be read"):
        own(tmp_path / "own.npz")
    (tmp_path / "own.txt").write_text("no")
    with pytest.raises(ValueError, match="npz file or a folder"):
        own(tmp_path / "own.txt")
    with pytest.raises(FileNotFoundError, match="there is no"):
        own(tmp_path / "nothing")


def paint(path, colour, size=(40, 30), mode="RGB"):
    Image = pytest.importorskip("PIL.Image")
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, colour).save(path)


@pytest.fixture
def folder(tmp_path):
    for k in range(5):
        paint(tmp_path / "red" / f"{k}.png", (255, 0, 0))
        paint(tmp_path / "blue" / f"{k}.jpg", (0, 0, 255), (20, 60))
    (tmp_path / "blue" / "notes.txt").write_text("not an image")
    (tmp_path / ".hidden").mkdir()
    return tmp_path


def test_own_folders_become_classes(folder):
    data = own(folder, size=8)
    assert data.names == ("blue", "red") and data.x_train.shape == (8, 8, 8, 3) and data.x_test.shape == (2, 8, 8, 3)
    np.testing.assert_array_equal(data.y_train, [0] * 4 + [1] * 4)
    np.testing.assert_array_equal(data.y_test, [0, 1])
    assert (data.x_train[:4, ..., 2] > 0.9).all() and (data.x_train[4:, ..., 0] == 1).all()


def test_own_train_and_test_folders_are_kept_apart(tmp_path):
    for name, colour in (("a", (255, 255, 255)), ("b", (0, 0, 0))):
        paint(tmp_path / "train" / name / "1.png", colour)
        paint(tmp_path / "test" / name / "1.png", (9, 9, 9))
    data = own(tmp_path, size=4)
    assert data.x_train[0].min() == 1 and data.x_train[1].max() == 0
    np.testing.assert_allclose(data.x_test, 9 / 255, atol=1e-6)


def test_an_image_stands_upright_on_white(tmp_path):
    Image = pytest.importorskip("PIL.Image")
    paint(tmp_path / "clear.png", (255, 0, 0, 0), mode="RGBA")
    assert image(tmp_path / "clear.png").min() == 1
    picture = Image.new("RGB", (40, 20))
    picture.paste((255, 255, 255), (0, 0, 20, 20))
    exif = picture.getexif()
    exif[274] = 6  # the camera was turned: show it a quarter turn clockwise
    picture.save(tmp_path / "turned.png", exif=exif)
    upright = image(tmp_path / "turned.png")
    assert upright.shape == (40, 20, 3) and upright[5, 10].min() == 1 and upright[35, 10].max() == 0


def test_own_folders_that_cannot_be_used_are_refused(folder):
    (folder / "red" / "9.png").write_bytes(b"no image at all")
    with pytest.raises(ValueError, match=r"9\.png cannot be read as an image"):
        own(folder)
    (folder / "red" / "9.png").unlink()
    with pytest.raises(ValueError, match="size must be"):
        own(folder, size=0)
    with pytest.raises(ValueError, match="test must be"):
        own(folder, test=1.0)
    (folder / "empty").mkdir()
    with pytest.raises(ValueError, match="empty holds no images"):
        own(folder)
    paint(folder / "empty" / "1.png", (1, 2, 3))
    with pytest.raises(ValueError, match="at least two images"):
        own(folder)
    with pytest.raises(ValueError, match="at least two folders"):
        own(Path(folder / "red"))
