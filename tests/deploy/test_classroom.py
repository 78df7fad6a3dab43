"""What each learner of a class gets, and who may come in; without JupyterHub."""

import csv
import json
import os
import stat
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

import classroom
import hub
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def room(tmp_path):
    """A class of twelve on two cores, laid out."""
    names = tuple(f"learner{number:02d}" for number in range(1, 13))
    made = classroom.Classroom(str(tmp_path), names, apart=False, cores=2)
    hub.lay_out(made)
    return made


def planned(*words):
    return hub.planned(hub.parser().parse_args(["--one-account", *words]))


@pytest.mark.parametrize(("cores", "learners", "threads"), [(2, 12, 1), (8, 30, 1), (16, 4, 4), (4, 3, 1), (64, 30, 2)])
def test_kernels_have_no_more_threads_together_than_the_machine_has_cores(cores, learners, threads):
    names = tuple(f"n{number}" for number in range(learners))
    made = classroom.Classroom("x", names, apart=False, cores=cores)
    assert made.threads == threads and (threads == 1 or threads * learners <= cores)
    inside = made.environment("n0")
    assert {inside[name] for name in classroom.THREADS} == {str(threads)}


def test_the_threads_of_a_kernel_are_those_that_its_class_says(room):
    inside = os.environ | room.environment("learner01")
    code = "from cnnlab.loops.runtime.team import threads; print(threads())"
    ran = subprocess.run([sys.executable, "-c", code], env=inside, cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout == "1\n"


def test_everybody_has_a_password_of_their_own_that_opens_nobody_elses_door(room):
    passwords = {name: room.password(name) for name in room.names}
    assert len(set(passwords.values())) == 12 and all(len(each) == 14 for each in passwords.values())
    for name, own in passwords.items():
        assert [other for other in room.names if room.admits(other, own)] == [name]
        assert room.admits(name, f" {own.upper().replace('-', '')} "), "as it is typed"
    for wrong in ("", "-", None, 12, passwords["learner01"][:-1], "\udc80", "é" * 12):
        assert not room.admits("learner01", wrong)
    assert not room.admits("teacher", passwords["learner01"]) and not room.admits("../hub", "")
    with pytest.raises(ValueError, match="nobody in this class"):
        room.home("../hub")


def test_another_class_has_other_passwords_and_the_same_class_the_same_again(room, tmp_path):
    first = room.password("learner01")
    hub.lay_out(room)
    assert room.password("learner01") == first
    (room.hub / "secret").unlink()
    hub.lay_out(room)
    assert room.password("learner01") != first


def test_what_is_the_teachers_is_closed_to_others(room):
    assert stat.S_IMODE(room.hub.stat().st_mode) == 0o700
    assert stat.S_IMODE((room.hub / "secret").stat().st_mode) == 0o600
    with open(hub.passwords(room), encoding="utf-8", newline="") as file:
        assert stat.S_IMODE(os.fstat(file.fileno()).st_mode) == 0o600
        assert {row["name"]: row["password"] for row in csv.DictReader(file)} == {
            n: room.password(n) for n in room.names
        }


def test_what_all_share_can_be_read_and_not_written(room):
    (room.code / "sources").mkdir(parents=True)
    (room.code / "sources" / "loop.code").write_bytes(b"code")
    hub.lock(room, folders=0o555, files=0o444)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in room.code.parent.rglob("*")}
    assert modes == {0o555, 0o444}
    hub.lock(room, folders=0o755, files=0o644)  # as it is when the teacher's machine makes more


def test_a_class_is_read_as_it_was_written(room):
    assert classroom.read(room.write()) == room


@pytest.mark.parametrize("name", ["", "Ada", "../ada", "a/b", "a b", "é", "1st", "-x", "a" * 33, "a.b"])
def test_a_name_that_could_lead_elsewhere_is_refused(name):
    with pytest.raises(ValueError, match="a learner's name"):
        classroom.Classroom("x", ("ada", name), apart=False, cores=2)


def test_impossible_classes_are_refused_in_words(tmp_path):
    for words, said in (
        (("--learners=0",), "one learner at least"),
        (("--certificate=x",), "belong together"),
        (("--idle=0",), "a minute at least"),
    ):
        with pytest.raises(ValueError, match=said):
            planned(*words)
    (tmp_path / "names.txt").write_text("ada\nbob\nada\n")
    with pytest.raises(ValueError, match="two learners are called 'ada'"):
        planned(f"--folder={tmp_path}")
    with pytest.raises(ValueError, match="too long a name for sockets: 3 letters less"):
        classroom.Classroom("/" + "x" * 35, ("learner01",), apart=True, cores=2)


def test_names_come_from_a_file_or_are_counted(tmp_path):
    (tmp_path / "names.txt").write_text("# the class of May\nada\n\n bob \n")
    assert planned(f"--folder={tmp_path}").names == ("ada", "bob")
    assert planned(f"--folder={tmp_path}", "--learners=2").names == ("learner01", "learner02")
    assert len(planned().names) == 3


