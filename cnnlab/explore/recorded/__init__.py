"""Explorers on pages without Python: frames that were recorded, and the live view that shows them."""

from cnnlab.explore.recorded.page import view_script, view_style
from cnnlab.explore.recorded.recording import Recording, record

__all__ = ["Recording", "record", "view_script", "view_style"]
