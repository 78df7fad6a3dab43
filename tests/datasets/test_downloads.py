"""Reading the public data sets, from small files of the same form; no test speaks to another host."""

import gzip
import hashlib
import io
import tarfile
import wave

import numpy as np
import pytest
from small_server import only_this_machine, places, server

from cnnlab.datasets import downloads
from cnnlab.datasets.store import CorruptFile

__all__ = ["only_this_machine", "places", "server"]  # fixtures


def test_every_registered_file_has_a_usual_name_an_address_and_a_pinned_sum():
    remotes = [remote for files in downloads.REGISTRY.values() for remote in files]
    assert set(downloads.REGISTRY) == {"usps", "mnist", "fashion_mnist", "cifar10", "fsdd"}
    for name, files in downloads.REGISTRY.items():
        for remote in files:
            assert remote.name.startswith(name + "/") and remote.url.startswith("http")
            pinned = downloads.FSDD_CONTENTS if remote.sha256 is None else remote.sha256
            assert len(pinned) == 64 and int(pinned, 16)
    assert len({remote.name for remote in remotes}) == len({remote.url for remote in remotes}) == len(remotes) == 12


def put(monkeypatch, server, name, bodies):
    """Register a small set in place of the real one."""
    remotes = downloads.REGISTRY[name]
    new = tuple(
        server.remote(r.name, b, None if r.sha256 is None else ...) for r, b in zip(remotes, bodies, strict=True)
    )
    monkeypatch.setitem(downloads.REGISTRY, name, new)


def test_usps_reads_labels_and_images(server, places, monkeypatch, rng):
    x = np.round(rng.uniform(-1, 1, (5, 256)), 3)
    text = [
        "\n".join(
            " ".join([f"{k}.0000", *(f"{v:.3f}" for v in row)]) for k, row in zip((3, 0, 9, 1, 7), x, strict=True)
        )
    ]
    put(
        monkeypatch,
        server,
        "usps",
        [gzip.compress(text[0].encode()), gzip.compress((text[0][: len(text[0])] + "\n").encode())],
    )
    assert not downloads.available("usps")
    data = downloads.usps(progress=False)
    assert downloads.available("usps")
    assert (
        data.x_train.dtype == np.float32 and data.x_train.shape == (5, 16, 16, 1) and data.names == tuple("0123456789")
    )
    np.testing.assert_allclose(data.x_test[2, 3, 4, 0], x[2, 3 * 16 + 4], rtol=1e-6)
    np.testing.assert_array_equal(data.y_train, [3, 0, 9, 1, 7])


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_idx_files_are_read(server, places, monkeypatch, rng, name):
    def idx(values):
        head = bytes([0, 0, 8, values.ndim]) + np.array(values.shape, ">i4").tobytes()
        return gzip.compress(head + values.astype(np.uint8).tobytes())

    images, labels = rng.integers(0, 256, (4, 28, 28)), np.array([0, 9, 5, 5])
    images[0, 0, :2] = 0, 255
    put(monkeypatch, server, name, [idx(images), idx(labels), idx(images[:2]), idx(labels[:2])])
    data = getattr(downloads, name)(progress=False)
    assert data.x_train.dtype == np.float32 and data.x_test.shape == (2, 28, 28, 1) and len(data.names) == 10
    np.testing.assert_allclose(data.x_train[0, 0, :2, 0], [-1, 1], atol=1e-6)
    np.testing.assert_allclose(data.x_train[..., 0], images / 127.5 - 1, atol=1e-6)
    np.testing.assert_array_equal(data.y_train, labels)


def test_cifar10_comes_channel_last(server, places, monkeypatch, rng):
    images = rng.integers(0, 256, (6, 3, 32, 32)).astype(np.uint8)
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for k, name in enumerate([*(f"data_batch_{k}" for k in range(1, 6)), "test_batch"]):
            body = bytes([k]) + images[k].tobytes()
            info = tarfile.TarInfo(f"cifar-10-batches-bin/{name}.bin")
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
    put(monkeypatch, server, "cifar10", [archive.getvalue()])
    data = downloads.cifar10(progress=False)
    np.testing.assert_array_equal(data.y_train, range(5))
    assert data.x_train.dtype == np.float32 and data.x_train.shape == (5, 32, 32, 3)
    np.testing.assert_allclose(data.x_test[0, 7, 9], images[5, :, 7, 9] / 255, atol=1e-7)


