"""Several processes that fetch one file at once, and processes that are killed while they fetch."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest
from small_server import only_this_machine, places, server

from cnnlab.datasets import store

__all__ = ["only_this_machine", "places", "server"]  # fixtures

BODY = bytes(range(256)) * 4000
CODE = """
import sys
from cnnlab.datasets.store import Remote, fetch
print(fetch(Remote(*sys.argv[1:]), progress=False))
"""


def start(remote):
    command = [sys.executable, "-c", CODE, remote.name, remote.url, remote.sha256]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_processes_that_want_one_file_fetch_it_once(server, places):
    remote = server.remote("set/file.bin", BODY)
    server.pause = 0.1  # a second and a half in all
    processes = [start(remote) for _ in range(4)]
    for process in processes:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0 and out.strip() == str(places / "set" / "file.bin"), err
        assert err in ("", "Waiting: another process fetches set/file.bin\n")
    assert (places / "set" / "file.bin").read_bytes() == BODY and names(places / "set") == ["file.bin"]
    assert server.asked == [None]


def test_where_there_are_no_locks_each_has_a_part_of_its_own(server, places, monkeypatch):
    monkeypatch.setattr("cnnlab.files.writing._lock", lambda file: None)
    remote = server.remote("set/file.bin", BODY)
    (places / "set").mkdir(parents=True)
    (places / "set" / ".file.bin.part").write_bytes(b"somebody writes here")
    assert store.fetch(remote, False).read_bytes() == BODY
    assert names(places / "set") == [".file.bin.part", "file.bin"]


@pytest.mark.parametrize("kills", [2, pytest.param(25, marks=pytest.mark.slow)])
def test_a_download_that_is_killed_goes_on(server, places, kills):
    remote, rng, part = server.remote("set/file.bin", BODY), random.Random(kills), places / "set" / ".file.bin.part"
    server.pause = 0.05
    done = 0
    while done < kills:
        process = start(remote)
        before = part.stat().st_size if part.exists() else 0
        while process.poll() is None and (part.stat().st_size if part.exists() else 0) <= before:
            time.sleep(0.005)  # until something has come
        time.sleep(rng.uniform(0, 0.1))
        process.send_signal(signal.SIGKILL)
        done += process.wait() == -signal.SIGKILL
        process.communicate()
        if store.find(remote.name):  # it had come to its end before
            os.unlink(places / "set" / "file.bin")
    process = start(remote)
    assert process.wait(120) == 0, process.communicate()[1]
    process.communicate()
    assert (places / "set" / "file.bin").read_bytes() == BODY and names(places / "set") == ["file.bin"]
    assert any(asked is not None for asked in server.asked), "nothing was gone on with"
