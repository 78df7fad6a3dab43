"""Sound files for tests."""

import io
import wave

import numpy as np


def wav(samples, rate=12_000, width=2, channels=1):
    """Numbers -1..1 as the bytes of a .wav file, the same in all channels."""
    whole = np.round(samples * 2.0 ** (8 * width - 1)).astype(np.int64) + (128 if width == 1 else 0)
    whole = whole.clip(0, 255) if width == 1 else whole.clip(-(2 ** (8 * width - 1)), 2 ** (8 * width - 1) - 1)
    data = whole.repeat(channels).astype("<i8").view(np.uint8).reshape(-1, 8)[:, :width].tobytes()
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setparams((channels, width, rate, 0, "NONE", ""))
        file.writeframes(data)
    return held.getvalue()


def float_wav(samples, rate=12_000):
    """Numbers as the bytes of a .wav file that holds them as they are, NaN among them, if there is one."""
    data = np.asarray(samples, "<f4").tobytes()
    form = b"fmt " + (16).to_bytes(4, "little") + (3).to_bytes(2, "little") + (1).to_bytes(2, "little")
    form += rate.to_bytes(4, "little") + (4 * rate).to_bytes(4, "little") + b"\x04\0\x20\0"
    body = b"WAVE" + form + b"data" + len(data).to_bytes(4, "little") + data
    return b"RIFF" + len(body).to_bytes(4, "little") + body
