"""Machine code on disk: what is wrong with it makes a process slower and is said once; it never ends one."""

import os
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest
from processes import run, run_with_numba

from cnnlab.files.writing import held
from cnnlab.loops.runtime import code, folder, store
from cnnlab.loops.runtime.compiled import DISABLED

pytestmark = pytest.mark.skipif(DISABLED, reason="without machine code there is nothing to keep")

LOOPS = """
import sys
sys.stderr = sys.stdout
{before}
import numpy as np
from cnnlab.loops.runtime import compiled as compilation
{between}

@compilation.compiled_inside
def twice(value):
    return 2 * value

@compilation.compiled
def doubled(a):
    total = 0.0
    for i in range(a.shape[0]):
        total += twice(a[i])
    return total

print(doubled(np.arange(5.0)), doubled(np.arange(5)))
print(compilation.STORE.found, compilation.STORE.made)
"""
RIGHT = "20.0 20.0"
READ_ONLY = "import tempfile\ndef refuse(**where): raise PermissionError(13, 'no')\ntempfile.TemporaryFile = refuse"
FULL = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))"
OTHER_NUMBA = "from llvmlite.binding import TargetMachine\ndel TargetMachine.emit_object"
RUNNER = "from cnnlab.loops.runtime import entrance\nentrance.arrayobj.populate_array = None"


def loops(place, before="", between=""):
    """(what a process says that calls two loops, machine code that it found, that it made)."""
    code = LOOPS.format(before=before, between=between)
    status, output = run_with_numba(code, NUMBA_CACHE_DIR=str(place))
    assert status == 0, output
    *said, counts = output.splitlines()
    assert said.pop() == RIGHT
    return "\n".join(said), *map(int, counts.split())


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    place = tmp_path_factory.mktemp("made")
    assert loops(place) == ("", 0, 2)
    return place


@pytest.fixture
def warm(made, tmp_path):
    return shutil.copytree(made, tmp_path / "warm")


def files(place):
    return sorted(path for path in place.rglob("*") if path.is_file())


def flipped(path, where):
    content = bytearray(path.read_bytes())
    content[where] ^= 4
    return bytes(content)


def test_nothing_but_plain_files_of_machine_code_is_kept(warm):
    assert [path.suffix for path in files(warm)] == [".code", ".code"]
    assert loops(warm) == ("", 2, 0)


@pytest.mark.parametrize(
    "harmed",
    [
        lambda path: b"",
        lambda path: path.read_bytes()[:-1],
        lambda path: path.read_bytes()[:80],
        lambda path: flipped(path, 3),
        lambda path: flipped(path, 75),  # among the names
        lambda path: flipped(path, -200),
        lambda path: b"[]\n{}\n",
    ],
)
def test_a_damaged_file_is_told_from_a_whole_one(warm, harmed):
    path = files(warm)[0]
    assert code.read(path).binary
    path.write_bytes(harmed(path))
    with pytest.raises(ValueError, match="is damaged"):
        code.read(path)


def test_damaged_files_are_compiled_anew_replaced_and_said_once(warm):
    one, other = files(warm)
    one.write_bytes(b"")
    other.write_bytes(flipped(other, -200))
    said, *counts = loops(warm)
    assert counts == [0, 2]
    assert said.count("is damaged") == said.count("RuntimeWarning: ") == 1 and str(warm) in said
    assert loops(warm) == ("", 2, 0)


def test_a_file_under_the_name_of_another_is_damaged(warm):
    one, other = files(warm)
    one.write_bytes(other.read_bytes())
    with pytest.raises(ValueError, match="is damaged"):
        code.read(one)


def test_a_file_of_somebody_else_is_not_used(monkeypatch, warm):
    monkeypatch.setattr(code, "trusted", lambda status: False)
    with pytest.raises(ValueError, match="belongs to another user"):
        code.read(files(warm)[0])


