"""Programs that train many times: what is done is not done again, and what went wrong is not kept."""

import numpy as np
import pytest

from benchmarks import many, zip_code_etas, zip_code_steps
from cnnlab import datasets, evaluate, recipes, since_1989, sweeps
from cnnlab.sweeps.results import Run

BRIEF = (since_1989.STEPS[0], since_1989.STEPS[3])


@pytest.fixture
def steps(monkeypatch, tmp_path, here):
    """(run the program on a few digits, what it has kept, the trainings that it has done)."""
    kept, done, one, digits = {}, [], zip_code_steps.one, datasets.digits(16)
    arrays = {name: getattr(digits, name)[:100] for name in ("x_train", "y_train", "x_test", "y_test")}
    np.savez(tmp_path / "digits.npz", **arrays)

    def watched(seed, **settings):
        done.append((settings["step"], seed))
        return one(seed, **settings)

    watched.__module__, watched.__qualname__, watched.__name__ = one.__module__, "one", "one"
    monkeypatch.setattr(zip_code_steps, "one", watched)
    monkeypatch.setattr(zip_code_steps, "keep", lambda name, found: kept.update({name: found}))
    monkeypatch.setattr(since_1989, "STEPS", BRIEF)
    words = ["--data", str(tmp_path / "digits.npz"), "--cluster", here, "--keep"]
    return lambda *more: zip_code_steps.main([*words, *more]), kept, done


def test_more_seeds_are_more_trainings_and_nothing_is_done_twice(steps, capsys, tmp_path):
    run, kept, done = steps
    run("--seeds", "1")
    assert sorted(done) == [("1989", 0), ("momentum", 0)] and capsys.readouterr().err == ""
    done.clear()
    run("--seeds", "2")
    assert sorted(done) == [("1989", 1), ("momentum", 1)] and "2 of 4 runs are in" in capsys.readouterr().err
    rows = kept["zip_code_steps"]["steps"]
    assert [row["step"] for row in rows] == ["1989", "momentum"] and rows[0]["parameters"] == 9760
    data = zip_code_etas.zip_codes(str(tmp_path / "digits.npz"))
    network, _ = recipes.train(BRIEF[1], data, seed=1, progress=False)
    assert rows[1]["test_errors"][1] == round(evaluate(network, data.x_test, data.y_test).error, 5)


def test_a_run_that_failed_is_told_and_nothing_is_kept(steps, monkeypatch, capsys):
    run, kept, _ = steps
    one = zip_code_steps.one

    def fails(seed, **settings):
        if settings["step"] == "momentum":
            raise ValueError("no ink")
        return one(seed, **settings)

    fails.__module__, fails.__qualname__, fails.__name__ = one.__module__, "one", "one"
    monkeypatch.setattr(zip_code_steps, "one", fails)
    with pytest.raises(SystemExit, match="1"):
        run("--seeds", "1")
    assert not kept and "failed: seed 0, step momentum" in capsys.readouterr().err
    monkeypatch.setattr(zip_code_steps, "one", one)
    run("--seeds", "1")
    assert len(kept["zip_code_steps"]["steps"]) == 2


def test_who_stops_it_is_told_that_the_same_command_goes_on(steps, monkeypatch, capsys):
    run, kept, _ = steps
    stopped = sweeps.Results([Run(0, {"step": "1989"}, {"test": 0.1})], interrupted=True, left=3)
    for came, said in ((lambda: stopped, "stopped: 3 runs are left; the same command goes on\n"), (interrupt, "")):
        monkeypatch.setattr(many.sweeps, "sweep", lambda *_, came=came, **__: came())
        with pytest.raises(SystemExit, match="130"):
            run()
        assert not kept and capsys.readouterr() == ("", said)


def interrupt():
    raise KeyboardInterrupt


def test_other_code_and_other_data_begin_anew(monkeypatch, tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "a.npz").write_bytes(b"1")
    found = [many.made_of(), many.made_of(folder)]
    (folder / "a.npz").write_bytes(b"2")
    found.append(many.made_of(folder))
    assert many.made_of() == found[0] and many.made_of(folder / "a.npz") == found[2]
    monkeypatch.setattr(many, "ROOT", tmp_path)
    for code in (tmp_path / "cnnlab" / "ops", tmp_path / "benchmarks"):
        code.mkdir(parents=True)
        (code / "one.py").write_text("1")
        found.append(many.made_of())
    assert len(set(found)) == len(found)


def test_workers_get_a_function_by_the_name_of_its_file():
    def one():
        """As if it stood in the program that was begun."""

    one.__module__ = "__main__"
    assert many.shared(one, "zip_code_dense").__module__ == "benchmarks.zip_code_dense"
