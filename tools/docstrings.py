"""Does the reference say what the code does?  Reads the docstrings of everything that cnnlab exports.

    python tools/docstrings.py [ROOM ...]    what is wrong, a line each (exit status 1); ROOM is a module, cnnlab.ops

The form is numpydoc's: one sentence, then sections under a line of dashes.  Every parameter of a signature is
documented and no other; everything is annotated.  A method that overrides another may leave its parameters to it, also
where it spells out what the other takes as **values: a scene names the values of its controls.
"""

import importlib
import inspect
import re
import sys
from functools import cache

ROOMS = (
    "cnnlab",
    "cnnlab.layers",
    "cnnlab.ops",
    "cnnlab.datasets",
    "cnnlab.models",
    "cnnlab.draw",
    "cnnlab.check",
    "cnnlab.explore",
    "cnnlab.training",
    "cnnlab.analysis",
    "cnnlab.export",
)
SECTIONS = (
    "Parameters",
    "Attributes",
    "Returns",
    "Yields",
    "Raises",
    "Source",
    "Notes",
    "See Also",
    "Examples",
)
NAMED = ("Parameters", "Attributes")  # sections whose entries are `name : type`, with indented lines below
NOTHING = (None, "None", "Self", "NoReturn")  # results that need no words


def main(chosen):
    found = [line for line in complaints() if not chosen or line.startswith(tuple(chosen))]
    print("\n".join(found))
    sys.exit(bool(found))


def complaints():
    """Everything that is wrong, one line each, `module.name: what`; the module is where the thing is written."""
    found = {}
    for room in ROOMS:
        module = importlib.import_module(room)
        if not inspect.getdoc(module):
            found[f"{room}: the room has no docstring"] = None
        if not hasattr(module, "__all__"):
            found[f"{room}: the room does not say what it exports, in __all__"] = None
        for name, thing in exported(module):
            if inspect.isclass(thing):
                found.update(dict.fromkeys(of_class(thing)))
            elif inspect.isroutine(thing):
                found.update(dict.fromkeys(of_function(thing, thing.__module__ + "." + name)))
    return sorted(found)


def exported(module):
    """(name, thing) of a room's `__all__`; of a module that is exported, what it exports in turn."""
    for name in getattr(module, "__all__", ()):
        thing = getattr(module, name)
        if inspect.ismodule(thing) and thing.__name__ not in ROOMS:
            yield from exported(thing)
        else:
            yield name, thing


def of_class(thing):
    """What is wrong with a class, its `__init__` and its public methods and properties."""
    if not thing.__module__.startswith("cnnlab"):
        return
    place = f"{thing.__module__}.{thing.__qualname__}"
    text = thing.__doc__ if not is_generated(thing) else None
    yield from of_text(text, place)
    if ours(thing, "__init__"):
        asked = inspect.signature(thing.__init__)
        yield from unannotated(asked, place)
        names = [name for name in parameters(asked) if name not in documented(text, "Attributes")]
        yield from misnamed(text, names, parameters(asked), place)
    for name in dir(thing):
        if name.startswith("_"):
            continue
        member = inspect.getattr_static(thing, name)
        home = next((base for base in thing.__mro__ if name in vars(base)), None)
        if home is None or not home.__module__.startswith("cnnlab"):
            continue
        where = f"{home.__module__}.{home.__qualname__}.{name}"
        if isinstance(member, property):
            yield from of_text(inspect.getdoc(member), where)
            if inspect.signature(member.fget).return_annotation is inspect.Signature.empty:
                yield f"{where}: what the property gives is not annotated"
        elif isinstance(member, (classmethod, staticmethod)) or inspect.isfunction(member):
            function = getattr(member, "__func__", member)
            if function.__module__ != home.__module__:
                continue  # handed in from another floor, and documented there
            yield from of_function(function, where, overridden(home, name), doc=inspect.getdoc(getattr(thing, name)))


def is_generated(thing):
    """Whether the docstring of a class was written by `dataclass` or `NamedTuple`: its name and signature."""
    return bool(re.fullmatch(rf"{thing.__name__}\(.*\)", thing.__doc__ or "", re.DOTALL))


def ours(thing, name):
    """Whether a class has the method `name` from one of the package's own classes."""
    home = next(base for base in thing.__mro__ if name in vars(base))
    return home.__module__.startswith("cnnlab")


