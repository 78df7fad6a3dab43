"""`fit`: the five steps of training (lecture topic 1), again and again."""

import contextlib
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import numpy as np

from cnnlab import arguments, losses, parallel
from cnnlab.files import PathLike, held
from cnnlab.network import Network
from cnnlab.optimisers import Optimiser
from cnnlab.training import progress as bars
from cnnlab.training.batches import step_edges
from cnnlab.training.checkpoint import Checkpoint, settings
from cnnlab.training.divergence import explained
from cnnlab.training.evaluation import evaluate
from cnnlab.training.history import History, figures
from cnnlab.types import Array, ArrayLike, Seed


class Diverged(FloatingPointError):
    """Training stopped because its numbers were no longer finite.

    Parameters
    ----------
    message : str
        What happened when.
    history : History
        The epochs that were finished; it is kept as an attribute.
    """

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message)
        self.history = history


def fit(
    network: Network,
    x: ArrayLike,
    y: ArrayLike,
    *,
    loss: losses.Loss,
    optimiser: Optimiser,
    epochs: int,
    batch: int = 32,
    validation: tuple[ArrayLike, ArrayLike] | None = None,
    rng: Seed | None = 0,
    shuffle: bool = True,
    augment: Callable[[Array, np.random.Generator], Array] | None = None,
    progress: bool | None = None,
    checkpoint: PathLike | None = None,
    resume: bool = False,
    callback: Callable[[Network, History], bool | None] | None = None,
    client: Any = None,
) -> History:
    """Train a network in place.

    The same seeds (of network and fit) give the same bits. Interrupting (the stop button, Ctrl-C) keeps the weights and
    gives the History so far, `interrupted`.

    Parameters
    ----------
    network : Network
        Its weights are changed, but for those of layers that are `frozen`.
    x : (N, *input_shape) float32 or float64
        The samples, finite.
    y : (N,) labels, or float targets
        As for the loss.
    loss : Loss
        See `cnnlab.losses`.
    optimiser : Optimiser
        See `cnnlab.optimisers`; it starts afresh.
    epochs : int
        How often every sample is seen.
    batch : int
        Samples in one step of descent; the last step of an epoch may have fewer. Where batch normalisation would see
        one value of each channel there, the step before takes that sample along.
    validation : (x, y) or None
        Measured after every epoch.
    rng : int, numpy Generator or None
        Seed of the order and of `augment`; None takes another one each time.
    shuffle : bool
        See the samples in a new order in every epoch.
    augment : function (x of a batch, rng) -> x of the same shape, or None
        For samples that are shifted, mirrored, ... If it has a method `of(rows, epoch)`, that gives the function: one
        that knows which samples they are, and in which epoch (see `MirroredInTurn`).
        It must not look at the network's weights: where the network is small, the batches of several steps are changed
        before the first of these steps is taken.
    progress : bool or None
        Show a bar; None does so in a notebook and in a terminal.
    checkpoint : str, Path or None
        A file, written after every epoch; it is not written over anything but a checkpoint.
    resume : bool
        Go on from the checkpoint, if it is there; the result is the same, bit for bit, as if nothing had stopped. What
        is learned from and how must be as it was, and if eta follows a schedule, the number of epochs too.
    callback : function (network, history), or None
        Called after every epoch; training ends early if it gives True.
    client : dask.distributed.Client, str or None
        Of a cluster, or the address of its scheduler: its workers share each step (data parallelism). The weights have
        the same bits with any number of workers, and without any; a step during which a worker is lost is computed
        again by those that are left, and `history.notes` says so. Steps of less than 20 million multiply-adds are
        computed here.

    Returns
    -------
    History

    Raises
    ------
    TypeError, ValueError
        Naming the argument, before anything is computed.
    OSError
        If the checkpoint cannot be written, or another process writes it.
    Diverged
        If the loss, a weight or a statistic is no longer a finite number: it names the layer where that began, and what
        helps; the network then has the weights of the last epoch that was finished.
    ConnectionError
        If `client` has no workers, or all of them are lost; the network then has the weights of the last epoch that
        was finished, and `resume` goes on from the checkpoint. It carries the `history` of those epochs.

    Source
    ------
    Lecture topics 1 and 4; 28 for data parallelism.
    """
    arguments.of_kind("network", network, Network, "a network, such as Network([Dense(10)], (64,))")
    arguments.of_kind("loss", loss, losses.Loss, "a loss, such as CrossEntropy()")
    arguments.of_kind("optimiser", optimiser, Optimiser, "an optimiser, such as SGD(0.02)")
    for name, function in (("augment", augment), ("callback", callback)):
        if function is not None and not callable(function):
            raise TypeError(f"{name} must be a function, or None; got {function!r}")
    x = network.checked(x)
    y = losses.checked_targets(loss, y, (len(x), *network.output_shape), network.dtype)
    if validation is not None:
        validation = _checked_validation(network, loss, validation)
    epochs, batch = arguments.whole("epochs", epochs), arguments.whole("batch", batch)
    edges, seed = step_edges(network, len(x), batch), _seed(rng)
    optimiser.reset()
    history, file = History(), None
    if checkpoint is not None:
        made = settings(
            network,
            optimiser,
            epochs,
            (x, y),
            validation,
            augment,
            loss=loss.config(),
            samples=len(x),
            batch=batch,
            steps=len(edges) - 1,
            shuffle=arguments.flag("shuffle", shuffle),
            seed=seed,
        )
        file = Checkpoint(checkpoint, made, seed_is_given=not isinstance(rng, np.random.Generator))
    if resume and file is None:
        raise ValueError("checkpoint must be the path to go on from where resume is True; got None")
    with contextlib.ExitStack() as until_the_end:
        if file is not None:
            until_the_end.enter_context(held(file.path))
        if file is not None and resume:
            history, seed = file.resume(network, optimiser, epochs)
        elif file is not None:
            file.begin()
        crew = None
        if client is not None:
            largest, data = max(np.diff(edges)), x if augment is None else None
            crew = until_the_end.enter_context(parallel.crew(client, network, int(largest), data, history.notes))
        bar = bars.make(progress, epochs, len(x))
        run = _Run(network, x, y, loss, optimiser, epochs, batch, edges, seed, shuffle, augment, bar, crew)
        try:
            with np.errstate(all="ignore"):  # a run that diverges is told by its loss, not by a warning from somewhere
                run.epochs(history, validation, file, callback)
        except KeyboardInterrupt:
            history.interrupted = True
        except (Diverged, parallel.NoWorkers) as problem:
            bar.close(str(problem))
            raise
        except BaseException:
            bar.close("Training stopped by an error.")
            raise
        finally:
            network._rest()
        bar.close(_ended(history))
    return history


