"""Who comes into a class, and how far: a real JupyterHub and the server of one of two learners, without a proxy.

The proxy only passes on what is asked; what is refused is refused by those who are asked here.
"""

import contextlib
import json
import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

pytest.importorskip("jupyterhub", reason="JupyterHub is not for this system")

import classroom
import hub
from classes import three_ports

ROOT = Path(__file__).parents[2]
CONFIG = """
import json
from jupyterhub.proxy import Proxy

class Noted(Proxy):
    "Writes down what would be passed on to whom."
    should_start = False
    routes = {{}}

    async def add_route(self, routespec, target, data):
        self.routes[routespec] = dict(target=target, data=data, routespec=routespec)
        with open({routes!r} + "~", "w") as file:
            json.dump(self.routes, file)
        __import__("os").replace({routes!r} + "~", {routes!r})

    async def delete_route(self, routespec):
        self.routes.pop(routespec, None)

    async def get_all_routes(self):
        return self.routes

load_subconfig({config!r})
c.JupyterHub.proxy_class = Noted
c.JupyterHub.services = [dict(name="test", api_token={token!r})]
c.JupyterHub.load_roles = [dict(name="test", services=["test"], scopes=["servers", "tokens", "list:users"])]
"""


class Class:
    """Two learners.  pid, door : of the hub; token : of the test; home : of Ada's server; tokens : of each learner."""

    def __init__(self, room, pid, door, token, home, tokens):
        self.room, self.pid, self.door, self.token, self.home, self.tokens = room, pid, door, token, home, tokens


def api(door, token, method, path, **more):
    reply = requests.request(
        method, f"{door}hub/api/{path}", headers={"Authorization": f"token {token}"}, timeout=60, **more
    )
    reply.raise_for_status()
    return reply.json() if reply.content else None


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    port, token = three_ports(), secrets.token_hex(16)
    room = classroom.Classroom(str(folder), ("ada", "bob"), apart=False, cores=2, port=port, prefix="/class/")
    hub.lay_out(room)
    for each in (room.code, room.fonts):
        each.mkdir()
    routes, config = folder / "routes.json", folder / "config.py"
    about = {"routes": str(routes), "config": str(ROOT / "deploy" / "jupyterhub_config.py"), "token": token}
    config.write_text(CONFIG.format(**about), encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "PYTEST"))}
    kept |= {"CNNLAB_CLASS": str(room.write())}
    with open(folder / "log", "wb") as log:
        command = [sys.executable, "-m", "jupyterhub", "-f", str(config)]
        process = subprocess.Popen(command, cwd=room.hub, env=kept, stdout=log, stderr=log)
    door = f"http://127.0.0.1:{port + 1}/class/"

    def until(there):
        last = time.monotonic() + 60
        while not there():
            assert process.poll() is None and time.monotonic() < last, (folder / "log").read_text(errors="replace")[
                -3000:
            ]
            time.sleep(0.05)

    def answers():
        try:
            return requests.get(f"{door}hub/health", timeout=5).status_code == 200
        except OSError:
            return False

    def passed():
        return json.loads(routes.read_text()) if routes.exists() else {}

    try:
        until(answers)
        api(door, token, "POST", "users/ada/server")
        own = "/class/user/ada/"
        until(lambda: own in passed())
        tokens = {name: api(door, token, "POST", f"users/{name}/tokens", json={})["token"] for name in room.names}
        yield Class(room, process.pid, door, token, passed()[own]["target"] + own, tokens)
    finally:
        process.terminate()
        process.wait(60)


def asked(url, token=None, **more):
    headers = {"Authorization": f"token {token}"} if token else {}
    return requests.get(url, headers=headers, timeout=60, allow_redirects=False, **more)


INSIDE = ("lab", "api/contents", "api/contents/00_start_here.ipynb", "files/00_start_here.ipynb", "api/kernels")


