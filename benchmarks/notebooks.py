"""What a learner waits for, and how much memory it takes: every notebook, one after the other, each in a new kernel."""

import importlib.util
import time
from pathlib import Path

from benchmarks.without import without

ROOT = Path(__file__).parents[1]
SERIES = "15"  # the time is that of the notebooks before this one: those that there have been from the beginning


def tool():
    """tools/notebooks.py, which executes notebooks for the repository."""
    spec = importlib.util.spec_from_file_location("tools_notebooks", ROOT / "tools" / "notebooks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def resident(client):
    """Megabytes of memory that the kernel of a notebook has now."""
    import psutil

    return psutil.Process(client.km.provisioner.pid).memory_info().rss / 1e6


def measure(names=()):
    """{notebook: {"seconds": until its kernel is gone again, "megabytes": its kernel's, behind the last cell}}

    Kernels do not see PyTorch, which is there to be compared with: a learner has none, and it takes 150 MB. One that
    had to compile a loop, for half a second and some megabytes each, is begun again.
    """
    notebooks, found = tool(), {}
    for path in notebooks.find(names):
        compiled = None
        while compiled is None or compiled != machine_code():
            compiled = machine_code()
            found[path.stem] = one(notebooks, path)
    return found


def one(notebooks, path):
    """What a single notebook takes.  notebooks : the tool."""
    import nbformat

    notebook, sizes, start = nbformat.read(path, 4), [], time.perf_counter()
    notebooks.execute(notebook, path.parent, lambda client: sizes.append(resident(client)), without("torch"))
    return {"seconds": time.perf_counter() - start, "megabytes": sizes[-1]}


def machine_code():
    """The names of the files of machine code that there are."""
    from cnnlab.loops.runtime.compiled import STORE

    return {file.name for folder in STORE.folders for file in Path(folder).glob("*.code")}
