"""Convolution as an operation of a plan (topics 8, 12 to 18)."""

import itertools

from cnnlab.loops.kernels.convolution import Frame
from cnnlab.loops.kernels.image import (
    Gradient,
    Image,
    Maps,
    Panels,
    Window,
    image_input_gradient,
    image_sum,
    image_weight_gradient,
)
from cnnlab.loops.kernels.links import Link, all_linked, links_of
from cnnlab.loops.kernels.rows import add, copy
from cnnlab.loops.kernels.strip import address
from cnnlab.loops.kernels.tile import VECTORS
from cnnlab.loops.plan.passing import clear, load_gradient, part, store_pooled
from cnnlab.loops.plan.record import integers, put
from cnnlab.loops.plan.weights import copy_of, no_floor, pieces, tools_of, zero_times
from cnnlab.loops.runtime.compiled import compiled, compiled_inside
from cnnlab.loops.runtime.processor import ROWS

KERNEL = {
    # sides; stride; where the table of connections lies in `m`, or -1; whether each unit has a bias; the padding; first
    # and end of the rows, and columns, of the frame that may hold more than 0; where `zero_times` the weights lies in
    # `m`, or -1 where all of the frame counts
    "kernel": integers(
        "rows columns stride_m stride_n mask_at bias_per_unit pad_m pad_n top bottom left right fine_at"
    ),
    "framed": integers(
        "height width top left"
    ),  # the errors within zeros: sides of the frame, place of the first error
    # which maps feed which (links.py): where the links lie in `m`, how many there are, and likewise for the way back
    "linked": integers("at count back_at back_count"),
}


LINK = len(Link._fields)


