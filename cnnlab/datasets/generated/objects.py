"""The ten things that `pictures` shows, each painted from a few shapes.

Every painter gets a canvas whose frame fits the thing (-1..1 both ways), a generator and two colours: (3, n) arrays
for the body and for the second colour. Every measure is drawn anew for every picture, within limits that keep the
thing what it is.
"""

import numpy as np

from cnnlab.datasets.generated.canvas import Canvas, each, hsl
from cnnlab.types import Array, ArrayLike

DARK = np.array([0.10, 0.09, 0.12], np.float32)
PALE = np.array([0.97, 0.96, 0.92], np.float32)
GLASS = np.array([0.72, 0.86, 0.93], np.float32)


def mixed(one: ArrayLike, other: ArrayLike, share: ArrayLike) -> Array:
    """Between two colours: share = 0 gives one, share = 1 gives the other; (3,) or (3, n) each."""
    one, other = (np.asarray(c, np.float32).reshape(3, -1) for c in (one, other))
    return one + (other - one) * np.asarray(share, np.float32)


def boat(canvas: Canvas, rng: np.random.Generator, body: Array, second: Array) -> None:
    """A hull, a mast and two sails."""
    n = canvas.n
    deck, keel = rng.uniform(0.22, 0.36, n), rng.uniform(0.72, 0.9, n)
    bow, stern = rng.uniform(0.8, 0.98, n), rng.uniform(0.75, 0.95, n)
    top = rng.uniform(-0.98, -0.85, n)
    canvas.paint(canvas.stroke(0, top, 0, deck, 0.09), mixed(DARK, body, 0.25))
    foot = deck - 0.12
    canvas.paint(canvas.polygon((0.09, top + 0.04), (rng.uniform(0.6, 0.82, n), foot), (0.09, foot)), second)
    canvas.paint(
        canvas.polygon((-0.09, top + rng.uniform(0.15, 0.35, n)), (-0.09, foot), (-rng.uniform(0.5, 0.72, n), foot)),
        mixed(second, PALE, rng.uniform(0.25, 0.8, n)),
    )
    canvas.paint(
        canvas.polygon(
            (-stern, deck),
            (bow, deck),
            (bow - rng.uniform(0.22, 0.4, n), keel),
            (-stern + rng.uniform(0.15, 0.3, n), keel),
        ),
        body,
    )
    canvas.paint(
        canvas.polygon((-stern, deck), (bow, deck), (bow - 0.05, deck + 0.11), (-stern + 0.04, deck + 0.11)),
        mixed(body, PALE, 0.65),
    )


def butterfly(canvas: Canvas, rng: np.random.Generator, body: Array, second: Array) -> None:
    """Two pairs of wings with spots, a slim dark body and feelers."""
    n = canvas.n
    spread, lower = rng.uniform(0.48, 0.58, n), rng.uniform(0.4, 0.5, n)
    high, low = rng.uniform(-0.48, -0.36, n), rng.uniform(0.34, 0.46, n)
    slant = rng.uniform(0.4, 0.75, n)
    wing = mixed(body, second, rng.uniform(0.0, 0.5, n))
    for side in (-1, 1):
        canvas.paint(canvas.ellipse(side * lower, low, rng.uniform(0.34, 0.42, n), 0.32, side * slant), wing)
        canvas.paint(canvas.ellipse(side * spread, high, 0.46, rng.uniform(0.34, 0.42, n), -side * slant), body)
    spot, where = rng.uniform(0.12, 0.19, n), rng.uniform(0.5, 0.62, n)
    for side in (-1, 1):
        canvas.paint(canvas.ellipse(side * where, high - 0.03, spot, spot), second)
        canvas.paint(
            canvas.ellipse(side * (where - 0.1), low + 0.03, spot * 0.75, spot * 0.75), mixed(second, PALE, 0.4)
        )
    for side in (-1, 1):
        canvas.paint(canvas.stroke(0, -0.5, side * rng.uniform(0.2, 0.32, n), -0.95, 0.06), DARK)
    canvas.paint(canvas.ellipse(0, 0.05, 0.1, rng.uniform(0.55, 0.66, n)), DARK)
    canvas.paint(canvas.ellipse(0, -0.5, 0.13, 0.13), DARK)