@pytest.mark.skipif(sys.platform == "win32", reason="there are no limits of that kind")
def test_a_full_disk_is_said_once_and_leaves_nothing(tmp_path):
    said, *counts = loops(tmp_path, FULL)
    assert counts == [0, 2] and not files(tmp_path)
    assert said.count("cannot be written to (File too large)") == said.count("RuntimeWarning: ") == 1
    assert str(tmp_path) in said


def test_a_warm_folder_is_used_where_nothing_can_be_written(warm):
    before = files(warm)
    assert loops(warm, READ_ONLY) == ("", 2, 0)
    before[0].unlink()
    said, *counts = loops(warm, READ_ONLY)
    assert counts == [1, 1] and said.count("RuntimeWarning: ") == 1
    assert "is read-only" in said and str(warm) in said
    assert files(warm) == before[1:]


def test_without_any_folder_it_is_said_once(tmp_path):
    said, *counts = loops(tmp_path, READ_ONLY)
    assert counts == [0, 2] and said.count("no folder can be written to") == said.count("RuntimeWarning: ") == 1


def test_folders_of_others_are_passed_over_and_warm_ones_of_ours_looked_into_first(monkeypatch, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    (first / folder.stamp()).mkdir(parents=True)
    can_write, trusted = folder.writable, folder.trusted
    monkeypatch.setattr(folder, "candidates", lambda: [first, second])
    monkeypatch.setattr(folder, "writable", lambda path: path.parent == second and can_write(path))
    own = second / folder.stamp()
    assert folder.cache_folders() == ([own], own), "an empty one is of no use"
    (first / folder.stamp() / "loop.code").write_bytes(b"")
    assert folder.cache_folders() == ([first / folder.stamp(), own], own)
    monkeypatch.setattr(folder, "trusted", lambda status: False)
    assert folder.cache_folders() == ([], None)
    if hasattr(os, "getuid"):
        monkeypatch.setattr(os, "getuid", lambda: 1000)
        assert [trusted(SimpleNamespace(st_uid=uid)) for uid in (1000, 0, 1001)] == [True, True, False]


def test_processes_that_begin_at_once_with_an_empty_folder_all_go_on(tmp_path):
    command = [sys.executable, "-W", "error", "-c", LOOPS.format(before="", between="")]
    several = [
        subprocess.Popen(command, env=os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}, stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    said = [process.communicate(timeout=300)[0].decode().splitlines() for process in several]
    assert [lines[0] for lines in said] == [RIGHT] * 3
    assert sum(int(lines[1].split()[1]) for lines in said) == 2, "two processes compiled the same"
    assert loops(tmp_path) == ("", 2, 0) and len(files(tmp_path)) == 2


def test_nobody_waits_for_ever_for_a_process_that_compiles_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "PATIENCE", 0.2)
    with held(tmp_path / "a.code"), store.Store([tmp_path], tmp_path).alone("a.code"):
        pass


@pytest.mark.parametrize("change", [OTHER_NUMBA, RUNNER], ids=["other numba", "other arrays"])
def test_where_our_way_of_calling_machine_code_fails_numba_does_it(tmp_path, change):
    said, *counts = loops(tmp_path, between=change)
    assert counts == [0, 0] and said.count("machine code cannot be kept with this numba") == 1
    assert said.count("RuntimeWarning: ") == 1


AT_ITS_ADDRESS = """
import ctypes, sys
import numpy as np
sys.stderr = sys.stdout
from cnnlab.loops.runtime import compiled
from llvmlite.binding import TargetMachine
del TargetMachine.emit_object

def half(number):
    return number / 2

kinds = ctypes.c_void_p, ctypes.c_void_p, ctypes.c_double
call = ctypes.CFUNCTYPE(ctypes.c_int32, *kinds)(compiled.compiled_at("d", half))
given, trouble = np.zeros(1), np.zeros(1)
print(call(given.ctypes.data, trouble.ctypes.data, 3.0), given[0])
"""


def test_so_does_what_is_called_by_its_address(tmp_path):
    status, output = run_with_numba(AT_ITS_ADDRESS, NUMBA_CACHE_DIR=str(tmp_path))
    said = output.splitlines()
    assert status == 0 and said[-1] == "0 1.5" and "\n".join(said).count("RuntimeWarning: ") == 1
    assert not files(tmp_path)


@pytest.mark.slow
def test_a_product_calls_its_strips_by_an_address_of_numbas(tmp_path):
    small = "import numpy as np\nfrom cnnlab import ops\nprint(ops.dense(np.ones((16, 2)), np.ones((2, 3))).sum())"
    changed = f"import cnnlab, sys\nsys.stderr = sys.stdout\n{OTHER_NUMBA}\n{small}"
    said = run(changed, NUMBA_CACHE_DIR=str(tmp_path)).splitlines()
    assert said[-1] == "96.0" and "\n".join(said).count("RuntimeWarning: ") == 1


def test_a_fault_of_the_loop_itself_is_raised(tmp_path):
    faulty = "doubled = compilation.compiled(lambda a: a.no_such_thing)\n"
    script = LOOPS.format(before="", between="").replace("print(doubled", faulty + "print(doubled", 1)
    status, said = run_with_numba(script, NUMBA_CACHE_DIR=str(tmp_path))
    assert status == 1 and "no_such_thing" in said and "RuntimeWarning" not in said


def test_sizes_of_vector_and_tile_are_part_of_key_and_folder(monkeypatch):
    names, folders = {code.file_of("loop", "")}, {folder.stamp()}
    for name, value in (("VECTOR_BYTES", 24), ("ROWS", 5)):
        monkeypatch.setattr(code, name, value)
        monkeypatch.setattr(folder, name, value)
        code.maker.cache_clear()
        names.add(code.file_of("loop", ""))
        folders.add(folder.stamp())
    code.maker.cache_clear()
    assert len(names) == len(folders) == 3


def test_folders_of_earlier_sources_are_cleared_away_but_for_the_newest(tmp_path):
    own, day = tmp_path / f"{0:016x}-64x8", folder.DAY
    old = [tmp_path / (f"{number:016x}" + "-32x6" * (number % 2)) for number in range(1, 8)]
    stranger = tmp_path / "somebody-elses"
    for path in (own, *old, stranger):
        path.mkdir()
        (path / "loop.code").write_bytes(b"")
    (own / "loop.code.123").write_bytes(b"")
    for age, path in enumerate(old):
        os.utime(path, (0, 100 * day - age * day / 2))
    os.utime(stranger, (0, 0))
    folder.tidy(own, now=100 * day + 60)
    assert sorted(tmp_path.iterdir()) == sorted([own, stranger, *old[: folder.KEPT]])
    assert files(own) == [own / "loop.code", own / "loop.code.123"]
    folder.tidy(own, now=(own / "loop.code.123").stat().st_mtime + 2 * day)
    assert files(own) == [own / "loop.code"]


def test_code_that_all_share_is_looked_into_first_and_never_written_to(monkeypatch, tmp_path):
    common, own = tmp_path / "common", tmp_path / "own"
    monkeypatch.setenv("CNNLAB_CODE", str(common))
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(own))
    place = own / folder.stamp()
    assert folder.cache_folders() == ([place], place), "what is not there yet is passed over"
    (common / folder.stamp()).mkdir(parents=True)
    (common / folder.stamp() / "loop.code").write_bytes(b"")
    assert folder.cache_folders() == ([common / folder.stamp(), place], place)


def test_how_many_threads_there_are_changes_no_machine_code(monkeypatch):
    names = set()
    for name, value in (("NUMBA_NUM_THREADS", "1"), ("NUMBA_NUM_THREADS", "2"), ("NUMBA_CPU_NAME", "haswell")):
        monkeypatch.setenv(name, value)
        code.maker.cache_clear()
        names.add(code.file_of("loop", ""))
        monkeypatch.delenv(name)
    code.maker.cache_clear()
    assert len(names) == 2
