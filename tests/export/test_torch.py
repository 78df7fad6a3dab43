"""`to_torch` and `from_torch`: PyTorch computes the same, and what comes back is the same network."""

import builtins
import io

import numpy as np
import pytest
from exporting.rows import IDS, LAYERS, MODELS, TABLE, fill

from cnnlab import export, layers, losses, models, recipes
from cnnlab import layers as L
from cnnlab.network import Network

try:
    import torch
    from torch import nn
except ImportError:
    torch = nn = None
needs_torch = pytest.mark.skipif(torch is None, reason="PyTorch is not installed, and no part of the test extra")


def there(module, x):
    """What a module makes of x, which has its channels last, as the output shall have."""
    with torch.no_grad():
        found = module(torch.from_numpy(np.ascontiguousarray(np.moveaxis(x, -1, 1)))).numpy()
    return np.moveaxis(found, 1, -1)


def close(found, expected, tolerance=1e-5):
    return found.shape == expected.shape and np.abs(found - expected).max() <= tolerance * max(
        1, np.abs(expected).max()
    )


def check_there_and_back(network, x):
    module, expected = export.to_torch(network), network.predict(x)
    assert close(there(module, x), expected)
    back = export.from_torch(module, network.input_shape)
    assert close(back.predict(x), expected)
    assert back.parameter_count == network.parameter_count and back.dtype == network.dtype
    return back


@needs_torch
@pytest.mark.parametrize(("row", "shape"), LAYERS, ids=IDS)
def test_every_layer_computes_the_same_there_and_comes_back(rng, row, shape):
    network = Network([layers.from_config(layers.to_config(layer)) for layer in row], shape, rng=1)
    fill(network, rng)
    back = check_there_and_back(network, rng.normal(size=(3, *shape)).astype(np.float32))
    if not any(getattr(layer, "rectify", False) for layer in network):  # a ReLU by itself there
        mine = [
            {name: given for name, given in layers.to_config(layer).items() if name != "initialiser"} for layer in back
        ]
        for given, found in zip(map(layers.to_config, network), mine, strict=True):
            assert found["kind"] == given["kind"]
            assert found.get("connections") == given.get("connections") and found.get("bias") == given.get("bias")


@needs_torch
@pytest.mark.parametrize("name", [name for name in MODELS if name != "alexnet_2012"])
def test_every_bundled_model_computes_the_same_there_and_comes_back(rng, name):
    make, samples = MODELS[name]
    network = make()
    fill(network, rng)
    check_there_and_back(network, rng.uniform(size=(samples, *network.input_shape)).astype(np.float32))


@needs_torch
@pytest.mark.slow
def test_alexnet_of_2012_computes_the_same_there_and_comes_back(rng):
    network = models.alexnet_2012("zeros")
    fill(network, rng)
    check_there_and_back(network, rng.uniform(size=(1, *network.input_shape)).astype(np.float32))


@needs_torch
@pytest.mark.parametrize("name", recipes.RECIPES)
def test_every_trained_network_computes_the_same_there_and_comes_back(rng, name):
    try:
        network = recipes.bundled(name)
    except FileNotFoundError:
        pytest.skip(f"{name} is not bundled")
    check_there_and_back(network, rng.uniform(size=(5, *network.input_shape)).astype(np.float32))


@needs_torch
def test_float64_stays_and_frozen_layers_stay_frozen(rng):
    network = Network([L.Conv2D(3, 3), L.BatchNorm(), L.Flatten(), L.Dense(2)], (5, 5, 2), rng=1, dtype=np.float64)
    fill(network, rng)
    network[0].frozen = True
    module = export.to_torch(network)
    x = rng.normal(size=(3, 5, 5, 2))
    assert close(there(module, x), network.predict(x), 1e-13)
    assert [p.requires_grad for p in module.parameters()] == [False, False, True, True, True, True]
    back = export.from_torch(module, (5, 5, 2))
    assert close(back.predict(x), network.predict(x), 1e-13) and [layer.frozen for layer in back] == [
        True,
        False,
        False,
        False,
    ]


