"""A notebook whose kernel has ended is opened with what it has to show beside live views."""

import json
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from processes import in_a_loop
from traitlets.config import Configurable

from cnnlab.cli import notebooks
from cnnlab.cli.opening import VIEW, Connection, Contents, without_views

ROOT = Path(__file__).parents[2]
LIVE = {VIEW: {"model_id": "abc"}, "image/png": "aGFsbG8=", "text/plain": "an explorer"}


class Server(Configurable):
    """What a server knows of running kernels."""

    def __init__(self, *paths):
        super().__init__()
        self.paths, self.session_manager = paths, self

    async def list_sessions(self):
        return [{"path": path} for path in self.paths]


@pytest.fixture
def contents(tmp_path):
    """A function that opens the notebook while kernels run for some paths: (the kinds of its outputs, the file's)."""
    outputs = [
        new_output("display_data", dict(LIVE)),
        new_output("display_data", {VIEW: {}, "text/plain": "IntSlider()"}),
    ]
    outputs += [new_output("stream", text="words")]
    path = tmp_path / "room" / "mine.ipynb"
    path.parent.mkdir()
    nbformat.write(new_notebook(cells=[new_code_cell("1", outputs=outputs)]), path)

    def opened(*running, **more):
        before = path.read_bytes()
        manager = Contents(root_dir=str(tmp_path), parent=Server(*running))
        model = in_a_loop(manager.get("room/mine.ipynb", **more))
        assert path.read_bytes() == before
        return model

    return opened


def kinds(model):
    return [set(output.get("data", {})) for output in model["content"]["cells"][0]["outputs"]]


def test_without_its_kernel_a_view_is_its_picture(contents):
    assert kinds(contents()) == [{"image/png", "text/plain"}, {VIEW, "text/plain"}, set()]
    assert kinds(contents("room/other.ipynb"))[0] == {"image/png", "text/plain"}


def test_with_its_kernel_it_lives_on(contents):
    assert kinds(contents("room/mine.ipynb")) == [set(LIVE), {VIEW, "text/plain"}, set()]


def test_what_has_no_content_or_is_no_notebook_is_as_it_was(contents):
    assert contents(content=False)["content"] is None
    assert json.loads(contents(type="file")["content"])["cells"]
    without_views({})


def test_both_ways_to_jupyterlab_ask_for_it():
    text = (ROOT / "lab.py").read_text(encoding="utf-8")
    assert all(f'"{option}"' in text for option in notebooks.OPENING)
    assert [option.split("=")[1] for option in notebooks.OPENING] == [
        f"{one.__module__}.{one.__name__}" for one in (Contents, Connection)
    ]


def test_what_a_kernel_says_is_sent_at_once(monkeypatch):
    said = []
    monkeypatch.setattr(Connection.__base__, "connect", lambda self: said.append("connected"))
    connection = Connection.__new__(Connection)
    handler = SimpleNamespace(set_nodelay=lambda now: said.append(now))
    monkeypatch.setattr(Connection, "websocket_handler", handler)
    connection.connect()
    assert said == [True, "connected"]
