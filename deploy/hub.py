"""A class on one machine: the notebooks in a browser, each learner with a folder, a password and a kernel of their own.

    python3 lab.py hub                             # three learners on this computer, to try it
    python3 lab.py hub --learners 30 --ip 0.0.0.0 --folder DIR --certificate FILE --key FILE

Passwords are printed, and kept in FOLDER/hub/passwords.csv.  Begun by the administrator, each learner gets an account
of their own, and nobody can read what another has; begun by anybody else, all kernels run in that person's name, which
is for trying only.  docs/a_class.md tells more.
"""

import argparse
import compileall
import csv
import os
import secrets
import subprocess
import sys
import sysconfig
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE))

import classroom  # noqa: E402
import proxying  # noqa: E402

LOCAL = ("127.0.0.1", "localhost", "::1")


def parser():
    """What the command line may say."""
    asked = argparse.ArgumentParser(prog="lab.py hub", description=__doc__.split("\n")[0])
    asked.add_argument("--learners", type=int, metavar="N", help="so many: learner01, learner02 ... (default: 3)")
    asked.add_argument("--names", type=Path, metavar="FILE", help="their names, a line each (FOLDER/names.txt, if any)")
    asked.add_argument("--folder", type=Path, default=ROOT / ".cache" / "class", help="for all files of the class")
    asked.add_argument("--ip", default="127.0.0.1", help="0.0.0.0 for other computers, too (default: this one alone)")
    asked.add_argument("--port", type=int, default=8000, help="it and the next two are used (default: %(default)s)")
    asked.add_argument("--prefix", default="/", help="of all addresses, such as /class/")
    asked.add_argument("--certificate", default="", metavar="FILE", help="for HTTPS, with --key")
    asked.add_argument("--key", default="", metavar="FILE")
    asked.add_argument(
        "--idle", type=int, default=60, metavar="MINUTES", help="then a kernel ends (default: %(default)s)"
    )
    asked.add_argument("--memory", type=int, default=4000, metavar="MB", help="of one process (default: %(default)s)")
    asked.add_argument("--one-account", action="store_true", help="no accounts for learners; to try it")
    asked.add_argument("--cold", action="store_true", help="begin at once: kernels make their machine code themselves")
    asked.add_argument("--prepare", action="store_true", help="install what is needed, and begin nothing")
    return asked


def names(chosen):
    """The names of the learners."""
    listed = chosen.names or chosen.folder / "names.txt"
    if chosen.learners is None and (chosen.names or listed.exists()):
        lines = listed.read_text(encoding="utf-8").splitlines()
        return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))
    count = 3 if chosen.learners is None else chosen.learners
    return tuple(f"learner{number:02d}" for number in range(1, count + 1))


def planned(chosen):
    """The `Classroom` that the command line asks for.  Raises ValueError in words."""
    if bool(chosen.certificate) != bool(chosen.key):
        raise ValueError("--certificate and --key belong together")
    if chosen.idle < 1 or chosen.memory < 500:
        raise ValueError("--idle is a minute at least, --memory 500 MB")
    files = {name: str(Path(getattr(chosen, name)).resolve()) for name in ("certificate", "key") if chosen.key}
    return classroom.Classroom(
        folder=str(chosen.folder.expanduser().resolve()),
        names=names(chosen),
        apart=os.geteuid() == 0 and not chosen.one_account,
        cores=classroom.cores(),
        ip=chosen.ip,
        port=chosen.port,
        prefix=f"/{chosen.prefix.strip('/')}/".replace("//", "/"),
        idle=chosen.idle,
        memory=chosen.memory,
        **files,
    )


def install(apart):
    """What is beside the packages: the proxy, and their bytecode, which learners' accounts could not write."""
    if not proxying.is_there():
        tell("Installing the proxy (once)")
        proxying.install()
    if apart:
        tell("Compiling what Python imports (once; a minute)")
        for folder in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), str(ROOT / "cnnlab"), str(HERE)}:
            compileall.compile_dir(folder, quiet=2, workers=0)


