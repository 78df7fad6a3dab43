"""Where servers of learners come from on Linux: a process that has imported what a server needs, and forks for each.

What was imported is in memory once, whoever uses it: a server takes a third of the memory, and begins in a moment, when
thirty begin at once. Of what a server is told, its secrets among it, nothing is read here: a child is born for every
request, and reads it itself.

    hub -> child   8 bytes, how long; then JSON: options, environment, home, number, limits (accounts.become)
    child -> hub   8 bytes, its process id
"""

import asyncio
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NEEDED = ("jupyter_server.serverapp", "jupyterhub.singleuser.extension", "jupyterlab.labapp", "learner", "accounts")
PATIENCE = 120  # seconds for a birth; the first one waits for the imports


class Nursery:
    """The hub's end of it."""

    def __init__(self):
        self.lock = asyncio.Lock()
        self.begin()

    def begin(self):
        """Let the process import what it needs, meanwhile."""
        self.ours, theirs = socket.socketpair()
        command = [sys.executable, str(HERE / "nursery.py"), str(theirs.fileno())]
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "CONFIGPROXY"))}
        self.process = subprocess.Popen(command, pass_fds=[theirs.fileno()], env=kept, stdin=subprocess.DEVNULL)
        theirs.close()
        self.ours.settimeout(PATIENCE)

    async def born(self, request):
        """A server begins -> its process id.  Raises OSError where nobody answers."""
        told = json.dumps(request).encode()
        async with self.lock:
            try:
                return await asyncio.to_thread(self._ask, told)
            except OSError:  # somebody has ended it
                self.process.kill()
                self.process.wait()
                self.begin()
                return await asyncio.to_thread(self._ask, told)

    def _ask(self, told):
        self.ours.sendall(len(told).to_bytes(8, "little") + told)
        return int.from_bytes(_exactly(self.ours, 8), "little")


def _exactly(end, count):
    """So many bytes.  Raises ConnectionError if fewer come."""
    found = b""
    while len(found) < count:
        part = end.recv(count - len(found))
        if not part:
            raise ConnectionError("the other end is gone")
        found += part
    return found


def live(end, ready):
    """In the child: read the request, answer, and become the learner's server; never returns."""
    from accounts import become
    from learner import main

    told = json.loads(_exactly(end, int.from_bytes(_exactly(end, 8), "little")))
    os.setsid()
    become(told["home"], told["number"], told["limits"])
    end.sendall(os.getpid().to_bytes(8, "little"))
    end.close()  # from here on the learner could use it
    os.close(ready)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(told["environment"])
    sys.argv = ["learner.py"]
    main(told["options"])


def main(number):
    """Import, then bear a child for each request, until the hub is gone."""
    sys.path.insert(0, str(HERE))
    for name in NEEDED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # what is never looked at again stays shared
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the hub, which ends the servers
    end = socket.socket(fileno=number)
    end.setblocking(True)
    while True:
        select.select([end], [], [])
        if not end.recv(1, socket.MSG_PEEK):
            return
        read, write = os.pipe()
        if os.fork() == 0:
            os.close(read)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            try:
                live(end, write)
            finally:
                os._exit(1)
        os.close(write)
        os.read(read, 1)  # the child has closed its end: the request is read, or it is dead
        os.close(read)


if __name__ == "__main__":
    main(int(sys.argv[1]))
