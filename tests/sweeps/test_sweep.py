"""Sweeps: every run is done once, whatever happens, and gives what it gives without a cluster."""

import functools
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import distributed
import numpy as np
import pytest
import swept

import cnnlab
from cnnlab import cli, datasets, recipes, sweeps
from cnnlab.parallel import finding
from cnnlab.sweeps import running, store
from cnnlab.sweeps.results import Run

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def traces(tmp_path_factory):
    folder = tmp_path_factory.mktemp("traces")
    os.environ["TRACES"] = str(folder)
    yield folder
    del os.environ["TRACES"]


@pytest.fixture(scope="module")
def client(traces):
    """Two workers, for all tests."""
    with finding.cluster(most=2) as found:
        yield found


def done(traces):
    """What was done since it was asked last."""
    found = sorted(path.name for path in traces.iterdir())
    for name in found:
        (traces / name).unlink()
    return found


def sweep(client, work=swept.product, seeds=3, grid=None, **more):
    return sweeps.sweep(work, seeds, grid, client=client, progress=False, **more)


def test_every_seed_and_every_combination_is_run_once_in_one_thread(client, traces):
    done(traces)
    results = sweep(client, grid={"eta": [0.5, 2.0]})
    assert len(results) == len(done(traces)) == 6 and not results.failed()
    assert all(run.figures == {"error": run.seed * run.settings["eta"], "threads": 1} for run in results)
    assert all(run.seconds > 0 and run.worker.startswith("tcp://127.0.0.1") for run in results)
    np.testing.assert_array_equal(results.values(eta=2.0), [0, 2, 4])
    assert results.settings() == [{"eta": 0.5}, {"eta": 2.0}]


def test_what_is_written_is_not_done_again_but_for_what_failed(client, traces, tmp_path):
    out = tmp_path / "out.sqlite"
    sweep(client, swept.picky, 2, {"eta": [1, 2]}, out=out)
    done(traces)
    again = sweep(client, swept.picky, [0, 1, 5], {"eta": [1, 2]}, out=out)
    assert sorted(name.rsplit("-", 2)[0] for name in done(traces)) == ["5-1", "5-2"]
    assert len(again) == len(sweeps.read(out)) == 6
    (failed,) = again.failed()
    assert (failed.seed, failed.settings, failed.figures) == (1, {"eta": 2}, {})
    assert failed.error == "ValueError: too large\x1b[2J" and "\x1b" not in str(again)
    lines = str(again).splitlines()
    assert lines[1].split() == ["eta", "1", "3", "of", "3", "1", "0", "5"]
    assert lines[2].split() == ["eta", "2", "2", "of", "3", "5", "0", "10"] and "seed 1" in lines[3]
    assert "eta 2" in again.plot().caption


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    """A file with few syllables, made once: the hundreds of the recipe take a second in every process."""
    path, data = tmp_path_factory.mktemp("few") / "few.npz", datasets.syllables(120, 30)
    np.savez(path, **dict(zip(("x_train", "y_train", "x_test", "y_test", "names"), data, strict=True)))
    return str(path)


def test_a_recipe_gives_the_same_bits_on_every_worker_and_without_any(client, few, tmp_path):
    grid = {"epochs": [1], "batch": [20, 30]}
    results = sweep(client, "tdnn", 1, grid, data=few, out=tmp_path / "tdnn.sqlite")
    for settings in sweeps.combinations(grid):
        (run,) = [run for run in results if run.settings == settings]
        assert run.figures == running.by_recipe("tdnn", few, "validation", 0, **settings)
    with pytest.raises(ValueError, match="holds a sweep with split validation, not with test"):
        sweep(client, "tdnn", 1, grid, data=few, out=tmp_path / "tdnn.sqlite", split="test")
    with pytest.raises(ValueError, match="holds a sweep with function None"):
        sweep(client, out=tmp_path / "tdnn.sqlite")


def test_combinations_that_are_given_one_by_one_are_run_alone_and_rows_of_numbers_are_kept(client, tmp_path):
    chosen, out = [{"epochs": 3, "eta": 0.5}, {"epochs": 3, "eta": 0.1}], tmp_path / "out.sqlite"
    results = sweep(client, swept.curve, 2, chosen, out=out)
    assert len(results) == 4 and not results.failed() and results.settings() == chosen[::-1]
    for found in (results, sweeps.read(out)):
        np.testing.assert_array_equal(found.values("curve", eta=0.1), np.outer([0, 1], np.float32(0.1) / [1, 2, 3]))
        assert found.single() == ["last"] and "last: median" in str(found)
        for shown in (found.table, found.plot):
            with pytest.raises(ValueError, match="figure must be one of last; got 'curve'"):
                shown("curve")
    longer = sweep(client, swept.curve, [0], [*chosen, {"epochs": 4, "eta": 0.1}], out=out)
    with pytest.raises(ValueError, match="curve has more numbers in some runs"):
        longer.values("curve", eta=0.1)
    assert longer.values("curve", eta=0.1, epochs=4).shape == (1, 4)


