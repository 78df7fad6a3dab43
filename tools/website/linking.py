"""Every address on the site's own pages leads to something that is there."""

import posixpath
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]*:|//")
FETCHED = ("src", "data-src", "srcset", "poster", "data")


class Addresses(HTMLParser):
    """Collects what a page links to, what it fetches, and the names of its places."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value for name, value in attrs if value is not None}
        self.names |= {values[name] for name in ("id", "name") if name in values}
        self.fetched += [values[name] for name in FETCHED if name in values]
        if "href" in values:
            (self.fetched if tag == "link" else self.links).append(values["href"])


def read(page: str) -> Addresses:
    """The addresses of a page."""
    found = Addresses()
    found.feed(page)
    return found


def broken(out: Path) -> list[str]:
    """A sentence for each address on a page of the site in `out` that leads nowhere, or fetches from elsewhere."""
    pages = {path.relative_to(out).as_posix(): read(path.read_text(encoding="utf-8")) for path in out.rglob("*.html")}
    wrong = []
    for name, page in pages.items():
        for address in page.fetched:
            if address.startswith("data:"):
                continue
            if OUTSIDE.match(address):
                wrong.append(f"{name} fetches {address}")
            elif not (out / posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(address)))).is_file():
                wrong.append(f"{name} fetches {address}, which is not there")
        for address in page.links:
            if OUTSIDE.match(address):
                continue
            path, _, place = unquote(address).partition("#")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
            if not (out / target).is_file():
                wrong.append(f"{name} links to {address}, which is not there")
            elif place and target in pages and place not in pages[target].names:
                wrong.append(f"{name} links to {address}; there is no such place on that page")
    return sorted(set(wrong))


def weight(out: Path, address: str) -> int:
    """The bytes of a page and of all that it fetches by itself on light paper; recordings come later."""
    page = (out / address).read_text(encoding="utf-8")
    dark = set(re.findall(r'<img class="dark" src="([^"]+)"', page))
    total = (out / address).stat().st_size
    for each in dict.fromkeys(re.findall(r'(?<![\w-])src="([^"]+)"|<link rel="stylesheet" href="([^"]+)"', page)):
        wanted = each[0] or each[1]
        if wanted not in dark and not wanted.startswith("data:"):
            total += (out / posixpath.normpath(posixpath.join(posixpath.dirname(address), wanted))).stat().st_size
    return total