def test_who_has_not_logged_in_gets_nothing(begun):
    for path in (*INSIDE, "api/sessions", "api/me", "lab/api/settings", "api/terminals", "api/kernels/x/channels"):
        reply = asked(begun.home + path)
        assert reply.status_code in (302, 403, 404), f"{path}: {reply.status_code}"
        assert b"09_" not in reply.content and b"nbformat" not in reply.content, path
        if reply.status_code == 302:
            assert "/hub/api/oauth2/authorize" in reply.headers["Location"]
    for path in ("hub/home", "hub/spawn", "hub/admin", "hub/token", "hub/user/ada/lab"):
        reply = asked(begun.door + path)
        assert reply.status_code == 302 and "/hub/login" in reply.headers["Location"], path
    for path in ("users", "users/ada", "user", "proxy", "services", "groups", "info"):
        assert asked(f"{begun.door}hub/api/{path}").status_code == 403, path


def test_a_learner_opens_their_own_door_and_nobody_elses(begun):
    for path in INSIDE:
        assert asked(begun.home + path, begun.tokens["ada"]).status_code == 200, path
        assert asked(begun.home + path, begun.tokens["bob"]).status_code == 403, path
    for name, other in (("ada", "bob"), ("bob", "ada")):
        assert asked(f"{begun.door}hub/api/users/{name}", begun.tokens[name]).status_code == 200
        assert asked(f"{begun.door}hub/api/users/{other}", begun.tokens[name]).status_code == 404
        assert asked(f"{begun.door}hub/api/users", begun.tokens[name]).status_code == 403


def test_the_notebooks_are_there_and_stay_what_the_learner_made_of_them(begun):
    names = {each["name"] for each in asked(begun.home + "api/contents", begun.tokens["ada"]).json()["content"]}
    assert names == {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert (begun.room.home("ada") / "notebooks" / "00_start_here.ipynb").stat().st_mode & 0o077 == 0


def test_a_name_and_its_password_open_the_form(begun):
    login = f"{begun.door}hub/login"

    def comes_in(name, password):
        with requests.Session() as browser:
            browser.get(login, timeout=60)
            form = {"username": name, "password": password, "_xsrf": browser.cookies.get("_xsrf", path="/class/hub/")}
            reply = browser.post(login, data=form, timeout=60, allow_redirects=False)
            return reply.status_code == 302

    own = begun.room.password("ada")
    assert comes_in("ada", own)
    assert not comes_in("ada", "") and not comes_in("ada", begun.room.password("bob"))
    assert not comes_in("eve", own) and not comes_in("teacher", own)


def test_a_server_is_small_and_has_what_the_class_says_and_no_secrets_of_the_hub(begun):
    """A server that imports cnnlab, or shares nothing, has more than 120 MB of its own."""
    import psutil

    home, found = begun.room.home("ada"), []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            found += [process] if process.cwd() == str(home) else []
    assert len(found) == 1, "which works in the learner's folder"
    assert list((home / ".run").glob("jpserver-*.json")), "and has the learner's variables"
    assert begun.token not in str(found[0].environ())
    assert sys.platform != "linux" or found[0].memory_full_info().uss < 60e6


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere servers are no forks")
def test_a_nursery_that_is_killed_comes_back(begun):
    """The process of which all servers are forks: those that there are go on, and others begin."""
    import psutil

    (nursery,) = [each for each in psutil.Process(begun.pid).children() if "nursery.py" in " ".join(each.cmdline())]
    nursery.kill()  # the hub has not noticed yet
    assert asked(begun.home + "api/contents", begun.tokens["ada"]).status_code == 200
    api(begun.door, begun.token, "POST", "users/bob/server")
    until = time.monotonic() + 60
    while api(begun.door, begun.tokens["bob"], "GET", "users/bob")["server"] is None:
        assert time.monotonic() < until
        time.sleep(0.2)


def test_a_notebook_that_is_opened_without_its_kernel_shows_stills_here_too(begun):
    view, notebooks = "application/vnd.jupyter.widget-view+json", begun.room.home("ada") / "notebooks"
    output = {"output_type": "display_data", "metadata": {}, "data": {view: {"model_id": "x"}, "image/png": "aGFsbG8="}}
    cell = {"cell_type": "code", "id": "x", "source": "", "metadata": {}, "execution_count": 1, "outputs": [output]}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    (notebooks / "mine.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    given = asked(begun.home + "api/contents/mine.ipynb", begun.tokens["ada"]).json()
    (notebooks / "mine.ipynb").unlink()
    assert set(given["content"]["cells"][0]["outputs"][0]["data"]) == {"image/png"}
