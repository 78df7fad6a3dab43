"""Notebooks that are run again: what counts is what their values are, whatever they print, replace or break."""

import json
import os
import socket
import sys
import time

import psutil
import pytest
from teaching.students import hand_in, small, worked

from cnnlab import check
from cnnlab.check.toolkit.exercise import REGISTER
from cnnlab.check.toolkit.verdict import MIME, Verdict
from cnnlab.cli import main
from cnnlab.teaching import grading
from cnnlab.teaching.executed import confirmed, executed
from cnnlab.teaching.inside import claim
from cnnlab.teaching.originals import original

NOTE = {"exercise": "pool_numbers", "right": True, "mistake": "", "hints": 0}
PRINTED = f"""from IPython.display import display
display({{{MIME!r}: {NOTE!r}, "text/plain": "✓ Right."}}, raw=True)
print({json.dumps(NOTE)!r})"""
REPLACED = """from cnnlab.check.toolkit import exercise, verdict
exercise.Exercise._judged = lambda self, answer: verdict.Verdict(True, self.explain)
exercise.REGISTER["average_pool"].inputs = []
check.pool_numbers((0, 0, 0))
check.average_gradient(lambda dh, e, M, stride: 0 * e)
check.average_pool(lambda e, M: e)
check.__dict__["decimation_gradient"] = lambda answer: verdict.Verdict(True, "Right.")
check.decimation_gradient(1)"""
LEFT = """import os, subprocess, sys
assert not [name for name in os.environ if "SECRET" in name], "secrets"
assert not os.listdir(), "an empty folder"
open("mine", "w").close()
left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)"""


def numbered(*sources):
    return list(enumerate(("from cnnlab import check, ops", *sources), start=1))


def test_only_what_is_right_counts_whatever_a_notebook_prints_or_replaces(monkeypatch):
    monkeypatch.setenv("SOME_SECRET", "x")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        call = f"import socket\nsocket.create_connection({server.getsockname()!r}, 5)"
        own = "check.pool_gradient(check.pool_gradient.right)"
        ran = executed(numbered("check.pool_size(6)", PRINTED, own, REPLACED, "1 / 0", call, LEFT, "input()"))
        if not ran.network:
            with pytest.raises(TimeoutError):
                server.accept()
    wanted = {"pool_size": "right", "pool_gradient": "the solution itself", "pool_numbers": "doubtful"}
    assert ran.states == wanted | {"average_gradient": "doubtful", "average_pool": "doubtful"} and not ran.ended
    said = "\n".join(ran.problems)
    assert "cell 4: the answer to pool_gradient is the solution of the package" in said
    assert "cell 5: the answer to pool_numbers says that it is right, and its values are not" in said
    assert "cell 6 stops: ZeroDivisionError: division by zero" in said and "cell 9 stops: EOFError" in said
    assert "cell 8 stops" not in said and ("cell 7 stops" in said) is not ran.network


def test_two_notebooks_are_run_and_told(tmp_path, capfd):
    solved = worked("00_start_here")
    kept = [cell for cell in solved["cells"] if "start_weights" in str(cell["source"]) or "import check" in str(cell)]
    answered = [cell | {"source": cell["source"]} for cell in kept]
    next(cell for cell in answered if "check.start_weights(answer)" in str(cell["source"]))["source"] = [
        "from cnnlab import check\n",
        "answer = 2000 * 3000 * 3\n",
        "check.start_weights(answer)",
    ]
    hand_in(tmp_path / "in", "right", solved | {"cells": answered})
    liar = worked("11_pooling")  # its outputs say that all is right, its cells are stubs
    keep = [cell for cell in liar["cells"] if "check.pool_size" in str(cell["source"])]
    hand_in(tmp_path / "in", "stubs", liar | {"cells": [*small("rows = ...")["cells"], *keep]})
    assert main(["grade", str(tmp_path / "in"), "--out", str(tmp_path / "marks.csv"), "--execute"]) == 0
    told = capfd.readouterr()
    assert "Running other people's code on this computer" in told.err and "of themselves" not in told.out
    right, stubs = (tmp_path / "marks.csv").read_text("utf-8-sig").splitlines()[1:]
    assert right.startswith("right.ipynb,00_start_here,yes,1,1,0,0,")
    assert stubs.startswith("stubs.ipynb,11_pooling,yes,0,6,") and "pool_size (no answer yet)" in stubs
    assert "pool_size: its output says that it is right, its code does not" in stubs


