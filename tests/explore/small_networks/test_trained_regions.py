"""TrainedRegions shows the loss and the errors of the network, for classes and for numbers, and refuses in words."""

import numpy as np
import pytest
from explorers import sweep

from cnnlab.analysis import regions
from cnnlab.analysis.stepwise import disc_and_ring
from cnnlab.explore import TrainedRegions
from cnnlab.explore.toolkit.planes import SMALL, raster
from cnnlab.layers import Dense, ReLU, Standardise
from cnnlab.losses import MSE, BinaryCrossEntropy, CrossEntropy
from cnnlab.network import Network
from cnnlab.optimisers import SGD, Adam


def learner(x, y, loss, outputs=1, **options):
    network = Network([Dense(4), ReLU(), Dense(outputs)], (2,), rng=1, dtype=np.float64)
    return TrainedRegions(network, loss, Adam(0.03), x, y, **options)


def check_of(explorer):
    def check(scene, values):
        e = explorer.training.network.forward(explorer.training.x)
        rows = {name: value for name, value in scene["numbers"].rows}
        assert (
            rows["loss"] == f"{explorer.training.loss(e, explorer.training.y):.3f}"
            and rows["loss"] in scene.description
        )
        if explorer.training.labels is None:
            assert "errors" not in rows and "wrongly" not in scene.description
        else:
            decided = e[:, 0] > 0 if e.shape[1] == 1 else e.argmax(axis=1)
            assert rows["errors"] == f"{100 * np.mean(decided != explorer.training.labels):.1f} %"
            assert f"{rows['errors']} of the {len(e)} points are decided wrongly" in scene.description
        points = [item for item in scene["plane"].items if type(item).__name__ == "Points"]
        assert sum(len(item.x) for item in points) == len(explorer.training.x)

    return check


@pytest.mark.parametrize(
    ("loss", "outputs", "kind"),
    [
        (BinaryCrossEntropy(), 1, "classes"),
        (CrossEntropy(), 3, "classes"),
        (BinaryCrossEntropy(), 1, "0.0 and 1.0"),
        (CrossEntropy(), 3, "one of three"),
        (MSE(), 1, "numbers"),
        (MSE(), 1, "a column of numbers"),
    ],
)
def test_classes_are_counted_and_of_numbers_the_loss_alone_is_shown(loss, outputs, kind, rng):
    x = rng.normal(size=(40, 2))
    classes = rng.integers(0, max(outputs, 2), 40)
    y = {
        "classes": classes,
        "0.0 and 1.0": classes.astype(float),
        "one of three": np.eye(3)[classes % 3],
        "numbers": x[:, 0] + 2,
        "a column of numbers": x[:, 1:],
    }[kind]
    explorer = learner(x, y, loss, outputs)
    assert (explorer.training.labels is None) == ("numbers" in kind)
    assert sweep(explorer, check_of(explorer)) > 5
    before = explorer.training.loss(explorer.training.network.forward(x), y)
    explorer.press("train", times=5)
    assert explorer.training.loss(explorer.training.network.forward(x), y) < before


@pytest.mark.parametrize(
    "layers",
    [
        [Dense(4, bias=False), ReLU(), Dense(1)],
        [Standardise(0.5, 2.0), Dense(3), ReLU(), Dense(4), ReLU(), Dense(1)],
        [Dense(1)],
        [Dense(14), ReLU(), Dense(1)],
    ],
    ids=["no bias", "standardised and deep", "one line", "many lines"],
)
@pytest.mark.parametrize("dtype", [np.float32, pytest.param(np.float64, marks=pytest.mark.slow)])
def test_the_codes_of_any_network_are_those_of_its_first_units(layers, dtype, rng):
    x = rng.normal(size=(30, 2))
    kinds = [type(layer)(**layer.config()) for layer in layers]
    network = Network(kinds, (2,), rng=1, dtype=dtype)
    explorer = TrainedRegions(network, BinaryCrossEntropy(), Adam(0.03), x, (x[:, 0] > 0).astype(int))
    explorer.press("train", times=2)
    place = next(i for i, layer in enumerate(network) if isinstance(layer, Dense))

    def check(scene, values):
        labels = [item for item in scene["plane"].items if type(item).__name__ == "Label"]
        units = network[place].units
        assert bool(labels) == (values["codes"] and units <= 12)
        for item in labels:
            e = network.checked(np.array([[item.x, item.y]]))
            for layer in network[: place + 1]:
                e = layer.forward(e)
            assert item.text == "".join("1" if one > 0 else "0" for one in e[0])
        assert sum(type(item).__name__ == "Border" for item in scene["plane"].items) == values["lines"] * units
        rows = {name: value for name, value in scene["numbers"].rows}
        assert rows["regions they make"] == str(regions.count(*regions.of_network(network)))

    sweep(explorer, check)


