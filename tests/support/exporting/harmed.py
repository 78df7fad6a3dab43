"""ONNX files that somebody might have made to do harm, or that time has harmed, written byte by byte."""

import os
import struct
from functools import lru_cache

import numpy as np

SPARSE = 1_900_000_000  # bytes of a file that takes no room on a disk


@lru_cache(256)
def varint(value):
    raw = bytearray()
    value &= (1 << 64) - 1
    while value > 127:
        raw.append(value & 127 | 128)
        value >>= 7
    return bytes([*raw, value])


@lru_cache(64, typed=True)  # some come a hundred thousand times
def field(number, value):
    """A field: an int as a varint, a float as 32 bits, text and bytes with their length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, float):
        return varint(number << 3 | 5) + struct.pack("<f", value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def message(*fields):
    """A message of (number, value)."""
    return b"".join(field(number, value) for number, value in fields)


def tensor(name, sides, raw=None, kind=1, *more):
    raw = np.ones(sides, "<f4").tobytes() if raw is None else raw
    return message(*((1, side) for side in sides), (2, kind), (8, name), (9, raw), *more)


def node(operator, inputs, output="y", *attributes, name="n"):
    return message(*((1, one) for one in inputs.split()), (2, output), (3, name), (4, operator), *attributes)


def ints(name, *values):
    return 5, message((1, name), *((8, value) for value in values), (20, 7))


def whole(name, value):
    return 5, message((1, name), (3, value), (20, 2))


def real(name, value):
    return 5, message((1, name), (2, value), (20, 1))


def end(name, sides, kind=1):
    shape = message(*((1, message((1, side) if isinstance(side, int) else (2, side))) for side in sides))
    return message((1, name), (2, message((1, message((1, kind), (2, shape))))))


def model(*parts, sides=("N", 3), opset=18, x="x"):
    """A file: x goes in, y comes out; parts : (field of the graph, value)."""
    graph = message((2, "g"), (11, end(x, sides)), (12, end("y", ("N",))), *parts)
    return message((1, 8), (8, message((2, opset))), (7, graph))


W = tensor("w", (3, 2))
GEMM = (1, node("Gemm", "x w"))
IMAGE = {"sides": ("N", 1, 8, 8)}
K = tensor("k", (2, 1, 3, 3))
CONV = node("Conv", "x k")


def whole_file():
    """What is harmed below, unharmed: a convolution, a flatten, a fully-connected layer."""
    return model(
        (1, node("Conv", "x k", "a")),
        (1, node("Flatten", "a", "b")),
        (1, node("Gemm", "b v")),
        (5, K),
        (5, tensor("v", (72, 2))),
        **IMAGE,
    )


def big(claimed, *before, behind=b""):
    """A function that writes a file of `claimed` bytes, most of them a hole."""

    def write(path):
        with open(path, "wb") as file:
            file.write(b"".join(before))
            file.seek(claimed - len(behind))
            file.write(behind or b"")
            file.truncate(claimed)

    return write


def sparse_weights(path):
    """Weights of 1.8 GB that are there, as a hole, and fit to nothing."""
    count = 450_000_000
    head = message((1, count // 2), (1, 2), (2, 1), (8, "w")) + varint(9 << 3 | 2) + varint(4 * count)
    graph = message((2, "g"), (11, end("x", ("N", 3))), (12, end("y", ("N",))), GEMM)
    graph += varint(5 << 3 | 2) + varint(len(head) + 4 * count) + head
    start = message((8, message((2, 18)))) + varint(7 << 3 | 2) + varint(len(graph) + 4 * count) + graph
    with open(path, "wb") as file:
        file.write(start)
        file.truncate(len(start) + 4 * count)


def harmed():
    """{name: bytes, or a function (path)}."""
    deep = node("Relu", "x")
    for _ in range(400):
        deep = node("If", "x", "y", (5, message((1, "then_branch"), (6, message((1, deep))), (20, 5))))
    gemms = [(1, node("Gemm", "x w" if i == 0 else f"a{i - 1} w", f"a{i}" if i < 999 else "y")) for i in range(1000)]
    casts = [(1, node("Cast", "w" if i == 0 else f"c{i - 1}", f"c{i}", whole("to", 11))) for i in range(999)]
    doubled = [
        (1, node("Concat", "s s" if i == 0 else f"d{i - 1} d{i - 1}", f"d{i}", whole("axis", 0))) for i in range(40)
    ]
    return {
        "empty": b"",
        "text": b"hello, I am no model " * 50,
        "zeros": bytes(5000),
        "ones": b"\xff" * 5000,
        "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9,
        "an archive": b"PK\x03\x04" + bytes(range(256)) * 9,
        "three gigabytes": big(3_000_000_000),
        "two gigabytes of nothing": big(SPARSE),
        "a graph of two gigabytes of nothing": big(SPARSE, varint(7 << 3 | 2), varint(SPARSE - 6)),
        "weights of two gigabytes that fit to nothing": sparse_weights,
        "a field without a number": model(GEMM, (5, W)) + b"\x00\x01",
        "a number without an end": model(GEMM, (5, W)) + b"\x08" + b"\xff" * 30,
        "a group": model(GEMM, (5, W)) + varint(99 << 3 | 3),
        "a part beyond the end": model(GEMM, (5, W)) + varint(99 << 3 | 2) + varint(2**40),
        "a part beyond all numbers": model(GEMM, (5, W)) + varint(99 << 3 | 2) + varint(2**63),
        "two graphs": model(GEMM, (5, W)) * 2,
        "no graph": message((1, 8), (8, message((2, 18)))),
        "a graph that is a number": message((7, 5), (8, message((2, 18)))),
        "a name that is a number": model((1, message((4, 7)))),
        "no version": message((7, message((1, node("Relu", "x")), (11, end("x", ("N", 3))), (12, end("y", ("N",)))))),
        "a version of the year 2100": model((1, node("Relu", "x")), opset=2**31),
        "a negative version": model((1, node("Relu", "x")), opset=-5),
        "five million nodes": message((8, message((2, 18))), (7, b"\x0a\x00" * 5_000_000)),
        "very many versions": model((1, GEMM[1])) + message((8, b"\x10\x12" * 200_000)),
        "many nodes": model(*[(1, node("Relu", "x"))] * 10_000),
        "very many arrays": model(*((5, message((8, str(i)))) for i in range(60_000))),
        "very many inputs of a node": model((1, message((4, "Relu"), *[(1, "x")] * 110_000))),
        "very many attributes": model((1, node("Relu", "x", "y", *[(5, b"")] * 110_000))),
        "very many sides of the input": model((1, node("Relu", "x")), sides=(1,) * 110_000),
        "very many sides of an array": model(GEMM, (5, tensor("w", (1,) * 110_000, b""))),
        "nested four hundred deep": model((1, deep)),
        "a name of ten million letters": model((1, node("Relu", "x", name="n" * 10_000_000))),
        "an operator of ten million letters": model((1, node("R" * 10_000_000, "x"))),
        "a name that is no text": model((1, message((1, "x"), (2, "y"), (4, b"\xff\xfe\xc3")))),
        "a name that moves the cursor": model((1, node("Rel\x1b[2J\x07u", "x", name="\x1b[31mred\r"))),
        "a name that turns the line round": model((1, node("\u202euleR", "x"))),
        "a word of ten million letters": model(
            (1, node("Conv", "x k", "y", (5, message((1, "auto_pad"), (4, "N" * 10**7), (20, 3))))), (5, K), **IMAGE
        ),
        "weights in another file": model(
            GEMM, (5, tensor("w", (3, 2), b"", 1, (13, message((1, "location"), (2, "/etc/passwd")))))
        ),
        "weights in another file, by a flag alone": model(GEMM, (5, tensor("w", (3, 2), b"", 1, (14, 1)))),
        "weights that are not there": model(GEMM, (5, message((1, 3), (1, 2), (2, 1), (8, "w")))),
        "weights of too few bytes": model(GEMM, (5, tensor("w", (3, 2), bytes(20)))),
        "weights of too many bytes": model(GEMM, (5, tensor("w", (3, 2), bytes(28)))),
        "weights of 4 TB": model(GEMM, (5, tensor("w", (3, 2**40), bytes(24)))),
        "weights whose sides wrap around": model(GEMM, (5, tensor("w", (2**32, 2**32), b""))),
        "weights of sides below zero": model(GEMM, (5, tensor("w", (-3, -2), bytes(24)))),
        "weights of nothing": model(GEMM, (5, tensor("w", (3, 0), b""))),
        "weights of an unknown kind": model(GEMM, (5, tensor("w", (3, 2), kind=99))),
        "weights of text": model(GEMM, (5, tensor("w", (3, 2), kind=8))),
        "weights of half": model(GEMM, (5, tensor("w", (3, 2), bytes(12), 16))),
        "weights that are not numbers": model(GEMM, (5, tensor("w", (3, 2), np.full(6, np.nan, "<f4").tobytes()))),
        "weights beyond float32": model(GEMM, (5, tensor("w", (3, 2), np.full(6, 1e300, "<f8").tobytes(), 11))),
        "two arrays of one name": model(GEMM, (5, W), (5, W)),
        "sparse weights": model(GEMM, (5, W), (15, b"")),
        "a packed row of very many": model(
            (1, node("Reshape", "x s")), (5, message((1, 2), (2, 7), (8, "s"), (7, b"\x01" * 10_000_000)))
        ),
        "a circle": model((1, node("Relu", "b", "a")), (1, node("Relu", "a", "b"))),
        "a node that takes itself": model((1, node("Relu", "y", "y"))),
        "a residual connection": model((1, node("Relu", "x", "a")), (1, node("Add", "a x"))),
        "a name that is given twice": model((1, node("Relu", "x", "a")), (1, node("Relu", "a", "x"))),
        "a name of two lines": model((1, node("Rel\nu", "x", name="a\nb"))),
        "an unknown operator": model((1, node("Launch", "x"))),
        "an operator of others": model((1, node("Relu", "x") + field(7, "com.evil"))),
        "Python": model((1, node("PythonOp", "x") + field(7, "ai.onnx"))),
        "no output": message((8, message((2, 18))), (7, message((1, node("Relu", "x")), (11, end("x", ("N", 3)))))),
        "a node without an output": model((1, message((1, "x"), (4, "Relu")))),
        "an input of two billion sides": model((1, node("PRelu", "x s")), (5, tensor("s", ())), sides=("N", 2**31 - 1)),
        "an input of very many numbers": model((1, node("Relu", "x")), sides=("N", 2**20, 2**20, 2**20)),
        "an input of sides beyond 64 bits": model((1, node("Relu", "x")), sides=("N", 2**62, 2**62)),
        "an input of a negative side": model((1, node("Relu", "x")), sides=("N", -3)),
        "sums of two billion channels": model(
            (1, node("ReduceSum", "x a", "y", whole("keepdims", 0))),
            (5, tensor("a", (1,), b"\x01" + bytes(7), 7)),
            sides=("N", 1, 2**31 - 1),
        ),
        "a flatten of two billion numbers": model(
            (1, node("MaxPool", "x", "a", ints("kernel_shape", 1, 1))),
            (1, node("Flatten", "a")),
            sides=("N", 2, 2**15, 2**15),
        ),
        "very many groups": model(
            (1, node("Conv", "x k", "y", whole("group", 100_000))),
            (5, tensor("k", (100_000, 1, 1, 1))),
            sides=("N", 100_000, 1, 1),
        ),
        "negative groups": model((1, node("Conv", "x k", "y", whole("group", -1))), (5, K), **IMAGE),
        "no groups": model((1, node("Conv", "x k", "y", whole("group", 0))), (5, K), **IMAGE),
        "a border of two billion": model(
            (1, node("Conv", "x k", "y", ints("pads", *[2**31 - 1] * 4))), (5, K), **IMAGE
        ),
        "a border beyond 64 bits": model((1, node("Conv", "x k", "y", ints("pads", *[2**62] * 4))), (5, K), **IMAGE),
        "a border below zero": model((1, node("Conv", "x k", "y", ints("pads", -1, -1, -1, -1))), (5, K), **IMAGE),
        "a stride of zero": model((1, node("Conv", "x k", "y", ints("strides", 0, 0))), (5, K), **IMAGE),
        "a stride of zero, same": model(
            (
                1,
                node(
                    "Conv", "x k", "y", ints("strides", 0, 0), (5, message((1, "auto_pad"), (4, "SAME_UPPER"), (20, 3)))
                ),
            ),
            (5, K),
            **IMAGE,
        ),
        "windows of two billion": model(
            (1, node("MaxPool", "x", "y", ints("kernel_shape", 2**31 - 1, 2**31 - 1))), **IMAGE
        ),
        "windows of nothing": model((1, node("MaxPool", "x", "y", ints("kernel_shape", 0, 0))), **IMAGE),
        "no windows": model((1, node("AveragePool", "x")), **IMAGE),
        "a response of two billion maps": model((1, node("LRN", "x", "y", whole("size", 2**31 - 2))), **IMAGE),
        "a response of no maps": model((1, node("LRN", "x", "y", whole("size", 0))), **IMAGE),
        "a slope that is infinite": model((1, node("LeakyRelu", "x", "y", real("alpha", float("inf"))))),
        "a slope that is a word": model(
            (1, node("LeakyRelu", "x", "y", (5, message((1, "alpha"), (4, "1"), (20, 3)))))
        ),
        "dropout of everything": model((1, node("Dropout", "x", "y", real("ratio", 1.0))), opset=10),
        "axes of very many": model((1, node("Squeeze", "x", "y", ints("axes", *range(50_000)))), opset=11),
        "axes out of sight": model((1, node("ReduceMax", "x", "y", ints("axes", 2**62, -(2**62)))), opset=11),
        "a slice without steps": model(
            *(
                (1, node("Constant", "", name, (5, message((1, "value"), (5, tensor("", (1,), value, 7)), (20, 4)))))
                for name, value in (
                    ("s", bytes(8)),
                    ("e", b"\x04" + bytes(7)),
                    ("a", b"\x02" + bytes(7)),
                    ("t", bytes(8)),
                )
            ),
            (1, node("Slice", "x s e a t")),
            **IMAGE,
        ),
        "a shape of text": model((1, node("Reshape", "x s")), (5, tensor("s", (2,), b"ab", 8))),
        "weights made by a network": model((1, node("MatMul", "w w", "v")), (1, node("Gemm", "x v")), (5, W)),
        "weights that are what comes": model((1, node("Gemm", "x x"))),
        "one array of a thousand layers": model(*gemms, (5, tensor("w", (1000, 1000))), sides=("N", 1000)),
        "an array in a thousand kinds": model(
            *casts, (1, node("Gemm", "x c998")), (5, tensor("w", (1000, 1000))), sides=("N", 1000)
        ),
        "an array that is doubled forty times": model(
            *doubled, (1, node("Reshape", "x d39")), (5, tensor("s", (1,), bytes(8), 7))
        ),
        "a filling of two billion": model(
            (1, node("ConstantOfShape", "s", "w")),
            (1, node("Gemm", "x w")),
            (5, tensor("s", (2,), struct.pack("<2q", 2**31, 2**31), 7)),
        ),
        "a product of two billion": model(
            (1, node("Mul", "p q", "w")),
            (1, node("Gemm", "x w")),
            (5, tensor("p", (100_000, 1))),
            (5, tensor("q", (1, 100_000))),
        ),
    }


def written(folder):
    """Cases (name, path) for `crafted.opened`."""
    cases = []
    for number, (name, content) in enumerate(harmed().items()):
        path = os.path.join(folder, f"case{number}.onnx")
        if callable(content):
            content(path)
        else:
            with open(path, "wb") as file:
                file.write(content)
        cases.append([name, path])
    return cases


def damaged(folder, flips, step):
    """Cases of the whole file with one byte changed, and of one that ends early."""
    raw, rng, cases = whole_file(), np.random.default_rng(0), []
    for number in range(flips):
        harmed = bytearray(raw)
        harmed[rng.integers(len(raw))] ^= int(rng.integers(1, 256))
        cases.append([f"flipped {number}", harmed])
    cases += [[f"cut {at}", raw[:at]] for at in range(0, len(raw), step)]
    for number, case in enumerate(cases):
        path = os.path.join(folder, f"case-harmed{number}.onnx")
        with open(path, "wb") as file:
            file.write(case[1])
        case[1] = path
    return cases
