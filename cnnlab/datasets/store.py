"""Where downloaded files live, and how one gets there whole.

A file is looked for under its usual name (`usps/zip.train.gz`) in the folder that the environment variable
CNNLAB_DATA names, then in the platform's cache folder. It is used if its sha256 is the pinned one and refused, by
name, if not. Only what is found nowhere is fetched: with a progress bar, and from where the last attempt stopped if
there was one.
"""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import NoReturn

from cnnlab.files import held
from cnnlab.packages import bars, needs


class DownloadFailed(OSError):
    """A file is not on this computer and could not be fetched; the message says how to get it by hand."""


class CorruptFile(ValueError):
    """A file is there, but it is not the file it should be; the message names it."""


@dataclass(frozen=True)
class Remote:
    """One file of a data set: its usual name below the data folder, where it comes from, and its sha256 (None: its
    contents are checked by whoever reads it)."""

    name: str
    url: str
    sha256: str | None


def folders() -> list[Path]:
    """The folders that are searched, in this order: CNNLAB_DATA if it is set, then the platform's cache folder."""
    named = os.environ.get("CNNLAB_DATA", "").strip()
    own = [Path(os.path.expanduser(named))] if named else []
    try:
        import pooch  # brings half a hundred modules along, which nobody needs who asks for no data

        return [*own, Path(pooch.os_cache("cnnlab"))]
    except (ModuleNotFoundError, RuntimeError):  # not installed; or no HOME, and no entry for this user
        return own or [Path(tempfile.gettempdir()) / f"cnnlab-{os.getuid() if hasattr(os, 'getuid') else 'user'}"]


def find(name: str) -> Path | None:
    """The first of the folders' files of this name, or None; nothing is checked or fetched."""
    return next((folder / name for folder in folders() if (folder / name).is_file()), None)


def sha256_of(path: str | PathLike[str]) -> str:
    """The sha256 of a file as hexadecimal digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def refuse(path: Path, why: str) -> NoReturn:
    """Raise CorruptFile for a file: what is wrong with it and what to do."""
    raise CorruptFile(f"{path} is damaged or incomplete: {why}. Delete it and ask again: it will be fetched anew.")


def fetch(remote: Remote, progress: bool = True) -> Path:
    """The path of a file whose contents are right, fetched if it is nowhere yet.

    Parameters
    ----------
    remote : Remote
        The file.
    progress : bool
        Show a bar while fetching.

    Returns
    -------
    path : Path
        Where it lies.

    Raises
    ------
    CorruptFile
        For a file with another sha256, also one that was put there by hand.
    DownloadFailed
        If it cannot be fetched.
    """
    path = find(remote.name)
    if path is None:
        return _download(remote, progress)
    if remote.sha256 is not None and (came := sha256_of(path)) != remote.sha256:
        refuse(path, f"it holds {path.stat().st_size:,} bytes with sha256 {came}, expected sha256 {remote.sha256}")
    return path


def _download(remote, progress):
    folder = next((f for f in folders() if _writable(f)), None)
    if folder is None:
        raise DownloadFailed(_by_hand(remote, folders()[0], "none of the data folders can be written to"))
    path = folder / remote.name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with held(path, wait=True, news=f"Waiting: another process fetches {remote.name}") as alone:
            if path.is_file():  # it came while we waited
                return fetch(remote, progress)
            # Where nothing keeps others out, each process has a part of its own.
            part = path.with_name(f".{path.name}.part" if alone else f".{path.name}.{os.getpid()}.part")
            _whole(remote, _Resuming(part, progress))
            os.replace(part, path)
            return path
    except OSError as problem:  # every exception of requests is one
        raise DownloadFailed(_by_hand(remote, folder, short(problem))) from None


def _whole(remote, downloader):
    """Receive until the part is what it should be; begin afresh once if its halves may not have belonged together."""
    for attempt in (1, 2):
        downloader(remote.url)
        came = sha256_of(downloader.part)
        if remote.sha256 in (None, came):
            return
        downloader.part.unlink()
        if attempt == 2 or not downloader.resumed:
            break
    raise CorruptFile(
        f"{remote.url} sent a file that is not {remote.name} as it should be, and it was thrown away: its sha256 is "
        f"{came}, expected {remote.sha256}"
    )


def _writable(folder):
    """Can a file be made in the folder, or the folder itself where it does not exist yet?"""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder.is_dir() and os.access(folder, os.W_OK)


def short(problem: BaseException) -> str:
    """What an exception says, in one line of 160 characters at most."""
    text = " ".join(str(problem).split()) or type(problem).__name__
    return text if len(text) <= 160 else text[:157] + "..."


def _by_hand(remote, folder, why):
    return (
        f"{remote.name} is not on this computer and could not be fetched from {remote.url} ({why}).\n"
        f"  With a network: run the same line again; it goes on where it stopped.\n"
        f"  By hand: fetch that address in a browser and put the file at {folder / remote.name}\n"
        f"  Already have it? Set CNNLAB_DATA to the folder that holds {remote.name}.\n"
        f"  Everything else in cnnlab works without it."
    )


class _Resuming:
    """A downloader that keeps what has come in a .part file and asks the server for the rest next time."""

    def __init__(self, part, progress):
        self.part, self.progress, self.resumed = Path(part), progress, False

    def __call__(self, url):
        with needs("requests", "Downloads"):  # imported late, because most sessions fetch nothing
            import requests

        start = self.part.stat().st_size if self.part.exists() else 0
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
        with requests.get(url, headers=headers, stream=True, timeout=(10, 60)) as response:
            # 416: nothing left to send. Whether what is here is the right file, its sha256 will tell.
            if not (start and response.status_code == 416):
                response.raise_for_status()
                start = start if response.status_code == 206 else 0
                self._receive(response, start)
        self.resumed = start > 0

    def _receive(self, response, start):
        length = int(response.headers.get("Content-Length", 0))
        bar = bars()(
            total=start + length if length else None,
            initial=start,
            desc=self.part.name[1:-5],
            unit="B",
            unit_scale=True,
            disable=not self.progress,
        )
        with bar, open(self.part, "ab" if start else "wb") as file:
            for chunk in response.iter_content(1 << 16):
                file.write(chunk)
                bar.update(len(chunk))
