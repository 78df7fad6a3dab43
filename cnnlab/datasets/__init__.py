"""Data to train on: embedded in the package, generated from a seed, downloaded where a network is at hand, or your own.
"""

from cnnlab.datasets.base import Dataset, embedded
from cnnlab.datasets.digits import digits
from cnnlab.datasets.photos import Photo, photo, photos
from cnnlab.datasets.scenery import sea_and_sky

__all__ = ["Dataset", "Photo", "digits", "embedded", "photo", "photos", "sea_and_sky"]
