"""Python in a fresh process, with an environment of its own; and coroutines in a thread of their own."""

import asyncio
import atexit
import functools
import json
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


FORKING = """
import json, os, signal, sys, traceback
import numba
numba.njit((numba.float64,))(lambda number: number + 1)
for line in sys.stdin:
    code, environment = json.loads(line)
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            signal.alarm(300)
            os.dup2(there, 1)
            os.environ.clear()
            os.environ.update(environment)
            exec(code, vars(sys.modules["__main__"]))
            status = 0
        except Exception:
            traceback.print_exc(file=sys.stdout)
        finally:
            sys.stdout.flush()
            os._exit(status)
    os.close(there)
    with os.fdopen(here) as said:
        words = said.read()
    print(json.dumps([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), words.strip()]), flush=True)
"""


@functools.cache
def _forking():
    """A process that has numba, and nothing of cnnlab: each question is answered by a copy of it."""
    process = subprocess.Popen(
        [sys.executable, "-c", FORKING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )

    def end():
        process.stdin.close()
        process.stdout.close()
        process.wait()

    atexit.register(end)
    return process


def run_with_numba(code, **environment):
    """[exit status, output] of code in a process that has imported numba already, which takes longer than the rest."""
    env = {name: value for name, value in (os.environ | environment).items() if value is not None}
    if not hasattr(os, "fork"):
        done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=300)
        return [done.returncode, done.stdout.strip()]
    process = _forking()
    process.stdin.write(json.dumps([code, env]) + "\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def in_a_loop(coroutine):
    """What a coroutine returns.  Not by asyncio.run here: the loop of a browser's tests may run in this thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
