"""docs/papers.md: our figures there are those of the logs and measurements that come with cnnlab."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from cnnlab import models, recipes, since_1989
from cnnlab.datasets import embedded

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "papers.md").read_text(encoding="utf-8")
YEARS = {year: body for year, body in re.findall(r"^## (\d{4}): .+\n((?:(?!## ).*\n)*)", TEXT, re.MULTILINE)}
ROWS = {
    year: [[cell.strip() for cell in line.split("|")[1:-1]] for line in body.splitlines() if line.startswith("| ")][2:]
    for year, body in YEARS.items()
}
NUMBERS = {"two": 2, "three": 3, "five": 5, "ten": 10}


def counted(name, part="test"):
    found = recipes.log(name)["measured"][part]
    return f"{100 * found['error']:.2f} % ({found['wrong']:,} of {found['samples']:,})"


def mean(errors, spread=True):
    errors = 100 * np.array(errors)
    return f"{errors.mean():.2f} %" + (f" ({errors.min():.1f} to {errors.max():.1f} %)" if spread else "")


def expected():
    """What stands in the column "here", row by row, computed anew."""
    zips, refused, steps = since_1989.rejection(), since_1989.rejection()["refused"], since_1989.measured()
    second, dense = since_1989.second_order(), since_1989.dense()
    ideas = {row["idea"]: row for row in since_1989.ideas()}
    read = {name: json.loads(embedded(f"measured/{name}.json").read_text()) for name in ("relu_or_tanh", "race")}
    epochs = {kind: read["relu_or_tanh"][kind]["epoch_of_25_percent"] for kind in ("Tanh", "ReLU")}
    lite, later = (recipes.log(name)["measured"]["test"]["error_views"] for name in ("alexnet_lite", "alexnet_lite_bn"))
    tdnn, net, big = models.tdnn(), models.zip_code_1989(), models.alexnet_2012(initialiser="zeros")
    return {
        "1988": [
            f"{tdnn.parameter_count}",
            f"{recipes.log('tdnn')['measured']['test']['samples']} of one synthetic voice",
            *[counted("tdnn"), "-", "-", counted("tdnn_digits")],
        ],
        "1989": [
            *[f"{net.parameter_count:,}", f"{net.connection_count:,}"],
            f"{zips['train']['samples']:,} and {zips['test']['samples']:,}",
            f"{recipes.recipe('zip_code_1989').epochs}",
            *[f"{zips['train']['loss']:.4f}, halved", counted("zip_code_1989", "train")],
            *[f"{zips['test']['loss']:.4f}, halved", counted("zip_code_1989"), f"{100 * refused:.1f} %"],
            *[mean(steps[0]["test_errors"]), mean(second["test_errors"]), mean(second["train_errors"], False)],
            mean(steps[-1]["test_errors"], False),
            *[mean(ideas[name]["test_errors"]) for name in ("weight decay", "nine places")],
            *[mean(dense[key]) for key in ("test_errors", "train_errors", "refused")],
        ],
        "2012": [
            *[f"{big.parameter_count:,}", *"---------"],
            *[counted("alexnet_lite"), f"{100 * lite:.2f} %", counted("alexnet_lite_bn"), f"{100 * later:.2f} %"],
            f"{epochs['Tanh'] / epochs['ReLU']:g} ({epochs['Tanh']} by {epochs['ReLU']})",
            f"{100 * read['race']['error']:.1f} % after {read['race']['seconds']:.0f} s, two processor cores",
            *"--",
        ],
    }


def test_our_figures_are_those_of_the_logs():
    found = {year: [row[3] for row in rows] for year, rows in ROWS.items()}
    assert found == expected()
    assert json.loads(embedded("measured/race.json").read_text())["threads"] == NUMBERS["two"]


@pytest.mark.parametrize("year", ROWS)
def test_every_published_figure_says_how_it_is_known_and_every_one_of_ours_how_it_is_made(year):
    for what, paper, known, here, command in ROWS[year]:
        assert (known == "-") == (paper == "-") and known in ("-", "read", "recalled", "counted"), what
        assert (command == "-") == (here == "-") and (paper, here) != ("-", "-"), what


@pytest.mark.parametrize("command", sorted({row[4].strip("`") for rows in ROWS.values() for row in rows} - {"-"}))
def test_every_command_is_there(command):
    first, *rest = command.split()
    if first == "python":
        assert (ROOT / rest[0]).is_file()
        for option in (word for word in rest if word.startswith("--")):
            assert f'"{option}"' in (ROOT / rest[0]).read_text(encoding="utf-8")
    elif first == "cnnlab":
        from cnnlab.cli import main

        with pytest.raises(SystemExit) as end:
            main([*rest[:1], "--help"])
        assert end.value.code == 0
        if rest[0] in ("train", "evaluate", "summary"):
            assert recipes.log(rest[1])["recipe"]["name"] == rest[1]
    else:
        assert hasattr(models, command.removeprefix("models.").removesuffix("()"))


def test_front_page_and_notebooks_lead_to_the_page():
    assert "(docs/papers.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
    for name in ("12_phonemes_1988", "13_zip_codes_1989", "14_alexnet_2012"):
        assert "(../docs/papers.md)" in (ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"), name
        assert f"(../notebooks/{name}.ipynb)" in TEXT


def test_what_was_tried_against_the_papers_error_is_told_with_its_figures():
    (told,) = re.findall(r"Last, seven ideas(?:.+\n)+", TEXT)
    tested = [row for row in since_1989.ideas() if "test_errors" in row]
    assert len(since_1989.ideas()) == 1 + 7 and len(tested) == 1 + 3
    assert all(mean(row["test_errors"], False) in told for row in tested)