def car(canvas: Canvas, rng: np.random.Generator, body: Array, second: Array) -> None:
    """Seen from the side: body, cabin with two windows, two wheels, a lamp."""
    n = canvas.n
    roof, waist, floor = rng.uniform(-0.56, -0.42, n), rng.uniform(-0.06, 0.04, n), rng.uniform(0.36, 0.44, n)
    front, back = rng.uniform(0.3, 0.5, n), rng.uniform(-0.62, -0.48, n)
    canvas.paint(
        canvas.polygon(
            (back + 0.12, roof),
            (front - 0.28, roof),
            (front + 0.06, waist + 0.05),
            (back - 0.14, waist + 0.05),
            rounding=0.05,
        ),
        body,
    )
    canvas.paint(canvas.box(0, (waist + floor) / 2, rng.uniform(0.9, 0.98, n), (floor - waist) / 2, 0.14), body)
    pillar, sill = (front + back) / 2 - 0.08, waist - 0.02
    window = mixed(GLASS, DARK, rng.choice([0.0, 0.75], n))
    canvas.paint(
        canvas.polygon(
            (back + 0.13, roof + 0.1), (pillar - 0.05, roof + 0.1), (pillar - 0.05, sill), (back - 0.02, sill)
        ),
        window,
    )
    canvas.paint(
        canvas.polygon(
            (pillar + 0.05, roof + 0.1), (front - 0.31, roof + 0.1), (front - 0.04, sill), (pillar + 0.05, sill)
        ),
        window,
    )
    canvas.paint(canvas.box(0, floor - 0.13, 0.85, 0.035), mixed(body, second, 0.7))
    wheel, hub = rng.uniform(0.22, 0.28, n), rng.uniform(0.09, 0.13, n)
    for side in (-1, 1):
        x = side * rng.uniform(0.5, 0.58, n)
        canvas.paint(canvas.ellipse(x, floor, wheel, wheel), DARK)
        canvas.paint(canvas.ellipse(x, floor, hub, hub), mixed(PALE, second, 0.3))
    canvas.paint(canvas.ellipse(0.88, waist + 0.14, 0.08, 0.09), np.array([1.0, 0.93, 0.6], np.float32))


def cat(canvas: Canvas, rng: np.random.Generator, body: Array, second: Array) -> None:
    """A face: pointed ears, slit eyes, a muzzle with a nose, stripes and whiskers."""
    n = canvas.n
    wide, tall = rng.uniform(0.74, 0.86, n), rng.uniform(0.6, 0.7, n)
    tip, out = rng.uniform(-0.98, -0.86, n), rng.uniform(0.66, 0.8, n)
    inner = mixed(body, np.array([0.95, 0.6, 0.62], np.float32), 0.65)
    for a in (-1, 1):
        corners: list[tuple[ArrayLike, ArrayLike]] = [(a * out, tip), (a * wide * 0.98, -0.05), (a * 0.1, -0.35)]
        canvas.paint(canvas.polygon(*(corners if a > 0 else corners[::-1])), body)
        corners = [(a * out * 0.96, tip + 0.2), (a * wide * 0.84, -0.14), (a * 0.32, -0.36)]
        canvas.paint(canvas.polygon(*(corners if a > 0 else corners[::-1])), inner)
    canvas.paint(canvas.ellipse(0, 0.2, wide, tall), body)
    stripe = mixed(body, DARK, rng.choice([0.0, 0.55], n))
    for x in (-0.17, 0.0, 0.17):
        canvas.paint(canvas.stroke(x, -0.42 + abs(x) / 2, x * 0.7, -0.18, 0.085), stripe)
    muzzle = mixed(body, PALE, rng.uniform(0.45, 0.9, n))
    for a in (-1, 1):
        canvas.paint(canvas.ellipse(a * 0.17, 0.5, 0.24, 0.2), muzzle)
    eye_x, eye_y, eye = rng.uniform(0.32, 0.4, n), rng.uniform(0.05, 0.13, n), rng.uniform(0.15, 0.2, n)
    iris = hsl(rng.uniform(0.12, 0.42, n), 0.9, 0.72)
    for a in (-1, 1):
        canvas.paint(canvas.ellipse(a * eye_x, eye_y, eye * 1.12, eye), iris)
        canvas.paint(canvas.ellipse(a * eye_x, eye_y, eye * rng.uniform(0.35, 0.6, n), eye * 0.92), DARK)
    canvas.paint(canvas.polygon((-0.11, 0.33), (0.11, 0.33), (0, 0.47)), np.array([0.85, 0.38, 0.42], np.float32))
    whisker = mixed(DARK, PALE, rng.choice([0.0, 1.0], n))
    for a in (-1, 1):
        for rise in (-0.07, 0.1):
            canvas.paint(canvas.stroke(a * 0.36, 0.48 + rise / 2, a * 0.98, 0.44 + 1.6 * rise, 0.04), whisker, 0.85)


