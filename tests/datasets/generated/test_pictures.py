"""The generated pictures: their seeds, their shapes, their drawing board, and that pixels alone do not give the class
away.
"""

import colorsys
import json
import threading
from pathlib import Path

import numpy as np
import pytest

from benchmarks import pictures_difficulty
from cnnlab.datasets.base import embedded
from cnnlab.datasets.generated.canvas import Canvas, hsl
from cnnlab.datasets.generated.objects import PAINTERS
from cnnlab.datasets.generated.pictures import NAMES, draw, pictures
from cnnlab.loops.runtime import team

ROOT = Path(__file__).parents[3]
WHITE = np.ones(3, np.float32)


def test_pictures_are_balanced_shuffled_and_of_the_promised_type():
    data = pictures(230, 40)
    assert data.x_train.shape == (230, 32, 32, 3) and data.x_train.dtype == np.float32
    assert 0 <= data.x_train.min() < 0.1 and 0.9 < data.x_train.max() <= 1
    np.testing.assert_array_equal(np.bincount(data.y_train), 23)
    np.testing.assert_array_equal(np.bincount(data.y_test), 4)
    assert (np.diff(data.y_train) != 0).mean() > 0.7
    assert (
        data.names == NAMES == ("boat", "butterfly", "car", "cat", "cup", "fish", "flower", "house", "rocket", "tree")
    )


@pytest.mark.parametrize("side", [12, 48])  # smaller pictures are painted by one thread, larger ones by all
def test_a_seed_gives_the_same_pictures_on_any_number_of_threads(side, monkeypatch):
    before, found = team.threads(), []
    try:
        for count in (1, 2, 4):
            team.set_threads(count)
            if count == 1:  # as in a page, where none can be started
                with monkeypatch.context() as page:
                    page.setattr(threading.Thread, "start", lambda _: pytest.fail("a thread was started"))
                    found.append(pictures(120, 30, side=side, seed=3))
            found.append(pictures(120, 30, side=side, seed=3))
    finally:
        team.set_threads(before)
    for other in found[1:]:
        np.testing.assert_array_equal(other.x_train, found[0].x_train)
        np.testing.assert_array_equal(other.x_test, found[0].x_test)
    assert not np.array_equal(found[0].x_train, pictures(120, 30, side=side, seed=4).x_train)


def test_no_test_picture_is_a_training_picture():
    data = pictures(200, 200)
    flat = data.x_train.reshape(200, -1), data.x_test.reshape(200, -1)
    assert np.abs(flat[0][:, None, ::37] - flat[1][None, :, ::37]).mean(-1).min() > 0.02


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_is_the_same_at_every_side_only_finer(name):
    coarse, fine = (draw(name, 8, np.random.default_rng(5), side) for side in (32, 96))
    shrunk = fine.reshape(8, 32, 3, 32, 3, 3).mean((2, 4))
    assert np.abs(shrunk - coarse).mean() < 0.035


@pytest.mark.parametrize("name", NAMES)
def test_a_thing_fills_its_frame_and_stays_inside(name, rng):
    canvas = Canvas(30, 64)
    canvas.place(0.0, 0.0, 0.5)
    frame = np.broadcast_to(np.maximum(np.abs(canvas.u), np.abs(canvas.v)), (30, 64, 64))
    PAINTERS[name](canvas, rng, np.ones((3, 30), np.float32), np.ones((3, 30), np.float32))
    painted = canvas.image.max(0) > 0.05
    assert not painted[frame > 1.12].any()
    assert painted[frame < 1].reshape(30, -1).mean(1).min() > 0.15
    across, down = painted.any(1).sum(1), painted.any(2).sum(1)
    assert np.maximum(across, down).min() >= 26  # of 32: a thing is as large as it was asked to be


def test_every_picture_of_a_class_is_different(rng):
    cats = draw("cat", 20, rng)
    apart = np.abs(cats[:, None] - cats[None]).mean((2, 3, 4))[~np.eye(20, dtype=bool)]
    assert apart.min() > 0.05


