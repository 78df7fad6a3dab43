"""Training a network and measuring it: `fit`, `evaluate`, and the `History` of what happened."""

from cnnlab.training.compiling import warmup
from cnnlab.training.evaluation import Evaluation, evaluate
from cnnlab.training.fit import Diverged, fit
from cnnlab.training.history import History

__all__ = ["Diverged", "Evaluation", "History", "evaluate", "fit", "warmup"]
