"""A training step as a table of operations on one flat memory: what each row does, forward beside backward."""
