"""A drawing pad in a real JupyterLab: mouse, keys, pictures from files, and a drawing that never waits for Python."""

import base64
import io

import numpy as np
from PIL import Image

from browser.harness.live import View

DRAWING = ["from cnnlab import explore", "explorer = explore.Drawing()\nexplorer"]
# Drop a file on the view, as the page of another program does.
DROP = """(() => { const bytes = Uint8Array.from(atob("%s"), c => c.charCodeAt(0)), data = new DataTransfer();
    data.items.add(new File([bytes], "mine.jpg", { type: "image/jpeg" }));
    for (const kind of ["dragover", "drop"])
        live.canvas.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true })); })()"""


def tool(view, words):
    return view.control("drawing", f"button[aria-label='{words}']")


def drawn(view):
    """The drawing in Python (16, 16), which is the one on the page."""
    view.settle()
    now = np.float32(view.notebook.python("explorer.values")["drawing"])[..., 0]
    np.testing.assert_array_equal(np.float32(view.pixels("drawing")), now)
    return now


def photograph():
    """A one, on its side and photographed in the dark, whose file says that it stands upright: a JPEG."""
    sheet = np.full((80, 120, 3), 160, np.uint8)
    sheet[36:44, 20:100] = 20
    file, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    Image.fromarray(sheet).save(file, "JPEG", exif=exif, quality=95)
    return base64.b64encode(file.getvalue()).decode()


def test_a_stroke_is_seen_at_once_and_read_while_it_is_drawn(open_notebook):
    notebook = open_notebook(DRAWING)
    notebook.run_all()
    view = View(notebook)
    tool(view, "clear").click()
    assert (drawn(view) == -1).all()
    x, y = view.at("drawing", 3, 8)
    view.page.mouse.move(x, y)
    view.js("""(() => { live.kept_back = []; live.channel.send = question => live.kept_back.push(question) })()""")
    view.page.mouse.down()  # Python is deaf
    view.page.mouse.move(*view.at("drawing", 12, 8), steps=6)
    view.page.wait_for_timeout(100)
    assert (np.array(view.pixels("drawing"))[3:13, 8] == 1).all(), "it waits for Python"
    view.js("(() => { delete live.channel.send; live.kept_back.forEach(question => live.channel.send(question)) })()")
    view.page.mouse.up()
    one = drawn(view)
    assert (one[3:13, 8] == 1).all() and (one[:, :6] == -1).all() and view.agrees()
    tool(view, "erase").click()
    view.drag(*view.at("drawing", 3, 8), *view.at("drawing", 6, 8))
    assert (drawn(view)[3:7, 8] == -1).all()
    tool(view, "undo").click()
    np.testing.assert_array_equal(drawn(view), one)
    tool(view, "move right by one pixel").click()
    np.testing.assert_array_equal(drawn(view)[:, 1:], one[:, :-1])
    view.root.get_by_role("button", name="reset").click()
    assert view.agrees()
    tool(view, "undo").click()
    np.testing.assert_array_equal(drawn(view)[:, 1:], one[:, :-1], err_msg="a reset, too, can be taken back")


def test_keys_draw_and_say_what_is_there(open_notebook):
    notebook = open_notebook(DRAWING)
    notebook.run_all()
    view = View(notebook)
    tool(view, "clear").click()
    pad = view.root.get_by_role("application", name="draw: arrow keys choose a pixel, space draws, delete erases")
    for key in ("ArrowUp", "ArrowLeft", " ", "Shift+ArrowDown", "Shift+ArrowDown"):
        pad.press(key)
    assert (drawn(view)[7:10, 7] == 1).all()
    view.page.wait_for_timeout(700)
    assert view.root.locator(".cnnlab-live").text_content().startswith(("x[9, 7] = 1.00", "The network says"))
    pad.press("Delete")
    assert drawn(view)[9, 7] == -1
    pad.press("Control+z")
    assert drawn(view)[9, 7] == 1 and len(notebook.cells()) == 2
    pad.press("Control+Shift+z")
    assert drawn(view)[9, 7] == -1


def test_a_photograph_is_turned_upright_cut_out_and_stays_here(open_notebook):
    notebook = open_notebook(DRAWING)
    notebook.run_all()
    view = View(notebook)
    view.js(DROP % photograph())
    taken = "root => root.cnnlab.inputs.drawing.pad.drawing.past.length > 0"
    view.page.wait_for_function(taken, arg=view.root.element_handle())
    one = drawn(view)
    assert (one[1:-1, 7:9] > 0.8).all() and (one[:, :5] == -1).all() and (one[:, 11:] == -1).all()
    view.js(DROP % base64.b64encode(b"no picture").decode())
    view.page.wait_for_function("root => !root.querySelector('.cnnlab-error').hidden", arg=view.root.element_handle())
    assert "no picture that the browser can read" in view.root.get_by_role("alert").text_content()
    np.testing.assert_array_equal(drawn(view), one)
