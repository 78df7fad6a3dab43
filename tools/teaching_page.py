"""What docs/teaching.md says of each notebook that is counted: its lecture topics and its minutes.

python tools/teaching_page.py            write them (front_page.py does it, too)
python tools/teaching_page.py --check    say whether they are as they would be written
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tools import notebooks  # noqa: E402

PAGE = ROOT / "docs" / "teaching.md"


def line(path):
    """What the first cell of a notebook states, in the page's words."""
    _, topics, minutes = notebooks.head(path)
    many = re.search(r"\d\D+\d", topics)
    said = "No lecture topic" if topics == "-" else f"Lecture topic{'s' if many else ''} {topics}"
    return f"*{said} · {minutes} minutes*"


def written(page):
    """The page as it should be; raises a ValueError where a notebook has no section."""
    for path in notebooks.find([]):
        pattern = re.compile(rf"(?<=\n### {re.escape(path.stem)}\n\n)\*[^\n]*\*(?=\n)")
        page, count = pattern.subn(line(path), page)
        if count != 1:
            raise ValueError(f"docs/teaching.md needs one section '### {path.stem}', a line in stars below it")
    return page


def main(arguments=None):
    text = PAGE.read_text(encoding="utf-8")
    new = written(text)
    if "--check" in (sys.argv[1:] if arguments is None else arguments):
        print("docs/teaching.md is as it should be" if new == text else "docs/teaching.md: python tools/front_page.py")
        return int(new != text)
    PAGE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
