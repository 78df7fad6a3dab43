"""A JupyterLab of the tests' own, and a notebook open in it as a learner has it before them.

`Server` is a JupyterLab on 127.0.0.1 with private configuration, settings and workspace, which serves copies: the
notebooks of the project are never written to.  `Lab` is one Chromium page showing that JupyterLab.  `Notebook` is one
notebook open in that page: run it, wait for it, read its outputs, look at it, ask its kernel.  The conftest.py beside
makes fixtures of them; see there for how a test is written.

A notebook of cells that a test has written is emptied when the test ends, and its kernel too; the next test gets both
with its own cells in them.  A new kernel, which imports everything once more, takes longer than most tests.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import nbformat

from browser.harness.asking import ANSWER, ASKED, IDLE, WITHIN, WORN, answered
from cnnlab.cli.notebooks import OPENING

ROOT = Path(__file__).parents[3]
BROWSERS = "chromium chromium-browser google-chrome google-chrome-stable chrome microsoft-edge msedge".split()
SHELL = "chromium-headless-shell"  # the same engine with no window around it: a test costs a fifth less
INSTALLED = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
FLAGS = [
    *"--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking".split(),
    *"--disable-component-update --disable-sync --force-color-profile=srgb".split(),
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # what needs another host fails, as on a train
]
SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
}
# An empty kernel, but for the modules that are imported: no names, no widgets. Modules stay, and need not be looked
# through for garbage each time.
EMPTY = """(lambda gc: (__import__("ipywidgets").Widget.close_all(), get_ipython().reset(), gc.collect(), gc.freeze()))(
    __import__("gc"))"""
# Explorers draw no still pictures, as where matplotlib is missing; or draw them again.
STILLS = """(lambda explore: setattr(explore.Explorer, "paint", staticmethod(
    explore._still if %s else lambda scene: __import__("no_still_pictures"))))(__import__("cnnlab.explore").explore)"""
KERNELSPEC = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}


def find_browser(shell=False):
    """The path of a Chromium-like browser: $CNNLAB_BROWSER, on the PATH or where its installer puts it; or None.

    shell : whether one without a window is preferred; what a learner feels is measured in what a learner has.
    """
    named, names = os.environ.get("CNNLAB_BROWSER"), [SHELL, *BROWSERS] if shell else [*BROWSERS, SHELL]
    found = [named] if named else [shutil.which(name) for name in names]
    return next((path for path in [*found, *INSTALLED] if path and Path(path).exists()), None)


class Server:
    """A JupyterLab server that lives in `folder`; use it as a context manager.  `url` is where it listens."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.files = self.folder / "files"
        self.log, self.url = self.folder / "server.log", None

    def __enter__(self):
        for name in ("files", "settings", "config", "data", "runtime", "workspaces", "user-settings", "ipython"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "settings" / "overrides.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
        with open(self.log, "wb") as log:
            streams = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            self.process = subprocess.Popen(self.command(), env=self.environment(), **streams)
        try:
            self.wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception):
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def command(self):
        with socket.create_server(("127.0.0.1", 0)) as free:  # if it is taken first, its neighbours are tried
            port = free.getsockname()[1]
        options = {
            "ServerApp.ip": "127.0.0.1",
            "ServerApp.port": port,
            "ServerApp.open_browser": False,
            "ServerApp.allow_root": True,
            "ServerApp.root_dir": self.files,
            "ServerApp.shutdown_no_activity_timeout": 900,  # should the tests be killed, it ends by itself
            "MappingKernelManager.cull_idle_timeout": 600,
            "IdentityProvider.token": "",
            "LabApp.expose_app_in_browser": True,
            "LabApp.extension_manager": "readonly",
            "LabApp.app_settings_dir": self.folder / "settings",
            "LabApp.user_settings_dir": self.folder / "user-settings",
            "LabApp.workspaces_dir": self.folder / "workspaces",
        }
        return [sys.executable, "-m", "jupyterlab", *OPENING, *(f"--{name}={value}" for name, value in options.items())]

    def environment(self):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "PYTEST"))}
        kept |= {f"JUPYTER_{kind.upper()}_DIR": str(self.folder / kind) for kind in ("config", "data", "runtime")}
        return kept | {"IPYTHONDIR": str(self.folder / "ipython"), "JUPYTER_PREFER_ENV_PATH": "1"}

    def wait_until_ready(self, seconds=60):
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.process.poll() is None:
            for info in (self.folder / "runtime").glob("jpserver-*.json"):
                try:
                    port = json.loads(info.read_text(encoding="utf-8"))["port"]
                    socket.create_connection(("127.0.0.1", port), 1).close()
                except (OSError, ValueError):  # half-written, or not listening yet
                    continue
                self.url = f"http://127.0.0.1:{port}"
                return
            time.sleep(0.1)
        tail = self.log.read_text(encoding="utf-8", errors="replace")[-3000:]
        raise RuntimeError(f"JupyterLab did not start within {seconds} s; the end of its log:\n{tail}")


