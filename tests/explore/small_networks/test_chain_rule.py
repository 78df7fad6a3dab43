"""The way back in the network: every number is the engine's, every chain multiplies to it, words agree with both."""

import numpy as np
import pytest
from explorers import sweep

from cnnlab.analysis import trace
from cnnlab.explore.small_networks.chain_rule import WAYS, ChainRule
from cnnlab.explore.small_networks.five_steps import STEPS, FiveSteps
from cnnlab.explore.small_networks.one_weight import OneWeight
from cnnlab.explore.still.boxes import layout
from cnnlab.gradcheck import numeric_gradient


def node_of(scene, name):
    return next(node for node in scene["network"].nodes if node.text.split()[0] == name)


def number(words):
    """The last number of some words, brackets aside."""
    return float(words.rsplit(" ", 1)[1].strip("()."))


def engines_numbers(explorer):
    """{name: dL by it for every sample, as the engine has it}; of parameters the part of each sample."""
    record, found = explorer.record, {"yhat": explorer.record.de[:, 0]}
    for j in range(explorer.hidden):
        found[f"h_{j + 1}"], found[f"e_{j + 1}"] = record[1].dh[:, j], record[1].de[:, j]
        found[f"w1_{j + 1}"], found[f"b1_{j + 1}"] = record[0].de[:, j] * record.x[:, 0], record[0].de[:, j]
        found[f"w2_{j + 1}"] = record.de[:, 0] * record[2].h_in[:, j]
    return found | {"b2": record.de[:, 0]}


@pytest.mark.parametrize("hidden", [1, 2, 3])
def test_every_gradient_that_is_shown_is_the_engines(hidden):
    explorer = ChainRule(hidden=hidden)
    engine = engines_numbers(explorer)
    assert set(engine) == set(explorer.names) - {"L"}

    def check(scene, values):
        at, i = WAYS.index(values["way"]), values["i"] - 1
        known = {name for name in engine if at >= explorer._level(name)}
        for name, expected in engine.items():
            node = node_of(scene, name)
            if name in known:
                assert node.value == pytest.approx(expected[i], abs=1e-12)
                assert number(node.under) == pytest.approx(expected[i], abs=6e-5)
                assert number(node.says) == pytest.approx(expected[i], abs=6e-5)
            else:
                assert node.value is None and node.under == ""

    assert sweep(explorer, check, all_positions=True) > 40


def test_every_gradient_shows_at_the_digits_that_are_printed():
    """No unit is dead, no gradient is printed as 0: for every sample, and in the tables of FiveSteps."""
    explorer, steps = ChainRule(), FiveSteps()
    engine = engines_numbers(explorer)
    for name, values in engine.items():
        assert np.abs(values).min() >= 0.0005, name
    steps.set(step="5 back-propagation")
    for i in range(1, 9):
        steps.set(i=i)
        scene = steps.current()
        numbers = [row[3] for row in scene["formulas"].rows] + [
            row[2].rsplit(" ", 1)[-1] for row in scene["formulas"].rows
        ]
        assert not [words for words in numbers if words.strip("-0.") == ""], i
        assert all(abs(float(row[2])) >= 0.005 and abs(float(row[1])) >= 0.05 for row in scene["weights"].rows)


def test_the_parts_of_all_samples_add_up_to_the_gradient():
    explorer = ChainRule()
    steps = FiveSteps()
    steps.set(step="5 back-propagation")
    gradients = {row[0]: float(row[2]) for row in steps.current()["weights"].rows}
    for name, expected in gradients.items():
        explorer.set(way=WAYS[-1], chosen=(0, explorer.names.index(name)))
        scene = explorer.current()
        assert f"added up: dL/d{name} = {expected:.4f}." in scene.description
        assert number(scene["samples"].title) == pytest.approx(expected, abs=1e-9)
        heights = np.concatenate([bars.y for bars in scene["samples"].items[:2]])
        assert heights.sum() == pytest.approx(expected, abs=6e-5)


