"""Embedded files are whole, found, and their licences are written down; a data set tells what it is."""

import hashlib
import re
from pathlib import Path

import pytest

from cnnlab import datasets
from cnnlab.datasets import base

DATA = Path(base.__file__).parents[2] / "data"


def test_data_readme_names_every_file_with_its_sha256_and_licence():
    rows = re.findall(r"^\| (\S+\.\w+) \|.*\| ([^|]+) \| ([0-9a-f]{64}) \|$", (DATA / "README.md").read_text(), re.M)
    listed = {name: (licence.strip(), sha) for name, licence, sha in rows}
    files = {str(p.relative_to(DATA).as_posix()) for p in DATA.rglob("*") if p.is_file() and p.name != "README.md"}
    assert set(listed) == files
    for name, (licence, sha) in listed.items():
        assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() == sha, name
        assert licence
    assert sum((DATA / name).stat().st_size for name in files if name.startswith(("digits", "photos/"))) < 3e6


def test_a_missing_file_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(base, "_FOLDERS", (tmp_path,))
    with pytest.raises(FileNotFoundError, match=r"digits\.npz is missing"):
        datasets.digits()


def test_data_is_found_inside_of_an_installed_package_too(monkeypatch, tmp_path):
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "digits.npz").write_bytes((DATA / "digits.npz").read_bytes())
    monkeypatch.setattr(base, "_FOLDERS", (tmp_path / "inside", tmp_path / "beside"))
    assert len(datasets.digits().x_train) == 1347


def test_a_dataset_unpacks_and_tells_what_it_is():
    data = datasets.digits()
    x_train, *_ = data
    assert x_train is data.x_train and data.shape == (8, 8, 1)
    assert "1,347 images to train on, 450 to test on" in repr(data) and "10 classes: 0, 1, 2" in repr(data)
    with pytest.raises(AttributeError):
        data.x_train = None
