"""tools/check.py, which `python3 lab.py check`, CI and the pre-commit hook call."""

import importlib.util
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ELSEWHERE = {"types", "docstrings", "floors", "lint", "js-tests"}  # run by tests beside this one


def load():
    spec = importlib.util.spec_from_file_location("check_under_test", ROOT / "tools" / "check.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def check():
    return load()


@pytest.mark.parametrize("name", sorted(set(load().CHECKS) - ELSEWHERE))
def test_it_passes(check, name):
    status, said, _ = check.run(check.CHECKS[name][1])
    assert status == 0, said


def test_it_asks_for_everything_that_matters_before_a_commit(check):
    asked = {
        "format",
        "lint",
        "types",
        "floors",
        "docstrings",
        "notebooks",
        "js-format",
        "js-lint",
        "js-types",
        "js-tests",
    }
    assert asked <= set(check.CHECKS) and ELSEWHERE <= asked


def test_every_check_has_one_line_and_those_that_fail_say_why(check, monkeypatch, capsys):
    python = [sys.executable, "-c"]
    checks = {
        "good": ("is it good?", [*python, "print('unheard')"]),
        "bad": ("is it bad?", [*python, "import sys; print('line 3 is wrong', file=sys.stderr); sys.exit(2)"]),
        "long": ("is it long?", [*python, "print('x\\n' * 100); raise SystemExit(1)"]),
        "gone": ("is it there?", ["no-such-program-here"]),
    }
    monkeypatch.setattr(check, "CHECKS", checks)
    assert check.main([]) == 1
    lines = capsys.readouterr().out.splitlines()
    heads = [line for line in lines if not line.startswith(" ")]
    assert [line.split()[:2] for line in heads] == [["ok", "good"], ["no", "bad"], ["no", "long"], ["no", "gone"]]
    assert "    line 3 is wrong" in lines and "    no-such-program-here is not installed" in lines
    assert "unheard" not in "".join(lines) and "    ... and 40 lines more" in lines
    assert check.main(["good"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_a_name_that_is_no_check_is_refused_and_the_names_are_told(check, capsys):
    with pytest.raises(SystemExit) as stopped:
        check.main(["spelling"])
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert "'spelling'" in said and "docstrings" in said


def test_fix_mends_before_it_asks(check, monkeypatch):
    called = []
    monkeypatch.setattr(check, "run", lambda command: called.append(command) or (0, "", 0.0))
    assert check.main(["--fix", "format"]) == 0
    assert called == [*check.FIXES, check.CHECKS["format"][1]]


def test_ci_and_the_hook_ask_the_same():
    (repository,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    (hook,) = repository["hooks"]
    assert hook["entry"] == "python3 lab.py check" and hook["always_run"] and not hook["pass_filenames"]
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8"))["jobs"]
    assert any(step.get("run") == "python lab.py check" for step in jobs["check"]["steps"])
