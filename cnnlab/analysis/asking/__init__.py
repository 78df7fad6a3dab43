"""A trained network is asked: what one unit likes best, and what a small change of an image does (lecture topic 28).

- `unit`: one unit as a function of the image, with its gradient, and images that excite it;
- `best`: where among many images the units of all layers are excited most;
- `pushing`: an image walked along the gradient until the network gives another answer.
"""

from cnnlab.analysis.asking.best import BestPlaces
from cnnlab.analysis.asking.pushing import Pushed, pushed
from cnnlab.analysis.asking.unit import Unit, ascended, saliency

__all__ = ["BestPlaces", "Pushed", "Unit", "ascended", "pushed", "saliency"]
