"""Images put together anew from their own pixels."""

from cnnlab.loops.runtime.compiled import compiled


@compiled
def take_pixels(x, rows, columns, y, first, end):
    """y[n,i,k,c] = x[n, rows[n,i], columns[n,k], c] for the images first to end; x and y are contiguous."""
    _, height, width, channels = y.shape
    for n in range(first, end):
        for i in range(height):
            m = rows[n, i]
            for k in range(width):
                j = columns[n, k]
                for c in range(channels):
                    y[n, i, k, c] = x[n, m, j, c]
