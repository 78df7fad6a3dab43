"""The reference of the package: every public name, as pages for a browser, built from types and docstrings.

    python3 lab.py docs [--out DIR]    into .cache/reference, or DIR; open index.html there

Nothing is fetched, neither now nor by the pages: what pdoc's template would load from elsewhere is left out.
"""

import argparse
import pkgutil
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
OUT = ROOT / ".cache" / "reference"
TEMPLATES = Path(__file__).parent / "reference"
HIDDEN = {"__main__", "arguments", "loops"}  # what the package is made with: read it where it stands


def rooms():
    """The names of the modules that have a page."""
    import cnnlab

    return [
        "cnnlab",
        *(f"cnnlab.{each.name}" for each in pkgutil.iter_modules(cnnlab.__path__) if each.name not in HIDDEN),
    ]


def build(out):
    """Write the pages into the folder `out`; the names of the pages."""
    import pdoc.doc
    import pdoc.docstrings
    import pdoc.render

    plain = pdoc.docstrings.numpy
    pdoc.docstrings.numpy = lambda text: plain(with_formulas(text))
    pdoc.render.configure(
        docformat="numpy", template_directory=TEMPLATES, math=False, mermaid=False, search=True, show_source=False
    )
    try:
        modules = {name: pdoc.doc.Module.from_name(name) for name in rooms()}
        pages = {
            f"{name.replace('.', '/')}.html": pdoc.render.html_module(each, modules) for name, each in modules.items()
        }
        pages["index.html"] = pdoc.render.html_index(modules)
        pages["search.js"] = pdoc.render.search_index(modules)
    finally:
        pdoc.docstrings.numpy = plain
    for name, text in pages.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(text, encoding="utf-8")
    return sorted(pages)


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
