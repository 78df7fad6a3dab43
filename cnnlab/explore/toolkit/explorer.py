"""An explorer: named controls over a pure function from their values to a scene."""

import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import wraps
from typing import Any, ClassVar, ParamSpec, Protocol, Self, TypeVar

from cnnlab.explore.toolkit.control import Control, same, within
from cnnlab.explore.toolkit.controls import Button
from cnnlab.explore.toolkit.scene import Scene
from cnnlab.explore.toolkit.showing.kept import Kept

__all__ = ["Explorer", "Showing", "in_turn"]

P = ParamSpec("P")
R = TypeVar("R")

# JupyterLab lets a view ask in a thread of its own while a cell runs. Both may drive the same network, whose layers
# keep h from forward to backward: so they take turns.
TURNS = threading.RLock()


def in_turn(method: Callable[P, R]) -> Callable[P, R]:
    """The method, but never at the same time as another of these in another thread."""

    @wraps(method)
    def waited(*values: P.args, **options: P.kwargs) -> R:
        with TURNS:
            return method(*values, **options)

    return waited


class Showing(Protocol):
    """What shows an explorer live, once it was asked for: `cnnlab.explore.live.view.View`, or another transport."""

    def changed(self) -> None:
        """The explorer's values or state are new."""

    def mimebundle(self) -> dict[str, Any]:
        """What a notebook needs to show it, by mime type."""
        ...


