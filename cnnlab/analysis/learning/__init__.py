"""How learning goes: rules and walks on losses, clouds, two losses in a race, logits, and what is refused."""

from cnnlab.analysis.learning import clouds, logits, own_rule, race, refusing, settling, straight_line

__all__ = ["clouds", "logits", "own_rule", "race", "refusing", "settling", "straight_line"]
