"""What every explorer must stand: each control in every position, each button pressed, and no error anywhere."""

import numpy as np

from cnnlab.explore.frames import pack

MANY = 9  # positions of a slider that are tried, its ends and its present place among them


def sweep(explorer, check=None, all_positions=False):
    """Drive every control of an explorer, one after the other, and look at every scene; returns how many scenes were
    looked at.

    A slider is put at its smallest, its largest and some positions between (with all_positions=True at all of them),
    a choice at every option, a cell at the corners and some cells between, a matrix at a sample, and every button is
    pressed twice. From every option of every choice and toggle the sliders are tried again, since errors like to
    hide in one mode only.
    check : called as check(scene, values) on every scene, to compare its numbers with the engine's. Every scene must
    pack for the browser, have a description with more in it than the title, finite numbers or NaN, and be the same
    when it is asked for twice.
    """
    seen = 0

    def look():
        nonlocal seen
        scene = explorer.current()
        twice = [pack([one]) for one in (scene, explorer.current())]
        assert twice[0] == twice[1], (
            f"{explorer.title}: the same values gave two different scenes at {dict(explorer.values)}"
        )
        assert len(scene.description) > len(explorer.title) + 20, (
            f"{explorer.title}: say more than {scene.description!r}"
        )
        for panel in scene.panels:
            for name in ("values", "pixels"):
                array = getattr(panel, name, None)
                assert array is None or not np.isinf(array).any(), (
                    f"{panel.name}: infinite {name} at {dict(explorer.values)}"
                )
        if check is not None:
            check(scene, dict(explorer.values))
        seen += 1

    def drive(name, all_positions=False):
        before = explorer.values[name]
        positions = explorer.positions(name)
        if not all_positions and len(positions) > MANY:
            positions = [positions[i] for i in sorted({*np.linspace(0, len(positions) - 1, MANY).astype(int).tolist()})]
        for value in positions:
            expected = explorer.after(explorer.values, name, value)[name]  # an explorer may pull a value back inside
            explorer.set(**{name: value})
            assert np.array_equal(explorer.values[name], expected), f"{name} = {value!r}: {explorer.values[name]!r}"
            look()
        explorer.set(**{name: before})

    look()
    kinds = {name: control.kind for name, control in explorer.controls.items()}
    modes = [
        (name, value)
        for name, kind in kinds.items()
        if kind in ("choice", "toggle")
        for value in explorer.positions(name)
    ]
    for name, kind in kinds.items():
        if kind != "button":
            drive(name, all_positions)
    for name, value in modes:
        explorer.set(**{name: value})
        for other, kind in kinds.items():
            if kind in ("slider", "cell") and explorer.enabled(other):
                drive(other)
        for other, kind in kinds.items():
            if kind == "button" and explorer.enabled(other):
                explorer.press(other)
                look()
        explorer.reset()
    for name, kind in kinds.items():
        if kind == "button":
            explorer.press(name, times=2)
            look()
            explorer.reset()
    first = {name: control.value for name, control in explorer.controls.items() if control.kind != "button"}
    assert all(np.array_equal(explorer.values[name], value) for name, value in first.items()), (
        "reset did not bring the first values back"
    )
    return seen
