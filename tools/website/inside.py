"""What runs inside of a notebook's kernel while it becomes a page.

The notebook runs as always; only what is shown is told in a form that the page can use: pictures as a PNG for each
theme, questions with all their replies, explorers as recordings, which are written into a folder. Nothing is covered
here, for the page does that itself.
"""

import base64
import hashlib
from pathlib import Path
from typing import Any

EXPLORER = "application/vnd.cnnlab.recorded+json"
PICTURE = "application/vnd.cnnlab.picture+json"
QUESTION = "application/vnd.cnnlab.question+json"


def begin(folder: str, wish: dict[str, Any]) -> None:
    """From here on, in this kernel.

    folder : where recordings go, a file KEY.js each. wish : what else than usual is asked of `Explorer.recording`.
    """
    from cnnlab import check
    from cnnlab.check.predicting.prediction import Prediction
    from cnnlab.check.predicting.progress import Progress
    from cnnlab.explore import Explorer
    from cnnlab.picture import Picture

    def asked(self: Prediction, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        about = {"name": self.name, "question": self.question, "answers": list(self.answers.items())}
        return {"text/plain": repr(self), QUESTION: about | {"right": self.right}}

    def painted(self: Picture, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        looks = dict(zip(("light", "dark"), self.papers(), strict=True))
        return {
            "text/plain": self.caption,
            PICTURE: {"caption": self.caption} | {look: base64.b64encode(png).decode() for look, png in looks.items()},
        }

    def recorded(self: Explorer, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        recording = self.recording(**wish)
        key = hashlib.blake2b(recording.text.encode(), digest_size=8).hexdigest()
        Path(folder, f"{key}.js").write_text(recording.script(key), encoding="utf-8")
        about = {"key": key, "title": self.title, "heights": recording.heights, "bytes": recording.bytes}
        about |= {"frames": recording.frames, "left_out": recording.left_out, "kind": type(self).__name__}
        scene = self._still()
        still = Picture(Explorer.paint(scene).figure, f"{self.title}: {scene.description}")
        return painted(still) | {EXPLORER: about}

    check.after = lambda name: None
    Progress._repr_mimebundle_ = lambda self, **_: painted(self.picture())  # type: ignore[method-assign]
    Prediction._repr_mimebundle_ = asked  # type: ignore[method-assign]
    Picture._repr_mimebundle_ = painted  # type: ignore[method-assign]
    Explorer._repr_mimebundle_ = recorded  # type: ignore[method-assign]
