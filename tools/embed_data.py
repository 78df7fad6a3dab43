"""How data/digits.npz and data/photos/*.png were made; nothing of cnnlab needs this program to run.

    python tools/embed_data.py      needs scikit-learn and scikit-image, from whose wheels the originals are taken

The digits are copied as they are and split in two; the photographs are scaled down so that their shorter side has 256
pixels. It prints the sha256 of every file, for data/README.md.
"""

import hashlib
from pathlib import Path

import numpy as np
from PIL import Image

DATA = Path(__file__).resolve().parents[1] / "data"
PHOTOS = ("astronaut", "brick", "camera", "chelsea", "coffee", "grass", "gravel", "rocket")
SIDE, TEST, SEED = 256, 450, 1989


def digits():
    """The 1,797 digits as counts 0..16 of ink, 450 of them drawn by a seed to be the test set."""
    from sklearn.datasets import load_digits

    source = load_digits()
    x, y = source.images.astype(np.uint8), source.target.astype(np.uint8)
    order = np.random.default_rng(SEED).permutation(len(x))
    test, train = np.sort(order[:TEST]), np.sort(order[TEST:])
    np.savez_compressed(DATA / "digits.npz", x_train=x[train], y_train=y[train], x_test=x[test], y_test=y[test])


def photo(name):
    """One photograph, its shorter side scaled down to 256 pixels."""
    from skimage import data

    image = Image.fromarray(getattr(data, name)())
    scale = SIDE / min(image.size)
    image = image.resize([round(scale * side) for side in image.size], Image.Resampling.LANCZOS)
    image.save(DATA / "photos" / f"{name}.png", optimize=True)


if __name__ == "__main__":
    (DATA / "photos").mkdir(parents=True, exist_ok=True)
    digits()
    for each in PHOTOS:
        photo(each)
    for file in sorted([DATA / "digits.npz", *DATA.glob("photos/*.png")]):
        print(file.relative_to(DATA), f"{file.stat().st_size:,} bytes", hashlib.sha256(file.read_bytes()).hexdigest())
