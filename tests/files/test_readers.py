"""The door for files: what it lets in, where its bounds are, and that there is no other."""

import ast
import gzip
import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
from crafted import describe, npz, weights
from harmed_pictures import encoded

from cnnlab.files import Npz, members, parsed, picture, read_json, text, unpacked
from cnnlab.layers import ReLU
from cnnlab.network import Network

ROOT = Path(__file__).parents[2]
# What opens or decodes files, and the only part of cnnlab that may: what it reads besides are its own files.
OPENERS = {
    *("np.load", "np.loadtxt", "np.genfromtxt", "np.fromfile", "np.memmap", "numpy.load", "Image.open", "plt.imread"),
    *("zipfile.ZipFile", "gzip.open", "gzip.decompress", "tarfile.open", "wave.open", "lzma.open", "bz2.open"),
    *("json.load", "mpimg.imread", "image.imread", "np.lib.format.read_array"),
}
OWN = {"picture.py", "bundle.py", "in_page.py"}  # of style.json and of JavaScript; the archive for a page is written


def calls(paths):
    """{name of a file: what it calls}, of those that have the name of an opener somewhere."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in paths}
    trees = {name: ast.parse(text) for name, text in texts.items() if any(opener in text for opener in OPENERS)}
    return {
        name: {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        for name, tree in trees.items()
    }


def test_no_other_part_of_cnnlab_opens_files_of_users():
    sources = [path for path in (ROOT / "cnnlab").rglob("*.py") if path.name not in OWN]
    others, door = ([path for path in sources if (path.parent.name == "files") is own] for own in (False, True))
    assert len(others) > 100
    assert not {name: found & OPENERS for name, found in calls(others).items() if found & OPENERS}
    there = set().union(*calls(door).values())
    assert {"Image.open", "zipfile.ZipFile", "tarfile.open", "np.lib.format.read_array"} <= there


def test_arrays_come_back_as_they_were(tmp_path, rng):
    arrays = {"a": rng.normal(size=(3, 4)), "b": np.array("word"), "c": np.arange(5)[::2], "d": np.zeros((2, 0))}
    arrays["e"] = np.asfortranarray(arrays["a"])
    for save in (np.savez, np.savez_compressed):
        save(tmp_path / "one.npz", **arrays)
        with Npz.open(tmp_path / "one.npz") as file:
            assert file.names == list(arrays)
            for name, array in arrays.items():
                assert file.claim(name) == (array.shape, array.dtype)
                np.testing.assert_array_equal(file[name], array)
            assert file.text("b", 9) == "word"
            with pytest.raises(ValueError, match="b is a text of 4 characters, more than 3"):
                file.text("b", 3)


def test_what_is_said_inside_of_an_open_file_bears_its_name_once(tmp_path):
    npz(tmp_path / "one.npz", {"a": np.ones(3)})
    with pytest.raises(ValueError, match=r"^\S+one\.npz cannot be read as an \.npz file: b is odd$"):
        with Npz.open(tmp_path / "one.npz"):
            raise ValueError("b is odd")
    with pytest.raises(ValueError, match=r"^\S+one\.npz: b is odd$"):
        with Npz.open(tmp_path / "one.npz"):
            raise ValueError(f"{tmp_path / 'one.npz'}: b is odd")


def test_a_megabyte_of_zeros_may_be_packed_and_a_bomb_may_not(tmp_path):
    np.savez_compressed(tmp_path / "one.npz", a=np.zeros(1 << 20, np.uint8))
    with Npz.open(tmp_path / "one.npz") as file:
        assert not file["a"].any()
    np.savez_compressed(tmp_path / "one.npz", a=np.zeros(17 << 20, np.uint8))
    with pytest.raises(ValueError, match="bytes claim to unfold to 17,825,920"):
        with Npz.open(tmp_path / "one.npz"):
            pass


def test_long_descriptions_are_read(tmp_path):
    """A table of connections may take more characters than the directory of a zip file."""
    layers = [{"kind": "Dense", "units": 2, "initialiser": ["custom", "x" * 600_000]}]
    npz(tmp_path / "one.npz", weights() | {"network": describe(layers)})
    assert Network.load(tmp_path / "one.npz").parameter_count == 8


def test_a_network_of_more_layers_than_a_file_may_hold_is_not_saved(tmp_path):
    Network([ReLU() for _ in range(1000)], (3,)).save(tmp_path / "one.npz")
    assert len(Network.load(tmp_path / "one.npz")) == 1000
    with pytest.raises(ValueError, match="must have at most 1,000 layers; this one has 1,001"):
        Network([ReLU() for _ in range(1001)], (3,)).save(tmp_path / "two.npz")
    assert not (tmp_path / "two.npz").exists()


def test_json_has_bounds_for_length_depth_and_parts(tmp_path, monkeypatch):
    assert parsed('{"a": [1, "[[[\\"]"], "b": NaN}')["a"] == [1, '[[["]']
    assert parsed("[" * 100 + "]" * 100)
    with pytest.raises(ValueError, match="nested more than 100 deep"):
        parsed("[" * 101 + "]" * 101)
    with pytest.raises(ValueError, match="damaged: Expecting value: line 1"):
        parsed("[,]")
    with pytest.raises(ValueError, match="has 41 characters, more than 40"):
        parsed(" " * 41, 40)
    with pytest.raises(ValueError, match="holds 11 values, more than 10"):
        parsed(json.dumps(list(range(12))), 40)
    with pytest.raises(ValueError, match="holds 2 lists and objects, more than 1"):
        parsed("[[]]", 40)
    path = tmp_path / "log.json"
    path.write_text('{"names": ["Käfer"]}', encoding="utf-8")
    assert read_json(path) == {"names": ["Käfer"]}
    for content, words in ((b"\xff", "utf-8"), (b"[", "damaged"), (b"", "damaged")):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=rf"log\.json cannot be read as a JSON file: .*{words}"):
            read_json(path)
    monkeypatch.setattr(text, "LENGTH", 4)
    path.write_bytes(b" " * 17)
    with pytest.raises(ValueError, match=r"log\.json .*more than 16 bytes"):
        read_json(path)


def archive(path, files, claim=None):
    with tarfile.open(path, "w:gz") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content) if claim is None else claim
            tar.addfile(info, io.BytesIO(content + bytes(info.size - len(content))))


def test_what_is_packed_is_bounded_by_who_asks(tmp_path):
    path = tmp_path / "one.gz"
    path.write_bytes(gzip.compress(bytes(100)))
    assert unpacked(path, 100) == bytes(100)
    with pytest.raises(ValueError, match=r"one\.gz cannot be read as a gzip file: it unfolds to more than 99 bytes"):
        unpacked(path, 99)
    path.write_bytes(gzip.compress(bytes(100))[:-9])
    with pytest.raises(ValueError, match=r"one\.gz"):
        unpacked(path, 100)
    archive(path, {"a/b.wav": b"abc", "c": b""})
    assert dict(members(path, 1 << 20, 3)) == {"a/b.wav": b"abc", "c": b""}
    with pytest.raises(ValueError, match=r"one\.gz .*a/b\.wav claims 3 bytes, more than 2"):
        list(members(path, 1 << 20, 2))
    with pytest.raises(ValueError, match=r"one\.gz .*unfolds to more than 600 bytes"):
        list(members(path, 600, 9))


def test_pictures_have_a_bound_that_large_files_raise(tmp_path, monkeypatch):
    path = tmp_path / "one.png"
    path.write_bytes(encoded("PNG", 24))
    assert picture(path).size == (24, 24)
    from cnnlab.files import pictures

    monkeypatch.setattr(pictures, "PIXELS", 575)
    with pytest.raises(ValueError, match=r"one\.png .*claims 24 x 24 pixels in [\d,]+ bytes; at most 575 pixels"):
        picture(path)
    monkeypatch.setattr(pictures, "PIXELS", 10**9)
    monkeypatch.setattr(pictures, "SPARSE", 500)
    monkeypatch.setattr(pictures, "DENSE", 1)
    assert picture(path).size == (24, 24)  # noise: more bytes than pixels
    path.write_bytes(encoded("JPEG", 99, quality=5))
    with pytest.raises(ValueError, match=r"one\.png .*claims 99 x 99 pixels"):
        picture(path)
