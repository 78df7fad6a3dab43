"""The three sums of a convolutional layer, on padded, contiguous, channel-last arrays.

hp (N, HP, WP, C) is the padded input, w (P, Q, C, D) the kernel, e and de (N, H', W', D), stride (s, t).
The innermost loop runs over the output channels d, which lie side by side in memory, so that one instruction does
several.
"""

from numba import njit


@njit(cache=True, nogil=True)
def forward(hp, w, stride, e):
    """e[n,m,k,d] += sum_{p,q,c} w[p,q,c,d] hp[n, m s + P-1-p, k t + Q-1-q, c]   (lecture topic 8).  e holds the bias
    already.
    """
    rows, columns, channels, outputs = w.shape
    s, t = stride
    for n in range(e.shape[0]):
        for m in range(e.shape[1]):
            for k in range(e.shape[2]):
                for p in range(rows):
                    for q in range(columns):
                        for c in range(channels):
                            h = hp[n, m * s + rows - 1 - p, k * t + columns - 1 - q, c]
                            for d in range(outputs):
                                e[n, m, k, d] += w[p, q, c, d] * h


@njit(cache=True, nogil=True)
def input_gradient(de, wt, stride, dhp):
    """dhp[n,i,j,c] += sum_{m,k,d} w[p,q,c,d] de[n,m,k,d] with i = m s + P-1-p, j = k t + Q-1-q   (topics 12 and 13).

    wt (P, Q, D, C) is w with its last two axes exchanged, so that the innermost loop runs over neighbours in memory.
    """
    rows, columns, outputs, channels = wt.shape
    s, t = stride
    for n in range(de.shape[0]):
        for m in range(de.shape[1]):
            for k in range(de.shape[2]):
                for p in range(rows):
                    for q in range(columns):
                        i, j = m * s + rows - 1 - p, k * t + columns - 1 - q
                        for d in range(outputs):
                            error = de[n, m, k, d]
                            for c in range(channels):
                                dhp[n, i, j, c] += wt[p, q, d, c] * error


@njit(cache=True, nogil=True)
def weight_gradient(hp, de, stride, dw):
    """dw[p,q,c,d] += sum_{n,m,k} de[n,m,k,d] hp[n, m s + P-1-p, k t + Q-1-q, c]   (topics 16 and 17)."""
    rows, columns, channels, outputs = dw.shape
    s, t = stride
    for n in range(de.shape[0]):
        for m in range(de.shape[1]):
            for k in range(de.shape[2]):
                for p in range(rows):
                    for q in range(columns):
                        for c in range(channels):
                            h = hp[n, m * s + rows - 1 - p, k * t + columns - 1 - q, c]
                            for d in range(outputs):
                                dw[p, q, c, d] += de[n, m, k, d] * h
