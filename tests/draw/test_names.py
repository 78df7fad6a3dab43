"""Names come from data: any sign, any script, any length, in every picture."""

import logging
from itertools import combinations

import numpy as np
import pytest
from anything.odd import some_slow
from matplotlib.text import Text

from cnnlab import draw, lettering
from cnnlab.analysis.descent import descend
from cnnlab.analysis.landscape import Quadratic
from cnnlab.analysis.trace import record
from cnnlab.layers import Dense
from cnnlab.losses import CrossEntropy
from cnnlab.network import Network

MONEY, ODD = "Ba$$in", r"$\frac{$"
LONG = "Taraxacum officinale, " * 12 + "common dandelion"
NAMES = ["$5", MONEY, ODD, "猫 と 犬", "नमस्ते", "😀\x1b[2J\u202e", LONG, LONG + "s", "a\nb\tc", r"\$"]
COUNT = len(NAMES)
SHORT = [MONEY, ODD, "猫 と 犬", LONG]  # for a picture of three panels each


def pictures():
    """{name: what makes the Picture}."""
    rng = np.random.default_rng(0)
    labels = np.arange(COUNT)
    photos = rng.random((COUNT, 8, 8, 1), dtype=np.float32)
    lines = rng.random((COUNT, 6))
    landscape = Quadratic((1.0, 4.0))
    path = descend(landscape, (1, 1), 0.1, 3)
    network = Network([Dense(2)], (3,), rng=1)
    network.layers[0].name = LONG + MONEY
    x = rng.random((2, 3), dtype=np.float32)
    sounds = rng.uniform(-1, 1, (COUNT, 9, 4)).astype(np.float32)
    waves = rng.uniform(-1, 1, (COUNT, 400))
    few = dict(zip(NAMES, lines, strict=True))
    return {
        "confusion": lambda: draw.confusion(rng.integers(1, 30, (COUNT, COUNT)), NAMES),
        "curves": lambda: draw.curves(np.arange(6), few, LONG, MONEY + LONG, marks={MONEY: 2.0}),
        "powers": lambda: draw.curves(np.arange(6), {"$5": 10.0 ** np.arange(6)}, ODD, MONEY, log=True),
        "bars": lambda: draw.bars(dict.fromkeys(NAMES, 3.0), ODD + LONG),
        "dots": lambda: draw.dots(few, ODD + LONG, marks={ODD: 0.5}),
        "grid": lambda: draw.grid({name: lines[:2, :2] for name in NAMES}),
        "images": lambda: draw.images(photos, NAMES),
        "mistakes": lambda: draw.mistakes(photos, labels, np.roll(labels, 1), NAMES),
        "feature_maps": lambda: draw.feature_maps(photos[0].repeat(COUNT, 2), names=NAMES),
        "occlusion": lambda: draw.occlusion(photos[0], rng.random((4, 4)), 3, 0.9, LONG + MONEY),
        "spectrograms": lambda: draw.spectrograms(sounds, NAMES),
        "syllables": lambda: draw.syllables(waves[:4], rng.uniform(-50, 0, (4, 9, 4)), sounds[:4], SHORT),
        "time_delay": lambda: draw.time_delay(sounds[0], {LONG: lines[:, :3], ODD: lines.T}, NAMES),
        "loss_surface": lambda: draw.loss_surface(landscape, paths=dict.fromkeys(NAMES, path), cells=5),
        "trace": lambda: draw.trace(record(network, CrossEntropy(), x, np.array([0, 1]))),
    }


@pytest.fixture(scope="module")
def painted():
    """What gives a picture that was painted, once for all tests, and what was logged of it: (picture, records)."""
    heard, makers = logging.Handler(), pictures()
    kept, heard.emit = {}, lambda record: kept[None].append(record)

    def paint(name):
        if name not in kept:
            kept[None] = records = []
            logging.getLogger().addHandler(heard)
            try:
                picture = makers[name]()
                picture.png()  # a box in a letter's place, or mathematics that cannot be read, is warned of
            finally:
                logging.getLogger().removeHandler(heard)
            kept[name] = picture, [record for record in records if record.levelno >= logging.WARNING]
        return kept[name]

    return paint


