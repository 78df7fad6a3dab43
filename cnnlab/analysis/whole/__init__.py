"""A whole network of convolutions, pooling and fully-connected layers on one image (lecture topics 10, 11 and 19).

- `stages`: which of its layers belong together, and whether such networks can be shown at all;
- `forward`: every number of the way from the image to the scores;
- `made`: how one of these numbers was made: what came in, times the weights, added up;
- `back`: the way back, from the scores to the pixels.
"""

from cnnlab.analysis.whole.back import Backward, CloseUp, WayBack, close_up
from cnnlab.analysis.whole.forward import Forward, forward
from cnnlab.analysis.whole.made import Made, made
from cnnlab.analysis.whole.stages import Stage, stages, trouble

__all__ = [
    "Backward",
    "CloseUp",
    "Forward",
    "Made",
    "Stage",
    "WayBack",
    "close_up",
    "forward",
    "made",
    "stages",
    "trouble",
]
