"""What a checkpoint goes on with: the run that wrote it, unchanged, and no other; all is looked at before a change."""

import copy
import json

import numpy as np
import pytest
from spots import Stop, network, same, task, train

from cnnlab.files import Held, held
from cnnlab.losses import CrossEntropy
from cnnlab.network.files import read, write
from cnnlab.optimisers import SGD, Adam, Lookahead, one_cycle
from cnnlab.training import checkpoint as form
from cnnlab.training import fit


def resumed(path, epochs=3, net=None, **options):
    return train(network() if net is None else net, epochs, checkpoint=path, resume=True, **options)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (dict(data=task(rng=1)), 'its data was "[0-9a-f]{64}", now it is "[0-9a-f]{64}"'),
        (dict(data=(task()[0], task(rng=1)[1])), "its data was"),
        (dict(data=task(40)), "its samples was 41, now it is 40"),
        (dict(validation=task(20, 8)), "its validation was"),
        (dict(validation=None), 'its validation was "[0-9a-f]{64}", now it is null'),
        (dict(augment=Stop(at=0)), 'its augment was null, now it is "Stop"'),
        (dict(epochs=1), "2 epochs are done, now epochs is 1"),
        (dict(optimiser=SGD(lambda done: 0.05, 0.9)), "its optimiser was"),
    ],
)
def test_another_run_is_refused_in_words(tmp_path, options, words):
    path, net, before = tmp_path / "run.npz", network(), network()
    train(network(), 2, checkpoint=path)
    settings = dict(loss=CrossEntropy(), optimiser=SGD(0.05, momentum=0.9), batch=8, validation=task(20, 9)) | options
    x, y = settings.pop("data", task())
    with pytest.raises(ValueError, match=rf"run\.npz is a checkpoint of another run: {words}"):
        fit(net, x, y, checkpoint=path, resume=True, **({"epochs": 3} | settings))
    assert same(net, before) and not settings["optimiser"].state


def test_a_schedule_is_known_by_what_it_gives_and_takes_as_many_epochs_as_it_began_with(tmp_path):
    path = tmp_path / "run.npz"
    for make in (
        lambda factor: SGD(lambda done: factor * (1 - done)),
        lambda factor: Lookahead(Adam(one_cycle(factor))),
    ):
        path.unlink(missing_ok=True)
        train(network(), 2, checkpoint=path, optimiser=make(0.01))
        for epochs, factor, words in ((4, 0.01, "epochs was 2, now it is 4"), (2, 0.02, "schedule was")):
            with pytest.raises(ValueError, match=f"its {words}"):
                resumed(path, epochs, optimiser=make(factor))
        assert len(resumed(path, 2, optimiser=make(0.01))) == 2, "another function that gives the same"


def test_labels_of_another_size_are_the_same_labels(tmp_path):
    path, (x, y) = tmp_path / "run.npz", task()
    settings = dict(loss=CrossEntropy(), optimiser=SGD(), checkpoint=path)
    fit(network(), x, y.astype(np.uint8), epochs=1, **settings)
    assert len(fit(network(), np.asfortranarray(x), y, epochs=2, resume=True, **settings)) == 2


def changed(path, change, sums):
    """Write a checkpoint again with a change in it, and with sums that fit if asked for."""
    about, arrays = read(path, "checkpoint", form.LENGTH)
    change(about, arrays)
    if sums:
        about["sums"] = {name: form._sum(array) for name, array in arrays.items()}
        about["sum"] = form._sum_of(about)
    write(path, {"checkpoint": np.array(json.dumps(about)), **arrays})


def entry(*keys, value=None):
    """Sets an entry of the description, or takes it out."""

    def change(about, arrays):
        for key in keys[:-1]:
            about = about[key]
        if value is None:
            del about[keys[-1]]
        else:
            about[keys[-1]] = value

    return change


def array(name, make=None):
    def change(about, arrays):
        old = arrays.pop(name, None)
        if make is not None:
            arrays[name] = make(old)

    return change