EVERY = (
    *("confusion", "curves", "powers", "bars", "dots", "grid", "images", "mistakes", "feature_maps", "occlusion"),
    *("spectrograms", "syllables", "time_delay", "loss_surface", "trace"),
)
ALIKE = ("dots", "mistakes", "feature_maps", "spectrograms")  # to curves, images and syllables
SOME = some_slow(EVERY, [name for name in EVERY if name not in ALIKE])


@pytest.mark.parametrize("name", SOME)
def test_names_are_words_in_every_picture(painted, name):
    picture, records = painted(name)
    assert not records
    powers = {
        label
        for ax in picture.axes
        for axis in (ax.xaxis, ax.yaxis)
        if axis.get_scale() == "log"
        for label in axis.get_ticklabels(which="both")
    }
    for text in picture.figure.findobj(Text):
        assert text in powers or not text.get_parse_math() or not text.get_text().strip("−.0123456789"), text
        assert lettering.drawable(text.get_text()) == text.get_text()


@pytest.mark.parametrize("name", SOME)
def test_names_leave_room_for_the_picture_and_for_each_other(painted, name):
    picture, _ = painted(name)
    figure = picture.figure
    width, height = figure.bbox.width, figure.bbox.height
    assert width <= 45 * figure.dpi and height <= 45 * figure.dpi
    for ax in picture.axes:
        box = ax.get_window_extent()
        scale = ax.get_label() == "<colorbar>"
        assert min(box.width, box.height) > (0.05 if scale else 0.25) * figure.dpi, ax
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height
        for axis in (ax.xaxis, ax.yaxis):
            ticks = [label for label in axis.get_ticklabels() if label.get_text() and label.get_visible()]
            assert apart(ticks, turned=any(label.get_rotation() for label in ticks))
    titles = [ax.title for ax in picture.axes if ax.title.get_text()]
    assert apart(titles)
    for text in titles:
        box = text.get_window_extent()
        assert box.x0 >= -2 and box.x1 <= width + 2 and box.y1 <= height + 2, text


def apart(texts, turned=False):
    boxes = [text.get_window_extent() for text in texts]
    if turned:  # slanted words side by side: their boxes overlap, they do not
        return True
    return not any(a.shrunk(0.95, 0.8).overlaps(b.shrunk(0.95, 0.8)) for a, b in combinations(boxes, 2))


def test_powers_of_ten_are_still_set_as_such(painted):
    ticks = painted("powers")[0].axes[0].yaxis.get_ticklabels()
    assert any(r"10^{" in label.get_text() and label.get_parse_math() for label in ticks)


def test_a_confusion_matrix_keeps_its_cells_whatever_the_names():
    matrix = np.ones((4, 4), int)
    plain, long = draw.confusion(matrix), draw.confusion(matrix, ["a", "b", "c", LONG])
    for picture in (plain, long):
        picture.png()
    small, large = (picture.axes[0].get_window_extent().width for picture in (plain, long))
    assert 0.8 * small < large < 1.3 * small
    with pytest.raises(ValueError, match=r"names must be 4, one for each class of matrix; got 3"):
        draw.confusion(matrix, ["a", "b", "c"])


def test_letters_come_from_any_font_there_is_and_are_numbered_where_there_is_none():
    assert lettering.families("plain") == ["DejaVu Sans"]
    found = lettering.families("⎵")  # the first font lacks this bracket; STIX, which comes with matplotlib, has it
    assert found[0] == "DejaVu Sans" and lettering.drawable("⎵") == "⎵"
    assert lettering.drawable("a\x1bb\U00013000") in ("a‹1b›b‹13000›", "a‹1b›b\U00013000")


def test_names_are_shortened_in_the_middle_and_stay_different():
    assert lettering.shortened(["house", "a  very\nlong name of a class"], 13) == ["house", "a very…class"]
    alike = lettering.shortened(["x" * 20 + "a" + "y" * 20, "x" * 20 + "b" + "y" * 20, "z"], 9)
    assert alike == ["xxxx…yyyy (0)", "xxxx…yyyy (1)", "z"]
    assert lettering.inches(lettering.fitted("W" * 80, 1.0, 9), 9) <= 1.0
    assert lettering.inches(lettering.fitted("猫" * 80, 1.0, 9), 9) <= 1.0
