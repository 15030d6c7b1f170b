"""Whether there is Triton."""

from functools import lru_cache
from importlib.util import find_spec


@lru_cache(maxsize=None)
def has_triton() -> bool:
    """Whether kernels of our own can run on a GPU.

    Returns:
        bool: Whether Triton is installed, as it is with PyTorch for GPUs on
        Linux.
    """
    return find_spec('triton') is not None
