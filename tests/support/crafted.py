"""Files that somebody might have made to do harm, or that time has harmed; and a process that opens them, watched."""

import io
import json
import struct
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path

import numpy as np

from cnnlab import layers as L
from cnnlab.network import Network

LAYERS = [{"kind": "Dense", "units": 2}]
BOMB = 192 << 20  # bytes, twice what a refusal may take


def head(shape, dtype="<f4", version=1, length=None, text=None):
    """The head of an .npy file; length : what it says of its own, text : what stands there instead of a description."""
    text = text or f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}"
    body = text.encode("latin1") + b"\n"
    size = struct.pack("<H" if version == 1 else "<I", len(body) if length is None else length)
    return b"\x93NUMPY" + bytes([version, 0]) + size + body


OBJECTS = head((2,), "|O") + b"\x80\x04]\x94(}\x94Ne."  # a dict and None, as Python writes objects


def member(array):
    """An array as the bytes of an .npy file; bytes as they are."""
    if isinstance(array, bytes):
        return array
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asarray(array), allow_pickle=False)
    return file.getvalue()


def npz(path, members, method=zipfile.ZIP_STORED):
    """An .npz file of arrays and raw bytes, whose names may come twice."""
    with zipfile.ZipFile(path, "w", method) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that come twice
        for name, array in members.items() if isinstance(members, dict) else members:
            file.writestr(f"{name}.npy", member(array))


def describe(layers=LAYERS, input_shape=(3,), **more):
    """The description in the file of a network."""
    about = {"format": "cnnlab network 1", "input_shape": input_shape, "dtype": "float32", "layers": layers} | more
    return np.array(json.dumps(about))


def weights(**changes):
    """The arrays in the file of a small network, Dense(2) over 3 inputs."""
    arrays = {"network": describe(), "parameters/0.w": np.ones((3, 2), "f4"), "parameters/0.b": np.ones(2, "f4")}
    arrays |= {name.replace("w", "parameters/0.w").replace("b", "parameters/0.b"): a for name, a in changes.items()}
    return arrays


def pictures(**changes):
    """The arrays in a file of somebody's own images."""
    x = np.random.default_rng(0).integers(0, 256, (6, 5, 4, 3), np.uint8)
    return {"x_train": x, "y_train": np.arange(6) % 3, "x_test": x[:3], "y_test": np.arange(3)} | changes


def patched(path, at, value, local=True):
    """Change a field of every entry in a zip file: `at` bytes into the entries of its directory, and of its members."""
    raw = bytearray(path.read_bytes())
    for mark, shift in ((b"PK\x01\x02", 0), *(((b"PK\x03\x04", -2),) if local else ())):
        place = raw.find(mark)
        while place >= 0:
            raw[place + at + shift : place + at + shift + len(value)] = value
            place = raw.find(mark, place + 4)
    path.write_bytes(raw)


def zeros_behind(path, name, start, method, size=BOMB):
    """A member of `start` and very many zeros, packed."""
    with (
        zipfile.ZipFile(path, "a", method, compresslevel=1) as file,
        file.open(f"{name}.npy", "w", force_zip64=True) as out,
    ):
        out.write(start)
        for _ in range(size >> 20):
            out.write(bytes(1 << 20))


