"""Measurements that take long: kept in data/measured/, listed in data/README.md."""

import json
from datetime import date
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "data" / "measured"


def keep(name, found):
    """Write data/measured/NAME.json: the date, and what was found (plain data)."""
    FOLDER.mkdir(exist_ok=True)
    log = {"date": date.today().isoformat(), **found}
    (FOLDER / f"{name}.json").write_text(json.dumps(log, indent=1) + "\n", encoding="utf-8")
