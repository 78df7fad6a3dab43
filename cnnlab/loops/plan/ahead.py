"""Compiling on two processors at once.

numba compiles one function after the other.  So the very first training step on a computer asks a second process for
the loops of the way back, while this one compiles those of the way forward.  What the other one has made comes through
the folder in which machine code is kept anyway; if it cannot help, for whatever reason, this process does it all.
"""

import contextlib
import subprocess
import sys
from pathlib import Path

import numpy as np

from cnnlab.loops.plan.operations import OP, Operation
from cnnlab.loops.plan.packing import add_chunks, flip
from cnnlab.loops.plan.record import Images, Memory
from cnnlab.loops.runtime.compiled import DISABLED, STORE
from cnnlab.loops.runtime.team import cores

PATIENCE = 120  # seconds; compiling takes a tenth of it
CALL = "import sys; sys.path.insert(0, sys.argv[1]); from cnnlab.loops.plan.ahead import compile_back; "
CALL += "compile_back(*sys.argv[2:])"
_asked, _helpers = set(), {}  # what was asked for, and the processes for which nobody has waited yet


def compile_back(dtype, *codes):
    """Compile the loops of the way back for these operations (as words or numbers), and keep their machine code."""
    _, memory, flat, _ = given = example(dtype)
    for code in codes:
        Operation(int(code)).row.backward.prepare(*given)
    flip.prepare(np.zeros(1, OP), flat, flat)
    add_chunks.prepare(memory.g, 0, flat, 0, 0)


def example(dtype):
    """Arguments of an operation's loop, as small as they can be."""
    flat, g, x = (np.zeros((1,) * axes, dtype) for axes in (1, 2, 4))
    marks, rows = np.zeros(1, np.uint8), np.zeros(1, np.int64)
    memory = Memory(m=flat, d=flat, d_step=0, u=flat, g=g, packs=flat, marks=marks, tiles=0, lanes=0, x=x, rows=rows)
    return np.zeros(1, OP)[0], memory, flat, Images(0, 0, 0, 0)


def begin(dtype, codes):
    """Have the loops of the way back for these operations compiled elsewhere, if they are nowhere yet."""
    codes, question, _ = _shared(dtype, codes)
    if STORE.place is None or DISABLED or question in _asked:
        return
    _asked.add(question)
    given = example(dtype)
    if codes and cores() > 1 and not any(Operation(code).row.backward.kept(*given) for code in codes):
        _helpers[question] = _ask(question)


@contextlib.contextmanager
def way_back(dtype, codes):
    """While this lasts, what `begin` begins goes on; it lasts until all is there."""
    codes = list(codes)
    begin(dtype, codes)
    _, question, here = _shared(dtype, codes)
    helper = _helpers.pop(question, None)
    try:
        yield
        if helper is not None:
            for operation in here:
                operation.row.backward.prepare(*example(dtype))
    finally:
        if helper is not None:
            try:
                helper.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                helper.kill()
                helper.wait()


def _shared(dtype, codes):
    """The operations that have a way back; what another process is asked for; the operations that are done here.

    Beside the loops of a convolution, which take longest, a dense layer's are compiled here, at the end.
    """
    codes = sorted(int(code) for code in set(codes) if Operation(code).row.backward is not None)
    here = [Operation.DENSE] if {Operation.CONVOLUTION, Operation.DENSE} <= set(codes) else []
    return codes, (np.dtype(dtype).name, *(code for code in codes if code not in here)), here


def _ask(question):
    """A process that compiles, or None where there can be none."""
    command = [sys.executable, "-c", CALL, str(Path(__file__).parents[3]), *map(str, question)]
    nowhere, flags = subprocess.DEVNULL, getattr(subprocess, "CREATE_NO_WINDOW", 0)  # no window on Windows
    try:
        return subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, creationflags=flags)
    except (OSError, TypeError):  # TypeError: this Python does not know where it is
        return None
