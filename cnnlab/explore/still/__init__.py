"""The still picture of a scene, painted by matplotlib from the same description as the live view."""
