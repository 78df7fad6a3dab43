"""The site: every notebook, the documents and the reference as pages for a browser; see `__main__.py`."""
