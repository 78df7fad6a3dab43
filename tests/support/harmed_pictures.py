"""Pictures that somebody might have made to do harm, or that time has harmed."""

import io
import struct
import zlib
from functools import cache

import numpy as np
from PIL import Image


def chunk(kind, body):
    """A piece of a PNG file."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width, height, rows=b"", more=b"", depth=8, colour=2):
    """A PNG file that says to be so large, whatever rows it holds."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + more + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )


def encoded(kind, side=24, **options):
    """A small picture of noise in some format."""
    file = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8)
    Image.fromarray(noise).save(file, kind, **options)
    return file.getvalue()


def claimed(raw, old, new, times=1):
    """The bytes of a picture with another size in its head."""
    assert raw.count(old) >= times
    return raw.replace(old, new, times)


PROGRAM = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 40 40\n(harm) (w) file\nshowpage\n%%EOF\n"


def packed_zeros(megabytes):
    """What zlib makes of so many zeros, a thousandth: the same block again and again, as to pack them takes seconds."""
    packer, block = zlib.compressobj(), bytes(1 << 20)
    first, again = (packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    check = ((megabytes << 20) % 65521) << 16 | 1  # Adler's sum of zeros
    return first + again * (megabytes - 1) + packer.flush()[:-4] + struct.pack(">I", check)


@cache
def harmed_pictures():
    """{name: bytes}: nothing of this is a picture that can be read."""
    noise = np.random.default_rng(0).integers(0, 256, (4, 4, 3), np.uint8)
    tiff, bmp, gif = encoded("TIFF"), encoded("BMP"), encoded("GIF")
    others = {}
    for kind in ("EPS", "PPM", "PCX", "TGA", "ICNS", "ICO", "SGI", "JPEG2000", "PDF", "MSP", "SPIDER", "DDS"):
        file = io.BytesIO()
        mode = {"MSP": "1", "SPIDER": "F"}.get(kind, "RGB")
        Image.fromarray(noise).convert(mode).save(file, kind)
        others[f"a picture of the kind {kind}"] = file.getvalue()
    return others | {
        "a program in PostScript": PROGRAM,
        "a program behind a picture's head": b"\xc5\xd0\xd3\xc6"
        + struct.pack("<II", 32, len(PROGRAM))
        + bytes(20)
        + PROGRAM,
        "a drawing": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        "a meta file": b"\xd7\xcd\xc6\x9a\0\0"
        + struct.pack("<4hHIH", 0, 0, 99, 99, 96, 0, 0)
        + b"\x01\0\t\0"
        + bytes(99),
        "13,000 x 13,000 pixels": png(13000, 13000, b"\0"),
        "64 million pixels in some bytes": png(8000, 8000, b"\0"),
        "2 billion x 2 billion pixels": png(2**31 - 1, 2**31 - 1),
        "no pixels": png(0, 0),
        "rows that unfold to 400 MB": png(
            4000, 4000, bytes(1 << 20), chunk(b"iTXt", b"a\0\1\0\0\0" + packed_zeros(400))
        ),
        "a PNG without rows": png(4000, 4000),
        "a BMP of 60,000 x 60,000": claimed(bmp, struct.pack("<II", 24, 24), struct.pack("<II", 60000, 60000)),
        "a GIF of 65,535 x 65,535": claimed(gif, struct.pack("<HH", 24, 24), struct.pack("<HH", 65535, 65535), 2),
        "a TIFF of 60,000 x 60,000": tiff.replace(
            struct.pack("<HHIHH", 256, 4, 1, 24, 0), struct.pack("<HHII", 256, 4, 1, 60000)
        )
        .replace(struct.pack("<HHII", 256, 4, 1, 24), struct.pack("<HHII", 256, 4, 1, 60000))
        .replace(struct.pack("<HHII", 257, 4, 1, 24), struct.pack("<HHII", 257, 4, 1, 60000))
        .replace(struct.pack("<HHIHH", 256, 3, 1, 24, 0), struct.pack("<HHIHH", 256, 3, 1, 60000, 0))
        .replace(struct.pack("<HHIHH", 257, 3, 1, 24, 0), struct.pack("<HHIHH", 257, 3, 1, 60000, 0)),
        "a JPEG of 65,500 x 65,500": claimed(
            encoded("JPEG"), struct.pack(">HH", 24, 24), struct.pack(">HH", 65500, 65500)
        ),
        "a WebP of 16,383 x 16,383": encoded("WEBP", 24)[:12]
        + b"VP8X\x0a\0\0\0\0\0\0\0"
        + b"\xfe\x3f\0" * 2
        + encoded("WEBP", 24)[12:],
        "half a JPEG": encoded("JPEG")[:500],
        "half a PNG": encoded("PNG")[:500],
        "nothing": b"",
        "words": b"no image at all",
    }
