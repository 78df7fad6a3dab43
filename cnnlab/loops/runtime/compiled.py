"""How the loops are compiled: by numba, when their machine code is needed and not yet on disk.

Nothing here imports numba before that.  A decorated function is a `Loop`, which waits; so do numba's intrinsics, and
the modules of numba's in which they look (later.py).
"""

import dis
import functools
import os
import threading
import types

from cnnlab.loops.runtime import code
from cnnlab.loops.runtime.arguments import described, in_words, packer
from cnnlab.loops.runtime.entrance import entrance
from cnnlab.loops.runtime.folder import cache_folders
from cnnlab.loops.runtime.later import later
from cnnlab.loops.runtime.processor import MISSING
from cnnlab.loops.runtime.store import Store
from cnnlab.loops.runtime.whole import in_parts, passes

numba = later("numba")

DISABLED = MISSING or bool(int(os.environ.get("NUMBA_DISABLE_JIT") or 0))
STORE = Store([], None) if DISABLED else Store(*cache_folders())
HOW = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True, "no_cpython_wrapper": True}
OPEN = ("nogil", "error_model")  # those of them that numba documents
HOW["_nrt"] = False  # loops make no arrays, and nobody counts who uses theirs
OWN = "machine code cannot be kept with this numba ({}: {})"
_lock = threading.RLock()  # threads of the team may ask for the same loop at once


class Waiting:
    """What numba makes of a function, once somebody asks."""

    def __init__(self, function, make):
        functools.update_wrapper(self, function)
        self._make = make

    @functools.cached_property
    def made(self):
        """numba's own: a dispatcher, or an intrinsic."""
        with _lock:
            return self._make(awake(self.__wrapped__))

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.made, name)


class Loop(Waiting):
    """A loop that waits for its first arguments.

    found : how many kinds of arguments there was machine code for on disk.  instead : numba's own dispatcher, where our
    way of calling machine code fails.  places : where in memory the code for each kind of arguments lies.
    """

    def __init__(self, function, **options):
        super().__init__(function, lambda awoken: numba.njit(pipeline_class=passes(), **options)(awoken))
        self.doors, self.places, self.found, self.instead, self.options = {}, {}, 0, None, options

    def __call__(self, *arguments):
        kinds, numbers = described(arguments)
        enter = self.doors.get(kinds) or self._open(kinds, arguments)
        return self.instead(*arguments) if enter is None else enter(numbers)

    def ready(self, *arguments, alive=None):
        """A function without arguments that calls it with these: what Python has to do for that is done before.

        alive : what it needs besides, and knows by its address alone.
        """
        kinds, numbers = described(arguments)
        enter = self.doors.get(kinds) or self._open(kinds, arguments)
        if enter is None:
            return lambda alive=alive: self.instead(*arguments)
        return lambda alive=(arguments, alive): enter(numbers)  # the numbers are places of what must not go

    def prepare(self, *arguments):
        """Have machine code for arguments of these kinds, without calling it."""
        kinds, _ = described(arguments)
        if kinds not in self.doors:
            self._open(kinds, arguments)

    def place(self, *arguments):
        """The address of its machine code for arguments of these kinds, for other machine code (calls.py), or None
        where numba's dispatcher stands in.
        """
        self.prepare(*arguments)
        return self.places.get(described(arguments)[0])

    def kept(self, *arguments):
        """Whether there is machine code for arguments of these kinds on disk."""
        return STORE.holds(self._file(described(arguments)[0]))

    def _file(self, kinds):
        name = f"{self.__module__.rpartition('.')[2]}.{self.__name__}"  # of which there may be two
        return code.file_of(name, f"{self.__module__} {in_words(kinds)}")

    def _open(self, kinds, arguments):
        """The door for arguments of these kinds, or None where numba's dispatcher stands in."""
        with _lock:
            if kinds in self.doors or self.instead is not None:
                return self.doors.get(kinds)
            try:
                name = self._file(kinds)
                there = STORE.find(name)
                self.found += there is not None
                if there is None:
                    with STORE.alone(name):
                        there = STORE.find(name) or self._made(name, arguments)
                self.doors[kinds] = code.door(*there, packer(arguments), self.__qualname__)
                self.places[kinds] = there[1]
            except Exception as problem:  # numba and LLVM promise nothing about what is used here
                self.instead = self._dispatcher(arguments)
                STORE.say("own", OWN.format(type(problem).__name__, problem), "numba compiles anew in each process")
            return self.doors.get(kinds)

    def _made(self, name, arguments):
        """(code, address): compiled now, and kept for the next time."""
        made = compiled_code(self, arguments)
        there = made, code.address_of(made)
        STORE.keep(name, made)
        return there

    def _dispatcher(self, arguments):
        """numba's own, as everybody uses it; what is wrong with the loop itself is raised here."""
        options = {name: self.options[name] for name in ("fastmath", *OPEN) if name in self.options}
        instead = numba.njit(**options)(awake(self.__wrapped__))
        instead.compile(tuple(map(numba.typeof, arguments)))
        return instead