def test_a_function_with_arguments_filled_in_is_another_sweep_with_others(client, tmp_path):
    out = tmp_path / "out.sqlite"
    assert sweep(client, functools.partial(swept.product, eta=2.0), 2, out=out).values()[1] == 2
    assert len(sweep(client, functools.partial(swept.product, eta=2.0), 3, out=out)) == 3
    with pytest.raises(ValueError, match=r"holds a sweep with function product\(eta=2\.0\), not with product\(eta=3"):
        sweep(client, functools.partial(swept.product, eta=3.0), 2, out=out)


def test_what_gives_no_numbers_and_what_kills_its_worker_are_rows(client, monkeypatch):
    assert {run.error for run in sweep(client, swept.words)} == {
        "TypeError: the function must give numbers; error is 'much'"
    }
    monkeypatch.setattr(client.cluster.scheduler, "allowed_failures", 1)  # 3: every worker that dies is replaced
    found = sweep(client, swept.deadly, 2)
    assert {run.seed: run.error for run in found} == {
        0: None,
        1: "every worker that tried it died: out of memory, perhaps",
    }


SCRIPT = """
import sys
sys.path.append({support!r})
import swept
from cnnlab import sweeps
from cnnlab.parallel import finding
if __name__ == "__main__":
    finding.cores = lambda: 1  # one worker shows it, too
    sweeps.sweep(swept.slow, 12, out={out!r}, progress=False)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_sweep_that_is_stopped_has_lost_what_was_under_way_at_most(client, tmp_path, how):
    out, script = tmp_path / "out.sqlite", tmp_path / "script.py"
    script.write_text(SCRIPT.format(support=str(ROOT / "tests" / "support"), out=str(out)))
    with open(tmp_path / "said", "w") as said:  # no pipe, which is open as long as a worker of one that is dead lives
        process = subprocess.Popen(
            [sys.executable, str(script)],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stderr=said,
            start_new_session=True,
        )
    until = time.monotonic() + 150
    while time.monotonic() < until and len(rows(out)) < 4:
        time.sleep(0.05)
    before = rows(out)
    if how == signal.SIGINT:
        os.killpg(process.pid, how)  # as a terminal does: the workers get it, too
    else:
        process.send_signal(how)
    assert process.wait(timeout=60) == (0 if how == signal.SIGINT else -how)
    assert "KeyboardInterrupt" not in (tmp_path / "said").read_text(), "workers leave Ctrl-C to who began them"
    assert 4 <= len(before) <= len(rows(out)) < 12
    kept = rows(out)
    found = sweep(client, swept.slow, 12, out=out)
    assert len(found) == 12 and rows(out)[: len(kept)] == kept, "what was there was not done again"


def rows(path):
    """(seed, seconds) of all runs in a file, without cnnlab."""
    if not path.exists():
        return []
    with sqlite3.connect(path) as file:
        try:
            return file.execute("SELECT seed, seconds FROM runs ORDER BY rowid").fetchall()
        except sqlite3.OperationalError:  # its tables are not there yet
            return []


def test_a_disk_that_is_full_is_told_and_what_was_there_stays(tmp_path):
    out = tmp_path / "out.sqlite"
    code = f"""
import resource
from cnnlab.sweeps.store import Run, Store
store = Store({str(out)!r}, {{"function": "f"}})
store.add(Run(0, {{}}, {{"error": 1.0}}))
resource.setrlimit(resource.RLIMIT_FSIZE, (32_768, 32_768))
try:
    for seed in range(1, 3000):
        store.add(Run(seed, {{"name": "x" * 100}}, {{"error": 1.0}}))
except OSError as problem:
    print(problem)
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert said.stderr == "" and str(out) in said.stdout and "cannot be used" in said.stdout
    assert len(sweeps.read(out)) == len(rows(out)) > 3 and rows(out)[0][0] == 0


def test_what_is_no_file_of_results_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError):
        sweeps.read(tmp_path / "none.sqlite")
    other, text, empty = tmp_path / "other.sqlite", tmp_path / "text", tmp_path / "empty"
    with sqlite3.connect(other) as file:
        file.execute("CREATE TABLE runs (name TEXT)")
    text.write_text("words " * 400)
    empty.touch()
    for path in (other, text, empty, tmp_path):
        before = path.read_bytes() if path.is_file() else b""
        with pytest.raises(ValueError, match=path.name):
            sweeps.read(path)
        assert not path.is_file() or path.read_bytes() == before
    good = tmp_path / "good.sqlite"
    store.Store(good, {"function": "f"}).add(Run(0, {}, {"error": 1.0}, None, 1.0, "me"))
    for column, value in (
        ("settings", "[1]"),
        ("figures", '{"a": [[1]]}'),
        ("figures", '{"a": [1, "x"]}'),
        ("seed", "x"),
        ("settings", "[" * 5000),
        ("worker", b"me"),
    ):
        copy = tmp_path / "copy.sqlite"
        copy.write_bytes(good.read_bytes())
        with sqlite3.connect(copy) as file:
            file.execute(f"UPDATE runs SET {column} = ?", (value,))
        with pytest.raises(ValueError, match="no sweep has written"):
            sweeps.read(copy)
    assert len(sweeps.read(good)) == 1