def lay_out(room):
    """The folders of a class, and its secret."""
    for folder, mode in ((room.hub, 0o700), (room.learners, 0o711), (room.code.parent, 0o755)):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(mode)
    if not (room.hub / "secret").exists():
        with open(os.open(room.hub / "secret", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))


def warm(room):
    """Make what all share, and lock it: read by all, written by nobody."""
    tell("Making machine code for all (once; some minutes)")
    lock(room, folders=0o755, files=0o644)
    inside = {name: value for name, value in os.environ.items() if name != "CNNLAB_CODE"}
    inside |= {"NUMBA_CACHE_DIR": str(room.code), "MPLCONFIGDIR": str(room.fonts)}
    done = subprocess.run([sys.executable, str(HERE / "warming.py")], env=inside)
    if done.returncode != 0:
        raise OSError("no machine code could be made (above is why)")
    lock(room, folders=0o555, files=0o444)


def lock(room, folders, files):
    """Set the permissions of everything that is shared."""
    for top, _, inside in os.walk(room.code.parent):
        os.chmod(top, folders)
        for name in inside:
            os.chmod(os.path.join(top, name), files)


def passwords(room):
    """Write the table of passwords for the teacher -> its file."""
    path = room.hub / "passwords.csv"
    with open(path, "w", encoding="utf-8", newline="") as file:
        os.fchmod(file.fileno(), 0o600)
        csv.writer(file).writerows([("address", "name", "password"), *rows(room)])
    return path


def rows(room):
    """(address, name, password) of each learner."""
    return [(room.address, name, room.password(name)) for name in room.names]


def cautions(room):
    """Sentences about what is not protected."""
    if not room.apart:
        yield "All kernels run in your name: learners could read each other's files, and yours. This is for trying."
    if not room.certificate and room.ip not in LOCAL:
        yield "Passwords travel unencrypted. For more than a try: --certificate and --key, or a web server with HTTPS."


def refused(room):
    """Why learners' accounts could not work here, or None."""
    if not room.apart:
        return None
    from accounts import closed

    needed = (
        os.path.realpath(sys.executable),
        os.__file__,
        sys.prefix,
        ROOT / "cnnlab",
        ROOT / "notebooks",
        room.learners,
    )
    shut = closed(needed)
    if shut is None:
        return None
    return (
        f"{shut} is closed to other accounts, and learners need what is in it. Put Python, cnnlab and --folder where "
        "all may read, such as below /srv; or try it with --one-account"
    )


def tell(*words):
    """News go to stderr."""
    print(*words, file=sys.stderr, flush=True)


def main(words=None):
    """Prepare everything, then become JupyterHub."""
    chosen = parser().parse_args(words)
    if not hasattr(os, "geteuid"):
        sys.exit("lab.py hub: JupyterHub needs Linux or macOS; on Windows, use WSL or a container")
    try:
        room = planned(chosen)
        install(room.apart)
        if chosen.prepare:
            return
        lay_out(room)
        why = refused(room)
        if why:
            raise PermissionError(why)
        room.code.mkdir(exist_ok=True)
        room.fonts.mkdir(exist_ok=True)
        if not chosen.cold:
            warm(room)
        listed = passwords(room)
    except (OSError, ValueError) as problem:
        sys.exit(f"lab.py hub: {problem}")
    tell(f"\n{room.address}   (Ctrl-C ends it; {room.threads} threads for each kernel; passwords also in {listed})")
    for _, name, password in rows(room):
        tell(f"    {name:<12} {password}")
    for sentence in cautions(room):
        tell(f"! {sentence}")
    os.environ["CNNLAB_CLASS"] = str(room.write())
    os.chdir(room.hub)
    hub = [sys.executable, "-m", "jupyterhub", "-f", str(HERE / "jupyterhub_config.py")]
    os.execv(sys.executable, hub)


if __name__ == "__main__":
    main()
