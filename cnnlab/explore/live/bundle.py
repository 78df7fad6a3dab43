"""The modules of js/ as one, which is what anywidget hands to the browser: no Node, no network, the same text always.

Every module becomes a function that is called at once, in an order in which what it imports is there already, and
returns what it exports. So names of one module do not meet those of another, and nothing is evaluated from strings: a
content-security policy may forbid that. Comments with types stay at home. For this the modules keep to a strict form,
which is checked here:

    import { a, b } from "./other.js";
    import name from "./data.json" with { type: "json" };
    export const / export function / export function* / export class, at the beginning of a line
    export default {    heard of in the first module only, each of which may be that of a bundle

and they do not import each other in a circle.
"""

import json
import re
from pathlib import Path

IMPORT = re.compile(r'^import \{ (\w+(?:, \w+)*) \} from "(\.[\w./-]+\.js)";$', re.MULTILINE)
DATA = re.compile(r'^import (\w+) from "(\.[\w./-]+\.json)" with \{ type: "json" \};$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:const|class|function\*?) (\w+))", re.MULTILINE)
DEFAULT = re.compile(r"^export default (?=\{$)", re.MULTILINE)
TYPES = re.compile(r"^[ ]*/\*\*(?:(?!\*/).)*\*/\n", re.MULTILINE | re.DOTALL)
STATEMENT = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)


def bundle(entry: Path) -> str:
    """One module out of a module and all that it imports.

    Parameters
    ----------
    entry : Path
        The module whose `export default` is that of the whole.

    Returns
    -------
    source : str
        JavaScript that imports nothing.

    Raises
    ------
    ValueError
        If a module is not in the strict form, or modules import each other in a circle.
    """
    parts: list[str] = []
    names: dict[Path, str] = {}
    _add(entry.resolve(), (), names, parts)
    return "\n".join([*parts, f"export default {names[entry.resolve()]}.standard;", ""])


def _add(path: Path, above: tuple[Path, ...], names: dict[Path, str], parts: list[str]) -> None:
    """Append a module, after all that it imports."""
    if path in above:
        raise ValueError(f"modules import each other in a circle: {' -> '.join(p.name for p in (*above, path))}")
    if path in names:
        return
    text = TYPES.sub("", path.read_text(encoding="utf-8"))
    if path.suffix == ".json":
        names[path] = f"{path.stem}_json"
        data = json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))
        parts.append(f"const {names[path]} = {data};")
        return
    needed = [(path.parent / found).resolve() for _, found in DATA.findall(text) + IMPORT.findall(text)]
    for other in needed:
        _add(other, (*above, path), names, parts)
    if f"{path.stem}_js" in names.values():
        raise ValueError(f"two modules have the name {path.name}")
    names[path] = f"{path.stem}_js"
    text = DATA.sub(lambda m: f"const {m[1]} = {names[(path.parent / m[2]).resolve()]};", text)
    text = IMPORT.sub(lambda m: f"const {{ {m[1]} }} = {names[(path.parent / m[2]).resolve()]};", text)
    exported = EXPORT.findall(text)
    text = EXPORT.sub("", text)
    if DEFAULT.search(text):
        text = DEFAULT.sub("const standard = ", text)
        exported += [] if above else ["standard"]
    wrong = STATEMENT.search(text)
    if wrong:
        raise ValueError(f"{path.name}: {wrong[0]!r} is not in the form that {Path(__file__).name} can join")
    parts.append(f"const {names[path]} = (() => {{\n{text.rstrip()}\nreturn {{ {', '.join(exported)} }};\n}})();")
