"""Pictures on light and on dark pages: their caption, their colours, their size."""

import base64
import io
from contextlib import nullcontext
from functools import lru_cache
from html.parser import HTMLParser

import numpy as np
import pytest
from anything.odd import some_slow
from explorers import everything
from matplotlib.colors import to_hex, to_rgb
from matplotlib.text import Text
from PIL import Image

from cnnlab import draw, explore
from cnnlab.analysis.descent import descend
from cnnlab.analysis.landscape import Quadratic
from cnnlab.analysis.trace import record
from cnnlab.explore.still.layout import paint
from cnnlab.layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU
from cnnlab.losses import BinaryCrossEntropy, CrossEntropy
from cnnlab.network import Network
from cnnlab.picture import STYLE, Picture, new_figure
from cnnlab.themes import on_dark
from cnnlab.training import History

HEIGHTS = [round(0.1 * tenths, 1) for tenths in range(10, 30)]  # inches
PAPER = {dark: STYLE["themes"][name]["paper"] for dark, name in ((False, "light"), (True, "dark"))}


def makers():
    """{name: what makes the Picture}; the same one at every call."""
    rng = np.random.default_rng(0)
    signs, photos = rng.normal(size=(5, 6)), rng.random((6, 8, 8, 3), dtype=np.float32)
    white = np.ones((6, 8, 8, 1), np.float32) - np.eye(8, dtype=np.float32)[None, :, :, None]
    sounds = rng.uniform(-1, 1, (2, 9, 4)).astype(np.float32)
    waves = rng.uniform(-1, 1, (2, 6000))
    lines = rng.random((3, 12))
    convolving = Network([Conv2D(4, 3), ReLU(), MaxPool2D(2), Flatten(), Dense(3)], (8, 8, 1), rng=1)
    plane, two = np.random.default_rng(1).normal(size=(30, 2)), np.arange(30) % 2
    named = {"one": lines[0], "another": lines[1], "a third": lines[2]}
    landscape = Quadratic((1.0, 4.0))
    epochs = [
        dict(epoch=k, loss=1 / k, accuracy=1 - 0.3 / k, validation_loss=1.2 / k, validation_accuracy=1 - 0.4 / k)
        for k in range(1, 6)
    ]
    return {
        "confusion": lambda: draw.confusion(rng.integers(0, 30, (5, 5)), ["cat", "dog", "fish", "boat", "tree"]),
        "convolution_step": lambda: draw.convolution_step(signs.round(1), signs[:2, :2].round(1), 1, 2),
        "curves": lambda: draw.curves(np.arange(12), named, "epoch", "loss", marks={"here": 4.0}),
        "powers": lambda: draw.curves(np.arange(1, 13), {"2^n": 2.0 ** np.arange(12)}, "n", "2^n", log=True),
        "dots": lambda: draw.dots(named, "error (%)", marks={"the paper": 0.5}),
        "grid": lambda: draw.grid({"e": signs, "de": -signs[:3]}, boxes={"e": [(1, 1), (1, 2)]}),
        "images": lambda: draw.images(photos, [f"image {k}" for k in range(6)]),
        "white images": lambda: draw.images(white, span=(0, 1)),
        "mistakes": lambda: draw.mistakes(white, np.arange(6), np.arange(6)[::-1]),
        "no mistakes": lambda: draw.mistakes(white, np.arange(6), np.arange(6)),
        "kernels": lambda: draw.kernels(rng.normal(size=(3, 3, 1, 6))),
        "colour kernels": lambda: draw.kernels(rng.normal(size=(3, 3, 3, 6))),
        "feature_maps": lambda: draw.feature_maps(signs[:, :, None].repeat(4, 2)),
        "maps of ReLU": lambda: draw.feature_maps(np.maximum(signs, 0)[:, :, None].repeat(4, 2)),
        "bars": lambda: draw.bars(
            {"one": 1.0, "two": 2.5}, "errors (%)", marked=["one"], hollow=["two"], legend={"hollow": "recalled"}
        ),
        "halves": lambda: draw.halves(dealt_out()),
        "network": lambda: draw.network(convolving),
        "nonlinearities": draw.nonlinearities,
        "occlusion": lambda: draw.occlusion(photos[0], rng.random((4, 4)), 3, 0.9, "cat"),
        "spectrograms": lambda: draw.spectrograms(sounds, ["ba", "da"]),
        "syllables": lambda: draw.syllables(waves, rng.uniform(-50, 0, (2, 9, 40)), sounds, ["ba", "da"]),
        "time_delay": lambda: draw.time_delay(
            sounds[0], {"hidden 1": lines[:, :7].T, "hidden 2": lines[:, :5].T}, "bdg"
        ),
        "loss_surface": lambda: draw.loss_surface(
            landscape, paths={"eta 0.1": descend(landscape, (1, 1), 0.1, 9)}, cells=21
        ),
        "one answer": lambda: draw.decision_regions(
            Network([Dense(4), ReLU(), Dense(1)], (2,), rng=3), plane, two, BinaryCrossEntropy().yhat, cells=31
        ),
        "three answers": lambda: draw.decision_regions(
            Network([Dense(4), ReLU(), Dense(3)], (2,), rng=3), plane, np.arange(30) % 3, CrossEntropy().yhat, cells=31
        ),
        "trace": lambda: draw.trace(record(convolving, CrossEntropy(), photos[:2, :, :, :1], np.array([0, 1]))),
        "tally": lambda: draw.tally(
            {"07": ["right", "wrong", "shown", "open"]}, {"o": ["right", "wrong", "shown", "open"]}
        ),
        "history": lambda: History(epochs).plot(),
    }


