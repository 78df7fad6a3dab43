"""The still picture of a scene, painted by matplotlib from the same description and the same style as the live view."""
