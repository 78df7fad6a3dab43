"""How the tests are spread over processes, and what is said of their minutes: conftest.py at the root."""

import importlib.util
import os
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from jupyter_client.manager import AsyncKernelManager, KernelManager
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def spreading():
    spec = importlib.util.spec_from_file_location("conftest_under_test", ROOT / "conftest.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_file_stays_together_and_so_do_tests_that_share_a_jupyterlab(spreading):
    ids = ["tests/browser/test_a.py::test_1", "tests/browser/test_b.py::test_2", "tests/ops/test_c.py::test_3[0]"]
    assert [spreading.scope_of(name) for name in ids] == ["browser", "browser", "tests/ops/test_c.py"]
    assert spreading.scope_of("tests/browser/site/test_d.py::test_4") == "pages"


def test_a_second_jupyterlab_is_begun_by_no_test_that_runs_beside_the_first(spreading):
    found = {path: path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "browser").rglob("test_*.py")}
    for path, text in found.items():
        asks = re.search(r"\bdef test_\w+\([^)]*\b(lab|open_notebook)\b", text) is not None
        assert spreading.scope_of(f"{path.relative_to(ROOT).as_posix()}::x") == ("browser" if asks else "pages"), path


def test_what_is_begun_first_is_there(spreading):
    for name in spreading.LONG:
        assert name in ("browser", "pages") or list(ROOT.glob(f"{name}*")), (
            f"nothing is called {name}, so it is not begun first"
        )


def test_the_longest_are_begun_first_whatever_the_number_of_their_tests(spreading, monkeypatch):
    config = SimpleNamespace(getvalue=lambda name: {"dist": "loadscope", "tx": ["popen"]}[name])
    scheduler = spreading.pytest_xdist_make_scheduler(config, None)
    begun = []
    monkeypatch.setattr(LoadScopeScheduling, "_assign_work_unit", lambda self, _: begun.append(queue.popitem(False)[0]))
    queue = scheduler.workqueue
    many, last = "tests/ops/test_pooling.py", f"{spreading.LONG[3]}.py"
    queue.update({many: {}, "notebooks/00_start_here.ipynb": {}, last: {}, "browser": {}, "pages": {}})
    while queue:
        scheduler._assign_work_unit(None)
    assert begun == ["browser", "pages", last, "notebooks/00_start_here.ipynb", many]


def test_with_durations_the_files_and_processes_are_summed(spreading):
    def report(name, seconds, process):
        made = pytest.TestReport(name, ("", 0, ""), {}, "passed", None, "call", duration=seconds)
        made.worker_id = process
        return made

    reports = [report("tests/a.py::x", 1.0, "gw0"), report("tests/a.py::y", 2.0, "gw0"), report("b.py::z", 0.5, "gw1")]
    said = []
    terminal = SimpleNamespace(
        stats={"passed": reports, "": [object()]},
        section=said.append,
        write_line=lambda line: said.append(line.split()),
    )
    spreading.pytest_terminal_summary(terminal, SimpleNamespace(getoption=lambda name: None))
    assert said == []
    spreading.pytest_terminal_summary(terminal, SimpleNamespace(getoption=lambda name: 1))
    assert said[1:] == [
        ["3.0", "s", "tests/a.py"],
        ["3.0", "s", "in", "all,", "gw0"],
        ["0.5", "s", "in", "all,", "gw1"],
    ]


@pytest.mark.skipif(os.name == "nt", reason="kernels listen at ports there")
def test_a_kernel_of_a_test_listens_at_no_port_that_another_process_could_take():
    for kind in (KernelManager, AsyncKernelManager):  # nbval's, and nbclient's
        managers = kind(), kind()
        assert all(one.transport == "ipc" and Path(one.ip).is_absolute() for one in managers)
        assert managers[0].ip != managers[1].ip
        assert max(len(f"{one.ip}-{port}") for one in managers for port in range(10)) < 100, "no system takes more"
