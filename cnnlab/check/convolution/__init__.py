"""The exercises of notebooks 07 to 11."""

from cnnlab.check.convolution import backprop_is_correlation, classifier, convolution, pooling, weight_gradient

__all__ = ["backprop_is_correlation", "classifier", "convolution", "pooling", "weight_gradient"]
