"""How learners come in, and how each gets a server: two classes for JupyterHub."""

from functools import partial

from accounts import become, number_of
from jupyterhub.auth import Authenticator
from jupyterhub.spawner import LocalProcessSpawner
from jupyterhub.utils import random_port


class Passwords(Authenticator):
    """Each learner has a password of their own, which the teacher hands out (FOLDER/hub/passwords.csv)."""

    room = None  # the Classroom

    async def authenticate(self, handler, data):
        """The name, or None for whoever may not come in."""
        name = data["username"]
        return name if self.room.admits(name, data["password"]) else None


class Servers(LocalProcessSpawner):
    """A process for each learner, in their own folder and, where there are accounts, as themselves."""

    room = None  # the Classroom
    nursery = None  # a Nursery, or None where every server is a program that begins from nothing

    def user_env(self, env):
        """The variables of a learner."""
        return env | self.room.environment(self.user.name)

    def own(self, name):
        """The learner's (folder, account or None, limits)."""
        home = self.room.home(name)
        if not self.room.apart:
            home.mkdir(mode=0o700, exist_ok=True)
        return str(home), number_of(home) if self.room.apart else None, self.room.limits()

    def make_preexec_fn(self, name):
        """What the process does before anything else."""
        return partial(become, *self.own(name))

    async def start(self):
        """Begin the server -> where it listens."""
        if self.nursery is None:
            return await super().start()
        self.port = self.port or random_port()
        about = dict(zip(("home", "number", "limits"), self.own(self.user.name), strict=True))
        self.pid = await self.nursery.born({"options": self.get_args(), "environment": self.get_env(), **about})
        return "127.0.0.1", self.port
