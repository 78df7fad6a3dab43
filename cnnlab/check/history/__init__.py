"""The exercises of notebooks 12 to 16, in the order of the notebooks."""

from cnnlab.check.history import (
    alexnet_2012,
    alexnet_asked,
    alexnet_training,
    and_beyond,
    many_machines,
    phonemes_1988,
    zip_codes_1989,
)

EXERCISES = (
    *phonemes_1988.EXERCISES,
    *zip_codes_1989.EXERCISES,
    *alexnet_2012.EXERCISES,
    *alexnet_training.EXERCISES,
    *alexnet_asked.EXERCISES,
    *and_beyond.EXERCISES,
    *many_machines.EXERCISES,
)

__all__ = ["EXERCISES"]
