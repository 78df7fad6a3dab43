"""The exercises of notebooks 12 to 14."""

from cnnlab.check.history import alexnet_2012, phonemes_1988, zip_codes_1989

__all__ = ["alexnet_2012", "phonemes_1988", "zip_codes_1989"]
