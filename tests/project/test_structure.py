"""How the house is built: rooms of a size that one can overlook, no circles, a test file for every explorer."""

import ast
import re
import subprocess
from collections import Counter
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from reading.statements import statements

ROOT = Path(__file__).parents[2]
FULL = 15  # files of a folder, beside __init__.py
GENERATED = {"__pycache__", ".pytest_cache", ".ipynb_checkpoints"}
REBUILT = "162e198"  # the commit after which the house was built anew


def files(folder):
    return [path for path in (ROOT / folder).rglob("*") if path.is_file() and not GENERATED & set(path.parts)]


@pytest.mark.parametrize("folder", ["cnnlab", "tests"])
def test_no_folder_holds_more_files_than_one_can_overlook(folder):
    held = Counter(path.parent.relative_to(ROOT).as_posix() for path in files(folder) if path.name != "__init__.py")
    assert held and not {room: count for room, count in held.items() if count > FULL}


# ---- circles


def module_name(path, root=ROOT):
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def looked_through(text):
    """What a source imports anywhere, as (module, name), and whether it defines an explorer."""
    imported, explorer = [], False
    for node in statements(ast.parse(text)):
        if isinstance(node, ast.Import):
            imported += [(alias.name, None) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            imported += [(node.module, alias.name) for alias in node.names]
        elif isinstance(node, ast.ClassDef):
            explorer |= any(getattr(base, "id", "") == "Explorer" for base in node.bases)
    return imported, explorer


def imports(text, known):
    """The modules of `known` that a source imports anywhere, in functions as well.

    `from cnnlab import arguments` imports the module of that name; `from cnnlab import Network` what is in `cnnlab`.
    """
    for module, name in looked_through(text)[0]:
        if module in known:
            below = f"{module}.{name}"
            yield below if below in known else module


def graph(sources):
    """{module: the modules that it imports} of {module: source}."""
    return {name: set(imports(text, sources)) - {name} for name, text in sources.items()}


def circle(arrows):
    """Some circle of a graph, as a list of its modules, or None."""
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return error.args[1][::-1]
    return None


def test_no_module_imports_itself_by_way_of_others():
    sources = {module_name(path): path.read_text(encoding="utf-8") for path in (ROOT / "cnnlab").rglob("*.py")}
    assert len(sources) > 100
    found = circle(graph(sources))
    assert not found, " imports ".join(found)


def test_the_search_for_circles_finds_them_in_functions_too():
    sources = {
        "house": "",
        "house.a": "import numpy\nfrom house import b",
        "house.b": "def f():\n    import house.c",
        "house.c": "",
    }
    assert graph(sources) == {"house": set(), "house.a": {"house.b"}, "house.b": {"house.c"}, "house.c": set()}
    assert circle(graph(sources)) is None
    sources["house.c"] = "def g():\n    from house.a import f"
    assert set(circle(graph(sources))) == {"house.a", "house.b", "house.c"}


# ---- explorers


def explorers(sources):
    """The modules among {module: source} that define an explorer."""
    return {name for name, text in sources.items() if looked_through(text)[1]}


def needed_by_explorers(sources):
    """(explorer, other explorer) for every import of one by another: what two share belongs into the toolkit."""
    found, arrows = explorers(sources), graph(sources)
    return {(one, other) for one in found for other in arrows[one] & found}


def test_no_explorer_imports_another_not_even_in_its_own_room():
    sources = {
        module_name(path): path.read_text(encoding="utf-8")
        for path in (ROOT / "cnnlab" / "explore").rglob("*.py")
        if path.name != "__init__.py"
    }
    assert len(explorers(sources)) > 20
    assert not needed_by_explorers(sources)


def test_the_search_for_explorers_that_need_each_other_finds_them():
    sources = {
        "room.one": "class One(Explorer):\n    def f(self):\n        from room.two import helper",
        "room.two": "from room.help import f\n\nclass Two(Explorer):\n    pass",
        "room.help": "class Help:\n    pass",
    }
    assert needed_by_explorers(sources) == {("room.one", "room.two")}


# ---- one source of colours


def test_colours_stand_in_style_json_and_nowhere_else():
    """Numbers of colours; the words white and black, and what the host page sets, may stand where they are needed."""
    sources = [path for path in files("cnnlab") if path.suffix in {".py", ".js", ".css"}]
    assert len(sources) > 100
    found = {path.name: re.findall(r"#[0-9A-Fa-f]{3,8}\b", path.read_text(encoding="utf-8")) for path in sources}
    assert not {name: colours for name, colours in found.items() if colours}


# ---- names


def test_every_explorer_has_a_test_file_of_its_own_name():
    from cnnlab import explore

    there = {path.name for path in (ROOT / "tests" / "explore").rglob("test_*.py")}
    for name in explore.__all__:
        thing = getattr(explore, name)
        if isinstance(thing, type) and thing is not explore.Explorer:
            file = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
            assert f"test_{file}.py" in there, name


def test_commits_begin_with_a_line_that_one_can_read_at_once():
    """At most 72 characters in every commit after `REBUILT`, merges aside.

    What is longer belongs in the body.  A copy without that commit (a shallow clone, an archive) is not looked at.
    """

    def git(*words):
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)

    if not (ROOT / ".git").exists() or git("merge-base", "--is-ancestor", REBUILT, "HEAD").returncode:
        pytest.skip("the history does not go back so far here")
    ran = git("log", "--no-merges", "--format=%H %s", f"{REBUILT}..HEAD")
    assert ran.returncode == 0, ran.stderr
    lines = {line[:7]: line.partition(" ")[2] for line in ran.stdout.splitlines()}
    assert {commit: len(line) for commit, line in lines.items() if len(line) > 72} == {}