@pytest.mark.parametrize(
    ("shape", "area"),
    [
        (lambda c: c.ellipse(0.1, -0.1, 0.7, 0.3), np.pi * 0.7 * 0.3),
        (lambda c: c.ellipse(0.1, 0.2, 0.5, 0.2, 0.6), np.pi * 0.5 * 0.2),
        (lambda c: c.box(0.1, 0.1, 0.5, 0.25), 4 * 0.5 * 0.25),
        (lambda c: c.box(0, 0, 0.5, 0.5, 0.2), 1 - (4 - np.pi) * 0.2**2),
        (lambda c: c.polygon((0, -0.6), (0.7, 0.6), (-0.5, 0.6)), 0.5 * 1.2 * 1.2),
        (lambda c: c.stroke(-0.5, -0.2, 0.4, 0.3, 0.2), 0.2 * np.hypot(0.9, 0.5) + np.pi * 0.1**2),
        (lambda c: c.rosette(0, 0, 0.5, 0.1, 6), np.pi * (0.5**2 + 0.1**2 / 2)),
    ],
)
def test_shapes_cover_their_area(shape, area):
    canvas = Canvas(1, 128)
    canvas.paint(shape(canvas), WHITE)
    assert 4 * canvas.image[0].mean() == pytest.approx(area, rel=0.01)


def test_a_shape_moves_turns_and_flips_with_its_frame():
    canvas = Canvas(4, 101)
    canvas.place(
        np.array([0, 0.4, 0, 0]),
        np.array([0, -0.2, 0, 0]),
        0.5,
        np.array([0, 0, np.pi / 2, 0]),
        np.array([1, 1, 1, -1]),
    )
    canvas.paint(canvas.ellipse(0.8, 0, 0.2, 0.2), WHITE)
    axis = (2 * np.arange(101) + 1) / 101 - 1
    weight = canvas.image[0] / canvas.image[0].sum((1, 2), keepdims=True)
    x, y = (weight.sum(1) * axis).sum(1), (weight.sum(2) * axis).sum(1)
    np.testing.assert_allclose(x, [0.4, 0.8, 0, -0.4], atol=0.01)
    np.testing.assert_allclose(y, [0, -0.2, 0.4, 0], atol=0.01)


def test_hsl_is_the_standard_one(rng):
    h, s, lightness = rng.random((3, 50))
    expected = np.array([colorsys.hls_to_rgb(*v) for v in zip(h, lightness, s, strict=True)]).T
    np.testing.assert_allclose(hsl(h, s, lightness), expected, atol=1e-5)
    np.testing.assert_allclose(hsl(h + 1, s, lightness), expected, atol=1e-5)


def test_a_linear_classifier_on_pixels_stays_far_from_the_truth():
    """Ridge regression on 3,000 pictures; benchmarks/pictures_difficulty.py measures all three bars on 10,000."""
    data = pictures(3000, 500)
    x, x_test = (v[:, ::2, ::2].reshape(len(v), -1) - 0.5 for v in (data.x_train, data.x_test))
    w = np.linalg.solve(x.T @ x + 300 * np.eye(x.shape[1]), x.T @ np.eye(10)[data.y_train])
    accuracy = ((x_test @ w).argmax(1) == data.y_test).mean()
    assert 0.12 < accuracy < 0.40


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"train": 0}, ValueError, "train must be a whole number of at least 1; got 0"),
        ({"test": 2.5}, TypeError, r"test must be a whole number of at least 1; got 2\.5"),
        ({"side": 3}, ValueError, "side must be a whole number of at least 4"),
        ({"seed": -1}, ValueError, "seed must be a whole number of at least 0"),
        ({"train": True}, TypeError, "train must be a whole number"),
    ],
)
def test_bad_arguments_are_named(arguments, error, message):
    with pytest.raises(error, match=message):
        pictures(**({"train": 10, "test": 10} | arguments))


