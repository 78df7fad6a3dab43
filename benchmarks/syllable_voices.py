"""Does a time-delay network that has heard many voices hear voices that it has never heard?

    python3 lab.py run python benchmarks/syllable_voices.py [--seeds 5] [--keep]

Trains the network of 1988 on 690 synthetic syllables of one voice, of three voices, of each kind of variety alone (see
`datasets.tokens`), and of everything, with as many syllables and with three times as many. Each hears syllables of
other seeds: as Ken says them, with each kind of variety, with all of it, and with all of it as a recording would be
heard: the onset of the voice found by `datasets.recorded`. Everything is synthetic: what it says of real voices nobody
knows. Some ten minutes on two cores; `--keep` writes data/measured/syllable_voices.json.
"""

import argparse
import functools
import time

import numpy as np

from benchmarks import many
from benchmarks.kept import keep
from cnnlab import MSE, SGD, evaluate, fit
from cnnlab.datasets import VARIETY, levelled, tokens, windows
from cnnlab.datasets.generated.synthesis import RATE
from cnnlab.datasets.recorded import placed, voice_onset
from cnnlab.models import tdnn
from cnnlab.optimisers import one_cycle

SEEDS, TRAIN, TEST, EPOCHS = 5, 690, 300, 40
# name -> (speaker, variety, syllables)
TRAINED = {
    "one voice": ("Ken", (), TRAIN),
    "three voices": (None, (), TRAIN),
    **{word: (None, (word,), TRAIN) for word in VARIETY},
    "all": (None, VARIETY, TRAIN),
    "all, three times as many": (None, VARIETY, 3 * TRAIN),
}
HEARD = {"Ken": ("Ken", ()), "three": (None, ()), **{word: (None, (word,)) for word in VARIETY}, "all": (None, VARIETY)}
FOUND = "all, as recorded"
LEVELLED = "all, levelled"


def as_recorded(waves, rng):
    """The window of each sound around the onset that is found in it: quiet before it, in which the noise goes on."""
    found = []
    for wave in waves:
        quiet = float(wave[: RATE // 20].std()) * rng.standard_normal(round(rng.uniform(0.1, 0.6) * RATE))
        alone = np.concatenate([quiet, wave]).astype(np.float32)
        found.append(windows(placed(alone, voice_onset(alone)))[0])
    return np.stack(found)


@functools.lru_cache(maxsize=SEEDS)
def heard(seed):
    """What all networks of a seed are tested on: {name: (x, y)}."""
    found = {}
    for k, (name, (speaker, variety)) in enumerate(HEARD.items()):
        said = tokens(TEST, speaker, rng=np.random.default_rng([seed, 1, k]), variety=variety)
        found[name] = windows(said.waveforms), said.y
    found[LEVELLED] = windows(levelled(said.waveforms)), said.y
    said = tokens(TEST, None, rng=np.random.default_rng([seed, 2]), variety=[w for w in VARIETY if w != "onsets"])
    found[FOUND] = as_recorded(said.waveforms, np.random.default_rng([seed, 3])), said.y
    return found


def one(seed, training):
    """One training -> fractions misheard: {test: error}."""
    speaker, variety, count = TRAINED[training]
    said = tokens(count, speaker, rng=np.random.default_rng([seed, 0]), variety=variety)
    network = tdnn(rng=seed)
    options = {"loss": MSE(), "optimiser": SGD(one_cycle(1.0), momentum=0.9), "epochs": EPOCHS, "batch": 10}
    fit(network, windows(said.waveforms), said.y, progress=False, **options)
    return {test: evaluate(network, x, y).error for test, (x, y) in heard(seed).items()}


def measure(seeds, names=tuple(TRAINED), cluster=None):
    """{training: {test: [error of each seed]}}."""
    found = many.swept("syllable_voices", one, seeds, {"training": list(names)}, cluster=cluster)
    return {
        settings["training"]: {
            test: [round(error, 4) for error in many.figures(runs, test)] for test in runs[0].figures
        }
        for settings, runs in found
    }


def table(found):
    """Mean errors in percent, a row for each training."""
    tests = list(next(iter(found.values())))
    count = len(next(iter(found.values()))[tests[0]])
    lines = [f"{f'misheard (%), of seeds: {count}':<28}" + "".join(f"{test[:12]:>13}" for test in tests)]
    for name, row in found.items():
        lines.append(f"{name:<28}" + "".join(f"{100 * np.mean(row[test]):>13.1f}" for test in tests))
    return "\n".join(lines)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--only", nargs="+", choices=TRAINED, default=list(TRAINED))
    parser.add_argument("--keep", action="store_true", help="write data/measured/syllable_voices.json")
    many.asks_for_cluster(parser)
    chosen = parser.parse_args(arguments)
    if chosen.keep and (chosen.seeds != SEEDS or set(chosen.only) != set(TRAINED)):
        parser.error("--keep keeps what all networks do with all seeds: leave out --seeds and --only")
    start = time.perf_counter()
    found = measure(chosen.seeds, chosen.only, chosen.cluster)
    print(table(found))
    print(f"{time.perf_counter() - start:.0f} s")
    if chosen.keep:
        keep("syllable_voices", {"train": TRAIN, "test": TEST, "seeds": SEEDS, "epochs": EPOCHS, "errors": found})


if __name__ == "__main__":
    main()