def test_the_chain_in_the_table_multiplies_to_what_it_says():
    explorer = ChainRule()
    for name in explorer.names[1:]:
        explorer.set(way=WAYS[-1], chosen=(0, explorer.names.index(name)), i=5)
        rows = explorer.current()["chain"].rows
        product = 1.0
        for _, _, slope, so_far in rows:
            product *= number(slope)
            assert float(so_far) == pytest.approx(product, abs=3e-3)
        assert float(rows[-1][3]) == pytest.approx(engines_numbers(explorer)[name][4], abs=6e-5)
        assert rows[0][0] == "L → yhat" and rows[-1][0].endswith(f"→ {name}")


def test_slopes_are_central_differences():
    explorer = ChainRule()
    network_loss = FiveSteps()
    network = network_loss.network

    def loss():
        return float(np.mean((network.forward(explorer.x) - explorer.y) ** 2))

    for name, (array, at) in trace.places(3).items():
        expected = numeric_gradient(loss, network.parameters[array])[at]
        product = np.prod([slope.values for slope in trace.chain(explorer.record, name)], axis=0)
        assert product.sum() == pytest.approx(expected, abs=1e-8)


def test_edges_turn_round_as_the_gradient_comes_through():
    explorer = ChainRule()
    for at, way in enumerate(WAYS):
        explorer.set(way=way)
        panel = explorer.current()["network"]
        for edge in panel.edges:
            left, right = sorted((panel.nodes[edge.start], panel.nodes[edge.end]), key=lambda node: node.x)
            leftwards = panel.nodes[edge.start] is right and left.x < right.x
            assert leftwards is (edge.colour == 1) or left.x == right.x  # a bias stands above its unit
        back = sum(edge.colour == 1 for edge in panel.edges)
        assert back == (0, 2, 2 + 1 + 6, 2 + 1 + 6 + 6, 2 + 1 + 6 + 6 + 6)[at]
    thick = [edge for edge in panel.edges if edge.width > 4]
    assert len(thick) == 7, "the way to w1_1: over the error, w2_1, the slope of tanh, and to its box"


def test_a_parameter_lights_up_its_way_and_no_other():
    scene = ChainRule().current()
    panel = scene["network"]
    names = [node.text.split()[0] for node in panel.nodes]
    pairs = next(link.pairs for link in scene.links if link.other == "network" and link.panel == "network")
    lit = {names[int(c)] for _, a, _, c in pairs if names[int(a)] == "w1_2"}
    assert lit == {"yhat", "(yhat", "h_2", "e_2", "tanh"}


def test_before_the_gradient_comes_the_words_say_so():
    explorer = ChainRule()
    assert explorer.current().description.startswith("Forward: sample 2")
    explorer.set(way=WAYS[2])
    assert "has not come to w1_1 yet" in explorer.current().description
    assert [row[2] != "" for row in explorer.current()["chain"].rows] == [True, True, False, False]
    explorer.set(chosen=(0, 0))
    assert "Choose a number" in explorer.current().description
    assert "dL/dw1_1 = 2 (yhat - y) / 8 · w2_1 · (1 - h_1²) · x" in ChainRule()._still().description


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"hidden": 4}, "hidden must be 1 to 3"),
        ({"hidden": 0}, "hidden must be a whole number"),
        ({"hidden": "2"}, "hidden must be a whole number"),
        ({"rng": -1}, "rng must be a whole number"),
    ],
)
def test_what_cannot_be_shown_is_refused(arguments, words):
    with pytest.raises((TypeError, ValueError), match=f"^{words}"):
        ChainRule(**arguments)


@pytest.mark.parametrize("width", [934, 1000, 1180])
@pytest.mark.parametrize("kind", [ChainRule, FiveSteps, OneWeight])
def test_no_number_of_a_network_is_cut_off(kind, width):
    explorer = kind()
    ways = [{"i": i} for i in range(1, 9)] if "i" in explorer.values else [{}]
    steps = {"way": WAYS, "step": STEPS}
    for values in ways:
        for name, options in [(n, o) for n, o in steps.items() if n in explorer.values] or [("", [None])]:
            for option in options:
                explorer.set(**values, **({name: option} if name else {}))
                boxes, _ = layout(explorer.current(), width)
                cut = [text.words for at in boxes for text in at.texts if "…" in text.words]
                assert not cut, (values, option)
