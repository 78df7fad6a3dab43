"""What JupyterLab opens: a notebook whose kernel has ended is shown with still pictures in the place of live views.
And how it talks to kernels.

A live view is saved as a name that only its kernel knows. Without the kernel JupyterLab writes "Error displaying
widget: model not found" there, though the picture, or the words, are in the same output. So the name is left out of
what the page is given then. The file keeps it, and where the kernel is still there, as after a reload, views live on.
"""

from typing import Any

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

VIEW = "application/vnd.jupyter.widget-view+json"


class Contents(AsyncLargeFileManager):
    """The files of a JupyterLab, as it has them by default, but for names of views that are gone.

    Asked for by `--ServerApp.contents_manager_class=cnnlab.cli.opening.Contents`, as `cnnlab lab` and `lab.py` do.
    """

    async def get(self, path: str, content: bool = True, *arguments: Any, **more: Any) -> dict[str, Any]:
        """A file or a folder; see `AsyncFileContentsManager.get`."""
        model: dict[str, Any] = await super().get(path, content, *arguments, **more)
        if content and model["type"] == "notebook" and not await self._kernel_of(model["path"]):
            without_views(model["content"])
        return model

    async def _kernel_of(self, path: str) -> bool:
        """Whether a kernel runs for the notebook."""
        sessions = getattr(self.parent, "session_manager", None)
        found = await sessions.list_sessions() if sessions is not None else []
        return any(session["path"].strip("/") == path.strip("/") for session in found)


def without_views(notebook: dict[str, Any]) -> None:
    """Take the names of views out of a notebook's outputs, wherever something else is there to show.

    Parameters
    ----------
    notebook : dict
        As in an .ipynb file of format 4; it is changed.
    """
    for cell in notebook.get("cells", []):
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if VIEW in data and data.keys() - {VIEW, "text/plain"}:
                del data[VIEW]


class Connection(ZMQChannelsWebsocketConnection):
    """A page's way to its kernel, as JupyterLab has it by default, but what is said is sent at once.

    By default the last part of an answer waits until the page has acknowledged the parts before it, which browsers put
    off for 40 ms where they have nothing else to say (Nagle's algorithm and delayed acknowledgements).
    """

    def connect(self) -> Any:
        """Connect; see `ZMQChannelsWebsocketConnection.connect`."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()