@needs_torch
def test_weights_are_copies_both_ways():
    network = Network([L.Dense(2), L.BatchNorm()], (3,))
    module = export.to_torch(network)
    back = export.from_torch(module, 3)
    before = back.weights()
    with torch.no_grad():
        for tensor in module.state_dict().values():
            tensor.add_(1)
    assert not np.any(network.state["1.mean"]) and not np.any(network.parameters["0.b"])
    assert all((array == before[name]).all() for name, array in back.weights().items())


@needs_torch
def test_it_is_in_evaluation_and_leaves_the_random_numbers_of_pytorch_alone():
    torch.manual_seed(3)
    state = torch.random.get_rng_state()
    module = export.to_torch(Network([L.Dense(2), L.Dropout(0.5)], (3,)))
    assert not module.training and not any(part.training for part in module) and module[1].p == 0.5
    assert torch.equal(torch.random.get_rng_state(), state)


@needs_torch
def test_it_is_written_as_one_would_write_it_there():
    module = export.to_torch(models.alexnet_tiny())
    kinds = [type(part).__name__ for part in module]
    assert kinds == ["Standardise", *["Conv2d", "ReLU", "MaxPool2d"] * 3, "Flatten", "Linear"]
    assert [name for name, _ in module.named_children()][:4] == ["standardise1", "conv1", "relu1", "pool1"]


@needs_torch
def test_gradients_are_the_same_there(rng):
    """Training goes on over there: dL/dw is the same, once flipped and turned; what is not connected gets none."""
    network = Network([L.Conv2D(3, 2, connections=TABLE), L.Tanh(), L.Flatten(), L.Dense(2)], (4, 3, 2), rng=1)
    x, y = rng.normal(size=(5, 4, 3, 2)).astype(np.float32), np.arange(5) % 2
    network.loss_and_gradients(x, y, losses.CrossEntropy())
    module = export.to_torch(network).train()
    e = module(torch.from_numpy(np.moveaxis(x, -1, 1).copy()))
    nn.functional.cross_entropy(e, torch.from_numpy(y)).backward()
    dv = module.conv1.weight.grad.numpy()
    assert close(dv[:, :, ::-1, ::-1].transpose(2, 3, 1, 0), network.gradients["0.w"])
    assert not dv[~TABLE.T].any() and close(module.dense1.bias.grad.numpy(), network.gradients["3.b"])


@needs_torch
@pytest.mark.parametrize(
    ("loss", "units"), [(losses.CrossEntropy(), 3), (losses.BinaryCrossEntropy(), 1), (losses.MSE(), 2)]
)
def test_with_a_loss_it_gives_what_the_network_says(rng, loss, units):
    network = Network([L.Conv2D(2, 2), L.Flatten(), L.Dense(units)], (3, 3, 1), rng=1)
    x = rng.normal(size=(4, 3, 3, 1)).astype(np.float32)
    module = export.to_torch(network, loss)
    assert close(there(module, x), loss.yhat(network.predict(x)), 1e-6)
    back = export.from_torch(module, (3, 3, 1), loss)
    assert len(back) == 3 and close(back.predict(x), network.predict(x), 1e-6)


# ---- what others have written


@needs_torch
@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
def test_a_network_of_pytorch_comes_with_all_its_manners(rng):
    torch.manual_seed(0)
    module = nn.Sequential(
        nn.Sequential(
            nn.ZeroPad2d((1, 0, 2, 1)), nn.Conv2d(3, 8, (4, 2), stride=(2, 1)), nn.BatchNorm2d(8), nn.PReLU()
        ),
        nn.Sequential(nn.Conv2d(8, 8, 4, padding="same", groups=4, bias=False), nn.LeakyReLU(0.2), nn.Identity()),
        nn.AvgPool2d(2, ceil_mode=True),
        nn.AdaptiveMaxPool2d((None, 2)),
        nn.Dropout(0.3),
        nn.LocalResponseNorm(3, 0.5),
        nn.Flatten(),
        nn.BatchNorm1d(48, affine=False),
        nn.Linear(48, 5, bias=False),
        nn.LogSoftmax(1),
    )
    with torch.no_grad():
        module(torch.randn(50, 3, 11, 8))  # running statistics
    x = rng.normal(size=(4, 11, 8, 3)).astype(np.float32)
    network = export.from_torch(module, (11, 8, 3), losses.CrossEntropy())
    assert module.training
    assert close(np.log(network.predict_proba(x)), there(module.eval(), x))
    assert network["norm1"].momentum == 0.9 and network["norm1"].eps == 1e-5


