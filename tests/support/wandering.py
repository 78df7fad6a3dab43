"""Explorers driven by chance: values that fit and values that do not, buttons, and questions that no view asks.

`Wander` gives one explorer a sequence of them and keeps what was accepted, so that another explorer can be brought to
the same state by these alone.
"""

import re
from dataclasses import fields, is_dataclass

import numpy as np

from cnnlab.explore.live.answers import Answers
from cnnlab.explore.live.frames import pack

STRANGE = (
    *(None, True, -1, 0, 2, 1.5, float("nan"), float("inf"), 1e308, 2**63, 10**400, "", "a", "\x00", b"a", 1j),
    *([], [[]], {}, [0, 0], [-1, -1], [99, 0], [0, 2**70], [[1], [1, 2]], {"a": {}}, ["d"], [None], object()),
    *(np.float32(0.5), np.int8(1), np.array(1), np.array([1, 2]), np.array(["d"]), np.zeros((0, 3)), np.str_("d")),
)
WORDS = re.compile(r"\b(nan|inf|infinity|None)\b|array\(|object at")
QUESTIONS = ("hello", "set", "press", "reset", "sweep", "nudge", "bye", "fly", None, 3)


class Wander:
    """A sequence of `steps` things that happen to `explorer`; random with `rng`.

    Attributes
    ----------
    accepted : list of (what, ...)
        What changed it, in order; `follow` does the same to another one.
    refused : int
        How often it said no, in words.
    """

    def __init__(self, explorer, rng, steps=10):
        self.explorer, self.rng = explorer, rng
        self.view = Answers(explorer)
        self.accepted, self.refused = [], 0
        for _ in range(steps):
            kinds = (self.fitting, self.several, self.strange, self.button, self.question, self.question)
            before = explorer.values
            kinds[rng.integers(len(kinds))]()
            if rng.random() < 0.3:  # what is drawn on the way leaves nothing behind
                self.view.answer({"do": "hello", "view": "v", "number": 1})
            assert set(explorer.values) == set(before)
        if rng.random() < 0.1:
            explorer.reset()
            self.accepted = []

    def names(self, *without):
        return [name for name, control in self.explorer.controls.items() if control.kind not in without]

    def choose(self, options):
        return options[int(self.rng.integers(len(options)))]

    def value(self, name):
        """One of the values that fit, between two steps or of a whole matrix, too."""
        control = self.explorer.controls[name]
        if control.kind == "matrix":
            count = round((control.hi - control.lo) / control.step) + 1
            return control.lo + control.step * self.rng.integers(count, size=control.shape)
        if control.kind == "handle":
            return tuple(self.rng.uniform(*side) for side in (control.x, control.y))
        return self.choose(self.explorer.positions(name))

    def set(self, values):
        before = self.explorer.values
        try:
            self.explorer.set(**values)
        except ValueError as refusal:
            self.refused += 1
            assert len(str(refusal)) < 600 and same(before, self.explorer.values), values
        else:
            self.accepted.append(("set", values))

    def fitting(self):
        name = self.choose(self.names("button"))
        self.set({name: self.value(name)})

    def several(self):
        names = self.rng.permutation(self.names("button"))[: self.rng.integers(1, 5)]
        self.set({str(name): self.value(name) for name in names})

    def strange(self):
        name = self.choose([*self.names(), "nobody"])
        self.set({name: self.choose(STRANGE)})

    def button(self):
        buttons = [name for name in self.names() if self.explorer.controls[name].kind == "button"]
        if buttons:
            name = self.choose(buttons)
            self.explorer.press(name)
            self.accepted.append(("press", name))

    def question(self):
        """What a page may send, with some of it wrong."""
        name = self.choose([*self.names(), "nobody"])
        kind = getattr(self.explorer.controls.get(name), "kind", "button")
        question = {"do": self.choose(QUESTIONS), "view": "v", "number": 1, "name": name, "wanted": [0, 1], "token": 1}
        question["value"] = self.choose(STRANGE) if kind == "button" or self.rng.random() < 0.5 else self.value(name)
        if self.rng.random() < 0.3:
            question["at"] = self.choose([*STRANGE, [0, 0]])
        if self.rng.random() < 0.4:
            question[self.choose([*question, "drawn", "has"])] = self.choose(STRANGE)
        if self.rng.random() < 0.3:
            del question[self.choose([*question])]
        before, version = self.explorer.values, self.explorer.version
        message = self.view.answer(question)
        if message is not None and message.content.get("refused"):
            self.refused += 1
            assert same(before, self.explorer.values) and self.explorer.version == version, question
        elif question.get("do") == "set":
            value, at = question["value"], question.get("at")
            if at is not None:
                matrix = np.array(before[question["name"]])
                matrix[tuple(at)] = value
                value = matrix
            self.accepted.append(("set", {question["name"]: value}))
        elif question.get("do") == "press":
            self.accepted.append(("press", question["name"]))
        elif question.get("do") == "reset":
            self.accepted = []

    def follow(self, other):
        """Bring `other`, which is new, to where the explorer is: by what was accepted alone."""
        for what, which in self.accepted:
            other.set(**which) if what == "set" else other.press(which)
        return other


def same(one, other):
    """Whether two dicts of values are the same."""
    return set(one) == set(other) and all(np.array_equal(value, other[name]) for name, value in one.items())


def shown(explorer):
    """What a page gets of the present scene, as bytes."""
    return pack([explorer.current()])


def faults(scene):
    """Words with "nan" in them, infinite numbers, and numbers in words' places that are none."""
    found = []

    def walk(value, where):
        if isinstance(value, str):
            if WORDS.search(value):
                found.append(f"{where}: {value[:100]!r}")
        elif isinstance(value, float | np.floating):
            if not np.isfinite(value):
                found.append(f"{where}: {value}")
        elif isinstance(value, np.ndarray):
            if value.dtype.kind == "f" and np.isinf(value).any():
                found.append(f"{where}: infinite numbers")
        elif isinstance(value, dict):
            for name, item in value.items():
                walk(item, f"{where}.{name}")
        elif isinstance(value, list | tuple):
            for k, item in enumerate(value):
                walk(item, f"{where}[{k}]")
        elif is_dataclass(value):
            for field in fields(value):
                walk(getattr(value, field.name), f"{where}.{getattr(value, 'name', type(value).__name__)}.{field.name}")

    walk(scene, "scene")
    return found


def empty(scene):
    """(panel, what) of arrays with NaN in them: what is left out on purpose."""
    found = set()
    for panel in scene.panels:
        stack = [(panel, type(panel).__name__)]
        while stack:
            value, what = stack.pop()
            if isinstance(value, np.ndarray) and value.dtype.kind == "f" and np.isnan(value).any():
                found.add((panel.name, what))
            elif isinstance(value, list | tuple):
                stack += [(item, what) for item in value]
            elif is_dataclass(value):
                stack += [(getattr(value, f.name), f"{type(value).__name__}.{f.name}") for f in fields(value)]
    return found