def test_what_nobody_uses_is_ended_and_a_page_asks_no_other_host():
    options = dict(option[2:].split("=", 1) for option in planned("--idle=30").options())
    assert (
        options["MappingKernelManager.cull_idle_timeout"] == options["ServerApp.shutdown_no_activity_timeout"] == "1800"
    )
    assert options["MappingKernelManager.cull_connected"] == "True"
    assert int(options["MappingKernelManager.cull_interval"]) <= 300
    assert options["LabApp.extension_manager"] == "readonly"


def test_addresses_have_the_prefix_and_say_whether_they_are_safe(tmp_path):
    for prefix in ("class", "/class", "class/", "/class/"):
        assert planned(f"--prefix={prefix}").address == "http://127.0.0.1:8000/class/"
    assert planned("--prefix=").address == planned().address == "http://127.0.0.1:8000/"
    open_ = planned("--ip=0.0.0.0")
    assert len(list(hub.cautions(open_))) == 2
    safe = planned("--ip=0.0.0.0", "--certificate=a.pem", "--key=b.pem")
    assert safe.address.startswith("https://") and len(list(hub.cautions(safe))) == 1


def test_jupyterhub_is_told_by_the_same_names_and_ports(room):
    about = json.loads(Path(room.write()).read_text(encoding="utf-8"))
    assert about["port"] == room.port and set(about) == {field for field in classroom.Classroom.__dataclass_fields__}


def test_the_proxy_of_a_class_is_pinned_with_hashes_and_names_no_place():
    lock = json.loads((ROOT / "deploy" / "proxy" / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: about for name, about in lock["packages"].items() if name}
    assert "node_modules/configurable-http-proxy" in packages
    for name, about in packages.items():
        assert about["integrity"].startswith("sha512-") and "resolved" not in about, name
    assert (
        lock["packages"][""]["dependencies"]
        == json.loads((ROOT / "deploy" / "proxy" / "package.json").read_text(encoding="utf-8"))["dependencies"]
    )


# ---- accounts


def test_a_process_of_a_learner_has_limits(tmp_path):
    from accounts import become

    limits = [("RLIMIT_NOFILE", 100), ("RLIMIT_NO_SUCH", 1), ("RLIMIT_CORE", 0)]
    words = ["sh", "-c", "ulimit -n; ulimit -c; umask; pwd"]
    ran = subprocess.run(words, preexec_fn=partial(become, tmp_path, None, limits), capture_output=True, text=True)
    assert ran.stdout.split() == ["100", "0", "0077", str(tmp_path)]


@pytest.fixture
def open_folder():
    """A folder that every account may go through."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="accounts are for the administrator to give")
def test_no_learner_reads_what_another_has_or_what_is_the_teachers(open_folder):
    from accounts import become, number_of

    place = open_folder
    made = classroom.Classroom(str(place), ("ada", "bob"), apart=False, cores=2)
    hub.lay_out(made)
    numbers = {name: number_of(made.home(name)) for name in made.names}
    assert len(set(numbers.values())) == 2 and all(number >= classroom.FIRST for number in numbers.values())
    assert numbers == {name: number_of(made.home(name)) for name in made.names}, "the next day, too"

    def does(name, words):
        mine = partial(become, made.home(name), numbers[name], [])
        return subprocess.run(["sh", "-c", words], preexec_fn=mine, capture_output=True, text=True)

    assert does("ada", "echo mine > diary; id -u; id -G").stdout.split() == [str(numbers["ada"])] * 2
    assert does("ada", "cat diary").stdout == "mine\n"
    (made.code / "x").mkdir(parents=True)
    (made.code / "x" / "loop.code").write_bytes(b"code")
    hub.lock(made, folders=0o755, files=0o644)
    assert does("bob", f"cat {made.code}/x/loop.code").stdout == "code"
    for words in (
        f"cat {made.home('ada')}/diary",
        f"ls {made.home('ada')}",
        f"ls {made.learners}",
        f"cat {made.hub}/secret",
        f"echo harm > {made.code}/x/loop.code",
        f"echo harm > {made.code}/x/new.code",
        f"mv {made.home('ada')} {made.learners}/old",
    ):
        assert does("bob", words).returncode != 0, words
    os.chown(made.home("bob"), 0, 0)
    with pytest.raises(PermissionError, match="belongs to account 0"):
        number_of(made.home("bob"))


def test_what_is_closed_to_learners_is_named(tmp_path):
    from accounts import closed

    inner = tmp_path / "in" / "ner"
    inner.mkdir(parents=True)
    (inner / "file").touch()
    for path in (inner, inner.parent):
        path.chmod(0o755)
    (inner / "file").chmod(0o644)
    found = closed([inner / "file"])
    assert found not in (inner / "file", inner, inner.parent)
    inner.chmod(0o700)
    assert closed([inner / "file"]) == inner
    (inner / "file").chmod(0o600)
    assert closed([inner / "file"]) == inner / "file"
