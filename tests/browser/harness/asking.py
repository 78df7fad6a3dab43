"""What tests ask of a page with a notebook and of its kernel: the questions, in JavaScript and Python, and how to read
what comes back.
"""

import ast
import base64
import json

import numpy as np

# What `Notebook.python` asks of the kernel: an expression's value as JSON, arrays as they lie in memory.
ANSWER = """(lambda json, base64, value: json.dumps(value, default=lambda array: {"dtype": array.dtype.str,
    "shape": array.shape, "bytes": base64.b64encode(array.tobytes()).decode()}))(
    __import__("json"), __import__("base64"), %s)"""
# JavaScript, in which `panel` is the NotebookPanel: wait until the kernel has answered all that was sent, is idle, and
# the page has painted what came back.
VIEWS = """
    const views = () => [...document.querySelectorAll(".cnnlab")].map(view => view.cnnlab);
    const isGone = ({ page }) => page.busy.textContent.includes("run this cell again");
    const waits = ({ channel, page }) => channel.queue.length || ( // the kernel's status tells of none of the others
        (channel.asking || channel.sweeps || channel.seen < channel.told) && !isGone({ page }));
    const answered = async () => {
        while (views().some(waits)) await new Promise(next => setTimeout(next, 5)); };
    const painted = () => new Promise(next => requestAnimationFrame(() => requestAnimationFrame(next)));"""
IDLE = f"""async () => {{ {VIEWS}
    const kernel = panel.sessionContext.session.kernel;
    do {{
        await answered();
        await kernel.requestKernelInfo();
        await new Promise(next => setTimeout(next, 5));
    }} while (kernel.status !== "idle" || views().some(waits));
    await painted(); }}"""
# The same for views alone: no cell is running.
ANSWERED = f"""async () => {{ {VIEWS}
    await answered();
    await painted(); }}"""
# The reply of the kernel to an expression.  JupyterLab does not notice: see `hush` in channel.js.
ASKED = """async value => {
    const kernel = panel.sessionContext.session.kernel;
    const asked = { code: "", silent: false, store_history: false, user_expressions: { value } };
    const future = kernel.requestExecute(asked);
    future.onIOPub = told => { told.parent_header.msg_type = "kernel_info_request"; };
    return (await future.done).content.user_expressions.value; }"""
# A promise that is broken after so many seconds.
WITHIN = """(promise, seconds) => Promise.race([promise, new Promise((_, fail) =>
    setTimeout(() => fail(new Error(`still waiting after ${seconds} s`)), 1000 * seconds))])"""
# playwright's own waiting asks at every frame, and makes the page paint them.
WORN = """async light => {
    while (document.body.dataset.jpThemeLight !== light) await new Promise(next => setTimeout(next, 20)); }"""


def answered(expression, value):
    """What the kernel has replied, by way of JSON; AssertionError where it was an error."""
    if value["status"] != "ok":
        raise AssertionError(f"{expression}: {value['ename']}: {value['evalue']}")
    return unpacked(json.loads(ast.literal_eval(value["data"]["text/plain"])))


def unpacked(value):
    """What came from the page or from the kernel, with every array that came as it lay in memory as lists."""
    if isinstance(value, list):
        return [unpacked(part) for part in value]
    if not isinstance(value, dict):
        return value
    if value.keys() != {"dtype", "shape", "bytes"}:
        return {name: unpacked(part) for name, part in value.items()}
    return np.frombuffer(base64.b64decode(value["bytes"]), value["dtype"]).reshape(value["shape"]).tolist()
