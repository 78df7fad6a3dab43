"""The three sums of a convolutional layer for one image, each one a walk of register tiles.

All arrays are given by the addresses of their first numbers and by their sides, channel-last and contiguous.  Nothing
is copied to make a matrix of an image: the pixels under a kernel row lie side by side in memory already, Q x C numbers,
and the next output pixel starts t x C numbers further on.

A long sum is cut into pieces: the weights of one piece stay in a near cache while all pixels of the image pass by, then
the next piece is added to what is there.

A border of zeros takes no part, where leaving it out costs less than it saves: `filled` = (first row, end, first
column, end) says which pixels of a framed image hold anything.
"""

from cnnlab.loops.kernels.strip import strip
from cnnlab.loops.kernels.tile import VECTORS, copy
from cnnlab.loops.kernels.vectors import ROWS
from cnnlab.loops.runtime.compiled import compiled_inside, compiled_into

NEAR = 512 * 1024  # bytes of weights that are used for every row of an image before the next ones come
NEAR_ERRORS = 32 * 1024  # bytes of errors that are used for every weight, likewise


@compiled_into
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


@compiled_into
def full_tap(taps, left, right, step, count, worth):
    """A tap through which every output of a row sees something, if it pays to go along the row once for each tap, past
    those that would see the border only; else -1.

    worth : multiply-adds for one tap and one output.  Each further walk costs as much as about 64 of them a tile.
    """
    lost, full = 0, -1
    for q in range(taps):
        k0, k1 = seen(q, left, right, step, count)
        lost += count - (k1 - k0)
        if k1 - k0 == count:
            full = q
    return full if lost * worth > 64 * (taps - 1) * -(-count // ROWS) else -1


@compiled_inside
def image_sum(
    tiles,
    source,
    filled,
    wide,
    depth,
    start,
    stride,
    taps,
    packed,
    panel,
    row,
    across_panels,
    bias,
    target,
    down,
    right,
    height,
    count,
    outputs,
    floor,
    none,
    add,
    lanes,
    room,
    size,
):
    """target[m,k,d] = max(floor, bias[d] + sum_{p,q,c} packed[p,q,c,d] source[start + (m s + p, k t + q), c]): with a
    flipped kernel the convolution (lecture topic 8).

    source : a framed image, `wide` pixels in a row, `depth` numbers in a pixel.  target : from row to row are `down`
    numbers, from pixel to pixel `right`; height x count pixels.  add : target holds the bias already.  packed : in
    panels of `panel` columns (strip.py); from row to row are `row` numbers, from panel to panel `across_panels` times
    `panel`.  tiles : address of the strips for this dtype.  room : address of room for one tile.  size : bytes of a
    number.
    """
    line = taps[1] * depth  # so many numbers lie side by side under one row of weights
    left, end = filled[2] - start[1], filled[3] - start[1]
    last_tap = full_tap(taps[1], left, end, stride[1], count, taps[0] * depth)
    split = last_tap >= 0
    deep, long = piece(taps[0], depth if split else line, row * size, NEAR)
    if split:
        long = depth
    for d0 in range(0, outputs, panel):
        columns = min(panel, outputs - d0)
        if split and not add:
            for m in range(height):
                for k in range(count):
                    copy(bias + d0 * size, target + (m * down + k * right + d0) * size, columns, floor)
        for o in range(0, taps[0], deep):
            for i in range(0, line, long):
                tap, k0, k1 = i, 0, count
                if split:  # the tap that all outputs see comes last, and brings the floor
                    q = i // long
                    q = last_tap if q == taps[1] - 1 else taps[1] - 1 if q == last_tap else q
                    k0, k1 = seen(q, left, end, stride[1], count)
                    tap = q * long
                fresh = o == 0 and i == 0 and not split and not add
                last = o + deep >= taps[0] and i + long >= line
                across = k1 - k0
                above = start[0] + o  # of the first line of outputs, the row under the first of these weights
                strip(
                    tiles,
                    source + (((above * wide) + start[1] + k0 * stride[1]) * depth + tap) * size,
                    stride[1] * depth,
                    stride[0] * wide * depth,
                    wide * depth,
                    1,
                    packed + (d0 * across_panels + (o * line + tap) * row) * size,
                    line * row,
                    row,
                    target + (k0 * right + d0) * size,
                    right,
                    down,
                    bias + d0 * size,
                    0,
                    min(deep, taps[0] - o),
                    filled[0] - above,
                    filled[1] - above,
                    stride[0],
                    min(long, line - tap),
                    floor if last else none,
                    height * across,
                    across,
                    columns,
                    lanes,
                    room,
                    0 if fresh else 1,
                )


@compiled_into
def image_input_gradient(
    tiles,
    de,
    filled,
    wide,
    depth,
    packed,
    panel,
    taps,
    start,
    place,
    stride,
    dh,
    height,
    across,
    channels,
    nothing,
    none,
    lanes,
    room,
    size,
):
    """dh[i,j,c] = sum_{m,k,d} w[p,q,c,d] de[m,k,d] for the pixels i = place + stride u of one class  (topics 12, 13).

    A stride of s means that the pixels of dh fall into s x s classes, each reached through its own every-s-th weights:
    each class is a convolution of stride 1 of de.  de : framed by zeros.  packed : the weights of the class, `taps` of
    them down and across.  start : the pixel of the framed de under the first weight, for the first pixel of the class.
    nothing : address of zeros.
    """
    rows = (height - place[0] + stride[0] - 1) // stride[0]
    count = (across - place[1] + stride[1] - 1) // stride[1]
    image_sum(
        tiles, de, filled, wide, depth, start, (1, 1), taps, packed, panel, panel, taps[0] * taps[1] * depth, nothing,
        dh + (place[0] * across + place[1]) * channels * size, stride[0] * across * channels, stride[1] * channels,
        rows, count, channels, none, none, False, lanes, room, size,
    )  # fmt: skip


@compiled_into
def gather(de, height, de_wide, across, depth, columns, errors, like, panel, size):
    """The errors of some columns side by side: arguments as for `image_weight_gradient`."""
    for m in range(height):
        source = de + m * de_wide * depth * size
        for _ in range(across):
            copy(source, errors, columns, like)
            source, errors = source + depth * size, errors + panel * size


@compiled_inside
def image_weight_gradient(
    tiles,
    h,
    filled,
    wide,
    channels,
    stride,
    de,
    de_wide,
    depth,
    height,
    across,
    dw,
    rows,
    line,
    outputs,
    none,
    lanes,
    room,
    size,
):
    """dw[p,(q,c),d] += sum_{m,k} de[m,k,d] hp[m s + p, k t + q, c]: the flip is left to the caller  (topics 16, 17).

    Row i of a tile is a weight (q, c), its columns are output channels, its sum runs over the output pixels.  de : the
    first error, `de_wide` pixels in a row, `depth` numbers in a pixel, whole vectors.  dw : (rows, line, outputs).
    room : of one tile, and behind it of a panel's columns for every error.
    """
    panel = VECTORS * lanes
    deep, _ = piece(height, across, panel * size, NEAR_ERRORS)
    taps = line // channels
    together = taps if channels < ROWS or filled[3] - filled[2] == wide else 1  # taps whose sums have the same terms
    apart = depth > panel  # then the errors of a panel lie far apart, at distances that caches do not like
    errors, pixel, down = (room + ROWS * panel * size, panel, across) if apart else (de, depth, de_wide)
    for d0 in range(0, outputs, panel):
        if apart:
            columns = min(panel, depth - d0)
            gather(de + d0 * size, height, de_wide, across, depth, columns, errors, none, panel, size)
        for m in range(0, height, deep):
            for p in range(rows):
                m0, m1 = seen(p, filled[0], filled[1], stride[0], height)
                m0, m1 = max(m, m0), min(m + deep, m1)
                if m1 <= m0:
                    continue
                for q in range(0, taps, together):
                    k0, k1 = seen(q, filled[2], filled[3], stride[1], across) if together == 1 else (0, across)
                    strip(
                        tiles,
                        h + ((m0 * stride[0] + p) * wide + k0 * stride[1] + q) * channels * size,
                        1,
                        0,
                        stride[0] * wide * channels,
                        stride[1] * channels,
                        errors + (m0 * down + k0) * pixel * size,
                        down * pixel,
                        pixel,
                        dw + ((p * line + q * channels) * outputs + d0) * size,
                        outputs,
                        0,
                        dw,
                        0,
                        m1 - m0,
                        0,
                        m1 - m0,
                        0,
                        k1 - k0,
                        none,
                        together * channels,
                        together * channels,
                        min(panel, outputs - d0),
                        lanes,
                        room,
                        1,
                    )
