"""The way forward alone: a network in use, as plans without a way back (loops/forward)."""

from collections import namedtuple
from queue import SimpleQueue

import numpy as np

from cnnlab import layers
from cnnlab.loops.forward.prepare import prepare
from cnnlab.loops.forward.walk import FIRST, loop_of, through
from cnnlab.loops.plan.program import NoPlaces, Records, block_for, places_of
from cnnlab.loops.runtime import team
from cnnlab.loops.runtime.compiled import DISABLED
from cnnlab.loops.runtime.workspace import aligned, workspace
from cnnlab.network.parameters import SLACK, rounded_up
from cnnlab.network.plan import NotCovered, Plan

NEAR = 2_000_000  # numbers of maps that stay in a cache
SHARED = 65_536  # numbers of results for which images share what they fetch of the weights
MOST = 64  # images that are taken through at a time, however small they are
FEW = 2  # images for which it does not pay to keep packed weights
HEAVY = 100_000  # weights of fully-connected layers that are worth fetching once for many images

# What of a layer is written into a plan when it is laid out, and may be changed by whoever likes to.
SETTINGS = {
    "BatchNorm": ("eps",),
    "Conv1D": ("size", "stride", "padding", "padding_value", "bias"),
    "Conv2D": ("size", "stride", "padding", "padding_value", "connections", "bias"),
    "LeakyReLU": ("slope",),
    "LocalResponseNorm": ("options",),
    "MaxPool2D": ("size", "stride", "rectify"),
    "Standardise": ("shift", "scale"),
}

WEIGHTY = (layers.Conv1D, layers.Conv2D, layers.Dense)  # their w is read where it is

Part = namedtuple("Part", "layers input_shape output_shape dtype")


def forward_for(network):
    """A `Forward` for a network, or None if one of its layers has no operation, or nothing is compiled."""
    if DISABLED:
        return None
    try:
        return Forward(network)
    except (NotCovered, NoPlaces):
        return None


class Forward:
    """What a network gives for any number of samples, one compiled call for each share of them; raises NotCovered,
    or NoPlaces.

    Nothing is written into the layers.  What one call needs belongs to it alone, so that several threads may ask at
    the same time; it is then kept for the next one.
    """

    def __init__(self, network):
        self.layers, self.threads = list(network.layers), team.threads()
        self.settings, self.work = self._settings(), network.multiply_adds
        self.output_shape, self.dtype = network.output_shape, network.dtype
        self.parts = [Part(some, some[0].input_shape, some[-1].output_shape, network.dtype) for some in self._parts()]
        self.spare = [self._rooms()]

    def _parts(self):
        """The layers, cut before the fully-connected ones if these are heavy: maps stay near if only few images are
        under way, but heavy weights want many.
        """
        dense = [k for k, layer in enumerate(self.layers) if type(layer) is layers.Dense]
        first = dense[0] if dense else 0
        heavy = sum(self.layers[k].parameters["w"].size for k in dense) > HEAVY
        if heavy and any(layer.multiply_adds for layer in self.layers[:first]):
            return self.layers[:first], self.layers[first:]
        return (self.layers,)

    def _rooms(self):
        return [Room(part, self.threads) for part in self.parts]

    def _settings(self):
        """All that `SETTINGS` names, as something that can be compared."""
        found = []
        for layer in self.layers:
            for name in SETTINGS.get(type(layer).__name__, ()):
                value = getattr(layer, name)
                if isinstance(value, np.ndarray):
                    value = value.tobytes()
                found.append(dict(value) if isinstance(value, dict) else value)
        return found

    def __reduce__(self):
        """A copy would know the addresses of somebody else's arrays: it is one that fits nobody."""
        return Gone, ()

    def fits(self):
        """Whether this is still what the layers would do."""
        return self.threads == team.threads() and self.settings == self._settings()

    def predict(self, x, out):
        """Write what the network gives for x (N, *input_shape), checked, to out (N, *output_shape)."""
        try:
            rooms = self.spare.pop()
        except IndexError:  # another thread is at it
            rooms = self._rooms()
        count = len(x)
        for room in rooms:
            last = room is rooms[-1]
            e = out.reshape(count, -1) if last else np.empty((count, room.outputs), self.dtype)
            room.through(x, e, self.work * count)
            x = e
        self.spare.append(rooms)


class Gone:
    """What is left of a `Forward` in a copy of its network."""

    def fits(self):
        """It does not."""
        return False


