"""The processor that numba compiles for: how wide its vectors are, and how many rows a tile has."""

import importlib.util
import os

try:
    import llvmlite.binding as llvm
except (ImportError, OSError):  # in a browser, or for a Python that is newer than numba
    llvm = None

MISSING = llvm is None or importlib.util.find_spec("numba") is None  # nothing can be compiled here

# Sums of products in as wide a vector as any processor has: the registers in its machine code are those there are.
WIDE = """
declare <16 x float> @llvm.fma.v16f32(<16 x float>, <16 x float>, <16 x float>)
define <16 x float> @wide(<16 x float> %a, <16 x float> %b) {
  %sum = call <16 x float> @llvm.fma.v16f32(<16 x float> %a, <16 x float> %b, <16 x float> %b)
  ret <16 x float> %sum
}
"""


def processor():
    """What counts of the processor that numba compiles for, {feature: whether it is there}: this one, or the one that
    NUMBA_CPU_NAME and NUMBA_CPU_FEATURES name.
    """
    if llvm is None:
        return {}
    name, features = os.environ.get("NUMBA_CPU_NAME"), os.environ.get("NUMBA_CPU_FEATURES")
    if name is None and features is None:
        try:
            return llvm.get_host_cpu_features()
        except RuntimeError:  # llvmlite does not know this processor
            return {}
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    if features is None:
        features = "" if name == "generic" else llvm.get_host_cpu_features().flatten()
    name = name or llvm.get_host_cpu_name()
    target = llvm.Target.from_default_triple()
    code = target.create_target_machine(cpu=name, features=features).emit_assembly(llvm.parse_assembly(WIDE))
    neon = target.triple.startswith(("aarch64", "arm64"))
    return {"avx512f": "zmm" in code, "avx2": "ymm" in code, "fma": "vfmadd" in code, "neon": neon}


def host():
    """(bytes in a vector, rows of the tile) for the processor that numba compiles for."""
    features = processor()
    if features.get("avx512f"):
        return 64, 8
    if features.get("avx2") and features.get("fma"):
        return 32, 6
    return 16, 8 if features.get("neon") else 6


VECTOR_BYTES, ROWS = host()
