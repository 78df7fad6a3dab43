"""`data list`, `get`, `verify` and `where`: the data sets that can be downloaded."""

import argparse
import sys

from cnnlab.datasets import downloads, store

MEGABYTES = {"usps": 2.3, "mnist": 11.6, "fashion_mnist": 30.9, "cifar10": 170.1, "fsdd": 15.7}


def list_(chosen: argparse.Namespace) -> int:
    """Print every data set, what it takes, and whether it is here."""
    for name, remotes in downloads.REGISTRY.items():
        here = "here" if downloads.available(name) else "not here; cnnlab data get " + name
        print(f"{name:<14} {len(remotes)} file{'s' * (len(remotes) > 1)}, {MEGABYTES[name]} MB: {here}")
    return 0


def get(chosen: argparse.Namespace) -> int:
    """Fetch one, or all, and read it once, so that what is there is known to be whole."""
    for name in downloads.REGISTRY if chosen.name == "all" else [chosen.name]:
        found = getattr(downloads, name)(progress=sys.stderr.isatty())
        count = len(found.digit) if isinstance(found, downloads.Recordings) else len(found.y_train) + len(found.y_test)
        print(f"{name}: {count:,} samples, whole")
    return 0


def verify(chosen: argparse.Namespace) -> int:
    """Check what is there; 1 if something is damaged."""
    code, seen = 0, 0
    for name, remotes in downloads.REGISTRY.items():
        for remote in remotes:
            path = store.find(remote.name)
            if path is None:
                continue
            seen += 1
            if remote.sha256 is None:
                print(f"{path}: there; its contents are checked when {name} is read")
            elif store.sha256_of(path) == remote.sha256:
                print(f"{path}: whole")
            else:
                code = 1
                print(f"! {path}: damaged or incomplete. Remedy: delete it, then cnnlab data get {name}")
    if not seen:
        print("no downloaded data here")
    return code


def where(chosen: argparse.Namespace) -> int:
    """Print the folders, best first."""
    for folder in store.folders():
        print(folder)
    return 0
