"""One local page of every picture: each explorer at its example and at telling positions, each picture of `draw`.

    python3 lab.py gallery [--out DIR] [NAME ...]    into .cache/gallery, or DIR; of all, or of these explorers

Open index.html there: the live painter of explore/live/js paints what Python has packed; no kernel is needed, nothing
is fetched. The width (1366, 900 or 390 pixels) and the theme are chosen at its top, or in its address:
index.html#width=390&theme=dark&only=Decisions
"""

import argparse
import base64
import json
import sys
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PARTS = Path(__file__).parent / "gallery"
sys.path[:0] = [str(ROOT), str(PARTS)]
OUT = ROOT / ".cache" / "gallery"
MOST = 8  # positions of one explorer


def explorers():
    """The names of all explorers."""
    from cnnlab import explore

    return [name for name in explore.__all__ if name != "Explorer"]


def telling(explorer):
    """Names of positions that show what an explorer can be: its beginning, the options of its choices,
    its sliders at their ends, its buttons pressed; the explorer stands there while it is looked at.
    """
    kinds = {name: control.kind for name, control in explorer.controls.items()}
    yield "example"
    ways = [
        (f"{name} = {value}", {name: value})
        for name, kind in kinds.items()
        if kind in ("choice", "toggle")
        for value in explorer.positions(name)
        if value != explorer.values[name]
    ]
    sliders = [name for name, kind in kinds.items() if kind == "slider"]
    ends = [("sliders low", 0), ("sliders high", -1)] if sliders else []
    ways = [(words, {name: explorer.positions(name)[end] for name in sliders}) for words, end in ends] + ways
    for words, values in ways[: MOST - 2]:
        explorer.reset()
        explorer.set(**values)
        yield words
    explorer.reset()
    pressed = [name for name, kind in kinds.items() if kind == "button" and explorer.enabled(name)]
    for name in pressed[:1]:
        explorer.press(name, times=3)
        yield f"{name}, pressed three times"
    explorer.reset()


def live(explorer, most=MOST):
    """What page.js needs to show an explorer at so many of its telling positions, ready for JSON."""
    from cnnlab.explore.live.answers import Answers

    answers, states = Answers(explorer), []
    for words in islice(telling(explorer), most):
        states.append([words, *(base64.b64encode(part).decode() for part in answers.first())])
    controls = [control.spec() for control in explorer.controls.values()]
    return {"title": explorer.title, "controls": controls, "states": states}


def shown(name, picture, out, more=None):
    """One picture of the page; its still form goes into a file for each theme."""
    still = {look: f"{name}-{look}.png" for look in ("light", "dark")}
    for look, file in still.items():
        (out / file).write_bytes(picture.png(dark=look == "dark"))
    return {"name": name, "live": more, "still": still, "caption": picture.caption}


def build(out, names=(), most=MOST, stills=True):
    """Write the page into the folder `out`; the names of its pictures.

    names : explorers, and no picture of `draw`. stills : whether still pictures stand beside the live ones; they take
    most of the time.
    """
    import drawn

    from cnnlab import explore
    from cnnlab.explore.live.view import HERE, View

    out.mkdir(parents=True, exist_ok=True)
    pictures = []
    for name in names or explorers():
        explorer = getattr(explore, name).example()
        more = live(explorer, most)
        if stills:
            pictures.append(shown(name, explorer.picture(), out, more))
        else:
            pictures.append({"name": name, "live": more, "still": None, "caption": ""})
    for name, make in ({} if names else drawn.makers()).items():
        pictures.append(shown(name, make(), out))
    data = json.dumps(pictures, ensure_ascii=False, default=lambda number: number.item()).replace("</", "<\\/")
    (out / "pictures.js").write_text(f"globalThis.pictures = {data};\n", encoding="utf-8")
    (out / "view.css").write_text((HERE / "view.css").read_text(encoding="utf-8"), encoding="utf-8")
    bundled, _, last = View._esm.rstrip().rpartition("\n")
    view = f"{bundled}\nglobalThis.cnnlabView = {last.removeprefix('export default ')}\n"
    scripts = (
        f'<script type="module">\n{view}</script>\n<script type="module">\n{(PARTS / "page.js").read_text()}</script>'
    )
    page = (PARTS / "page.html").read_text(encoding="utf-8")
    (out / "index.html").write_text(
        page.replace('<script type="module" src="data:,"></script>', scripts), encoding="utf-8"
    )
    return [picture["name"] for picture in pictures]


def main(arguments):
    parser = argparse.ArgumentParser(prog="lab.py gallery", description="One local page of every picture.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="explorers; by default all, and the pictures of draw")
    parser.add_argument("--out", type=Path, default=OUT, help="folder (default: .cache/gallery)")
    chosen = parser.parse_args(arguments)
    names = build(chosen.out, chosen.names)
    print(f"{len(names)} pictures: open {(chosen.out / 'index.html').resolve().as_uri()}")


if __name__ == "__main__":
    main(sys.argv[1:])
