"""Set up cnnlab and use it; nothing but Python 3.11 or newer is needed beforehand.

    python3 lab.py [JUPYTERLAB OPTIONS]    open the notebooks in JupyterLab
    python3 lab.py check [--fix] [NAME]    what to ask before every commit: form, types, floors; under half a minute
    python3 lab.py test [PYTEST OPTIONS]   run every test
    python3 lab.py docs [--out DIR]        build the reference of the package, as pages for a browser
    python3 lab.py site [--out DIR]        build all notebooks as pages, every explorer alive in them without Python
    python3 lab.py gallery [NAME ...]      build one page of every explorer and picture, to look at them all
    python3 lab.py run COMMAND ...         run a command inside the environment
    python3 lab.py hub [OPTIONS]           the notebooks for a class, by JupyterHub (docs/a_class.md tells more)
    python3 lab.py bench [OPTIONS]         measure the speed, beside PyTorch and ONNX Runtime (installed for that)

The first call makes the environment .venv beside this file (about a minute, with a network); later calls start at once
and need no network.  The notebooks and `run` need fewer packages than the other commands, which add theirs when they
are first called.  Delete .venv to start afresh.
"""

# Standard library only, in the syntax of Python 3.6: an old Python shall meet a sentence, not a SyntaxError.

import contextlib
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

try:
    import fcntl
except ImportError:  # Windows
    import msvcrt

    fcntl = None

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
SCRIPTS = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin")
PYTHON = os.path.join(SCRIPTS, "python.exe" if os.name == "nt" else "python")
STAMP = os.path.join(VENV, "cnnlab-stamp")
LOG = os.path.join(VENV, "cnnlab-install.log")
# Each holds the one before it.
LOCKS = {"learn": "requirements.lock", "hub": "requirements-hub.lock", "test": "requirements-test.lock"}
BY_LOCK = ("--require-hashes", "--only-binary", ":all:", "--no-deps")
EXTRAS = {"learn": "lab", "hub": "hub,lab", "test": "export,hub,lab,site,test"}
OLDEST = (3, 11)
OPENING = [
    "--ServerApp.contents_manager_class=cnnlab.cli.opening.Contents",  # stills, where no kernel is left
    "--ServerApp.kernel_websocket_connection_class=cnnlab.cli.opening.Connection",  # answers without a delay
]
COMPARED = {"torch": "torch==2.13.0", "onnx": "onnx==1.23.2", "onnxruntime": "onnxruntime==1.32.0"}
OFFLINE = re.compile(
    "name resolution|NewConnectionError|ConnectionError|ConnectTimeout|Max retries|Network is unreachable|"
    "getaddrinfo failed|nodename nor servname|ProxyError|Connection refused",
    re.IGNORECASE,
)


def stop(message):
    sys.exit("lab.py: " + message)


def tell(*words, end="\n"):
    """News of the set-up go to stderr: what a command writes to stdout may be for another program."""
    print(*words, end=end, file=sys.stderr, flush=True)


