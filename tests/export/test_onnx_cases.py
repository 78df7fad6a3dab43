"""The cases of the package onnx itself, of operators that are known here: each is computed rightly, or refused rightly.

docs/out_and_back.md counts them.
"""

import importlib
import re
import warnings
from collections import Counter
from pathlib import Path
from unittest.mock import patch

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from onnx.backend.test.case import node as cases_of_nodes
from onnx.backend.test.loader import load_model_tests
from onnx.reference.ops import op_pool_common
from onnx.reference.ops.op_pool_common import pool

from cnnlab import export
from cnnlab.export.reading.opening import READERS
from cnnlab.export.reading.shapes import FIRST

PAGE = Path(__file__).parents[2] / "docs" / "out_and_back.md"
COUNTED = "1.23"  # the onnx whose cases the page counts
# Files of onnx that hold cases of these operators (all of them take 8 seconds to import); Cast is left out: its cases
# change kinds of numbers, 116 ways, and numbers keep theirs in a network.
FILES = (
    "add averagepool batch_normalization conv div dropout flatten gemm globalaveragepool globalmaxpool greater "
    "identity leakyrelu logsoftmax lrn matmul maxpool mul pad prelu reducemax reducemean reducesum relu reshape "
    "sigmoid sign slice softmax squeeze sub tanh transpose unsqueeze"
)
# Why the others are refused, as the page has it: words of the refusal.
REASONS = {
    "no samples: an input without an axis for them, or with no number in it": (
        "an axis for the samples|leaves sides open"
    ),
    "no floats: other kinds of numbers, or no array": "must hold float32 or float64|is no array",
    "no row: more than one input or output, branches, nothing at all": "a network has one|a second way|no layer in it",
    "no layer of that: three axes of pixels, pooling over frames, groups of frames": (
        "pooling is over images|kernels of shape|in time have none|behind an Unsqueeze"
    ),
    "borders: of pooling, uneven ones, mirrored ones, of axes that are no pixels": "border",
    "gaps in kernels and windows, windows that are cut off": "have no gaps|cut off",
    "numbers that differ from sample to sample or from unit to unit, or are not positive": (
        "differ from|multiplied by others|its slopes|not positive|biases must be|for all its units|more than fits"
    ),
    "in training: dropout that drops": "as in training",
    "axes that change otherwise than between images and rows": (
        "axes only change|put into a row|axes of length 1|length 1 are|axis 1|all pixels of a map|only frames|of one "
        "frame is left"
    ),
    "products of other things than weights": "from the right here|must be its first input",
    "parts of an image, but for every so many pixels from the first on": (
        "from the first on|are left out|pixels are taken"
    ),
    "softmax, which is part of a loss here": "part of the loss|what the loss adds|over the outputs",
    "comparisons with other numbers than 0": "only h > 0",
}


def read(path):
    tensor = onnx.TensorProto()
    tensor.ParseFromString(path.read_bytes())
    return numpy_helper.to_array(tensor)


def pooled(padded, x_shape, kernel, strides, out_shape, *more, **options):
    """What onnx expects of pooling; over three axes it would take half of all the time, and is refused here anyway."""
    if len(x_shape) == 5:
        return np.full((*x_shape[:2], *out_shape), np.nan, padded.dtype)
    return pool(padded, x_shape, kernel, strides, out_shape, *more, **options)


def cases():
    """(name, model, inputs, outputs) of all whose operators are known here."""
    with warnings.catch_warnings(), patch.object(op_pool_common, "pool", pooled):
        warnings.simplefilter("ignore")  # some divide by zero, to see what comes of it
        for file in FILES.split():
            importlib.import_module(f"onnx.backend.test.case.node.{file}")
    found = [(case.name, case.model, *case.data_sets[0]) for case in cases_of_nodes._NodeTestCases]
    for kind in ("pytorch-converted", "pytorch-operator"):
        for case in load_model_tests(kind=kind):
            folder = Path(case.model_dir) / "test_data_set_0"
            ends = [list(map(read, sorted(folder.glob(f"{end}_*.pb")))) for end in ("input", "output")]
            found.append((case.name, onnx.load(folder.parent / "model.onnx"), *ends))
    known = {*READERS, "Constant"}
    return [case for case in found if {node.op_type for node in case[1].graph.node} <= known]


def outcome(path, model, given, expected):
    """ "right", "wrong", or the words of a refusal; inputs but the first become arrays that stay."""
    model = onnx.ModelProto.FromString(model.SerializeToString())
    graph = model.graph
    names = [end.name for end in graph.input if end.name not in {array.name for array in graph.initializer}]
    for name, value in list(zip(names, given, strict=False))[1:]:
        graph.initializer.append(numpy_helper.from_array(np.asarray(value), name))
    path.write_bytes(model.SerializeToString())
    try:
        network = export.from_onnx(path)
    except ValueError as refusal:
        assert str(path) in str(refusal)
        return str(refusal).replace(str(path), "")
    first = any(node.op_type in FIRST for node in graph.node) or network.input_shape != given[0].shape[1:]
    e = network.predict(np.moveaxis(given[0], 1, -1) if first else given[0])
    e = np.moveaxis(e, -1, 1) if first else e
    return "right" if e.shape == expected[0].shape and np.allclose(e, expected[0], 1e-5, 1e-5) else f"wrong {network}"


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    path = tmp_path_factory.mktemp("cases") / "case.onnx"
    return {name: outcome(path, model, given, expected) for name, model, given, expected in cases()}


def reason_of(said):
    return next((reason for reason, words in REASONS.items() if re.search(words, said)), said)


def test_every_case_is_computed_rightly_or_refused_for_a_reason_that_the_page_names(outcomes):
    found = Counter(said if said == "right" else reason_of(said) for said in outcomes.values())
    assert not found.keys() - REASONS.keys() - {"right"}
    assert found["right"] >= 90


@pytest.mark.skipif(not onnx.__version__.startswith(COUNTED), reason=f"the page counts the cases of onnx {COUNTED}")
def test_the_page_counts_them(outcomes):
    found = Counter(said if said == "right" else reason_of(said) for said in outcomes.values())
    rows = dict(re.findall(r"^\| (.+?) \| (\d+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert {reason: str(count) for reason, count in found.items() if reason != "right"} == {
        reason: count for reason, count in rows.items() if reason in REASONS
    }
    right = sorted(name.removeprefix("test_") for name, said in outcomes.items() if said == "right")
    assert rows["computed, and right"] == str(len(right))
    assert rows["all of them"] == str(len(outcomes))
