"""The project as a whole: one set of versions, floors that hold, clean code, and nothing in it that does not belong."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from reading.statements import statements

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
CONDA_NAMES = {"matplotlib-base": "matplotlib"}  # where conda-forge calls a package otherwise
PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "benchmarks/README.md", "data/README.md", "docs/lecture.md"]
PAGES += ["docs/a_class.md", "docs/ways_in.md", "docs/out_and_back.md", "docs/in_page.md", "docs/everybody.md"]
FOLDERS = r"(?:cnnlab|tests|tools|benchmarks|data|docs|notebooks)/"
TEXT = {".py", ".md", ".toml", ".yml", ".yaml", ".lock", ".ipynb", ".js", ".css", ".json", ".txt", ".cfg", ".csv", ""}


def tracked():
    """The files of the project: those that git knows, or all of them where there is no git."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        hidden = {".venv", ".git", ".cache", "__pycache__", ".pytest_cache", ".ruff_cache", ".hypothesis"}
        return [path for path in ROOT.rglob("*") if path.is_file() and not hidden & set(path.relative_to(ROOT).parts)]
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def texts():
    """(name, text) of every text file of the project; a notebook's without its pictures."""
    for path in tracked():
        if path.suffix in TEXT:
            text = path.read_text(encoding="utf-8")
            if path.suffix == ".ipynb":
                text = re.sub(r'"image/png": "[^"]*"', "", text)
            yield path.relative_to(ROOT).as_posix(), text


def requirements(lines):
    """{normalised name: set of version clauses} of requirement lines."""
    parsed = [Requirement(line) for line in lines]
    return {canonicalize_name(item.name): set(str(item.specifier).split(",")) for item in parsed}


def declared():
    return requirements([*PROJECT["project"]["dependencies"], *(line for extra in EXTRAS.values() for line in extra)])


# ---- versions


def test_conda_gets_the_same_names_and_ranges_as_pip():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    conda = [line for line in environment["dependencies"] if isinstance(line, str)]
    (pip,) = [line["pip"] for line in environment["dependencies"] if isinstance(line, dict)]
    assert pip[-1] == "-e ."
    (python,) = [line for line in conda if re.match(r"python\b", line)]
    version = re.fullmatch(r"python=(3\.\d+)", python)  # the form that repo2docker reads
    assert version and SpecifierSet(PROJECT["project"]["requires-python"]).contains(version[1])
    conda.remove(python)
    for line in conda:
        name = re.split("[<>=!~ ]", line)[0]
        conda[conda.index(line)] = line.replace(name, CONDA_NAMES.get(name, name), 1)
    found = requirements(conda + pip[:-1])
    assert found.pop("pip") == {""}
    assert found == requirements([*PROJECT["project"]["dependencies"], *EXTRAS["lab"]])


def test_every_requirement_has_a_lower_bound():
    assert all(any(clause.startswith(">=") for clause in clauses) for clauses in declared().values())


def test_the_version_is_stated_once_and_the_same():
    import cnnlab

    assert cnnlab.__version__ == PROJECT["project"]["version"]


def test_what_is_imported_at_run_time_is_declared():
    allowed = {*declared_modules("dependencies"), *sys.stdlib_module_names, "cnnlab"}
    optional = allowed | {"onnx", "onnxruntime", "torch", "PIL"}  # imported inside functions that say what is missing
    of_pytorch = {"modules.py", "parts.py"}  # classes of PyTorch; these files are imported inside such functions only
    for path in (ROOT / "cnnlab").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        top = {name for node in tree.body for name in imported(node)}
        everywhere = {name for node in statements(tree) for name in imported(node)}
        if path.parent.name == "pytorch" and path.name in of_pytorch:
            allowed_here = allowed | {"torch"}
        else:
            allowed_here = allowed
            below = {f"cnnlab.export.pytorch.{Path(name).stem}" for name in of_pytorch}
            assert not below & {node.module for node in tree.body if isinstance(node, ast.ImportFrom)}, path.name
        assert top <= allowed_here, f"{path.name} imports {sorted(top - allowed_here)}"
        assert everywhere <= optional, f"{path.name} imports {sorted(everywhere - optional)}"


def declared_modules(key):
    named = {Requirement(line).name.replace("-", "_") for line in PROJECT["project"][key]}
    return named | {"IPython", "traitlets", "llvmlite"}  # parts of the interfaces of ipywidgets and numba


def imported(node):
    """The top-level modules that an import statement imports; nothing for other statements."""
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom) and not node.level:
        return {node.module.split(".")[0]}
    return set()


# ---- the code


def test_the_floors_hold():
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0 and "3 kept, 0 broken" in ran.stdout, ran.stdout + ran.stderr


def test_the_loops_know_numba_and_numpy_only():
    files = list((ROOT / "cnnlab" / "loops").rglob("*.py"))
    for path in files:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {name for node in statements(tree) for name in imported(node)}
        assert names <= {"numba", "numpy", "llvmlite", *sys.stdlib_module_names, "cnnlab"}, path.name


