"""What was measured on each kind of processor, side by side: a full run keeps its figures under the name of its own."""

import json

from benchmarks import summary

NAME = "processors.json"
KEPT = tuple(key for key in summary.BARS if key not in ("notebooks_s", "kernel_mb"))


def kind(about):
    """The name of a kind of processor: what the system calls it, and how wide its vectors are."""
    return f"{about['processor']}, {about['vector_bits']}-bit vectors"


def keep(folder, results, narrow):
    """Add a run to what is kept in `folder` -> {kind: {"date", "busy", "figures"}} of all kinds.

    busy : cores that others kept busy meanwhile.  narrow : the flat figures as a 256-bit processor, if there are any.
    """
    path = folder / NAME
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    about, figures = results["machine"], results["figures"]
    busy = round(results.get("cores_busy_with_others") or 0, 1)
    for name, each in ((kind(about), figures), (f"{kind(about)}, as a 256-bit processor", narrow)):
        chosen = {key: each[key] for key in KEPT if each.get(key) is not None}
        if chosen:
            kept[name] = {"date": about["date"], "busy": busy, "figures": chosen}
    path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return kept
