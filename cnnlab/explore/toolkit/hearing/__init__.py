"""What can be heard of a scene."""
