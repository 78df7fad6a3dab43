"""A server on this machine that stands in for the world: fixtures for the tests of downloads."""

import contextlib
import hashlib
import http.server
import socket
import threading
import time

import pytest

from cnnlab.datasets.store import Remote


@pytest.fixture(autouse=True)
def only_this_machine(monkeypatch):
    """Any connection to another host fails the test."""
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1"):
            raise AssertionError(f"a test tried to reach {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def places(tmp_path, monkeypatch):
    """An empty CNNLAB_DATA and an empty platform cache."""
    monkeypatch.setenv("CNNLAB_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("pooch.os_cache", lambda name: str(tmp_path / "cache" / name))
    return tmp_path / "data"


class Server:
    """Serves `files`; `stop_after` breaks the connection after so many bytes, `pause` comes before every 64 kB; `asked`
    lists the Range headers that came.
    """

    def __init__(self):
        self.files, self.asked, self.stop_after, self.ranges = {}, [], None, True
        self.pause = 0.0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                wanted = self.headers.get("Range")
                outer.asked.append(wanted)
                body = outer.files.get(self.path)
                if body is None:
                    self.send_error(404)
                    return
                start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and outer.ranges else 0
                if start >= len(body):
                    self.send_response(416)
                    self.send_header("Content-Range", f"bytes */{len(body)}")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                self.send_response(206 if start else 200)
                self.send_header("Content-Length", str(len(body) - start))
                self.end_headers()
                rest = body[start:][: outer.stop_after]
                with contextlib.suppress(ConnectionError):  # whoever asked was killed
                    for first in range(0, len(rest), 1 << 16):
                        time.sleep(outer.pause)
                        self.wfile.write(rest[first : first + (1 << 16)])
                if outer.stop_after is not None:
                    self.close_connection = True

            def log_message(self, *arguments):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_address[1]}"

    def remote(self, name, body, sha256=...):
        self.files["/" + name] = body
        return Remote(name, f"{self.address}/{name}", hashlib.sha256(body).hexdigest() if sha256 is ... else sha256)


@pytest.fixture
def server():
    server = Server()
    thread = threading.Thread(target=server.http.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.http.shutdown()
    server.http.server_close()
    thread.join()
