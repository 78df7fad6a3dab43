"""Fetching, resuming, checking: a server on this machine stands in for the world; no test speaks to another host."""

import pytest
from small_server import only_this_machine, places, server

from cnnlab.datasets import store
from cnnlab.datasets.store import CorruptFile, DownloadFailed, Remote

__all__ = ["only_this_machine", "places", "server"]  # fixtures

BODY = bytes(range(256)) * 2000


def test_a_file_is_fetched_once_into_the_named_folder_and_its_bar_is_silent_on_request(server, places, capfd):
    remote = server.remote("set/file.bin", BODY)
    path = store.fetch(remote, progress=False)
    assert path == places / "set" / "file.bin" and path.read_bytes() == BODY
    assert capfd.readouterr() == ("", "")
    assert store.fetch(remote, progress=False) == path and len(server.asked) == 1
    assert sorted(p.name for p in path.parent.iterdir()) == ["file.bin"]


def test_a_progress_bar_names_the_file(server, places, capfd):
    store.fetch(server.remote("set/file.bin", BODY), progress=True)
    assert "file.bin" in capfd.readouterr().err


def test_without_the_variable_a_file_goes_to_the_platforms_cache(server, places, monkeypatch):
    monkeypatch.delenv("CNNLAB_DATA")
    assert store.fetch(server.remote("set/f", BODY), False) == places.parent / "cache" / "cnnlab" / "set" / "f"


def test_a_file_in_the_named_folder_is_used_without_asking_anybody(server, places):
    remote = server.remote("set/file.bin", BODY)
    (places / "set").mkdir(parents=True)
    (places / "set" / "file.bin").write_bytes(BODY)
    assert store.fetch(remote) == places / "set" / "file.bin"
    assert server.asked == []


def test_a_download_that_broke_off_goes_on_where_it_stopped(server, places):
    remote = server.remote("set/file.bin", BODY)
    server.stop_after = 300_000
    with pytest.raises(DownloadFailed, match=r"set/file\.bin is not on this computer") as failure:
        store.fetch(remote, False)
    assert "goes on where it stopped" in str(failure.value)
    kept = (places / "set" / ".file.bin.part").stat().st_size
    assert 200_000 < kept <= 300_000
    assert store.find("set/file.bin") is None
    server.stop_after = None
    assert store.fetch(remote, False).read_bytes() == BODY
    assert server.asked == [None, f"bytes={kept}-"]


def test_a_server_that_cannot_resume_sends_everything_again(server, places):
    remote = server.remote("set/file.bin", BODY)
    (places / "set").mkdir(parents=True)
    (places / "set" / ".file.bin.part").write_bytes(b"x" * 1000)
    server.ranges = False
    assert store.fetch(remote, False).read_bytes() == BODY


def test_a_part_that_is_already_complete_is_taken_and_one_that_is_too_long_is_not(server, places):
    remote = server.remote("set/file.bin", BODY)
    (places / "set").mkdir(parents=True)
    part = places / "set" / ".file.bin.part"
    part.write_bytes(BODY)
    assert store.fetch(remote, False).read_bytes() == BODY
    (places / "set" / "file.bin").unlink()
    part.write_bytes(BODY + b"more")
    assert store.fetch(remote, False).read_bytes() == BODY


def test_halves_that_do_not_belong_together_are_fetched_anew(server, places):
    remote = server.remote("set/file.bin", BODY)
    (places / "set").mkdir(parents=True)
    (places / "set" / ".file.bin.part").write_bytes(b"x" * 1000)
    assert store.fetch(remote, False).read_bytes() == BODY
    assert server.asked == ["bytes=1000-", None]


def test_what_a_server_sends_is_refused_when_its_sum_is_wrong(server, places):
    remote = server.remote("set/file.bin", BODY, sha256="0" * 64)
    with pytest.raises(CorruptFile, match=r"set/file\.bin"):
        store.fetch(remote, False)
    assert store.find("set/file.bin") is None and len(server.asked) == 1


@pytest.mark.parametrize("damage", [BODY[:-1], BODY + b"x", b"", BODY[:100] + b"y" + BODY[101:]])
def test_a_damaged_or_truncated_file_is_refused_by_name_and_left_alone(server, places, damage):
    remote = server.remote("set/file.bin", BODY)
    (places / "set").mkdir(parents=True)
    (places / "set" / "file.bin").write_bytes(damage)
    with pytest.raises(CorruptFile) as failure:
        store.fetch(remote)
    message = str(failure.value)
    assert str(places / "set" / "file.bin") in message and remote.sha256 in message and "Delete it" in message
    assert (places / "set" / "file.bin").read_bytes() == damage and server.asked == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/set/file.bin", None])
def test_offline_the_message_says_what_to_do(server, places, url):
    remote = Remote("set/file.bin", url or f"{server.address}/not/there", "0" * 64)
    with pytest.raises(DownloadFailed) as failure:
        store.fetch(remote, False)
    message = str(failure.value)
    for part in (remote.url, str(places / "set" / "file.bin"), "CNNLAB_DATA", "run the same line again"):
        assert part in message


def test_a_folder_that_cannot_be_written_is_passed_over(server, places, monkeypatch):
    monkeypatch.setattr(store, "_writable", lambda folder: folder != places)
    assert store.fetch(server.remote("f", b"1"), False) == places.parent / "cache" / "cnnlab" / "f"
