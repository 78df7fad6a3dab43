"""The exercises of notebooks 07 to 11, in the order of the notebooks."""

from cnnlab.check.convolution import backprop_is_correlation, classifier, convolution, pooling, weight_gradient

EXERCISES = (
    *convolution.EXERCISES,
    *classifier.EXERCISES,
    *backprop_is_correlation.EXERCISES,
    *weight_gradient.EXERCISES,
    *pooling.EXERCISES,
)

__all__ = ["EXERCISES"]