@pytest.mark.parametrize("name", sorted(REGISTER))
def test_the_right_answer_to_every_exercise_is_confirmed_and_its_mistakes_are_not(name):
    exercise = REGISTER[name]
    right, says_so = exercise.right, Verdict(True, "")
    answer = (lambda *given: right(*given)) if callable(right) else right  # not the package's own
    message = json.loads(json.dumps(claim(exercise, answer, says_so)))
    assert message["right"] is True and confirmed(exercise, message["values"])
    mistake = exercise.mistakes[0]
    message = json.loads(json.dumps(claim(exercise, mistake.answer, says_so)))
    assert message["right"] is True and not confirmed(exercise, message.get("values"))
    message = claim(exercise, mistake.answer, Verdict(False, "", mistake.name))
    assert message == {"exercise": name, "right": False, "mistake": mistake.name}, "no values where nothing is claimed"


def test_nothing_else_is_confirmed():
    for parts in (
        None,
        [],
        [None],
        ["x"],
        [{"array": ["<f8", [2], "AA=="]}],
        [{"int": "x"}],
        {},
        3,
        [[]],
        [{"tuple": 1}],
    ):
        assert not confirmed(check.pool_size, parts) and not confirmed(check.pool_gradient, parts)


# ---- notebooks that do harm: each takes a process, and some of them their time


@pytest.mark.slow
@pytest.mark.parametrize(
    "source, said",
    [
        ("while True: pass", "ended after 10 s, in cell 3"),
        ("import time, signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(99)", "ended after 10 s"),
        ("import os\nos._exit(3)", "its process ended by itself, in cell 3"),
        ("import ctypes\nctypes.string_at(0)", "its process ended by itself, in cell 3"),
        (
            "import os\nfor k in range(3, 30):\n    try: os.write(k, b'{]\\n')\n    except OSError: pass",
            "writes where only",
        ),
        (
            "import os\nfor k in range(3, 30):\n    try: os.write(k, b'[' * 9**7)\n    except OSError: pass",
            "writes where only",
        ),
        ("while True: check.pool_size(6)", "ended after 10 s"),
    ],
)
def test_what_does_not_end_well_is_ended_and_what_was_right_before_counts(source, said):
    ran = executed(numbered("check.pool_size(6)", source, "check.pool_numbers(...)"), seconds=10)
    assert said in ran.ended and ran.states == {"pool_size": "right"}


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems bound memory from outside alone")
def test_who_takes_too_much_memory_gets_an_error_and_the_rest_is_graded():
    eater = "held = []\nwhile True: held.append(bytearray(1 << 28))"
    many = "import os\n" + "\n".join(["os.fork()"] * 3) + "\nheld = b'x' * (700 << 20)\nimport time\ntime.sleep(60)"
    ran = executed(numbered(eater, "del held\ncheck.pool_size(6)"), seconds=60, megabytes=2000)
    assert ran.states == {"pool_size": "right"} and "cell 2 stops: MemoryError" in ran.problems[0] and not ran.ended
    ran = executed(numbered("check.pool_size(6)", many), seconds=60, megabytes=2000)
    assert "with more than 2,000 MB of memory" in ran.ended and ran.states == {"pool_size": "right"}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no sleep")
def test_nothing_is_left_running():
    mark = f"600.{os.getpid()}"
    ran = executed(numbered(f"import subprocess\nsubprocess.Popen(['sleep', {mark!r}], start_new_session=True)"))
    assert not ran.problems and not ran.ended
    for _ in range(50):  # the system may take a moment to end what was told to
        left = [one for one in psutil.process_iter(["cmdline"]) if mark in (one.info["cmdline"] or ())]
        if not left:
            break
        time.sleep(0.1)
    assert not left


@pytest.mark.slow
def test_a_whole_notebook_with_its_solutions_is_right_again(tmp_path):
    name = "11_pooling"
    whole = worked(name)
    for cell in whole["cells"]:  # the stub before each check becomes the solution
        for one in original(name).exercises:
            if f"check.{one}(" in str(cell["source"]):
                cell["source"] = f"def answer(*given):\n    return check.{one}.right(*given)\n\ncheck.{one}(answer)"
                if not callable(getattr(check, one).right):
                    cell["source"] = f"answer = check.{one}.right\ncheck.{one}(answer)"
    hand_in(tmp_path, "one", whole)
    (marks,) = grading.grade(tmp_path, execute=True)
    assert (marks.right, marks.exercises, marks.graded) == (6, 6, "yes") and not marks.problems
