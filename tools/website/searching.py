"""What the search of the site knows: every part of every page, and every public name of the package.

It is a script, not a JSON file: a page that is opened from a folder may load scripts, but nothing else.
"""

import importlib
import inspect
import json
from html.parser import HTMLParser

from tools import reference

HEADINGS = {f"h{level}" for level in range(1, 7)}
SILENT = ("details", "noscript", "math", "script", "style")  # an answer is not to be found before the question is
INLINE = {"a", "abbr", "b", "code", "em", "i", "kbd", "mark", "small", "span", "strong", "sub", "sup", "wbr"}
NO_END = {"img", "input", "br", "hr", "link", "meta"}


class Parts(HTMLParser):
    """The parts of a page: [name of the place, heading, words], a new one at each heading that has a name."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.parts: list[list[str]] = [["", title, ""]]
        self.silent: list[str] = []
        self.heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag not in INLINE:
            self.handle_data(" ")
        if tag in SILENT or values.get("class") in ("anchor", "replies") or (self.silent and tag not in NO_END):
            self.silent.append(tag)
        elif values.get("id") and (tag in HEADINGS or tag == "tr"):  # of a glossary each row is a part
            self.parts.append([values["id"] or "", "", ""])
            self.heading = True

    def handle_endtag(self, tag: str) -> None:
        if self.silent:
            self.silent.pop()
        elif tag in HEADINGS or tag == "td":
            self.heading = False

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts[-1][1 if self.heading else 2] += data

    def found(self) -> list[list[str]]:
        """The parts that hold something, their white space made even."""
        even = [[name, " ".join(heading.split()), " ".join(words.split())] for name, heading, words in self.parts]
        return [part for part in even if part[0] or part[2]]


def parts(title: str, page: str) -> list[list[str]]:
    """The parts of a page of the site; see `Parts`."""
    reader = Parts(title)
    reader.feed(page)
    return reader.found()


def names(rooms: list[str]) -> list[tuple[str, str, list[list[str]]]]:
    """(address, title, parts) of each page of the reference: a part for each public name."""
    found = []
    for room in rooms:
        module = importlib.import_module(room)
        said = [["", room, first_sentence(module)]]
        for name in getattr(module, "__all__", ()):
            thing = getattr(module, name)
            if not inspect.ismodule(thing):
                documented = inspect.isclass(thing) or inspect.isroutine(thing)
                said.append([name, f"{room}.{name}", first_sentence(thing) if documented else ""])
        found.append((f"reference/{reference.page_of(room)}", f"{room}, the reference", said))
    return found


def first_sentence(thing: object) -> str:
    """The first paragraph of a docstring, in one line."""
    return " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())


def script(pages: list[tuple[str, str, list[list[str]]]]) -> str:
    """The index as a script, of (address, title, parts) of all pages."""
    listed = [[address, title] for address, title, _ in pages]
    flat = [[at, *part] for at, (_, _, said) in enumerate(pages) for part in said]
    data = json.dumps({"pages": listed, "parts": flat}, ensure_ascii=False, separators=(",", ":"))
    return f"globalThis.cnnlabIndex = {data};\n"
