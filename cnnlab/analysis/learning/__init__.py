"""How learning goes: rules and walks on losses, clouds and what is learned of them, two losses in a race, logits."""

from cnnlab.analysis.learning import clouds, logits, own_rule, race, settling, straight_line

__all__ = ["clouds", "logits", "own_rule", "race", "settling", "straight_line"]