class Room:
    """A plan without a way back, for some layers in a row: its rows, its memory, and what it knows of the parameters.

    part : the layers.  threads : so many may work here at the same time.
    """

    def __init__(self, part, threads):
        size = sum(int(np.prod(layer.output_shape)) for layer in part.layers) + int(np.prod(part.input_shape))
        self.block = MOST if type(part.layers[0]) is layers.Dense else max(1, min(MOST, NEAR // size))
        self.small = Small(part.layers, part.dtype)
        self.plan = plan = Plan(part, self.small, self.block * threads, learns=False)
        self.slots, self.outputs = SimpleQueue(), int(np.prod(part.output_shape))
        for slot in range(threads):
            self.slots.put(slot)
        self.shape = tuple(int(plan.ops[0]["input"][side]) for side in ("height", "width", "channels"))
        self.heavy = [(k, stage.layer, "w") for k, stage in enumerate(plan.stages) if type(stage.layer) in WEIGHTY]
        self.scratch = max(plan.layout.sizes["scratch"], SHARED)
        self.arrays = {}
        self.one_place = plan.ops.copy()
        self.one_place["packed"]["at"] = plan.zeros
        given = plan.memory, self._scratch()
        operations = [stage.operation for stage in plan.stages]
        self.places = places_of(map(loop_of, operations), plan.ops[0], *given)
        self.packing = places_of(map(FIRST.get, operations), plan.ops[0], *given)
        self.records, self.records_of_few = Records(plan.ops), Records(self.one_place)
        self.packed, last = np.zeros_like(self.packing), plan.ops[-1]["output"]
        self.last = plan.memory.m, int(last["h_at"]), int(last["step"])

    def through(self, x, out, work):
        """out[n] (outputs,) for each x[n]; work : multiply-adds of all, which tells whether to share it."""
        plan, count, few = self.plan, len(x), len(x) <= max(FEW, self.block)
        x = np.require(x, requirements=["C", "A", "W"]).reshape(count, *self.shape)
        memory, ops = plan.memory._replace(x=x, rows=np.arange(count)), self.one_place if few else plan.ops
        held = self._look()
        prepare(ops, memory, self.small.sources, not few)
        records, packing = (self.records_of_few, self.packing) if few else (self.records, self.packed)
        parts = [(0, count)] if few or work < team.ENOUGH or team.threads() == 1 else team.chunks(count)

        def job(i):
            slot = self.slots.get()  # if there are more threads than before, some wait here for a place
            try:
                scratch = self._scratch()
                numbers, where = block_for(memory, scratch), (slot, self.block, *parts[i])
                if through(self.places, packing, records.at, numbers, *where, self.last, out):
                    raise RuntimeError("a loop of a network in use ended with an error of its own")
            finally:
                self.slots.put(slot)

        team.run(job, len(parts), work)
        del held

    def _scratch(self):
        return workspace("scratch of a plan", (self.scratch,), self.plan.dtype)

    def _look(self):
        """Find out where the layers have their arrays now -> copies that must live until they have been read."""
        held = []
        for k, (layer, name, _, _) in enumerate(self.small.views):
            self._found(layer, name, self.small.sources[k], 0, held)
        for k, layer, name in self.heavy:
            if self._found(layer, name, self.plan.ops["kept"]["address"], k, held):
                self.one_place["kept"]["address"][k] = self.plan.ops["kept"]["address"][k]
        return held

    def _found(self, layer, name, places, k, held):
        """Write to places[k] where an array is, if it is another one than before."""
        array = (layer.parameters if name in layer.parameters else layer.state)[name]
        if self.arrays.get((id(layer), name)) is array:
            return False
        whole = np.ascontiguousarray(array)
        places[k] = whole.ctypes.data
        held.append(whole)
        self.arrays[id(layer), name] = array if whole is array else None
        return True


class Small:
    """Copies of what layers keep, but for the weights, which are read where they are.

    u, views : as of `FlatParameters`.  sources : see `prepare`.
    """

    def __init__(self, some, dtype):
        self.views, count = [], 0
        for layer in some:
            state = layer.state if type(layer) is layers.BatchNorm else {}
            for name, array in {**layer.parameters, **state}.items():
                if name != "w" or type(layer) not in WEIGHTY:
                    self.views.append((layer, name, count, array.shape))
                    count += rounded_up(array.size, dtype)
        self.u, self.sources = aligned(count + SLACK, dtype), np.zeros((len(self.views), 3), np.int64)
        for k, (_, _, first, shape) in enumerate(self.views):
            self.sources[k, 1:] = first, int(np.prod(shape))