def harmed_archives(make, big, shape):
    """{name: function (path)} of whatever an .npz file can suffer; make : its arrays, big : the one that is harmed."""
    others = {name: array for name, array in make().items() if name != big}
    claim = head((2**31, 10), "<f4")

    def claims_ten_gigabytes(path):
        npz(path, others | {big: claim})
        raw = bytearray(path.read_bytes())
        place = raw.rfind(b"PK\x01\x02")
        raw[place + 20 : place + 28] = struct.pack("<II", 4_000_000_000, 4_000_000_000)
        path.write_bytes(raw)

    def bomb(method, size=BOMB):
        def write(path):
            npz(path, others)
            zeros_behind(path, big, head((size // 4 // shape[-1], *shape[1:-1], shape[-1])), method, size)

        return write

    def many_members(path):
        entry = b"PK\x01\x02" + bytes(24) + struct.pack("<HHHHHII", 1, 0, 0, 0, 0, 0, 0) + b"a"
        count = 400_000
        end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(entry) * count, 0, 0)
        path.write_bytes(entry * count + end)

    def swap(at, value):
        def write(path):
            npz(path, make())
            patched(path, at, value)

        return write

    def held(array):
        return lambda path: npz(path, others | {big: array})

    return {
        "an unknown method of packing": swap(10, b"\x63\x00"),
        "a version of the year 2100": swap(6, b"\xff\x00"),
        "encrypted": swap(8, b"\x01\x00"),
        "patched data": swap(8, b"\x20\x00"),
        "10 GB by its description": held(claim),
        "10 GB by its directory too": claims_ten_gigabytes,
        "a deflate bomb": bomb(zipfile.ZIP_DEFLATED),
        "an LZMA bomb": bomb(zipfile.ZIP_LZMA, 16 << 20),
        "a bzip2 bomb": bomb(zipfile.ZIP_BZIP2, 16 << 20),
        "very many members": many_members,
        "a head of 4 GB": held(head((3, 2), version=2, length=2**32 - 1)),
        "a head that does not end": held(head((), text="{'descr': '<f4', 'fortran_order': False, 'shape': (3")),
        "a head nested deeply": held(head((), text="(" * 9000 + ")" * 9000)),
        "a head of signs": held(head((), text="-" * 9000 + "1")),
        "a head of zeros": held(head((), text="\0" * 90)),
        "a shape beyond all numbers": held(head((2**70, 2**70))),
        "a shape that wraps around": held(head((2**32, 2**32))),
        "a shape below zero": held(head((-3, -2))),
        "a shape of truth values": held(head((True, True))),
        "numbers of a strange size": held(head((3, 2), "<f3")),
        "fields": held(head((), text="{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3, 2), }")),
        "sub-arrays": held(head((), text="{'descr': ('<f4', (2,)), 'fortran_order': False, 'shape': (3,), }")),
        "text of 2 GB": held(head((), "<U500000000")),
        "no numbers at all": held(head((3, 2), "|V0")),
        "pickled objects": held(OBJECTS),
        "complex": held(np.ones(shape, complex)),
        "dates": held(np.zeros(shape, "M8[s]")),
        "text": held(np.full(shape, "1.0")),
        "no array": held(b"no array at all"),
        "nothing": held(b""),
        "cut": held(head(shape) + bytes(3)),
        "more than it says": held(member(np.ones(shape, "f4")) + bytes(99)),
        "the same name twice": lambda path: npz(path, [*make().items(), (big, np.ones(shape, "f4"))]),
        "no npz": lambda path: path.write_bytes(b"PK\x03\x04 not really"),
        "empty": lambda path: path.write_bytes(b""),
        "an archive of nothing": lambda path: npz(path, {}),
        "a folder": lambda path: path.mkdir(),
        "something else": lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500)),
    }


def harmed_networks():
    """{name: function (path)}: files that say to be networks."""

    def said(layers=LAYERS, input_shape=(3,), **more):
        return lambda path: npz(path, weights() | {"network": describe(layers, input_shape, **more)})

    def text(words):
        return lambda path: npz(path, weights() | {"network": np.array(words)})

    def held(**arrays):
        return lambda path: npz(path, weights(**arrays))

    dense, conv = {"kind": "Dense"}, {"kind": "Conv2D", "filters": 2, "size": 3}
    return harmed_archives(weights, "parameters/0.w", (3, 2)) | {
        "absurdly many units": said([dense | {"units": 10**9}]),
        "more units than a number holds": said([dense | {"units": 10**30}]),
        "absurdly many channels": said([{"kind": "BatchNorm"}, *LAYERS], [10**9]),
        "an absurd input": said([{"kind": "Flatten"}, *LAYERS], [2**32, 2**32, 1]),
        "an input beyond all numbers": said([{"kind": "Flatten"}, *LAYERS], [2**70, 1, 1]),
        "an input of nothing": said(input_shape=[]),
        "an input of words": said(input_shape="three"),
        "an input of a thousand axes": said([{"kind": "Flatten"}, *LAYERS], [1] * 1000),
        "absurdly many groups": said([conv | {"groups": 10**9, "filters": 10**9}], [9, 9, 10**9]),
        "an absurd border": said([conv | {"padding": 10**9, "bias": "unit"}], [9, 9, 1]),
        "an absurd stride": said([conv | {"stride": 2**63}], [9, 9, 1]),
        "an absurd kernel": said([conv | {"size": 2**40, "padding": "full"}], [9, 9, 1]),
        "an absurd table": said([conv | {"connections": [[1] * 5] * 5}], [9, 9, 1]),
        "100,000 layers": said([{"kind": "ReLU"}] * 100_000),
        "layers of no kind": said([{}]),
        "layers that are none": said([3]),
        "layers in no list": said({"kind": "ReLU"}),
        "a kind that is a list": said([{"kind": ["Dense"]}]),
        "an unknown kind": said([{"kind": "Attention"}]),
        "an unknown option": said([dense | {"units": 2, "colour": "red"}]),
        "a nested initialiser": said([dense | {"units": 2, "initialiser": ["custom", ["he"] * 999]}]),
        "a huge deviation": said([{"kind": "Standardise", "mean": 1e300, "deviation": 1e-300}, *LAYERS]),
        "numbers of 8 bits": said(dtype="int8"),
        "a dtype of fields": said(dtype="f4,f4"),
        "a future format": said(format="cnnlab network 2"),
        "a format that is a list": said(format=[]),
        "JSON nested deeply": text('{"format": ' + "[" * 200_000 + "]" * 200_000 + "}"),
        "JSON nested behind a string": text('{"a": "' + "]" * 3000 + '", "format": ' + "[" * 3000 + "]" * 3000 + "}"),
        "JSON of a million objects": text('{"format": [' + "{}," * 1_000_000 + "{}]}"),
        "a number of 100,000 digits": text('{"format": ' + "9" * 100_000 + "}"),
        "JSON cut short": text('{"format": "cnnlab network 1", '),
        "JSON that is a list": text("[1, 2]"),
        "a description that is a number": lambda path: npz(path, weights() | {"network": np.array(3)}),
        "a description of two": lambda path: npz(path, weights() | {"network": np.array(["{}", "{}"])}),
        "no description": lambda path: npz(path, {"parameters/0.w": np.ones((3, 2), "f4")}),
        "weights beyond float32": held(w=np.full((3, 2), 1e300)),
        "weights that are NaN": held(w=np.full((3, 2), np.nan)),
        "whole weights": held(w=np.ones((3, 2), int)),
        "weights of another shape": held(w=np.ones((2, 3), "f4")),
        "weights of another size": held(w=np.ones((30, 2), "f4")),
        "a weight missing": lambda path: npz(path, {"network": describe(), "parameters/0.b": np.ones(2, "f4")}),
        "a weight too many": lambda path: npz(path, weights() | {"parameters/1.w": np.ones(2, "f4")}),
        "a variance below zero": lambda path: npz(
            path,
            {"network": describe([{"kind": "BatchNorm"}], [2])}
            | {f"parameters/0.{name}": np.ones(2, "f4") for name in ("gamma", "beta")}
            | {"state/0.mean": np.ones(2, "f4"), "state/0.variance": np.full(2, -1, "f4")},
        ),
        "a seed below zero": lambda path: npz(
            path,
            {
                "network": describe([{"kind": "Dropout"}], [2]),
                "state/0.seed": np.array(-5),
                "state/0.draws": np.array(0),
            },
        ),
        "another architecture": lambda path: npz(
            path, {"network": describe()} | Network([L.Dense(4), L.ReLU(), L.Dense(2)], (3,)).weights()
        ),
    }


