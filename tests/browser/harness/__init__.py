"""A JupyterLab and a browser for the tests, and hands that drive what they show."""
