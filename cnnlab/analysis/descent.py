"""The path that gradient descent takes on a loss surface over two numbers, and what it does there (lecture topic 4)."""

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnlab import arguments
from cnnlab.analysis.landscape import PARTS, checked
from cnnlab.types import Array, ArrayLike, Seed

__all__ = ["Path", "descend", "descend_together", "factor", "limit", "regime"]

FAR = 1e12  # a path that comes so far from the origin is stopped: it has left for good


@dataclass(frozen=True)
class Path:
    """The places that a gradient descent came to, and the loss at each.

    Parameters
    ----------
    u : (n + 1, 2) float64
        The start and the place after every step.
    losses : (n + 1,) float64
        The loss there.
    diverged : bool
        The path ran away or met a number that is not finite; it ends at the last place whose numbers were finite.
    reason : str
        A sentence saying so, empty otherwise.
    """

    u: Array
    losses: Array
    diverged: bool
    reason: str

    @property
    def steps(self) -> int:
        """How many steps it took."""
        return len(self.u) - 1

    @property
    def lengths(self) -> Array:
        """The length of every step, (n,) float64."""
        return np.linalg.norm(np.diff(self.u, axis=0), axis=1)


def limit(curvature: float, momentum: float = 0.0) -> float:
    """The learning rate up to which descent is stable, 2 (1 + momentum) / curvature.

    Parameters
    ----------
    curvature : float
        The largest eigenvalue of the Hessian.
    momentum : float
        From 0 to below 1.

    Returns
    -------
    float
        Infinite if the curvature is not positive.

    Source
    ------
    Lecture topic 4.
    """
    return 2 * (1 + momentum) / curvature if curvature > 0 else np.inf


def factor(eta: ArrayLike, curvature: float, momentum: float = 0.0) -> Any:
    """By how much one step multiplies the distance from the bottom of a parabola, |1 - eta lambda|, in the long run.

    With momentum it is the largest |z| with z^2 - (1 + momentum - eta lambda) z + momentum = 0.

    Parameters
    ----------
    eta : number or array
        Learning rates.
    curvature : float
        lambda.
    momentum : float
        From 0 to below 1.

    Returns
    -------
    float64, in the shape of eta

    Source
    ------
    Lecture topic 4.
    """
    half = (1 + momentum - np.asarray(eta) * curvature) / 2
    root = np.sqrt(half**2 - momentum + 0j)
    return np.maximum(np.abs(half + root), np.abs(half - root))


def descend(
    landscape: Any,
    start: ArrayLike,
    eta: float,
    steps: int,
    momentum: float = 0.0,
    noise: float = 0.0,
    rng: Seed = 0,
    batch: int | None = None,
) -> Path:
    """u <- u - eta dL/du, step by step.

    Parameters
    ----------
    landscape : landscape
        With `loss` and `gradient`, as in `cnnlab.analysis.landscape`.
    start : (2,)
        Where it begins.
    eta : float
        Learning rate, positive.
    steps : int
        How many.
    momentum : float
        v <- momentum v - eta dL/du, u <- u + v; from 0 to below 1.
    noise : float
        Standard deviation of a random number added to each component of every gradient: mini-batches of a landscape
        that has no samples.
    rng : int or Generator
        Seed of noise and batches.
    batch : int, optional
        Of a landscape with samples, how many of them make the gradient of one step, drawn anew each time; all by
        default.

    Returns
    -------
    Path

    Raises
    ------
    TypeError
        For anything but a landscape.
    ValueError
        For eta <= 0, steps < 0, momentum outside of [0, 1), a start that is not two finite numbers, a batch without
        samples or with more than there are.

    Source
    ------
    Lecture topic 4.
    """
    u, whole = _checked_walk(landscape, start, eta, steps, momentum, batch)
    rng = arguments.generator("rng", rng)
    at_once = getattr(landscape, "loss_and_gradient", None) if whole else None
    v, gradient = np.zeros(2), None
    path, losses, reason = [u.copy()], [float(landscape.loss(u))], ""
    for step in range(1, steps + 1):
        if gradient is None:
            gradient = landscape.gradient(
                *((u,) if whole else (u, rng.choice(landscape.samples, batch, replace=False)))
            )
        v = momentum * v - eta * (gradient + noise * rng.standard_normal(2))
        u, gradient = u + v, None
        near, value = bool(np.isfinite(u).all() and np.abs(u).max() < FAR), np.inf
        if near and at_once is not None:
            value, gradient = at_once(u)
        elif near:
            value = float(landscape.loss(u))
        if not np.isfinite(value):
            reason = _left(step, near)
            break
        path.append(u.copy())
        losses.append(value)
    return _walked(np.array(path), np.array(losses), reason, steps)


