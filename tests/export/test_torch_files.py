"""Files that PyTorch writes by its own exporters are read, where PyTorch is installed."""

import warnings

import numpy as np
import pytest
from exporting.rows import fill

from cnnlab import export, losses, models

torch = pytest.importorskip("torch", reason="PyTorch is not installed, and no part of the test extra")
nn = torch.nn


class OldManners(nn.Module):
    """A forward of its own: functions, an image standardised, `view` for a flatten."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 4, 3), nn.Linear(36, 5)

    def forward(self, x):
        h = torch.relu(self.first((x - 0.5) / 0.25))
        h = nn.functional.max_pool2d(h, 2)
        return torch.log_softmax(self.second(h.view(h.size(0), -1)), 1)


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 3, 3, padding=1)

    def forward(self, x):
        return torch.relu(x + self.first(x))


def row():
    """Modules in a row; batch normalisation that has seen something."""
    torch.manual_seed(0)
    made = nn.Sequential(
        *(nn.ZeroPad2d((1, 0, 1, 0)), nn.Conv2d(3, 8, 2, bias=False), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 8, 3, groups=4), nn.PReLU(8), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2)),
        *(nn.Linear(8, 6, bias=False), nn.BatchNorm1d(6), nn.Sigmoid()),
    )
    with torch.no_grad():
        made(torch.randn(40, 3, 8, 8))
    return made


def away(make):
    def made():
        network = make()
        fill(network, np.random.default_rng(0))
        return export.to_torch(network)

    return made


MADE = {
    "row": (row, (8, 8, 3), None),
    "old manners": (OldManners, (8, 8, 3), losses.CrossEntropy()),
    "zip codes": (away(models.zip_code_1989), (16, 16, 1), None),
    "phonemes": (away(models.tdnn), (15, 16), None),
    "spoken digits": (away(models.tdnn_digits), (64, 24), None),
    "batch normalisation": (away(models.alexnet_lite_bn), (32, 32, 3), None),
}


LITE = "response normalisation"  # which the older exporter spells out otherwise


def check_read(module, shape, loss, path, **exporter):
    x = np.random.default_rng(1).normal(size=(3, *shape)).astype(np.float32)
    theirs = torch.from_numpy(np.moveaxis(x, -1, 1).copy())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of deprecation, and of libraries that PyTorch would like to have
        torch.onnx.export(module.eval(), (theirs,), path, verbose=False, **exporter)
    network, expected = export.from_onnx(path, loss=loss), module(theirs).detach().numpy()
    e = network.predict(x) if loss is None else np.log(loss.yhat(network.predict(x)))
    assert e.shape == expected.shape and np.abs(e - expected).max() <= 1e-5 * max(1, np.abs(expected).max())


@pytest.mark.parametrize("name", MADE)
def test_what_the_older_exporter_writes_is_read(tmp_path, name):
    make, shape, loss = MADE[name]
    check_read(
        make(), shape, loss, str(tmp_path / "t.onnx"), dynamo=False, input_names=["x"], dynamic_axes={"x": {0: "N"}}
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", [*MADE, LITE])
def test_what_the_newer_exporter_writes_is_read(tmp_path, name):
    pytest.importorskip("onnxscript", reason="which PyTorch's newer exporter needs")
    make, shape, loss = (away(models.alexnet_lite), (32, 32, 3), None) if name == LITE else MADE[name]
    check_read(make(), shape, loss, str(tmp_path / "t.onnx"), dynamo=True, external_data=False)


def test_a_residual_connection_is_refused_by_its_node(tmp_path):
    with pytest.raises(ValueError, match=r"node 1, Add .*a second way leaves from 'x', which node 0, Conv"):
        check_read(Residual(), (8, 8, 3), None, str(tmp_path / "t.onnx"), dynamo=False, input_names=["x"])
