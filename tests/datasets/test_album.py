"""Folders of images that are written: what `own` reads is what was written."""

import numpy as np
import pytest

from cnnlab import datasets


def test_own_reads_what_album_wrote(tmp_path, rng):
    x, y = np.round(255 * rng.random((12, 8, 8, 3))) / 255, np.arange(12) % 3
    datasets.album(tmp_path / "fruits", x, y, ("apple", "pear", "fig"))
    data = datasets.own(tmp_path / "fruits", size=8, test=0.25)
    assert data.names == ("apple", "fig", "pear"), "folders are read in the order of the alphabet"
    read = np.concatenate([data.x_train, data.x_test])
    labels = np.concatenate([data.y_train, data.y_test])
    for name, label in zip(("apple", "pear", "fig"), range(3), strict=True):
        mine = read[labels == data.names.index(name)]
        assert np.allclose(np.sort(mine.sum((1, 2, 3))), np.sort(x[y == label].sum((1, 2, 3))), atol=1e-3)


def test_a_second_album_goes_on_behind_the_first(tmp_path):
    x = np.linspace(0, 1, 4).reshape(4, 1, 1, 1) * np.ones((1, 4, 4, 1))
    for part in (slice(0, 2), slice(2, 4)):
        datasets.album(tmp_path, x[part], np.zeros(2, int), ["grey"])
    assert sorted(path.name for path in (tmp_path / "grey").iterdir()) == [f"{k:04}.png" for k in range(4)]
    assert np.allclose([datasets.image(tmp_path / "grey" / f"{k:04}.png").mean() for k in range(4)], x[:, 0, 0, 0])


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"x": np.zeros((2, 4, 4))}, ValueError, r"x must be \(N, H, W, C\)"),
        ({"x": np.zeros((2, 4, 4, 2))}, ValueError, r"x must be \(N, H, W, 3\) or \(N, H, W, 1\)"),
        ({"x": np.full((2, 4, 4, 3), 255.0)}, ValueError, r"x must lie within 0\.\.1; got 255 to 255"),
        ({"x": np.zeros((2, 4, 4, 3), np.uint8)}, TypeError, "x must hold float32 or float64"),
        ({"y": np.zeros(3, int)}, ValueError, "y must hold one whole number for each of the 2 images"),
        ({"y": np.zeros(2)}, ValueError, "y must hold one whole number"),
        ({"y": np.array([0, 2])}, ValueError, "y must be 0 to 1, one of the 2 names; got 0 to 2"),
        ({"names": ["a", "../b"]}, ValueError, r"names must be such as folders can have; got '\.\./b'"),
        ({"names": ["a", ".."]}, ValueError, r"names must be such as folders can have"),
        ({"names": ["a", ""]}, ValueError, r"names must be such as folders can have"),
        ({"path": 3}, TypeError, "path must be the path"),
    ],
)
def test_what_cannot_be_written_is_refused_before_anything_is(tmp_path, change, error, words):
    given = {"path": tmp_path / "all", "x": np.zeros((2, 4, 4, 3)), "y": np.array([0, 1]), "names": ["a", "b"]}
    with pytest.raises(error, match=words):
        datasets.album(**(given | change))
    assert not list(tmp_path.iterdir())
