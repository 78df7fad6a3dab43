"""Whatever is wrong with an ONNX file: a ValueError that names it, within a second and 100 MB, and nothing runs."""

import os
import sys

import numpy as np
import pytest
from crafted import opened
from exporting.harmed import damaged, whole_file, written

from cnnlab import export

watched = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is asked for as Linux tells it")
IMPORTS = "from cnnlab.export import from_onnx"
CALL = "from_onnx(given[0])"


def refused(rows):
    """Every row of `opened` must be a refusal that names its file, in little time and memory."""
    for name, error, message, seconds, memory in rows:
        may_be_read = name.startswith("flipped")  # other weights, a name that nobody reads
        assert error == "ValueError" or (error == "nothing" and may_be_read), f"{name}: {error}: {message}"
        assert error == "nothing" or ("case" in message and message.isprintable()), f"{name}: {message}"
        assert seconds < 1 and memory < 100, f"{name}: {seconds:.2f} s, {memory:.0f} MB: {message}"


def test_what_is_harmed_is_whole_before(tmp_path):
    path = tmp_path / "whole.onnx"
    path.write_bytes(whole_file())
    x = np.ones((1, 8, 8, 1), np.float32)
    assert export.from_onnx(path).predict(x).tolist() == [[9 * 72.0] * 2]


@watched
def test_no_file_can_do_more_than_be_refused(tmp_path):
    crafted = written(tmp_path)
    assert len(crafted) > 90
    refused(opened([*crafted, *damaged(tmp_path, 100, 20)], CALL, IMPORTS))


@watched
@pytest.mark.slow
def test_damage_at_random_is_refused_by_name_a_thousand_times(tmp_path):
    refused(opened(damaged(tmp_path, 3000, 1), CALL, IMPORTS))


def test_what_is_no_plain_file_is_refused_and_not_waited_for(tmp_path):
    path = tmp_path / "case.onnx"
    if hasattr(os, "mkfifo"):
        os.mkfifo(path)
        with pytest.raises(ValueError, match=r"case\.onnx cannot be read as an ONNX file: it is no plain file"):
            export.from_onnx(path)
        path.unlink()
    with pytest.raises(FileNotFoundError, match=r"there is no file .*case\.onnx"):
        export.from_onnx(path)
    path.mkdir()
    with pytest.raises(ValueError, match=r"case\.onnx .*: it is a folder"):
        export.from_onnx(path)
    for number in (0, None, b"case"):
        with pytest.raises(TypeError, match="path must be the path of a file"):
            export.from_onnx(number)
