"""Explorers of learning itself: the step downhill, on many machines too, and the losses that say where down is."""

from cnnlab.explore.learning.conditional_mean import ConditionalMean
from cnnlab.explore.learning.confidently_wrong import ConfidentlyWrong
from cnnlab.explore.learning.descent import Descent
from cnnlab.explore.learning.logits import Logits
from cnnlab.explore.learning.many_machines import ManyMachines
from cnnlab.explore.learning.parabola import Parabola
from cnnlab.explore.learning.refusing import Refusing

__all__ = ["ConditionalMean", "ConfidentlyWrong", "Descent", "Logits", "ManyMachines", "Parabola", "Refusing"]
