"""Public data sets that cnnlab knows where to find: USPS zip codes, MNIST, Fashion-MNIST, CIFAR-10 and the Free
Spoken Digit Dataset.

None of them is needed: every notebook runs on what is embedded or generated. Where a set has been downloaded, or lies
in the folder that CNNLAB_DATA names, the notebooks use it. What a file must be is pinned here by its sha256.
"""

import hashlib
from dataclasses import dataclass

import numpy as np

from cnnlab.datasets import store
from cnnlab.datasets.base import Dataset
from cnnlab.datasets.store import Remote
from cnnlab.files import Npz, members, unpacked
from cnnlab.types import Array

_ELEMENTS = "https://hastie.su.domains/ElemStatLearn/datasets/"
_MNIST = "https://storage.googleapis.com/cvdf-datasets/mnist/"
_FASHION = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
_FSDD = "https://github.com/Jakobovski/free-spoken-digit-dataset/archive/refs/tags/v1.0.10.tar.gz"

_IDX = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)
_IDX_MNIST = (
    "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
)
_IDX_FASHION = (
    "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
)

REGISTRY = {
    "usps": (
        Remote(
            "usps/zip.train.gz",
            _ELEMENTS + "zip.train.gz",
            "66ebf231ab51f2cf6ac1a892d0f98ccffee1079d7a5db638c1f11f366046ca16",
        ),
        Remote(
            "usps/zip.test.gz",
            _ELEMENTS + "zip.test.gz",
            "8dacc3c6e136af6c3488de9e5113a7daf140c8c2f1f0b61c54ee02f03f1a962f",
        ),
    ),
    "mnist": tuple(Remote(f"mnist/{n}", _MNIST + n, s) for n, s in zip(_IDX, _IDX_MNIST, strict=True)),
    "fashion_mnist": tuple(
        Remote(f"fashion_mnist/{n}", _FASHION + n, s) for n, s in zip(_IDX, _IDX_FASHION, strict=True)
    ),
    # The binary form: the same images as the Python form, but plain bytes, where that one holds pickles.
    "cifar10": (
        Remote(
            "cifar10/cifar-10-binary.tar.gz",
            "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
            "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
        ),
    ),
    # Packed on request by its host, so its bytes may change; its contents may not: see FSDD_CONTENTS.
    "fsdd": (Remote("fsdd/free-spoken-digit-dataset-1.0.10.tar.gz", _FSDD, None),),
}

# sha256 over the 3,000 recordings in the order of their names: name without .wav, a zero byte, samples as
# little-endian int16.
FSDD_CONTENTS = "f54f4a3b5e37422fc3f197048d94efa3025f80d0b68a4cbe61cbc21fc4b760b1"

UNPACKED = 256 << 20  # bytes that the files of a set may hold
RECORDED, RECORDING = 64 << 20, 1 << 20  # and recordings, of which nobody has checked the sum: all, and each

DIGITS = tuple("0123456789")
CLOTHES = ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
CIFAR10 = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


def available(name: str) -> bool:
    """Whether all files of a public data set are on this computer; nothing is fetched, and nothing is checked yet.

    Parameters
    ----------
    name : {"usps", "mnist", "fashion_mnist", "cifar10", "fsdd"}
        The data set.

    Returns
    -------
    there : bool
        Whether it can be loaded without a network.

    Raises
    ------
    ValueError
        For another name.
    """
    if name not in REGISTRY:
        raise ValueError(f"name must be one of {', '.join(REGISTRY)}; got {name!r}")
    return (name == "fsdd" and store.find("fsdd/fsdd.npz") is not None) or all(
        store.find(r.name) is not None for r in REGISTRY[name]
    )


def pinned(name: str) -> str:
    """What the files of a registered set must be, in words, for the log of a training run: names and sha256."""
    if name == "fsdd":
        return f"version 1.0.10, sha256 over the samples {FSDD_CONTENTS}"
    return ", ".join(f"{remote.name}, sha256 {remote.sha256}" for remote in REGISTRY[name])


def _fetch(name, progress):
    return [store.fetch(remote, progress) for remote in REGISTRY[name]]


