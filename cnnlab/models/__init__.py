"""The historical networks, as printed where they were published."""

from cnnlab.models.zip_code import zip_code_1989

__all__ = ["zip_code_1989"]