def test_a_unit_that_is_off_for_every_point_is_called_dead(rng):
    x = rng.normal(size=(30, 2))
    explorer = learner(x, (x[:, 0] > 0).astype(int), BinaryCrossEntropy())
    assert explorer.current()["numbers"].rows[-1][1] == "0" and "dead" not in explorer.current().description
    b = explorer.training.network[0].parameters["b"]
    b[1] = -100.0
    assert explorer.current()["numbers"].rows[-1] == ["units off for every point (dead)", "1"]
    b[2] = 100.0  # on for every point: its line is as far away, but it is not dead
    assert "1 of its units is off for every point: dead" in explorer.current().description


X, Y = np.zeros((4, 2)), np.zeros(4, int)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"network": "n"}, "network must be a network"),
        ({"network": None}, "network must be a network"),
        ({"network": [Dense(1)]}, "network must be a network"),
        ({"loss": "bce"}, "loss must be a loss"),
        ({"loss": BinaryCrossEntropy}, r"loss must be a loss.*did you mean BinaryCrossEntropy\(\)"),
        ({"loss": CrossEntropy()}, "loss must fit the network"),
        ({"optimiser": None}, "optimiser must be an optimiser"),
        ({"optimiser": 0.1}, "optimiser must be"),
        ({"optimiser": Adam}, r"optimiser must be .*did you mean Adam\(\)"),
        ({"y": None}, r"x must be \(N, 2\) and y \(N,\)"),
        ({"y": 1}, r"x must be \(N, 2\) and y \(N,\)"),
        ({"rng": "a"}, "rng must be"),
        ({"batch": 0}, "batch must be"),
        ({"batch": "b"}, "batch must be"),
    ],
)
def test_every_argument_is_checked_when_it_is_made(change, words):
    good = {
        "network": Network([Dense(1)], (2,), dtype=np.float64),
        "loss": BinaryCrossEntropy(),
        "optimiser": SGD(0.1),
        "x": X,
        "y": Y,
    }
    with pytest.raises((TypeError, ValueError), match=words):
        TrainedRegions(**good | change)


def test_numbers_are_painted_in_their_own_range(rng):
    x = rng.normal(size=(40, 2))
    explorer = learner(x, 100 * x[:, 0] + 0.5, MSE())
    background = explorer.current()["plane"].background
    assert background.scale[1] == pytest.approx(np.abs(background.values).max())


def test_points_that_all_lie_at_the_origin_are_shown():
    assert learner(np.zeros((4, 2)), np.zeros(4, int), BinaryCrossEntropy()).current()["plane"].x == (-1.0, 1.0)


@pytest.mark.parametrize(
    ("x", "y", "error", "words"),
    [
        (np.full((4, 2), np.nan), np.zeros(4, int), ValueError, "x must be finite; 4 of 4 samples hold NaN"),
        (np.zeros((0, 2)), np.zeros(0, int), ValueError, "x must not be empty"),
        (np.zeros((4, 2), int), np.zeros(4, int), TypeError, "x must hold float32 or float64 numbers"),
        (np.zeros((4, 2)), np.full(4, np.nan), ValueError, "y must hold finite numbers; got 4 NaN"),
        (np.zeros((4, 2)), np.array([0, 1, 2, 0]), ValueError, r"y must .*2"),
        (np.zeros((4, 2)), np.zeros(3, int), ValueError, r"x must be \(N, 2\) and y \(N,\)"),
    ],
)
def test_what_does_not_fit_is_named(x, y, error, words):
    with pytest.raises(error, match=words):
        learner(x, y, MSE())


