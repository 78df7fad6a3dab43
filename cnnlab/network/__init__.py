"""Networks: layers in a row."""

from cnnlab.network.core import Network
from cnnlab.network.summary import Summary, words

__all__ = ["Network", "Summary", "words"]
