"""What every explorer is made of: controls, scenes and their items, numbers as text, panels that several share."""
