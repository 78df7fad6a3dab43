"""An explorer: named controls over a pure function from their values to a scene."""

import threading
from functools import wraps

import numpy as np

from cnnlab.explore.still.layout import paint

# JupyterLab lets a view ask in a thread of its own while a cell runs. Both may drive the same network, whose layers
# keep h from forward to backward: so they take turns.
TURNS = threading.RLock()


def in_turn(method):
    """The method, but never at the same time as another of these in another thread."""

    @wraps(method)
    def waited(*values, **options):
        with TURNS:
            return method(*values, **options)

    return waited


class Explorer:
    """Base class of all explorers; a subclass passes its controls to __init__ and defines `scene`.

    controls : list of Slider, Choice, Toggle, Button, Cell, Handle, Matrix; names must differ.
    title : a few words, the name of the view for screen readers.

    Shown in a notebook it is a live view with a still picture (image/png) and words (text/plain) for wherever there
    is no live kernel. Without a notebook it works just as well: `set`, `press`, `current`, `observe`.
    """

    title = ""

    def __init__(self, controls, title=None):
        self.title = title or self.title or type(self).__name__
        controls = list(controls)
        self.controls = {control.name: control for control in controls}
        if len(self.controls) < len(controls):
            raise ValueError("the controls of an explorer need different names")
        self._values = {name: c.value for name, c in self.controls.items() if c.kind != "button"}
        self._first = dict(self._values)
        self._callbacks = []
        self._view = None
        self.version = 0  # counts the changes of state that the values do not show
        self.error = None  # what the last change in the view raised, or None

    # ---- what a subclass defines ----

    def scene(self, **values):
        """The picture of these values, a `Scene`: the same values (and the same state of the explorer) give the same
        scene.
        """
        raise NotImplementedError(f"{type(self).__name__} must define scene(self, **values)")

    def consequences(self, name, values):
        """Further values that follow when the control `name` has just been changed, as a dict: a preset fills the
        sliders, a smaller grid pulls the chosen cell inside. A pure function; `values` has the new value already.
        """
        return {}

    def restart(self):
        """Put the explorer's own state, if it has any, back to its beginning (called by `reset`)."""

    @classmethod
    def example(cls):
        """An explorer with something in it, for benchmarks and tests, small and made without downloads; override it
        where __init__ needs arguments.
        """
        return cls()

    # ---- what learners, notebooks and tests use ----

    @property
    def values(self):
        """The values of all controls, by name: a dict of its own; change values with `set`."""
        return dict(self._values)

    @in_turn
    def set(self, **values):
        """Set controls, as the hand does, consequences included.

        Raises ValueError, and changes nothing, if a name or value is impossible.
        """
        new = dict(self._values)
        for name, value in values.items():
            new = self.after(new, name, value)
        for name, value in values.items():  # asked for in one breath: no consequence of one overrules another
            own = self.consequences(name, dict(new)) or {}
            new[name] = self.controls[name].check(own.get(name, value))
        if any(not np.array_equal(new[name], self._values[name]) for name in new):
            self._replace(new)

    @in_turn
    def press(self, name, times=1):
        """Press a button, `times` times; as soon as it is greyed (its `when` says no) nothing happens any more."""
        control = self.controls.get(name)
        if control is None or control.kind != "button":
            buttons = [n for n, c in self.controls.items() if c.kind == "button"]
            raise ValueError(f"there is no button {name!r}; the buttons are {', '.join(buttons) or 'none'}")
        for _ in range(times):
            if not self.enabled(name):
                break
            self.version += 1  # even if the action raises halfway
            changes = control.action(**self._values) or {}
            self._replace(self._values | {n: self._control(n).check(v) for n, v in changes.items()})

    @in_turn
    def reset(self):
        """All controls, and the explorer's own state, back to where they were when it was made."""
        self.restart()
        self.version += 1
        self._replace(dict(self._first))

    @in_turn
    def refresh(self):
        """Show again, after the explorer's own state was changed from outside (by a cell, by a training loop)."""
        self.version += 1
        self._replace(self._values)

    def observe(self, callback):
        """Call callback(changes) after every change, with a dict of the values that changed (empty after `refresh`)."""
        self._callbacks.append(callback)

    def unobserve(self, callback):
        self._callbacks.remove(callback)

    def positions(self, name):
        """Every value that a control can take by hand (for a Handle or Matrix a sample); a button has none."""
        return self._control(name).positions()

    def enabled(self, name, values=None):
        """Whether the control matters at these values (by default the present ones)."""
        when = self._control(name).when
        return when is None or bool(when(**(self._values if values is None else values)))

    @in_turn
    def current(self):
        """The scene of the present values."""
        return self.scene(**self._values)

    def picture(self):
        """The present scene as a still `Picture`."""
        return paint(self.current())

    def save(self, path):
        """Write the present scene to a file (.png, .svg, .pdf)."""
        self.picture().save(path)

    # ---- inside ----

    def _control(self, name):
        if name not in self.controls:
            raise ValueError(f"there is no control {name!r}; the controls are {', '.join(self.controls)}")
        return self.controls[name]

    def after(self, values, name, value):
        """The values after control `name` was set to `value`, consequences included; nothing is changed."""
        control = self._control(name)
        if control.kind == "button":
            raise ValueError(f"{name} is a button: press it, it has no value")
        new = values | {name: control.check(value)}
        further = self.consequences(name, dict(new)) or {}
        return new | {n: self._control(n).check(v) for n, v in further.items()}

    def _replace(self, new):
        changes = {n: v for n, v in new.items() if not np.array_equal(v, self._values[n])}
        self._values = dict(new)
        try:
            for callback in list(self._callbacks):
                callback(changes)
        finally:
            if self._view is not None:
                self._view.changed(changes)

    def __repr__(self):
        return f"{self.title}: {self.current().description}"

    @in_turn
    def _repr_mimebundle_(self, include=None, exclude=None):
        from cnnlab.explore.live.view import View

        scene = self.current()
        picture = paint(scene)
        if self._view is None:
            self._view = View(self)
        bundle = self._view.mimebundle()
        return bundle | {"image/png": picture.png(), "text/plain": f"{self.title}: {scene.description}"}