@needs_torch
def test_means_over_all_pixels_and_all_frames(rng):
    images = nn.Sequential(nn.Conv2d(2, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3)).eval()
    x = rng.normal(size=(4, 7, 5, 2)).astype(np.float32)
    assert close(export.from_torch(images, (7, 5, 2)).predict(x), there(images, x))
    frames = nn.Sequential(nn.Conv1d(2, 4, 3, padding=1), nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(4, 3)).eval()
    x = rng.normal(size=(4, 7, 2)).astype(np.float32)
    assert close(export.from_torch(frames, (7, 2)).predict(x), there(frames, x))


def refusals():
    """(module, shape, what is said)."""
    own = type("Residual", (nn.Module,), {"forward": lambda self, h: h + h})
    kind = type("Mine", (nn.Conv2d,), {})
    hooked = nn.Sequential(nn.Linear(2, 2))
    hooked[0].register_forward_hook(lambda *given: None)
    normed = nn.Sequential(nn.utils.parametrizations.weight_norm(nn.Linear(2, 2)))
    return [
        (nn.Sequential(nn.ReLU(), own()), 2, r"module 1, Residual\(\): no layer here does .* torch\.onnx\.export"),
        (
            nn.Sequential(nn.Sequential(kind(1, 1, 1))),
            (3, 3, 1),
            r"module 0\.0, Mine\(.*no layer here does what a Mine",
        ),
        (nn.Sequential(nn.GELU()), 2, "module 0, GELU"),
        (hooked, 2, r"module 0, Linear\(.*it has hooks"),
        (normed, 2, "module 0, ParametrizedLinear"),
        (nn.Sequential(nn.Conv2d(3, 4, 3)), (3, 9, 9), r"module 0, Conv2d.* 9 channels; give \(H, W, C\)"),
        (nn.Sequential(nn.Conv2d(1, 1, 3, dilation=2)), (9, 9, 1), r"dilations \[2, 2\]: kernels have no gaps"),
        (nn.Sequential(nn.Conv2d(1, 1, 3, padding=(1, 0))), (9, 9, 1), "a border of 1 before, 1 behind and 0 before"),
        (nn.Sequential(nn.Conv2d(1, 1, 3, padding=1, padding_mode="circular")), (9, 9, 1), "padding_mode 'circular'"),
        (nn.Sequential(nn.Conv1d(2, 2, 3, groups=2)), (9, 2), "2 groups: convolutions in time have none"),
        (nn.Sequential(nn.ZeroPad2d(1), nn.MaxPool2d(2)), (8, 8, 1), "module 1, MaxPool2d.*a border before it"),
        (nn.Sequential(nn.ConstantPad2d(1, 0.5), nn.Conv2d(1, 1, 3, padding=1)), (8, 8, 1), "two borders"),
        (nn.Sequential(nn.ZeroPad2d(1)), (8, 8, 1), "the end of the module: there is a border"),
        (nn.Sequential(nn.MaxPool2d(3, 2, padding=1)), (8, 8, 1), "pooling takes no border"),
        (nn.Sequential(nn.MaxPool2d(2, ceil_mode=True)), (5, 4, 1), "ceil_mode: only whole windows"),
        (nn.Sequential(nn.AvgPool2d(2, divisor_override=3)), (4, 4, 1), "and nothing else"),
        (nn.Sequential(nn.AdaptiveAvgPool2d(2)), (5, 4, 1), r"do not make \[2, 2\] of \[5, 4\]"),
        (nn.Sequential(nn.Flatten(2)), (4, 4, 2), "start_dim=1"),
        (nn.Sequential(nn.Flatten(), nn.ReLU()), (4, 4, 2), "the end of the module: a flatten with the channels first"),
        (nn.Sequential(nn.Linear(3, 2)), (4, 3), "flatten it first"),
        (nn.Sequential(nn.Linear(3, 2)), 4, "weights for 3 inputs do not fit what comes, 4 numbers"),
        (nn.Sequential(nn.BatchNorm1d(3, track_running_stats=False)), 3, "running averages"),
        (nn.Sequential(nn.BatchNorm1d(3)), 4, "gamma must hold 4 numbers"),
        (nn.Sequential(nn.LocalResponseNorm(4)), (3, 3, 4), "n must be odd"),
        (nn.Sequential(nn.AdaptiveAvgPool1d(1), nn.ReLU()), (5, 2), "must be flattened first"),
        (nn.Sequential(nn.Linear(2, 2), nn.Softmax(1)), 2, "give loss=losses.CrossEntropy"),
        (nn.Sequential(nn.Softmax(1), nn.Linear(2, 2)), 2, "behind a Softmax"),
        (nn.Sequential(nn.Softmax(1)), (3, 2), r"over \(C,\)"),
        (nn.Sequential(nn.Identity()), 2, "there is no layer in it"),
        (nn.Sequential(nn.Linear(2, 2).half()), 2, "float32 or float64 numbers, .*float16"),
        (nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2).double()), 2, "all of one kind"),
    ]


