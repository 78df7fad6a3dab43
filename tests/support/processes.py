"""Python in a fresh process, with an environment of its own; and coroutines in a thread of their own."""

import asyncio
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor


def run(code, **environment):
    """The output of a fresh Python with this environment (None removes a variable)."""
    env = {name: value for name, value in (os.environ | environment).items() if value is not None}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def in_a_loop(coroutine):
    """What a coroutine returns.  Not by asyncio.run here: the loop of a browser's tests may run in this thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
