"""How the tests are spread over processes (`--dist loadscope`, as lab.py asks), and where their minutes go."""

import contextlib
import gc
import importlib
import itertools
import os
import signal
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from jupyter_client.manager import KernelManager

os.environ.setdefault("CNNLAB_KEEP", "off")  # no test, and no kernel of one, writes .cnnlab/progress.json

# What a shell starts in the background ignores Ctrl-C, and so would all that tests start and stop with it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def never(*command):
    raise AssertionError(f"a test would become another program, whose exit code counted for all tests: {command}")


os.execv = os.execve = never

sockets, number, with_ports = tempfile.TemporaryDirectory(prefix="cnnlab"), itertools.count(), KernelManager.__init__


def by_files(self, *arguments, **options):
    """A kernel listens at files, not at ports: those are chosen half a second before it does, and meanwhile another
    test's process may have taken one.  Then no cell of the notebook would run.
    """
    there = {"transport": "ipc", "ip": f"{sockets.name}/{next(number)}"} if os.name != "nt" else {}
    with_ports(self, *arguments, **there | options)


KernelManager.__init__ = by_files

# What takes longest is begun first, so that no process works on alone at the end.
LONG = ("browser", "pages", "notebooks/14", "tests/loops/plan/test_ahead", "tests/project/test_types", "notebooks/")


# Browser tests that need no JupyterLab.
PAGES = ("tests/browser/live_page/", "tests/browser/recorded/", "tests/browser/site/", "tests/browser/test_gallery")


def scope_of(nodeid):
    """A test file or a notebook, as loadscope has it; browser tests that share a JupyterLab are one, the others too."""
    if nodeid.startswith(PAGES):
        return "pages"
    return "browser" if nodeid.startswith("tests/browser/") else nodeid.rsplit("::", 1)[0]


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session):
    """What is there once the tests are collected, more than half a million objects, stays to the end: nothing is gained
    by looking through it for garbage, again and again.
    """
    gc.disable()
    begin_with_a_share(session.config)


def begin_with_a_share(config):
    """In a new clone pytest rewrites the asserts of every test file, and keeps what it has made.  Processes that begin
    at the same time would all rewrite all of them: so each begins with other files, and finds the rest made.
    """
    inside = getattr(config, "workerinput", None)
    if inside is None:
        return
    number, count = int(inside["workerid"].removeprefix("gw")), int(inside["workercount"])
    files = [file for place in map(Path, config.args) if place.is_dir() for file in sorted(place.rglob("test_*.py"))]
    for file in files[number::count]:
        with contextlib.suppress(Exception, pytest.skip.Exception):  # it is said where its tests are collected
            importlib.import_module(".".join(file.resolve().relative_to(config.rootpath).with_suffix("").parts))


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop():
    gc.freeze()
    gc.enable()


def pytest_collectstart(collector):
    """A cell of a notebook is compared by its words; as Markdown they are the same once more."""
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += ("text/markdown",)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    if config.getvalue("dist") != "loadscope":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class LongestFirst(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return scope_of(nodeid)

        def _assign_work_unit(self, node):
            first = next((scope for long in LONG for scope in self.workqueue if scope.startswith(long)), None)
            if first is not None:
                self.workqueue.move_to_end(first, last=False)
            super()._assign_work_unit(node)

    return LongestFirst(config, log)


def pytest_terminal_summary(terminalreporter, config):
    """With --durations=N: the N files that take longest, too, and how long each process was at work."""
    count = config.getoption("durations")
    if count is None:
        return
    files, processes = Counter(), Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                files[scope_of(report.nodeid)] += report.duration
                processes[getattr(report, "worker_id", "one process")] += report.duration
    terminalreporter.section("slowest files")
    for name, seconds in files.most_common(count or None):
        terminalreporter.write_line(f"{seconds:7.1f} s  {name}")
    for name, seconds in sorted(processes.items()):
        terminalreporter.write_line(f"{seconds:7.1f} s  in all, {name}")
