"""A recipe with other settings: those, and nothing else."""

import pytest

from cnnlab.recipes import RECIPES, varied


@pytest.mark.parametrize("name", RECIPES)
def test_only_what_is_named_changes(name):
    recipe = RECIPES[name]
    other = varied(recipe, {"eta": 0.125, "momentum": 0.5, "decay": 0.25, "batch": 7, "epochs": 3})
    before, after = recipe.settings(), other.settings()
    assert (after["batch"], after["epochs"]) == (7, 3)
    optimiser = other.optimiser()
    largest = max(optimiser.eta_at(k / 1000) for k in range(1000))
    assert largest == pytest.approx(0.125) and (optimiser.momentum, optimiser.decay) == (0.5, 0.25)
    assert type(optimiser.eta) is type(recipe.optimiser().eta) and other.optimiser() is not optimiser
    same = before.keys() - {"batch", "epochs", "optimiser"}
    assert {key: before[key] for key in same} == {key: after[key] for key in same}
    assert recipe.settings() == before and varied(recipe, {}).settings() == before


def test_the_smoothing_of_a_loss_is_that_of_a_copy():
    recipe = RECIPES["alexnet_lite_bn"]
    assert varied(recipe, {"smoothing": 0.25}).loss.smoothing == 0.25 and recipe.loss.smoothing == 0.1


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"colour": 1}, "eta, momentum, decay, batch, epochs, smoothing; got 'colour'"),
        ({"smoothing": 0.1}, "smoothing belongs to CrossEntropy"),
        ({"eta": 0}, "eta must be"),
        ({"eta": "a"}, "eta must be"),
        ({"momentum": 1.0}, "momentum must be"),
        ({"decay": -1.0}, "decay must be"),
        ({"batch": 0}, "batch must be"),
        ({"epochs": 1.5}, "epochs must be"),
    ],
)
def test_what_does_not_fit_is_named(settings, words):
    with pytest.raises((TypeError, ValueError), match=words):
        varied(RECIPES["tdnn"], settings)
