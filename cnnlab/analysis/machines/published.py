"""Networks and clusters of others, with what they measured, to compare the model with (lecture topics 28 and 29).

What is read in a source says so; what is recalled, or lies between two figures that were read, too.
"""

from dataclasses import dataclass, replace

from cnnlab.analysis.machines.cluster import Cluster, efficiency
from cnnlab.analysis.machines.work import Part, Work, timed

__all__ = ["PUBLISHED", "Published", "alexnet", "alexnet_lite", "resnet", "vgg16"]

CLASSES = 1000

# Images per second of one Tesla P100 (TensorFlow's benchmarks of May 2017, synthetic images; read): {batch: speed}.
P100 = {
    "AlexNet": {512: 2987.0},
    "ResNet-50": {32: 195.0, 64: 219.0},
    "ResNet-152": {32: 82.7, 64: 91.8},
    "VGG-16": {32: 144.0, 64: 154.0},
}
# Of this library's AlexNet-lite on one core of an AMD EPYC (`python3 lab.py bench`, 27 November 2026).
ONE_CORE = {64: 416.3, 128: 436.4}


def _convolution(name: str, size: int, inputs: int, outputs: int, side: int, normed: bool = False) -> Part:
    """A convolution; with batch normalisation it has no bias, but a scale and a shift for each map."""
    weights = size * size * inputs * outputs
    return Part(name, float(weights * side * side), weights + (2 if normed else 1) * outputs)


def _dense(name: str, inputs: int, outputs: int) -> Part:
    return Part(name, float(inputs * outputs), (inputs + 1) * outputs)


def alexnet() -> Work:
    """AlexNet, as printed in 2012, at the speed of a card of 2016.

    Returns
    -------
    Work
        60,965,224 parameters; nearly all of them in the dense layers, where the way back begins.

    Source
    ------
    Krizhevsky et al. 2012; the speed is that of TensorFlow's benchmarks of 2017, one P100, batch 512.
    """
    parts = (
        _convolution("conv1", 11, 3, 96, 55),
        _convolution("conv2", 5, 48, 256, 27),
        _convolution("conv3", 3, 256, 384, 13),
        _convolution("conv4", 3, 192, 384, 13),
        _convolution("conv5", 3, 192, 256, 13),
        *(_dense("dense1", 9216, 4096), _dense("dense2", 4096, 4096), _dense("dense3", 4096, CLASSES)),
    )
    return Work("AlexNet", parts, *timed(P100["AlexNet"]))


def vgg16() -> Work:
    """VGG-16, on the same card.

    Returns
    -------
    Work
        138,357,544 parameters.

    Source
    ------
    K. Simonyan and A. Zisserman, 2015, "Very deep convolutional networks for large-scale image recognition".
    """
    parts, inputs = [], 3
    for stage, (layers, maps) in enumerate(((2, 64), (2, 128), (3, 256), (3, 512), (3, 512))):
        for layer in range(layers):
            parts.append(_convolution(f"conv{stage + 1}_{layer + 1}", 3, inputs, maps, 224 >> stage))
            inputs = maps
    parts += [_dense("dense1", 7 * 7 * 512, 4096), _dense("dense2", 4096, 4096), _dense("dense3", 4096, CLASSES)]
    return Work("VGG-16", tuple(parts), *timed(P100["VGG-16"]))


def resnet(layers: int = 50) -> Work:
    """ResNet-50, -101 or -152, on the same card.

    Parameters
    ----------
    layers : {50, 101, 152}
        Which.

    Returns
    -------
    Work
        With 25,557,032 parameters for 50. The speed of 101 was not read: its time lies half-way between the others, as
        its multiply-adds do.

    Raises
    ------
    KeyError
        For another number.

    Source
    ------
    K. He, X. Zhang, S. Ren and J. Sun, 2016, "Deep residual learning for image recognition".
    """
    blocks = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}[layers]
    parts, inputs = [_convolution("conv1", 7, 3, 64, 112, normed=True)], 64
    for stage, count in enumerate(blocks):
        maps, side = 64 << stage, 56 >> stage
        for block in range(count):
            name = f"block{stage + 1}_{block + 1}"
            before = 2 * side if stage and not block else side  # the stride is in the 3 x 3 convolution
            parts += [
                _convolution(f"{name}_in", 1, inputs, maps, before, normed=True),
                _convolution(f"{name}_mid", 3, maps, maps, side, normed=True),
                _convolution(f"{name}_out", 1, maps, 4 * maps, side, normed=True),
            ]
            if not block:
                parts.append(_convolution(f"{name}_past", 1, inputs, 4 * maps, side, normed=True))
            inputs = 4 * maps
    parts.append(_dense("dense", inputs, CLASSES))
    ends = [timed(P100[f"ResNet-{name}"]) for name in (50, 152)]
    share = {50: 0.0, 101: 0.5, 152: 1.0}[layers]
    per_image, overhead = ((1 - share) * low + share * high for low, high in zip(*ends, strict=True))
    return Work(f"ResNet-{layers}", tuple(parts), per_image, overhead)


def alexnet_lite() -> Work:
    """This library's AlexNet-lite, on one processor core.

    Returns
    -------
    Work
        748,842 parameters.

    Source
    ------
    `models.alexnet_lite`; the speed was measured by `python3 lab.py bench` on one core of an AMD EPYC.
    """
    from cnnlab import models

    return Work.of(models.alexnet_lite(), ONE_CORE, "AlexNet-lite, one core")


@dataclass(frozen=True)
class Published:
    """What somebody measured on a cluster.

    Parameters
    ----------
    who : str
        And when.
    work : Work
        Of one card.
    cluster : Cluster
        Workers are servers, which hold several cards each. Latencies are not printed there: 10 microseconds.
    images : int
        Of one server in one step.
    measured : float
        The efficiency that was published.
    against : float
        What it refers to: the efficiency of one server against its cards alone; 1 where it refers to one server.
    """

    who: str
    work: Work
    cluster: Cluster
    images: int
    measured: float
    against: float = 1.0

    def modelled(self, overlap: str) -> float:
        """The efficiency that the model finds.

        Parameters
        ----------
        overlap : "none", "layers" or "buckets"
            When gradients travel.

        Returns
        -------
        float
            From 0 to 1.
        """
        return self.against * efficiency(self.work, replace(self.cluster, overlap=overlap), self.images)


# Four and one P100 in one server, images per second at a batch of 64 a card (TensorFlow's benchmarks of 2017; read).
SERVER_OF_FOUR = {"ResNet-152": 356 / (4 * 91.8), "VGG-16": 584 / (4 * 154)}

PUBLISHED = (
    # P. Goyal et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour", 2017: 32 servers of eight P100,
    # 50 Gbit/s Ethernet, 32 images a card, halving and doubling between the servers; about 90 % from 8 to 256 cards.
    # (Read as others quote it, not in the paper itself.)
    Published("Goyal et al. 2017", resnet(50), Cluster(32, 50.0, 10.0, "halving", cards=8), 256, 0.90),
    # Horovod's page of benchmarks: 128 servers of four Pascal cards, 25 Gbit/s, 64 images a card, a ring; 90 and 68 %
    # of 512 single cards. What four cards of one server lose among themselves is read for ResNet-152 and VGG-16.
    Published("Horovod 2017", resnet(101), Cluster(128, 25.0, 10.0, cards=4), 256, 0.90, SERVER_OF_FOUR["ResNet-152"]),
    Published("Horovod 2017", vgg16(), Cluster(128, 25.0, 10.0, cards=4), 256, 0.68, SERVER_OF_FOUR["VGG-16"]),
)
