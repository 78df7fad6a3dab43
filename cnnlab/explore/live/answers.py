"""What Python answers to a view of an explorer: plain Python, whatever carries it.

A question is a dict that JSON can hold; an answer is a `Message`: content that JSON can hold, and buffers of bytes (the
packed frames of frames.py). A transport (view.py is one) carries both; nothing here knows how.

    question["do"]               answer
    hello                        the present frame
    set name value [at] [drawn]  the new frame, or only "seen" if the view has drawn it already from its store;
                                 other views of the same explorer then say hello
    press name / reset           the new frame
    sweep name wanted [at]       frames of other positions of one control, for the view's store
    nudge, bye                   nothing

Every question has `view`, who asks, and `number`, the view's own running number (sweep, nudge and bye have none); it
may have `has`, the keys of the large arrays that the view holds (frames.py). With `drawn` the view says what it has
drawn of the values that follow from the one that is set: if Python comes to others, the new frame is sent all the same.

    answer.content["kind"]
    frame   number, seen, refused (words, or None), otherwise (a view that has drawn other values, or None)
    seen    seen, by (the view whose question it was)
    sweep   view, token (as asked), done (the positions whose frames these are)
    refused view (or None), refused (words): no view asks so; see questions.py

`seen` says of every view which of its questions has been worked on, so that a view never paints an answer that is older
than what it shows.
"""

import hashlib
import time
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import numpy as np

from cnnlab.explore.live.frames import pack
from cnnlab.explore.live.questions import LONGEST, can_be_numbered, fault_in
from cnnlab.explore.toolkit.control import Control, lasts_of
from cnnlab.explore.toolkit.explorer import Explorer, in_turn

SWEEP_SECONDS = 0.025  # Python computes ahead for so long at a time, then listens again

Question = Mapping[str, Any]
Frame = dict[str, Any]


class Message(NamedTuple):
    """What travels to the views: `content`, a dict that JSON can hold, and `buffers`, a list of bytes."""

    content: dict[str, Any]
    buffers: list[bytes]


