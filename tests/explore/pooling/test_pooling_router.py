"""PoolingRouter: every number against pooling written down slowly, in every position."""

import numpy as np
import pytest
from explorers import assert_allclose, assert_array_equal, sweep
from pooled import routed, slowly

from cnnlab.analysis.pooling.gradients import GRADIENTS
from cnnlab.analysis.pooling.routes import pool
from cnnlab.explore import PoolingRouter
from cnnlab.explore.pooling.pooling_router import PRESETS


def check(scene, values):
    options = [values[name] for name in ("mode", "size", "stride", "rectify")]
    h, de = slowly(values["e"], values["dh"], *options)
    assert_array_equal(scene["e"].values, values["e"])
    assert_allclose(scene["h"].values, h, atol=1e-12)
    assert_allclose(scene["de"].values, de, atol=1e-12)
    rows, columns = h.shape
    assert_array_equal(scene["dh"].values, values["dh"][:rows, :columns])
    chosen = values["where"]
    assert chosen[0] < rows and chosen[1] < columns
    routes = [(arrow.start[1:], arrow.end[1:]) for arrow in scene.arrows if arrow.start[0] == "dh"]
    cells = list(np.ndindex(rows, columns)) if values["all_arrows"] else [chosen]
    _, wanted = routed(values["e"], *options)
    for cell in cells:
        assert {end for start, end in routes if start == cell} == set(wanted[cell][0])
    if (values["mode"] == "average" and not values["rectify"]) or (values["mode"] != "average" and (h > 0).all()):
        assert scene["de"].values.sum() == pytest.approx(scene["dh"].values.sum()), "gradient got lost on its way"


def test_every_position_of_every_control_routes_as_the_lecture_says():
    assert sweep(PoolingRouter(), check, all_positions=True) > 150


def test_every_preset_in_every_mode_size_and_stride():
    explorer = PoolingRouter()
    for preset in PRESETS:
        explorer.set(preset=preset, all_arrows=True)
        for mode in explorer.positions("mode"):
            for size in explorer.positions("size"):
                for stride in range(1, size + 2):
                    explorer.set(mode=mode, size=size, stride=stride)
                    check(explorer.current(), explorer.values)


def test_a_planted_bug_at_one_position_is_found(monkeypatch):
    import cnnlab.explore.pooling.pooling_router as module

    def wrong(e, mode, size, stride, rectify):
        h, backward = pool(e, mode, size, stride, rectify)
        return (h, backward) if (mode, stride) != ("average", 5) else (h + 0.25, backward)

    monkeypatch.setattr(module, "pool", wrong)
    with pytest.raises(AssertionError):
        sweep(PoolingRouter(), check)


def test_the_presets_show_what_their_names_promise():
    explorer = PoolingRouter()

    def marks(panel):
        return {mark.meaning: mark.cells for mark in explorer.current()[panel].highlights}

    explorer.set(preset="ties", rectify=False)
    e, (rows, columns) = explorer.values["e"], explorer.current()["h"].values.shape
    tied = sum(
        (e[2 * r : 2 * r + 2, 2 * c : 2 * c + 2] == e[2 * r, 2 * c]).all() for r in range(rows) for c in range(columns)
    )
    assert tied == 16 and (explorer.current()["de"].values != 0).sum() == 16, (
        "only the first of equals is given anything"
    )
    explorer.set(preset="all-negative windows")
    assert len(marks("h")["gate shut"]) >= 4
    assert explorer.current()["dh"].values.sum() > explorer.current()["de"].values.sum()
    explorer.set(rectify=False)
    assert "gate shut" not in marks("h")
    explorer.set(preset="overlapping windows")
    assert explorer.values["size"] > explorer.values["stride"] and [4, 4] in marks("de")["gradients add up"].tolist()
    explorer.set(preset="windows with gaps")
    assert len(marks("e")["in no window"]) > 0


def test_the_description_says_where_lost_gradient_went():
    explorer = PoolingRouter()
    words = explorer.current().description
    assert "gradient 1 goes to the one pixel e[2, 2]" in words and "adds up to 70, all of dL/de to 70." in words
    explorer.set(mode="average")
    assert "lets nothing through where e is not positive" in explorer.current().description
    explorer.set(rectify=False)
    assert "to 4 pixels, 0.25 of it to each" in explorer.current().description
    explorer.set(preset="all-negative windows", where=(0, 1))
    assert (
        "goes nowhere" in explorer.current().description
        and "shut gates stop the rest" in explorer.current().description
    )


def test_editing_and_shifting_make_the_map_ones_own():
    explorer = PoolingRouter()
    before = explorer.values["e"]
    explorer.press("right")
    assert explorer.values["preset"] == "your own"
    assert_array_equal(explorer.values["e"][:, 1:], before[:, :-1])
    assert not explorer.values["e"][:, 0].any()
    explorer.press("down", 8)
    assert not explorer.values["e"].any()


