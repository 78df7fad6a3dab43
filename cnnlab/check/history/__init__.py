"""The exercises of notebooks 12 to 14, in the order of the notebooks."""

from cnnlab.check.history import alexnet_2012, phonemes_1988, zip_codes_1989

EXERCISES = (
    *phonemes_1988.EXERCISES,
    *zip_codes_1989.EXERCISES,
    *alexnet_2012.EXERCISES,
)

__all__ = ["EXERCISES"]
