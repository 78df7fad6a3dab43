"""The front door: what `import cnnlab` offers is there, and nothing is missing."""

import inspect
import pkgutil
import subprocess
import sys

import pytest
from processes import run

import cnnlab
from cnnlab import layers, losses


def test_every_name_that_is_shown_can_be_had():
    for name in dir(cnnlab):
        assert getattr(cnnlab, name) is not None, name
    assert len(dir(cnnlab)) == len(set(dir(cnnlab)))


def test_every_room_of_the_package_is_shown():
    """By a Python in which no other test has opened any."""
    rooms = {found.name for found in pkgutil.iter_modules(cnnlab.__path__)} - {"__main__", "cli", "loops"}
    assert rooms <= set(run("import cnnlab; print(*dir(cnnlab))").split())
    for room in rooms:
        assert getattr(cnnlab, room).__name__ == f"cnnlab.{room}"


def test_all_layers_and_losses_are_offered():
    assert set(layers.KINDS) <= set(cnnlab.__all__)
    for name in losses.__all__:
        found = getattr(losses, name)
        if inspect.isclass(found) and issubclass(found, losses.Loss) and found is not losses.Loss:
            assert name in cnnlab.__all__


def test_all_that_is_offered_is_public_and_sorted():
    assert len(cnnlab.__all__) == len(set(cnnlab.__all__))
    assert all(hasattr(cnnlab, name) and not name.startswith("_") for name in cnnlab.__all__)


def test_what_is_not_there_is_named():
    with pytest.raises(AttributeError, match="module 'cnnlab' has no attribute 'import_'"):
        cnnlab.import_  # noqa: B018


def test_nothing_is_compiled_when_a_room_is_imported():
    """Whoever opens a notebook, or asks for the reference, should not wait for machine code that is not needed yet."""
    rooms = [f"cnnlab.{found.name}" for found in pkgutil.iter_modules(cnnlab.__path__) if found.name != "__main__"]
    code = f"""
import importlib, numba.core.ccallback, numba.core.dispatcher
def refuse(self, *ignored):
    raise AssertionError(f"compiled: {{self}}")
numba.core.ccallback.CFunc.compile = refuse
numba.core.dispatcher.Dispatcher.compile = refuse
for room in {rooms}:
    importlib.import_module(room)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def test_the_data_sets_are_not_waited_for():
    assert run("import sys, cnnlab; print('cnnlab.datasets' in sys.modules)") == "False"


def test_the_package_tells_type_checkers_that_it_has_types():
    assert any(path.name == "py.typed" for path in _files())


def _files():
    from importlib.resources import files

    return list(files(cnnlab).iterdir())
