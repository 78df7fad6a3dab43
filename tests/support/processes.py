"""Python in a fresh process, with an environment of its own."""

import os
import subprocess
import sys


def run(code, **environment):
    """The output of a fresh Python with this environment (None removes a variable)."""
    env = {name: value for name, value in (os.environ | environment).items() if value is not None}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
