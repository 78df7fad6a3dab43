"""Whole epochs of `fit`: a small LeNet on images as large as those of MNIST, beside the loop that one writes for it in
PyTorch.
"""

import numpy as np

import cnnlab as nn
from benchmarks import networks, steps
from benchmarks.sides import OURS, agree, layouts, pytorch
from benchmarks.timing import take_turns

KEY, TITLE, BATCH, EPOCHS = "lenet_mnist_fit", "small LeNet, epochs of fit", 64, 2
ENTROPY = nn.CrossEntropy()


def lenet(rng=0):
    """8 and 16 maps of 5 x 5 kernels, each pooled 2 x 2, 64 units, ten outputs."""
    layers = [
        *(nn.Conv2D(8, 5), nn.ReLU(), nn.MaxPool2D(2)),
        *(nn.Conv2D(16, 5), nn.ReLU(), nn.MaxPool2D(2), nn.Flatten()),
        *(nn.Dense(64), nn.ReLU(), nn.Dense(10)),
    ]
    return nn.Network(layers, (28, 28, 1), rng=rng)


def data(samples):
    """Images and labels: random ones, for what they are makes no difference to the time."""
    rng = np.random.default_rng(1)
    return rng.uniform(0, 1, (samples, 28, 28, 1)).astype(np.float32), rng.integers(10, size=samples)


def ours(x, y, batch, epochs=EPOCHS):
    """A function without arguments: so many epochs of `fit` -> the mean loss of each."""
    network, sgd = lenet(), nn.SGD(steps.ETA, steps.MOMENTUM)

    def fit():
        history = nn.fit(network, x, y, loss=ENTROPY, optimiser=sgd, epochs=epochs, batch=batch, progress=False)
        return history["loss"]

    return fit


def theirs(x, y, batch, torch, layout, epochs=EPOCHS):
    """The same in PyTorch: all images lie ready, and are put into a new order once in each epoch."""
    module = networks.to_pytorch(lenet(), torch).train().to(memory_format=layout)
    images, labels, loss = networks.images_of(x, torch, layout), torch.tensor(y), torch.nn.functional.cross_entropy

    def epoch(optimiser):
        order, total = torch.randperm(len(labels)), torch.zeros(())
        shuffled, right = images[order], labels[order]
        for first in range(0, len(order), batch):
            part, target = shuffled[first : first + batch], right[first : first + batch]
            optimiser.zero_grad(set_to_none=True)
            value = loss(module(part), target)
            value.backward()
            optimiser.step()
            total += value.detach() * len(target)
        return total.item() / len(order)

    def fit():
        optimiser = torch.optim.SGD(module.parameters(), steps.ETA, steps.MOMENTUM, **steps.QUICKEST)
        return [epoch(optimiser) for _ in range(epochs)]

    return fit


def contenders(torch, samples, batch):
    """{name: function}; raises Disagreement unless epochs of a single step, in which no order counts, agree."""
    x, y = data(samples)
    few, checked = (x[:batch], y[:batch], batch), 4
    expected = ours(*few, checked)()
    for name, layout in layouts(torch).items():
        agree(theirs(*few, torch, layout, checked)(), expected, f"losses of {KEY}, {name}")
    others = {name: theirs(x, y, batch, torch, layout) for name, layout in layouts(torch).items()}
    return {OURS: ours(x, y, batch), **others}


def measure(effort, quick=False, samples=4096, batch=BATCH):
    """Time epochs -> a list of one row, like those of `steps.measure`.  quick : with a quarter of the samples."""
    samples = max(batch, samples // 4) if quick else samples
    seconds = take_turns(contenders(pytorch(), samples, batch), effort)
    return [steps.row(KEY, TITLE, batch, seconds, EPOCHS * samples, lenet())]
