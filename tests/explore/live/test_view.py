"""The transport between answers and a browser, and what a notebook gets to show."""

import json

import ipywidgets as widgets
import pytest
from explorers import Try
from IPython.display import display
from messages import unpack

from cnnlab.explore.live.view import View


def test_a_question_goes_to_the_answers_and_what_they_say_to_the_browser(monkeypatch):
    sent = []
    monkeypatch.setattr(View, "send", lambda self, content, buffers: sent.append((content, buffers)))
    explorer = Try()
    view = explorer._view = View(explorer)
    view._handle_custom_msg({"do": "set", "view": "v", "number": 1, "name": "a", "value": 2}, [])
    ((content, buffers),) = sent
    assert content["seen"] == {"v": 1} and unpack(buffers)[0]["values"]["a"] == 2
    view._handle_custom_msg({"do": "nudge", "view": "v"}, [])
    assert len(sent) == 1, "to a nudge nothing is said"
    explorer.set(a=-1)
    assert len(sent) == 2 and unpack(sent[1][1])[0]["values"]["a"] == -1


def test_the_output_holds_view_picture_and_words():
    explorer = Try()
    bundle = explorer._repr_mimebundle_()
    assert bundle["image/png"].startswith(b"\x89PNG")
    assert bundle["text/plain"] == "A try: Slope 1 at eta = 0.1, point 0, 0, 0 steps." == repr(explorer)
    assert "application/vnd.jupyter.widget-view+json" in bundle
    explorer.set(a=2)
    explorer._repr_mimebundle_()
    (frame,) = unpack((explorer._view.first_text, explorer._view.first_numbers))
    assert frame["values"]["a"] == 2, "an output shown later must not start with an old picture"


def test_what_the_view_knows_of_the_controls_is_plain_json():
    specs = {spec["name"]: spec for spec in View(Try()).controls}
    assert json.loads(json.dumps(specs)) is not None
    assert specs["eta"]["all"] == [0.01, 0.1, 1.0] and specs["eta"]["digits"] == 2
    assert specs["where"]["rows"] == 3 and specs["mode"]["options"] == ["mild", "strict"]


def test_an_explorer_that_cannot_draw_its_first_picture_raises_where_it_is_shown():
    explorer = Try()
    explorer.set(mode="strict", a=0)
    with pytest.raises(ZeroDivisionError):
        explorer._repr_mimebundle_()


def test_an_explorer_stands_beside_others_as_a_widget():
    explorer, other = Try(), Try()
    explorer.set(a=2)
    box = widgets.HBox([explorer.widget, other.widget, widgets.Output()])
    assert box.children[0] is explorer.widget is explorer._view and box.children[1] is not explorer.widget
    (frame,) = unpack((explorer.widget.first_text, explorer.widget.first_numbers))
    assert frame["values"]["a"] == 2
    explorer.widget.close()
    assert explorer._view is None and explorer.widget is explorer._view, "shown again, it has a new view"
    with widgets.Output():
        display(other)


@pytest.mark.parametrize(
    "data",
    [
        *(None, 3, [], {}, {"method": None}, {"method": ["custom"]}, {"method": "custom"}, {"method": "fly"}),
        *({"method": "update"}, {"method": "update", "state": 3}, {"method": "update", "state": {"title": 5}}),
        {"method": "update", "state": {"controls": 7, "first_text": None, "_esm": "alert(1)", "nobody": 1}},
        {"method": "update", "state": {"title": "another"}, "buffer_paths": [["first_text", 3, "x"]]},
        {"method": "custom", "content": {"do": "fly"}},
        {"method": "custom", "content": [None]},
    ],
)
def test_states_that_a_page_sends_change_nothing_and_raise_nothing(data, monkeypatch):
    sent, raised = [], []
    monkeypatch.setattr(View, "send", lambda self, content, buffers: sent.append(content))
    monkeypatch.setattr(View, "log", type("Log", (), {"warning": lambda *words, **more: raised.append(words)})())
    view = View(Try())
    before = view.get_state()
    view._handle_msg({"content": {"data": data}, "buffers": []})
    assert view.get_state() == before and not raised
    assert all(content["kind"] == "refused" for content in sent)


def test_a_page_that_asks_for_the_state_gets_it(monkeypatch):
    sent = []
    view = View(Try())
    monkeypatch.setattr(View, "send_state", lambda self, key=None: sent.append(key))
    view._handle_msg({"content": {"data": {"method": "request_state"}}, "buffers": []})
    assert sent == [None]
