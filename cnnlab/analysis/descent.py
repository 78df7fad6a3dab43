"""The path that gradient descent takes on a loss surface over two numbers, and what it does there (lecture topic 4)."""

from dataclasses import dataclass

import numpy as np

from cnnlab.analysis.landscape import PARTS, checked

FAR = 1e12  # a path that comes so far from the origin has left for good: its squares would soon overflow


@dataclass(frozen=True)
class Path:
    """What `descend` did.

    u : (n + 1, 2), the start and every step; losses : (n + 1,).  diverged : the path ran away or met a number that is
        not finite;
    reason : a sentence saying so, empty otherwise.  A diverged path ends at the last place whose numbers were finite.
    """

    u: np.ndarray
    losses: np.ndarray
    diverged: bool
    reason: str

    @property
    def steps(self):
        """How many steps it took."""
        return len(self.u) - 1

    @property
    def lengths(self):
        """The length of every step, (n,)."""
        return np.linalg.norm(np.diff(self.u, axis=0), axis=1)


def limit(curvature, momentum=0.0):
    """The learning rate up to which descent is stable, 2 (1 + momentum) / curvature; infinite if it is not positive."""
    return 2 * (1 + momentum) / curvature if curvature > 0 else np.inf


def factor(eta, curvature, momentum=0.0):
    """By how much one step multiplies the distance from the bottom of a parabola, |1 - eta lambda|, in the long run.

    With momentum it is the largest |z| with z^2 - (1 + momentum - eta lambda) z + momentum = 0.  eta : any shape.
    """
    half = (1 + momentum - np.asarray(eta) * curvature) / 2
    root = np.sqrt(half**2 - momentum + 0j)
    return np.maximum(np.abs(half + root), np.abs(half - root))


def descend(landscape, start, eta, steps, momentum=0.0, noise=0.0, rng=0, batch=None):
    """u <- u - eta dL/du (lecture topic 4), from `start`, `steps` times -> Path.

    momentum : v <- momentum v - eta dL/du, u <- u + v.  batch : of a landscape with samples, how many of them make the
        gradient of one step, drawn anew each time; all by default.  noise : standard deviation of a random number added
        to each component of every gradient, in place of such a choice where there are no samples.  rng : the seed of
        both.  Raises TypeError for anything but a landscape, ValueError for eta <= 0, steps < 0, momentum outside of
        [0, 1), a start that is not two finite numbers, a batch without samples or with more than there are.
    """
    checked("landscape", landscape, PARTS[:2])
    u = np.array(start, dtype=float)
    if u.shape != (2,) or not np.isfinite(u).all():
        raise ValueError(f"start must be two finite numbers; got {start!r}")
    if not (np.isfinite(eta) and eta > 0):
        raise ValueError(f"eta must be a positive number; got {eta!r}")
    if steps < 0 or not 0 <= momentum < 1:
        raise ValueError(f"steps must be at least 0 and momentum in [0, 1); got steps {steps!r}, momentum {momentum!r}")
    samples = getattr(landscape, "samples", 0)
    if batch is not None and not 1 <= batch <= samples:
        raise ValueError(
            f"batch must be 1 ... {samples}, the samples of this landscape; got {batch!r}"
            if samples
            else f"batch must be None for a landscape without samples; got {batch!r}"
        )
    rng = np.random.default_rng(rng)
    v = np.zeros(2)
    path, losses, reason = [u.copy()], [float(landscape.loss(u))], ""
    for step in range(1, steps + 1):
        if batch is None or batch == samples:
            gradient = landscape.gradient(u)
        else:
            gradient = landscape.gradient(u, rng.choice(samples, batch, replace=False))
        v = momentum * v - eta * (gradient + noise * rng.standard_normal(2))
        u = u + v
        value = float(landscape.loss(u)) if np.isfinite(u).all() and np.abs(u).max() < FAR else np.inf
        if not np.isfinite(value):
            reason = f"diverged: at step {step} the numbers have left all bounds, each step is larger than the last"
            break
        path.append(u.copy())
        losses.append(value)
    path, losses = np.array(path), np.array(losses)
    if not reason and _runs_away(path, losses):
        reason = f"diverging: the loss grew from {losses[0]:.3g} to {losses[-1]:.3g} in {steps} steps"
    return Path(path, losses, bool(reason), reason)


def regime(path, share, momentum=0.0, noisy=False):
    """A few words for what a walk does, read off the walk itself.

    From one step s to the next the rule gives s' . s / s . s = 1 - eta lambda, with the curvature lambda in the
    direction of s: near 1 it crawls, below 0 it jumps over the valley, below -1 the jumps grow.  share : eta / limit,
    which only tells whether an endless zigzag is exactly at the limit, and whether a descent goes on above it.
    """
    if path.diverged:
        return "divergence"
    steps = np.diff(path.u, axis=0)
    lengths, losses = path.lengths, path.losses
    if path.steps < 2:
        return "too few steps to tell"
    if not lengths.any():
        return "it stands still: the slope is zero"
    if noisy:
        wanders = np.mean(np.diff(losses[-16:]) > 0) > 0.3
        return "it wanders: up as often as down" if wanders else "noisy, on its way down"
    products = (steps[1:] * steps[:-1]).sum(axis=1)
    turns = np.mean(products < 0)
    factors = products / np.where(lengths[:-1] > 0, lengths[:-1] ** 2, 1.0)
    if momentum:
        word = "with momentum it " + ("gathers speed" if lengths.max() > 1.2 * lengths[0] else "goes down")
        word += " and swings to and fro" if turns else ""
    elif turns > 0.5:
        if abs(share - 1) < 1e-9:
            return "exactly at the limit: it jumps to and fro for ever"
        word = "zigzag: each step jumps over the valley"
    elif lengths[-1] > 2 * lengths[0]:
        return "faster and faster; the loss grows" if losses[-1] > losses[0] else "downhill, faster and faster"
    elif turns:
        word = "first a zigzag, then smooth"
    else:
        word = "crawl" if factors.min() > 0.84 else "a smooth descent"
    if losses[-1] > losses[0]:
        return f"{word}; the loss grows"
    return f"{word} (above the limit, though)" if share > 1 + 1e-9 else word


def _runs_away(path, losses):
    """Whether the loss is a thousand times that of the start, and the steps grow: noise alone does not."""
    lengths = np.linalg.norm(np.diff(path, axis=0), axis=1)
    return len(lengths) > 1 and losses[-1] > 1e3 * abs(losses[0]) and lengths[-1] > 10 * lengths[0]
