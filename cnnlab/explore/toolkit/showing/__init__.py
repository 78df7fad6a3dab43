"""How explorers leave the notebook: as pictures, as pages."""
