"""A live notebook without a mouse, and with other eyes."""
