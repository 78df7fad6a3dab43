"""ThreePoolings: every number against pooling written down slowly, in every position."""

import numpy as np
import pytest
from explorers import sweep
from pooled import slowly

from cnnlab.analysis.pooling_routes import shifted
from cnnlab.explore import ThreePoolings


def test_three_poolings_of_the_feature_and_of_the_moved_feature():
    def check(scene, values):
        for name, moved in (("", (0, 0)), (" moved", (values["down"], values["right"]))):
            e = scene["e" + name].values
            np.testing.assert_array_equal(e, shifted(explorer.maps[values["feature"]], *moved))
            for mode in ("max", "average", "decimation"):
                h, _ = slowly(e, None, mode, values["size"], values["size"], values["rectify"])
                whole = 8 // values["size"]  # all three are of the same windows, the whole ones
                np.testing.assert_allclose(scene[mode + name].values, h[:whole, :whole])
        for mode in ("max", "average", "decimation"):
            changed = {tuple(at) for mark in scene[mode + " moved"].highlights for at in mark.cells}
            assert changed == {tuple(at) for at in np.argwhere(scene[mode].values != scene[mode + " moved"].values)}
            assert f"{len(changed)} with {mode}" in scene.description

    explorer = ThreePoolings()
    assert sweep(explorer, check, all_positions=True) > 50


def test_a_map_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="e must be an 8 x 8 map"):
        ThreePoolings(np.zeros((4, 4)))
