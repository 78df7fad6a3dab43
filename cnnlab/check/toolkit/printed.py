"""What a learner's function prints while it is tried: shown as ever, and kept, for `print` may stand for `return`."""

import contextlib
import io
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def kept() -> Iterator[io.StringIO]:
    """What is printed inside, which is shown when it is over."""
    text = io.StringIO()
    try:
        with contextlib.redirect_stdout(text):
            yield text
    finally:
        sys.stdout.write(text.getvalue())
