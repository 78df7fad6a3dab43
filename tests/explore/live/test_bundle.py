"""The browser's modules joined to one."""

import pytest

from cnnlab.explore.live.bundle import bundle
from cnnlab.explore.live.view import HERE, View


def written(folder, **modules):
    """Modules in a folder; the path of the first."""
    paths = [folder / f"{name}.js" for name in modules]
    for path, text in zip(paths, modules.values(), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths[0]


def test_what_is_imported_comes_first_and_once(tmp_path):
    (tmp_path / "data.json").write_text('{ "a": [1, 2] }', encoding="utf-8")
    entry = written(
        tmp_path,
        view='import { b, C } from "./b.js";\nimport { d } from "./d.js";\nexport default {\n  x: b + d,\n};\n',
        b='import { d } from "./d.js";\nexport const b = d;\nexport class C {}\nconst d2 = 1;\n',
        d='import data from "./data.json" with { type: "json" };\n/** @type {number} */\nexport const d = data.a[0];\n',
    )
    lines = bundle(entry).splitlines()
    assert lines[0] == 'const data_json = {"a":[1,2]};'
    assert [line for line in lines if "=> {" in line] == [f"const {name}_js = (() => {{" for name in "d b view".split()]
    assert "return { b, C };" in lines and "const { b, C } = b_js;" in lines and not any("@type" in x for x in lines)
    assert lines[-1] == "export default view_js.standard;"


@pytest.mark.parametrize(
    "text, words",
    [
        ('import * as b from "./b.js";', "is not in the form"),
        ('import { b as c } from "./b.js";', "is not in the form"),
        ('import {\n  b,\n} from "./b.js";', "is not in the form"),
        ('import { b } from "somewhere";', "is not in the form"),
        ("export { a };", "is not in the form"),
        ("export let a = 1;", "is not in the form"),
        ('import { b } from "./b.js";', "in a circle: view.js -> b.js -> view.js"),
    ],
)
def test_what_cannot_be_joined_is_refused_in_words(tmp_path, text, words):
    entry = written(tmp_path, view=text, b='import { a } from "./view.js";\nexport const b = 1;\n')
    with pytest.raises(ValueError, match=words):
        bundle(entry)


def test_two_modules_of_one_name_are_refused(tmp_path):
    (tmp_path / "deep").mkdir()
    written(tmp_path / "deep", b="export const b = 1;\n")
    both = 'import { b } from "./b.js";\nimport { c } from "./deep/b.js";\n'
    with pytest.raises(ValueError, match=r"two modules have the name b\.js"):
        bundle(written(tmp_path, view=both, b="export const c = 1;\n"))


def test_the_view_is_joined_of_all_modules_and_always_to_the_same_text():
    assert bundle(HERE / "js" / "view.js") == View._esm
    for path in (HERE / "js").rglob("*.js"):
        if path.parent.name in ("recorded", "worker"):  # of pages without Python, which have bundles of their own
            continue
        assert f"const {path.stem}_js = " in View._esm, path.name
