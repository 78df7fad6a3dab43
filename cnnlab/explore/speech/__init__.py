"""Explorers of speech: syllables that are synthesised or one's own, and networks that read them along time."""

from cnnlab.explore.speech.own_voice import OwnVoice
from cnnlab.explore.speech.spoken_syllable import SpokenSyllable
from cnnlab.explore.speech.time_delay import TimeDelay

__all__ = ["OwnVoice", "SpokenSyllable", "TimeDelay"]