NAMES = "confusion convolution_step curves grid history images loss_surface network occlusion syllables".split()
NAMES += ["still", "tally", "three answers", "time_delay"]  # all that is painted in a way of its own


def dealt_out():
    """A network for two machines."""
    return Network([Conv2D(4, 3), Conv2D(4, 3, groups=2), Flatten(), Dense(6), Dense(3)], (8, 8, 1), rng=0)


@lru_cache
def drawn(name):
    return paint(everything()) if name == "still" else makers()[name]()


@lru_cache
def looks(name):
    """A picture as a notebook has it, light and dark; then painted once more on either paper: {dark: `painted`}."""
    picture = drawn(name)
    return picture._repr_mimebundle_(), {dark: painted(picture, dark) for dark in (False, True)}


def test_all_that_is_drawn_is_among_them():
    assert set(draw.__all__) - {"decision_regions"} <= makers().keys() >= set(NAMES) - {"still"}


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def contrast(colour, other):
    """As the Web Content Accessibility Guidelines reckon it: 1 to 21."""

    def light(rgb):
        rgb = np.array(rgb)
        return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4) @ (0.2126, 0.7152, 0.0722)

    low, high = sorted(0.05 + light(to_rgb(one)) for one in (colour, other))
    return high / low


class Page(HTMLParser):
    """What accessibility checkers look at: the images with their alternative text, visible words, scripts."""

    def __init__(self, html):
        super().__init__()
        self.images, self.tags, self.words, self.styles, self.open = [], [], "", "", []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.open.append(tag)
        if tag == "img":
            self.images.append(dict(attributes))
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, words):
        if self.open[-1] == "style":
            self.styles += words
        else:
            self.words += words


def is_told(bundle):
    """Every image has the caption as its alternative text, and visibly below it; nothing runs, nothing is loaded."""
    page, caption = Page(bundle["text/html"]), bundle["text/plain"]
    assert caption.strip() and page.images, "a picture without words, or words without a picture"
    for image in page.images:
        assert image["alt"] == caption
        assert base64.b64decode(image["src"].removeprefix("data:image/png;base64,")) == bundle["image/png"]
    assert page.words == caption and "figcaption" in page.tags
    assert set(page.tags) <= {"figure", "style", "img", "figcaption"} and "http" not in page.styles
    assert not any(name.startswith("on") for image in page.images for name in image)
    return page


def night_of(page):
    """The bytes of the picture on dark paper."""
    (night,) = [part.split('"')[0] for part in page.styles.split("base64,")[1:]]
    return base64.b64decode(night)


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_carries_its_caption_and_both_of_its_papers(name):
    bundle, again = looks(name)
    page = is_told(bundle)
    assert night_of(page) == again[True][0]
    assert f".{page.images[0]['class']}" in page.styles, "the style sheet must mean this picture and no other"


def test_captions_are_words_and_not_html():
    picture = Picture(new_figure(1, 1)[0], 'a < b & "c" <script>alert(1)</script> <img src=x onerror=y>')
    is_told(picture._repr_mimebundle_())


def test_an_explorer_carries_the_words_that_stand_for_it():
    explorer = explore.Descent()
    page = is_told(explorer._repr_mimebundle_())
    assert page.words == repr(explorer)


