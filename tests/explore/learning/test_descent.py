"""Descent shows the walk of the engine and calls it by its name, at every position of its controls."""

from types import SimpleNamespace

import numpy as np
import pytest
from explorers import SWEEPS, sweep

from cnnlab.analysis.landscape import NetworkPlane, Quadratic
from cnnlab.explore import Descent
from cnnlab.layers import Dense, Tanh
from cnnlab.losses import MSE, BinaryCrossEntropy
from cnnlab.network import Network


class Valley:
    """An own landscape, for one place at a time: a constant slope along u1, steep across."""

    def loss(self, u):
        return 5 - u[0] + 2 * u[1] ** 2

    def gradient(self, u):
        return np.array([-1.0, 4 * u[1]])

    def curvature(self, u):
        return 4.0


def small_plane(rng):
    network = Network([Dense(3), Tanh(), Dense(1)], (1,), rng=1, dtype=np.float64)
    x = rng.standard_normal((12, 1))
    return NetworkPlane(network, MSE(), x, x**2, rng=0)


DESCENTS = {
    "quadratic": lambda rng: Descent(),
    "own": lambda rng: Descent({"valley": Valley()}, etas=[0.01, 0.1, 0.5, 0.6]),
    "network": lambda rng: Descent({"net": small_plane(rng), "bowl": Quadratic()}, 1.0, [0.01, 0.1, 1.0, 30.0]),
}


@SWEEPS
@pytest.mark.parametrize("kind", DESCENTS)
def test_descent_shows_the_rule_of_the_lecture_step_by_step(kind, rng, everywhere):
    explorer = DESCENTS[kind](rng)
    told, walk, walked = {}, explorer.path, {}

    def path_of(*values, **named):  # a scene walks its path anew, and the check looks at that very path
        walked["path"] = walk(*values, **named)
        return walked["path"]

    explorer.path = path_of

    def check(scene, values):
        shown = next(item for item in scene["surface"].items if getattr(item, "label", "") == "path")
        landscape, path = explorer.landscapes[values["surface"]], walked["path"]
        assert np.allclose(path.u[0], values["start"])
        expected = []
        whole = values.get("noise", 0) == 0 and values.get("batch", 12) == 12
        if values["momentum"] == 0 and whole:
            for before in path.u[:-1]:
                step = values["surface"], values["eta"], before.tobytes()
                if step not in told:
                    told[step] = before - values["eta"] * landscape.gradient(before)
                expected.append(told[step])
            assert np.allclose(path.u[1:], np.reshape(expected, (-1, 2)))
        near = np.abs(path.u).max(axis=1) <= explorer.extent
        first = len(near) if near.all() else int(near.argmin())  # the first place off the map
        assert np.array_equal(np.stack([shown.x, shown.y], axis=1)[:first], path.u[:first])
        assert np.abs([shown.x, shown.y]).max() <= 10 * explorer.extent + 1e-9
        inside = (path.losses > 1e-15) & (path.losses < 1e15)
        assert np.allclose(np.array(scene["loss"].items[0].y)[inside], path.losses[inside])
        said = " ".join(item.text for item in scene["surface"].items if hasattr(item, "text"))
        assert ("off this map" in said) == (not near[-1])
        said = " ".join(item.text for item in scene["loss"].items if hasattr(item, "text"))
        low, high = scene["loss"].y
        assert ("above this axis" in said) == (path.losses[-1] > high)
        assert ("below this axis" in said) == (path.losses[-1] < low)
        word = scene.description  # nobody says that a loss grows while it falls
        assert ("grows" in word or "iverg" in word) <= (path.losses[-1] > path.losses[0]), word
        if "curve" not in {panel.name for panel in scene.panels}:
            assert kind == "own" or values["surface"] == "bowl"
            return
        samples, first, now = scene["curve"].items  # a place of the map is a curve among the samples
        assert np.allclose(samples.y, np.ravel(landscape.y))
        for line, u in ((first, path.u[0]), (now, path.u[-1])):
            inside = np.abs(line.y) < 50
            assert np.allclose(np.array(line.y)[inside], landscape.yhat(u, line.x)[inside])

    assert sweep(explorer, check, all_positions=everywhere) > 25


