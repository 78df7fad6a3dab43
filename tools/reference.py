"""The reference of the package: every public name, as pages for a browser, built from types and docstrings.

    python3 lab.py docs [--out DIR]    into .cache/reference, or DIR; open index.html there

Nothing is fetched, neither now nor by the pages: what pdoc's template would load from elsewhere is left out.
"""

import argparse
import importlib
import inspect
import pkgutil
import re
import sys
import types
import typing
from pathlib import Path
from unittest.mock import patch

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
OUT = ROOT / ".cache" / "reference"
TEMPLATES = Path(__file__).parent / "reference"
UNIONS = {typing.Union, types.UnionType}
HIDDEN = {"__main__", "arguments", "cli", "loops"}  # what the package is made with: read it where it stands


def rooms():
    """The names of the modules that have a page: the rooms of the package, and the modules that a room exports."""
    import cnnlab

    tops = [f"cnnlab.{each.name}" for each in pkgutil.iter_modules(cnnlab.__path__) if each.name not in HIDDEN]
    return ["cnnlab", *(name for top in tops for name in (top, *exported_by(top)))]


def exported_by(room):
    """The modules that a room names in its `__all__`, and those that they name in theirs."""
    module = importlib.import_module(room)
    for name in getattr(module, "__all__", ()):
        if inspect.ismodule(vars(module).get(name)):
            yield f"{room}.{name}"
            yield from exported_by(f"{room}.{name}")


def page_of(room):
    """The name of a room's page."""
    return f"{room.replace('.', '/')}.html"


def build(out, only=None, search=True):
    """Write the pages into the folder `out`; the names of the pages.

    only : the rooms that get a page; all, if None. search : whether pdoc's own search is among them.
    """
    import pdoc.doc
    import pdoc.docstrings
    import pdoc.render

    plain, written = pdoc.docstrings.numpy, inspect.formatannotation

    def named(annotation, *others, **options):
        return with_names(annotation, written)

    pdoc.render.configure(docformat="numpy", template_directory=TEMPLATES, search=search, show_source=False)
    with (
        patch.object(pdoc.docstrings, "numpy", lambda text: plain(with_formulas(text))),
        patch.object(pdoc.doc, "formatannotation", named),
        patch.object(inspect, "formatannotation", named),
    ):
        modules = {name: pdoc.doc.Module.from_name(name) for name in only or rooms()}
        pages = {
            f"{name.replace('.', '/')}.html": pdoc.render.html_module(each, modules) for name, each in modules.items()
        }
        pages["index.html"] = pdoc.render.html_index(modules)
        if search:
            pages["search.js"] = pdoc.render.search_index(modules)
    for name, text in pages.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(text, encoding="utf-8")
    return sorted(pages)


def with_names(annotation, written):
    """An annotation as text, with the names of `cnnlab.types` in place of what they stand for."""
    from cnnlab import types as ours

    def parts(kind):
        return list(typing.get_args(kind)) if typing.get_origin(kind) in UNIONS else [kind]

    names = {name: parts(getattr(ours, name)) for name in ours.__all__}
    rest, found = parts(annotation), []
    for name, those in sorted(names.items(), key=lambda item: -len(item[1])):
        if all(each in rest for each in those):
            found.append(name)
            rest = [each for each in rest if each not in those]
    if found or len(rest) > 1:
        return " | ".join([*found, *(with_names(each, written) for each in rest)])
    inner = [each for each in typing.get_args(annotation) if each is not ...]
    if typing.get_origin(annotation) in (tuple, list, dict) and inner:
        text = ", ".join("..." if each is ... else with_names(each, written) for each in typing.get_args(annotation))
        return f"{typing.get_origin(annotation).__name__}[{text}]"
    return "None" if annotation is type(None) else written(annotation)


def with_formulas(text):
    """A docstring whose formulas, paragraphs such as `e[m,n] = sum_c w[c] h[c]`, are set as they are written."""
    paragraphs = re.split(r"\n\n+", text)
    return "\n\n".join(
        re.sub("^", "    ", each, flags=re.MULTILINE) if is_formula(each) else each for each in paragraphs
    )


def is_formula(paragraph):
    """Whether every line of a paragraph begins like an equation, or goes one on."""
    lines = paragraph.splitlines()
    return bool(re.match(r"[\w/]+('|\[[^\]]*\]|\([^)]*\))* *(=|<-|\+=) ", lines[0] if lines else "")) and all(
        re.match(r"[\w/]+('|\[[^\]]*\]|\([^)]*\))* *(=|<-|\+=) | +\S", line) for line in lines
    )


def main(arguments):
    parser = argparse.ArgumentParser(prog="lab.py docs", usage="python3 lab.py docs [--out DIR]")
    parser.add_argument("--out", type=Path, default=OUT, metavar="DIR", help="where the pages go (.cache/reference)")
    out = parser.parse_args(arguments).out
    pages = build(out)
    print(f"{len(pages)} pages in {out}; open {out / 'index.html'}")


if __name__ == "__main__":
    main(sys.argv[1:])