class Explorer(Kept):
    """Base class of all explorers; a subclass passes its controls to __init__ and defines `scene`.

    Shown in a notebook it is a live view with a still picture (image/png) and words (text/plain) for wherever there
    is no live kernel. Without a notebook it works just as well: `set`, `press`, `current`, `observe`.

    Parameters
    ----------
    controls : list of Slider, Choice, Toggle, Button, Cell, Handle, Matrix, Pad, Microphone
        Their names must differ.
    title : str, optional
        A few words, the name of the view for screen readers.

    Attributes
    ----------
    title : str
        As given, or the class's own.
    controls : dict of str to control
        By their names.
    version : int
        Counts the changes of state that the values do not show.
    error : BaseException or None
        What the last change in the view raised.

    Raises
    ------
    ValueError
        If two controls have the same name.
    """

    title: str = ""

    # Values in which its still picture shows an explorer that nobody has touched, where the first ones show little.
    telling: ClassVar[Mapping[str, Any]] = {}

    # Characters of its descriptions, at most: the view keeps room for them, so that nothing jumps. 0: for as many as
    # style.json has, or for some more than those of the first description.
    longest: ClassVar[int] = 0

    # How an explorer is shown live. The floors above hand this in (see cnnlab/explore/__init__.py).
    show: ClassVar[Callable[["Explorer"], Showing]]

    def __init__(self, controls: Iterable[Control], title: str | None = None) -> None:
        self.title = title or self.title or type(self).__name__
        controls = list(controls)
        self.controls = {control.name: control for control in controls}
        if len(self.controls) < len(controls):
            raise ValueError("the controls of an explorer need different names")
        self._values: dict[str, Any] = {
            name: getattr(control, "value", None) for name, control in self.controls.items() if control.kind != "button"
        }
        self._first = dict(self._values)
        self._callbacks: list[Callable[[dict[str, Any]], Any]] = []
        self._view: Showing | None = None
        self.version = 0
        self._begun = 0  # the version in which its state was last that of its beginning
        self.error: BaseException | None = None

    # ---- what a subclass defines ----

    def scene(self, **values: Any) -> Scene:
        """The picture of these values; the same values (and the same state of the explorer) give the same scene.

        Parameters
        ----------
        **values
            The values of the controls, by their names.

        Returns
        -------
        scene : Scene
            Its panels, and the words that say what can be seen.
        """
        raise NotImplementedError(f"{type(self).__name__} must define scene(self, **values)")

    def consequences(self, name: str, values: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Further values that follow when a control has just been changed.

        A preset fills the sliders, a smaller grid pulls the chosen cell inside. A pure function.

        Parameters
        ----------
        name : str
            Of the control that was changed.
        values : dict
            The values of all controls, the new one among them.

        Returns
        -------
        further : dict or None
            New values of other controls (or of this one), by name.
        """
        return {}

    def restart(self) -> None:
        """Put the explorer's own state, if it has any, back to its beginning (called by `reset`)."""

    @classmethod
    def example(cls) -> Self:
        """An explorer with something in it, for benchmarks and tests, small and made without downloads.

        Override it where __init__ needs arguments.

        Returns
        -------
        explorer : Explorer
            A new one at every call.
        """
        return cls()  # type: ignore[call-arg]  # a subclass makes its controls itself

    # ---- what learners, notebooks and tests use ----

    @property
    def at_beginning(self) -> bool:
        """Whether its own state is that of its beginning: no button was pressed since it was made, or reset."""
        return self.version == self._begun

    @property
    def values(self) -> dict[str, Any]:
        """The values of all controls, by name: a dict of its own; change values with `set`."""
        return dict(self._values)

    @in_turn
    def set(self, **values: Any) -> None:
        """Set controls, as the hand does, consequences included.

        Parameters
        ----------
        **values
            The new values, by the names of their controls. What is asked for in one call wins over consequences.

        Raises
        ------
        ValueError
            If a name or value is impossible; nothing is changed then.
        """
        new = dict(self._values)
        for name, value in values.items():
            new = self.after(new, name, value)
        new |= {name: self.controls[name].check(value) for name, value in values.items()}
        for name, value in values.items():  # asked for in one breath: no consequence of one overrules another
            own = self.consequences(name, dict(new)) or {}
            new[name] = self.controls[name].check(own.get(name, value))
        new = within(self.controls, new)
        if any(not same(new[name], self._values[name]) for name in new):
            self._replace(new)

    @in_turn
    def press(self, name: str, times: int = 1) -> None:
        """Press a button; as soon as it is greyed (its `when` says no) nothing happens any more.

        Parameters
        ----------
        name : str
            Of the button.
        times : int
            How often.

        Raises
        ------
        ValueError
            If there is no button of that name.
        """
        control = self.controls.get(name)
        if not isinstance(control, Button) or control.action is None:
            buttons = [n for n, c in self.controls.items() if c.kind == "button"]
            raise ValueError(f"there is no button {name!r}; the buttons are {', '.join(buttons) or 'none'}")
        for _ in range(times):
            if not self.enabled(name):
                break
            self.version += 1  # even if the action raises halfway
            changes = control.action(**self._values) or {}
            changed = {n: self._control(n).check(v) for n, v in changes.items()}
            self._replace(within(self.controls, self._values | changed))

    @in_turn
    def reset(self) -> None:
        """All controls, and the explorer's own state, back to where they were when it was made."""
        self.restart()
        self.version += 1
        self._begun = self.version
        self._replace(dict(self._first))

    @in_turn
    def refresh(self) -> None:
        """Show again, after the explorer's own state was changed from outside (by a cell, by a training loop)."""
        self.version += 1
        self._replace(self._values)

    def observe(self, callback: Callable[[dict[str, Any]], Any]) -> None:
        """Call a function after every change.

        Parameters
        ----------
        callback : callable
            Called as callback(changes) with a dict of the values that changed (empty after `refresh`).
        """
        self._callbacks.append(callback)

    def unobserve(self, callback: Callable[[dict[str, Any]], Any]) -> None:
        """Stop calling a function that was given to `observe`.

        Parameters
        ----------
        callback : callable
            The function.

        Raises
        ------
        ValueError
            If it was not given to `observe`.
        """
        self._callbacks.remove(callback)

    def positions(self, name: str) -> list[Any]:
        """Every value that a control can take by hand.

        Parameters
        ----------
        name : str
            Of the control.

        Returns
        -------
        positions : list
            For a Handle or Matrix a sample of them; for a button none.

        Raises
        ------
        ValueError
            If there is no control of that name.
        """
        return self._control(name).positions()

    def enabled(self, name: str, values: Mapping[str, Any] | None = None) -> bool:
        """Whether a control matters.

        Parameters
        ----------
        name : str
            Of the control.
        values : dict, optional
            The values of all controls at which it is asked; by default the present ones.

        Returns
        -------
        enabled : bool
            What the control's `when` says; True without one.
        """
        when = self._control(name).when
        return when is None or bool(when(**(self._values if values is None else values)))

    def after(self, values: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
        """The values after a control was set, consequences included; nothing is changed.

        Parameters
        ----------
        values : dict
            The values before, of all controls.
        name : str
            Of the control that is set; a button has no value.
        value : object
            What it is set to.

        Returns
        -------
        values : dict
            The values after, in their canonical form.

        Raises
        ------
        ValueError
            If the control cannot take the value.
        """
        control = self._control(name)
        if control.kind == "button":
            raise ValueError(f"{name} is a button: press it, it has no value")
        new = {**values, name: control.check(value)}
        further = self.consequences(name, dict(new)) or {}
        return within(self.controls, new | {n: self._control(n).check(v) for n, v in further.items()})

    @in_turn
    def current(self) -> Scene:
        """The scene of the present values.

        Returns
        -------
        scene : Scene
            What `scene` gives for them.
        """
        return self.scene(**self._values)

    @property
    def widget(self) -> Any:
        """The live view as a widget, to be put beside others: `ipywidgets.HBox([one.widget, two.widget])`.

        What the present cell shows of it is let go when that cell is run again.
        """
        if self._view is None:
            self._view = Explorer.show(self)
        self._view.mimebundle()  # the present frame, for whoever shows it; and the cell that does
        return self._view

    # ---- inside ----

    def _control(self, name: str) -> Control:
        if name not in self.controls:
            raise ValueError(f"there is no control {name!r}; the controls are {', '.join(self.controls)}")
        return self.controls[name]

    def _replace(self, new: Mapping[str, Any]) -> None:
        changes = {n: v for n, v in new.items() if not same(v, self._values[n])}
        self._values = dict(new)
        try:
            for callback in list(self._callbacks):
                callback(changes)
        finally:
            if self._view is not None:
                self._view.changed()

    def _still(self) -> Scene:
        """The scene of the still picture: the present one, or a telling one, as long as nobody has changed anything."""
        values = self._values
        if not self.version and all(same(values[name], first) for name, first in self._first.items()):
            for name, value in self.telling.items():
                values = self.after(values, name, value)
        return self.scene(**values)

    def __repr__(self) -> str:
        return f"{self.title}: {self.current().description}"

    @in_turn
    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        scene = self._still()
        caption = f"{self.title}: {scene.description}"
        bundle: dict[str, Any] = {}
        with suppress(ModuleNotFoundError):  # without matplotlib there is the live view alone, without anywidget this
            bundle |= type(self).paint(scene).called(caption)._repr_mimebundle_()
        with suppress(ModuleNotFoundError):
            self._view = self._view or Explorer.show(self)
            bundle |= self._view.mimebundle()
        return bundle | {"text/plain": caption}