BOWL, RAVINE, TILTED = Descent().positions("surface")
LEVEL = {"start": (2.5, 0.6 / 10**0.5)}  # on the bottom of the ravine


@pytest.mark.parametrize(
    ("surface", "eta", "further", "word"),
    [
        (RAVINE, 0.002, {}, "crawl"),
        (RAVINE, 0.05, {}, "a smooth descent"),
        (RAVINE, 0.07, {}, "first a zigzag"),
        (RAVINE, 0.09, {}, "zigzag: "),
        (RAVINE, 0.1, {}, "exactly at the limit: it jumps to and fro"),
        (RAVINE, 0.105, {"steps": 15}, "zigzag: each step jumps over the valley; the loss grows"),
        (RAVINE, 0.15, {}, "Diverged"),
        (BOWL, 1.0, {}, "exactly at the limit"),
        (BOWL, 0.4, {}, "a smooth descent"),
        (RAVINE, 0.105, LEVEL, "a smooth descent (above the limit, though)"),
        (RAVINE, 0.1, LEVEL, "a smooth descent."),
        (RAVINE, 0.02, {"steps": 1}, "too few steps"),
        (BOWL, 0.2, {"batch": 1}, "it wanders: the loss grew in"),
    ],
)
def test_descent_names_what_the_walk_does(surface, eta, further, word):
    explorer = Descent()
    explorer.set(**{"surface": surface, "eta": eta, "steps": 60} | further)
    path, description = explorer.path(**explorer.values), explorer.current().description
    assert word in description
    assert explorer.current()["rule"].rows[3][1] == {RAVINE: "0.1", BOWL: "1"}[surface]
    if "grows" in word or "Diverged" in word:
        assert path.losses[-1] > path.losses[0]
    elif "batch" not in further:
        assert path.losses[-1] <= path.losses[0]


def test_a_landscape_of_probabilities_has_an_axis_from_0_to_1(rng):
    network = Network([Dense(3), Tanh(), Dense(1)], (1,), rng=1, dtype=np.float64)
    x = rng.standard_normal((12, 1))
    plane = NetworkPlane(network, BinaryCrossEntropy(), x, (x[:, 0] > 0).astype(int), rng=0)
    curve = Descent({"yes or no": plane}, 1.0).current()["curve"]
    assert curve.y == (0, 1) and (np.array(curve.items[2].y) > 0).all() and (np.array(curve.items[2].y) < 1).all()


SADDLE = SimpleNamespace(
    loss=lambda u: u[0] ** 2 - u[1] ** 2,
    curvature=lambda u: 2.0,
    gradient=lambda u: np.array([2 * u[0], -2 * u[1]]),
)


def test_of_a_saddle_no_limit_is_said_to_hold():
    explorer = Descent({"saddle": SADDLE}, start=(-2.5, 0.1))

    def check(scene, values):
        assert (
            "a walk beside the ridge leaves with any η" in scene.description
            and scene["rule"].rows[3][1] == "none: it curves down"
        )
        assert scene["rule"].rows[1][1] == "2, −2"
        assert not any(getattr(item, "label", "").startswith("limit") for item in scene["factor"].items)
        down = next(item for item in scene["factor"].items if "least" in getattr(item, "label", ""))
        assert (np.array(down.y) > 1).all()
        path = explorer.path(**values)
        if values["start"][1] != 0 and values["noise"] == values["momentum"] == 0:
            assert (np.diff(np.abs(path.u[:, 1])) > 0).all(), "it leaves the ridge, whatever eta is"

    sweep(explorer, check, all_positions=True)
    explorer.set(eta=0.1, steps=30)
    assert "first slower, then faster again" in explorer.current().description
    explorer.set(start=(-2.5, 0.0), steps=60)
    assert np.abs(explorer.path(**explorer.values).u[-1]).max() < 1e-5


def test_a_walk_off_a_saddle_is_called_neither_smooth_nor_a_zigzag():
    """One direction jumps to and fro at first, the other runs away downhill: that is what the walk comes to."""
    explorer = Descent({"saddle": SADDLE}, etas=[0.1, 0.48, 2.0], start=(-2.5, 0.1), eta=2.0)
    scene, path = explorer.current(), explorer.path(**explorer.values)
    assert path.losses[-1] < -1e9 and np.linalg.norm(path.u[-1]) > 1e6
    assert "downhill, faster and faster" in scene.description and "smooth" not in scene.description
    explorer.set(eta=0.48, start=(-2.5, 0.0))
    assert "15 steps: a smooth descent" in explorer.current().description


