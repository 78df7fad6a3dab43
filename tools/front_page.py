"""The tables and pictures of README.md, made from what the project holds.

    python tools/front_page.py            write them: the table of notebooks with a picture each, the table of networks
    python tools/front_page.py --check    say whether README.md has them as they would be written (pictures aside)

The picture of a notebook is that of one of its explorers, as it is stored in the notebook; the figures of a network are
those of the log of its training, beside its weights.
"""

import argparse
import base64
import io
import json
import re
import sys
from pathlib import Path

import nbformat
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tools import notebooks  # noqa: E402

README = ROOT / "README.md"
PICTURES = ROOT / ".github" / "notebooks"
WIDE = 360  # pixels of a picture; half as many on the page
# The cell whose picture stands for a notebook: the first one that says so.
SHOWN = {
    "00": "explore.KernelByHand",
    "01": "explore.ChainRule",
    "02": "explore.FitByHand",
    "03": "explore.Decisions",
    "04": "explore.Descent",
    "05": "explore.Logits",
    "06": "explore.TooMuchData",
    "07": "explore.PhotoFilter",
    "08": "explore.WholeNetwork",
    "09": "explore.StampedErrors",
    "10": "explore.WeightGradient",
    "11": "explore.PoolingRouter",
    "12": "explore.TimeDelay",
    "13": "explore.Reading",
    "14": "explore.GradientMicroscope",
    "15": "explore.Drawing",
}
ABOUT = {
    "tdnn": ("1988", "time-delay network, /b d g/, 650 synthetic test tokens"),
    "tdnn_digits": ("1988", "the same idea, spoken digits (FSDD), 300 recordings"),
    "zip_code_1989": ("1989", "LeCun's network as printed, 2,007 zip code digits (USPS)"),
    "alexnet_tiny": ("2012", "AlexNet-tiny, 2,000 generated pictures"),
    "alexnet_lite": ("2012", "AlexNet-lite, 10,000 images of CIFAR-10 (JPEG copy)"),
    "alexnet_lite_bn": ("since", "the same with batch normalisation"),
}


def pictures_of(cell):
    """The PNGs of a cell's outputs, also those in folds, as bytes."""
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        page = "".join(data.get("text/html", ""))
        for text in [data["image/png"]] if "image/png" in data else re.findall(r"data:image/png;base64,([^\"]+)", page):
            yield base64.b64decode(text)


def picture(path):
    """The picture that stands for a notebook, small."""
    words = SHOWN[path.stem[:2]]
    cells = nbformat.read(path, as_version=4).cells
    data = next(data for cell in cells if words in cell.source for data in pictures_of(cell))
    image = Image.open(io.BytesIO(data)).convert("RGB")
    return image.resize((WIDE, round(WIDE * image.height / image.width)), Image.LANCZOS)


def networks():
    """The table of bundled networks in Markdown: what each log says, and the command that measures it again."""
    lines = ["| | network | parameters | test error | measured again by |", "| --- | --- | --- | --- | --- |"]
    for name, (year, about) in ABOUT.items():
        log = json.loads((ROOT / "data" / "weights" / f"{name}.json").read_text(encoding="utf-8"))
        found = log["measured"]["test"]
        said = f"{100 * found['error']:.2f} % ({found['wrong']:,} of {found['samples']:,})"
        if "error_views" in found:
            said += f"; {100 * found['error_views']:.2f} % over ten views"
        lines.append(f"| {year} | {about} | {parameters(name):,} | {said} | `cnnlab evaluate {name}` |")
    return "\n".join(lines) + "\n"


def parameters(name):
    from cnnlab import recipes

    return recipes.bundled(name).parameter_count


def between(text, mark, inside):
    """The text with other words between <!-- mark --> and <!-- end of mark -->."""
    before, rest = text.split(f"<!-- {mark} -->\n")
    return f"{before}<!-- {mark} -->\n{inside}<!-- end of {mark} -->" + rest.split(f"<!-- end of {mark} -->")[1]


def written(readme):
    """README.md as it should be."""
    return between(notebooks.with_table(readme), "networks", networks())


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args(arguments)
    text = README.read_text(encoding="utf-8")
    new = written(text)
    if options.check:
        print("README.md is as it should be" if new == text else "README.md: python tools/front_page.py")
        return int(new != text)
    README.write_text(new, encoding="utf-8")
    PICTURES.mkdir(parents=True, exist_ok=True)
    for path in notebooks.find([]):
        picture(path).save(PICTURES / f"{path.stem[:2]}.webp", "WEBP", quality=70, method=6)
    return 0


if __name__ == "__main__":
    sys.exit(main())
