"""The race against 2012: how long until a network is wrong on no more than 26 % of CIFAR-10's test images?

    python3 lab.py run python benchmarks/race.py [--data FILE.npz] [--seeds 5] [--json] [--keep]
    python3 lab.py run python benchmarks/race.py --ablation [--data FILE.npz] [--seeds 1] [--json] [--keep]

In 2012 a graphics card took 80 seconds for that (A. Krizhevsky's cuda-convnet). Here a small network with batch
normalisation runs on the processor alone. The clock runs from the first look at the images to the last weight: their
mean, the smaller copies of them, the network, the training. Reading the file, compiling, and measuring the error on
the 10,000 test images, once, at the end, are not counted.

With --ablation the race as it was first run is the base, and each step that is known to shorten such races is tried
alone. Those errors are on 5,000 validation images, a part of the training set; the settings of the race were chosen by
them. Errors are the same on every run; seconds are those of a machine that does nothing else, or else look at the
processor's seconds: those of all threads, added. So trainings come one after the other, on all cores, and are no sweep
(`benchmarks/many.py`): beside each other they would take each other's time, which is what is measured.
"""

import argparse
import dataclasses
import functools
import json
import time

import numpy as np

import cnnlab
from benchmarks.kept import keep
from cnnlab import datasets, ops
from cnnlab.datasets.base import Dataset
from cnnlab.datasets.views import MirroredInTurn, mirrored, moved_and_mirrored
from cnnlab.initialisers import whitening
from cnnlab.layers import BatchNorm, Conv2D, Dense, Flatten, MaxPool2D, ReLU, Standardise
from cnnlab.network import Network
from cnnlab.optimisers import SGD, Lookahead, constant, one_cycle, part
from cnnlab.recipes import held_out

SECONDS, ERROR = 80, 0.26
BATCH = 256


@dataclasses.dataclass(frozen=True)
class Settings:
    """How the race is run.

    maps : of the three convolutions.
    pooled_first : batch normalisation behind the pooling, where a quarter of the numbers is left.
    whitened : the first kernels whiten patches of images, and are frozen.
    stages : (side of the images, epochs, batch), one after the other.
    peak : of eta; cycle : it rises in a straight line and falls in one; else it is constant.
    most : pixels by which images are moved, of 32.  smoothing : of the labels.
    in_turn : mirrored in every other epoch, not by lot.
    lookahead : descent is drawn back to an average of the weights.
    """

    maps: tuple[int, ...] = (32, 64, 128)
    pooled_first: bool = False
    whitened: bool = False
    stages: tuple[tuple[int, int, int], ...] = ((32, 3, BATCH),)
    peak: float = 0.2
    cycle: bool = True
    most: int = 2
    smoothing: float = 0.1
    in_turn: bool = False
    lookahead: bool = False


BASE = Settings()
BEST = Settings(pooled_first=True, stages=((16, 2, BATCH), (32, 1, BATCH)), peak=0.5, most=1, in_turn=True)
STEPS = {
    "the race as it was": {},
    "pooled before it is normalised": {"pooled_first": True},
    "whitening kernels, frozen": {"whitened": True},
    "constant eta of 0.02, no cycle": {"cycle": False, "peak": 0.02},
    "a peak of 0.6": {"peak": 0.6},
    "moved by one pixel only": {"most": 1},
    "labels not smoothed": {"smoothing": 0.0},
    "mirrored in turn": {"in_turn": True},
    "two epochs at 16 x 16, one at 32 x 32": {"stages": BEST.stages},
    "batches of 128, 256 and 512": {"stages": ((32, 1, 128), (32, 1, 256), (32, 1, 512))},
    "lookahead": {"lookahead": True},
}


