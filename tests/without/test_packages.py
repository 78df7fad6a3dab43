"""Without numba, matplotlib, downloads and widgets: NumPy alone computes, and what needs more says so clearly."""

import pytest
from processes import run

from cnnlab import packages
from without import GONE, REFUSE

TRY = """
import cnnlab
from cnnlab import datasets, explore
for what, call in {
    "a still picture": lambda: explore.ChainRule.example().picture(),
    "a figure": lambda: cnnlab.draw,
    "a live view": lambda: explore.ChainRule.example().widget,
    "a download": lambda: datasets.usps(),
    "a picture": lambda: datasets.image("cnnlab/nowhere.png"),
}.items():
    try:
        call()
        print(what, "is there")
    except ModuleNotFoundError as problem:
        print(what, "|", problem.name, "|", problem)
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What a Python says that has NumPy alone: line by line."""
    code = f"{REFUSE}{TRY}\nprint('doctor:', cnnlab.doctor())\nprint(explore.ChainRule.example()._repr_mimebundle_())"
    return run(code, CNNLAB_DATA=str(tmp_path_factory.mktemp("data"))).splitlines()


def test_what_needs_a_package_that_is_missing_names_it_and_what_to_install(said):
    told = {line.split(" | ")[0]: line.split(" | ")[1:] for line in said if " | " in line}
    wanted = {
        "a still picture": ("matplotlib", "Still pictures need the package matplotlib"),
        "a figure": ("matplotlib", "Still pictures need the package matplotlib"),
        "a live view": ("anywidget", "Live views in notebooks need the package anywidget"),
        "a download": ("requests", "Downloads need the package requests"),
        "a picture": ("PIL", "Pictures in files need the package pillow"),
    }
    assert told.keys() == wanted.keys(), said
    for what, (module, words) in wanted.items():
        assert told[what][0] == module and told[what][1].startswith(f"{words}, which is missing here: python -m pip")


def test_the_doctor_says_once_what_is_missing_and_what_that_means(said):
    for name, effect in packages.WITHOUT.items():
        assert said.count(f"! {name} is missing: {effect}. Remedy: python -m pip install {name}") == 1
    assert "machine code: none, without numba" in said
    assert not any("NUMBA_DISABLE_JIT" in line for line in said)


def test_an_explorer_that_cannot_be_shown_is_still_told_in_words(said):
    assert said[-1].startswith("{'text/plain': ") and "chain rule" in said[-1].lower()


def test_what_is_installed_is_not_lacking():
    assert packages.lacking() == []
    assert {packages.MODULES.get(name, name) for name in packages.WITHOUT} <= set(GONE)


def test_what_a_package_needs_itself_is_named_too():
    with pytest.raises(ModuleNotFoundError, match=r"Downloads need the package pooch.*it needs lzma, which is missing"):
        with packages.needs("pooch", "Downloads"):
            raise ModuleNotFoundError("No module named '_lzma'", name="lzma")


def test_the_first_import_brings_nothing_that_takes_long():
    heavy = {*packages.WITHOUT, "IPython", "PIL"}
    for module in ("cnnlab", "cnnlab.explore"):
        came = run(f"import sys, {module}; print(sorted({heavy} & set(sys.modules)))")
        assert came == "[]", f"import {module} brings {came}"


def test_a_bar_that_shows_nothing_goes_through_everything():
    with packages.NoBar(range(3), total=3) as bar:
        bar.set_description("three")
        bar.update(1)
        assert list(bar) == [0, 1, 2]
