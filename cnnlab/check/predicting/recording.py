"""Keep back what a cell shows: prints, displays and its last value, in the order in which they came.

The cell runs as always: in the learner's own names, with `_` and `Out`, and an error is shown at once.
"""

import base64
import io
import re
import sys
from collections.abc import Callable
from typing import Any

from IPython.core.displaypub import DisplayPublisher

Shell = Any  # IPython's InteractiveShell, which is not typed
Output = dict[str, Any]  # as in a notebook's file
RETURNED = re.compile(r"[^\n]*\r(?!\n)")  # what a carriage return wipes from the line


class Recording:
    """What the cell that runs now shows from here on; at its end `done(outputs, failed)` is called.

    shell : of the notebook.
    """

    def __init__(self, shell: Shell, done: Callable[[list[Output], bool], None]) -> None:
        self.shell, self.done = shell, done
        self.outputs: list[Output] = []
        self.ids: dict[str, Output] = {}
        self.publisher, self.hook, self.stdout = shell.display_pub, sys.displayhook, sys.stdout
        shell.display_pub = _Publisher(self)
        sys.displayhook = self.result
        sys.stdout = _Printed(self)
        shell.events.register("post_run_cell", self.end)  # behind post_execute, in which figures of pyplot are shown
        shell.events.register("pre_execute", self.end)  # should a silent cell have begun it

    def end(self, info: Any = None) -> None:
        """Give everything its place back."""
        self.shell.events.unregister("post_run_cell", self.end)
        self.shell.events.unregister("pre_execute", self.end)
        self.shell.display_pub = self.publisher
        if sys.displayhook == self.result:
            sys.displayhook = self.hook
        sys.stdout = self.stdout
        self.done(self.outputs, not getattr(info, "success", True))

    def result(self, value: Any = None) -> None:
        """The value of the cell's last line: as IPython's own display hook, but nothing is sent."""
        hook = self.shell.displayhook
        hook.check_for_underscore()
        if value is None or hook.quiet():
            return
        data, metadata = hook.compute_format_data(value)
        hook.update_user_ns(value)
        hook.fill_exec_result(value)
        if data:
            self.display(data, metadata)

    def display(self, data: Output, metadata: Output | None = None, key: str | None = None, new: bool = True) -> None:
        """Something that is shown, or, if it is not new, takes the place of what bears its key."""
        data = {mime: _as_text(value) for mime, value in data.items()}
        shown = {"output_type": "display_data", "data": data, "metadata": metadata or {}}
        if not new and key in self.ids:
            self.ids[key].update(shown)
        elif new:
            self.outputs.append(shown)
            if key is not None:
                self.ids[key] = shown

    def printed(self, text: str) -> None:
        """Some characters for stdout."""
        if not self.outputs or self.outputs[-1]["output_type"] != "stream":
            self.outputs.append({"output_type": "stream", "name": "stdout", "text": ""})
        last = self.outputs[-1]
        last["text"] = RETURNED.sub("", last["text"] + text)


def _as_text(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


class _Publisher(DisplayPublisher):
    """Stands in for the notebook's own."""

    def __init__(self, recording: Recording) -> None:
        super().__init__()
        self.recording = recording

    def publish(
        self,
        data: Any,
        metadata: Any = None,
        source: Any = None,
        *,
        transient: Any = None,
        update: bool = False,
        **more: Any,
    ) -> None:
        key = (transient or {}).get("display_id")
        if update and key not in self.recording.ids:  # of an earlier cell
            self.recording.publisher.publish(data, metadata, transient=transient, update=True, **more)
        else:
            self.recording.display(data, metadata, key, new=not update)

    def clear_output(self, wait: bool = False) -> None:
        self.recording.outputs.clear()


class _Printed(io.TextIOBase):
    """Stands in for sys.stdout."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.recording.printed(text)
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.recording.stdout, name)
