"""Memory that is used again."""

import numpy as np

from cnnlab.loops.runtime import workspace


def test_workspace_is_the_same_memory_and_forgets_the_oldest():
    first = workspace.workspace("test", (3, 4), np.float32)
    first[...] = 7
    assert workspace.workspace("test", (3, 4), np.float32) is first
    assert workspace.workspace("test", (3, 4), np.float64) is not first
    for i in range(workspace.MOST):
        workspace.workspace("test", (i,), np.int8)
    assert workspace.workspace("test", (3, 4), np.float32).sum() == 0
