"""Machine code without its compiler: kept in plain files, brought into memory by LLVM, called by its address.

numba takes half a second to wake, and a hundred megabytes; a process that finds all its machine code on disk never
needs it.  A file holds one line of JSON (names of functions) and the object code as LLVM wrote it: nothing is
unpickled, and nothing in it depends on the process that made it.
"""

import ctypes
import functools
import hashlib
import importlib
import importlib.util
import json
import os
import re
import threading
from pathlib import Path
from typing import NamedTuple

import llvmlite.binding as llvm

# What LLVM may turn into calls of a library, among the functions that it has itself.
LIBRARY = re.compile(
    r"llvm\.(exp2?|log|pow|tanh|sin|cos|sqrt|floor|ceil|fabs|fma|memset|memcpy|memmove)\.(?:.*?(f32|f64))?"
)
DECLARED = re.compile(r'^declare [^@]*@"?([\w.$]+)"?\(', re.MULTILINE)
RETURNS = {"none": None, "int64": ctypes.c_int64, "float64": ctypes.c_double}
FINE = (0, -2)  # what a loop of numba's returns if all went well: a number, or None
_lock = threading.RLock()


class Code(NamedTuple):
    """Object code, the function in it, what that returns, and the functions of libraries that it needs."""

    binary: bytes
    name: str
    returns: str
    needs: list


@functools.cache
def maker():
    """What machine code depends on besides the sources: the processor, the compiler and its settings."""
    settings = {name: value for name, value in os.environ.items() if name.startswith("NUMBA_") and "CACHE" not in name}
    try:
        features = llvm.get_host_cpu_features().flatten()
    except RuntimeError:  # llvmlite does not know this processor
        features = ""
    versions = []
    for package in ("numba", "llvmlite"):
        spec = importlib.util.find_spec(package)
        origin = Path(spec.origin if spec and spec.origin else "")
        versions.append(hashlib.sha256(origin.with_name("_version.py").read_bytes()).hexdigest())
    return repr((llvm.get_process_triple(), llvm.get_host_cpu_name(), features, versions, sorted(settings.items())))


def file_of(folder, name, words):
    """The file for a loop of this name, and for arguments described in these words."""
    return folder / f"{name}-{hashlib.sha256((words + maker()).encode()).hexdigest()[:24]}.code"


def read(path):
    """The `Code` in a file, or None if there is none, or it is damaged."""
    try:
        head, _, binary = path.read_bytes().partition(b"\n")
        about = json.loads(head)
        if hashlib.sha256(binary).hexdigest() == about.pop("sha256"):
            return Code(binary, **about)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return None


def write(path, code):
    """Keep a `Code`; whoever reads at the same time finds all of it or nothing."""
    about = {"name": code.name, "returns": code.returns, "needs": code.needs}
    about["sha256"] = hashlib.sha256(code.binary).hexdigest()
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(json.dumps(about).encode() + b"\n" + code.binary)
        beside.replace(path)
    except OSError:  # a full disk: then it is compiled again next time
        beside.unlink(missing_ok=True)


def needs(assembly):
    """The functions of libraries that a module of LLVM's calls, from its text."""
    found = set()
    for name in DECLARED.findall(assembly):
        inside = LIBRARY.match(name)
        if inside:
            found.add(inside[1] + ("f" if inside[2] == "f32" else ""))
        elif not name.startswith("llvm."):
            found.add(name)
    return sorted(found)


@functools.cache
def _engine():
    """LLVM's linker in this process, set as numba sets it."""
    for start in (llvm.initialize_native_target, llvm.initialize_native_asmprinter):
        start()
    target = llvm.Target.from_triple(llvm.get_process_triple())
    static = llvm.get_process_triple().startswith(("x86", "i386", "i686"))
    machine = target.create_target_machine(reloc="static" if static else "default", codemodel="jitdefault", jit=True)
    return llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)


def address_of(code):
    """Bring the code into memory -> the address of its function."""
    with _lock:
        engine = _engine()  # from now on LLVM knows the functions of this process
        if not all(map(llvm.address_of_symbol, code.needs)):  # on some systems numba brings them along
            importlib.import_module("numba.core.registry").cpu_target.target_context  # noqa: B018
        missing = [name for name in code.needs if not llvm.address_of_symbol(name)]
        if missing:  # LLVM would end the process
            raise RuntimeError(f"{code.name} needs {', '.join(missing)}, which this system does not have")
        engine.add_object_file(llvm.ObjectFileRef.from_data(code.binary))
        engine.finalize_object()
        return engine.get_function_address(code.name)


_CALL = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)  # lets go of Python's lock
_nowhere = ctypes.create_string_buffer(16)  # where loops that return nothing write it
_trouble = ctypes.addressof(ctypes.create_string_buffer(16))


def door(code, pack, words):
    """A function of numbers that calls machine code with a block of them, as `pack` writes it."""
    call, kind, nothing = _CALL(address_of(code)), RETURNS[code.returns], ctypes.addressof(_nowhere)

    def enter(numbers):
        if kind is None:
            status = call(nothing, _trouble, pack(*numbers))
        else:
            result = kind()
            status = call(ctypes.addressof(result), _trouble, pack(*numbers))
        if status not in FINE:
            raise RuntimeError(f"the loop {words} ended with an error of its own, number {status}")
        return None if kind is None else result.value

    return enter
