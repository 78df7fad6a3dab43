"""What a class is: who learns, how much of the machine each of them gets, and where everything lies.

Plain values, without JupyterHub; `hub.py` makes them from its command line, `jupyterhub_config.py` reads them again.

    FOLDER/hub        JupyterHub's own: database, secrets, passwords.csv; for the teacher alone
    FOLDER/shared     machine code and fonts, made once for all; read, and never written, by learners
    FOLDER/learners   a folder for each learner, which nobody else may open
"""

import base64
import hashlib
import hmac
import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")  # it becomes the name of a folder, and a part of addresses
FIRST, LAST = 52_000, 59_999  # numbers of the accounts that learners get where each has one of their own
ENDPOINT = 107  # letters that the name of a socket may have
FILES = 4096  # that a process of a learner may have open
PROCESSES = 512  # with their threads, of one account
# Variables by which numerical libraries are told how many threads to use.
THREADS = ("CNNLAB_THREADS", "NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Classroom:
    """A class on one machine.

    folder : where all of it lies.  names : of the learners.  apart : whether each has an account of their own on the
    system.  cores : of the machine.  ip, port, prefix : where it is found.  idle : minutes after which what nobody uses
    is ended.  memory : megabytes that one process of a learner may take.  certificate, key : files for HTTPS, or "".
    """

    folder: str
    names: tuple[str, ...]
    apart: bool
    cores: int
    ip: str = "127.0.0.1"
    port: int = 8000
    prefix: str = "/"
    idle: int = 60
    memory: int = 4000
    certificate: str = ""
    key: str = ""

    def __post_init__(self):
        wrong = [name for name in self.names if not NAME.fullmatch(name)]
        if wrong:
            raise ValueError(
                f"a learner's name is a small letter, then small letters, digits, - and _, 32 at most; got {wrong[0]!r}"
            )
        if len(set(self.names)) < len(self.names):
            twice = next(name for name in self.names if self.names.count(name) > 1)
            raise ValueError(f"two learners are called {twice!r}; give each a name of their own")
        if not self.names:
            raise ValueError("a class has one learner at least")
        longest = max(map(len, self.names)) + len(str(self.folder)) + len("/learners//.run/kernel--ipc-1") + 36
        if self.apart and longest > ENDPOINT:
            raise ValueError(f"FOLDER has too long a name for sockets: {longest - ENDPOINT} letters less, please")

    # ---- where things lie

    @property
    def hub(self):
        """What is JupyterHub's own."""
        return Path(self.folder) / "hub"

    @property
    def code(self):
        """Machine code for all."""
        return Path(self.folder) / "shared" / "code"

    @property
    def fonts(self):
        """What matplotlib has found out about fonts, for all."""
        return Path(self.folder) / "shared" / "matplotlib"

    @property
    def learners(self):
        """The folders of the learners."""
        return Path(self.folder) / "learners"

    def home(self, name):
        """The folder of one learner."""
        if name not in self.names:
            raise ValueError(f"nobody in this class is called {name!r}")
        return self.learners / name

    # ---- how much each gets

    @property
    def threads(self):
        """For one kernel: the cores, divided by those who learn; one at least.

        Whoever has more threads than that waits for others, and lets others wait, as soon as all train at once.
        """
        return max(1, self.cores // len(self.names))

    def environment(self, name):
        """Variables of everything that runs for a learner; JupyterHub adds its own."""
        home = self.home(name)
        return {
            **dict.fromkeys(THREADS, str(self.threads)),
            "CNNLAB_CODE": str(self.code),
            "CNNLAB_FONTS": str(self.fonts),
            "HOME": str(home),
            "USER": name,
            "LOGNAME": name,
            "JUPYTER_PREFER_ENV_PATH": "1",
            "JUPYTER_RUNTIME_DIR": str(home / ".run"),
            "MPLCONFIGDIR": str(home / ".matplotlib"),
        }

    def options(self):
        """Of the server that each learner has."""
        seconds = 60 * self.idle
        chosen = {
            "ServerApp.contents_manager_class": "cnnlab_opening.Contents",  # stills, where no kernel is left
            "ServerApp.kernel_websocket_connection_class": "cnnlab_opening.Connection",  # answers without a delay
            "ServerApp.terminals_enabled": False,
            "ServerApp.shutdown_no_activity_timeout": seconds,  # of what has no kernel any more
            "MappingKernelManager.cull_idle_timeout": seconds,
            "MappingKernelManager.cull_interval": max(1, seconds // 10),
            "MappingKernelManager.cull_connected": True,  # a page that is left open is no reason
            "LabApp.extension_manager": "readonly",  # the other one asks a registry of packages
            "Application.log_level": "WARN",
        }
        if self.apart:  # a port of this machine can be listened to by every account, a socket in one's own folder not
            chosen["ConnectionFileMixin.transport"] = "ipc"
        elif os.geteuid() == 0:  # to try it in a container
            chosen["ServerApp.allow_root"] = True
        return [f"--{name}={value}" for name, value in chosen.items()]

    def limits(self):
        """(name of a limit of the system, value) for every process of a learner."""
        bounds = [("RLIMIT_DATA", self.memory * 1_000_000), ("RLIMIT_CORE", 0), ("RLIMIT_NOFILE", FILES)]
        return [*bounds, ("RLIMIT_NPROC", PROCESSES)] if self.apart else bounds

    # ---- who may come in

    def password(self, name):
        """The learner's own; made from the name and the secret of this class, so that it is kept nowhere else."""
        secret = (self.hub / "secret").read_bytes()
        digest = base64.b32encode(hmac.digest(secret, self.home(name).name.encode(), hashlib.sha256)).decode().lower()
        return "-".join((digest[:4], digest[4:8], digest[8:12]))

    def admits(self, name, password):
        """Whether somebody with this name and this password may come in."""
        if name not in self.names or not isinstance(password, str):
            return False
        own, said = self.password(name), password.strip().lower()
        return hmac.compare_digest(*(words.replace("-", "").encode(errors="replace") for words in (own, said)))

    @property
    def address(self):
        """What a learner types into a browser."""
        scheme = "https" if self.certificate else "http"
        return f"{scheme}://{self.ip}:{self.port}{self.prefix}"

    # ---- on disk

    def write(self):
        """Keep it for JupyterHub -> the file."""
        path = self.hub / "class.json"
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")
        return path


def read(path):
    """The `Classroom` in a file that `write` made."""
    about = json.loads(Path(path).read_text(encoding="utf-8"))
    return Classroom(**about | {"names": tuple(about["names"])})


def cores():
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
