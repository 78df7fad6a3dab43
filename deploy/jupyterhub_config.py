"""JupyterHub's configuration of a class: reads what `hub.py` has written, and says it in JupyterHub's words."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import classroom
import proxying
from learners import Passwords, Servers
from nursery import Nursery

room = classroom.read(os.environ["CNNLAB_CLASS"])
Passwords.room = Servers.room = room
c = get_config()  # noqa: F821  # JupyterHub gives it

# Learners reach the proxy; JupyterHub itself and the proxy's own door stay on this machine.
c.JupyterHub.bind_url = room.address
c.JupyterHub.hub_port = room.port + 1
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{room.port + 2}"
c.ConfigurableHTTPProxy.command = proxying.command()
c.ConfigurableHTTPProxy.log_level = "warn"
c.ConfigurableHTTPProxy.pid_file = str(room.hub / "proxy.pid")
c.JupyterHub.ssl_cert, c.JupyterHub.ssl_key = room.certificate, room.key

c.JupyterHub.db_url = f"sqlite:///{room.hub / 'hub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(room.hub / "cookie_secret")
c.JupyterHub.cookie_max_age_days = 1  # the next class sits at the same computers
c.JupyterHub.log_level = "WARN"

c.JupyterHub.authenticator_class = Passwords
c.Authenticator.allowed_users = set(room.names)
c.Authenticator.delete_invalid_users = True
c.Authenticator.admin_users = set()

c.JupyterHub.spawner_class = Servers
if sys.platform == "linux":  # elsewhere what systems bring along does not bear a fork
    Servers.nursery = Nursery()
c.Spawner.cmd = [sys.executable, str(classroom.HERE / "learner.py")]
c.Spawner.args = room.options()
c.Spawner.default_url = "/lab/tree/00_start_here.ipynb"
c.Spawner.disable_user_config = True
c.Spawner.start_timeout = c.Spawner.http_timeout = 300  # when thirty come in at once, the last one waits
