"""Second derivatives as they were estimated in 1989."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import zip_code_dense, zip_code_etas, zip_code_second_order
from benchmarks.zip_code_second_order import curvatures, train
from cnnlab import MSE, datasets, evaluate
from cnnlab.layers import Conv2D, Dense, Flatten, ScaledTanh
from cnnlab.network import Network

ROOT = Path(__file__).parents[2]
LAYERS = {
    "fully connected": lambda: [Flatten(), Dense(3), ScaledTanh()],
    "convolution": lambda: [Conv2D(3, 4, bias="unit"), ScaledTanh(), Flatten()],
}


@pytest.mark.parametrize("name", LAYERS)
def test_of_one_layer_they_are_the_second_derivatives_where_the_targets_are_met(rng, name):
    """There nothing is left out: second differences of the loss give the same."""
    network, step = Network(LAYERS[name](), (4, 4, 2), 0, np.float64), 1e-4
    x = rng.standard_normal((5, 4, 4, 2))
    y = network.predict(x)
    found = curvatures(network, x)
    assert [c.shape for c in found] == [u.shape for u in network.parameters.values()]
    for u, curvature in zip(network.parameters.values(), found, strict=True):
        for place in np.ndindex(u.shape):
            here, losses = u[place], []
            for u[place] in (here - step, here, here + step):
                losses.append(MSE()(network.predict(x), y))
            u[place] = here
            assert curvature[place] == pytest.approx((losses[0] - 2 * losses[1] + losses[2]) / step**2, rel=1e-4)


def test_steps_of_their_size_learn_digits():
    data = datasets.digits(16)
    assert evaluate(train(data, 0, 0.002, 0.02, epochs=1), data.x_test, data.y_test).error < 0.3


@pytest.fixture
def digits(tmp_path):
    """A file of digits as large as zip codes."""
    digits, path = datasets.digits(16), tmp_path / "digits.npz"
    arrays = {name: getattr(digits, name) for name in ("x_train", "y_train", "x_test", "y_test")}
    np.savez(path, **{name: array[:520] for name, array in arrays.items()})
    return path


def test_what_is_kept_are_test_errors_for_one_step_size(monkeypatch, capsys, here, digits):
    kept = {}
    monkeypatch.setattr(zip_code_etas, "keep", lambda name, found: kept.update({name: found}))
    same = ["--data", str(digits), "--cluster", here, "--epochs", "1", "--seeds", "2"]
    for options in (["--validation"], ["--eta", "0.001", "0.002"]):
        with pytest.raises(SystemExit):
            zip_code_second_order.main([*options, *same, "--keep"])
    assert not kept
    zip_code_second_order.main([*same, "--keep"])
    found = kept["zip_code_second_order"]
    assert (found["eta"], found["mu"], found["epochs"], found["train"], found["test"]) == (0.002, 0.02, 1, 520, 450)
    assert len(found["test_errors"]) == len(found["train_errors"]) == 2 and found["seconds"] > 0
    data = zip_code_etas.zip_codes(str(digits))
    network = train(data, 1, 0.002, 0.02, epochs=1)
    assert found["test_errors"][1] == round(evaluate(network, data.x_test, data.y_test).error, 5)


def test_the_fully_connected_network_is_measured_in_the_same_way(monkeypatch, capsys, here, digits):
    kept = {}
    monkeypatch.setattr(zip_code_etas, "keep", lambda name, found: kept.update({name: found}))
    same = ["--data", str(digits), "--cluster", here, "--epochs", "1"]
    zip_code_dense.main([*same, "--seeds", "2", "--keep"])
    found = kept["zip_code_dense"]
    assert "0.02" in found["eta"] and (found["epochs"], found["train"], found["test"]) == (1, 520, 450)
    assert len(found["refused"]) == len(found["test_errors"]) == 2 and len(set(found["train_errors"])) == 2
    kept.clear()
    capsys.readouterr()
    zip_code_dense.main([*same, "--seeds", "1", "--eta", "0.01", "0.03", "--validation"])
    told = capsys.readouterr().out.splitlines()
    assert not kept and [line.partition(":")[0] for line in told] == [
        "eta 0.01, epochs 1, seed 0",
        "eta 0.01",
        "eta 0.03, epochs 1, seed 0",
        "eta 0.03",
    ]
    assert told[1].endswith("% of 104 others")


def test_the_kept_measurement_comes_from_the_programs_own_settings():
    found = json.loads(datasets.embedded("measured/zip_code_second_order.json").read_text(encoding="utf-8"))
    assert (found["eta"], found["mu"], found["epochs"], found["train"], found["test"]) == (0.002, 0.02, 25, 7291, 2007)
    about = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    (row,) = [line for line in about.splitlines() if line.startswith("| measured/zip_code_second_order.json")]
    assert f"{100 * sum(found['test_errors']) / len(found['test_errors']):.2f} %" in row
