"""A script: how much of the loops' machine code is vector code, for any processor; nothing of it is run.

    python machine_code.py PROCESSOR [LOOP ...]

The processor is LLVM's name of the one that numba compiles for (NUMBA_CPU_NAME), or of an ARM one.  Prints {loop:
{"packed": arithmetic of single precision with vectors, "scalar": with numbers, name of a register: its uses}}.
"""

import json
import re
import sys

import llvmlite.binding as llvm
import numpy as np
from numba import typeof, types
from numba.core import codegen

from cnnlab.loops.forward.dense import add_four, add_one
from cnnlab.loops.forward.prepare import scale_row
from cnnlab.loops.kernels import convolution, pointwise, pooling
from cnnlab.loops.plan import descend
from cnnlab.loops.plan.operations import OP, Operation
from cnnlab.loops.plan.packing import add_chunks
from cnnlab.loops.plan.record import Images, Memory
from cnnlab.loops.runtime import compiled
from cnnlab.loops.runtime.entrance import entrance
from cnnlab.loops.runtime.whole import in_parts

ARM, TRIPLE = ("cortex-a72", "apple-m1"), "aarch64-unknown-linux-gnu"
ARITHMETIC = r"\bv?(?:add|sub|mul|div|max|min|sqrt|fn?madd\d+|fmsub\d+|cmp\w*|and|andn){}\b"
ARITHMETIC_OF_ARM = r"\bf(?:add|sub|mul|div|sqrt|mla|mls|madd|msub|max\w*|min\w*|cm\w\w)\s+{}"
COUNTING = re.compile(r"^define [^\n]*?(\S+ @NRT_\w+\([^\n]*?\))[^\n]*\{\n.*?^\}", re.MULTILINE | re.DOTALL)


def loops():
    """{name: (loop, arguments)}"""
    row, plan, bytes_, turns = np.zeros(1, np.float32), np.zeros(1, OP), np.zeros(1, np.uint8), np.zeros(1, np.int64)
    g, maps, marks = np.zeros((1, 1), np.float32), np.zeros((1, 1, 1, 1), np.float32), np.zeros((1, 1, 1, 1), np.uint16)
    memory = Memory(row, row, 0, row, g, row, bytes_, 0, 0, maps, turns)
    given, pair, found = (plan[0], memory, row, Images(0, 0, 0, 0)), (2, 2), {}
    how = descend.Descent(1, row, np.ones(3), np.ones((1, 2)), row, row, row)
    how = descend.Descent(1, row, np.ones(3), np.ones((1, 2)), row, row, row)
    for operation in Operation:
        for way in ("forward", "backward"):
            if getattr(operation.row, way) is not None and operation.name != "DENSE":  # its arithmetic is in the strips
                found[f"{operation.name} {way}"] = getattr(operation.row, way), given
    return found | {
        "max_forward": (pooling._max_forward, (maps, pair, pair, True, maps, marks, turns)),
        "max_backward": (pooling._max_backward, (maps, marks, pair, pair, maps, turns)),
        "average_forward": (pooling._average_forward, (maps, pair, pair, maps, turns)),
        "average_backward": (pooling._average_backward, (maps, pair, pair, maps, turns)),
        "activate": (pointwise.activate, (0, 0.1, row, row)),
        "activate_back": (pointwise.activate_back, (0, 0.1, row, row, row)),
        "tanh_of": (pointwise.tanh_of, (row, row, 1.0, 1.0)),
        "sigmoid_of": (pointwise.sigmoid_of, (row, row)),
        "inverse_power": (pointwise.inverse_power, (row, 0.75, row)),
        "sum_neighbours": (pointwise.sum_neighbours, (row, 0, 0, row)),
        "add_chunks": (add_chunks, (g, 0, row, 0, 0)),
        "add_four": (add_four, (row, 0, row, row)),
        "add_one": (add_one, (row, row[0], row)),
        "scale_row": (scale_row, (memory, 0, 0, 0)),
        "add_turned": (convolution._add_turned, (maps[0], g, turns)),
        "sgd_update": (descend.sgd_update, (row, row, 0.1, how)),
        "adam_update": (descend.adam_update, (row, row, 0.1, np.ones(2), how)),
    }


def in_arm(code, processor):
    """The machine code of an ARM processor for numba's code.

    What counts the users of arrays is written for x86 alone, and left out.
    """
    machine = llvm.Target.from_triple(TRIPLE).create_target_machine(cpu=processor, opt=3)
    code = re.sub('target triple = ".*"', f'target triple = "{TRIPLE}"', code)
    code = re.sub('target datalayout = ".*"', f'target datalayout = "{machine.target_data}"', code)
    code = COUNTING.sub(lambda found: "declare " + re.sub(r' %[\w."]+', "", found[1]), code)
    module = llvm.parse_assembly(code)
    builder = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=3))
    builder.getModulePassManager().run(module, builder)
    return machine.emit_assembly(module)


def code_of(loop, arguments, processor):
    """The machine code for a loop, as it is compiled in use, in words."""
    enter = entrance(loop.made, tuple(map(typeof, arguments)), loop.__name__)
    with in_parts():
        library = compiled._result(enter, (types.intp,)).library
        if processor in ARM:
            return in_arm(library.get_llvm_str(), processor)
        library.machine_code()
        return library.get_asm_str()


def main(processor, *names):
    """Print what was found."""
    known, found = loops(), {}
    kinds = {"packed": ARITHMETIC.format("ps"), "scalar": ARITHMETIC.format("ss")}
    kinds |= {"xmm": "%xmm", "ymm": "%ymm", "zmm": "%zmm"}
    kinds |= {"packed in xmm": kinds["packed"] + r"(?=[^\n]*%xmm)(?![^\n]*%[yz]mm)"}
    if processor in ARM:
        kinds = {"packed": ARITHMETIC_OF_ARM.format(r"v\d+\.4s"), "scalar": ARITHMETIC_OF_ARM.format(r"s\d+")}
        kinds |= {"neon": r"\bv\d+\.4s"}
        llvm.initialize_all_targets()
        llvm.initialize_all_asmprinters()
        codegen.CPUCodeLibrary._optimize_functions = lambda library, module: (
            None
        )  # it is for the processor that is here
    for name in names or known:
        code = code_of(*known[name], processor)
        found[name] = {kind: len(re.findall(pattern, code)) for kind, pattern in kinds.items()}
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
