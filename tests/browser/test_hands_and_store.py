"""The hand on the picture and what is computed ahead of it: fast hands, full stores, lost pointers, lost kernels."""

import json

import numpy as np

from browser.harness.live import AS_A_LEARNER, TOOLKIT, TRY, View

PHOTO = ["from cnnlab import explore", "explorer = explore.PhotoFilter()\nexplorer"]
WEIGHTS = [
    TOOLKIT,
    """
class Weights(Explorer):
    def __init__(self):
        super().__init__([Matrix("w", "weights", [[0.12345, 1.0], [0.0, -1.0]], lo=-2, hi=2, step=0.01),
                          Cell("where", "cell", 3, 3, (0, 0))])

    def scene(self, w, where):
        return Scene([Grid(name="w", title="w", values=w, edit="w"),
                      Grid(name="e", title="e", values=np.zeros((3, 3)), click="where")], f"Cell {where}, weights {w}.")

explorer = Weights()
explorer
""",
]
STORED = "root => root.cnnlab.store.frames.size >= 60 && !root.cnnlab.store.asked && !root.cnnlab.channel.asking"


def held(notebook, row=60, column=40):
    """(view, x, y): the mouse is down on a pixel of e, and the cells around it are computed ahead."""
    view = View(notebook, ahead=AS_A_LEARNER)
    x, y = view.at("e", row, column)
    view.page.mouse.move(x, y)
    view.page.mouse.down()
    view.page.wait_for_function(STORED, arg=view.root.element_handle())
    return view, x, y


def raw(view, kind, x, y, pointer, buttons=1):
    """The position of the point before and after a pointer event that the page makes itself, within one task."""
    return view.js(f"""(() => {{ const before = live.lastValue("p");
        live.canvas.dispatchEvent(new PointerEvent({json.dumps(kind)},
            {{ clientX: {x}, clientY: {y}, pointerId: {pointer}, buttons: {buttons}, bubbles: true }}));
        return [before, live.lastValue("p")] }})()""")


def point(view):
    """Where the point of TRY is on the page."""
    box = view.still(view.root.get_by_role("application", name="point: arrow keys move it"))
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_fast_hand_over_a_photograph_sees_the_nearest_cell_that_is_computed_and_at_rest_its_own(open_notebook):
    notebook = open_notebook(PHOTO)
    notebook.run_all()
    view, x, y = held(notebook)
    view.js("""(() => { live.kept_back = []; live.channel.send = question => live.kept_back.push(question);
        const { show } = live; live.log = [];
        live.show = frame => { live.log.push(frame.values.where); show.call(live, frame) } })()""")
    grain, columns = view.js("[live.store.grain, live.store.control.columns]")
    stored = [divmod(i, columns) for i in view.js("[...live.store.frames.keys()]")]
    target = 60, max(column for row, column in stored if abs(row - 60) <= grain) + 3 * grain
    side = view.js("live.cellOnScreen('e', 0, 0)[2]")
    view.page.mouse.move(x + (target[1] - 40) * side, y)  # in one leap: nothing is stored there, and Python is deaf
    root = view.root.element_handle()
    view.page.wait_for_function("root => root.cnnlab.log.length", arg=root)
    shown = tuple(view.js("live.log[0]"))
    gaps = {cell: float(np.hypot(cell[0] - target[0], cell[1] - target[1])) for cell in stored}
    assert grain > 1 and shown in stored and gaps[shown] <= min(gaps.values()) + grain
    at_rest = "([root, at]) => String(root.cnnlab.lastValue('where')) === String(at)"
    view.page.wait_for_function(at_rest, arg=[root, list(target)])
    view.js("(() => { delete live.channel.send; live.kept_back.forEach(question => live.channel.send(question)) })()")
    view.page.mouse.up()
    assert view.agrees() and notebook.python("explorer.values")["where"] == list(target)


def test_a_full_store_lets_go_of_what_is_far_from_the_hand_and_goes_on(open_notebook):
    notebook = open_notebook(PHOTO)
    notebook.run_all()
    view, _, _ = held(notebook)
    inside, before, after, farthest, share = view.js("""(() => {
        const { store } = live, { control } = store, n = control.columns, cells = [...store.frames.keys()];
        const column = Math.max(...cells.map(i => i % n)) + 2 * live.store.grain, index = 60 * n + column;
        store.bytes = 24e6; // as if it were full
        live.store.touch("where", cells[0]);
        const inside = store.frames.size;
        live.store.touch("where", index);
        const left = [...store.frames.keys()];
        const off = i => Math.max(Math.abs(Math.floor(i / n) - 60), Math.abs(i % n - column));
        return [inside, cells.length, left.length, Math.max(0, ...left.map(off)), store.bytes / 24e6] })()""")
    assert inside == before, "a hand that is inside of it throws nothing away"
    assert after < before and farthest <= 7 and abs(share - after / before) < 1e-9
    refilled = "([root, count]) => root.cnnlab.store.frames.size > count"
    view.page.wait_for_function(refilled, arg=[view.root.element_handle(), after])
    view.page.mouse.up()
    assert view.agrees()
    view.js(
        "(() => { live.channel.ask({ do: 'hello' }); live.channel.kept.clear() })()"
    )  # Python takes for known what is gone
    assert view.agrees()
    np.testing.assert_array_equal(view.pixels("e"), notebook.python("explorer.current()['e'].pixels"))


