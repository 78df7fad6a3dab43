"""What happened during training, as numbers and as a picture."""

import numpy as np
import pytest

from cnnlab.training import History


def test_a_history_is_a_picture_and_words_without_timing():
    rows = [
        dict(
            epoch=k,
            loss=1 / k,
            accuracy=1 - 0.1 / k,
            validation_loss=2 / k,
            validation_accuracy=1 - 0.2 / k,
            seconds=1.0 * k,
            images_per_second=7.0,
        )
        for k in (1, 2, 3)
    ]
    history = History(rows)
    assert repr(history) == (
        "History of 3 epochs: training loss 0.333, accuracy 96.7 %; validation loss 0.667, accuracy 93.3 %"
    )
    loss, error = history.plot().axes
    np.testing.assert_allclose(loss.get_lines()[1].get_ydata(), [2, 1, 2 / 3])
    np.testing.assert_allclose(error.get_lines()[0].get_ydata(), [10, 5, 10 / 3])
    bundle = history._repr_mimebundle_()
    assert bundle["text/plain"] == repr(history) and bundle["image/png"][:4] == b"\x89PNG"
    rows[0]["loss"] = 99  # the history keeps its own
    assert history["loss"][0] == 1
    with pytest.raises(KeyError, match="no column 'speed'; there are epoch, loss"):
        history["speed"]
    with pytest.raises(ValueError, match="nothing to plot"):
        History().plot()
