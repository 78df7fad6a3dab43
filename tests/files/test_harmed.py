"""Whatever is wrong with a file: a ValueError that names it, within a second and 100 MB, and nothing runs."""

import os
import sys

import numpy as np
import pytest
from crafted import describe, harmed_networks, harmed_own, npz, opened, pictures, weights, written
from harmed_pictures import encoded, harmed_pictures

from cnnlab import datasets
from cnnlab.network import Network

watched = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is asked for as Linux tells it")
BRIEFLY = ("network.npz", "own.npz", "one.jpg")  # what every run of the tests flips and cuts


def refused(rows):
    """Every row of `opened` must be a refusal that names its file, in little time and memory."""
    for name, error, message, seconds, memory in rows:
        # A flip may leave a whole file: other pixels, or a place that nobody reads. Of some pictures the end says
        # nothing.
        may_be_read = name.startswith("flipped") or name.startswith("cut: one")
        assert error == "ValueError" or (error == "nothing" and may_be_read), f"{name}: {error}: {message}"
        assert error == "nothing" or "case" in message, f"{name}: {message}"
        # Seconds of the process, not of a clock: what is guarded here takes minutes and gigabytes where it breaks.
        assert seconds < 1 and memory < 100, f"{name}: {seconds:.2f} s, {memory:.0f} MB: {message}"


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A folder of programs that Pillow starts, where it may: they leave a note."""
    folder, note = tmp_path / "programs", tmp_path / "note"
    folder.mkdir()
    for name in ("gs", "gswin32c", "djpeg", "convert", "xv"):
        (folder / name).write_text(f"#!/bin/sh\necho $0 >> {note}\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return note


def a_network(path):
    npz(path, weights())


def own_images(path):
    npz(path, pictures(names=np.array(["ant", "bee", "cow"])))


def packed_images(path):
    np.savez_compressed(path, **pictures())


def a_picture(kind, **options):
    return lambda path: path.write_bytes(encoded(kind, **options))


TURNED = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0"
# What a file holds, and what opens it.
WHOLE = {
    "network.npz": (a_network, "load"),
    "own.npz": (own_images, "own"),
    "packed.npz": (packed_images, "own"),
    "log.json": (lambda path: path.write_text(str(describe())), "json"),
    "one.png": (a_picture("PNG"), "image"),
    "one.jpg": (a_picture("JPEG", exif=TURNED), "image"),
    "one.gif": (a_picture("GIF"), "image"),
    "one.tif": (a_picture("TIFF", compression="tiff_lzw"), "image"),
    "one.webp": (a_picture("WEBP"), "image"),
    "one.bmp": (a_picture("BMP"), "image"),
}
IMPORTS = """
import warnings
warnings.simplefilter("ignore")
from cnnlab.datasets import image, own
from cnnlab.files import read_json as json_of
from cnnlab.network import Network
CALLS = {"load": Network.load, "own": own, "image": image, "json": json_of}
image("data/photos/grass.png")  # what libraries load and compile at first is no part of a refusal
"""
CALL = "CALLS[given[0]](given[1])"


def crafted_files(folder, programs):
    """(name, what opens it, path) of everything that was made by hand to do harm."""
    cases = []
    for call, harmed in (("load", harmed_networks()), ("own", harmed_own())):
        (folder / call).mkdir()
        cases += [(f"{call}: {name}", call, path) for name, path in written(folder / call, harmed)]
    for number, (name, content) in enumerate(harmed_pictures().items()):
        path = folder / f"case{number}" / "x.png"
        path.parent.mkdir()
        path.write_bytes(content)
        cases.append((f"image: {name}", "image", str(path)))
    return cases


@watched
def test_no_file_can_do_more_than_be_refused(tmp_path, programs):
    cases = crafted_files(tmp_path, programs)
    assert len(cases) > 160
    cases += [case for name in BRIEFLY for case in damaged(tmp_path, name, 60, 100)]
    refused(opened(cases, CALL, IMPORTS))
    assert not programs.exists()


def test_a_folder_of_pictures_starts_no_program(tmp_path, programs):
    program = harmed_pictures()["a program in PostScript"]
    for name in ("a/1.png", "a/2.jpg", "b/1.tif", "b/2.gif"):
        path = tmp_path / "own" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(program)
    with pytest.raises(ValueError, match="it is something else, or damaged at its beginning"):
        datasets.own(tmp_path / "own")
    assert not programs.exists()


def damaged(tmp_path, name, flips, cuts):
    """Cases of a file with flipped bytes, and of one that ends early: `cuts` bytes from one to the next."""
    make, call = WHOLE[name]
    whole = tmp_path / name
    make(whole)
    raw, rng, cases = whole.read_bytes(), np.random.default_rng(len(name)), []
    for number in range(flips + len(range(0, len(raw), cuts))):
        if number < flips:
            harmed = bytearray(raw)
            harmed[rng.integers(len(raw))] ^= int(rng.integers(1, 256))
        else:
            harmed = raw[: (number - flips) * cuts]
        path = tmp_path / f"case{number}-{name}"
        path.write_bytes(harmed)
        what = "flipped" if number < flips else "cut"
        cases.append((f"{what}: {name} {number}", call, str(path)))
    return cases


def test_whole_files_are_read(tmp_path):
    """What is harmed below is nothing that is refused anyway."""
    for name, (make, _) in WHOLE.items():
        make(tmp_path / name)
    assert len(datasets.own(tmp_path / "packed.npz").x_train) == 6
    assert Network.load(tmp_path / "network.npz").parameter_count == 8
    for name in WHOLE:
        if name.startswith("one"):
            assert datasets.image(tmp_path / name).shape == (24, 24, 3)


@watched
@pytest.mark.slow
@pytest.mark.parametrize("name", WHOLE)
def test_damage_at_random_is_refused_by_name_a_thousand_times(tmp_path, name):
    refused(opened(damaged(tmp_path, name, 1000, 100), CALL, IMPORTS))


def test_what_is_no_plain_file_is_refused_and_not_waited_for(tmp_path):
    path = tmp_path / "case.npz"
    if hasattr(os, "mkfifo"):
        os.mkfifo(path)
        with pytest.raises(ValueError, match=r"case\.npz cannot be read as an \.npz file: it is no plain file"):
            Network.load(path)
        path.unlink()
    path.mkdir()
    with pytest.raises(ValueError, match=r"case\.npz .*: it is a folder"):
        Network.load(path)
    with pytest.raises(ValueError, match="null"):
        Network.load("case\0.npz")
    with pytest.raises(ValueError, match="too long"):
        Network.load("case" * 999)
    for number in (0, None, b"case"):
        with pytest.raises(TypeError, match="path must be the path of a file"):
            Network.load(number)


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path):
    a_network(tmp_path / "case.npz")
    (tmp_path / "case.npz").chmod(0)
    with pytest.raises(ValueError, match=r"case\.npz cannot be read .*: Permission denied"):
        Network.load(tmp_path / "case.npz")