def cup(canvas: Canvas, rng: np.random.Generator, body: Array, second: Array) -> None:
    """A cup with a handle on a saucer, full, with a band and steam."""
    n = canvas.n
    top, bottom = rng.uniform(-0.36, -0.22, n), rng.uniform(0.56, 0.68, n)
    brim, foot = rng.uniform(0.58, 0.68, n), rng.uniform(0.34, 0.46, n)
    canvas.paint(canvas.ellipse(-0.06, bottom + 0.1, rng.uniform(0.76, 0.88, n), 0.17), mixed(body, second, 0.75))
    canvas.paint(canvas.ellipse(-0.06, bottom + 0.06, 0.5, 0.08), mixed(mixed(body, second, 0.75), DARK, 0.25))
    middle = (top + bottom) / 2 - 0.06
    ring = np.abs(canvas.ellipse(brim - 0.02, middle, rng.uniform(0.27, 0.33, n), rng.uniform(0.22, 0.3, n))) - 0.075
    canvas.paint(ring, body)
    canvas.paint(
        canvas.polygon(
            (-brim - 0.06, top), (brim - 0.06, top), (foot - 0.06, bottom), (-foot - 0.06, bottom), rounding=0.06
        ),
        body,
    )
    band, thick = middle + rng.uniform(-0.02, 0.1, n), rng.uniform(0.06, 0.12, n)
    width = brim + (foot - brim) * (band - top) / (bottom - top)
    canvas.paint(canvas.box(-0.06, band, width, thick), second)
    canvas.paint(canvas.ellipse(-0.06, top, brim + 0.06, 0.17), mixed(body, PALE, 0.35))
    canvas.paint(canvas.ellipse(-0.06, top + 0.02, brim - 0.06, 0.11), np.array([0.32, 0.19, 0.11], np.float32))
    steam = rng.uniform(0.3, 0.8, n)
    for x in (-0.3, 0.15):
        bend = rng.choice([-0.12, 0.12], n)
        canvas.paint(canvas.stroke(x, top - 0.22, x + bend, top - 0.4, 0.07), PALE, steam)
        canvas.paint(canvas.stroke(x + bend, top - 0.4, x, top - 0.6, 0.07), PALE, steam)


def fish(canvas: Canvas, rng: np.random.Generator, body: Array, second: Array) -> None:
    """Body, tail, fins, bands and an eye."""
    n = canvas.n
    tall, long = rng.uniform(0.38, 0.54, n), rng.uniform(0.62, 0.7, n)
    tail = rng.uniform(0.36, 0.52, n)
    canvas.paint(canvas.polygon((0.42, 0.0), (0.98, -tail), (0.8, 0.05), (0.42, 0.05)), second)
    canvas.paint(canvas.polygon((0.42, -0.05), (0.8, -0.05), (0.98, tail), (0.42, 0.0)), second)
    canvas.paint(
        canvas.polygon(
            (-0.2, -tall * 0.8), (rng.uniform(0.3, 0.5, n), -tall - rng.uniform(0.18, 0.34, n)), (0.36, -tall * 0.4)
        ),
        second,
    )
    canvas.paint(
        canvas.polygon((0.0, tall * 0.7), (0.34, tall * 0.5), (0.36, tall + rng.uniform(0.1, 0.25, n))), second
    )
    outline = canvas.ellipse(-0.22, 0, long, tall)
    canvas.paint(outline, body)
    bands, shade = rng.choice([0.0, 1.0], n), mixed(body, second, 0.75)
    for x in (-0.22, 0.08):
        canvas.paint(np.maximum(canvas.ellipse(x + rng.uniform(-0.04, 0.04, n), 0, 0.085, 0.8), outline), shade, bands)
    canvas.paint(np.maximum(canvas.ellipse(-0.25, tall, 0.6, tall * 0.75), outline), mixed(body, PALE, 0.6), 0.6)
    canvas.paint(canvas.polygon((-0.2, -0.02), (0.12, 0.1), (0.08, 0.26)), second)
    eye = rng.uniform(0.11, 0.15, n)
    canvas.paint(canvas.ellipse(-0.56, -0.1, eye, eye), PALE)
    canvas.paint(canvas.ellipse(-0.58, -0.1, eye * 0.55, eye * 0.55), DARK)
    canvas.paint(canvas.stroke(-0.9, 0.1, -0.7, 0.13, 0.05), mixed(body, DARK, 0.7))