def test_a_descent_that_runs_away_stops_before_its_numbers_do(rng):
    x = rng.normal(size=(40, 2))
    explorer = learner(x, x[:, 0], MSE())
    explorer.training.optimiser = SGD(1e5)
    explorer.press("train", times=3)
    scene = explorer.current()
    assert explorer.training.diverged and not explorer.enabled("train") and not explorer.enabled("step")
    assert "start again with a smaller learning rate" in scene.description and "nan" not in str(scene["numbers"].rows)
    check_of(explorer)(scene, explorer.values)
    explorer.reset()
    assert explorer.enabled("train") and "smaller" not in explorer.current().description


def test_a_network_in_training_starts_again_where_it_began(rng):
    x, y = rng.standard_normal((60, 2)), np.arange(60) % 2
    network = Network([Dense(3), ReLU(), Dense(1)], (2,), rng=0, dtype=np.float64)
    explorer = TrainedRegions(network, BinaryCrossEntropy(), Adam(0.05), x, y)
    first = explorer.current().description
    explorer.press("train", times=3)
    trained = explorer.current().description
    assert trained != first and "After 60 steps" in trained
    explorer.reset()
    assert explorer.current().description == first
    explorer.press("train", times=3)
    assert explorer.current().description == trained
    sweep(explorer)
    with pytest.raises(ValueError, match=r"two inputs.*takes \(3,\)"):
        TrainedRegions(Network([Dense(1)], (3,)), BinaryCrossEntropy(), Adam(), x, y)
    with pytest.raises(ValueError, match="first layer must be Dense"):
        TrainedRegions(Network([ReLU(), Dense(1)], (2,)), BinaryCrossEntropy(), Adam(), x, y)
    with pytest.raises(ValueError, match=r"x must be \(N, 2\)"):
        TrainedRegions(network, BinaryCrossEntropy(), Adam(), x[:, 0], y)


def test_the_curve_ends_at_the_loss_of_now_and_every_unit_has_its_map(rng):
    x, y = rng.standard_normal((60, 2)), np.arange(60) % 2
    explorer = learner(x, y, BinaryCrossEntropy())
    explorer.press("train", times=12)  # more steps than the curve has points
    scene = explorer.current()
    line, now = scene["loss"].items
    assert (now.x[0], now.y[0]) == (line.x[-1], line.y[-1])
    assert line.x[-1] == 240 and line.y[-1] == pytest.approx(explorer.training.judged()[0]) and len(line.x) <= 200
    assert scene["loss"].x == (0, 500)
    w, b = regions.of_network(explorer.network)
    mosaic = scene["units"].background.values
    assert (~np.isnan(mosaic)).sum() == 4 * SMALL**2
    assert np.nanmax(mosaic) == pytest.approx(np.maximum(raster(explorer.reach, SMALL) @ w + b, 0).max())
    words = [item.text for item in scene["units"].items if type(item).__name__ == "Label"]
    off = [(x @ w[:, k] + b[k] <= 0).all() for k in range(4)]
    assert words == [f"{k}: dead" if off[k - 1] else f"unit {k}" for k in range(1, 5)]


@pytest.mark.parametrize("networks", [4, pytest.param(8, marks=pytest.mark.slow)])
def test_most_lines_of_a_network_that_has_learned_run_across_the_disc(networks):
    x, y = disc_and_ring()
    inside, alive, wrong = 0, 0, []
    for seed in range(networks):
        network = Network([Dense(6), ReLU(), Dense(1)], (2,), rng=seed, dtype=np.float64)
        explorer = TrainedRegions(network, BinaryCrossEntropy(), Adam(0.03), x, y)
        explorer.press("train", times=20)
        wrong.append(explorer.training.judged()[1])
        w, b = regions.of_network(network)
        distance = (np.abs(b) / np.hypot(*w))[regions.codes(w, b, x).any(axis=0)]
        inside, alive = inside + np.sum(distance < 0.9), alive + len(distance)
    assert np.mean(wrong) < 0.1, "it has learned: at first all lines go through the middle of the disc"
    assert alive > 3.75 * networks and inside > 0.7 * alive
