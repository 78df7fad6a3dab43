"""`pictures`: ten kinds of thing, drawn by the thousand from a seed.

Small colour pictures of things that everybody knows, anywhere in the frame, at any size, in any colour, before any
background. What the pixels of one class have in common is the form alone, so that a classifier has to look for parts
(ears, wheels, wings) wherever they are.
"""

import numpy as np

from cnnlab import arguments
from cnnlab.datasets.base import Dataset
from cnnlab.datasets.generated.canvas import Canvas, each, hsl
from cnnlab.datasets.generated.objects import PAINTERS
from cnnlab.loops.runtime import team
from cnnlab.types import Array

NAMES = tuple(PAINTERS)
BLOCK = 50  # pictures that are painted together: enough to keep NumPy busy, few enough to stay in the processor's cache
SMALL = 40  # pixels of a side: with smaller pictures two threads take as long as one, and more of the processors' time


def _background(canvas, rng, tone):
    """Two soft colours, a ground, waves and a few odd shapes; tone (n,) is the lightness around which all of it
    stays.
    """
    n = canvas.n
    hue, saturation = rng.uniform(0, 1, n), rng.uniform(0.05, 0.6, n)
    near = hsl(hue, saturation, np.clip(tone + rng.uniform(-0.1, 0.1, n), 0, 1))
    far = hsl(hue + rng.normal(0, 0.12, n), saturation, np.clip(tone + rng.uniform(-0.1, 0.1, n), 0, 1))
    canvas.paint(np.full_like(canvas.u, -9.0), near)
    angle = rng.uniform(0, 2 * np.pi, n)
    canvas.place(0, 0, 1.0, angle)
    slope = np.clip(0.5 + 0.6 * canvas.v, 0, 1)
    waves = np.sin(canvas.u * each(rng.uniform(3, 22, n))) * each(rng.choice([0.0, 0.0, 0.17, 0.3], n))
    share = np.clip(slope + waves, 0, 1)
    for plane, a, b in zip(canvas.image, near, far, strict=True):
        plane += share * each(b - a)
    canvas.place(0, 0, 1.0)
    ground = hsl(hue + rng.normal(0, 0.2, n), saturation, np.clip(tone + rng.choice([-0.12, 0.12], n), 0, 1))
    canvas.paint(each(rng.uniform(0.1, 0.8, n)) - canvas.v, ground, rng.random(n) < 0.4)
    for shape in ("ellipse", "box", "stroke", "triangle"):
        _clutter(canvas, rng, shape, tone)


def _clutter(canvas, rng, shape, tone):
    """One odd shape in about half of the pictures: what a picture shows must not be told by the presence of a curve
    or a corner.
    """
    n = canvas.n
    canvas.place(rng.uniform(-1, 1, n), rng.uniform(-1, 1, n), rng.uniform(0.12, 0.5, n), rng.uniform(0, 2 * np.pi, n))
    if shape == "ellipse":
        distance = canvas.ellipse(0, 0, 1, rng.uniform(0.3, 1, n))
    elif shape == "box":
        distance = canvas.box(0, 0, 1, rng.uniform(0.2, 1, n), 0.1)
    elif shape == "stroke":
        distance = canvas.stroke(-1.5, 0, 1.5, 0, rng.uniform(0.08, 0.3, n))
    else:
        distance = canvas.polygon((0, -1), (rng.uniform(0.4, 1, n), 0.8), (-rng.uniform(0.4, 1, n), 0.8))
    colour = hsl(rng.uniform(0, 1, n), rng.uniform(0.1, 0.7, n), np.clip(tone + rng.uniform(-0.2, 0.2, n), 0.03, 0.97))
    canvas.paint(distance, colour, rng.uniform(0.3, 0.9, n) * (rng.random(n) < 0.5))


