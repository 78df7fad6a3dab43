"""The whole series as a site: every notebook, each explorer recorded and alive in its place.

    python3 lab.py site [--out DIR] [NOTEBOOK ...]    into .cache/pages, or DIR; open index.html there

Each notebook is run once and kept until its code, the package or the data change. The pages ask no other host for
anything; they work from a folder, from a stick, and from any web server.
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]
OUT = ROOT / ".cache" / "pages"


def main(arguments: list[str]) -> int:
    """Build the site."""
    parser = argparse.ArgumentParser(prog="lab.py site", description="The whole series as pages for a browser.")
    parser.add_argument("names", nargs="*", metavar="NOTEBOOK", help="only these; by default all of them")
    parser.add_argument("--out", type=Path, default=OUT, metavar="DIR", help="where the pages go (.cache/pages)")
    parser.add_argument("--pyodide", type=Path, metavar="DIR", help="a distribution of Pyodide, for Python in the page")
    chosen = parser.parse_args(arguments)

    from tools.website.building import build

    try:
        facts = build(chosen.out, tuple(chosen.names), chosen.pyodide, lambda words: print(words, flush=True))
    except (ValueError, FileNotFoundError) as error:
        print(f"lab.py site: {error}", file=sys.stderr)
        return 1
    heaviest, most = max(facts["weights"].items(), key=lambda item: item[1])
    recorded = sum(facts["recordings"].values())
    print(
        f"{facts['pages']} pages, {facts['explorers']} explorers, {facts['questions']} questions, "
        f"{facts['bytes'] / 1e6:.1f} MB, of which {recorded / 1e6:.1f} MB are recordings; "
        f"the heaviest page without them is {heaviest}, {most / 1e6:.2f} MB"
    )
    print(f"open {(chosen.out / 'index.html').resolve().as_uri()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
