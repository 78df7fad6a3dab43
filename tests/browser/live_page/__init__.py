"""A page of recordings that goes live, and a plain Python in the place of Pyodide.

The worker of the page hands every text to a local server, which hands it to a Python process that has NumPy alone, as
Pyodide has; what comes back goes the same way. All but the worker's script is what readers get.
"""

import http.server
import json
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

from without import REFUSE

from cnnlab.explore import recorded
from cnnlab.explore.live.in_page import build

# A line in, a line out: the texts, and bytes as base64.
PYTHON = f"""{REFUSE}
import base64, json, sys, pathlib
from cnnlab.explore.live.desk import Desk, makers
desk = Desk(makers(json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))))
for line in sys.stdin:
    answers = [[text, base64.b64encode(data).decode()] for text, data in desk.hear(json.loads(line))]
    print(json.dumps(answers), flush=True)
"""
WORKER = """
let last = Promise.resolve();
postMessage({ stage: "A plain Python is asked ..." });
onmessage = ({ data }) => last = last.then(async () => {
  const answer = await fetch("/hear", { method: "POST", body: JSON.stringify(data) });
  if (!answer.ok) return postMessage({ failed: await answer.text() });
  for (const [text, coded] of await answer.json()) {
    const bytes = Uint8Array.from(atob(coded), (letter) => letter.charCodeAt(0));
    postMessage({ text, bytes }, { transfer: [bytes.buffer] });
  }
});
"""
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; "
    "style-src 'self'; img-src 'self' data: blob:; base-uri 'none'"
)


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder, and what is sent to /hear to the process."""

    def do_POST(self):
        line = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append(json.loads(line))
        process = self.server.process
        try:
            process.stdin.write(line + b"\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        except OSError:
            answer = b""
        self.send_response(200 if answer else 500)
        body = answer or b"the process has ended"
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nothing."""


class Site:
    """A folder with a page of recorded explorers that can go live: use it as a context manager."""

    def __init__(self, folder, explorers, recipes, pyodide=None):
        self.folder = Path(folder)
        stand_in = self.folder / "worker.js"
        stand_in.write_text(WORKER, encoding="utf-8")
        self.live = build(self.folder, pyodide, recipes, script=None if pyodide else stand_in)
        places = []
        for name, explorer in explorers.items():
            names = [name for name, control in explorer.controls.items() if control.kind == "slider"][:2]
            names += [name for name in ("step",) if name in explorer.controls]
            recording = explorer.recording(sweeps=names, presses=3)
            (self.folder / f"{name}.js").write_text(recording.script(name), encoding="utf-8")
            live = f'data-live="{name}"' if name in recipes else ""
            places.append(
                f'<div class="cnnlab-recorded" id="{name}" {live} data-recording="{name}" data-src="{name}.js"></div>'
            )
        (self.folder / "view.js").write_text(recorded.view_script(), encoding="utf-8")
        (self.folder / "view.css").write_text(recorded.view_style(), encoding="utf-8")
        (self.folder / "index.html").write_text(
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Live</title>'
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><link rel="icon" href="data:,">'
            f'<link rel="stylesheet" href="view.css">{"".join(places)}<script src="view.js" defer></script>'
            f'<script src="live/live.js" defer></script></html>',
            encoding="utf-8",
        )

    def __enter__(self):
        command = [sys.executable, "-c", PYTHON, str(self.folder / "live" / "recipes.json")]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=self.folder))
        self.server.process, self.server.heard = self.process, []
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.process.kill()
        self.process.communicate()