def riff(samples, extra=b""):
    """A 16-bit mono sound file; extra : another chunk before the samples."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(samples.astype("<i2").tobytes())
    raw = file.getvalue()
    at = raw.index(b"data")
    return raw[:at] + extra + raw[at:]


def recordings(clips, extra=b""):
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for name, samples in clips.items():
            for path, body in (
                (f"fsdd-1/recordings/{name}.wav", riff(samples, extra)),
                (f"fsdd-1/notes/{name}.txt", b"no"),
            ):
                info = tarfile.TarInfo(path)
                info.size = len(body)
                tar.addfile(info, io.BytesIO(body))
    return archive.getvalue()


def contents(clips):
    digest = hashlib.sha256()
    for name in sorted(clips):
        digest.update(name.encode() + b"\0" + clips[name].astype("<i2").tobytes())
    return digest.hexdigest()


@pytest.fixture
def clips(rng):
    return {name: rng.integers(-999, 999, n) for name, n in (("7_theo_10", 33), ("0_theo_2", 50), ("0_anna_11", 40))}


@pytest.mark.parametrize("extra", [b"", b"LIST\x03\0\0\0abc\0"])
def test_spoken_digits_are_read_from_the_archive(server, places, monkeypatch, clips, extra):
    put(monkeypatch, server, "fsdd", [recordings(clips, extra)])
    monkeypatch.setattr(downloads, "FSDD_CONTENTS", contents(clips))
    speech = downloads.fsdd(progress=False)
    assert speech.speakers == ("anna", "theo") and speech.rate == 8000
    np.testing.assert_array_equal(speech.digit, [0, 0, 7])
    np.testing.assert_array_equal(speech.speaker, [0, 1, 1])
    np.testing.assert_array_equal(speech.take, [11, 2, 10])
    np.testing.assert_array_equal(speech.clips[2], clips["7_theo_10"])


def test_spoken_digits_with_one_other_sample_are_refused(server, places, monkeypatch, clips):
    monkeypatch.setattr(downloads, "FSDD_CONTENTS", contents(clips))
    clips["0_theo_2"][17] += 1
    put(monkeypatch, server, "fsdd", [recordings(clips)])
    with pytest.raises(CorruptFile, match=r"free-spoken-digit-dataset-1\.0\.10\.tar\.gz is damaged"):
        downloads.fsdd(progress=False)


@pytest.mark.parametrize("keep", [100, -20])
def test_a_truncated_archive_of_spoken_digits_is_named(places, clips, keep):
    path = places / downloads.REGISTRY["fsdd"][0].name
    path.parent.mkdir(parents=True)
    path.write_bytes(recordings(clips)[:keep])
    with pytest.raises(CorruptFile, match="free-spoken-digit"):
        downloads.fsdd(progress=False)


def test_spoken_digits_as_arrays_are_taken_too(places, monkeypatch, clips):
    names = sorted(clips)
    monkeypatch.setattr(downloads, "FSDD_CONTENTS", contents(clips))
    (places / "fsdd").mkdir(parents=True)
    parts = [n.split("_") for n in names]
    speakers = np.array(sorted({s for _, s, _ in parts}))
    arrays = {
        "samples": np.concatenate([clips[n] for n in names]).astype(np.int16),
        "offset": np.cumsum([0, *(len(clips[n]) for n in names)]),
        "digit": np.array([int(d) for d, _, _ in parts], np.uint8),
        "speaker": np.searchsorted(speakers, [s for _, s, _ in parts]).astype(np.uint8),
        "take": np.array([int(t) for _, _, t in parts], np.uint8),
        "speakers": speakers,
        "rate": 8000,
    }
    np.savez(places / "fsdd" / "fsdd.npz", **arrays)
    assert downloads.available("fsdd")
    np.testing.assert_array_equal(downloads.fsdd().clips[1], clips["0_theo_2"])
    arrays["samples"] = arrays["samples"][:-1]
    np.savez(places / "fsdd" / "fsdd.npz", **arrays)
    with pytest.raises(CorruptFile, match=r"fsdd\.npz is damaged"):
        downloads.fsdd()
    whole = (places / "fsdd" / "fsdd.npz").read_bytes()
    (places / "fsdd" / "fsdd.npz").write_bytes(whole[:-100])
    with pytest.raises(CorruptFile, match=r"fsdd\.npz is damaged"):
        downloads.fsdd()


def test_an_unknown_set_is_refused():
    with pytest.raises(ValueError, match="usps, mnist"):
        downloads.available("imagenet")


def real(name):
    """The real files, where they are on this computer; no test ever fetches them."""
    return pytest.mark.skipif(not downloads.available(name), reason=f"{name} is not on this computer")


@real("usps")
def test_the_real_zip_codes_have_the_published_sizes():
    data = downloads.usps()
    assert data.x_train.shape == (7291, 16, 16, 1) and data.x_test.shape == (2007, 16, 16, 1)
    assert data.x_train.min() == -1 and data.x_train.max() == 1
    np.testing.assert_array_equal(np.bincount(data.y_test), [359, 264, 198, 166, 200, 160, 170, 147, 166, 177])


@real("fsdd")
def test_the_real_spoken_digits_are_all_there():
    speech = downloads.fsdd()
    assert len(speech.clips) == 3000 and len(speech.speakers) == 6
    assert set(np.bincount(speech.digit)) == {300} and set(np.bincount(speech.take)) == {60}
