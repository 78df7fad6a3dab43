"""Predictions: asked, chosen, and only then shown; and how far one has come with them."""