def racer(x, classes, settings=BASE, rng=0, side=32):
    """Three convolutions, each followed by batch normalisation, ReLU and pooling, and one fully-connected layer.

    x : the images as they are, for their mean, deviation and patches.  side : of those that it is trained on.
    """
    some = x[:: max(1, len(x) // 5000)]
    mean, deviation = ops.channel_statistics(some)
    layers, maps = [Standardise(mean, deviation)], list(settings.maps)
    if settings.whitened:
        like = ((some[::5] - mean) / deviation).astype(np.float32)
        first = Conv2D(maps.pop(0), 3, padding="same", bias=None, initialiser=whitening(like))
        first.frozen = True
        layers += [first, ReLU(), MaxPool2D(2)]
    for filters in maps:
        behind = [MaxPool2D(2), BatchNorm(), ReLU()] if settings.pooled_first else [BatchNorm(), ReLU(), MaxPool2D(2)]
        layers += [Conv2D(filters, 3, padding="same", bias=None), *behind]
    return Network([*layers, Flatten(), Dense(classes)], (side, side, x.shape[3]), rng=rng)


def at_side(x, side):
    """The images at this side: means of squares of pixels."""
    return x if x.shape[1] == side else ops.average_pool2d(x, x.shape[1] // side)


def spread(weights, network):
    """Weights from smaller images for those of this network: what the fully-connected layer had for a pixel of its maps
    is shared by the pixels that stand there now.
    """
    name = f"parameters/{len(network) - 1}.w"
    height, width, channels = network[-2].input_shape
    small = weights[name].reshape(-1, channels, weights[name].shape[1])
    times = round((height * width / len(small)) ** 0.5)
    w = small.reshape(height // times, width // times, *small.shape[1:]).repeat(times, 0).repeat(times, 1)
    return weights | {name: w.reshape(height * width * channels, -1) / np.float32(times**2)}


def train(data, settings=BEST, seed=0):
    """Train once -> the network, seconds, seconds of the processor."""
    begin, processor = time.perf_counter(), time.process_time()
    network, done, epochs = None, 0, sum(epochs for _, epochs, _ in settings.stages)
    eta = one_cycle(settings.peak, warmup=0.3) if settings.cycle else constant(settings.peak)
    for stage, (side, some, batch) in enumerate(settings.stages):
        larger = racer(data.x_train, len(data.names), settings, seed, side)
        if network is not None:
            larger.set_weights(spread(network.weights(), larger))
        network, most = larger, -(-settings.most * side // 32)
        augment = MirroredInTurn(most, seed) if settings.in_turn else functools.partial(moved_and_mirrored, most=most)
        optimiser = SGD(part(eta, done / epochs, (done + some) / epochs), momentum=0.9, nesterov=True, decay=5e-4)
        cnnlab.fit(
            network,
            at_side(data.x_train, side),
            data.y_train,
            loss=cnnlab.CrossEntropy(smoothing=settings.smoothing),
            optimiser=Lookahead(optimiser) if settings.lookahead else optimiser,
            epochs=some,
            batch=batch,
            rng=len(settings.stages) * seed + stage,
            augment=augment,
            progress=False,
        )
        done += some
    return network, time.perf_counter() - begin, time.process_time() - processor


def race(data, settings=BEST, seed=0):
    """Train once -> seconds, error on the test images, epochs, images per second."""
    network, seconds, processor = train(data, settings, seed)
    error = cnnlab.evaluate(network, data.x_test, data.y_test).error
    epochs = sum(epochs for _, epochs, _ in settings.stages)
    return {
        "seconds": round(seconds, 1),
        "processor_seconds": round(processor, 1),
        "error": round(error, 4),
        "epochs": epochs,
        "images_per_second": round(epochs * len(data.x_train) / seconds),
    }


def several(data, seeds):
    """The race with several seeds -> the means, and every run."""
    runs = []
    for seed in range(seeds):
        runs.append(race(data, BEST, seed))
        print(f"seed {seed}: {told(runs[-1])}", flush=True)
    means = {name: round(float(np.mean([run[name] for run in runs])), 4) for name in runs[0]}
    return means | {"epochs": runs[0]["epochs"], "runs": runs}


def ablation(data, seeds):
    """Each step alone, and what was chosen, on validation images -> a row for each."""
    rows, both = [], []
    chosen = {words: dataclasses.replace(BASE, **changes) for words, changes in STEPS.items()}
    for words, settings in (chosen | {"the race as it is": BEST}).items():
        runs = []
        for seed in range(seeds):
            network, *seconds = train(data, settings, seed)
            runs.append([cnnlab.evaluate(network, data.x_test, data.y_test).error, *seconds])
            if settings == BASE:
                views = sum(network.predict_proba(view) for view in (data.x_test, mirrored(data.x_test)))
                both.append(float((views.argmax(axis=1) != data.y_test).mean()))
        error, seconds, processor = np.mean(runs, axis=0)
        rows.append({"step": words, "error": error, "seconds": seconds, "processor_seconds": processor})
        if settings == BASE:
            rows.append(rows[0] | {"step": "asked twice, the second time mirrored", "error": float(np.mean(both))})
        for row in rows[-2 if settings == BASE else -1 :]:
            row.update(error=round(row["error"], 4), seconds=round(row["seconds"], 1))
            row["processor_seconds"] = round(row["processor_seconds"], 1)
            print(
                f"{row['step']:40} error {100 * row['error']:5.2f} %, {row['seconds']:6.1f} s, "
                f"of the processor {row['processor_seconds']:6.1f} s",
                flush=True,
            )
    return rows


def told(found):
    """A run in words."""
    won = found["seconds"] <= SECONDS and found["error"] <= ERROR
    return (
        f"{found['epochs']} epochs in {found['seconds']:.1f} s ({found['images_per_second']:.0f} images/s), "
        f"test error {100 * found['error']:.1f} %: {'faster' if won else 'not faster'} than 26 % in 80 s"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", help="an .npz file with x_train, y_train, x_test, y_test; CIFAR-10 by default")
    parser.add_argument("--seeds", type=int, default=1, help="how often, each time with other first weights")
    parser.add_argument("--ablation", action="store_true", help="each step alone, on validation images")
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    parser.add_argument("--keep", action="store_true", help="write data/measured/race.json, or race_ablation.json")
    chosen = parser.parse_args()
    data = datasets.own(chosen.data) if chosen.data else datasets.cifar10()
    cnnlab.warmup(progress=False)
    train(Dataset(data.x_train[:BATCH], data.y_train[:BATCH], data.x_test, data.y_test, data.names))  # all is compiled
    about = {"images": len(data.x_train), "threads": cnnlab.loops.threads(), "seeds": chosen.seeds}
    if chosen.ablation:
        name, found = "race_ablation", {"rows": ablation(held_out(data), chosen.seeds)}
    else:
        name, found = "race", several(data, chosen.seeds)
        print(f"{chosen.seeds} seeds: {told(found)}")
    if chosen.keep:
        keep(name, about | found)
    if chosen.json:
        print(json.dumps(about | found))


if __name__ == "__main__":
    main()
