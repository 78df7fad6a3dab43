"""Your own images: arrays in an .npz file, folders of files, and every way in which they may not fit."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from cnnlab.datasets.folders import image
from cnnlab.datasets.own import own


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
        ({"y_test": np.array([{}, None])}, "y_test cannot be read .it holds Python objects"),
        ({"y_train": np.arange(6) % 3 + 1}, "labels go up to 3, but there are 3 names; .* Subtract 1"),
        ({"y_train": np.arange(6) % 3 + 1, "names": None}, r"labels must be 0 to 3, .* none of class 0; .* Subtract 1"),
        ({"y_train": np.array([0, 1, 10**6] * 2), "names": None}, "labels must be 0 to 1000000, .* none of class 2$"),
        ({"y_train": np.array([0, 1] * 3)}, r"y_train has none of class 2 \(cow\)$"),
        ({"y_test": np.array([0, 2**62]), "names": None}, f"labels must be 0 to {2**62}, .* none of class 3"),
        ({"y_train": np.uint64([0, 1, 2**64 - 1] * 2), "names": None}, f"labels must be 0 to {2**64 - 1}"),
        ({"y_train": np.zeros(6, int), "y_test": np.zeros(2, int), "names": None}, "y_train .* at least two classes"),
        ({"names": np.array(["ant", "", "cow"])}, "names must give each class .*; class 1 has none"),
        ({"names": np.array(["ant", "bee", "ant"])}, "names must give each class .*; 'ant' is there twice"),
        ({"names": np.ones(3)}, "names must hold text; got dtype float64"),
        ({"x_train": np.full((6, 5, 4, 3), 255)}, "x_train must lie .*reaches 255: give uint8 .* divide by 255"),
        ({"x_test": np.full((2, 5, 4, 3), -16.0)}, "x_test must lie within about -1..1; it reaches 16"),
        ({"x_train": np.ones((6, 5, 4, 3), np.uint8)}, "x_train must use what uint8 offers.* reaches 1 only"),
        ({"x_test": np.full((2, 5, 4, 3), -1.0)}, "x_train and x_test must be scaled alike; got 0 to .* and -1 to -1"),
        ({"x_test": np.full((2, 5, 4, 3), 0.004)}, "x_train and x_test must be scaled alike; .* and 0.004 to 0.004"),
    ],
)
def test_own_arrays_that_do_not_fit_are_refused_by_name(tmp_path, rng, changes, message):
    np.savez(tmp_path / "own.npz", **small(rng, **changes))
    with pytest.raises(ValueError, match=message):
        own(tmp_path / "own.npz")


def test_own_features_may_reach_further_where_that_is_said(tmp_path, rng):
    x = 7 * rng.normal(size=(6, 5, 4, 3))
    np.savez(tmp_path / "own.NPZ.npz", **small(rng, x_train=x, x_test=x[:2]))
    (tmp_path / "own.NPZ.npz").rename(tmp_path / "own.NPZ")
    with pytest.raises(ValueError, match="reach="):
        own(tmp_path / "own.NPZ")
    np.testing.assert_array_equal(own(tmp_path / "own.NPZ", reach=40).x_test, x[:2].astype(np.float32))
    np.savez(tmp_path / "own.npz", **small(rng, x_test=np.full((2, 5, 4, 3), 1e300)))
    with pytest.raises(ValueError, match="x_test must be finite; image 0"):  # float32 ends at 3.4e38
        own(tmp_path / "own.npz", reach=1e301)


def test_own_masks_and_names_in_bytes(tmp_path, rng):
    mask = rng.random((6, 5, 4, 3)) < 0.5
    np.savez(tmp_path / "own.npz", **small(rng, x_train=mask, x_test=mask[:2], names=np.array([b"cat", b"dog", b"ox"])))
    data = own(tmp_path / "own.npz")
    assert data.names == ("cat", "dog", "ox")
    np.testing.assert_array_equal(data.x_train, mask.astype(np.float32))


def test_damage_anywhere_in_a_file_is_reported_with_its_name(tmp_path, rng):
    """Every byte in turn is another; what still can be read is read."""
    arrays = small(rng, x_train=np.zeros((6, 2, 2, 1)), x_test=np.zeros((2, 2, 2, 1)))
    for save in (np.savez, np.savez_compressed):
        save(tmp_path / "own.npz", **arrays)
        whole = (tmp_path / "own.npz").read_bytes()
        for place in range(0, len(whole), 3):
            (tmp_path / "own.npz").write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
            try:
                own(tmp_path / "own.npz")
            except ValueError as problem:
                assert "own.npz" in str(problem)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no array at all", "y_test cannot be read .it is no array"),
        (
            b"\x93NUMPY\x01\x00v\x00{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }".ljust(127) + b"\nshort",
            "y_test cannot be read .*(?<!objects; expected numbers, or text for names)[)]$",
        ),
    ],
)
def test_a_member_that_is_no_whole_array_is_named(tmp_path, rng, content, message):
    np.savez(tmp_path / "own.npz", **small(rng, y_test=None))
    with zipfile.ZipFile(tmp_path / "own.npz", "a") as file:
        file.writestr("y_test.npy", content)
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
    with pytest.warns(UserWarning, match="10 images read; passed over: .txt$"):
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


@pytest.mark.parametrize("read", [own, image])
def test_what_is_no_path_or_no_size_is_named(tmp_path, read):
    for value in (None, {"x_train": 1}, 3):
        with pytest.raises(TypeError, match=f"path must be the path of .*; got {type(value).__name__}"):
            read(value)
    paint(tmp_path / "1.png", (1, 2, 3))
    path = tmp_path / "1.png" if read is image else tmp_path
    for size in ("8", True, 8.0):
        with pytest.raises(TypeError, match="size must be a whole number"):
            read(path, size=size)
    with pytest.raises(ValueError, match="size must be a whole number of at least 1; got 0"):
        read(path, size=0)


def test_images_of_16_bits_keep_their_brightness_and_32_bits_are_refused(tmp_path):
    Image = pytest.importorskip("PIL.Image")
    ramp = np.linspace(0, 65535, 64).astype(np.uint16).reshape(8, 8)
    for name in ("grey.png", "grey.tif"):
        Image.fromarray(ramp).save(tmp_path / name)
        np.testing.assert_allclose(image(tmp_path / name), np.repeat(ramp[..., None], 3, 2) / 65535, atol=0.0021)
    assert image(tmp_path / "grey.png", size=np.int64(4)).shape == (4, 4, 3)
    for kind in (np.int32, np.float32):
        Image.fromarray(ramp.astype(kind)).save(tmp_path / "deep.tif")
        with pytest.raises(ValueError, match=r"deep\.tif cannot be used: its numbers have 32 bits"):
            image(tmp_path / "deep.tif")


def test_own_folders_that_cannot_be_used_are_refused(folder):
    (folder / "red" / "9.png").write_bytes(b"no image at all")
    with pytest.raises(ValueError, match=r"9\.png cannot be read as an image"):
        own(folder)
    (folder / "red" / "9.png").unlink()
    with pytest.raises(ValueError, match="size must be"):
        own(folder, size=0)
    for share in (1.0, "x", True):
        with pytest.raises(ValueError, match="test must be a share between 0 and 1"):
            own(folder, test=share)
    (folder / "empty").mkdir()
    with pytest.raises(ValueError, match="empty holds no images"):
        own(folder)
    paint(folder / "empty" / "1.png", (1, 2, 3))
    with pytest.raises(ValueError, match="at least two images"):
        own(folder)
    with pytest.raises(ValueError, match="at least two folders"):
        own(Path(folder / "red"))
