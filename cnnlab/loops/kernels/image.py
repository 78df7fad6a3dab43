"""The three sums of a convolutional layer for one image, each one a walk of register tiles.

All arrays are given by the addresses of their first numbers and by their sides, channel-last and contiguous.  Nothing
is copied to make a matrix of an image: the pixels under a kernel row lie side by side in memory already, Q x C numbers,
and the next output pixel starts t x C numbers further on.

A long sum is cut into pieces: the weights of one piece stay in a near cache while all pixels of the image pass by, then
the next piece is added to what is there.

A border of zeros takes no part, where leaving it out costs less than it saves: `filled` = (first row, end, first
column, end) says which pixels of a framed image hold anything.
"""

from collections import namedtuple

from cnnlab.loops.kernels.rows import copy
from cnnlab.loops.kernels.strip import Block, Left, Result, Right, Start, Terms, every, strip
from cnnlab.loops.kernels.tile import VECTORS
from cnnlab.loops.runtime.compiled import compiled_inside
from cnnlab.loops.runtime.processor import ROWS

NEAR = 512 * 1024  # bytes of weights that are used for every row of an image before the next ones come
NEAR_ERRORS = 32 * 1024  # bytes of errors that are used for every weight, likewise
ALWAYS = 1 << 30  # multiply-adds that are worth any number of walks

# A framed image: its address, pixels in a row, numbers in a pixel, and which pixels hold anything.
Image = namedtuple("Image", "at width channels filled")
# Where a window begins and how it moves: the pixel under the first weight for the first output, the stride, the kernel.
Window = namedtuple("Window", "start stride taps")
# Packed weights (panels.py): address, columns of a panel, numbers from row to row, rows of a panel.
Panels = namedtuple("Panels", "at panel row length")
# Maps that lie anywhere: address, numbers from row to row and from pixel to pixel, sides.
Maps = namedtuple("Maps", "at down right height width channels")
# The gradient of a kernel: address, its rows, numbers under one of them (Q x C), outputs.
Gradient = namedtuple("Gradient", "at rows line outputs")