def harmed_own():
    """{name: function (path)}: files that say to be somebody's own images."""

    def held(**arrays):
        return lambda path: npz(path, pictures(**arrays))

    x = pictures()["x_train"]
    return harmed_archives(pictures, "x_train", (6, 5, 4, 3)) | {
        "NaN": held(x_train=np.where(x > 250, np.nan, x / 255)),
        "infinity": held(x_test=np.full((3, 5, 4, 3), -np.inf)),
        "beyond float32": held(x_test=np.full((3, 5, 4, 3), 1e300)),
        "labels of half": held(y_train=np.arange(6) / 2),
        "labels of objects": held(y_train=OBJECTS),
        "complex labels": held(y_test=np.arange(3) + 0j),
        "labels beyond all classes": held(y_train=np.array([0, 1, 2**62] * 2)),
        "dates as names": held(names=np.zeros(3, "M8[s]")),
        "names of 2 GB": held(names=head((), "<U500000000")),
        "too many axes": held(x_train=np.zeros((1,) * 30)),
        "images of nothing": held(x_train=np.zeros((6, 0, 4, 3))),
    }


PROGRAM = """
import json, resource, sys, time
{imports}
def highest():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))

resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
for name, *given in json.load(sys.stdin):
    open("/proc/self/clear_refs", "w").write("5")
    before, start = highest(), time.process_time()
    try:
        {call}
        said = ["nothing", ""]
    except BaseException as problem:
        said = [type(problem).__name__, str(problem)]
    print(json.dumps([name, *said, time.process_time() - start, (highest() - before) / 1024]), flush=True)
"""


def opened(cases, call, imports, timeout=300):
    """What a fresh process says of every case (name, *given) -> [[name, error, message, seconds, MB], ...].

    The process ends where it is killed; Linux only, where memory can be asked for.
    """
    program = PROGRAM.format(imports=imports, call=call)
    done = subprocess.run(
        [sys.executable, "-c", program], input=json.dumps(cases), capture_output=True, text=True, timeout=timeout
    )
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rows) == len(cases), f"it died at {cases[len(rows)][0]}: {done.stderr[-500:]}"
    return rows


def written(folder, makers):
    """The files that functions {name: function (path)} make, as cases (name, path) for `opened`."""
    cases = []
    for number, (name, make) in enumerate(makers.items()):
        path = Path(folder) / f"case{number}.npz"
        make(path)
        cases.append([name, str(path)])
    return cases