class Lab:
    """One page of `browser` (playwright) showing the JupyterLab of `server`."""

    def __init__(self, browser, server, width=1366, height=768):
        self.server = server
        self.console, self.requests, self.count = [], [], 0
        self.shown, self.spare = None, None  # the theme; a notebook that waits for cells
        self.unused = None  # the kernel of the notebooks that are only looked at
        self.context = browser.new_context(viewport={"width": width, "height": height})
        self.page = self.context.new_page()
        self.page.on("console", lambda said: said.type == "error" and self.hear(said.text, str(said.location)))
        self.page.on("pageerror", lambda error: self.hear(error.message, error.stack or ""))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(f"{server.url}/lab?reset")
        self.page.wait_for_function("window.jupyterapp")
        self.page.evaluate("window.jupyterapp.restored.then(() => true)")

    def hear(self, text, where):
        """Keep an error of the console.

        JupyterLab 4 itself sometimes removes a node of its own interface twice while a notebook opens or closes on a
        busy machine; where no script of a notebook (whose addresses begin with blob:) takes part, that is left out.
        """
        own = "Failed to execute 'removeChild'" in text and "/static/" in where and "blob:" not in where
        if not own:
            self.console.append(f"{text} ({where})" if "removeChild" in text else text)

    def command(self, name, **arguments):
        """Run one of JupyterLab's own commands and wait for it."""
        script = "async ([name, args]) => { await jupyterapp.commands.execute(name, args) }"
        self.page.evaluate(script, [name, arguments])

    def theme(self, theme):
        """Switch to the "light" or the "dark" theme."""
        if theme == self.shown:
            return
        self.command("apputils:change-theme", theme={"light": "JupyterLab Light", "dark": "JupyterLab Dark"}[theme])
        self.page.evaluate(f"light => ({WITHIN})(({WORN})(light), 30)", str(theme == "light").lower())
        self.shown = theme

    def foreign(self):
        """The requests so far that went to another host than the server's."""
        home = ("", urlsplit(self.server.url).netloc)  # data: and blob: have no host
        return [url for url in self.requests if urlsplit(url).netloc not in home]

    def open(self, source, theme="light", stills=False, runs=True):
        """Open a `Notebook`: of the file `source` (a copy is opened), or of a list of code cells (strings).

        Files that nobody `runs` share one kernel, to which nothing was ever said.

        Explorers in such cells are alive only, unless `stills` are wanted, too: their two pictures by matplotlib, which
        lie unseen behind a live view, take longer than most tests.
        """
        self.count += 1
        self.console.clear()
        self.requests.clear()
        self.theme(theme)
        written = isinstance(source, (list, tuple))
        if written and self.spare is not None:
            notebook, self.spare = self.spare, None
            return notebook.fill(source).draws(stills)
        if written:
            notebook = nbformat.v4.new_notebook(metadata={"kernelspec": KERNELSPEC})
            notebook.cells = [nbformat.v4.new_code_cell(cell) for cell in source]
            name = f"{self.count}.ipynb"
            nbformat.write(notebook, self.server.files / name)
        else:
            name = f"{self.count}_{Path(source).name}"
            shutil.copyfile(source, self.server.files / name)
        notebook = Notebook(self, name, written, runs)
        return notebook.draws(stills) if written else notebook

    def put_away(self, notebook, keep):
        """Keep a notebook of written cells for the next test, close any other."""
        if keep and notebook.written and self.spare is None:
            self.spare = notebook.clear()
        else:
            notebook.close()