@compiled_inside
def piece(outer, inner, bytes_per_term, near):
    """(terms of the outer sum, of the inner sum) of one piece of about `near` bytes; all pieces are about alike."""
    if inner * bytes_per_term > near:
        pieces = -(-inner * bytes_per_term // near)
        return 1, -(-inner // pieces)
    pieces = -(-outer * inner * bytes_per_term // near)
    return -(-outer // min(pieces, outer)), inner


@compiled_inside
def seen(tap, first, end, step, count):
    """(first, end) of the outputs k < count that look, through a tap, at one of the pixels first .. end - 1: those with
    first <= k step + tap < end.
    """
    k0 = max(0, -((tap - first) // step))
    return k0, max(k0, min(count, (end - 1 - tap) // step + 1))


@compiled_inside
def full_tap(taps, left, right, step, count, worth):
    """A tap through which every output of a row sees something, if it pays to go along the row once for each tap, past
    those that would see the border only; else -1.

    worth : multiply-adds for one tap and one output.  Each further walk costs as much as about 128 of them a tile.
    """
    lost, full = 0, -1
    for q in range(taps):
        k0, k1 = seen(q, left, right, step, count)
        lost += count - (k1 - k0)
        if k1 - k0 == count:
            full = q
    return full if lost * worth > 128 * (taps - 1) * -(-count // ROWS) else -1


@compiled_inside
def image_sum(tools, image, window, weights, bias, out, floor, link):
    """out[m,k,d] = max(floor, bias[d] + sum_{p,q,c} weights[p,q,c,d] image[start + (m s + p, k t + q), c]): with a
    flipped kernel the convolution (lecture topic 8), for the maps c and d of one link.

    bias : address, or 0 where `out` holds the bias already.
    """
    add = bias == 0 or link.begins == 0
    start, (s, t), taps, channels, size = window.start, window.stride, window.taps, image.channels, tools.size
    line = taps[1] * channels  # so many numbers lie side by side under one row of weights
    apart = link.depth < channels  # those of the link do not: they are walked past tap by tap
    top, bottom, left, end = image.filled
    left, end = left - start[1], end - start[1]
    last_tap = full_tap(taps[1], left, end, t, out.width, ALWAYS if apart else taps[0] * channels)
    trim = last_tap >= 0
    split = trim or apart
    if not trim:
        last_tap = taps[1] - 1
    deep, long = piece(taps[0], link.depth if split else line, weights.row * size, NEAR)
    if split:
        long = channels
    d0, end_d = link.target, link.target + link.columns
    while d0 < end_d:
        inside = d0 % weights.panel
        columns = min(weights.panel - inside, end_d - d0)
        if split and not add:
            for m in range(out.height):
                for k in range(out.width):
                    copy(bias + d0 * size, out.at + (m * out.down + k * out.right + d0) * size, columns, floor)
        for o in range(0, taps[0], deep):
            for i in range(0, line, long):
                tap, terms, k0, k1 = i, min(long, line - i), 0, out.width
                if split:  # the tap that all outputs see comes last, and brings the floor
                    q, terms = i // channels, link.depth
                    q = last_tap if q == taps[1] - 1 else taps[1] - 1 if q == last_tap else q
                    if trim:
                        k0, k1 = seen(q, left, end, t, out.width)
                    tap = q * channels + link.source
                fresh = o == 0 and i == 0 and not split and not add
                last = link.ends != 0 and o + deep >= taps[0] and i + long >= line
                across = k1 - k0
                above = start[0] + o  # of the first line of outputs, the row under the first of these weights
                pixel = (above * image.width + start[1] + k0 * t) * channels + tap
                weight = (d0 - inside) * weights.length + inside + (o * line + tap) * weights.row
                strip(
                    tools,
                    Left(image.at + pixel * size, t * channels, s * image.width * channels, image.width * channels, 1),
                    Right(weights.at + weight * size, line * weights.row, weights.row),
                    Result(out.at + (k0 * out.right + d0) * size, out.right, out.down),
                    Start(bias + d0 * size, 0),
                    Terms(min(deep, taps[0] - o), top - above, bottom - above, s, terms),
                    Block(out.height * across, across, columns),
                    floor if last else tools.none,
                    not fresh,
                )
        d0 += columns


@compiled_inside
def image_input_gradient(tools, de, window, weights, place, stride, dh, nothing, link):
    """dh[i,j,c] = sum_{m,k,d} w[p,q,c,d] de[m,k,d] for the pixels i = place + stride u of one class  (topics 12, 13).

    A stride of s means that the pixels of dh fall into s x s classes, each reached through its own every-s-th weights:
    each class is a convolution of stride 1 of de, which is framed by zeros.  window, weights : those of the class.
    nothing : address of zeros.  link : from errors to pixels.
    """
    rows = (dh.height - place[0] + stride[0] - 1) // stride[0]
    count = (dh.width - place[1] + stride[1] - 1) // stride[1]
    first = dh.at + (place[0] * dh.down + place[1] * dh.right) * tools.size
    pixels = Maps(first, stride[0] * dh.down, stride[1] * dh.right, rows, count, dh.channels)
    image_sum(tools, de, window, weights, nothing, pixels, tools.none, link)


@compiled_inside
def gather(tools, de, d0, columns, errors, panel):
    """The errors of some columns side by side."""
    for m in range(de.height):
        source = de.at + (m * de.down + d0) * tools.size
        for _ in range(de.width):
            copy(source, errors, columns, tools.none)
            source, errors = source + de.right * tools.size, errors + panel * tools.size


@compiled_inside
def image_weight_gradient(tools, image, stride, de, dw, link):
    """dw[p,(q,c),d] += sum_{m,k} de[m,k,d] hp[m s + p, k t + q, c]: the flip is left to the caller  (topics 16, 17).

    Row i of a tile is a weight (q, c), or (p, q, c) where the errors see as many rows of the image through each p; its
    columns are output channels, its sum runs over the output pixels; c and d are those of one link.  Pixels of de are
    whole vectors.  tools.room : of one tile, and behind it of a panel's columns for every error.
    """
    size, wide, channels, (s, t) = tools.size, image.width, image.channels, stride
    top, bottom, before, end = image.filled
    panel = VECTORS * tools.lanes
    deep, _ = piece(de.height, de.width, panel * size, NEAR_ERRORS)
    taps = dw.line // channels
    together = taps if link.depth < ROWS or end - before == wide else 1  # taps whose sums have the same terms
    rows = together * link.depth
    across = rows if link.depth == channels else link.depth  # rows of a tile that lie side by side
    # How many rows of the kernel are taken at a time, and where the next line of a tile's rows begins in both arrays.
    high, pixels_on, weights_on = 1, channels, channels * dw.outputs
    if across == dw.line and top == 0 and bottom >= (de.height - 1) * s + dw.rows:
        high, pixels_on, weights_on = dw.rows, wide * channels, dw.line * dw.outputs
    # The errors of a panel can lie far apart, at distances that caches do not like; and vectors may not begin inside.
    apart = de.right > panel or link.target % tools.lanes > 0
    errors, down, pixel = de.at, de.down, de.right
    if apart:
        errors, down, pixel = tools.room + ROWS * panel * size, panel * de.width, panel
    for d0 in range(link.target, link.target + link.columns, panel):
        columns = min(panel, link.target + link.columns - d0)
        if apart and (link.begins != 0 or link.columns > panel):  # the next links to these columns find them there
            gather(tools, de, d0, min(panel, de.right - d0), errors, panel)
        begin = errors if apart else de.at + d0 * size
        for m in range(0, de.height, deep):
            for p in range(0, dw.rows, high):
                m0, m1 = seen(p, top, bottom, s, de.height)
                m0, m1 = max(m, m0), min(m + deep, m1)
                if m1 <= m0:
                    continue
                for q in range(0, taps, together):
                    k0, k1 = seen(q, before, end, t, de.width) if together == 1 else (0, de.width)
                    first = ((m0 * s + p) * wide + k0 * t + q) * channels + link.source
                    weight = (p * dw.line + q * channels + link.source) * dw.outputs + d0
                    strip(
                        tools,
                        Left(image.at + first * size, 1, pixels_on, s * wide * channels, t * channels),
                        Right(begin + (m0 * down + k0 * pixel) * size, down, pixel),
                        Result(dw.at + weight * size, dw.outputs, weights_on),
                        Start(dw.at, 0),
                        every(m1 - m0, k1 - k0),
                        Block(high * rows, across, columns),
                        tools.none,
                        True,
                    )