def links_both_ways(op, layer, lanes):
    """The links of a layer from inputs to outputs, and from outputs to inputs."""
    channels, outputs = (int(op[end]["channels"]) for end in ("input", "output"))
    table = getattr(layer, "connections", None)
    there = all_linked(channels, outputs) if table is None else links_of(table, lanes)
    back = all_linked(outputs, channels) if table is None else links_of(table.T, lanes)
    whole = back[:, 1] == outputs  # then the zeros that fill the last vector belong to it: nothing lies between pixels
    back[whole, 1] = -(-outputs // lanes) * lanes
    return there, back


@compiled_inside
def link_in(m, at, i):
    """Link i of those that lie in `m` from `at` on."""
    at += i * LINK
    return Link(int(m[at]), int(m[at + 1]), int(m[at + 2]), int(m[at + 3]), int(m[at + 4]), int(m[at + 5]))


@compiled_inside
def image_of(op, m, n, whole):
    """Image n of the entry, in its frame, whose zeros take part if `whole`."""
    kernel, entry = op.kernel, op.input
    at = address(m) + (entry.h_at + n * entry.step) * m.itemsize
    top, bottom, left, right = kernel.top, kernel.bottom, kernel.left, kernel.right
    if whole:
        top, bottom, left, right = 0, entry.frame_height, 0, entry.frame_width
    return Image(at, entry.frame_width, entry.channels, (top, bottom, left, right))


@compiled_inside
def whole_frame(op, m):
    """Whether zeros of the border take part: 0 times a weight that is NaN or infinite is NaN."""
    at = op.kernel.fine_at
    return at >= 0 and m[at] != 0


def lay_out_convolution(op, layer, layout):
    """Sides, and room for packed weights, for the errors in their frame and for one image's results."""
    entry, (outputs, channels) = op["input"], (int(op["output"]["channels"]), int(op["input"]["channels"]))
    (rows, columns), (s, t) = layout.kernel_of(layer)
    e_height, e_width = (entry["frame_height"] - rows) // s + 1, (entry["frame_width"] - columns) // t + 1
    put(op, e_height=e_height, e_width=e_width)
    top, left, height, width = (int(entry[name]) for name in ("top", "left", "height", "width"))
    frame_height, frame_width = int(entry["frame_height"]), int(entry["frame_width"])
    filled, whole = (top, top + height, left, left + width), (0, frame_height, 0, frame_width)
    margins = top, frame_height - top - height, left, frame_width - left - width
    if layer.padding_value or max(margins[:2]) >= rows or max(margins[2:]) >= columns:
        filled = whole  # where windows see nothing but zeros, only these tell of errors that are not finite
    connections = getattr(layer, "connections", None)
    put(
        op["kernel"],
        rows=rows,
        columns=columns,
        stride_m=s,
        stride_n=t,
        pad_m=top,
        pad_n=left,
        top=filled[0],
        bottom=filled[1],
        left=filled[2],
        right=filled[3],
        fine_at=-1 if filled == whole else layout.take("m", 1),
        bias_per_unit=layer.bias == "unit",
        mask_at=-1 if connections is None else layout.take("m", connections.size),
    )
    there, back = links_both_ways(op, layer, layout.lanes)
    put(op["linked"], at=layout.take("m", there.size), count=len(there))
    put(op["linked"], back_at=layout.take("m", back.size), back_count=len(back))
    panel, back_panel = layout.panel(outputs), layout.panel(channels)
    depth, terms = -(-outputs // layout.lanes) * layout.lanes, rows * columns * channels
    at = layout.take("packs", terms * -(-outputs // panel) * panel)
    put(op["packed"], at=at, panel=panel, row=panel, length=terms)
    taps = -(-rows // s) * -(-columns // t)
    size = taps * depth * -(-channels // back_panel) * back_panel
    at = layout.take("packs", s * t * size if op["needs_gradient"] else 0)
    put(op["back"], at=at, panel=back_panel, class_size=size, depth=depth)
    frame = Frame((rows, columns), (s, t), (top, left), (height, width), (int(e_height), int(e_width)))
    put(op["framed"], height=frame.sides[0], width=frame.sides[1], top=frame.corner[0], left=frame.corner[1])
    pixels = int(e_height * e_width)
    forward = pixels * outputs + ROWS * VECTORS * layout.lanes
    back = frame.sides[0] * frame.sides[1] * depth
    layout.scratch(max(forward, back + max((ROWS + pixels) * VECTORS * layout.lanes, 2 * outputs)))


def fill_convolution(op, layer, memory, samples):
    """Borders that are not zero, the table of connections, and its links."""
    entry, m, linked = op["input"], memory.m, op["linked"]
    there, back = links_both_ways(op, layer, memory.lanes)
    m[linked["at"] : linked["at"] + there.size] = there.ravel()
    m[linked["back_at"] : linked["back_at"] + back.size] = back.ravel()
    if layer.padding_value:
        m[entry["h_at"] : entry["h_at"] + samples * entry["step"]] = layer.padding_value
    mask_at = op["kernel"]["mask_at"]
    if mask_at >= 0:
        m[mask_at : mask_at + layer.connections.size] = layer.connections.ravel()


def copies_of_convolution(op, layer, lanes):
    """The weights in the order in which tiles read them, forward and, where it is wanted, backward, of what is linked.

    Forward it is the flipped kernel in panels: row (p, q, c) holds w[P-1-p, Q-1-q, c, d] for the d of a panel.
    """
    kernel, packed, found = op["kernel"], op["packed"], []
    channels, outputs = int(op["input"]["channels"]), int(op["output"]["channels"])
    taps, w, panel = int(kernel["rows"] * kernel["columns"]), int(op["w_at"]), int(packed["panel"])
    there, back = (map(Link._make, links.tolist()) for links in links_both_ways(op, layer, lanes))
    if not packed["in_place"]:
        for link in there:
            for d0, count in pieces(link.target, link.columns, panel):
                source = w + ((taps - 1) * channels + link.source) * outputs + d0
                inside = d0 % panel
                target = int(packed["at"]) + (d0 - inside) * int(packed["length"]) + link.source * panel + inside
                found.append(
                    copy_of(
                        (1, taps, link.depth, count),
                        (source, 0, -channels * outputs, outputs, 1),
                        (target, 0, channels * panel, panel),
                        mask_of(op, link.source * outputs + d0, outputs, 1),
                    )
                )
    if op["needs_gradient"]:
        found += [copy for link in back for copy in copies_back(op, link)]
    if kernel["fine_at"] >= 0:
        found = found or [copy_of((0,) * 4, (0,) * 5, (0,) * 4)]
        found[0]["fine"] = kernel["fine_at"], w, taps * channels * outputs
    return found


def mask_of(op, first, down, right):
    """Where a copy begins in the table of connections, and how it moves on."""
    at = int(op["kernel"]["mask_at"])
    return (-1, 0, 0) if at < 0 else (at + first, down, right)


def copies_back(op, link):
    """For every class of pixels of dL/dh the weights that reach it: row (p, q, d) holds w[p, q, c, d] for the c of a
    panel.
    """
    kernel, back, w, found = op["kernel"], op["back"], int(op["w_at"]), []
    channels, outputs, panel, depth = (
        int(n) for n in (op["input"]["channels"], op["output"]["channels"], back["panel"], back["depth"])
    )
    rows, columns, s, t, pad_m, pad_n = (
        int(kernel[name]) for name in ("rows", "columns", "stride_m", "stride_n", "pad_m", "pad_n")
    )
    size, fed = channels * outputs, min(link.depth, outputs - link.source)
    kept_flipped = bool(op["packed"]["in_place"])
    for r, q in itertools.product(range(s), range(t)):
        # The kernel is flipped: counted from its end every s-th weight reaches these pixels, and this is the first.
        first_p, first_q = (rows - 1 - (r + pad_m) % s) % s, (columns - 1 - (q + pad_n) % t) % t
        high, wide = len(range(first_p, rows, s)), len(range(first_q, columns, t))
        if high == 0 or wide == 0:
            continue
        first, down, right = first_p * columns + first_q, s * columns, t
        if kept_flipped:
            first, down, right = rows * columns - 1 - first, -down, -right
        at = int(back["at"]) + (r * t + q) * int(back["class_size"]) + link.source * panel
        for c0, count in pieces(link.target, link.columns, panel):
            inside = c0 % panel
            found.append(
                copy_of(
                    (high, wide, fed, count),
                    (w + first * size + c0 * outputs + link.source, down * size, right * size, 1, outputs),
                    (at + (c0 - inside) * high * wide * depth + inside, wide * depth * panel, depth * panel, panel),
                    (-1, 0, 0) if kept_flipped else mask_of(op, c0 * outputs + link.source, 1, outputs),
                )
            )
    return found


@compiled
def convolve(op, memory, scratch, images):
    """e = b + w * h (topic 8), then `store_pooled`."""
    u, kernel, packed, outputs = memory.u, op.kernel, op.packed, op.output.channels
    count, size = op.e_height * op.e_width * outputs, memory.m.itemsize
    floor = memory.m.dtype.type(0) if op.relu else no_floor(memory.m)
    bias = address(u) + op.b_at * size if op.b_at >= 0 else address(memory.packs)
    if kernel.bias_per_unit:
        bias = 0  # written first
    tools = tools_of(memory, address(scratch) + count * size)
    window = Window((0, 0), (kernel.stride_m, kernel.stride_n), (kernel.rows, kernel.columns))
    weights = Panels(address(memory.packs) + packed.at * size, packed.panel, packed.row, packed.length)
    out = Maps(address(scratch), op.e_width * outputs, outputs, op.e_height, op.e_width, outputs)
    whole = whole_frame(op, memory.m)
    for n in range(images.first, images.end):
        if kernel.bias_per_unit:
            copy(address(u) + op.b_at * size, address(scratch), count, floor)
        for i in range(op.linked.count):
            link = link_in(memory.m, op.linked.at, i)
            image_sum(tools, image_of(op, memory.m, n, whole), window, weights, bias, out, floor, link)
        store_pooled(op, memory, n, scratch, 0)


@compiled
def convolve_back(op, memory, scratch, images):
    """dL/db, dL/dw and dL/dh of one image after the other (topics 12 to 18), while its errors are in the cache."""
    g, kernel, framed, size = memory.g[images.chunk], op.kernel, op.framed, memory.m.itemsize
    depth, outputs = op.back.depth, op.output.channels
    frame = framed.height * framed.width * depth
    clear(scratch, 0, frame)
    tools, line = tools_of(memory, address(scratch) + frame * size), kernel.columns * op.input.channels
    across = framed.width * depth
    corner = framed.top * across + framed.left * depth  # of the framed errors, the first
    stride = kernel.stride_m, kernel.stride_n
    errors = Maps(address(scratch) + corner * size, across, depth, op.e_height, op.e_width, depth)
    gradient = Gradient(address(g) + op.w_at * size, kernel.rows, line, outputs)
    for walk in range(2):
        clear(g, op.w_at, kernel.rows * line * outputs)
        if op.b_at >= 0:
            clear(g, op.b_at, (op.e_height * op.e_width if kernel.bias_per_unit else 1) * outputs)
        for n in range(images.first, images.end):
            load_gradient(op, memory, n, scratch, corner, across, depth)
            if op.b_at >= 0:
                bias_gradient(op, g, scratch, corner, across, frame)
            for i in range(op.linked.count):
                link = link_in(memory.m, op.linked.at, i)
                image_weight_gradient(tools, image_of(op, memory.m, n, walk), stride, errors, gradient, link)
            if op.needs_gradient:
                input_gradient(op, memory, scratch, tools, op.dh_at + n * memory.d_step)
        # Errors that are not finite meet the zeros of a border, too: then all is done again, with the whole frame.
        if kernel.fine_at < 0 or zero_times(part(g, op.w_at, kernel.rows * line * outputs)) == 0:
            break


@compiled_inside
def bias_gradient(op, g, scratch, corner, across, room):
    """dL/db of one image, whose errors begin at scratch[corner], `across` numbers from row to row, added to g.

    Where all pixels share a bias, the errors of a row are added first, in scratch from `room` on, and then those of the
    image: long sums of small numbers lose digits.
    """
    depth, outputs, shared, size = op.back.depth, op.output.channels, not op.kernel.bias_per_unit, g.itemsize
    errors, total, like = address(scratch) + corner * size, address(g) + op.b_at * size, g.dtype.type(0)
    row = address(scratch) + room * size
    image = row + outputs * size if shared and op.e_height > 1 else total
    if image != total:
        clear(scratch, room + outputs, outputs)
    for y in range(op.e_height):
        if shared:
            clear(scratch, room, outputs)
        for x in range(op.e_width):
            sums = row if shared else total + (y * op.e_width + x) * outputs * size
            add(errors + (y * across + x * depth) * size, sums, outputs, like)
        if shared:
            add(row, image, outputs, like)
    if image != total:
        add(image, total, outputs, like)


@compiled_inside
def input_gradient(op, memory, scratch, tools, place):
    """dL/dh of one image, from d[place] on, from its framed errors in scratch."""
    entry, kernel, framed, back = op.input, op.kernel, op.framed, op.back
    if kernel.stride_m > kernel.rows or kernel.stride_n > kernel.columns:  # pixels between the windows
        clear(memory.d, place, entry.height * entry.width * entry.channels)
    filled = framed.top, framed.top + op.e_height, framed.left, framed.left + op.e_width
    de = Image(address(scratch), framed.width, back.depth, filled)
    at, across = address(memory.d) + place * tools.size, entry.width * entry.channels
    dh = Maps(at, across, entry.channels, entry.height, entry.width, entry.channels)
    for r in range(min(kernel.stride_m, entry.height)):
        for q in range(min(kernel.stride_n, entry.width)):
            taps, start, which = pixel_class(op, r, q)
            if taps[0] > 0 and taps[1] > 0:
                first = address(memory.packs) + (back.at + which * back.class_size) * tools.size
                weights = Panels(first, back.panel, back.panel, taps[0] * taps[1] * back.depth)
                window, stride, zeros = Window(start, (1, 1), taps), (kernel.stride_m, kernel.stride_n), memory.packs
                for i in range(op.linked.back_count):
                    link = link_in(memory.m, op.linked.back_at, i)
                    image_input_gradient(tools, de, window, weights, (r, q), stride, dh, address(zeros), link)


@compiled_inside
def pixel_class(op, r, q):
    """Of the pixels (r + s i, q + t j): how many weights reach one of them, the first error it looks at, its number."""
    kernel, framed, s, t = op.kernel, op.framed, op.kernel.stride_m, op.kernel.stride_n
    first_p, first_q = (r + kernel.pad_m) % s, (q + kernel.pad_n) % t
    taps = (kernel.rows - first_p + s - 1) // s, (kernel.columns - first_q + t - 1) // t
    start = (r + kernel.pad_m) // s + framed.top + 1 - taps[0], (q + kernel.pad_n) // t + framed.left + 1 - taps[1]
    return taps, start, r * t + q
