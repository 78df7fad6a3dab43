"""Pictures of networks: their layers as boxes in a row, and dealt out to two machines."""

from cnnlab.draw.networks.boxes import network
from cnnlab.draw.networks.halves import halves

__all__ = ["halves", "network"]
