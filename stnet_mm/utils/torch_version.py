"""The version of PyTorch, to compare with."""

from __future__ import annotations

import torch


def torch_version() -> tuple[int, int]:
    """The version of PyTorch.

    Returns:
        tuple[int, int]: Its first two numbers, such as (2, 6).
    """
    major, minor = torch.__version__.split('.')[:2]
    return int(major), int(minor)
