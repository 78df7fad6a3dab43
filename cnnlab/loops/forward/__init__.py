"""The way forward alone, for a network in use: the operations of a plan, without what only learning needs."""
