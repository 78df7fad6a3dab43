"""A network as a table."""

import re

from cnnlab import models


def test_the_summary_is_a_table_whose_columns_add_up():
    network = models.zip_code_1989()
    summary = network.summary()
    lines = repr(summary).splitlines()
    assert [cell.strip() for cell in re.split(r"\s{2,}", lines[0])] == [
        "layer",
        "settings",
        "output",
        "parameters",
        "connections",
        "multiply-adds",
    ]
    assert all(words in lines[3] for words in ("conv1", "12 of 5 x 5, stride 2", "8 x 8 x 12", "1,068"))
    assert lines[-1].split()[-3:] == ["9,760", "64,660", "63,660"] and "1,256 units" in lines[-1]
    for column, total in zip((3, 4, 5), (9760, 64660, 63660), strict=True):
        assert sum(row[column] for row in summary.rows) == total
    assert max(map(len, lines)) <= 110, "wider than a notebook on a laptop"