@pytest.mark.parametrize(("eta", "word"), [(0.002, "gathers speed"), (0.2, "swings to and fro"), (1.1, "Diverged")])
def test_with_momentum_neither_crawl_nor_zigzag_is_foretold(eta, word):
    explorer = Descent()
    explorer.set(surface=TILTED, momentum=0.8, eta=eta, steps=60)
    description = explorer.current().description
    assert word in description and "crawl" not in description and "zigzag" not in description
    explorer.set(momentum=0.0, eta=0.002)
    assert "crawl" in explorer.current().description


def test_a_diverged_descent_is_shown_and_explained():
    explorer = Descent({"steep": Quadratic((100.0, 100.0))}, etas=[0.001, 5.0], eta=5.0)
    explorer.set(steps=60)
    scene = explorer.current()
    assert "Diverged" in scene.description and "farther than 1e+12 from the origin" in scene.description
    assert all(np.isfinite(item.x).all() for item in scene["surface"].items[1:] if hasattr(item, "x"))


@pytest.mark.parametrize("momentum", [0.0, 0.5])
def test_the_limit_is_marked_where_the_factor_passes_one(momentum):
    explorer = Descent()
    explorer.set(surface=RAVINE, momentum=momentum)
    items = explorer.current()["factor"].items
    curve = next(item for item in items if getattr(item, "label", "").startswith("largest"))
    limit = next(item.x for item in items if getattr(item, "label", "").startswith("limit"))
    assert limit == pytest.approx(2 * (1 + momentum) / 20)
    y = np.array(curve.y)
    told = dict(explorer.current()["rule"].rows)["a step multiplies by"].split(", ")
    assert [float(one) for one in told] == pytest.approx(
        [float(item.y[0]) for item in items if type(item).__name__ == "Points"], rel=6e-3
    )
    beyond = curve.x > 1.03 * limit
    assert (y[curve.x < 0.97 * limit] < 1).all() and (y[beyond] > 1).all() and beyond.any()
    explorer.set(eta=0.9, momentum=0.0)  # |1 - 0.9 * 20| = 17 is above the axis, and said so
    assert any("above this axis: 17" in getattr(item, "text", "") for item in explorer.current()["factor"].items)


def test_where_both_curvatures_are_alike_one_factor_is_shown():
    explorer = Descent()
    lines = {
        name: [
            item
            for item in explorer.scene(**explorer.values | {"surface": name})["factor"].items
            if hasattr(item, "dash")
        ]
        for name in (BOWL, RAVINE, TILTED)
    }
    assert [len(found) for found in lines.values()] == [1, 2, 2]
    assert [line.label for line in lines[TILTED]] == ["largest λ = 8", "least λ = 0.5"]


def test_momentum_makes_the_steps_in_a_valley_ten_times_as_long():
    explorer = Descent({"valley": Valley()}, etas=[0.01, 0.02], start=(-2.8, 0.0))
    explorer.set(steps=60)
    assert explorer.current()["rule"].rows[5] == ["last step / first step", "1"]
    explorer.set(momentum=0.9)
    assert float(explorer.current()["rule"].rows[5][1]) == pytest.approx(10, rel=0.01)


def test_a_surface_of_data_has_real_mini_batches_and_one_of_numbers_has_noise(rng):
    explorer = DESCENTS["network"](rng)
    assert explorer.enabled("batch") and not explorer.enabled("noise")
    assert explorer.positions("batch") == [1, 2, 4, 8, 12]
    explorer.set(eta=0.1, steps=40)
    steady = explorer.path(**explorer.values)
    explorer.set(batch=1)
    wandering = explorer.path(**explorer.values)
    ups = [int((np.diff(path.losses[-20:]) > 0).sum()) for path in (steady, wandering)]
    assert ups[0] == 0 and ups[1] > 4 and "middle of the map" in explorer.current().description
    explorer.set(surface="bowl")
    assert explorer.enabled("noise") and not explorer.enabled("batch")
    assert "middle of the map" not in explorer.current().description