def check_python():
    """Stop with one line where this Python, or this machine, cannot run cnnlab."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST:
        newer = [name for name in ("python3.14", "python3.13", "python3.12", "python3.11") if shutil.which(name)]
        remedy = f"run: {newer[0]} lab.py" if newer else "install a newer Python and run lab.py with it"
        stop(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed, this is {version}; {remedy}")
    if sys.maxsize < 2**32:
        stop("a 64-bit Python is needed (numba has no 32-bit version), this one is 32-bit; install a 64-bit Python")
    if "musl" in "{} {}".format(sysconfig.get_config_var("SOABI"), sysconfig.get_config_var("HOST_GNU_TYPE")):
        stop("this Linux uses musl (Alpine?), for which numba has no wheels; use a Linux with glibc, such as Debian")


def environment():
    """The environment variables of every command that runs in .venv.

    pip compiles nothing there: what is imported first is compiled then, once.  Were that not kept, every kernel would
    compile a thousand modules again before its first cell.  Nothing that is meant for another Python comes in.
    """
    unwanted = ("PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONDONTWRITEBYTECODE")
    unwanted += ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_DRY_RUN")
    inside = {name: value for name, value in os.environ.items() if name not in unwanted}
    inside.update(VIRTUAL_ENV=VENV, PATH=SCRIPTS + os.pathsep + os.environ.get("PATH", ""), PIP_USER="0")
    return inside


def stamp(kind):
    """What an environment for learners, or for tests, depends on: requirements, Python and folder, as one line."""
    with open(os.path.join(VENV, "pyvenv.cfg"), encoding="utf-8") as config:
        python = re.search(r"^version(?:_info)? *= *(\S+)", config.read(), re.MULTILINE)
    parts = [ROOT.encode(), python.group(1).encode() if python else b""]
    for name in (LOCKS[kind], "pyproject.toml"):
        with open(os.path.join(ROOT, name), "rb") as file:
            parts.append(file.read())
    return kind + " " + hashlib.sha256(b"\0".join(parts)).hexdigest()


def stamped():
    """The stamp of what is installed, or ""."""
    with contextlib.suppress(OSError), open(STAMP, encoding="ascii") as file:
        return file.read().strip()
    return ""


def is_installed(kind):
    """Whether .venv holds what is needed: what tests need is enough for learners, too."""
    there, kinds = stamped(), list(LOCKS)
    try:
        return os.path.exists(PYTHON) and there in map(stamp, kinds[kinds.index(kind) :])
    except OSError:
        return False


@contextlib.contextmanager
def alone():
    """One process at a time changes .venv; who comes later waits.  A process that dies lets go."""
    with open(VENV + ".lock", "a") as lock:
        waiting = False
        while not locked(lock):
            if not waiting:
                tell("Waiting for another lab.py, which sets up .venv")
            waiting = True
            time.sleep(0.2)
        yield


def locked(lock):
    """Lock an open file until it is closed; False if another process has it."""
    try:
        if fcntl is None:
            lock.seek(0)
            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:  # a file system without locks
        return True
    return True


def make_venv():
    """Make .venv, or mend one whose Python is gone or which has no pip."""
    if os.path.exists(os.path.join(VENV, "pyvenv.cfg")) and succeeds(PYTHON, "-c", "import sys"):
        if succeeds(PYTHON, "-m", "pip", "--version") or succeeds(PYTHON, "-m", "ensurepip"):
            return
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        stop("this Python lacks the venv module; on Debian or Ubuntu install it with: apt install " + package)
    command = [sys.executable, "-m", "venv", "--clear", VENV]
    made = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if made.returncode != 0:
        stop(f"could not make {VENV}: {last_line(made.stdout)}")
    # Unpacking takes it half of the time that it takes the pip of Python 3.11, which does it where this cannot be had.
    by_lock = (*BY_LOCK, "--disable-pip-version-check", "--no-input", "--no-compile", "--retries", "1")
    succeeds(PYTHON, "-m", "pip", "install", *by_lock, "-r", os.path.join(ROOT, "requirements-pip.lock"))


def succeeds(*command):
    try:
        run = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())
    except OSError:  # not there, or not for this machine
        return False
    return run.returncode == 0


def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"


def pip(*arguments, shares=((),)):
    """pip install in .venv, with the user's own pip configuration: (succeeded, what it wrote).

    Of several shares, each more arguments, each gets a pip of its own, all at once: one works on one core alone.
    """
    command = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    streams.update(cwd=ROOT, env=environment(), universal_newlines=True, errors="replace")
    collected, shown = [], sys.stderr.isatty()

    def run(share):
        process, written = subprocess.Popen([*command, "--no-compile", *arguments, *share], **streams), []
        for line in process.stdout:
            log.write(line)
            written.append(line)
            collected.extend(["one more"] * line.startswith("Collecting "))
            if shown and line.startswith(("Collecting ", "Installing collected")):
                tell(f"\r  {len(collected)} packages {'collected' if line[0] == 'C' else 'unpacking'}", end="")
        return process.wait() == 0, "".join(written)

    with open(LOG, "a", encoding="utf-8", errors="replace") as log, ThreadPoolExecutor() as pool:
        ran = list(pool.map(run, shares))
    if shown and collected:
        tell()
    return all(done for done, _ in ran), "".join(output for _, output in ran)


def pip_by_lock(lock, *options):
    """Install what a lock pins, as `pip` does; it holds whatever its packages ask for, so nothing is looked for."""
    with open(os.path.join(ROOT, lock), encoding="utf-8") as file:
        pins = re.split(r"\n(?=\w)", file.read())
    with tempfile.TemporaryDirectory() as folder:
        shares = [("-r", os.path.join(folder, str(k))) for k in range(min(4, os.cpu_count() or 1, len(pins)))]
        for k, (_, share) in enumerate(shares):
            with open(share, "w", encoding="utf-8") as file:
                file.write("\n".join(pins[k :: len(shares)]))
        return pip(*BY_LOCK, *options, shares=shares)


def explain(output):
    """One line that says why pip failed."""
    if OFFLINE.search(output):
        return "no network, and no local copy of the packages: connect once, or point pip (pip config) at your copies"
    errors = [line.strip() for line in output.splitlines() if line.startswith("ERROR:")]
    return f"{errors[0] if errors else last_line(output)} (all of it: {LOG})"


def install(kind):
    """Install what the lock pins, then cnnlab itself, so that edits to it take effect at once."""
    if is_installed(kind):
        return
    with alone():
        if not is_installed(kind):  # by the one that was waited for
            install_now(kind)


def install_now(kind):
    again, before, kinds = os.path.exists(LOG), stamped(), list(LOCKS)
    there = before.partition(" ")[0]
    if there in kinds:  # what is there is kept up to date
        kind = max(kind, there, key=kinds.index)
    make_venv()
    adding = there in kinds[: kinds.index(kind)] and before == stamp(there)
    begun = "Bringing .venv up to date" if again else "Setting up .venv (once; about a minute)"
    tell("Adding to .venv what " + {"hub": "a class needs", "test": "tests need"}[kind] if adding else begun)
    if os.path.exists(STAMP):
        os.remove(STAMP)
    lock = LOCKS[kind]
    done, output = pip_by_lock(lock)
    if not done and "from versions: none" in output and not OFFLINE.search(output):
        done, output = pip_by_lock(lock, "--retries", "1")  # told not to try again, pip does not say what is missing
    if not done and "No matching distribution" in output and not OFFLINE.search(output):
        tell(lock + " does not fit this platform: installing the newest that fit pyproject.toml")
        done, output = pip("-e", ".[" + EXTRAS[kind] + "]")
    elif done:
        done, output = pip("--no-deps", "--no-build-isolation", "-e", ".")
    if not done:
        stop("the installation failed: " + explain(output))
    never_ask_for_news()
    with open(STAMP, "w", encoding="ascii") as file:
        file.write(stamp(kind) + "\n")


def never_ask_for_news():
    """JupyterLab would ask at its first start whether it may fetch news; this environment asks no other host."""
    folder = os.path.join(VENV, "share", "jupyter", "lab", "settings")
    os.makedirs(folder, exist_ok=True)
    news = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
    with open(os.path.join(folder, "overrides.json"), "w", encoding="utf-8") as file:
        json.dump(news, file)


def replace(command, **more):
    """Become `command`, run inside the environment."""
    inside = dict(environment(), **more)
    program = shutil.which(command[0], path=inside["PATH"])
    if program is None:
        stop(f"no program called {command[0]!r} in the environment or on the PATH")
    sys.stdout.flush()
    if os.name == "nt":  # there, exec would give the prompt back while the program runs
        process = subprocess.Popen([program, *command[1:]], env=inside)
        while True:
            try:
                sys.exit(process.wait())
            except KeyboardInterrupt:  # the program has it too, and decides
                continue
    os.execve(program, [program, *command[1:]], inside)


def notebooks(options):
    folder = os.path.join(ROOT, "notebooks")
    command = [PYTHON, "-m", "jupyterlab", "--ServerApp.root_dir=" + folder, *OPENING]
    first = sorted(name for name in os.listdir(folder) if name.endswith(".ipynb"))[:1]
    command += ["--LabApp.default_url=/lab/tree/" + name for name in first]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    replace(command + options)


def test(options):
    cores = os.cpu_count() or 1
    workers = min(4, cores + (cores > 1))  # one more than cores: the one with the browser mostly waits
    chosen = any(re.match("-n|-p|--numprocesses|--pdb|--trace|--co$|--collect-only", option) for option in options)
    parallel = [] if chosen or workers == 1 else ["-n", str(workers), "--dist", "loadscope"]
    more = {}
    if os.environ.get("CI") and "NUMBA_CACHE_DIR" not in os.environ:  # machine code left by older sources misleads
        more["NUMBA_CACHE_DIR"] = os.path.join(ROOT, ".cache", "numba")
        shutil.rmtree(more["NUMBA_CACHE_DIR"], ignore_errors=True)
    os.chdir(ROOT)
    replace([PYTHON, "-m", "pytest", *parallel, *options], **more)


def site(options):
    os.chdir(ROOT)
    replace([PYTHON, os.path.join(ROOT, "tools", "website"), *options])


def bench(options):
    for module, requirement in COMPARED.items():  # one by one: where there is one of them, it is compared with
        if not succeeds(PYTHON, "-c", "import " + module):
            tell("Installing " + module + " into .venv, for comparison only")
            with alone():
                done, output = pip(requirement)
            if not done:
                tell("lab.py: going on without " + module + ": " + explain(output))
    os.chdir(ROOT)
    replace([PYTHON, "-m", "benchmarks", *options])


def program(*path):
    """A command that is a program of the project."""
    return lambda options: replace([PYTHON, os.path.join(ROOT, *path), *options])


COMMANDS = {"bench": bench, "run": replace, "site": site, "test": test, "hub": program("deploy", "hub.py")}
TOOLS = {"check": "check.py", "docs": "reference.py", "gallery": "gallery.py"}
COMMANDS.update({name: program("tools", tool) for name, tool in TOOLS.items()})
NEEDED = {"": "learn", "run": "learn", "hub": "hub"}  # the others need what tests need


def main(arguments):
    name, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if name in ("-h", "--help", "help"):
        print(__doc__.strip())
    elif name and name not in COMMANDS and not name.startswith("-"):
        stop(f"unknown command {name!r}; python3 lab.py --help lists the commands")
    elif name == "run" and not rest:
        stop("run what? for example: python3 lab.py run python")
    else:
        check_python()
        try:
            install("learn" if name.startswith("-") else NEEDED.get(name, "test"))
        except OSError as error:
            stop(f"cannot set up {VENV}: {error}")
        if name in COMMANDS:
            COMMANDS[name](rest)
        else:
            notebooks(arguments)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        print("lab.py: stopped", file=sys.stderr)
        sys.exit(130)
