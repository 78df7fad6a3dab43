"""Training as a learner watches it: a live bar, the stop button, one plain line at the end."""

SET_UP = """
from cnnlab import MSE, SGD, datasets, evaluate, fit, models
data = datasets.digits(16)
network = models.zip_code_1989()
before = network.weights()
"""
TRAIN = """
history = fit(network, data.x_train, data.y_train, loss=MSE(-1, 1), optimiser=SGD(0.05), batch=1, epochs={epochs},
              validation=(data.x_test, data.y_test))
"""
BAR = ".jp-OutputArea-output progress"


def start(notebook):
    notebook.page.evaluate("() => { jupyterapp.commands.execute('notebook:run-all-cells') }")


def test_the_bar_is_alive_and_leaves_one_line(open_notebook):
    notebook = open_notebook([SET_UP, TRAIN.format(epochs=80)])
    start(notebook)
    notebook.page.wait_for_selector(BAR, timeout=60_000)
    values = set()
    for _ in range(200):
        seen = notebook.page.evaluate(f"""() => {{ const bar = panel.node.querySelector('{BAR}');
            return bar && [bar.value, bar.parentNode.textContent] }}""")
        if seen is None:
            break
        values.add(seen[0])
        if seen[0] > 0.3:
            assert all(words in seen[1] for words in ("epoch", "of 80", "loss", "accuracy", "images/s")), seen[1]
        notebook.page.wait_for_timeout(30)
    assert len(values) >= 8 and max(values) <= 1
    notebook.wait_until_idle(60)
    (line,) = notebook.outputs(1)
    assert set(line["data"]) == {"text/plain"}
    assert "".join(line["data"]["text/plain"]).startswith("Trained 80 epochs: loss")
    assert notebook.errors() == []


def test_the_stop_button_keeps_what_was_learned(open_notebook):
    notebook = open_notebook([SET_UP, TRAIN.format(epochs=500), "print(history)"])
    start(notebook)
    notebook.page.wait_for_function(
        f"() => /epoch [3-9]/.test(panel.node.querySelector('{BAR}')?.parentNode.textContent ?? '')", timeout=60_000
    )
    notebook.page.evaluate("() => panel.sessionContext.session.kernel.interrupt()")
    notebook.wait_until_idle(60)
    assert notebook.errors() == [] and "Stopped after" in notebook.text()
    assert notebook.python("history.interrupted") is True and 2 <= notebook.python("len(history)") < 500
    assert notebook.python("float(evaluate(network, data.x_test, data.y_test).accuracy)") > 0.5
