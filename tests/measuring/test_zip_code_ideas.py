"""What was tried with the network of 1989, against the 5.0 % of its paper."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import zip_code_ideas
from benchmarks.zip_code_ideas import (
    IDEAS,
    LOSS,
    at_nine_places,
    chosen_by,
    line,
    network,
    ring,
    stretches,
    together,
    train,
    wider,
)
from cnnlab import datasets, evaluate, models, recipes, since_1989
from cnnlab.datasets.base import Dataset
from cnnlab.sweeps.results import Run

ROOT = Path(__file__).parents[2]
NAMED = {idea.name: idea for idea in IDEAS}


@pytest.fixture(scope="module")
def few():
    data = datasets.digits(16)
    return Dataset(data.x_train[:100], data.y_train[:100], data.x_test[:50], data.y_test[:50], data.names)


def test_what_nothing_is_changed_in_is_the_first_of_the_steps(few):
    assert network(3).config() == models.zip_code_1989(3).config()
    printed = NAMED["as printed"]
    assert printed.epochs == since_1989.STEPS[0].epochs
    ours = train(replace(printed, epochs=2), few.x_train, few.y_train, 4).weights()
    step, _ = recipes.train(since_1989.STEPS[0], few, seed=4, epochs=2, progress=False)
    assert all(np.array_equal(ours[name], w) for name, w in step.weights().items())


def test_every_idea_changes_something_and_learns(few):
    printed = train(replace(NAMED["as printed"], epochs=1), few.x_train, few.y_train, 0).weights()
    for idea in IDEAS[1:]:
        brief = replace(idea, epochs=1, averaged=min(1, idea.averaged))
        made = train(brief, few.x_train, few.y_train, 0)
        assert made.parameter_count == 9760
        changed = any(not np.array_equal(printed[name], w) for name, w in made.weights().items())
        assert changed, idea.name


def test_a_constant_order_is_that_of_the_file(few):
    idea = replace(NAMED["constant order"], epochs=1)
    made, by_hand = train(idea, few.x_train, few.y_train, 0), network(0)
    for i in range(len(few.x_train)):
        by_hand.loss_and_gradients(few.x_train[i : i + 1], few.y_train[i : i + 1], LOSS)
        idea.optimiser().step(by_hand.parameters, by_hand.gradients)
    assert all(np.allclose(made.weights()[name], w, atol=1e-5) for name, w in by_hand.weights().items())
    shuffled = train(replace(idea, shuffle=True), few.x_train, few.y_train, 0).weights()
    assert any(np.abs(made.weights()[name] - w).max() > 1e-3 for name, w in shuffled.items())


def test_the_other_table_feeds_eight_to_each_and_each_to_eight():
    assert (ring().sum(axis=0) == 8).all() and (ring().sum(axis=1) == 8).all()
    assert (ring() != models.zip_code_1989()["conv2"].connections).any()


def test_wider_first_weights_are_as_wide_as_they_say(rng):
    w = wider(rng, (200, 30), 200, 30, np.float32)
    assert 0.95 * 2.4 / 200**0.5 < np.abs(w).max() <= 2.4 / 200**0.5 and w.dtype == np.float32


def test_at_nine_places_a_dot_is_at_nine_places():
    x = np.full((1, 16, 16, 1), -1.0, np.float32)
    x[0, 5, 9] = 1
    views, y = at_nine_places(x, np.array([7]))
    assert views.shape == (9, 16, 16, 1) and views.dtype == x.dtype and (y == 7).all()
    assert (views == 1).sum() == 9 and (views[:, 4:7, 8:11].sum(axis=0) == -7).all()
    corner = at_nine_places(np.ones_like(x), y[:1])[0]
    assert set(np.unique(corner)) == {-1, 1} and (corner[:, 1:-1, 1:-1] == 1).all()


def test_averaged_weights_are_the_mean_over_the_last_epochs(few):
    idea = replace(NAMED["averaged weights"], epochs=3, averaged=2)
    ends = [train(replace(idea, epochs=epochs, averaged=0), few.x_train, few.y_train, 0).weights() for epochs in (2, 3)]
    for name, w in train(idea, few.x_train, few.y_train, 0).weights().items():
        assert np.allclose(w, (ends[0][name] + ends[1][name]) / 2, atol=1e-7)


def test_stretches_are_the_ends_of_the_file_and_leave_the_test_digits_out(few):
    first, last = stretches(few)
    assert np.array_equal(first.x_test, few.x_train[:20]) and np.array_equal(last.x_test, few.x_train[80:])
    assert np.array_equal(first.x_train, few.x_train[20:]) and np.array_equal(last.y_train, few.y_train[:80])


def test_the_test_digits_are_seen_by_what_does_best_on_held_out_digits(monkeypatch, capsys, few, here, tmp_path):
    kept, some, path = {}, ("as printed", "constant order", "nine places"), tmp_path / "few.npz"
    np.savez(path, **{name: getattr(few, name) for name in ("x_train", "y_train", "x_test", "y_test")})
    monkeypatch.setattr(zip_code_ideas, "keep", lambda name, found: kept.update({name: found}))
    monkeypatch.setattr(zip_code_ideas, "IDEAS", [replace(NAMED[name], epochs=1) for name in some])
    words = ["--data", str(path), "--cluster", here, "--held-seeds", "1", "--seeds", "2", "--most", "1"]
    zip_code_ideas.main(words)
    assert not kept
    zip_code_ideas.main([*words, "--keep"])
    found = kept["zip_code_ideas"]
    assert (found["train"], found["test"]) == (100, 50)
    rows = {row["idea"]: row for row in found["ideas"]}
    assert list(rows) == list(some)
    held = {name: np.mean(rows[name]["held_out"]) for name in some}
    for part, error in zip(stretches(few), rows["constant order"]["held_out"], strict=True):
        network = train(replace(NAMED["constant order"], epochs=1), part.x_train, part.y_train, 0)
        assert error == round(evaluate(network, part.x_test, part.y_test).error, 5)
    best, other = sorted(some[1:], key=held.get)
    assert "test_errors" not in rows[other] and len(rows[best]["test_errors"]) == 2
    networks = [train(replace(NAMED[best], epochs=1), few.x_train, few.y_train, seed) for seed in range(2)]
    assert rows[best]["test_errors"][1] == round(evaluate(networks[1], few.x_test, few.y_test).error, 5)
    outputs = sum(network.predict(few.x_test) for network in networks)
    assert rows[best]["together"] == round(float((outputs.argmax(axis=1) != few.y_test).mean()), 5)
    told = capsys.readouterr().out.splitlines()
    assert told[-1] == line(rows[best]) and "test" in told[-1]


def test_together_they_answer_by_the_mean_of_their_outputs():
    first, second = [[0.9, 0.0], [0.2, 0.6]], [[0.0, 0.5], [0.9, 0.1]]  # of two digits, whose means say 0 and 0
    runs = [Run(seed, {}, {"outputs": np.ravel(each).tolist()}) for seed, each in enumerate((first, second))]
    assert together(runs, np.array([0, 0])) == 0 and together(runs, np.array([1, 0])) == 0.5


def test_what_is_kept_was_measured_with_these_ideas():
    found = json.loads(datasets.embedded("measured/zip_code_ideas.json").read_text(encoding="utf-8"))
    assert (found["train"], found["test"]) == (7291, 2007) and found["ideas"] == since_1989.ideas()
    for row, idea in zip(found["ideas"], IDEAS, strict=True):
        assert (row["idea"], row["epochs"], row["eta"]) == (idea.name, idea.epochs, idea.optimiser().config()["eta"])
        assert len(row["held_out"]) == 2 and all(0 < error < 0.2 for error in row["held_out"])
    tested = [row for row in found["ideas"] if "test_errors" in row]
    best = chosen_by(found["ideas"], 3)
    assert {row["idea"] for row in tested} == {row["idea"] for row in best} and best[0]["idea"] == "as printed"
    assert all(len(row["test_errors"]) == len(row["train_errors"]) == 5 and row["together"] > 0 for row in tested)
    assert best[0]["test_errors"] == since_1989.measured()[0]["test_errors"], "it is the first of the steps"


def test_what_texts_say_of_it_was_measured():
    rows = {row["idea"]: row for row in since_1989.ideas()}
    tested = {name: 100 * np.mean(row["test_errors"]) for name, row in rows.items() if "test_errors" in row}
    about = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    (told,) = [line for line in about.splitlines() if line.startswith("| measured/zip_code_ideas.json")]
    assert all(f"{error:.2f} %" in told for error in tested.values())
    assert {name for name, error in tested.items() if error < 5} == {"weight decay", "nine places"}
    assert max(rows["nine places"]["test_errors"]) < 0.05
    for name in tested:
        assert np.mean(rows[name]["test_errors"]) > 2 * np.mean(rows[name]["held_out"])
        assert rows[name]["together"] < min(rows[name]["test_errors"])