def test_what_is_held_follows_between_two_frames_and_no_other_pointer_moves_it(open_notebook):
    notebook = open_notebook(TRY)
    notebook.run_all()
    view = View(notebook, ahead=AS_A_LEARNER)
    x, y = point(view)
    view.page.mouse.move(x, y)
    view.js("""live.canvas.addEventListener("pointerdown", event => { live.pointer = event.pointerId }) || true""")
    before, after = raw(view, "pointerrawupdate", x + 40, y, 1)
    assert before == after, "nothing is held"
    view.page.mouse.down()
    pointer = view.js("live.pointer")
    before, after = raw(view, "pointerrawupdate", x + 40, y, pointer)
    assert after[0] > before[0], "it follows at once, not with the next frame"
    before, after = raw(view, "pointermove", x - 40, y, pointer + 1)
    assert before == after, "a second finger"
    before, after = raw(view, "pointermove", x - 40, y, pointer, buttons=0)
    assert before == after and view.js("live.hands.grip") is None, "the button went up outside of the window"
    view.page.mouse.up()
    assert view.agrees()


def test_the_notebook_around_it_does_not_stir_while_a_hand_moves_and_shows_the_work_of_a_button(open_notebook):
    """JupyterLab lays its toolbars out anew whenever its kernel's status changes: longer than a picture takes."""
    notebook = open_notebook(TRY)
    notebook.run_all()
    view = View(notebook, ahead=AS_A_LEARNER)
    view.settle()
    notebook.page.evaluate("""() => { window.stirred = [];
        panel.sessionContext.session.kernel.statusChanged.connect((_, status) => stirred.push(status)) }""")
    view.drag(*view.at("e", 0, 0), *view.at("e", 2, 3))
    view.control("a").press("ArrowRight")
    view.settle()
    assert view.js("[live.values.where, live.values.a]") == [[2, 3], 3]
    assert notebook.page.evaluate("stirred") == []
    view.root.get_by_role("button", name="count up").click()
    notebook.page.wait_for_function("stirred.includes('busy')")
    assert view.agrees() and notebook.python("explorer.values['a']") == 4


def test_a_click_on_a_number_keeps_it_and_arrow_keys_go_on_from_the_present_cell(open_notebook):
    notebook = open_notebook(WEIGHTS)
    notebook.run_all()
    view = View(notebook, ahead=AS_A_LEARNER)
    x, y = view.at("w", 0, 0)
    view.drag(x, y, x, y + 1, steps=2)
    view.settle()
    assert notebook.python("explorer.values")["w"][0][0] == 0.12345
    view.drag(x, y, x, y - 14)
    view.settle()
    assert abs(notebook.python("explorer.values")["w"][0][0] - 0.14) < 1e-9
    x, y = view.at("e", 2, 1)
    view.page.mouse.click(x, y)
    view.settle()
    notebook.python("explorer.set(where=(0, 0))")
    view.settle()
    view.root.get_by_role("application", name="cell: arrow keys choose a cell").press("ArrowRight")
    view.settle()
    assert notebook.python("explorer.values")["where"] == [0, 1]


def test_values_that_a_cell_sets_are_seen_while_the_hand_is_moving(open_notebook):
    """The hand draws from the store without asking; what Python has changed meanwhile makes the store worthless."""
    notebook = open_notebook([*TRY, "import threading"])
    notebook.run_all()
    view = View(notebook, ahead=AS_A_LEARNER)
    view.root.hover()
    view.control("a").focus()
    stored = "({ cnnlab }) => cnnlab.store.name === 'a' && cnnlab.store.frames.size > 8"
    view.page.wait_for_function(stored, arg=view.root.element_handle())
    notebook.python("threading.Timer(0.2, lambda: explorer.set(p=(1.0, 1.0))).start()")
    old = view.js("""new Promise(done => { let k = 0, late = 0, since = null;
        const timer = setInterval(() => {
            const index = 6 + (k++ % 5);
            live.change("a", index - 5, index);
            const news = live.values.p[0] === 1;
            if (news && since === null) since = k;
            if (!news && since !== null) late += 1;
            if (k === 90) { clearInterval(timer); done([since, late]) }
        }, 16) })""")
    assert old[0] is not None and old[0] < 60 and old[1] == 0, "the new point came late, or went away again"
    assert view.agrees()


def test_a_view_says_when_its_kernel_is_gone(open_notebook):
    notebook = open_notebook(TRY)
    notebook.run_all()
    view = View(notebook, ahead=AS_A_LEARNER)
    notebook.page.evaluate("panel.sessionContext.session.kernel.restart()")
    notebook.wait_until_idle()
    view.control("a").press("ArrowRight")
    view.page.wait_for_function("root => !root.querySelector('.cnnlab-busy').hidden", arg=view.root.element_handle())
    assert "run this cell again" in view.root.locator(".cnnlab-busy").text_content()
    notebook.lab.console.clear()  # JupyterLab itself complains about the comms that it has closed
    notebook.run_all()
    assert View(notebook, ahead=AS_A_LEARNER).agrees()
