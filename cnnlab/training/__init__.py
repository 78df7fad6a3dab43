"""Training a network and measuring it: `diagnose`, `fit`, `evaluate`, and the `History` of what happened."""

from cnnlab.training.compiling import warmup
from cnnlab.training.diagnosis import Diagnosis, Finding, diagnose
from cnnlab.training.evaluation import Evaluation, evaluate
from cnnlab.training.fit import Diverged, fit
from cnnlab.training.history import History

__all__ = ["Diagnosis", "Diverged", "Evaluation", "Finding", "History", "diagnose", "evaluate", "fit", "warmup"]