class Notebook:
    """A notebook open in JupyterLab: `page` is the playwright page, `lab` the `Lab` around it."""

    def __init__(self, lab, name, written, runs=True):
        self.lab, self.page, self.name, self.written, self.runs = lab, lab.page, name, written, runs
        self.show()

    def show(self):
        """Open it, or bring it to the front, and wait until it is quiet."""
        self.front()
        self.wait_until_idle()

    def front(self):
        """Open it, or bring it to the front; it is the page's `panel` from now on."""
        kernel = self.page.evaluate(
            """async ([path, unused]) => {
                const there = [...jupyterapp.serviceManager.kernels.running()].some(({ id }) => id === unused);
                const kernel = there ? { kernel: { id: unused } } : {};
                window.panel = await jupyterapp.commands.execute(
                    "docmanager:open", { path, factory: "Notebook", ...kernel });
                await panel.context.ready; await panel.revealed; await panel.sessionContext.ready;
                while (panel.sessionContext.session?.kernel?.connectionStatus !== "connected")
                    await new Promise(next => setTimeout(next, 50));
                return panel.sessionContext.session.kernel.id;
            }""",
            [self.name, None if self.runs else self.lab.unused],
        )
        if not self.runs:
            self.lab.unused = kernel

    def fill(self, cells):
        """Show it with these code cells instead of those that it has."""
        self.front()
        self.page.evaluate(
            """sources => {
                const notebook = panel.content.model.sharedModel, old = notebook.cells.length;
                const cells = sources.map(source => ({ cell_type: "code", source, metadata: {} }));
                notebook.insertCells(0, cells);
                notebook.deleteCellRange(cells.length, cells.length + old);
            }""",
            list(cells),
        )
        return self.wait_until_idle()

    def draws(self, stills):
        """From now on explorers have still pictures, or none."""
        self.python(STILLS % bool(stills))
        return self

    def run_all(self, timeout=120, above=None):
        """Run every cell as the menu does, or all `above` that one, and wait until all is quiet (`timeout` in seconds).

        AssertionError if a cell fails.
        """
        which = "cells" if above is None else "above"
        if above is not None:
            self.page.evaluate("index => { panel.content.activeCellIndex = index }", above)
        self.wait_for(f"jupyterapp.commands.execute('notebook:run-all-{which}').catch(() => null)", timeout)
        self.wait_until_idle(timeout)
        for index, output in self.errors():
            raise AssertionError(f"{self.name}, cell {index}: {output['ename']}: {output['evalue']}")
        return self

    def wait_until_idle(self, timeout=30):
        """Wait until the kernel has answered all that was sent, is idle, and the page has painted what came back."""
        self.wait_for(f"({IDLE})()", timeout)
        return self

    def wait_for(self, promise, timeout):
        """Wait until the page keeps its promise.  playwright would ask at every frame, and make the page paint them."""
        self.page.evaluate(f"seconds => ({WITHIN})({promise}, seconds)", timeout)

    def cells(self):
        """The cells as they are now, outputs included: a list of dicts as in an .ipynb file."""
        return self.page.evaluate("panel.content.widgets.map(cell => cell.model.toJSON())")

    def outputs(self, index):
        """The outputs of cell `index` (counted from 0, markdown too): a list of dicts as in an .ipynb file."""
        return self.page.evaluate("index => panel.content.widgets[index].model.toJSON()", index)["outputs"]

    def text(self):
        """All text that the cells put out: streams and text/plain, in order."""
        found = [output for cell in self.cells() for output in cell.get("outputs", [])]
        texts = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in found]
        return "\n".join("".join(text).rstrip("\n") for text in texts)

    def errors(self):
        """The error outputs: a list of (cell index, output)."""
        return self.page.evaluate(
            """panel.content.widgets.flatMap((cell, index) => (cell.model.toJSON().outputs || [])
                .filter(output => output.output_type === "error").map(output => [index, output]))"""
        )

    def cell(self, index):
        """A playwright locator of cell `index` (counted from 0, markdown too), scrolled into view."""
        self.page.evaluate("async index => { await panel.content.scrollToItem(index) }", index)
        return self.page.locator(f"#{self.page.evaluate('panel.id')} .jp-Cell[data-windowed-list-index='{index}']")

    def python(self, expression):
        """The value of a Python expression in the notebook's kernel, by way of JSON; arrays come as lists."""
        return answered(expression, self.page.evaluate(ASKED, ANSWER % expression))

    def screenshot(self, path, index=None):
        """Save a PNG of the window as the learner sees it, or of cell `index` alone."""
        (self.page if index is None else self.cell(index)).screenshot(path=path)

    def problems(self):
        """What went wrong behind the learner's back: console errors and requests to other hosts, a list of lines."""
        console = [f"console error: {text}" for text in self.lab.console]
        return console + [f"request to another host: {url}" for url in self.lab.foreign()]

    def clear(self):
        """Empty the notebook and its kernel, for other cells."""
        self.fill([""])
        self.python(EMPTY)
        return self

    def reopen(self, kernel):
        """Save it, close it, open it again: as one does the next day, or with its kernel (True) still at work."""
        self.page.evaluate(
            """async kernel => { await panel.context.save(); await panel.content.model;
            if (!kernel) await panel.sessionContext.shutdown();
            panel.close(); panel.dispose(); }""",
            kernel,
        )
        self.show()
        return self

    def close(self):
        """End the kernel, unless others look at notebooks with it, and close the notebook without saving."""
        self.page.evaluate(
            """async runs => { if (runs) await panel.sessionContext.shutdown();
            panel.context.model.dirty = false; panel.close(); panel.dispose() }""",
            self.runs,
        )
