"""`python3 lab.py gallery`: every explorer and every function of `draw` is on its page."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

from cnnlab import draw, explore

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def gallery():
    spec = importlib.util.spec_from_file_location("gallery", ROOT / "tools" / "gallery.py")
    module = importlib.util.module_from_spec(spec)
    before = list(sys.path)
    spec.loader.exec_module(module)
    yield module
    sys.path[:] = before


def test_every_function_of_draw_has_a_picture(gallery):
    import drawn

    assert {f"draw.{name}" for name in draw.__all__} <= set(drawn.makers())


def test_the_page_holds_what_is_asked_for_and_fetches_nothing(gallery, tmp_path):
    assert gallery.explorers() == [name for name in explore.__all__ if name != "Explorer"]
    assert gallery.build(tmp_path, ["PoolingRouter"]) == ["PoolingRouter"]
    text = (tmp_path / "pictures.js").read_text(encoding="utf-8")
    (picture,) = json.loads(text.removeprefix("globalThis.pictures = ").removesuffix(";\n"))
    assert picture["live"]["states"][0][0] == "example" and len(picture["live"]["states"]) > 3
    light, dark = ((tmp_path / picture["still"][look]).read_bytes() for look in ("light", "dark"))
    assert light.startswith(b"\x89PNG") and dark.startswith(b"\x89PNG") and light != dark
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "://" not in page.replace("http://www.w3.org/2000/svg", "") and "cnnlabView" in page
