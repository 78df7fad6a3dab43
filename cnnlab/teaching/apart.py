"""The first thing that runs in a process for the code of others: shut the network, set limits, and only then import.

Python runs this file by its path, before any thread was begun: a process with threads is let into no room of its own.
It knows Python's library alone, and becomes `cnnlab.teaching.inside`.
"""

import contextlib
import ctypes
import json
import os
import sys

NEW_USER, NEW_PROCESSES, NEW_NET = 0x10000000, 0x20000000, 0x40000000  # rooms, as Linux numbers them
LARGEST_FILE = 200 << 20


def without_network() -> bool:
    """Move into a room without a network, where the system has such; whether it was done.

    What is begun in it ends with the first process in there, which is the one that goes on from here.
    """
    if sys.platform != "linux":
        return False
    user, group = os.getuid(), os.getgid()
    try:
        unshare = ctypes.CDLL(None, use_errno=True).unshare
    except (OSError, AttributeError):
        return not _has_network()
    if unshare(NEW_USER | NEW_NET | NEW_PROCESSES) != 0:
        return unshare(NEW_NET) == 0 or not _has_network()
    with contextlib.suppress(OSError):  # the same names inside, so files are seen to be one's own
        for name, words in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(words)
    _go_on_as_the_first()
    return True


def _go_on_as_the_first() -> None:
    """The next process that is begun is the first in the new room; this one waits for its end."""
    first = os.fork()
    if first:
        _, status = os.waitpid(first, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _has_network() -> bool:
    """Whether there is more than a network that leads to oneself."""
    try:
        with open("/proc/self/net/dev") as file:
            return any(":" in line and not line.strip().startswith("lo:") for line in file)
    except OSError:
        return True


def limit(seconds: int, memory: int) -> bool:
    """Bounds for processor time and memory, as far as the system knows them; whether it knows that of memory."""
    try:
        import resource
    except ImportError:  # Windows
        return False
    bounded = False
    for name, bound in (
        ("RLIMIT_CORE", 0),
        ("RLIMIT_FSIZE", LARGEST_FILE),
        ("RLIMIT_CPU", 16 * seconds),  # many threads spend much in a second; time itself is watched from outside
        ("RLIMIT_AS", memory),
    ):
        try:
            _, most = resource.getrlimit(getattr(resource, name))
            lower = bound if most == resource.RLIM_INFINITY else min(bound, most)
            resource.setrlimit(getattr(resource, name), (lower, lower))
            bounded = bounded or name == "RLIMIT_AS"
        except (AttributeError, OSError, ValueError):
            continue
    return bounded


if __name__ == "__main__":
    asked = json.loads(sys.stdin.buffer.readline())
    about = {"network": not without_network(), "bounded": limit(asked["seconds"], asked["memory"])}
    from cnnlab.teaching.inside import main

    main(asked["cells"], about)
