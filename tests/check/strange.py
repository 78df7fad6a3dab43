"""Strange values that somebody may pass."""


class Guarded:
    """No array can be made of it, as of a tensor of PyTorch that keeps gradients."""

    def __array__(self, *_, **__):
        raise RuntimeError("call detach() first")
