"""The live view of an explorer: an anywidget whose arithmetic stays in Python.

The view asks, Python answers, in order:

    hello                        -> the present frame
    set name value drawn         -> the new frame, or only "seen" if the view has drawn it already from its store; other
                                    views of the same explorer then say hello
    press name / reset           -> the new frame
    sweep name wanted            -> frames of other positions of one control, for the view's store
    nudge, bye                   -> nothing

A view says with each question which large arrays it has (frames.py), and with `drawn` what it has drawn of the values
that follow from the one that is set: if Python comes to others, the new frame is sent all the same.

Every question carries the view's own running number, and every answer says which of them Python has seen, so that
the view never paints an answer that is older than what it shows.
"""

import time
from pathlib import Path

import anywidget
import numpy as np
import traitlets

from cnnlab.explore.live.frames import pack
from cnnlab.explore.toolkit.explorer import in_turn

HERE = Path(__file__).parent
SWEEP_SECONDS = 0.025  # Python computes ahead for so long at a time, then listens again

PARTS = ("frames", "theme", "axes", "cells", "paint", "positions", "inputs", "hands", "asking", "store", "view")


class View(anywidget.AnyWidget):
    """One explorer, shown; all its outputs in a notebook share this model."""

    _esm = "\n".join((HERE / "js" / f"{name}.js").read_text(encoding="utf-8") for name in PARTS)
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
        text, numbers = _packed([self.frame()])[0]
        super().__init__(
            title=explorer.title,
            controls=[c.spec() for c in explorer.controls.values()],
            first_text=text,
            first_numbers=numbers,
        )
        self.on_msg(self._asked)

    def frame(self, values=None):
        """Everything that the browser shows of these values (by default the present ones), ready to pack."""
        return self._framed(dict(self.explorer.values) if values is None else values)[0]

    def _framed(self, values, problem=None):
        """The frame of these values, and the exception in the place of its scene or None; `problem` is one that was
        raised on the way to them.
        """
        explorer, scene = self.explorer, None
        if problem is None:
            try:
                scene = explorer.scene(**values)
            except Exception as raised:  # whatever it is, the learner must read it where they look: the view lives on
                problem = raised
        disabled = []
        for name in explorer.controls:
            try:
                disabled += [] if explorer.enabled(name, values) else [name]
            except Exception as raised:
                problem = problem or raised
        frame = {
            "scene": scene,
            "error": None if problem is None else in_words(problem),
            "values": values,
            "version": explorer.version,
            "disabled": disabled,
        }
        return frame, problem

    def mimebundle(self):
        """The widget's part of the output, with the present frame in the model: the view paints before Python is
        free to answer.
        """
        self.first_text, self.first_numbers = _packed([self.frame()])[0]
        bundle = super()._repr_mimebundle_()
        return bundle[0] if isinstance(bundle, tuple) else bundle

    def changed(self, changes):
        """The explorer's values or state are new: tell every view, unless one has just asked and is about to be
        answered.
        """
        self.changes += 1
        if not self.answering:
            self._tell()

    def _tell(self, refused=None, known=(), otherwise=None):
        """Send the present frame to all views, with the exception that `refused` a change, if one did; without the
        arrays that are known.  otherwise : a view that has drawn other values than those that followed.
        """
        self.number += 1
        frame, problem = self._framed(dict(self.explorer.values))
        packed, unpackable = _packed([frame], known)
        self.explorer.error = refused or problem or unpackable
        words = None if refused is None else in_words(refused)
        content = {"kind": "frame", "number": self.number, "seen": self.seen, "refused": words, "otherwise": otherwise}
        self.send(content, packed)

    @in_turn
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
            refused = None
            try:
                self._obey(do, question)
            except (Exception, KeyboardInterrupt) as problem:  # whatever it is, the view waits for an answer
                refused = problem
            finally:
                self.answering = False
            drawn = question.get("drawn")
            if refused is None and self.changes <= 1 and self._is_drawn(drawn):
                self.explorer.error = None
                self.send({"kind": "seen", "seen": self.seen, "by": view})
            else:
                otherwise = None if drawn is None or self._is_drawn(drawn) else view
                self._tell(refused, question.get("has", ()), otherwise)

    def _is_drawn(self, drawn):
        """Whether the view has drawn what is the case now; drawn : values that follow from the one it set, or None."""
        values = self.explorer.values
        return drawn is not None and all(np.array_equal(values[name], value) for name, value in drawn.items())

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
        control = self.explorer.controls[name]
        until = time.perf_counter() + SWEEP_SECONDS
        done, frames = [], []
        for index in question["wanted"]:
            frames.append(self._ahead(name, self._value(name, control.at(index), at)))
            done.append(index)
            if time.perf_counter() > until:
                break
        packed, _ = _packed(frames, question.get("has", ()))
        self.send({"kind": "sweep", "view": question["view"], "token": question["token"], "done": done}, packed)

    def _ahead(self, name, value):
        """The frame of a position that the hand may come to; what raises there is its error, not the explorer's."""
        present = self.explorer.values
        try:
            return self.frame(self.explorer.after(present, name, value))
        except Exception as problem:  # out of `consequences`: the other positions are still worth having
            return self._framed(present, problem)[0] | {"values": present | {name: value}}


def _packed(frames, known=()):
    """Frames as they travel, and the exception if a scene holds what cannot: then its words take the scenes' place."""
    try:
        return pack(frames, known), None
    except Exception as problem:
        return pack([frame | {"scene": None, "error": in_words(problem)} for frame in frames], known), problem


def in_words(problem):
    """An exception as a sentence for a learner."""
    words = str(problem).strip() or "no further words"
    plain = isinstance(problem, ValueError | TypeError | ArithmeticError | RuntimeError)
    return f"{words[0].upper()}{words[1:]}" if plain else f"{type(problem).__name__}: {words}"