def flower(canvas: Canvas, rng: np.random.Generator, body: Array, second: Array) -> None:
    """Petals around a middle, a stem and two leaves."""
    n = canvas.n
    green = hsl(rng.uniform(0.24, 0.4, n), rng.uniform(0.4, 0.75, n), rng.uniform(0.24, 0.46, n))
    y, lean = rng.uniform(-0.4, -0.28, n), rng.uniform(-0.12, 0.12, n)
    canvas.paint(canvas.stroke(lean, y, 0, 0.98, 0.12), green)
    canvas.paint(canvas.ellipse(0.26, rng.uniform(0.5, 0.66, n), 0.28, 0.12, -0.6), green)
    canvas.paint(canvas.ellipse(-0.26, rng.uniform(0.6, 0.74, n), 0.28, 0.12, 0.6), green)
    petals, turn = rng.integers(5, 9, n), rng.uniform(0, 6.28, n)
    reach, depth = rng.uniform(0.44, 0.5, n), rng.uniform(0.1, 0.15, n)
    canvas.paint(canvas.rosette(lean, y, reach, depth, petals, turn), body)
    canvas.paint(canvas.rosette(lean, y, reach * 0.62, depth * 0.7, petals, turn), mixed(body, PALE, 0.35))
    middle = rng.uniform(0.17, 0.23, n)
    canvas.paint(canvas.ellipse(lean, y, middle, middle), second)


def house(canvas: Canvas, rng: np.random.Generator, body: Array, second: Array) -> None:
    """Walls, a pitched roof, a chimney, a door and windows."""
    n = canvas.n
    wide, eave, ground = rng.uniform(0.62, 0.76, n), rng.uniform(-0.2, -0.02, n), rng.uniform(0.82, 0.92, n)
    ridge = rng.uniform(-0.94, -0.74, n)
    chimney = rng.uniform(0.3, 0.42, n)
    canvas.paint(canvas.box(chimney, ridge + 0.28, 0.1, 0.27), mixed(second, DARK, 0.35))
    canvas.paint(canvas.box(0, (eave + ground) / 2, wide, (ground - eave) / 2), body)
    canvas.paint(canvas.polygon((0, ridge), (wide + 0.18, eave + 0.03), (-wide - 0.18, eave + 0.03)), second)
    door = rng.uniform(-0.42, -0.2, n)
    canvas.paint(canvas.box(door, ground - 0.25, 0.15, 0.25), mixed(second, DARK, 0.55))
    pane = mixed(GLASS, np.array([1.0, 0.86, 0.45], np.float32), rng.choice([0.0, 1.0], n))
    x, y = rng.uniform(0.26, 0.38, n), eave + rng.uniform(0.34, 0.44, n)
    canvas.paint(canvas.box(x, y, 0.21, 0.2), mixed(second, DARK, 0.4))
    canvas.paint(canvas.box(x, y, 0.16, 0.15), pane)
    canvas.paint(np.minimum(canvas.box(x, y, 0.16, 0.022), canvas.box(x, y, 0.022, 0.15)), mixed(second, DARK, 0.4))


