"""Names of the user in a terminal of any encoding: nothing is raised for a letter, no sign moves the cursor."""

import io
import sys

import pytest

from cnnlab.cli import main
from cnnlab.files import plain


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_a_name_that_the_terminal_has_no_letters_for_is_told_all_the_same(encoding, monkeypatch, tmp_path):
    streams = [io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _ in range(2)]
    monkeypatch.setattr(sys, "stdout", streams[0])
    monkeypatch.setattr(sys, "stderr", streams[1])
    name = str(tmp_path / "猫 Käfer\x1b[2J\u202e.npz")
    assert main(["evaluate", "zip_code_1989", "--weights", name, "--data", name]) == 1
    print("猫", "\N{RIGHTWARDS ARROW}")  # and whatever else is printed
    for stream in streams:
        stream.flush()
    told = streams[1].buffer.getvalue().decode(encoding)
    assert told.count("\n") == 1 and "fer" in told and "\x1b" not in told and "\u202e" not in told
    assert r"\x1b[2J\u202e.npz" in told and ("猫" in told or r"\u732b" in told)


def test_plain_words_keep_their_letters_and_lines():
    assert plain("Käfer, 猫\nsecond line") == "Käfer, 猫\nsecond line"
    assert plain("a\x1b]0;title\x07\r\t\u202eb") == r"a\x1b]0;title\x07\r\t\u202eb"