def awake(function):
    """The same function, which finds numba's own where it would find what waits."""
    names, codes = set(), [function.__code__]
    while codes:
        one = codes.pop()
        names.update(step.argval for step in dis.get_instructions(one) if step.opname == "LOAD_GLOBAL")
        codes += [constant for constant in one.co_consts if isinstance(constant, types.CodeType)]
    found = dict(function.__globals__)
    for name in names & found.keys():
        if isinstance(found[name], Waiting):
            found[name] = found[name].made
    awoken = types.FunctionType(
        function.__code__, found, function.__name__, function.__defaults__, function.__closure__
    )
    return functools.update_wrapper(awoken, function)


def compiled_code(loop, arguments):
    """Machine code for a loop, and arguments like these, that takes them as a block of numbers."""
    enter = entrance(loop.made, tuple(map(numba.typeof, arguments)), loop.__name__)
    return _code_of(enter, (numba.types.intp,))


def _code_of(function, signature):
    """Machine code for a function that is called with numbers of these types."""
    with in_parts():
        result = _result(function, signature)
        binary = result.library.machine_code()
        needs = code.needs(result.library.get_llvm_str())
    return code.Code(binary, result.fndesc.llvm_func_name, str(result.signature.return_type), needs)


def _result(function, signature):
    """What numba has compiled."""
    dispatcher = numba.njit(pipeline_class=passes(), **HOW)(function)
    dispatcher.compile(signature)
    return dispatcher.overloads[signature]


def compiled(function):
    """Decorator of a loop: machine code, kept on disk, that lets go of Python's lock while it runs."""
    return function if DISABLED else Loop(function, **HOW)


def ready(loop, *arguments, alive=None):
    """A function without arguments that calls a loop with these, as `Loop.ready` makes it, for `share` (team.py)."""
    return (lambda alive=alive: loop(*arguments)) if DISABLED else loop.ready(*arguments, alive=alive)


def compiled_inside(function):
    """As `compiled`, for what only other loops call."""
    return compiled(function)


def compiled_loosely(function):
    """As `compiled`, for long sums whose terms may be added in another order, several at a time."""
    return function if DISABLED else Loop(function, fastmath=LOOSE, **HOW)


def compiled_fused(function):
    """As `compiled`, with products added as they are, rounded once, where the processor can: as tiles add."""
    return function if DISABLED else Loop(function, fastmath={"contract"}, **HOW)


LOOSE = {"reassoc", "contract", "nsz"}


def intrinsic(function):
    """numba's decorator of the same name, which waits until it is needed."""
    return Waiting(function, lambda awoken: numba.extending.intrinsic(awoken))


def compiled_at(signature, function):
    """The address of the machine code of a function, for numbers: whole ones ("i"), of float32 ("f") or float64 ("d").

    As numba's own, it takes two addresses before them, where it may write.
    """
    name = code.file_of(function.__name__, signature)
    with _lock:
        there = STORE.find(name)
        if there is not None:
            return there[1]
        with STORE.alone(name):
            there = STORE.find(name)
            return _made_at(name, signature, function) if there is None else there[1]


def _made_at(name, signature, function):
    """The address of machine code that is compiled now, and kept for the next time."""
    kinds = {"i": "int64", "f": "float32", "d": "float64"}
    function, signature = awake(function), tuple(getattr(numba.types, kinds[letter]) for letter in signature)
    try:
        there = _code_of(function, signature)
        address = code.address_of(there)
        STORE.keep(name, there)
        return address
    except Exception as problem:
        STORE.say("own", OWN.format(type(problem).__name__, problem), "numba compiles anew in each process")
        result = _result(function, signature)
        _alive.append(result)
        return result.library.get_pointer_to_function(result.fndesc.llvm_func_name)


_alive = []  # machine code that is only known by its address
