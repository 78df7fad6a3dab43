"""A class as its learners have it, without browsers: a hub of one's own, who logs in there, and a kernel's websocket.

`Hub` is `deploy/hub.py` in a folder, on ports of its own.  `Learner` comes in through the form, as a browser does, with
cookies.  `Kernel` speaks with a kernel through the proxy, as JupyterLab does, and knows the views of explorers.
"""

import asyncio
import csv
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path

import requests
from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1, serialize_msg_to_ws_v1
from requests.cookies import get_cookie_header
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

ROOT = Path(__file__).resolve().parents[3]
PROTOCOL = "v1.kernel.websocket.jupyter.org"


def three_ports():
    """The first of three ports that nobody uses, one after the other."""
    for start in range(18_000 + os.getpid() % 2000 * 3, 60_000, 3):
        with socket.socket() as one, socket.socket() as two, socket.socket() as three:
            try:
                for number, each in enumerate((one, two, three)):
                    each.bind(("127.0.0.1", start + number))
            except OSError:
                continue
            return start
    raise OSError("no three free ports")


class Hub:
    """A class in `folder`; use it as a context manager.  `passwords` are those of the learners, `url` where it is."""

    def __init__(self, folder, *options, prefix="/class/"):
        self.folder, self.port, self.prefix = Path(folder), three_ports(), prefix
        self.url = f"http://127.0.0.1:{self.port}{prefix}"
        self.options = [f"--folder={folder}", f"--port={self.port}", f"--prefix={prefix}", *options]
        self.log = self.folder / "hub.log"

    def __enter__(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "PYTEST", "CNNLAB"))
        }
        command = [sys.executable, str(ROOT / "deploy" / "hub.py"), *self.options]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(command, env=kept, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            self.wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        with open(self.folder / "hub" / "passwords.csv", encoding="utf-8", newline="") as file:
            self.passwords = {row["name"]: row["password"] for row in csv.DictReader(file)}
        return self

    def __exit__(self, *exception):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def said(self):
        """The end of what it has written."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-3000:]

    def wait_until_ready(self, seconds=600):
        """Until JupyterHub answers through its proxy; machine code may have to be made before."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if requests.get(f"{self.url}hub/login", timeout=5).status_code == 200:
                    return
            except OSError:
                pass
            time.sleep(0.2)
        raise RuntimeError(f"the class did not begin; the end of its log:\n{self.said()}")


class Learner:
    """One learner with a browser's cookies.  home : the address below which their server is."""

    def __init__(self, hub, name):
        self.hub, self.name = hub, name
        self.home = f"{hub.url}user/{name}/"
        self.web = requests.Session()

    def xsrf(self, url):
        """What a form or a request from a page must hold: the cookie of that place."""
        found = re.findall(r"_xsrf=([^;]+)", get_cookie_header(self.web.cookies, requests.Request("GET", url)) or "")
        return found[0] if found else ""

    def come_in(self, password=None):
        """Log in -> whether that was allowed."""
        url = f"{self.hub.url}hub/login"
        self.web.get(url, timeout=60)
        form = {"username": self.name, "password": password or self.hub.passwords[self.name], "_xsrf": self.xsrf(url)}
        reply = self.web.post(url, data=form, timeout=60, allow_redirects=False)
        return reply.status_code == 302

    def begin(self, seconds=300):
        """Have a server, and wait until JupyterLab's page comes from it."""
        self.web.get(f"{self.hub.url}hub/spawn", timeout=60)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            page = self.web.get(f"{self.home}lab", timeout=60)
            if page.status_code == 200 and page.url.startswith(f"{self.home}lab"):
                return self
            time.sleep(0.3)
        raise RuntimeError(f"{self.name} got no server within {seconds} s:\n{self.hub.said()}")

    def get(self, path):
        """A request to one's own server."""
        return self.web.get(self.home + path, timeout=60)

    def kernel(self, notebook):
        """Begin a kernel for a notebook -> its id."""
        about = {"path": notebook, "name": notebook, "type": "notebook", "kernel": {"name": "python3"}}
        headers = {"X-XSRFToken": self.xsrf(self.home)}
        reply = self.web.post(f"{self.home}api/sessions", json=about, headers=headers, timeout=120)
        reply.raise_for_status()
        return reply.json()["kernel"]["id"]

    def channels(self, kernel, session):
        """The request for the websocket of a kernel."""
        url = f"{self.home}api/kernels/{kernel}/channels?session_id={session}"
        cookies = get_cookie_header(self.web.cookies, requests.Request("GET", url))
        return HTTPRequest(url.replace("http", "ws", 1), headers={"Cookie": cookies or ""}, request_timeout=120)


class Kernel:
    """A kernel behind its websocket.  views : {id: state} of the views of explorers, the first one first."""

    def __init__(self):
        self.session = uuid.uuid4().hex
        self.views, self.waiting, self.listening = {}, {}, {}

    @classmethod
    async def of(cls, learner, notebook):
        """Begin one, and wait until it answers."""
        self, loop = cls(), asyncio.get_running_loop()
        self.id = await loop.run_in_executor(None, learner.kernel, notebook)
        request = learner.channels(self.id, self.session)
        self.socket = await websocket_connect(request, subprotocols=[PROTOCOL], max_message_size=2**28)
        assert self.socket.selected_subprotocol == PROTOCOL
        self.reading = asyncio.ensure_future(self._read())
        await self._ask("kernel_info_request", {})
        return self

    def send(self, kind, content, told=None):
        """Send on the shell channel -> the message's id; `told` hears every answer to it."""
        number = uuid.uuid4().hex
        header = {"msg_id": number, "msg_type": kind, "username": "", "session": self.session, "version": "5.3"}
        if told is not None:
            self.waiting[number] = told
        parts = [json.dumps(part).encode() for part in (header | {"date": ""}, {}, {}, content)]
        self.socket.write_message(serialize_msg_to_ws_v1(parts, "shell"), binary=True)
        return number

    async def run(self, code, seconds=120):
        """Run a cell -> its outputs, a list of (type, content).  Raises RuntimeError where it fails."""
        outputs = []
        asked = {"code": code, "silent": False, "store_history": True, "allow_stdin": False, "stop_on_error": True}
        reply = await asyncio.wait_for(self._ask("execute_request", asked | {"user_expressions": {}}, outputs), seconds)
        if reply["status"] != "ok":
            raise RuntimeError(f"{code.splitlines()[0]}: {reply.get('ename')}: {reply.get('evalue')}")
        return outputs

    async def _ask(self, kind, content, outputs=None):
        """Until the reply has come and the kernel is idle again."""
        loop, found = asyncio.get_running_loop(), {}
        done = loop.create_future()

        def told(channel, what, body):
            if channel == "shell":
                found["reply"] = body
            elif what == "status" and body["execution_state"] == "idle":
                found["idle"] = True
            elif outputs is not None:
                outputs.append((what, body))
            if len(found) == 2 and not done.done():
                done.set_result(found["reply"])

        number = self.send(kind, content, told)
        try:
            return await done
        finally:
            del self.waiting[number]

    async def _read(self):
        while (message := await self.socket.read_message()) is not None:
            channel, (header, parent, _, content, *buffers) = deserialize_msg_from_ws_v1(message)
            kind, body = json.loads(header)["msg_type"], json.loads(content)
            if kind == "comm_open" and "controls" in body["data"].get("state", {}):
                self.views[body["comm_id"]] = body["data"]["state"]
            elif kind == "comm_msg" and body["comm_id"] in self.listening and body["data"]["method"] == "custom":
                self.listening[body["comm_id"]](body["data"]["content"], buffers)
            told = self.waiting.get(json.loads(parent).get("msg_id"))
            if told is not None:
                told(channel, kind, body)

    async def close(self):
        """Let go of the websocket."""
        self.socket.close()
        await self.reading


class Hand:
    """A hand on one control of a view, which asks as `channel.js` does: one question at a time, of the newest position
    only, and a nudge behind each "busy" of the kernel.

    waits : seconds from each position to the answer that shows it, or a newer one.
    """

    def __init__(self, kernel, view, control):
        self.kernel, self.comm, self.control = kernel, view, control
        self.view, self.number, self.asking, self.newest = uuid.uuid4().hex[:11], 0, 0, None
        self.open, self.waits, self.refused, self.kept = [], [], [], {}
        kernel.listening[view] = self.heard

    def move(self, value):
        """The hand is there now."""
        self.number += 1
        self.open.append((self.number, time.perf_counter()))
        question = {"do": "set", "name": self.control, "value": value, "number": self.number}
        if self.asking:
            self.newest = question
        else:
            self.ask(question)

    def ask(self, question):
        """Send a question."""
        self.asking, self.newest = question["number"], None
        self.post(question | {"view": self.view, "has": list(self.kept)})

    def post(self, question):
        """Send it, and a nudge when the kernel says that it is busy."""

        def told(channel, kind, body):
            if kind != "status":
                return
            if body["execution_state"] == "idle":
                self.kernel.waiting.pop(number, None)
            elif question["do"] != "nudge":
                asyncio.get_running_loop().call_later(0.002, self.nudge)

        data = {"method": "custom", "content": question}
        number = self.kernel.send("comm_msg", {"comm_id": self.comm, "data": data}, told)

    def nudge(self):
        """As `channel.js` has it: only while an answer is waited for."""
        if self.asking:
            self.post({"do": "nudge", "view": self.view})

    def heard(self, content, buffers):
        """An answer."""
        now, seen = time.perf_counter(), content.get("seen", {}).get(self.view, 0)
        if content.get("refused"):
            self.refused.append(content["refused"])
        for array in json.loads(buffers[0])["arrays"] if buffers else ():
            self.kept |= {key: None for key in array[3:]}
        self.waits += [now - at for number, at in self.open if number <= seen]
        self.open = [(number, at) for number, at in self.open if number > seen]
        if self.asking and seen >= self.asking:
            self.asking = 0
            if self.newest is not None:
                self.ask(self.newest)

    async def sway(self, positions, seconds, rate=60):
        """To and fro over the positions of a control, so many moves a second; then until the last answer has come."""
        began, count = time.perf_counter(), int(rate * seconds)
        there_and_back = [*positions, *positions[-2:0:-1]]
        for step in range(count):
            self.move(there_and_back[step % len(there_and_back)])
            await asyncio.sleep(max(0.0, began + (step + 1) / rate - time.perf_counter()))
        until = time.perf_counter() + 30
        while self.open and time.perf_counter() < until:
            await asyncio.sleep(0.01)
        return self.waits
