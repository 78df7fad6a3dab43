"""The controls of one convolution: borders, strides, channels, kernels, errors."""

import numpy as np
import pytest
from convolved import built

from cnnlab.explore.toolkit.examples import LOPSIDED, PICTURES
from cnnlab.explore.toolkit.settings import (
    TOP,
    Errors,
    Pictures,
    Setting,
    channel_sliders,
    given_errors,
    padding_options,
)


def names(controls):
    return [control.name for control in controls]


def test_a_kernel_to_be_drawn():
    setting = Setting(None, (6, 7, 1), LOPSIDED)
    assert names(setting.border_controls()) == ["padding", "stride"] and not setting.channel_controls()
    assert names(setting.kernel_controls()) == ["w"] and not setting.several
    assert setting.room == (8, 9, 1), "full padding with stride 1 makes the largest e"
    conv = setting.convolution(padding="same", stride=2, w=np.eye(3), look="another control")
    assert conv.padding == "same" and conv.stride == (2, 2)
    np.testing.assert_array_equal(conv.w[:, :, 0, 0], np.eye(3))
    np.testing.assert_array_equal(setting.convolution().w[:, :, 0, 0], LOPSIDED)
    with pytest.raises(ValueError, match="image has 3 channels: pass a Conv2D that takes them as layer, too"):
        Setting(None, (6, 7, 3), LOPSIDED)


def test_a_layer_keeps_its_weights_and_gets_sliders_for_its_channels():
    layer = built((8, 8, 2), 3, 3, stride=4, padding=2)
    setting = Setting(layer, (8, 8, 2), LOPSIDED)
    assert setting.given and setting.several and not setting.kernel_controls()
    assert names(setting.channel_controls()) == ["c", "d"]
    padding, stride = setting.border_controls()
    assert padding.value == "as in the layer, 2" and stride.value == 4 and stride.positions() == [1, 2, 3, 4]
    assert setting.convolution(padding=padding.value).padding == 2
    np.testing.assert_array_equal(setting.convolution(w=np.zeros((3, 3))).w, layer.parameters["w"])


def test_what_cannot_be_changed_is_not_offered():
    per_unit = built((6, 6, 1), 2, 3, bias="unit")
    assert Setting(per_unit, (6, 6, 1), LOPSIDED).border_controls() == []
    assert Setting(per_unit, (6, 6, 1), LOPSIDED).room == (4, 4, 2)
    assert names(Setting(per_unit, (6, 6, 1), LOPSIDED, with_bias=False).border_controls()) == ["padding", "stride"]
    uneven = built((6, 6, 1), 1, 3, stride=(1, 2))
    assert names(Setting(uneven, (6, 6, 1), LOPSIDED).border_controls()) == ["padding"]
    small = Setting(built((4, 4, 1), 1, 5, padding="same"), (4, 4, 1), LOPSIDED)
    assert list(small.paddings) == ["same", "full"], "a border that leaves the image too small is no choice"
    small.keep({"same"})
    assert list(small.paddings) == ["same"] and small.border_controls()
    small.keep(())
    assert small.fixed and small.border_controls() == []


def test_padding_options_of_a_number():
    conv = Setting(built((6, 6, 1), 1, 3, padding=1), (6, 6, 1), LOPSIDED).start
    options, now = padding_options(conv, (6, 6, 1))
    assert now == "as in the layer, 1" and options == {now: 1, "valid": "valid", "same": "same", "full": "full"}
    assert channel_sliders((3, 3, 1, 1)) == []


def test_errors_that_a_hand_can_move_and_those_it_cannot(rng):
    first, one = np.arange(12.0).reshape(3, 2, 2) - 6, np.ones((3, 2, 2))
    errors = Errors({"first": first, "one": one})
    assert names(errors.controls()) == ["de0", "de1"] and errors.look(1, first) == {"edit": "de1", "scale": TOP}
    np.testing.assert_array_equal(errors.controls()[1].value, first[:, :, 1])
    values = errors.matrices("one")
    np.testing.assert_array_equal(errors.of(values, (2, 1, 2)), one[:2, :1])
    for starts in ({"a": 10 * first}, {"a": rng.normal(size=(3, 3, 4))}, {"a": rng.normal(size=(15, 3, 1))}):
        shown = Errors(starts)
        assert shown.controls() == [] and shown.look(0, starts["a"])["edit"] is None
        np.testing.assert_array_equal(shown.of({}, (2, 2, 1)), starts["a"][:2, :2])
        assert shown.look(0, starts["a"])["scale"] == np.abs(starts["a"]).max()


def test_errors_of_ones_own_have_the_shape_of_e(rng):
    de = rng.normal(size=(2, 3))
    found = given_errors(de, (2, 3, 1), (4, 4, 1))
    np.testing.assert_array_equal(found[:2, :3, 0], de)
    assert found.shape == (4, 4, 1) and not found[2:].any() and not found[:, 3:].any()
    with pytest.raises(ValueError, match=r"de must have the shape of e, \(2, 2, 1\); got \(2, 3, 1\)"):
        given_errors(de, (2, 2, 1), (4, 4, 1))


def test_pictures_to_choose_from_or_an_image_of_ones_own():
    pictures = Pictures()
    assert pictures.controls()[0].positions() == list(PICTURES)
    np.testing.assert_array_equal(pictures.named()[:, :, 0], next(iter(PICTURES.values())))
    np.testing.assert_array_equal(pictures.named("letter F")[:, :, 0], PICTURES["letter F"])
    own = Pictures(np.eye(4))
    assert own.controls() == [] and own.named("letter F").shape == (4, 4, 1)
