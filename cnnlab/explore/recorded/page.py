"""Recorded explorers as files: the script and the style that pages share, and whole pages that need no other file."""

import base64
import hashlib
import html
from functools import cache
from pathlib import Path

from cnnlab.explore.live.bundle import bundle
from cnnlab.style import STYLE

__all__ = ["page", "view_script", "view_style"]

HERE = Path(__file__).parent
LIVE = HERE.parent / "live"


@cache
def view_script() -> str:
    """The live view and all that shows recordings, as one classic script.

    Returns
    -------
    script : str
        JavaScript that defines `globalThis.cnnlab` and looks for places of explorers on its page; see
        live/js/recorded/mount.js.
    """
    text = bundle(LIVE / "js" / "recorded" / "mount.js").replace("</script", "<\\/script")
    module, _, last = text.rstrip().rpartition("\n")
    return f"""(() => {{
"use strict";
if (globalThis.cnnlab?.mount) return;
{module}
globalThis.cnnlab = Object.assign(globalThis.cnnlab || {{}}, {last.removeprefix("export default ").rstrip(";")});
const watch = () => globalThis.cnnlab.watch();
watch();
if (document.readyState === "loading") {{ // places have their room before they are painted for the first time
  const coming = new MutationObserver(watch);
  coming.observe(document, {{ childList: true, subtree: true }});
  document.addEventListener("DOMContentLoaded", () => {{
    coming.disconnect();
    watch();
  }});
}}
}})();
"""


@cache
def view_style() -> str:
    """The style of explorers on a page.

    Returns
    -------
    style : str
        CSS.
    """
    return "".join(path.read_text(encoding="utf-8") for path in (LIVE / "view.css", HERE / "recorded.css"))


def page(text: str, title: str, description: str, caption: str = "") -> str:
    """One page that holds everything: it asks nobody for anything.

    Parameters
    ----------
    text : str
        The recording.
    title, description : str
        What it is called, and what it shows at first.
    caption : str
        Stands below it, if there is one.

    Returns
    -------
    page : str
        HTML.
    """
    style, script = _page_style() + view_style(), view_script()
    policy = (
        f"default-src 'none'; script-src {_hashed(script)}; style-src {_hashed(style)}; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )
    parts = {
        "policy": policy,
        "title": html.escape(title),
        "description": html.escape(description),
        "caption": f"<figcaption>{html.escape(caption)}</figcaption>" if caption else "",
        "style": style,
        "recording": text,
        "script": script,
    }
    return _filled((HERE / "page.html").read_text(encoding="utf-8"), parts)


@cache
def _page_style() -> str:
    themes = STYLE["themes"]
    colours = [f"--{look}-{name}: {themes[look][name]};" for look in ("light", "dark") for name in ("paper", "ink")]
    return f":root {{ {' '.join(colours)} }}\n{(HERE / 'page.css').read_text(encoding='utf-8')}"


def _filled(text: str, parts: dict[str, str]) -> str:
    """Each {name} once, from left to right, so that nothing that was put in is looked through again."""
    done: list[str] = []
    rest = text
    while True:
        places = {name: rest.find(f"{{{name}}}") for name in parts}
        there = {name: at for name, at in places.items() if at >= 0}
        if not there:
            return "".join([*done, rest])
        name = min(there, key=there.__getitem__)
        done += [rest[: there[name]], parts[name]]
        rest = rest[there[name] + len(name) + 2 :]


def _hashed(text: str) -> str:
    """How a policy names an inline script or style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
