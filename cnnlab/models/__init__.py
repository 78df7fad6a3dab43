"""The historical networks, as printed where they were published."""

from cnnlab.models.alexnet import alexnet_2012, alexnet_lite, alexnet_lite_bn, alexnet_tiny
from cnnlab.models.tdnn import tdnn, tdnn_digits
from cnnlab.models.zip_code import zip_code_1989, zip_code_dense, zip_code_later

__all__ = [
    "alexnet_2012",
    "alexnet_lite",
    "alexnet_lite_bn",
    "alexnet_tiny",
    "tdnn",
    "tdnn_digits",
    "zip_code_1989",
    "zip_code_dense",
    "zip_code_later",
]