@pytest.mark.parametrize("extent", [1.0, 3.0])
def test_a_narrow_valley_has_no_closed_contours_and_few_ticks(extent):
    explorer = Descent({"narrow": Quadratic((0.1, 400.0), 0.5)}, extent, [0.001, 0.01])
    plane = explorer.current()["surface"]
    x, y = plane.items[0].x, plane.items[0].y
    ends = np.flatnonzero(np.isnan(x))
    pieces = [slice(start, end) for start, end in zip([0, *ends[:-1] + 1], ends, strict=True)]
    assert len(pieces) > 8 and not any((x[p][0], y[p][0]) == (x[p][-1], y[p][-1]) for p in pieces)
    assert len(plane.x_ticks) == 5 and plane.x_ticks[0] == (-extent, f"−{extent:g}")


def test_a_flat_surface_is_shown():
    class Flat(Valley):
        level = 2.0

        def loss(self, u):
            return self.level

        def gradient(self, u):
            return np.zeros(2)

    for Flat.level in (2.0, 0.0, -2.0):
        assert "stands still" in repr(Descent({"flat": Flat()}))


class Broken(Valley):
    def __init__(self, loss=1.0, gradient=(0.0, 0.0), curvature=1.0):
        self.loss, self.gradient, self.curvature = lambda u: loss, lambda u: gradient, lambda u: curvature


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"landscapes": {"a": 5}}, r"landscapes: a must have loss\(u\) and gradient\(u\) and curvature\(u\); got int"),
        ({"landscapes": {"n": Network([Dense(1)], (2,))}}, "landscapes: n must have .* wrap it: NetworkPlane"),
        ({"landscapes": {"q": Quadratic}}, r"landscapes: q must have .*did you mean Quadratic\(\)"),
        ({"landscapes": Quadratic()}, "landscapes must be a dict .* got Quadratic"),
        ({"landscapes": "bowl"}, "landscapes must be a dict .* got str"),
        ({"landscapes": {}}, "landscapes must hold"),
        ({"landscapes": {1: Quadratic()}}, "name of a landscape must be a string; got 1"),
        ({"landscapes": {"n": Broken(np.nan)}}, "landscapes: n: the loss is not finite anywhere"),
        ({"landscapes": {"n": Broken(np.ones(3))}}, r"landscapes: n: loss\(u\) must give one number"),
        ({"landscapes": {"n": Broken(gradient=(1.0,))}}, r"landscapes: n: gradient\(u\) must be two finite numbers"),
        (
            {"landscapes": {"n": Broken(gradient=(np.nan, 1.0))}},
            r"landscapes: n: gradient\(u\) must be two finite numbers",
        ),
        ({"landscapes": {"n": Broken(curvature=np.inf)}}, r"landscapes: n: curvature\(u\) must be a finite number"),
        ({"etas": []}, "etas must be two"),
        ({"etas": [0.2, 0.1]}, "etas must be two"),
        ({"etas": [0, 0.1]}, "etas must"),
        ({"etas": [-1, 1]}, "etas must be two"),
        ({"etas": 0.1}, "etas must be two"),
        ({"etas": ["a", 1]}, "etas must be"),
        ({"eta": np.nan}, "eta must be a number from 0.002"),
        ({"eta": -3}, "eta must be"),
        ({"eta": 1000}, "eta must be"),
        ({"eta": 0.06}, "eta must be one of"),
        ({"extent": 0}, "extent must be a finite number greater than 0"),
        ({"extent": -1}, "extent must be"),
        ({"extent": "3"}, "extent must be"),
        ({"start": (9, 9)}, "start must be"),
    ],
)
def test_a_descent_refuses_bad_input_by_name_when_it_is_made(change, words):
    with pytest.raises((TypeError, ValueError), match=words):
        Descent(**change)


def test_walk_takes_one_step_a_press_and_stops_at_the_end():
    explorer = Descent()
    explorer.set(steps=58)
    explorer.press("walk", times=2)
    assert explorer.values["steps"] == 60 and not explorer.enabled("walk")
