"""The load of a class: what a hand asks, how long it waits, and what is told of it."""

import asyncio
import json

import pytest
from classes import Hand
from processes import in_a_loop

from benchmarks import class_load, kept


class Kernel:
    """A kernel that answers when the test says so."""

    def __init__(self):
        self.listening, self.waiting, self.asked, self.heard = {}, {}, [], []

    def send(self, kind, content, told):
        self.asked.append(content["data"]["content"])
        self.heard.append(told)
        return str(len(self.asked))

    @property
    def sets(self):
        return [question for question in self.asked if question["do"] == "set"]

    def answer(self):
        """The last position that was asked for."""
        question = self.sets[-1]
        frame = json.dumps({"arrays": [["f", 0, [2]], ["f", 8, [2], "key"]]}).encode()
        told = {"kind": "frame", "seen": {question["view"]: question["number"]}, "refused": None}
        self.listening["view"](told, [frame, b""])


def test_a_hand_asks_one_question_at_a_time_and_of_the_newest_position_next():
    kernel = Kernel()
    hand = Hand(kernel, "view", "at")
    for value in "abcd":
        hand.move(value)
    assert [question["value"] for question in kernel.sets] == ["a"]
    kernel.answer()
    assert [question["value"] for question in kernel.sets] == ["a", "d"] and len(hand.waits) == 1
    assert [question["has"] for question in kernel.sets] == [[], ["key"]], "large arrays do not come again"
    kernel.answer()
    assert len(hand.waits) == 4 and hand.open == [] and hand.asking == 0 and len(kernel.sets) == 2
    assert hand.waits[1] >= hand.waits[2] >= hand.waits[3], "each move waits from its own time on"


def test_a_busy_kernel_is_nudged_while_an_answer_is_waited_for():
    async def go():
        kernel = Kernel()
        hand = Hand(kernel, "view", "at")
        hand.move("a")
        kernel.heard[0]("iopub", "status", {"execution_state": "busy"})
        while len(kernel.asked) < 2:
            await asyncio.sleep(0.001)
        kernel.heard[1]("iopub", "status", {"execution_state": "busy"})  # a nudge asks for no other
        kernel.answer()
        hand.nudge()
        await asyncio.sleep(0.01)
        return kernel.asked

    assert [question["do"] for question in in_a_loop(asyncio.wait_for(go(), 20))] == ["set", "nudge"]


def test_what_is_refused_is_a_failure():
    hand = Hand(Kernel(), "view", "at")
    hand.heard({"kind": "frame", "seen": {}, "refused": "no such place"}, [])
    assert hand.refused == ["no such place"]


def test_a_hand_takes_a_cell_or_a_slider():
    cell = {"kind": "cell", "name": "at", "rows": 2, "columns": 3}
    slider = {"kind": "slider", "name": "w", "all": [0, 0.5, 1]}
    assert class_load.place({"controls": [{"kind": "toggle"}, cell, slider]}) == (
        "at",
        [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]],
    )
    assert class_load.place({"controls": [slider]}) == ("w", [0, 0.5, 1])
    with pytest.raises(ValueError, match="without a cell"):
        class_load.place({"controls": []})


def test_the_notebook_of_the_load_begins_with_imports_and_has_the_explorer_that_is_waited_for():
    cells = class_load.cells()
    assert cells[0].startswith("import") and any("explore.ErrorFootprint()" in source for source in cells)


def test_the_page_tells_what_was_measured(monkeypatch, tmp_path):
    page = class_load.PAGE.read_text(encoding="utf-8")
    inside = page.split(class_load.MARKS[0])[1].split(class_load.MARKS[1])[0]
    path = kept.FOLDER / "class.json"
    there = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
    assert inside == (class_load.table(there) if there else "")
    each = there["kernel_mb"] + there["beside_kernel_mb"]
    reckoned = (
        f"{each / 1000:.1f} GB of memory for each learner, {30 * each / 1000:.0f} GB for thirty, and a core for six"
    )
    assert reckoned in page and there["learners"] == 6 * there["cores"]
    found = {"learners": 12, "dragging": 4, "cores": 2} | dict.fromkeys(class_load.ROWS, 7)
    monkeypatch.setattr(kept, "FOLDER", tmp_path)
    monkeypatch.setattr(class_load, "PAGE", tmp_path / "page.md")
    class_load.PAGE.write_text(page, encoding="utf-8")
    class_load.keep(found)
    written = class_load.PAGE.read_text(encoding="utf-8")
    assert "| 12 learners, 4 of them drag at once, 2 cores, " in written and "7 | 150 |" in written
    assert written.replace(class_load.table(json.loads((tmp_path / "class.json").read_text())), inside) == page