def test_a_cluster_that_is_not_there_or_another_one_is_named(client, monkeypatch):
    with monkeypatch.context() as impatient:
        impatient.setattr(finding, "WAIT", 1)
        with pytest.raises(ConnectionError, match=r"nobody answers at tcp://127\.0\.0\.1:9 "):
            sweep("tcp://127.0.0.1:9")
    with pytest.raises(TypeError, match="client must be"):
        sweep(3)
    monkeypatch.setattr(cnnlab, "__version__", "9.9")
    with pytest.raises(ValueError, match=r"must have cnnlab 9\.9, as here; tcp://127\.0\.0\.1:\d+ has 0\.1\.0"):
        sweep(client)
    address = client.scheduler.address
    monkeypatch.undo()
    assert len(sweep(address, seeds=1)) == 1
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0") as nobody,
        distributed.Client(nobody, set_as_default=False) as none,
    ):
        with monkeypatch.context() as impatient:
            impatient.setattr(finding, "COMING", 1)
            with pytest.raises(ConnectionError, match="no workers"):
                sweep(none)
        nobody.scale(1)  # it takes a while to begin, as one does that replaces a dead one
        assert len(sweep(none, seeds=1)) == 1


@pytest.mark.parametrize(
    ("seeds", "grid", "words"),
    [
        (0, None, "seeds"),
        ([1, 1], None, "differ"),
        ("ab", None, "seeds"),
        ([-1], None, "seeds"),
        (1, {"eta": []}, "eta"),
        (1, {"eta": "abc"}, "eta"),
        (1, {"eta": [None]}, "eta"),
        (1, {"eta": [float("nan")]}, "eta"),
        (1, [1], "grid"),
        (1, [], "grid"),
        (1, [{"eta": [1]}], "eta"),
        (1, [{"a": 1, "b": 2}, {"b": 2, "a": 1}], "differ"),
    ],
)
def test_bad_arguments_are_named_before_anything_begins(seeds, grid, words):
    with pytest.raises((TypeError, ValueError), match=words):
        sweep(object(), seeds=seeds, grid=grid)


def test_results_name_what_they_have():
    results = sweeps.Results([Run(0, {}, {"error": 0.5}), Run(1, {}, {}, "Diverged: no")])
    with pytest.raises(ValueError, match="figure must be one of error; got 'loss'"):
        results.values("loss")
    assert str(results).splitlines()[1].split() == ["as", "they", "are", "1", "of", "2", "0.5", "0.5", "0.5"]
    assert len(results.plot("error").caption) > 20
    with pytest.raises(ValueError, match="figure must be one of error; got 'nose'"):
        results.table("nose")
    for value, said in (([], "1 to 100,000"), ([0.5, "x"], "has 'x'"), ([True], "has True"), ([[1]], r"has \[1\]")):
        with pytest.raises((TypeError, ValueError), match=said):
            running._figures({"curve": value})
    with pytest.raises(ValueError, match="no run has ended well"):
        sweeps.Results([]).plot()


def test_without_a_file_the_data_are_those_of_the_recipe(monkeypatch):
    asked = []
    monkeypatch.setattr(recipes, "load", lambda chosen, *rest: asked.append((chosen.name, *rest)) or (None, "words"))
    running._data.cache_clear()
    work, about = running._work("tdnn", [{}], None, "test")
    running._data.cache_clear()
    assert asked == [("tdnn", None, "test")] and about == {"recipe": "tdnn", "data": "words", "split": "test"}
    assert work.func is running.by_recipe and work.args == ("tdnn", None, "test")


def test_the_command_goes_through_a_grid(monkeypatch, tmp_path, capsys, client, few):
    asked = functools.partial(sweeps.sweep, progress=False)
    monkeypatch.setattr(sweeps, "sweep", asked)
    monkeypatch.chdir(tmp_path)
    words = [
        *("sweep", "tdnn", "--data", few, "--seeds", "1", "--grid", "epochs=1", "--grid", "eta=0.5,1"),
        *("--cluster", client.scheduler.address),
    ]
    assert cli.main(words) == 0
    said = capsys.readouterr().out
    assert "eta 0.5" in said and "2 runs in tdnn.sqlite; errors on the validation images" in said
    assert len(sweeps.read("tdnn.sqlite")) == 2
    for wrong in ("eta", "eta=", "eta=a", "=1", "nose=1"):
        assert cli.main(["sweep", "tdnn", "--grid", wrong]) == 1
        assert capsys.readouterr().err.count("\n") == 1