def painted(picture, dark):
    """The bytes of its file, and [(words, colour)] of all texts as they are while it is painted."""
    written, save = [], picture.figure.savefig

    def looked_at(*arguments, **options):
        save(*arguments, **options)
        for text in picture.figure.findobj(Text):
            if text.get_visible() and text.get_text().strip():
                written.append((text.get_text(), text.get_color()))

    picture.figure.savefig = looked_at
    try:
        return picture.png(dark), written
    finally:
        del picture.figure.savefig


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_is_read_on_its_paper(name, dark):
    png, written = looks(name)[1][dark]
    paper = to_hex(pixels(png)[0, 0] / 255)
    assert paper == PAPER[dark].lower()
    on_colour = {to_hex(STYLE["on_colour"][which]) for which in ("dark", "light")}
    assert written
    signs = {to_hex(colour) for colour in STYLE["colours"]["dark" if dark else "light"]}  # as live views write them
    for words, colour in written:
        if to_hex(colour) not in on_colour | (signs if name == "still" else set()):
            assert contrast(colour, paper) >= 4.5, (words, colour)


@pytest.mark.parametrize("height", some_slow(HEIGHTS, HEIGHTS[::4]))
def test_numbers_that_the_layout_brings_are_written_for_dark_paper_too(height):
    figure, axes = new_figure(1.5, height)
    axes[0, 0].plot([0, 1])
    picture = Picture(figure, "a line")
    picture.png()  # has more of them than the layout begins with
    for words, colour in painted(picture, dark=True)[1]:
        assert contrast(colour, PAPER[True]) > 4.5, words


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_numbers_on_coloured_cells_are_read_on_them(dark):
    values = np.linspace(-1, 1, 33)[None]
    for picture in (draw.grid(values, scale=1), draw.confusion(np.arange(25).reshape(5, 5))):
        (image,) = picture.axes[0].images
        with on_dark(picture.figure) if dark else nullcontext():
            for text in picture.axes[0].texts:
                column, row = text.get_position()
                cell = image.to_rgba(image.get_array()[row, column])
                assert contrast(text.get_color(), cell) > 3.8, (text.get_text(), to_hex(cell))


@pytest.mark.parametrize("name", NAMES)
def test_the_same_picture_gives_the_same_bytes_whatever_was_painted_before(name):
    bundle, again = looks(name)
    light, dark = bundle["image/png"], night_of(Page(bundle["text/html"]))
    assert again[False][0] == light and again[True][0] == dark and light != dark
    assert pixels(light).shape == pixels(dark).shape


def test_dark_paper_changes_signs_and_ink_but_no_photograph():
    photo = np.linspace(0, 1, 8 * 8 * 3).reshape(1, 8, 8, 3)
    for picture in (draw.images(photo), draw.images(photo[..., :1])):
        middle = tuple(slice(side // 3, 2 * side // 3) for side in pixels(picture.png()).shape[:2])
        assert np.array_equal(pixels(picture.png())[middle], pixels(picture.png(dark=True))[middle])
    for values, paper in (([[0.0, 0.0], [0.0, 1.0]], "ink"), ([[0.0, 0.0], [0.0, -1.0]], "signs")):
        seen = pixels(draw.feature_maps(np.array(values)[:, :, None], size=2.0).png(dark=True))
        dark = STYLE["themes"]["dark"]["paper"] if paper == "ink" else STYLE["maps"]["dark"][2]
        zero = seen[seen.shape[0] // 3, seen.shape[1] // 4]
        assert np.abs(zero / 255 - to_rgb(dark)).max() < 0.01


def test_white_images_have_an_edge():
    seen = pixels(draw.images(np.ones((1, 4, 4, 1)), span=(0, 1)).png())
    assert (seen.min(axis=2) < 200).any(axis=0).sum() > 0.7 * seen.shape[1], "a line above or below, nearly as wide"
    assert (seen.min(axis=2) < 200).any(axis=1).sum() > 0.7 * seen.shape[0], "and beside"


def test_a_probability_has_an_axis_from_0_to_1():
    bar = drawn("one answer").axes[1]
    assert bar.get_ylim() == (0, 1) and bar.get_ylabel() == "yhat"


def test_pictures_are_small_and_photographs_whole():
    rng = np.random.default_rng(0)
    chart, photo = drawn("curves"), rng.random((1, 120, 120, 3))
    whole, png = io.BytesIO(), looks("curves")[0]["image/png"]
    chart._put_back()
    chart.figure.savefig(whole, format="png", dpi=110)
    assert len(png) < 0.6 * len(whole.getvalue()), "a bundle has three of them"
    assert len(np.unique(pixels(png).reshape(-1, 3), axis=0)) <= 256
    off = np.abs(pixels(png).astype(int) - pixels(whole.getvalue()))
    assert off.mean() < 0.5 and off.max() < 60, "nobody sees that"
    picture = draw.images(photo, size=3.0)
    whole = io.BytesIO()
    picture._put_back()
    picture.figure.savefig(whole, format="png", dpi=110)
    assert np.array_equal(pixels(picture.png()), pixels(whole.getvalue()))
