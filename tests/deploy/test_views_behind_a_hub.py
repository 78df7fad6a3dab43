"""A class with its proxy and a browser: log in, open a notebook, and drag; all below /class/user/NAME/."""

import json
from urllib.parse import urlsplit

import pytest

pytest.importorskip("jupyterhub", reason="JupyterHub is not for this system")
pytest.importorskip("playwright", reason="no browser driver")

from browser.harness.jupyter import FLAGS, find_browser
from classes import Hub

pytestmark = [pytest.mark.slow, pytest.mark.skipif(find_browser() is None, reason="no Chromium or Chrome")]
ASK = """async root => {
    const { channel } = root.cnnlab, number = channel.ask({ do: "set", name: "at_e", value: [0, 1] });
    while (channel.seen < number) await new Promise(next => setTimeout(next, 20));
    await new Promise(next => requestAnimationFrame(() => requestAnimationFrame(next)));
    return root.cnnlab.frame.values.at_e;
}"""


def test_a_view_lives_below_the_address_of_its_learner(tmp_path):
    from playwright.sync_api import sync_playwright

    cell = {"cell_type": "code", "id": "x", "metadata": {}, "execution_count": None, "outputs": []}
    cell["source"] = "from cnnlab import explore\nexplore.ErrorFootprint()"
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": [cell]}
    with Hub(tmp_path / "class", "--one-account", "--learners=1", "--cold") as hub, sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=find_browser(), headless=True, args=FLAGS).new_page()
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(hub.url)
        page.locator("input[name=username]").fill("learner01")
        page.locator("input[name=password]").fill(hub.passwords["learner01"])
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url("**/class/user/learner01/lab/tree/00_start_here.ipynb", timeout=120_000)
        place = hub.folder / "learners" / "learner01" / "notebooks" / "mine.ipynb"
        place.write_text(json.dumps(notebook), encoding="utf-8")
        page.goto(f"{hub.url}user/learner01/lab/tree/mine.ipynb?reset")
        page.locator(".jp-CodeCell .cm-content").first.click(timeout=120_000)
        page.keyboard.press("Shift+Enter")
        root = page.locator(".cnnlab:has(canvas)")
        root.wait_for(timeout=120_000)
        page.wait_for_function("root => root.cnnlab && root.cnnlab.frame", arg=root.element_handle())
        assert root.evaluate(ASK) == [0, 1]
        home = urlsplit(hub.url).netloc
        assert [url for url in asked if urlsplit(url).netloc not in ("", home)] == []
        page.context.browser.close()