class Answers:
    """The Python end of all views of one explorer.

    Parameters
    ----------
    explorer : Explorer
        What the views show and drive.

    Attributes
    ----------
    seen : dict
        View -> number of the last of its questions that was worked on.
    number : int
        Of the last frame that was sent without being asked for ahead.
    """

    def __init__(self, explorer: Explorer) -> None:
        self.explorer = explorer
        self.seen: dict[str, int] = {}
        self.number = 0
        self._changes = 0
        self._answering = False

    def frame(self, values: Mapping[str, Any] | None = None) -> Frame:
        """Everything that a view shows of these values (by default the present ones), ready to pack."""
        return self._framed(dict(self.explorer.values) if values is None else values)[0]

    def first(self) -> list[bytes]:
        """The present frame, packed: what a new view shows before Python is free to answer."""
        return _packed([self.frame()])[0]

    @in_turn
    def answer(self, question: Question) -> Message | None:
        """Work on one question of a view.

        Parameters
        ----------
        question : dict
            As the head of this file has it; anything else is refused in words.

        Returns
        -------
        message : Message or None
            For all views of the explorer; None where nothing is to be said.
        """
        wrong = fault_in(question, self.explorer)
        if wrong and not can_be_numbered(question):
            return _refusal(question, wrong)
        do, view = str(question.get("do")), question["view"]
        if do == "nudge":  # it was sent for the sake of its acknowledgement (see post() of channel.js)
            return None
        if do == "bye":
            self.seen.pop(view, None)
            return None
        if do == "sweep":
            try:
                return self._sweep(question)
            except Exception as problem:
                return _refusal(question, in_words(problem))
        self.seen[view] = question["number"]
        self._answering, self._changes = True, 0
        refused = None
        try:
            if wrong:
                raise ValueError(wrong)
            self._obey(do, question)
        except (Exception, KeyboardInterrupt) as problem:  # whatever it is, the view waits for an answer
            refused = problem
        finally:
            self._answering = False
        drawn, known = (None, ()) if wrong else (question.get("drawn"), question.get("has", ()))
        if refused is None and self._changes <= 1 and self._is_drawn(drawn):
            self.explorer.error = None
            return Message({"kind": "seen", "seen": dict(self.seen), "by": view}, [])
        otherwise = None if drawn is None or self._is_drawn(drawn) else view
        return self._news(refused, known, otherwise)

    def changed(self) -> Message | None:
        """The explorer's values or state are new: what all views have to know, or None if one has just asked for the
        change and is about to be answered.
        """
        self._changes += 1
        return None if self._answering else self._news()

    # ---- inside ----

    def _news(
        self, refused: BaseException | None = None, known: Collection[str] = (), otherwise: str | None = None
    ) -> Message:
        """The present frame for all views, with the exception that `refused` a change, if one did; without the arrays
        that are known.  otherwise : a view that has drawn other values than those that followed.
        """
        self.number += 1
        frame, problem = self._framed(dict(self.explorer.values))
        packed, unpackable = _packed([frame], known)
        self.explorer.error = refused or problem or unpackable
        words = None if refused is None else in_words(refused)
        seen = dict(self.seen)
        content = {"kind": "frame", "number": self.number, "seen": seen, "refused": words, "otherwise": otherwise}
        return Message(content, packed)

    def _framed(self, values: Mapping[str, Any], problem: Exception | None = None) -> tuple[Frame, Exception | None]:
        """As `framed`, with what the frames rest on that were computed ahead."""
        frame, problem = framed(self.explorer, values, problem)
        return frame | {"rests": self._rests(values)}, problem

    def _rests(self, values: Mapping[str, Any]) -> dict[str, str]:
        """On what the frames rest that were computed ahead for a control which carries others along: a key of the
        values, the control put to one of its positions. Of a matrix one cell is moved at a time, and the view
        compares the values themselves.
        """
        explorer, found = self.explorer, {}
        for name, control in explorer.controls.items():
            if control.carries and control.kind != "matrix":
                try:
                    back = explorer.after(values, name, _resting(control))
                except Exception:  # out of `consequences`: nothing that was computed ahead can be relied on
                    continue
                found[name] = hashlib.blake2b(b"".join(pack([back])), digest_size=9).hexdigest()
        return found

    def _is_drawn(self, drawn: Mapping[str, Any] | None) -> bool:
        """Whether the view has drawn what is the case now; drawn : values that follow from the one it set, or None.
        Of matrices a view says nothing: those of its frames rest on the values that were.
        """
        values = self.explorer.values
        return drawn is not None and all(np.array_equal(values[name], value) for name, value in drawn.items())

    def _obey(self, do: str, question: Question) -> None:
        explorer = self.explorer
        if do == "set":
            explorer.set(**{question["name"]: self._value(question["name"], question["value"], question.get("at"))})
        elif do == "press":
            explorer.press(question["name"])
        elif do == "reset":
            explorer.reset()

    def _value(self, name: str, value: Any, at: tuple[int, int] | None) -> Any:
        """The value that a view means; for one cell `at` = [row, column] of a matrix the whole matrix."""
        if at is None:
            return self.explorer.controls[name].heard(value)
        matrix = np.array(self.explorer.values[name])
        matrix[tuple(at)] = value
        return matrix

    def _sweep(self, question: Question) -> Message:
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
        return Message({"kind": "sweep", "view": question["view"], "token": question["token"], "done": done}, packed)

    def _ahead(self, name: str, value: Any) -> Frame:
        """The frame of a position that the hand may come to; what raises there is its error, not the explorer's."""
        present = self.explorer.values
        try:
            return self.frame(self.explorer.after(present, name, value))
        except Exception as problem:  # out of `consequences`: the other positions are still worth having
            return self._framed(present, problem)[0] | {"values": present | {name: value}}


def framed(
    explorer: Explorer, values: Mapping[str, Any], problem: Exception | None = None
) -> tuple[Frame, Exception | None]:
    """The frame of these values, and the exception in the place of its scene or None; `problem` is one that was raised
    on the way to them.
    """
    scene = None
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
    try:
        lasts = lasts_of(explorer.controls, values)
    except Exception as raised:
        lasts, problem = {}, problem or raised
    frame = {
        "scene": scene,
        "error": None if problem is None else in_words(problem),
        "values": values,
        "version": explorer.version,
        "disabled": disabled,
        "lasts": lasts,
    }
    return frame, problem


def _resting(control: Control) -> Any:
    """One of the positions that the hand can give: of a grid, which may have fewer cells than at other times, the
    first.
    """
    return control.at(0 if getattr(control, "columns", 0) else len(control.positions()) // 2)


def _refusal(question: Any, words: str) -> Message:
    """The answer to what no view asks."""
    view = question.get("view") if isinstance(question, Mapping) else None
    view = view if isinstance(view, str) and len(view) <= LONGEST else None
    return Message({"kind": "refused", "view": view, "refused": words[: 4 * LONGEST]}, [])


def _packed(frames: list[Frame], known: Collection[str] = ()) -> tuple[list[bytes], Exception | None]:
    """Frames as they travel, and the exception if a scene holds what cannot: then its words take the scenes' place."""
    try:
        return pack(frames, known), None
    except Exception as problem:
        return pack([frame | {"scene": None, "error": in_words(problem)} for frame in frames], known), problem


def in_words(problem: BaseException) -> str:
    """An exception as a sentence for a learner."""
    words = str(problem).strip() or "no further words"
    words = words if len(words) <= 20 * LONGEST else f"{words[: 20 * LONGEST]}…"
    plain = isinstance(problem, ValueError | TypeError | ArithmeticError | RuntimeError)
    return f"{words[0].upper()}{words[1:]}" if plain else f"{type(problem).__name__}: {words}"