def test_the_chosen_cell_stays_inside():
    explorer = PoolingRouter()
    explorer.set(stride=1, size=1)
    explorer.set(where=(7, 7))
    explorer.set(stride=4)
    assert explorer.values["where"] == (1, 1)
    explorer.set(where=(5, 0))
    assert explorer.values["where"] == (1, 0)


def test_a_map_of_ones_own_and_a_wrong_one(rng):
    e = rng.integers(-9, 9, size=(8, 8))
    assert_array_equal(PoolingRouter(e).current()["e"].values, e)
    for wrong, error, words in (
        (np.zeros((4, 4)), ValueError, r"be one map of 8 x 8 numbers; got an array of shape \(4, 4\)"),
        (np.full((8, 8), 99.0), ValueError, "hold numbers from -9 to 9; got some from 99 to 99"),
        (np.full((8, 8), np.nan), ValueError, "hold finite numbers; got 64 NaN"),
        ([[1], [2, 3]], ValueError, "be an array, or rows of the same length"),
        ("cat", TypeError, "hold float32 or float64 numbers; got dtype <U3"),
        (np.full((8, 8), 1j), TypeError, "hold float32 or float64 numbers; got dtype complex128"),
    ):
        with pytest.raises(error, match=f"e must {words}"):
            PoolingRouter(wrong)


def corner(e, dh, M):
    de = np.zeros_like(e)
    for m, n in np.ndindex(*dh.shape):
        de[m * M, n * M] = dh[m, n] * (e[m * M, n * M] > 0)
    return de


def shares_out(e, dh, M, stride):
    de = np.zeros_like(e)
    for m, n in np.ndindex(*dh.shape):
        part = slice(m * stride, m * stride + M), slice(n * stride, n * stride + M)
        de[part] += dh[m, n] / M**2 * (e[part] > 0)
    return de


OWN = {"max": GRADIENTS["right"], "average": shares_out, "decimation": corner}


@pytest.mark.parametrize("mode", OWN)
def test_a_right_function_routes_as_the_engine_does_in_every_position(mode):
    def same(scene, values):
        check(scene, {"mode": mode, "rectify": True, **values})
        assert "all 64 pixels get what the engine gives them" in scene.description

    explorer = PoolingRouter(function=OWN[mode], mode=mode)
    assert "mode" not in explorer.controls and "rectify" not in explorer.controls
    assert sweep(explorer, same) > 50


@pytest.mark.parametrize(
    ("name", "preset"),
    [("= for +=", "overlapping windows"), ("all ties", "ties"), ("no gate", "all-negative windows")],
)
def test_a_mistake_is_ringed_where_it_is_made_and_its_arrows_run_as_it_routes(name, preset):
    explorer = PoolingRouter(function=GRADIENTS[name])
    assert "all 64 pixels" in explorer.current().description, "the first preset shows none of the three"
    explorer.set(preset=preset, where=(0, 1))
    scene, values = explorer.current(), explorer.values
    h, right = slowly(values["e"], values["dh"], "max", values["size"], values["stride"], True)
    mine = GRADIENTS[name](values["e"], values["dh"][: len(h), : len(h)], values["size"], values["stride"])
    assert_array_equal(scene["de"].values, mine)
    (ringed,) = (mark.cells for mark in scene["de"].highlights if mark.meaning == "differs")
    assert_array_equal(ringed, np.argwhere(mine != right))
    assert f"the first at [{int(ringed[0][0])}, {int(ringed[0][1])}]" in scene.description
    one = np.zeros_like(h)
    one[0, 1] = 1
    sent = GRADIENTS[name](values["e"], one, values["size"], values["stride"])
    ends = {arrow.end[1:] for arrow in scene.arrows if arrow.start[0] == "dh"}
    assert ends == {tuple(at) for at in np.argwhere(sent)}


@pytest.mark.parametrize(
    ("function", "words", "blank"),
    [
        (lambda e, dh, M, stride: ..., "gives back “...” still", True),
        (lambda e, dh, M, stride: 1 / 0, "Something is divided by 0", True),
        (lambda e, dh, M, stride: dh, "dL/de has the shape (8, 8)", True),
        (lambda e, dh, M, stride: np.where(e > 5, np.inf, 0), "infinity at [", False),
    ],
)
def test_a_function_in_trouble_gets_a_sentence_and_the_rest_lives_on(function, words, blank):
    explorer = PoolingRouter(function=function)
    scene = explorer.current()
    assert words in scene.description and np.isnan(scene["de"].values).all() == blank
    assert_array_equal(scene["h"].values, PoolingRouter().current()["h"].values)
    explorer.set(preset="ties")
    assert words in explorer.current().description or not blank


def test_what_is_no_function_or_no_pooling_is_refused():
    with pytest.raises(TypeError, match="function must be a function, called as max_pool_gradient"):
        PoolingRouter(function="mine")
    with pytest.raises(ValueError, match="mode must be one of 'max', 'average', 'decimation'; got 'median'"):
        PoolingRouter(mode="median")
