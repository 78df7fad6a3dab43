"""Fair stop-watches: contenders take turns in one process, and what counts is the median of the ratios of the rounds.

A machine that becomes slower for a second slows all contenders of that round, so a ratio within the round hardly
changes, while two averages, taken one after the other, would.
"""

import time
from dataclasses import dataclass

import numpy as np

# Threads of PyTorch and of ONNX Runtime go on spinning after a call, in wait for the next one (spinning.py). Without a
# rest they would take the cores away from whoever comes next.
REST = 0.004  # seconds, again and again until nobody is at work
PATIENCE = 0.5  # seconds
SHORT = 0.03  # seconds: of what takes less, the first call of each turn is not counted (caches, threads that wake up)


@dataclass(frozen=True)
class Effort:
    """How long to measure: `rounds` rounds, in which each contender runs for about `turn` seconds (once at least);
    fewer rounds, but three at least, where all of them would take more than `most` seconds.
    """

    rounds: int
    turn: float
    most: float = float("inf")

    def rounds_of(self, seconds):
        """How many rounds, if one takes so many seconds."""
        return self.rounds if self.rounds * seconds <= self.most else max(3, int(self.most / seconds))


QUICK, FULL = Effort(5, 0.01, most=2), Effort(11, 0.04)


def take_turns(contenders, effort):
    """Time several ways to do the same -> {name: seconds of one call, in each round, an array (rounds,)}.

    contenders : {name: function without arguments}. Every one is called before the clock starts, so that nothing is
    compiled or allocated for the first time while it runs. Who begins changes from round to round.
    """
    names, calls, short, seconds = list(contenders), {}, {}, {name: [] for name in contenders}
    round_takes = 0.0
    for name, contender in contenders.items():
        contender()
        once = _time(contender, 1)
        calls[name], short[name] = max(1, round(effort.turn / max(once, 1e-9))), once < SHORT
        round_takes += calls[name] * once
    for turn in range(effort.rounds_of(round_takes)):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            rest()
            if short[name]:
                contenders[name]()
            seconds[name].append(_time(contenders[name], calls[name]))
    return {name: np.array(each) for name, each in seconds.items()}


def rest():
    """Wait until no thread of this process is at work any more, PATIENCE at most."""
    end = time.perf_counter() + PATIENCE
    while time.perf_counter() < end:
        before = time.process_time()
        time.sleep(REST)
        if time.process_time() - before < REST / 4:
            return


def _time(function, calls):
    start = time.perf_counter()
    for _ in range(calls):
        function()
    return (time.perf_counter() - start) / calls


def ratio(seconds, ours, theirs):
    """How many times faster `ours` is than `theirs`: the median over the rounds; None if one of them did not run."""
    if ours not in seconds or theirs not in seconds:
        return None
    return float(np.median(np.asarray(seconds[theirs]) / np.asarray(seconds[ours])))


def per_second(seconds, name, work):
    """Work per second: the median over the rounds; None if it did not run."""
    return float(work / np.median(seconds[name])) if name in seconds else None
