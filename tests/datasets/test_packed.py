"""Recordings, of which nobody has pinned the sum: their archive may claim whatever it likes."""

import gzip
import io
import tarfile

import numpy as np
import pytest
from crafted import OBJECTS, head, npz
from small_server import only_this_machine, places

from cnnlab import datasets, recipes

__all__ = ["only_this_machine", "places"]  # fixtures


def archive(claim, body=b""):
    """A .tar.gz file of one recording that says to be so large."""
    entry = tarfile.TarInfo("fsdd-1/recordings/0_a_0.wav")
    entry.size = claim
    return gzip.compress(entry.tobuf() + body, mtime=0)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (archive(10 << 30), "claims 10,737,418,240 bytes, more than 1,048,576"),
        (archive(2**62), "claims 4,611,686,018,427,387,904 bytes"),
        (archive(99, b"RIFF"), "unexpected end of data"),
        (archive(99, bytes(9999)), "a recording is not a RIFF file"),
        (gzip.compress(b"x" * 9999, mtime=0), "invalid header"),
        (gzip.compress(b"x", mtime=0)[:9], "end-of-stream"),
        (b"", "empty file"),
        (b"\x1f\x8b\xff" + bytes(20), "Unknown compression method"),
    ],
    ids=["10 GB", "more than a disk", "cut", "no sound", "no archive", "half a head", "nothing", "no gzip"],
)
def test_recordings_that_are_none_are_refused_by_name(places, content, words):
    path = places / "fsdd" / "free-spoken-digit-dataset-1.0.10.tar.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    with pytest.raises(datasets.CorruptFile, match=rf"1\.0\.10\.tar\.gz .*({words})"):
        datasets.fsdd(progress=False)


def test_an_archive_that_unfolds_to_more_than_recordings_is_refused(places):
    path = places / "fsdd" / "free-spoken-digit-dataset-1.0.10.tar.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    entry = tarfile.TarInfo("fsdd-1/notes.txt")
    entry.size = 1 << 20
    raw = io.BytesIO()
    with gzip.open(raw, "wb", 1) as out:
        for _ in range(66):
            out.write(entry.tobuf() + bytes(1 << 20))
    path.write_bytes(raw.getvalue())
    with pytest.raises(datasets.CorruptFile, match="unfolds to more than 67,108,864 bytes"):
        datasets.fsdd(progress=False)


STRANGE = {"objects": OBJECTS, "2 TB": head((2**40,), "<i2"), "complex": np.zeros(3, complex), "nothing": b""}


@pytest.mark.parametrize("samples", STRANGE.values(), ids=STRANGE)
def test_recordings_as_strange_arrays_are_refused_by_name(places, samples):
    path = places / "fsdd" / "fsdd.npz"
    path.parent.mkdir(parents=True, exist_ok=True)
    others = {name: np.zeros(1, int) for name in ("digit", "speaker", "take")}
    npz(path, others | {"samples": samples, "offset": np.array([0, 3]), "speakers": np.array(["a"])})
    with pytest.raises(datasets.CorruptFile, match=r"fsdd\.npz"):
        datasets.fsdd(progress=False)


DAMAGED_LOGS = {
    "nested": "[" * 5000 + "]" * 5000,
    "a long number": '{"names": ' + "9" * 9999 + "}",
    "cut": "[",
    "strange": "\0",
}
NO_LOGS = {
    "no names": '{"a": 1}',
    "a number": "3",
}


@pytest.mark.parametrize("content", DAMAGED_LOGS.values(), ids=DAMAGED_LOGS)
def test_a_damaged_log_is_refused_by_name(tmp_path, content):
    (tmp_path / "one.json").write_text(content)
    with pytest.raises(ValueError, match=r"one\.json cannot be read as a JSON file"):
        recipes.known_names(recipes.recipe("tdnn"), tmp_path / "one.npz")


@pytest.mark.parametrize("content", NO_LOGS.values(), ids=NO_LOGS)
def test_a_log_that_is_none_names_no_classes(tmp_path, content):
    (tmp_path / "one.json").write_text(content)
    assert recipes.known_names(recipes.recipe("tdnn"), tmp_path / "one.npz") == ()
