"""The three sums of a convolutional layer for one image, each one a walk of register tiles.

All arrays are given by the addresses of their first numbers and by their sides, channel-last and contiguous.  Nothing
is copied to make a matrix of an image: the pixels under a kernel row lie side by side in memory already, Q x C numbers,
and the next output pixel starts t x C numbers further on.

A long sum is cut into pieces: the weights of one piece stay in the nearest cache while all pixels of the image pass by,
then the next piece is added to what is there.

Rows of a border that is zero take no part: `filled` = (first, end) says which rows of a framed image hold anything.
"""

from .compiled import compiled
from .strip import strip

NEAR = 32 * 1024  # bytes of weights that are used again and again before the next ones come
NEAR_ERRORS = 16 * 1024  # bytes of errors, likewise


@compiled
def piece(outer, inner, bytes_per_term, near):
    """(terms of the outer sum, of the inner sum) of one piece of about `near` bytes; all pieces are about alike."""
    if inner * bytes_per_term > near:
        pieces = -(-inner * bytes_per_term // near)
        return 1, -(-inner // pieces)
    pieces = -(-outer * inner * bytes_per_term // near)
    return -(-outer // min(pieces, outer)), inner


@compiled
def image_forward(
    tiles, h, filled, wide, channels, packed, panel, row, across_panels, bias, kernel, stride, e, height, across,
    outputs, floor, none, add, lanes, room, size,
):
    """e[m,k,d] = max(floor, b[d] + sum_{p,q,c} w[p,q,c,d] hp[m s + P-1-p, k t + Q-1-q, c])   (lecture topic 8).

    h : the padded image, `wide` pixels in a row.  packed : the flipped kernel, in panels of `panel` columns (strip.py);
    from row to row are `row` numbers, from panel to panel `across_panels` times `panel`.
    tiles : address of the strips for this dtype.  kernel : (P, Q).  none : -inf, no floor.  add : e holds a bias
    already.  room : address of room for one tile.  size : bytes of a number.
    """
    rows, line = kernel[0], kernel[1] * channels  # Q x C numbers lie side by side in each of the P kernel rows
    deep, long = piece(rows, line, row * size, NEAR)
    for d0 in range(0, outputs, panel):
        for o in range(0, rows, deep):
            for k in range(0, line, long):
                fresh, last = o == 0 and k == 0 and not add, o + deep >= rows and k + long >= line
                for m in range(height):
                    above = m * stride[0]  # the first row under the kernel
                    o0 = max(o, filled[0] - above)
                    o1 = min(o + deep, rows, filled[1] - above)
                    w = packed + (d0 * across_panels + (o0 * line + k) * row) * size
                    strip(
                        tiles,
                        h + ((above + o0) * wide * channels + k) * size,
                        stride[1] * channels,
                        wide * channels,
                        1,
                        w,
                        line * row,
                        row,
                        e + (m * across * outputs + d0) * size,
                        outputs,
                        bias + d0 * size,
                        0,
                        max(o1 - o0, 0),
                        min(long, line - k),
                        floor if last else none,
                        across,
                        min(panel, outputs - d0),
                        lanes,
                        room,
                        0 if fresh else 1,
                    )


@compiled
def image_input_gradient(
    tiles, de, filled, wide, depth, packed, panel, taps, start, place, stride, dh, height, across, channels, nothing,
    none, lanes, room, size,
):
    """dh[i,j,c] = sum_{m,k,d} w[p,q,c,d] de[m,k,d] for the pixels i = place + stride u of one class  (topics 12, 13).

    A stride of s means that the pixels of dh fall into s x s classes, each reached through its own every-s-th weights:
    each class is a convolution of stride 1 of de.  de : framed by zeros, `wide` pixels in a row, `depth` numbers in a
    pixel.  packed : the weights of the class, `taps` of them down and across.  start : the pixel of the framed de under
    the first weight, for the first pixel of the class.  nothing : address of zeros.
    """
    line = taps[1] * depth
    terms = taps[0] * line
    count = (across - place[1] + stride[1] - 1) // stride[1]
    deep, long = piece(taps[0], line, panel * size, NEAR)
    for c0 in range(0, channels, panel):
        for o in range(0, taps[0], deep):
            for k in range(0, line, long):
                for u in range((height - place[0] + stride[0] - 1) // stride[0]):
                    above = start[0] + u
                    o0 = max(o, filled[0] - above)
                    o1 = min(o + deep, taps[0], filled[1] - above)
                    w = packed + (c0 * terms + (o0 * line + k) * panel) * size
                    strip(
                        tiles,
                        de + (((above + o0) * wide + start[1]) * depth + k) * size,
                        depth,
                        wide * depth,
                        1,
                        w,
                        line * panel,
                        panel,
                        dh + (((place[0] + u * stride[0]) * across + place[1]) * channels + c0) * size,
                        stride[1] * channels,
                        nothing,
                        0,
                        max(o1 - o0, 0),
                        min(long, line - k),
                        none,
                        count,
                        min(panel, channels - c0),
                        lanes,
                        room,
                        1 if o > 0 or k > 0 else 0,
                    )


@compiled
def image_weight_gradient(
    tiles, h, filled, wide, channels, stride, de, de_wide, depth, height, across, dw, rows, line, outputs, none, lanes,
    room, size,
):
    """dw[p,(q,c),d] += sum_{m,k} de[m,k,d] hp[m s + p, k t + q, c]: the flip is left to the caller  (topics 16, 17).

    Row i of a tile is a weight (q, c), its columns are output channels, its sum runs over the output pixels.  de : the
    first error, `de_wide` pixels in a row, `depth` numbers in a pixel, whole vectors.  dw : (rows, line, outputs).
    """
    panel = 2 * lanes
    deep, _ = piece(height, across, panel * size, NEAR_ERRORS)
    for d0 in range(0, outputs, panel):
        for m in range(0, height, deep):
            for p in range(rows):
                m0 = max(m, -((p - filled[0]) // stride[0]))  # the first output row that sees a filled row through p
                m1 = min(m + deep, height, (filled[1] - 1 - p) // stride[0] + 1)
                if m1 <= m0:
                    continue
                strip(
                    tiles,
                    h + (m0 * stride[0] + p) * wide * channels * size,
                    1,
                    stride[0] * wide * channels,
                    stride[1] * channels,
                    de + (m0 * de_wide * depth + d0) * size,
                    de_wide * depth,
                    depth,
                    dw + (p * line * outputs + d0) * size,
                    outputs,
                    dw,
                    0,
                    m1 - m0,
                    across,
                    none,
                    line,
                    min(panel, outputs - d0),
                    lanes,
                    room,
                    1,
                )