def test_an_unknown_thing_is_named(rng):
    with pytest.raises(ValueError, match="name must be one of 'boat'"):
        draw("dog", 1, rng)


def test_how_hard_they_are_is_kept_for_all_contenders_or_not_at_all(monkeypatch, capsys, here):
    kept, small = {}, pictures(200, 50)
    monkeypatch.setattr(pictures_difficulty, "drawn", lambda: small)
    monkeypatch.setattr(pictures_difficulty, "keep", lambda name, found: kept.update({name: found}))
    one = {name: (pictures_difficulty.linear, (0.001, 0.0003), 1, 40, True) for name in pictures_difficulty.CONTENDERS}
    monkeypatch.setattr(pictures_difficulty, "CONTENDERS", one)
    with pytest.raises(SystemExit):
        pictures_difficulty.main(["--keep", "--only", "linear"])
    assert not kept
    pictures_difficulty.main(["--keep", "--cluster", here])
    found = kept["pictures_difficulty"]
    assert (found["train"], found["test"], len(found["contenders"])) == (200, 50, 4)
    row = found["contenders"][0]
    assert row["parameters"] == 30730 and row["bar"] == "< 40 %" and row["holds"] == (row["test"] < 0.4)
    rights = {eta: pictures_difficulty.one(0, "tiny", eta)["test"] for eta in (0.001, 0.0003)}
    assert all(row["test"] == max(rights.values()) == rights[row["eta"]] for row in found["contenders"])


def test_the_kept_bars_hold_and_come_from_the_programs_own_settings():
    found = json.loads(embedded("measured/pictures_difficulty.json").read_text(encoding="utf-8"))
    assert (found["train"], found["test"]) == (10_000, 2_000)
    assert [row["name"] for row in found["contenders"]] == list(pictures_difficulty.CONTENDERS)
    about = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    (told,) = [line for line in about.splitlines() if line.startswith("| measured/pictures_difficulty.json")]
    for row in found["contenders"]:
        make, rates, epochs, bar, ceiling = pictures_difficulty.CONTENDERS[row["name"]]
        assert row["eta"] in rates and row["epochs"] == epochs and row["parameters"] == make().parameter_count
        assert (100 * row["test"] < bar) == ceiling and f"{100 * row['test']:.2f} %" in told


def test_shapes_may_differ_from_picture_to_picture_in_any_of_their_measures():
    """On a board whose frame is the same for all pictures: what is drawn for three is what is drawn for each alone."""
    sizes = np.array([0.2, 0.3, 0.4])
    for shape in (
        lambda c, a, b: c.ellipse(0, 0, a, b),
        lambda c, a, b: c.ellipse(0, 0, a, b, 0.3),
        lambda c, a, b: c.box(0, 0, a, b, 0.1),
        lambda c, a, b: c.stroke(0, 0, a, b, 0.1),
    ):
        for a, b in ((sizes, 0.5), (0.5, sizes), (sizes, sizes), (0.5, 0.5)):
            canvas = Canvas(3, 16)
            canvas.paint(shape(canvas, a, b), WHITE, np.array([0.5, 1, 0]))
            canvas.shade = 0.1 * canvas.v
            canvas.paint(shape(canvas, b, a), 0.5 * WHITE)
            for k in range(3):
                alone = Canvas(1, 16)
                one, other = (v if np.isscalar(v) else v[k] for v in (a, b))
                u, v = alone.u, alone.v
                alone.paint(shape(alone, one, other), WHITE, [0.5, 1, 0][k])
                alone.shade = 0.1 * v
                alone.paint(shape(alone, other, one), 0.5 * WHITE)
                np.testing.assert_array_equal(canvas.image[:, k], alone.image[:, 0])
                np.testing.assert_array_equal((u, v), (Canvas(1, 16).u, Canvas(1, 16).v))  # shapes leave the board
