"""One pixel of dL/dh after the other gathers its errors: the window, the kernel, the products (lecture topic 13)."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cnnlab.analysis.convolution import Convolution, collected, collection, dilated
from cnnlab.explore.toolkit.items import Highlight, Link
from cnnlab.explore.toolkit.numbers import are_whole, digits_of, format_number
from cnnlab.explore.toolkit.panels import map_panel, of_h
from cnnlab.explore.toolkit.scene import Grid, Panel, Scene, Table
from cnnlab.types import Array

ABOVE, BELOW = 248, 178  # pixels of the two rows


def gathered(
    conv: Convolution, de: Array, h_shape: Sequence[int], count: int, at: tuple[int, int], kernel: Panel, scale: float
) -> Scene:
    """The scene in which the first `count` pixels of dL/dh have gathered their errors.

    Parameters
    ----------
    conv : Convolution
    de : (H', W', D)
        dL/de.
    h_shape : (H, W, C)
        Of dL/dh.
    count : int
        From 0 to H W.
    at : (c, d)
        The channels that are shown.
    kernel : Panel
        w, as it stands beside the errors.
    scale : float
        Of the colours of dL/dh.
    """
    (c, d), several = at, conv.w.shape[2:] != (1, 1)
    i, j = divmod(max(count - 1, 0), h_shape[1])
    found, dh = collection(conv, de, i, j, c), conv.dh(de, h_shape)[:, :, c]
    shown = dh.copy()
    shown.ravel()[count:] = np.nan
    rows, columns = conv.w.shape[:2]
    digits = 0 if are_whole(conv.used, de) else 3
    spread = map_panel(
        "spread",
        found.dilated[:, :, d],
        f"dL/de{f'[m, n, {d}]' if several else ''} with zeros around" + (" and between" * (max(conv.stride) > 1)),
        "dL/de",
        border=((rows - 1,) * 2, (columns - 1,) * 2),
        box=(*found.corner, rows, columns, "window", 2) if count else None,
        digits=digits_of(de),
        height=ABOVE,
        width=1.15,
    )
    if isinstance(spread, Grid):
        put_in = np.argwhere(dilated(conv, np.ones_like(de), around=True)[:, :, d] == 0)
        marks = [mark for mark in spread.highlights if mark.meaning != "padding"]
        spread = replace(spread, highlights=[Highlight(put_in, "zeros put in", "muted", "fade"), *marks])
    ring = [Highlight([(i, j)], "this pixel", 2, "ring")] if count else []
    map_h = map_panel(
        "dh",
        shown,
        f"dL/dh{f'[m, n, {c}]' if several else ''} (click)",
        "dL/dh",
        marks=ring,
        click="at_h",
        digits=digits_of(dh),
        scale=scale,
        height=ABOVE,
    )
    products = Grid(
        name="products",
        title="window × w as it is" if count else "window × w",
        symbol="product",
        values=found.products[:, :, d] if count else np.full((rows, columns), np.nan),
        indices=False,
        digits=digits_of(found.products),
        scale=scale,
        height=BELOW,
    )
    lines = [[f"sum of products{f', d = {k}' if several else ''}", v] for k, v in enumerate(found.sums[:3])]
    if len(found.sums) > 3:
        lines.append(["all other channels d", found.sums[3:].sum()])
    lines.append([f"dL/dh[{i}, {j}{f', {c}' if several else ''}]", dh[i, j]])
    added = Table(
        name="sum",
        title="added up",
        rows=[[words, format_number(float(v), digits) if count else ""] for words, v in lines],
        align="lr",
        height=BELOW,
        size=13,
    )
    grid = np.array(list(np.ndindex(rows, columns)))
    links = [Link("products", "w", np.hstack([grid, grid]))]
    if isinstance(spread, Grid) and count:
        lie = grid + np.array(found.corner) + (rows - 1, columns - 1)
        links.append(Link("products", "spread", np.hstack([grid, lie])))
    return Scene(
        [[spread, of_h(map_h)], [replace(kernel, height=BELOW), products, added]],
        _words(conv, de, (i, j), float(dh[i, j]), count, dh.size, digits),
        links=links,
    )


def _words(conv, de, at, value, count, total, digits):
    if not count:
        return (
            "dL/dh is empty. Step or play: each of its pixels in turn finds the errors of all outputs that had seen it "
            "in one window, and multiplies them by w as it is."
        )
    seen = len(collected(conv, *at, de.shape))
    errors = {0: "no error: no window had reached it", 1: "one error"}.get(seen, f"{seen} errors")
    words = f"Pixel {count} of {total}, dL/dh[{at[0]}, {at[1]}] = {format_number(value, digits)}, gathers {errors}."
    end = f" All {total} pixels are the same numbers that the stamps add up to." if count == total else ""
    flips = " As the convolution w[−m, −n, d, c] * dL/de: w is turned round, and the convolution turns it back."
    return words + (end or flips)