@needs_torch
def test_what_a_network_cannot_hold_is_refused_by_its_name():
    for module, shape, said in refusals():
        with pytest.raises(ValueError, match=said):
            export.from_torch(module, shape)
    with pytest.raises(TypeError, match=r"module must be a torch\.nn\.Module; got Network"):
        export.from_torch(Network([L.ReLU()], 2), 2)
    with pytest.raises(ValueError, match="this loss has a Softmax behind the network, but none comes last"):
        export.from_torch(nn.ReLU(), 2, losses.CrossEntropy())
    with pytest.raises(ValueError, match="not finite"):
        broken = nn.Linear(1, 1)
        nn.init.constant_(broken.bias, float("nan"))
        export.from_torch(broken, 1)


class Own(L.Layer):
    def _forward(self, h, training):
        return h


@needs_torch
def test_what_has_no_counterpart_there_is_named():
    with pytest.raises(TypeError, match=r"layer 1, own1, has no counterpart in PyTorch: Own\(\) is none of .*Conv2D"):
        export.to_torch(Network([L.Dense(3), Own()], (4,)))
    with pytest.raises(TypeError, match="network must be a Network; got Dense"):
        export.to_torch(L.Dense(3))
    with pytest.raises(TypeError, match=r"loss must be None or one of CrossEntropy, .*; got 'softmax'"):
        export.to_torch(Network([L.Dense(3)], (4,)), "softmax")


@needs_torch
def test_a_module_can_be_saved_and_its_weights_taken_into_another():
    module = export.to_torch(models.zip_code_1989())
    file = io.BytesIO()
    torch.save(module.state_dict(), file)
    file.seek(0)
    other = export.to_torch(models.zip_code_1989(rng=1))
    other.load_state_dict(torch.load(file, weights_only=True))
    x = np.zeros((1, 16, 16, 1), np.float32)
    assert (there(module, x) == there(other, x)).all()


def test_without_pytorch_it_says_so(monkeypatch):
    imported = builtins.__import__

    def without(name, *given, **options):
        if name.partition(".")[0] == "torch":
            raise ImportError(name)
        return imported(name, *given, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match="to_torch needs PyTorch, which is no part of cnnlab: pip install torch"):
        export.to_torch(Network([L.Dense(3)], (4,)))
    with pytest.raises(ImportError, match="from_torch needs PyTorch"):
        export.from_torch(None, 3)
