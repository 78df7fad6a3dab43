"""The style that both painters read: colours that can be seen, and told apart, on both papers."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from cnnlab.picture import COLOURS, STYLE

# How a person without green cones sees linear red, green and blue (Vienot, Brettel and Mollon, 1999).
GREEN_BLIND = np.array([[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]])


def linear(colour):
    """Linear red, green and blue of a colour (sRGB)."""
    c = np.array(to_rgb(colour))
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def contrast(colour, other):
    """As the Web Content Accessibility Guidelines reckon it: 1 to 21."""
    light = sorted(0.05 + linear(c) @ (0.2126, 0.7152, 0.0722) for c in (colour, other))
    return light[1] / light[0]


def test_pictures_have_the_colours_of_the_light_theme():
    assert list(COLOURS) == STYLE["colours"]["light"] and len(COLOURS) == 8


@pytest.mark.parametrize(("theme", "least"), [("light", 2.0), ("dark", 6.0)])
def test_every_colour_is_seen_on_its_paper(theme, least):
    paper = STYLE["themes"][theme]["paper"]
    for colour in STYLE["colours"][theme]:
        assert contrast(colour, paper) > least, colour
    assert contrast(STYLE["themes"][theme]["ink"], paper) > 12
    assert contrast(STYLE["themes"][theme]["muted"], paper) > 4.5
    assert contrast(STYLE["colours"][theme][6], paper) > 12, "colour 6 is ink"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_colours_are_told_apart_without_green_cones(theme):
    seen = [np.cbrt(np.clip(GREEN_BLIND @ linear(colour), 0, 1)) for colour in STYLE["colours"][theme]]
    for i, one in enumerate(seen):
        for other in seen[:i]:
            assert np.linalg.norm(one - other) > 0.1, (STYLE["colours"][theme][i], other)


def test_both_themes_have_the_same_parts():
    assert STYLE["themes"]["light"].keys() == STYLE["themes"]["dark"].keys()
