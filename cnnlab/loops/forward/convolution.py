"""Convolution of several images that share what they read of the weights (topic 8)."""

from cnnlab.loops.kernels.image import Maps, Panels, Window, image_sum
from cnnlab.loops.kernels.links import Link
from cnnlab.loops.kernels.strip import address
from cnnlab.loops.kernels.tile import VECTORS
from cnnlab.loops.plan.convolution import image_of, link_in, whole_frame
from cnnlab.loops.plan.passing import part, store_pooled
from cnnlab.loops.plan.weights import no_floor, tools_of
from cnnlab.loops.runtime.compiled import compiled
from cnnlab.loops.runtime.processor import ROWS


@compiled
def convolve(op, memory, scratch, images):
    """e = b + w * h, as `loops.plan.convolution.convolve` has it, but panel by panel of the weights: as many images as
    have room in scratch use one before the next is fetched, which takes longer than a small map has work for.
    """
    u, kernel, packed, outputs = memory.u, op.kernel, op.packed, op.output.channels
    count, size = op.e_height * op.e_width * outputs, memory.m.itemsize
    room = len(scratch) - ROWS * VECTORS * memory.lanes  # for results; a tile needs the rest
    tools = tools_of(memory, address(scratch) + room * size)
    window = Window((0, 0), (kernel.stride_m, kernel.stride_n), (kernel.rows, kernel.columns))
    floor = memory.m.dtype.type(0) if op.relu else no_floor(memory.m)
    weights = Panels(address(memory.packs) + packed.at * size, packed.panel, packed.row, packed.length)
    bias = address(u) + op.b_at * size if op.b_at >= 0 else address(memory.packs)
    if kernel.bias_per_unit:
        bias = 0  # written first
    together, whole = max(1, room // count), whole_frame(op, memory.m)
    for first in range(images.first, images.end, together):
        end = min(first + together, images.end)
        if kernel.bias_per_unit:
            for n in range(first, end):
                e = part(scratch, (n - first) * count, count)
                for i in range(count):
                    e[i] = u[op.b_at + i]
        for i in range(op.linked.count):
            link = link_in(memory.m, op.linked.at, i)
            d0, end_d = link.target, link.target + link.columns
            while d0 < end_d:
                columns = min(packed.panel - d0 % packed.panel, end_d - d0)
                some = Link(link.source, link.depth, d0, columns, link.begins, link.ends)
                for n in range(first, end):
                    at = address(scratch) + (n - first) * count * size
                    out = Maps(at, op.e_width * outputs, outputs, op.e_height, op.e_width, outputs)
                    image_sum(tools, image_of(op, memory.m, n, whole), window, weights, bias, out, floor, some)
                d0 += columns
        for n in range(first, end):
            store_pooled(op, memory, n, scratch, (n - first) * count)
