"""Writing in one stroke, and one process at a time."""

import os
import stat
import subprocess
import sys
import textwrap
import threading

import pytest
from processes import run

from cnnlab.files import Held, check_place, held, in_one_stroke, writing


def put(path, text):
    with in_one_stroke(path) as file:
        file.write(text.encode())


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_old_file_stays_until_the_new_one_is_whole(tmp_path):
    path = tmp_path / "a"
    put(path, "old")
    with pytest.raises(ZeroDivisionError):
        with in_one_stroke(path) as file:
            file.write(b"half")
            assert path.read_text() == "old" and len(names(tmp_path)) == 2
            raise ZeroDivisionError
    assert names(tmp_path) == ["a"] and path.read_text() == "old"
    put(path, "new")
    assert names(tmp_path) == ["a"] and path.read_text() == "new"


def test_a_link_stays_a_link_and_permissions_stay(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    real, link = tmp_path / "elsewhere" / "real", tmp_path / "link"
    link.symlink_to(real)
    put(link, "first")  # a link to nothing, yet
    os.chmod(real, 0o640)
    put(link, "second")
    assert link.is_symlink() and real.read_text() == "second" and names(tmp_path / "elsewhere") == ["real"]
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    put(tmp_path / "new", "")
    (tmp_path / "plain").touch()
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_what_killed_processes_left_is_cleared_and_what_others_write_is_not(tmp_path):
    path = tmp_path / ("long " * 30)
    for name in ("a", path.name):
        run(
            f"""
            import os
            from cnnlab.files import in_one_stroke
            with in_one_stroke({str(tmp_path / name)!r}) as file:
                file.write(b"half")
                file.flush()
                os._exit(0)
            """.replace("\n            ", "\n")
        )
    assert len(names(tmp_path)) == 2
    with in_one_stroke(path) as file:
        file.write(b"one")
        put(path, "two")
        assert len(names(tmp_path)) == 3, "of the other file, of the one that is written, and what was put"
    assert path.read_text() == "one" and len(names(tmp_path)) == 2
    put(tmp_path / "a", "")
    assert names(tmp_path) == ["a", path.name]


@pytest.mark.parametrize("place", ["folder", "nowhere/a", "a/", "pipe"])
def test_a_place_for_no_file_is_named(tmp_path, place):
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for call in (check_place, lambda path: put(path, "")):
        if place != "a/" or call is check_place:
            with pytest.raises(OSError, match=f"{place} (cannot be written: |must name a file)"):
                call(f"{tmp_path}/{place}")
    assert names(tmp_path) == ["folder", "pipe"]


def test_a_good_place_is_left_as_it_was(tmp_path):
    check_place(tmp_path / "a")
    (tmp_path / "b").write_text("b")
    check_place(tmp_path / "b")
    assert names(tmp_path) == ["b"] and (tmp_path / "b").read_text() == "b"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_a_disk_that_is_full_is_told_with_the_name_of_the_file(tmp_path):
    code = f"""
        import resource, numpy as np
        from cnnlab.network.files import write
        from cnnlab.files import in_one_stroke
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        for save in (lambda path: write(path, {{"a": np.ones(10**5)}}), lambda path: put(path)):
            def put(path):
                with in_one_stroke(path) as file:
                    file.write(bytes(10**6))
            try:
                save({str(tmp_path / "a.npz")!r})
            except OSError as problem:
                print(problem.errno, problem)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [f"27 {tmp_path / 'a.npz'} cannot be written: File too large"] * 2
    assert names(tmp_path) == []


def test_whoever_holds_a_place_keeps_others_out_until_the_end(tmp_path):
    path, order = tmp_path / "a", []
    with held(path) as locked:
        assert locked
        with pytest.raises(Held, match=r"another process is at work on .*a: wait for its end, or take another path"):
            with held(path):
                pass
        with held(tmp_path / "b"):
            pass

        def wait():
            with held(path, wait=True):
                order.append("second")

        threads = [threading.Thread(target=wait) for _ in range(3)]
        for thread in threads:
            thread.start()
        threads[0].join(0.2)
        order.append("first")
    for thread in threads:
        thread.join()
    assert order == ["first", "second", "second", "second"] and names(tmp_path) == []


def test_a_process_that_dies_lets_go(tmp_path):
    run(f"import os\nfrom cnnlab.files import held\nwith held({str(tmp_path / 'a')!r}):\n    os._exit(0)")
    assert names(tmp_path) == [".a.lock"]
    with held(tmp_path / "a") as locked:
        assert locked
    assert names(tmp_path) == []


def test_a_lock_whose_file_was_taken_away_holds_nothing(tmp_path, monkeypatch):
    lock, others, real = tmp_path / ".a.lock", [], writing._lock

    def late(file):
        if not others:  # before we lock it, whoever held it lets go, and a third one comes
            lock.unlink()
            others.append(open(lock, "ab"))
            assert real(others[0])
        return real(file)

    monkeypatch.setattr(writing, "_lock", late)
    with pytest.raises(Held):
        with held(tmp_path / "a"):
            pytest.fail("two hold it")
    others[0].close()
    with held(tmp_path / "a"):
        pass
