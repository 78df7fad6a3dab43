"""The measurement of one training on two workers: what it says of what it found."""

from benchmarks import data_parallel

FOUND = {
    "network": "alexnet_lite_bn",
    "batch": 256,
    "chunks": 8,
    "cores": 2,
    "images_per_second": {"no workers": [100.0, 110.0, 120.0], "1 worker": [90.0], "2 workers": [160.0, 180.0]},
    "talking": {"1 worker": [0.01], "2 workers": [0.04, 0.06]},
    "two_over_one": 1.89,
    "two_over_none": 1.55,
    "pytorch_ddp": None,
}


def test_medians_shares_and_what_is_missing_are_told():
    lines = list(data_parallel.said(FOUND))
    assert lines[0] == "alexnet_lite_bn, batch 256, 8 chunks, 2 cores"
    assert lines[1].split() == ["no", "workers:", "110.0", "images/s"]
    assert lines[3].split() == ["2", "workers:", "170.0", "images/s,", "talking", "5.0", "%"]
    assert lines[4] == "two workers over one: 1.89 (wanted: 1.5); over none: 1.55"
    assert "PyTorch is not installed" in lines[5]
    beside = {"1 worker": [80.0], "2 workers": [120.0, 130.0, 140.0], "norm": "SyncBatchNorm"}
    assert list(data_parallel.said(FOUND | {"pytorch_ddp": beside}))[-1] == (
        "PyTorch DDP, 2 workers: 130.0 images/s (SyncBatchNorm)"
    )