def usps(progress: bool = True) -> Dataset:
    """Zip-code digits of the US Postal Service: 7,291 to train on and 2,007 to test on, downloaded on first use.

    They are normalised already, so perhaps not pixel for pixel the images of LeCun et al. 1989.

    Parameters
    ----------
    progress : bool
        Show a bar while fetching.

    Returns
    -------
    data : Dataset
        Images float32 (N, 16, 16, 1), -1 (paper) to 1 (ink).

    Raises
    ------
    DownloadFailed
        If a file is not on this computer and cannot be fetched.
    CorruptFile
        If a file is there, but is not the file it should be.

    Source
    ------
    Hastie, Tibshirani and Friedman, The Elements of Statistical Learning.
    """
    x, y = [], []
    for path in _fetch("usps", progress):
        rows = np.array(unpacked(path, UNPACKED).split(), np.float32).reshape(-1, 257)
        x.append(rows[:, 1:].reshape(-1, 16, 16, 1))
        y.append(rows[:, 0].astype(np.int64))
    return Dataset(x[0], y[0], x[1], y[1], DIGITS)


def _idx(name, names, progress):
    parts = []
    for path in _fetch(name, progress):
        raw = unpacked(path, UNPACKED)
        sizes = np.frombuffer(raw, ">i4", raw[3], 4)
        values = np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(sizes)
        parts.append(
            values.astype(np.int64) if values.ndim == 1 else values[..., None] / np.float32(127.5) - np.float32(1)
        )
    return Dataset(*parts, names=names)


def mnist(progress: bool = True) -> Dataset:
    """MNIST: handwritten digits, 60,000 to train on and 10,000 to test on, downloaded on first use.

    Parameters
    ----------
    progress : bool
        Show a bar while fetching.

    Returns
    -------
    data : Dataset
        Images float32 (N, 28, 28, 1), -1 (paper) to 1 (ink).

    Raises
    ------
    DownloadFailed
        If a file is not on this computer and cannot be fetched.
    CorruptFile
        If a file is there, but is not the file it should be.

    Source
    ------
    LeCun, Cortes and Burges, from NIST's Special Databases 1 and 3.
    """
    return _idx("mnist", DIGITS, progress)


def fashion_mnist(progress: bool = True) -> Dataset:
    """Fashion-MNIST: pictures of clothes, 60,000 to train on and 10,000 to test on, downloaded on first use.

    Parameters
    ----------
    progress : bool
        Show a bar while fetching.

    Returns
    -------
    data : Dataset
        Images float32 (N, 28, 28, 1), -1 (background) to 1.

    Raises
    ------
    DownloadFailed
        If a file is not on this computer and cannot be fetched.
    CorruptFile
        If a file is there, but is not the file it should be.

    Source
    ------
    Xiao, Rasul and Vollgraf 2017 (MIT licence).
    """
    return _idx("fashion_mnist", CLOTHES, progress)


def cifar10(progress: bool = True) -> Dataset:
    """CIFAR-10: photographs of ten kinds of thing, 50,000 to train on and 10,000 to test on, downloaded on first use.

    Parameters
    ----------
    progress : bool
        Show a bar while fetching.

    Returns
    -------
    data : Dataset
        Images float32 (N, 32, 32, 3), 0..1.

    Raises
    ------
    DownloadFailed
        If a file is not on this computer and cannot be fetched.
    CorruptFile
        If a file is there, but is not the file it should be.

    Source
    ------
    Krizhevsky 2009.
    """
    (path,) = _fetch("cifar10", progress)
    files = dict(members(path, UNPACKED, UNPACKED))
    blocks = [
        files[f"cifar-10-batches-bin/{name}.bin"] for name in (*(f"data_batch_{k}" for k in range(1, 6)), "test_batch")
    ]
    x, y = [], []
    for block in (b"".join(blocks[:5]), blocks[5]):
        rows = np.frombuffer(block, np.uint8).reshape(-1, 3073)
        x.append(rows[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1) / np.float32(255))
        y.append(rows[:, 0].astype(np.int64))
    return Dataset(x[0], y[0], x[1], y[1], CIFAR10)