def rocket(canvas: Canvas, rng: np.random.Generator, body: Array, second: Array) -> None:
    """A slim hull with a pointed nose, a porthole, fins and a flame."""
    n = canvas.n
    slim, tail = rng.uniform(0.27, 0.34, n), rng.uniform(0.4, 0.48, n)
    flame, glow = rng.uniform(0.3, 0.5, n), np.array([1.0, 0.62, 0.12], np.float32)
    canvas.paint(canvas.polygon((-0.2, tail), (0.2, tail), (0, tail + flame)), glow)
    canvas.paint(
        canvas.polygon((-0.1, tail), (0.1, tail), (0, tail + flame * 0.6)), np.array([1.0, 0.93, 0.55], np.float32)
    )
    fin = rng.uniform(0.55, 0.68, n)
    canvas.paint(canvas.polygon((slim * 0.7, 0.0), (fin, 0.42), (fin, 0.72), (slim * 0.6, 0.46)), second)
    canvas.paint(canvas.polygon((-slim * 0.7, 0.0), (-slim * 0.6, 0.46), (-fin, 0.72), (-fin, 0.42)), second)
    hull = np.maximum(canvas.ellipse(0, -0.15, slim, 0.83), canvas.v - np.float32(0.46))
    canvas.paint(hull, body)
    canvas.paint(np.maximum(hull, canvas.v + each(rng.uniform(0.5, 0.58, n))), second)
    canvas.paint(np.maximum(hull, np.abs(canvas.v - np.float32(0.3)) - np.float32(0.05)), second)
    y, window = rng.uniform(-0.24, -0.14, n), rng.uniform(0.13, 0.17, n)
    canvas.paint(canvas.ellipse(0, y, window + 0.05, window + 0.05), mixed(body, DARK, 0.6))
    canvas.paint(canvas.ellipse(0, y, window, window), GLASS)


def tree(canvas: Canvas, rng: np.random.Generator, body: Array, second: Array) -> None:
    """A trunk and a crown: round and leafy, or a fir of three tiers."""
    n = canvas.n
    fir = rng.random(n) < 0.5
    leaf = rng.choice([0.06, 0.11, 0.25, 0.31, 0.37, 0.42], n) + rng.uniform(-0.03, 0.03, n)
    crown = hsl(leaf, rng.uniform(0.4, 0.8, n), (body.max(0) + body.min(0)) / 2)  # as light or dark as bodies are here
    bark = hsl(rng.uniform(0.04, 0.1, n), rng.uniform(0.25, 0.5, n), rng.uniform(0.18, 0.4, n))
    canvas.paint(canvas.polygon((-0.09, 0.1), (0.09, 0.1), (0.14, 0.97), (-0.14, 0.97)), bark)
    round_, tier = np.where(fir, 0.0, 1.0), np.where(fir, 1.0, 0.0)
    light, wide = mixed(crown, PALE, 0.22), rng.uniform(0.36, 0.44, n)
    for across, down, scale in (
        (-0.36, 0.06, 1.0),
        (0.36, 0.02, 1.0),
        (0.0, -0.1, 1.15),
        (-0.2, -0.42, 0.95),
        (0.22, -0.46, 0.9),
    ):
        at_x, at_y = across + rng.uniform(-0.06, 0.06, n), down + rng.uniform(-0.06, 0.06, n)
        canvas.paint(canvas.ellipse(at_x, at_y, wide * scale, wide * scale), crown, round_)
    canvas.paint(canvas.ellipse(-0.18, -0.42, wide * 0.55, wide * 0.45), light, round_ * 0.8)
    fruit = rng.choice([0.0, 1.0], n) * round_
    for x, y in ((-0.4, 0.1), (0.1, -0.1), (0.42, 0.05), (0.22, -0.5)):
        canvas.paint(canvas.ellipse(x, y, 0.075, 0.075), second, fruit)
    base = rng.uniform(0.58, 0.7, n)
    for y, scale in ((0.45, 1.0), (0.05, 0.8), (-0.35, 0.58)):
        canvas.paint(
            canvas.polygon((0, y - 0.62), (base * scale, y), (-base * scale, y)),
            mixed(crown, DARK, 0.12 + 0.2 * (y > 0.2)),
            tier,
        )


PAINTERS = {
    painter.__name__: painter for painter in (boat, butterfly, car, cat, cup, fish, flower, house, rocket, tree)
}
