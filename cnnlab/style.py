"""Colours, sizes and rules of all pictures: style.json beside this file, which the painters in the browser read too."""

import json
from pathlib import Path
from typing import Any

__all__ = ["STYLE"]

STYLE: dict[str, Any] = json.loads((Path(__file__).parent / "style.json").read_text(encoding="utf-8"))
