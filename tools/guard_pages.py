"""Operations and networks between pages that nobody may touch, in processes of their own.

Tiles and vectors take addresses, which numba's checks of bounds never see; a page without any permission does.  All
arrays that are given, made and worked in end where such a page begins, or, with --side before, begin where one ends.

    python3 lab.py run python tools/guard_pages.py --operations 20000 --networks 4000
    python3 lab.py run python tools/guard_pages.py --cpu haswell       # tiles of processors with 256-bit vectors
    python3 lab.py run python tools/guard_pages.py --cpu nehalem       # and with 128 bits
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
AT_ONCE = 500  # seeds in a process


def child(kind, first, end, side):
    """Some seeds, whose numbers are told before each of them."""
    sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]
    from anything.networks import random_network
    from anything.operations import random_operation
    from anything.surrounded import GuardPages, surrounded

    for seed in range(first, end):
        print(seed, flush=True)
        with surrounded(GuardPages(before=side == "before")) as memory:
            if kind == "too far":
                import ctypes

                array = memory.empty((5,), "float32")
                ctypes.memmove(array.ctypes.data + (-4 if side == "before" else 4), array.ctypes.data, array.nbytes)
            else:
                {"operations": random_operation, "networks": random_network}[kind](seed, memory)


def ended_badly(kind, first, end, chosen):
    """Nothing, or how a process ended that went through some seeds, and at which of them."""
    environment = {**os.environ, "NUMBA_CPU_NAME": chosen.cpu} if chosen.cpu else None
    command = [sys.executable, __file__, "--child", kind, str(first), str(end), "--side", chosen.side]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode == 0:
        return None
    last = (done.stdout.split() or ["none"])[-1]
    how = f"ended by signal {-done.returncode}" if done.returncode < 0 else done.stderr.strip()[-600:]
    return f"{kind}, seed {last}: {how}"


def main():
    """Go through all seeds; 1 if one of them touched a page."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--operations", type=int, default=20_000)
    arguments.add_argument("--networks", type=int, default=0)
    arguments.add_argument("--first", type=int, default=0, help="the first seed")
    arguments.add_argument("--side", choices=["behind", "before"], default="behind")
    arguments.add_argument("--cpu", default="", help="compile for this processor, as NUMBA_CPU_NAME")
    arguments.add_argument("--too-far", action="store_true", help="touch a page, to see that it is noticed")
    arguments.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.child:
        child(chosen.child[0], int(chosen.child[1]), int(chosen.child[2]), chosen.side)
        return 0
    begun, bad = time.time(), []
    counts = {"too far": 1} if chosen.too_far else {"operations": chosen.operations, "networks": chosen.networks}
    for kind, count in counts.items():
        last = chosen.first + count
        for first in range(chosen.first, last, AT_ONCE):
            found = ended_badly(kind, first, min(first + AT_ONCE, last), chosen)
            if found:
                bad.append(found)
                print(found, flush=True)
    print(
        f"{chosen.operations} operations, {chosen.networks} networks, guard pages {chosen.side} their arrays: "
        f"{len(bad)} processes ended badly, {time.time() - begun:.0f} s"
    )
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