def descend_together(
    landscape: Any, starts: ArrayLike, eta: float, steps: int, momentum: float = 0.0, batch: int | None = None
) -> tuple[Path, ...]:
    """The walks of `descend` from many starts, number k with rng=k; all take their step at the same time.

    Parameters
    ----------
    landscape : landscape
        As for `descend`; side by side they go where it has `gradients`, one after the other elsewhere.
    starts : (k, 2)
        Where they begin.
    eta, steps, momentum, batch
        As for `descend`.

    Returns
    -------
    tuple of Path
        One for each start.

    Raises
    ------
    TypeError, ValueError
        As `descend`.
    """
    checks = [_checked_walk(landscape, start, eta, steps, momentum, batch) for start in np.asarray(starts, dtype=float)]
    if not hasattr(landscape, "gradients") or not checks:
        how: dict[str, Any] = {"momentum": momentum, "batch": batch}
        return tuple(descend(landscape, u, eta, steps, rng=number, **how) for number, (u, _) in enumerate(checks))
    u, whole = np.array([start for start, _ in checks]), checks[0][1]
    rows = None if whole else np.array([_batches(number, landscape.samples, batch, steps) for number in range(len(u))])
    places, v, gone = np.empty((steps + 1, *u.shape)), np.zeros_like(u), np.full(len(u), steps + 1)
    places[0] = u
    for step in range(1, steps + 1):
        v = momentum * v - eta * (landscape.gradients(u) if rows is None else landscape.gradients(u, rows[:, step - 1]))
        u = places[step] = u + v
        far = ~(np.abs(u) < FAR).all(1)
        if far.any():  # they stay where they are: their paths end before this step
            gone[far] = np.minimum(gone[far], step)
            u, v = np.where(far[:, None], places[0], u), np.where(far[:, None], 0.0, v)
    paths = []
    with np.errstate(over="ignore", invalid="ignore"):
        losses = landscape.loss(places)
    for k, last in enumerate(gone):
        odd = np.flatnonzero(~np.isfinite(losses[1:last, k]))
        end = int(odd[0]) + 1 if len(odd) else int(last)
        reason = _left(end, near=bool(len(odd))) if end <= steps else ""
        paths.append(_walked(places[:end, k].copy(), losses[:end, k].copy(), reason, steps))
    return tuple(paths)


@functools.lru_cache(64)  # walks with another eta draw the same ones again
def _batches(seed: int, samples: int, batch: int | None, steps: int) -> Array:
    """The samples of every step, (steps, batch), as `descend` draws them: between two there is its noise."""
    rng, drawn = np.random.default_rng(seed), []
    for _ in range(steps):
        drawn.append(rng.choice(samples, batch, replace=False))
        rng.standard_normal(2)
    found = np.array(drawn)
    found.flags.writeable = False
    return found


def _checked_walk(
    landscape: Any, start: ArrayLike, eta: float, steps: int, momentum: float, batch: int | None
) -> tuple[Array, bool]:
    """The start, and whether all samples make each step, of a walk that is possible."""
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
    return u, batch is None or batch == samples


def _left(step: int, near: bool) -> str:
    """Why a walk is stopped after a step."""
    what = "the loss is no finite number" if near else f"u is farther than {FAR:g} from the origin"
    return f"diverged: after step {step} {what}, and the walk is stopped"


def _walked(places: Array, losses: Array, reason: str, steps: int) -> Path:
    if not reason and _runs_away(places, losses):
        reason = f"diverging: the loss grew from {losses[0]:.3g} to {losses[-1]:.3g} in {steps} steps"
    return Path(places, losses, bool(reason), reason)


def regime(path: Path, share: float, momentum: float = 0.0, noisy: bool = False) -> str:
    """A few words for what a walk does, read off the walk itself.

    From one step s to the next the rule gives s' . s / s . s = 1 - eta lambda, with the curvature lambda in the
    direction of s: near 1 it crawls, below 0 it jumps over the valley, below -1 the jumps grow.

    Parameters
    ----------
    path : Path
        The walk.
    share : float
        eta / limit, which only tells whether an endless zigzag is exactly at the limit, and whether a descent goes on
        above it.
    momentum : float
        With which it went.
    noisy : bool
        Whether its gradients were those of mini-batches.

    Returns
    -------
    str
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
        looked = np.diff(losses[-16:])
        ups = int((looked > 0).sum())
        if ups > 0.3 * len(looked):
            return f"it wanders: the loss grew in {ups} of the last {len(looked)} steps"
        return "noisy, on its way down"
    products = (steps[1:] * steps[:-1]).sum(axis=1)
    back = products < 0
    turns = np.mean(back)
    factors = products / np.where(lengths[:-1] > 0, lengths[:-1] ** 2, 1.0)
    if momentum:
        word = "with momentum it " + ("gathers speed" if lengths.max() > 1.2 * lengths[0] else "goes down")
        word += " and swings to and fro" if turns else ""
    elif turns > 0.5:
        if abs(share - 1) < 1e-9:
            return "exactly at the limit: it jumps to and fro for ever"
        word = f"zigzag: {'each step jumps' if back.all() else 'most steps jump'} over the valley"
    elif min(lengths[0], lengths[-1]) > 1.5 * lengths.min() and losses[-1] < losses[0]:
        return "downhill, first slower, then faster again"
    elif lengths[-1] > 2 * lengths[0]:
        return "faster and faster; the loss grows" if losses[-1] > losses[0] else "downhill, faster and faster"
    elif turns:
        last = int(np.flatnonzero(back)[-1])
        word = "first a zigzag, then smooth" if back[: last + 1].all() else "some steps jump over the valley"
    else:
        word = "crawl" if factors.min() > 0.84 else "a smooth descent"
    if losses[-1] > losses[0]:
        return f"{word}; the loss grows"
    return f"{word} (above the limit, though)" if share > 1 + 1e-9 else word


def _runs_away(path: Array, losses: Array) -> bool:
    """Whether the loss is a thousand times that of the start, and the steps grow: noise alone does not."""
    lengths = np.linalg.norm(np.diff(path, axis=0), axis=1)
    return len(lengths) > 1 and losses[-1] > 1e3 * abs(losses[0]) and lengths[-1] > 10 * lengths[0]