FORMS = [  # whatever the sums say
    (entry("settings"), "which settings and epochs"),
    (entry("settings", value=[1]), "which settings and epochs"),
    (entry("settings", "batch"), "its batch was null"),
    (entry("settings", "more", value=1), "its more was 1, now it is null"),
    (entry("settings", "network", value=3), "its network was 3"),
    (entry("settings", "seed", value=-1), "its seed was -1"),
    (entry("epochs"), "which settings and epochs"),
    (entry("epochs", value=[]), "its epochs are missing"),
    (entry("epochs", value=[1, 2]), "which settings and epochs"),
    (entry("epochs", 0), r"epochs\[0\].epoch must be 1; got 2"),
    (entry("epochs", 1), "must be 6, the steps that were taken; it is 12"),
    (entry("epochs", 1, "loss"), r"its epochs\[1\] must have epoch, loss, .*; loss is amiss"),
    (entry("epochs", 1, "loss", value="low"), r"its epochs\[1\].loss must be a number; got \"low\""),
    (entry("epochs", 0, "epoch", value=True), r"its epochs\[0\].epoch must be a number; got true"),
    (entry("epochs", 0, "seconds", value={}), r"its epochs\[0\].seconds must be a number"),
    (entry("epochs", 0, "more", value=1), r"its epochs\[0\] must have .*; more is amiss"),
    (array("parameters/0.w"), "parameters/0.w is missing"),
    (array("parameters/9.w", lambda old: np.ones(3)), "parameters/9.w is of no use"),
    (array("parameters/0.b", lambda old: old[:1]), r"parameters/0.b must have shape \(3,\); it has \(1,\)"),
    (array("parameters/0.b", lambda old: old * np.nan), "parameters/0.b holds weights that are not finite"),
    (array("state/1.mean"), "state/1.mean is missing"),
    (array("optimiser/t"), "optimiser/t is missing"),
    (array("optimiser/t", lambda old: old + 1), "optimiser/t must be 12, the steps that were taken; it is 13"),
    (array("optimiser/t", lambda old: old * 1.0), "optimiser/t must hold int64 numbers; got float64"),
    (array("optimiser/t", lambda old: old.reshape(1)), r"optimiser/t must have shape \(\); it has \(1,\)"),
    (array("optimiser/m/0.w"), "optimiser/m/0.w is missing"),
    (array("optimiser/m/0.w", lambda old: old[:1]), "optimiser/m/0.w must have shape"),
    (array("optimiser/m/0.w", lambda old: old[..., :1]), "optimiser/m/0.w must have shape"),
    (array("optimiser/s/0.b", lambda old: old / 0), "optimiser/s/0.b holds weights that are not finite"),
    (array("optimiser/s/0.b", lambda old: old.astype("U9")), "optimiser/s/0.b must hold float32 numbers"),
    (array("optimiser/v/0.w", lambda old: np.ones(3)), "optimiser/v/0.w is of no use to this run"),
]
NUMBERS = [  # that nothing but a sum can tell
    (array("parameters/0.w", lambda old: old + 1e-6), "parameters/0.w is not what was written: its sum is another"),
    (array("parameters/0.w", lambda old: old.astype("f8")), "parameters/0.w is not what was written"),
    (array("state/1.variance", lambda old: -old), "state/1.variance is not what was written"),
    (array("optimiser/m/0.w", lambda old: 0 * old), "optimiser/m/0.w is not what was written"),
    (entry("epochs", 0, "loss", value=0.5), "its settings or epochs are not those that were written"),
    (entry("sums", "parameters/0.w"), "parameters/0.w is not what was written"),
    (entry("sums", "parameters/0.w", value=7), "parameters/0.w is not what was written"),
    (entry("sums"), "which sums its parts have"),
    (entry("sum"), "which sums its parts have"),
    (entry("sum", value=""), "its settings or epochs are not those"),
]


@pytest.mark.parametrize("sums", [True, False])
def test_a_checkpoint_that_was_changed_by_hand_is_refused_before_anything_is_changed(tmp_path, sums):
    path, first, before = tmp_path / "run.npz", Adam(), network(rng=5)
    train(network(), 2, checkpoint=path, optimiser=first)
    whole = path.read_bytes()
    for change, words in FORMS if sums else FORMS + NUMBERS:
        path.write_bytes(whole)
        with np.errstate(all="ignore"):
            changed(path, change, sums)
        net, optimiser = network(rng=5), Adam()
        with pytest.raises(
            ValueError, match=rf"run\.npz is (not a whole checkpoint|a checkpoint of another run): .*{words}"
        ):
            resumed(path, 3, net, optimiser=optimiser)
        assert same(net, before) and not optimiser.state
    path.write_bytes(whole)
    changed(path, lambda about, arrays: None, sums)
    net = network(rng=5)
    resumed(path, 2, net, optimiser=Adam())
    assert not same(net, before), "and what is unchanged goes on"


def test_steps_of_lookahead_are_counted_too(tmp_path):
    path, make = tmp_path / "run.npz", lambda: Lookahead(SGD(0.05, momentum=0.9))
    whole, halves = network(), network()
    train(whole, 3, optimiser=make())
    train(network(), 2, checkpoint=path, optimiser=make())
    resumed(path, 3, halves, optimiser=make())
    assert same(whole, halves)
    changed(path, array("optimiser/steps", lambda old: old - 1), True)
    with pytest.raises(ValueError, match="optimiser/steps must be 18, the steps that were taken; it is 17"):
        resumed(path, 4, optimiser=make())


def test_nothing_but_a_checkpoint_is_written_over(tmp_path):
    path, net = tmp_path / "run.npz", network()
    net.save(path)
    (tmp_path / "notes").write_text("mine")
    before = network(rng=5)
    for place in (path, tmp_path / "notes"):
        kept, other = place.read_bytes(), network(rng=5)
        with pytest.raises(ValueError, match=f"or that of a checkpoint; .*{place.name} is something else"):
            train(other, 1, checkpoint=place)
        assert place.read_bytes() == kept and same(other, before)
    train(net, 1, checkpoint=tmp_path / "new.npz")
    train(net, 1, checkpoint=tmp_path / "new.npz")


class Named(SGD):
    """With a setting that JSON cannot hold."""

    def __init__(self):
        super().__init__()
        self.words = {"a"}


def test_a_checkpoint_that_cannot_be_written_is_noticed_before_the_work(tmp_path):
    (tmp_path / "folder").mkdir()
    before = network(rng=5)
    for options, words in (
        (dict(checkpoint=tmp_path / "folder"), "a file can be written: .*folder cannot be written: it is a folder"),
        (dict(checkpoint=tmp_path / "run", optimiser=Named()), "can only hold settings that JSON can hold"),
    ):
        net = network(rng=5)
        with pytest.raises(ValueError, match=words):
            train(net, 1, **options)
        assert same(net, before)


def test_two_runs_do_not_share_a_checkpoint(tmp_path):
    path, net, before = tmp_path / "run.npz", network(rng=5), network(rng=5)
    with held(path), pytest.raises(Held, match="another process is at work on"):
        train(net, 1, checkpoint=path)
    assert same(net, before)

    def nested(given, history):
        with pytest.raises(Held):
            train(copy.deepcopy(given), 1, checkpoint=path)

    train(net, 1, checkpoint=path, callback=nested)
    assert [each.name for each in tmp_path.iterdir()] == ["run.npz"]