def overridden(home, name):
    """The method that `home.name` overrides, or None."""
    return next((vars(base)[name] for base in home.__mro__[1:] if name in vars(base)), None)


def of_function(function, place, base=None, doc=None):
    """What is wrong with a function or method; `base` is the method that it overrides."""
    text = doc or inspect.getdoc(function)
    asked = inspect.signature(function)
    yield from of_text(text, place)
    yield from unannotated(asked, place)
    given = asked.return_annotation
    if given is inspect.Signature.empty:
        yield f"{place}: what it returns is not annotated"
    base = getattr(base, "__func__", base)
    own = set(sections(function.__doc__ or ""))
    if not own & {"Parameters", "Returns"} and inspect.isfunction(base) and stands_for(base, asked):
        return  # the method that it overrides tells the rest
    yield from misnamed(text, parameters(asked), parameters(asked), place)
    if given is not inspect.Signature.empty and getattr(given, "__name__", given) not in NOTHING:
        if text and not set(sections(text)) & {"Returns", "Yields"}:
            yield f"{place}: section Returns is missing"


def stands_for(base, asked):
    """Whether the words of `base` hold for an override: the same parameters, or ones that spell out its **values."""
    told = inspect.signature(base).parameters.values()
    anything = [one.kind for one in told if one.name != "self"] == [inspect.Parameter.VAR_KEYWORD]
    return anything or parameters(inspect.signature(base)) == parameters(asked)


def parameters(signature):
    """The names of a signature, but self and cls."""
    return [name for name in signature.parameters if name not in ("self", "cls")]


def unannotated(signature, place):
    for name, parameter in signature.parameters.items():
        if name not in ("self", "cls") and parameter.annotation is inspect.Parameter.empty:
            yield f"{place}: parameter {name} is not annotated"


def misnamed(text, wanted, known, place):
    """Parameters `wanted` that are not documented, and documented ones that are not `known`."""
    names = documented(text, "Parameters")
    for name in wanted:
        if name not in names:
            yield f"{place}: parameter {name} is not documented"
    for name in names:
        if name not in known:
            yield f"{place}: documents {name}, which is no parameter"


def of_text(text, place):
    """What is wrong with the form of a docstring."""
    if not text:
        yield f"{place}: no docstring"
        return
    text = inspect.cleandoc(text)
    lines = text.splitlines()
    if not lines[0].endswith(".") or re.search(r"[.!?] +[A-Z]", lines[0]):
        yield f"{place}: the first line is not one sentence with a full stop: {lines[0]!r}"
    if len(lines) > 1 and lines[1]:
        yield f"{place}: no empty line after the first"
    for number, line in enumerate(lines):
        if re.fullmatch("-{3,}", line):
            head = lines[number - 1]
            if head not in SECTIONS:
                yield f"{place}: unknown section {head!r}"
            elif len(line) != len(head) or lines[number - 2]:
                yield f"{place}: section {head} wants an empty line before it and dashes as long as its name"
    found = sections(text)
    order = [SECTIONS.index(name) for name in found if name in SECTIONS]
    if order != sorted(order):
        yield f"{place}: the order of sections is {', '.join(SECTIONS)}"
    for name, body in found.items():
        if not "".join(body).strip():
            yield f"{place}: section {name} is empty"
        for line in body if name in NAMED else ():
            if line and not line.startswith(" ") and not re.fullmatch(r"[*\w]+(, [*\w]+)*( : \S.*)?", line):
                yield f"{place}: not `name : type` under {name}: {line!r}"
    for line in found.get("Raises", ()):
        if line and not line.startswith(" ") and not re.fullmatch(r"[A-Z]\w+(, [A-Z]\w+)*", line):
            yield f"{place}: not the name of an exception under Raises: {line!r}"


@cache
def sections(text):
    """{heading: its lines} of a docstring."""
    lines, found, name = inspect.cleandoc(text or "").splitlines(), {}, None
    for number, line in enumerate(lines):
        under = lines[number + 1] if number + 1 < len(lines) else ""
        if line and re.fullmatch("-{3,}", under):
            name = line
            found[name] = []
        elif name and not re.fullmatch("-{3,}", line):
            found[name].append(line)
    return found


def documented(text, section):
    """The names that a section of a docstring documents."""
    heads = [line for line in sections(text).get(section, ()) if line and not line.startswith(" ")]
    return [name.strip(" *") for line in heads for name in line.split(" : ")[0].split(",")]


if __name__ == "__main__":
    main(sys.argv[1:])
