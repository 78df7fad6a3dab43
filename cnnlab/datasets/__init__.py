"""Data to train on: embedded, generated from a seed, downloaded where a network is at hand, or your own."""

from cnnlab.datasets.album import album
from cnnlab.datasets.base import Dataset, embedded
from cnnlab.datasets.digits import digits
from cnnlab.datasets.downloads import Recordings, available, cifar10, fashion_mnist, fsdd, mnist, usps
from cnnlab.datasets.drawn import drawn_digit, square_photo
from cnnlab.datasets.folders import image
from cnnlab.datasets.generated.pictures import pictures
from cnnlab.datasets.generated.scenery import sea_and_sky
from cnnlab.datasets.generated.snapshots import snapshots
from cnnlab.datasets.generated.syllables import Tokens, levelled, sonogram, syllables, tokens, waveform, windows
from cnnlab.datasets.generated.voices import VARIETY
from cnnlab.datasets.own import own
from cnnlab.datasets.photos import Photo, photo, photos
from cnnlab.datasets.recorded import recorded
from cnnlab.datasets.spoken import spoken_digits
from cnnlab.datasets.store import CorruptFile, DownloadFailed

__all__ = [
    "VARIETY",
    "CorruptFile",
    "Dataset",
    "DownloadFailed",
    "Photo",
    "Recordings",
    "Tokens",
    "album",
    "available",
    "cifar10",
    "digits",
    "drawn_digit",
    "embedded",
    "fashion_mnist",
    "fsdd",
    "image",
    "levelled",
    "mnist",
    "own",
    "photo",
    "photos",
    "pictures",
    "recorded",
    "sea_and_sky",
    "snapshots",
    "sonogram",
    "spoken_digits",
    "square_photo",
    "syllables",
    "tokens",
    "usps",
    "waveform",
    "windows",
]
