"""The live view of an explorer: an anywidget whose arithmetic stays in Python.

The view asks, Python answers, in order:

    hello                        -> the present frame
    set name value drawn         -> the new frame, or only "seen" if the view has drawn it already from its store
    press name / reset           -> the new frame
    sweep name wanted            -> frames of other positions of one control, for the view's store
    nudge, bye                   -> nothing

Every question carries the view's own running number, and every answer says which of them Python has seen, so that
the view never paints an answer that is older than what it shows.
"""

import time
from pathlib import Path

import anywidget
import numpy as np
import traitlets

from .frames import pack

HERE = Path(__file__).parent
SWEEP_SECONDS = 0.025  # Python computes ahead for so long at a time, then listens again

PARTS = ("frames", "theme", "axes", "cells", "paint", "positions", "inputs", "hands", "view")


class View(anywidget.AnyWidget):
    """One explorer, shown; all its outputs in a notebook share this model."""

    _esm = "\n".join((HERE / f"{name}.js").read_text(encoding="utf-8") for name in PARTS)
    _css = (HERE / "view.css").read_text(encoding="utf-8")

    title = traitlets.Unicode().tag(sync=True)
    controls = traitlets.List().tag(sync=True)
    first_text = traitlets.Bytes().tag(sync=True)
    first_numbers = traitlets.Bytes().tag(sync=True)

    def __init__(self, explorer):
        self.explorer = explorer
        self.seen = {}  # view -> number of the last question that was worked on
        self.number = self.changes = 0
        self.answering = False
        text, numbers = pack([self.frame()])
        super().__init__(
            title=explorer.title,
            controls=[c.spec() for c in explorer.controls.values()],
            first_text=text,
            first_numbers=numbers,
        )
        self.on_msg(self._asked)

    def frame(self, values=None):
        """Everything that the browser shows of these values (by default the present ones), ready to pack."""
        explorer = self.explorer
        values = dict(explorer.values) if values is None else values
        scene, error = None, None
        try:
            scene = explorer.scene(**values)
        except Exception as problem:  # whatever it is, the learner must read it where they look: the view lives on
            explorer.error, error = problem, in_words(problem)
        return {
            "scene": scene,
            "error": error,
            "values": values,
            "version": explorer.version,
            "disabled": [name for name in explorer.controls if not explorer.enabled(name, values)],
        }

    def mimebundle(self):
        """The widget's part of the output, with the present frame in the model: the view paints before Python is
        free to answer.
        """
        self.first_text, self.first_numbers = pack([self.frame()])
        bundle = super()._repr_mimebundle_()
        return bundle[0] if isinstance(bundle, tuple) else bundle

    def changed(self, changes):
        """The explorer's values or state are new: tell every view, unless one has just asked and is about to be
        answered.
        """
        self.changes += 1
        if not self.answering:
            self._tell()

    def _tell(self, **more):
        """Send the present frame to all views."""
        self.number += 1
        self.send({"kind": "frame", "number": self.number, "seen": self.seen, **more}, pack([self.frame()]))

    def _asked(self, _, question, buffers):
        """Work on one question of a view."""
        do, view = question["do"], question["view"]
        if do == "nudge":  # it was sent for the sake of its acknowledgement (see send() of view.js)
            return
        if do == "bye":
            self.seen.pop(view, None)
        elif do == "sweep":
            self._sweep(question)
        else:
            self.seen[view] = question["number"]
            self.answering, self.changes = True, 0
            error = None
            try:
                self._obey(do, question)
            except Exception as problem:
                self.explorer.error, error = problem, in_words(problem)
            finally:
                self.answering = False
            if question.get("drawn") and error is None and self.changes <= 1 and len(self.seen) == 1:
                self.send({"kind": "seen", "seen": self.seen})
            else:
                self._tell(refused=error)

    def _obey(self, do, question):
        explorer = self.explorer
        if do == "set":
            explorer.set(**{question["name"]: self._value(question["name"], question["value"], question.get("at"))})
        elif do == "press":
            explorer.press(question["name"])
        elif do == "reset":
            explorer.reset()

    def _value(self, name, value, at):
        """The value that a view means; for one cell `at` = [row, column] of a matrix the whole matrix."""
        if at is None:
            return value
        matrix = np.array(self.explorer.values[name])
        matrix[tuple(at)] = value
        return matrix

    def _sweep(self, question):
        """Frames of the wanted positions of one control, nearest first, as many as fit into the time and size of one
        answer.
        """
        name, at = question["name"], question.get("at")
        control, explorer = self.explorer.controls[name], self.explorer
        until = time.perf_counter() + SWEEP_SECONDS
        done, frames = [], []
        for index in question["wanted"]:
            value = self._value(name, control.at(index), at)
            frames.append(self.frame(explorer.after(explorer.values, name, value)))
            done.append(index)
            if time.perf_counter() > until:
                break
        packed = pack(frames)
        self.send({"kind": "sweep", "view": question["view"], "token": question["token"], "done": done}, packed)


def in_words(problem):
    """An exception as a sentence for a learner."""
    words = str(problem).strip() or "no further words"
    plain = isinstance(problem, ValueError | TypeError | ArithmeticError | RuntimeError)
    return f"{words[0].upper()}{words[1:]}" if plain else f"{type(problem).__name__}: {words}"