def draw(name: str, n: int, rng: np.random.Generator, side: int = 32) -> Array:
    """n pictures of one kind of thing; the drawing is the same at every side, only finer.

    Parameters
    ----------
    name : str
        One of NAMES.
    n : int
        How many.
    rng : Generator
        Draws everything that differs.
    side : int
        Pixels.

    Returns
    -------
    x : (n, side, side, 3) float32
        The pictures, 0..1.

    Raises
    ------
    ValueError
        For another name.
    """
    arguments.one_of("name", name, NAMES)
    canvas = Canvas(n, side)
    bright = rng.random(n) < 0.5
    tone = np.where(bright, rng.uniform(0.6, 0.86, n), rng.uniform(0.12, 0.38, n))
    _background(canvas, rng, tone)
    size = rng.uniform(0.38, 0.74, n)
    room = np.maximum(1.02 - size, 0.06)
    canvas.place(
        rng.uniform(-room, room),
        rng.uniform(-room, room),
        size,
        rng.uniform(-0.5, 0.5, n),
        rng.choice([-1.0, 1.0], n),
        rng.uniform(0.82, 1.0, n),
    )
    canvas.shade = -each(rng.uniform(0.0, 0.16, n)) * np.clip(canvas.v + 0.4 * canvas.u, -1, 1)
    hue = rng.uniform(0, 1, n)
    lightness = np.where(bright, rng.uniform(0.22, 0.5, n), rng.uniform(0.52, 0.78, n))
    body = hsl(hue, rng.uniform(0.35, 0.9, n), lightness)
    second = hsl(
        hue + rng.choice([0.08, 0.33, 0.5, 0.92], n),
        rng.uniform(0.4, 0.95, n),
        np.clip(lightness + rng.choice([-0.16, 0.2], n), 0.15, 0.85),
    )
    PAINTERS[name](canvas, rng, body, second)
    pictures = canvas.pictures()
    noise = rng.standard_normal(pictures.shape, np.float32)
    noise *= np.float32(0.02)
    pictures += noise
    return np.clip(pictures, 0, 1, out=pictures)


def pictures(train: int = 10_000, test: int = 2_000, side: int = 32, seed: int = 0) -> Dataset:
    """Boats, butterflies, cars, cats, cups, fish, flowers, houses, rockets and trees, drawn from a seed.

    All are different, and nothing is embedded; 10,000 take a few seconds. Made so that a linear classifier stays under
    40 %, a fully-connected network as large as AlexNet-lite under 70 %, and AlexNet-lite gets over 95 % of the test
    pictures right; benchmarks/pictures_difficulty.py measures it.

    Parameters
    ----------
    train, test : int
        How many pictures, every class equally often (the first classes once more where ten does not divide them).
    side : int
        Pixels, at least 4.
    seed : int
        A whole number from 0. The same seed gives the same pictures.

    Returns
    -------
    data : Dataset
        Pictures float32 (N, side, side, 3), 0..1, in random order.

    Raises
    ------
    TypeError
        For anything but whole numbers.
    ValueError
        For numbers that are too small.
    """
    for name, value, least in (("train", train, 1), ("test", test, 1), ("side", side, 4)):
        arguments.whole(name, value, least)
    seed = arguments.seed("seed", seed)
    x_train, y_train = _part(train, side, (seed, 0))
    x_test, y_test = _part(test, side, (seed, 1))
    return Dataset(x_train, y_train, x_test, y_test, NAMES)


def _part(n, side, seed):
    """n pictures in random order and their labels. Every block has a seed of its own, so that threads cannot change
    the pictures.
    """
    y = np.random.default_rng(seed).permutation(np.arange(n) % len(NAMES))
    x = np.empty((n, side, side, 3), np.float32)

    def fill(k):
        kind, block = tasks[k]
        rows = np.flatnonzero(y == kind)[block * BLOCK : (block + 1) * BLOCK]
        x[rows] = draw(NAMES[kind], len(rows), np.random.default_rng((*seed, kind, block)), side)

    tasks = [(kind, block) for kind in range(len(NAMES)) for block in range(-(-int((y == kind).sum()) // BLOCK))]
    team.run(fill, len(tasks), 0 if side < SMALL else team.ENOUGH)
    return x, y