@dataclass(frozen=True, repr=False)
class Recordings:
    """Spoken digits as they were recorded.

    Parameters
    ----------
    clips : tuple of int16 arrays
        The samples of each of the N recordings.
    digit : (N,) int64
        What is said, 0 to 9.
    speaker : (N,) int64
        Who says it: a place in `speakers`.
    take : (N,) int64
        Which time it is that this speaker says this digit.
    speakers : tuple of str
        The names of the speakers.
    rate : int
        Samples a second.
    """

    clips: tuple[Array, ...]
    digit: Array
    speaker: Array
    take: Array
    speakers: tuple[str, ...]
    rate: int

    def __repr__(self) -> str:
        return f"Recordings: {len(self.clips):,} clips, {len(self.speakers)} speakers, {self.rate:,} samples a second"


def fsdd(progress: bool = True) -> Recordings:
    """The Free Spoken Digit Dataset: six speakers say each digit fifty times; downloaded on first use.

    Takes 0 to 4 are the customary test set. A file fsdd/fsdd.npz in the data folder is accepted too: the same clips as
    arrays (samples, offset, digit, speaker, take, speakers, rate).

    Parameters
    ----------
    progress : bool
        Show a bar while fetching.

    Returns
    -------
    recordings : Recordings
        3,000 clips at 8 kHz, in the order of the files' names.

    Raises
    ------
    DownloadFailed
        If a file is not on this computer and cannot be fetched.
    CorruptFile
        If a file is there, but is not the file it should be.

    Source
    ------
    Z. Jackson and others, version 1.0.10 (CC BY-SA 4.0).
    """
    arrays = store.find("fsdd/fsdd.npz")
    path = _fetch("fsdd", progress)[0] if arrays is None else arrays
    try:
        clips = _clips_of_archive(path) if arrays is None else _clips_of_npz(path)
    except Exception as problem:  # nobody has checked this file yet, and nothing in it is known
        why = store.short(ValueError(str(problem).removeprefix(f"{path} cannot be read as ")))
        store.refuse(path, f"it cannot be read as recordings ({why})")
    digest = hashlib.sha256()
    for name in sorted(clips):
        digest.update(name.encode() + b"\0" + clips[name].astype("<i2").tobytes())
    if digest.hexdigest() != FSDD_CONTENTS:
        store.refuse(
            path,
            f"its {len(clips):,} recordings are not the 3,000 of version 1.0.10 (sha256 over the samples "
            f"{digest.hexdigest()}, expected {FSDD_CONTENTS})",
        )
    names = [name.split("_") for name in sorted(clips)]
    speakers = tuple(sorted({speaker for _, speaker, _ in names}))
    return Recordings(
        tuple(clips[n] for n in sorted(clips)),
        np.array([int(d) for d, _, _ in names]),
        np.array([speakers.index(s) for _, s, _ in names]),
        np.array([int(t) for _, _, t in names]),
        speakers,
        8000,
    )


def _clips_of_npz(path):
    with Npz.open(path) as data:
        samples, offset = data["samples"], data["offset"]
        if samples.dtype.kind != "i":
            raise ValueError(f"samples must be whole numbers; got {samples.dtype}")
        keys = zip(data["digit"], data["speakers"][data["speaker"]], data["take"], strict=True)
        return {f"{d}_{s}_{t}": samples[offset[i] : offset[i + 1]] for i, (d, s, t) in enumerate(keys)}


def _clips_of_archive(path):
    clips = {}
    for name, wav in members(path, RECORDED, RECORDING):
        folder, _, name = name.rpartition("/")
        if folder.endswith("/recordings") and name.endswith(".wav"):
            clips[name.removesuffix(".wav")] = _samples(wav)
    return clips


def _samples(wav):
    """The samples of a 16-bit mono RIFF file: walk its chunks (name, size, bytes) to the one called "data", whatever
    comes before.
    """
    if wav[:4] != b"RIFF" or wav[8:12] != b"WAVE":
        raise ValueError("a recording is not a RIFF file")
    at = 12
    while at + 8 <= len(wav):
        size = int.from_bytes(wav[at + 4 : at + 8], "little")
        if wav[at : at + 4] == b"data":
            return np.frombuffer(wav[at + 8 : at + 8 + size], "<i2")
        at += 8 + size + size % 2
    raise ValueError("a recording holds no samples")
