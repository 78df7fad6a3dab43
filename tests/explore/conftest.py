"""What sweeps of explorers share."""

import explorers
import pytest


@pytest.fixture(scope="session", autouse=True)
def many(request):
    """Where slow tests run too, every sweep tries many positions from each option of each choice."""
    wanted = request.config.getoption("markexpr", "")
    if "slow" in wanted.replace("not slow", ""):
        explorers.FEW = explorers.MANY