def test_ruff_finds_nothing():
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format=concise"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_no_pickle():
    """A pickle runs code when it is read: weights and data are npz files of plain arrays."""
    word = re.compile(r"\ballow_pickle *= *True|(import|from) +(pickle|dill|joblib|cloudpickle)|pickle\.(load|dump)")
    sources = [(name, text) for name, text in texts() if name.endswith((".py", ".ipynb"))]
    told = [(name, text) for name, text in sources if any(each in text for each in ("pickle", "dill", "joblib"))]
    found = [name for name, text in told if word.search(text)]
    assert not [name for name in found if name != "tests/project/test_project.py"]
    assert not [path for path in tracked() if path.suffix in {".pkl", ".pickle", ".joblib", ".pt", ".pth"}]


# ---- the files

REGISTRIES = ("pypi" + ".org", "python" + "hosted.org", "conda." + "anaconda.org", "download.py" + "torch.org")
MACHINE = re.compile(r"(?<![\w.~-])/(?:root|home/\w+|Users/\w+|work|opt|mnt|tmp|workspace)/[\w.-]+")


def test_no_test_runs_a_loop_in_the_thread_of_a_browsers():
    """It raises there, and whether it stands behind a browser's test is chance; tests/support has `in_a_loop`."""
    assert not [path for path, text in texts() if path.startswith("tests/") and re.search(r"asyncio\.run\(", text)]


def test_no_registry_is_named():
    """Where packages come from is the user's own setting; a mirror must work as well."""
    assert [(name, host) for name, text in texts() for host in REGISTRIES if host in text] == []


def test_no_path_of_somebodys_machine():
    allowed = {"tests/project/test_project.py"}
    found = [(name, match[0]) for name, text in texts() if name not in allowed for match in MACHINE.finditer(text)]
    assert found == []


def test_the_search_for_machine_paths_finds_them():
    for line in ("cd /home/ada/cnnlab", 'path = "/root/x"', "see /Users/ada/x", "/tmp/x"):
        assert MACHINE.search(line), line
    for line in ("lab/tree/work/x", "./opt/x", "https://example.org/home", "a/tmp/x", "~/tmp/x"):
        assert not MACHINE.search(line), line


def test_files_are_small_and_nothing_generated_is_among_them():
    """The weights of a network may have 4 MB; every other file one; source files 400 lines, 330 beside docstrings."""
    for path in tracked():
        name, size = path.relative_to(ROOT).as_posix(), path.stat().st_size
        assert size <= (4e6 if path.suffix == ".npz" else 1e6), f"{name} has {size / 1e6:.1f} MB"
        assert path.suffix not in {".pyc", ".nbi", ".nbc", ".so", ".whl", ".log"}, name
        assert not {"__pycache__", ".ipynb_checkpoints", ".cache", "node_modules"} & set(path.parts), name
        if path.suffix in {".py", ".js", ".css"}:
            text = path.read_text(encoding="utf-8")
            lines = len(text.splitlines())
            words = lines_of_docstrings(text) if path.suffix == ".py" and lines > 330 else 0  # reading takes long
            assert lines <= 400, f"{name} has {lines} lines"
            assert lines - words <= 330, f"{name} has {lines - words} lines beside its docstrings"


def lines_of_docstrings(text):
    """How many lines of a file are docstrings: a reference needs room, and is no code."""
    tree = ast.parse(text)
    places = [
        node.body[0]
        for node in (tree, *statements(tree))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None
    ]
    return sum(place.end_lineno - place.lineno + 1 for place in places)


def test_each_data_file_has_its_origin_and_licence():
    about = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    files = [path for path in tracked() if path.is_relative_to(ROOT / "data") and path.name != "README.md"]
    assert files
    assert [path.name for path in files if path.name not in about] == []


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name):
    path = ROOT / name
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (path.parent / target).exists(), f"{name} links to {target}"


def paths_that_are_named(text):
    """What stands between `...` and reads as a path of the project or a file of its code; NAME stands for any name."""
    for code in re.findall(r"`([^`\n]+)`", text):
        for word in code.split():
            if re.fullmatch(rf"{FOLDERS}[\w./-]*|(?:\w[\w.-]*/)*\w+\.(?:py|js|css)", word):
                yield re.sub(r"\b(ROOM|NAME)|(?<=_)NAME", "*", word.rstrip("/"))


@pytest.mark.parametrize("name", PAGES)
def test_paths_that_a_page_names_are_there(name):
    """In full, or from the folder on of which the page speaks."""
    there = {path.relative_to(ROOT) for path in tracked()}
    there |= {folder for path in there for folder in path.parents}
    for path in paths_that_are_named((ROOT / name).read_text(encoding="utf-8")):
        assert any(one.match(path) for one in there), f"{name} names {path}"


def test_the_search_for_named_paths_finds_them():
    text = (
        "`cnnlab/loops/ahead.py` and `layers/base.py`, `python tools/check.py --fix`, `tests/ROOM/test_NAME.py`, `1/2`"
    )
    found = ["cnnlab/loops/ahead.py", "layers/base.py", "tools/check.py", "tests/*/test_*.py"]
    assert list(paths_that_are_named(text)) == found


def test_the_example_of_the_readme_does_what_it_says():
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    ran = subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    (said,) = re.findall(r"# error (\d+\.\d+) %", code)
    (found,) = re.findall(r"^error (\d+\.\d+) %", ran.stdout, re.MULTILINE)
    assert abs(float(found) - float(said)) < 1, "float32 sums differ a little from machine to machine, but not so much"


def test_the_readme_names_the_two_commands_and_the_workflows_are_readable():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "    python3 lab.py " in readme and "    python3 lab.py test " in readme
    for path in (ROOT / ".github").rglob("*.yml"):
        assert yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
