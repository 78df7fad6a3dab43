"""What recordings of all explorers take: for pages without Python, each explorer at its example.

    python benchmarks/recordings.py [NAME ...] [--limit 1500000] [--workers 2] [--out DIR]

Prints, as they are done: kilobytes, pictures, seconds of one process, and what needs Python or was thinned out; at the
end the sums, and the seconds that have passed. --out writes the page of each explorer as well. What is printed goes to
benchmarks/results/recordings.json, if all explorers were asked for.
"""

import argparse
import json
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from cnnlab import explore  # noqa: E402

RESULT = ROOT / "benchmarks" / "results" / "recordings.json"
NAMES = [name for name in explore.__all__ if name != "Explorer"]


def measured(name: str, limit: int, out: Path | None) -> dict:
    """One explorer, recorded: a row of the table."""
    explorer = getattr(explore, name).example()
    began, spent = time.perf_counter(), time.process_time()
    recording = explorer.recording(limit=limit)
    row = {
        "name": name,
        "kB": round(recording.bytes / 1000),
        "pictures": recording.frames,
        "seconds": round(time.perf_counter() - began, 1),
        "cpu": round(time.process_time() - spent, 1),
        "left out": recording.left_out,
    }
    if out is not None:
        recording.save(out / f"{name}.html")
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description="What recordings of explorers take.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="explorers; by default all")
    parser.add_argument("--limit", type=int, default=1_500_000, help="bytes of each (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="processes (default: %(default)s)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write their pages into this folder")
    chosen = parser.parse_args()
    wrong = [name for name in chosen.names if name not in NAMES]
    if wrong:
        parser.error(f"there is no explorer {wrong[0]}; there are {', '.join(NAMES)}")
    if chosen.out is not None:
        chosen.out.mkdir(parents=True, exist_ok=True)
    os.environ["CNNLAB_KEEP"] = "off"
    began, rows = time.perf_counter(), []
    print(f"{'':20s}{'kB':>7s}{'pictures':>10s}{'s':>7s}{'CPU s':>7s}  left out")
    with ProcessPoolExecutor(chosen.workers) as pool:
        tasks = [pool.submit(measured, name, chosen.limit, chosen.out) for name in chosen.names or NAMES]
        for task in as_completed(tasks):
            rows.append(row := task.result())
            said = " ".join(row["left out"])
            took = f"{row['seconds']:>7.1f}{row['cpu']:>7.1f}"
            print(f"{row['name']:20s}{row['kB']:>7,d}{row['pictures']:>10,d}{took}  {said}", flush=True)
    passed = time.perf_counter() - began
    sums = {name: sum(row[name] for row in rows) for name in ("kB", "pictures", "cpu")}
    print(f"{'all':20s}{sums['kB']:>7,d}{sums['pictures']:>10,d}{passed:>7.1f}{sums['cpu']:>7.1f}")
    if not chosen.names:
        rows.sort(key=lambda row: NAMES.index(row["name"]))
        told = {"limit": chosen.limit, "workers": chosen.workers, "seconds": round(passed, 1), "rows": rows}
        RESULT.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
