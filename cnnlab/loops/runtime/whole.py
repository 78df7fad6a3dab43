"""Compiling a loop, and all that it calls, as one whole.

numba takes every function by itself: it optimises it and makes machine code of it, for somebody might call it from
Python, and does the same once more with whoever calls it.  What our loops are made of nobody else calls.  So it stays
in LLVM's language until all of it is together, and only the whole is optimised and becomes machine code: a third of the
time is saved.  Of numba's passes over the code of Python those are left out that look for what no loop has.
"""

import contextlib
import functools
import gc

from cnnlab.loops.runtime.later import later

codegen, registry, compiler_lock = map(later, ("numba.core.codegen", "numba.core.registry", "numba.core.compiler_lock"))
compiler, machinery = later("numba.core.compiler"), later("numba.core.compiler_machinery")
untyped, typed = later("numba.core.untyped_passes"), later("numba.core.typed_passes")


@functools.cache
def passes():
    """numba's way of compiling a function, without looking for closures, `with`, expressions of arrays, literal lists,
    branches that can be told in advance, ...; all of it, with a numba that has no such passes.
    """
    try:
        needed = [
            untyped.TranslateByteCode,
            untyped.FixupArgs,
            untyped.IRProcessing,
            untyped.GenericRewrites,  # parts of tuples, by number
            untyped.ReconstructSSA,
            typed.NopythonTypeInference,
            typed.PreLowerStripPhis,
            typed.IRLegalization,
            typed.AnnotateTypes,
            typed.NativeLowering,
            typed.NoPythonBackend,
        ]
    except AttributeError:
        return compiler.Compiler

    class Passes(compiler.CompilerBase):
        def define_pipelines(self):
            manager = machinery.PassManager("loop")
            for each in needed:
                manager.add_pass(each, each.__name__)
            manager.finalize()
            return [manager]

    return Passes


@contextlib.contextmanager
def in_parts():
    """While this lasts, what numba compiles stays in LLVM's language; no other thread compiles in the meantime, and
    nobody looks for garbage: what a compiler makes is needed to the end, and looking takes a tenth of its time.
    """
    with compiler_lock.global_compiler_lock:
        maker, looked_for = registry.cpu_target.target_context.codegen(), gc.isenabled()
        maker._library_class = part()
        gc.disable()
        try:
            yield
        finally:
            if looked_for:
                gc.enable()
            del maker._library_class  # the one of its class is there again


@functools.cache
def part():
    """numba's class for the code of a function and all that it calls, where that is a part of something larger."""

    class Part(codegen.JITCodeLibrary):
        @property
        def codegen(self):
            return Nowhere(self._codegen)

        def get_pointer_to_function(self, name):
            self._ensure_finalized()
            return 0

        def _optimize_functions(self, module):
            """Later, together with the rest; to be linked with it, it has to know how numbers lie in memory."""
            module.data_layout = self._codegen._data_layout

        def _optimize_final_module(self):
            """Later, too."""

        def _finalize_final_module(self):
            self._finalize_dynamic_globals()
            self._verify_declare_only_symbols()
            self._finalized = True

        def machine_code(self):
            """The whole: it is optimised now, which changes `get_llvm_str`, and brought into object code."""
            super()._optimize_final_module()
            self._final_module.verify()
            return self._codegen._tm.emit_object(self._final_module)

    return Part


class Nowhere:
    """numba's maker of code, which does not look for a function in memory that is not there."""

    def __init__(self, maker):
        self._maker = maker

    def __getattr__(self, name):
        return getattr(self._maker, name)

    def set_env(self, name, env):
        """What Python would need to raise an error; loops raise none."""
