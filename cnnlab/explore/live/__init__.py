"""The live view of an explorer, in the browser."""
