"""Machine code without its compiler: kept in plain files, brought into memory by LLVM, called by its address.

numba takes half a second to wake, and a hundred megabytes; a process that finds all its machine code on disk never
needs it.  A file holds a sum of all the rest, one line of JSON (names of functions) and the object code as LLVM
wrote it: nothing is unpickled, and nothing in it depends on the process that made it.
"""

import contextlib
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

from cnnlab.loops.runtime.folder import trusted
from cnnlab.loops.runtime.later import later
from cnnlab.loops.runtime.processor import ROWS, VECTOR_BYTES

llvm = later("llvmlite.binding")

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
    """What machine code depends on besides the sources: processor, sizes chosen for it, compiler and its settings."""
    # Where machine code is kept, and by how many threads it is run, changes nothing in it.
    chosen = {name: value for name, value in os.environ.items() if name.startswith("NUMBA_")}
    settings = {name: value for name, value in chosen.items() if not re.search("CACHE|THREAD", name)}
    try:
        features = llvm.get_host_cpu_features().flatten()
    except RuntimeError:  # llvmlite does not know this processor
        features = ""
    versions = []
    for package in ("numba", "llvmlite"):
        spec = importlib.util.find_spec(package)
        origin = Path(spec.origin if spec and spec.origin else "")
        versions.append(hashlib.sha256(origin.with_name("_version.py").read_bytes()).hexdigest())
    machine = llvm.get_process_triple(), llvm.get_host_cpu_name(), features, VECTOR_BYTES, ROWS
    return repr((machine, versions, sorted(settings.items())))


def file_of(name, words):
    """The file for a loop of this name, and for arguments described in these words."""
    return f"{name}-{hashlib.sha256((words + maker()).encode()).hexdigest()[:24]}.code"


def read(path):
    """The `Code` in a file, or None if there is no such file.  Raises ValueError for one that is damaged, or that
    somebody else has put there.
    """
    try:
        with open(path, "rb") as file:
            if not trusted(os.fstat(file.fileno())):
                raise ValueError(f"{path.name} belongs to another user")
            total, _, rest = file.read().partition(b"\n")
    except FileNotFoundError:
        return None
    if total != _sum(path, rest):
        raise ValueError(f"{path.name} is damaged")
    head, _, binary = rest.partition(b"\n")
    return Code(binary, **json.loads(head))


def write(path, code):
    """Keep a `Code`; whoever reads at the same time finds all of it or nothing.  Raises OSError if it cannot."""
    about = {"name": code.name, "returns": code.returns, "needs": code.needs}
    rest = json.dumps(about).encode() + b"\n" + code.binary
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)  # another process may have cleared it away
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(_sum(path, rest) + b"\n" + rest)
        beside.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def _sum(path, rest):
    """What a file begins with; one that bears another's name is damaged, too."""
    return hashlib.sha256(path.name.encode() + b"\n" + rest).hexdigest().encode()


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
        address = engine.get_function_address(code.name)
        if not address:
            raise RuntimeError(f"there is no {code.name} in its machine code")
        return address


_CALL = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)  # lets go of Python's lock
_nowhere = ctypes.create_string_buffer(16)  # where loops that return nothing write it
_trouble = ctypes.addressof(ctypes.create_string_buffer(16))


def door(code, address, pack, words):
    """A function of numbers that calls machine code with a block of them, as `pack` writes it."""
    call, kind, nothing = _CALL(address), RETURNS[code.returns], ctypes.addressof(_nowhere)

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
