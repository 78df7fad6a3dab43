"""What a recipe says."""

import dataclasses

import numpy as np

from cnnlab import recipes
from cnnlab.datasets.base import Dataset
from cnnlab.datasets.views import MirroredInTurn


def test_held_out_images_come_from_the_training_part():
    x = np.arange(50, dtype=np.float32).reshape(50, 1, 1, 1)
    data = recipes.held_out(Dataset(x, np.arange(50) % 2, x - 100, np.zeros(50, int), ("a", "b")), 0.2)
    together = np.concatenate([data.x_train.ravel(), data.x_test.ravel()])
    np.testing.assert_array_equal(np.sort(together), np.arange(50))
    assert len(data.x_test) == 10
    np.testing.assert_array_equal(data.y_test, data.x_test.ravel() % 2)


def test_a_log_names_whatever_makes_other_views():
    plain = recipes.RECIPES["alexnet_lite"]
    assert plain.settings()["augment"] == "moved_and_mirrored"
    in_turn = dataclasses.replace(plain, augment=MirroredInTurn(most=2))
    assert in_turn.settings()["augment"] == "MirroredInTurn(most=2, seed=0)"