_Descent = Callable[[Array, Array], tuple[Array, int]]  # see Network.descent
STRIDE = 512  # samples that a small network sees before anybody looks at the bar or the stop button


class _Run:
    """What stays the same from epoch to epoch."""

    def __init__(
        self,
        network: Network,
        x: Array,
        y: Array,
        loss: losses.Loss,
        optimiser: Optimiser,
        epochs: int,
        batch: int,
        edges: list[int],
        seed: int,
        shuffle: bool,
        augment: Callable[[Array, np.random.Generator], Array] | None,
        bar: bars.Silent,
        crew: parallel.Crew | None,
    ) -> None:
        self.network, self.x, self.y, self.loss, self.optimiser, self.bar = network, x, y, loss, optimiser, bar
        self.batch, self.edges, self.seed, self.shuffle, self.augment = batch, edges, seed, shuffle, augment
        self.crew = crew
        self.steps = len(edges) - 1
        self.count, self.all_steps = epochs, self.steps * epochs

    def epochs(
        self,
        history: History,
        validation: tuple[Array, Array] | None,
        file: Checkpoint | None,
        callback: Callable[[Network, History], bool | None] | None,
    ) -> None:
        """All epochs that the history has not yet."""
        for epoch in range(len(history) + 1, self.count + 1):
            kept = self.network.weights()
            with _kept_if_it_fails(self.network, kept, history, self.loss, self.optimiser):
                row = self.epoch(epoch)
                row |= _validate(self.network, validation, self.loss)
            history.epochs.append(row)
            if file is not None:
                file.save(self.network, self.optimiser, history)
            if callback is not None and callback(self.network, history) is True:
                break

    def epoch(self, number: int) -> dict[str, Any]:
        """See every sample once -> what there is to tell about it.

        Its random numbers depend on the seed and its number alone, so that an epoch after a resume is the one that
        would have been.
        """
        network, count, labels = self.network, len(self.x), self.y.dtype.kind != "f"
        rng = np.random.default_rng([self.seed, number])
        order = rng.permutation(count) if self.shuffle else np.arange(count)
        total, right = 0.0, 0
        if self.crew is not None:
            self.crew.muster(f"epoch {number}")
        self.bar.begin(number)
        descent = network.descent(self.x, self.y, self.loss, self.optimiser, self.batch)
        if descent is not None:
            total, right = self._in_strides(descent, number, order, rng)
            return self._told(number, total, right)
        for step, (first, end) in enumerate(itertools.pairwise(self.edges)):
            rows = order[first:end]
            x = self._augmented(rows, number, rng)
            y = self.y[rows]
            if self.crew is None:
                value, e = network.loss_and_gradients(x, y, self.loss, checked=True)
            else:
                value, e = self.crew.loss_and_gradients(rows, x, y, self.loss, f"epoch {number}, step {step + 1}")
            if not np.isfinite(value):
                raise _NotFinite(number, step, f"the loss became {value}", x, y)
            done = ((number - 1) * self.steps + step) / self.all_steps
            self.optimiser.step(network.learned, network.gradients, done)
            total += value * len(rows)
            if labels:
                right += int((self.loss.decide(e) == y).sum())
            self.bar.step(len(rows), total / end, right / end if labels else None)
        return self._told(number, total, right)

    def _in_strides(self, descent: _Descent, number: int, order: Array, rng: np.random.Generator) -> tuple[float, int]:
        """An epoch in strides of some hundred samples -> the sum of the losses, and how many were right."""
        total, right, size = 0.0, 0, max(1, STRIDE // self.batch) * self.batch
        labels = self.y.dtype.kind != "f"
        for first in range(0, len(order), size):
            seen, rows, x, y = order[first : first + size], order[first : first + size], self.x, self.y
            begin, count = first // self.batch, -(-len(seen) // self.batch)
            if self.augment is not None:
                batches = [seen[k * self.batch : (k + 1) * self.batch] for k in range(count)]
                x = np.concatenate([self._augmented(part, number, rng) for part in batches])
                y, rows = y[seen], np.arange(len(seen))
                descent = cast(_Descent, self.network.descent(x, y, self.loss, self.optimiser, self.batch))
            done = ((number - 1) * self.steps + begin + np.arange(count)) / self.all_steps
            losses, some = descent(rows, np.array([self.optimiser.eta_at(share) for share in done]))
            if not np.isfinite(losses).all():
                step = int(np.argmin(np.isfinite(losses)))
                bad = rows[step * self.batch : (step + 1) * self.batch]
                raise _NotFinite(number, begin + step, f"the loss became {losses[step]}", x[bad], y[bad])
            samples = np.minimum(self.batch, len(seen) - self.batch * np.arange(count))
            total, right, so_far = total + float(losses @ samples), right + some, first + len(seen)
            self.bar.step(len(seen), total / so_far, right / so_far if labels else None)
        return total, right

    def _told(self, number: int, total: float, right: int) -> dict[str, Any]:
        """What there is to tell about an epoch.  Raises if its last step led out of the finite."""
        count = len(self.x)
        for kind, arrays in (("weights", self.network.parameters), ("statistics", self.network.state)):
            for name, array in arrays.items():
                if not np.isfinite(array).all():
                    some = slice(0, self.edges[1])
                    what = f"the {kind} {name} became infinite"
                    raise _NotFinite(number, self.steps - 1, what, self.x[some], self.y[some])
        seconds = self.bar.seconds()
        return {
            "epoch": number,
            "loss": total / count,
            "accuracy": right / count if self.y.dtype.kind != "f" else None,
            "validation_loss": None,
            "validation_accuracy": None,
            "seconds": seconds,
            "images_per_second": count / seconds,
        }

    def _augmented(self, rows: Array, epoch: int, rng: np.random.Generator) -> Array:
        """These samples, as they are seen in this epoch."""
        augment, x = self.augment, self.x[rows]
        if augment is None:
            return x
        view = augment.of(rows, epoch) if hasattr(augment, "of") else augment
        changed = self.network.checked(view(x, rng), "augment(x, rng)")
        arguments.same_batch(**{"x": x, "augment(x, rng)": changed})
        return changed


class _NotFinite(Exception):
    def __init__(self, epoch: int, step: int, what: str, x: Array, y: Array) -> None:
        super().__init__(f"training diverged in epoch {epoch}, step {step + 1}: {what}")
        self.batch = x, y


@contextmanager
def _kept_if_it_fails(
    network: Network, kept: dict[str, Array], history: History, loss: losses.Loss, optimiser: Optimiser
) -> Iterator[None]:
    try:
        yield
    except (_NotFinite, parallel.NoWorkers) as problem:
        since = f"after epoch {len(history)}" if len(history) else "before training"
        if isinstance(problem, parallel.NoWorkers):
            network.set_weights(kept)
            problem = parallel.NoWorkers(f"{problem}. The network has the weights it had {since}.")
            problem.history = history
            raise problem from None
        why = explained(network, kept, problem.batch, loss, optimiser, len(history))
        network.set_weights(kept)
        raise Diverged(f"{problem}. {why}. The network has the weights it had {since}.", history) from None


def _checked_validation(network: Network, loss: losses.Loss, validation: Any) -> tuple[Array, Array]:
    if not isinstance(validation, tuple | list) or len(validation) != 2:
        raise TypeError(f"validation must be a pair (x, y); got {type(validation).__name__}")
    x = network.checked(validation[0], "validation[0]")
    shape = len(x), *network.output_shape
    return x, losses.checked_targets(loss, validation[1], shape, network.dtype, "validation[1]")


def _validate(network: Network, validation: tuple[Array, Array] | None, loss: losses.Loss) -> dict[str, float | None]:
    if validation is None:
        return {}
    found = evaluate(network, *validation, loss)
    return {"validation_loss": found.loss, "validation_accuracy": found.accuracy}


def _seed(rng: Any) -> int:
    if isinstance(rng, np.random.Generator):
        return int(rng.integers(2**62))
    if rng is None:
        return int(np.random.default_rng().integers(2**62))
    return arguments.seed("rng", rng)


def _ended(history: History) -> str:
    if not len(history):
        return "Stopped before the first epoch was finished; the weights are kept."
    last = history.epochs[-1]
    end = "Stopped after" if history.interrupted else "Trained"
    plural = "" if len(history) == 1 else "s"
    said = figures(last["loss"], last["accuracy"])
    if last["validation_loss"] is not None:
        said += f"; validation {figures(last['validation_loss'], last['validation_accuracy'])}"
    return f"{end} {len(history)} epoch{plural}: {said}"
