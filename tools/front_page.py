"""The tables and pictures of README.md, made from what the project holds, and the minutes in docs/teaching.md.

    python tools/front_page.py            write them: the table of notebooks with pictures, those of networks and speed
    python tools/front_page.py --check    say whether README.md has them as they would be written (pictures aside)

The picture of a notebook is that of one of its explorers, as it is stored in the notebook; the figures of a network are
those of the log of its training, beside its weights. Speed is what the last full `lab.py bench` has measured.
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

from tools import notebooks, teaching_page  # noqa: E402

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
    "16": "explore.ManyMachines",
}
ABOUT = {
    "tdnn": ("1988", "time-delay network, /b d g/, 650 synthetic test tokens"),
    "tdnn_digits": ("1988", "the same idea, spoken digits (FSDD), 300 recordings"),
    "zip_code_1989": ("1989", "LeCun's network as printed, 2,007 zip code digits (USPS)"),
    "alexnet_tiny": ("2012", "AlexNet-tiny, 2,000 generated pictures"),
    "alexnet_lite": ("2012", "AlexNet-lite, 10,000 images of CIFAR-10 (JPEG copy)"),
    "alexnet_lite_bn": ("since", "the same with batch normalisation"),
}


SPEED = ROOT / "benchmarks" / "results" / "speed.json"
# The figures of the table of speed (benchmarks/summary.py): always against the faster of PyTorch's two layouts.
COMPARED = {
    "alexnet_lite_plain_step": "AlexNet-lite without response normalisation and dropout, a training step, batch 128",
    "alexnet_lite_step": "AlexNet-lite, the same (response normalisation is slow in PyTorch)",
    "alexnet_lite_bn_step": "AlexNet-lite with batch normalisation, the same",
    "lenet_mnist_fit": "a small LeNet on images of 28 x 28, batch 64, epochs of `fit`",
    "zip_code_online": "the zip code network of 1989, sample by sample",
    "zip_code_batch32": "the same, batch 32",
    "tdnn_online": "the time-delay network of 1988, sample by sample",
    "tdnn_batch32": "the same, batch 32",
    "predict_alexnet_lite_128": "AlexNet-lite in use, 128 images (ONNX Runtime may be the faster one)",
    "predict_alexnet_lite_1": "AlexNet-lite in use, one image (as above)",
    "conv_forward_min_of_all": "a single convolution, forward: the worst of all sizes",
    "conv_input_gradient_min_of_all": "its input gradient: the worst",
    "conv_weight_gradient_min_of_all": "its weight gradient: the worst",
    "max_pool_min": "max pooling alone, forward and backward: the worst",
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
            said += f"; {100 * found['error_views']:.2f} % averaged with the mirror image"
        lines.append(f"| {year} | {about} | {parameters(name):,} | {said} | `cnnlab evaluate {name}` |")
    return "\n".join(lines) + "\n"


def speed():
    """The table of speed in Markdown: figures of the last full `lab.py bench`, also those in which PyTorch is ahead."""
    found = json.loads(SPEED.read_text(encoding="utf-8"))
    machine, figures = found["machine"], found["figures"]
    one, two = f"{machine['date']}, {machine['processor']}, one thread", "two threads"
    lines = [f"| {one} | times as fast as PyTorch {machine['versions']['torch'].split('+')[0]} | {two} |"]
    lines += ["| --- | --- | --- |"]
    for name, words in COMPARED.items():
        if name in figures:
            pair = figures[name], figures.get(f"{name}_2_threads")
            lines.append(f"| {words} | {' | '.join('' if ratio is None else f'{ratio:.2f}' for ratio in pair)} |")
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
    return between(between(notebooks.with_table(readme), "networks", networks()), "speed", speed())


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
    teaching_page.main([])
    PICTURES.mkdir(parents=True, exist_ok=True)
    for path in notebooks.find([]):
        picture(path).save(PICTURES / f"{path.stem[:2]}.webp", "WEBP", quality=70, method=6)
    return 0


if __name__ == "__main__":
    sys.exit(main())
