"""Folders of images as people and their computers leave them."""

import os
import unicodedata

import numpy as np
import pytest
from harmed_pictures import encoded

from cnnlab.datasets import image, own
from cnnlab.datasets.fitting import labelled


def put(folder, *names, kind="PNG"):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encoded(kind, 8) if kind else b"no picture")


def test_every_picture_is_read_and_what_is_passed_over_is_counted_and_named(tmp_path):
    put(tmp_path, "a/1.jfif", "a/2.jpe", "a/3.JPG", "a/deep/er/4.jpeg", kind="JPEG")
    put(tmp_path, "b/1.png", "b/2.webp", "b/3.tiff")
    put(tmp_path, "a/1.heic", "a/2.HEIC", "b/notes.txt", "b/LICENSE", "list.csv", kind=None)
    with pytest.warns(UserWarning) as told:
        data = own(tmp_path, size=4)
    assert len(data.x_train) + len(data.x_test) == 7 and data.names == ("a", "b")
    words = str(told[0].message)
    assert words.startswith(f"{tmp_path}: 7 images read; passed over: 2 .heic (no reader for it is installed")
    assert len(told) == 1 and all(
        part in words for part in (".txt", "file without an ending", ".csv beside the folders")
    )


def test_what_systems_keep_in_folders_is_nobodys_class_and_not_counted(tmp_path):
    put(tmp_path, "a/1.png", "a/2.png", "b/1.png", "b/2.png")
    put(tmp_path, "@eaDir/1.png", "__MACOSX/1.png", "#recycle/1.png", ".git/1.png", "a/@eaDir/x.png/SYNO.jpg")
    put(tmp_path, "a/Thumbs.db", "b/.DS_Store", "b/._1.png", "desktop.ini", kind=None)
    data = own(tmp_path, size=4)
    assert data.names == ("a", "b") and len(data.x_train) + len(data.x_test) == 4


def test_two_forms_of_one_name_are_one_class(tmp_path):
    composed, apart = (unicodedata.normalize(form, "Käfer") for form in ("NFC", "NFD"))
    assert composed != apart
    put(tmp_path, f"train/{composed}/1.png", f"train/{apart}/2.png", "train/Ente/1.png")
    put(tmp_path, f"test/{apart}/1.png", "test/Ente/1.png")
    data = own(tmp_path, size=4)
    assert data.names == ("Ente", composed)
    np.testing.assert_array_equal(data.y_train, [0, 1, 1])
    x = data.x_train
    np.savez(tmp_path / "own.npz", x_train=x, y_train=data.y_train, x_test=x[:2], y_test=[0, 1], names=["Ente", apart])
    assert own(tmp_path / "own.npz").names == ("Ente", composed)
    assert labelled(data, (apart, "Ente"), 2).y_train.tolist() == [1, 0, 0]


def test_valid_is_what_is_tested_on_where_there_is_no_test(tmp_path):
    put(tmp_path, *(f"{part}/{name}/1.png" for part in ("Train", "valid") for name in "ab"))
    data = own(tmp_path, size=4)
    assert data.names == ("a", "b") and data.y_train.tolist() == data.y_test.tolist() == [0, 1]
    put(tmp_path, *(f"test/{name}/{k}.png" for name in "ab" for k in range(3)))
    with pytest.warns(UserWarning, match="8 images read; passed over: the folder valid"):
        assert len(own(tmp_path, size=4).x_test) == 6


def test_files_of_a_class_are_in_one_order_on_every_system(tmp_path, monkeypatch):
    put(tmp_path, *(f"{name}/{k}.png" for name in "ab" for k in range(6)))
    for k in range(6):
        (tmp_path / "a" / f"{k}.png").write_bytes(encoded("PNG", 8 + k))
    first = own(tmp_path, size=4)
    walk = os.walk

    def backwards(*given, **options):
        for folder, inner, names in walk(*given, **options):
            yield folder, inner, names[::-1]

    monkeypatch.setattr(os, "walk", backwards)
    np.testing.assert_array_equal(own(tmp_path, size=4).x_train, first.x_train)


def test_a_class_of_nothing_that_can_be_read_says_what_it_holds(tmp_path):
    put(tmp_path, "a/1.png", "a/2.png")
    put(tmp_path, "b/1.heic", "b/2.heic", kind=None)
    with pytest.raises(ValueError, match=r"b holds no images; .*; it holds 2 \.heic \(no reader for it is installed"):
        own(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such files here")
def test_nobody_waits_for_a_pipe(tmp_path):
    put(tmp_path, "a/1.png", "a/2.png", "b/1.png", "b/2.png")
    os.mkfifo(tmp_path / "a" / "3.png")
    with pytest.warns(UserWarning, match=r"4 images read; passed over: \.png \(no plain file\)"):
        own(tmp_path, size=4)


@pytest.mark.parametrize(
    "exif",
    [
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06",  # cut
        b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + bytes(40),
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0" + b"?" * 30,
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x02\0\0\0\x03ab\0\0" + bytes(4),  # a text for the orientation
    ],
)
def test_a_broken_exif_block_does_not_keep_a_picture_out(tmp_path, exif):
    (tmp_path / "one.jpg").write_bytes(encoded("JPEG", 8, exif=exif))
    (tmp_path / "plain.jpg").write_bytes(encoded("JPEG", 8))
    np.testing.assert_array_equal(image(tmp_path / "one.jpg"), image(tmp_path / "plain.jpg"))


def test_all_ways_of_holding_a_camera_are_made_up_for(tmp_path):
    from PIL import Image, ImageOps

    for way in range(1, 9):
        exif = Image.Exif()
        exif[274] = way
        (tmp_path / "one.png").write_bytes(encoded("PNG", 8, exif=exif.tobytes()))
        with Image.open(tmp_path / "one.png") as file:
            expected = np.asarray(ImageOps.exif_transpose(file), np.float32) / 255
        np.testing.assert_allclose(image(tmp_path / "one.png"), expected, atol=1e-6)
