"""Letting the C library keep freed memory, so that training is faster."""

from __future__ import annotations

import ctypes
import os
import platform

from mmengine.device import get_device

from ..errors import check_choice

SWITCH = 'STNET_MALLOC'
# Of glibc's malloc.h.
M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4


def keep_freed_memory() -> bool:
    """Let glibc keep the memory of freed feature maps for the next ones.

    By default it returns large blocks to the kernel at once, and so every
    training step on a CPU gets all of its feature maps anew, a page at a
    time. ``docs/performance.md`` has the measurement. Processes that are
    forked from this one, such as a loader's workers, do the same.

    Nothing is changed on a GPU; with another C library; if the environment
    variable ``STNET_MALLOC`` is 0; or if the environment says already how to
    allocate (``MALLOC_...``, ``GLIBC_TUNABLES``, ``LD_PRELOAD``).

    Returns:
        bool: Whether memory is kept.

    Raises:
        StNetInputError: If ``STNET_MALLOC`` is neither 0 nor 1.
    """
    switch = os.environ.get(SWITCH, '1')
    check_choice(SWITCH, switch, ('0', '1'))
    if (
        switch == '0'
        or get_device() != 'cpu'
        or platform.libc_ver()[0] != 'glibc'
        or _environment_decides()
    ):
        return False
    libc = ctypes.CDLL(None)
    # No block is the kernel's own, and the heap never shrinks. Not by
    # M_MMAP_THRESHOLD: before glibc 2.35 it is limited to 32 MB.
    return bool(
        libc.mallopt(M_MMAP_MAX, 0) and libc.mallopt(M_TRIM_THRESHOLD, -1)
    )


def _environment_decides() -> bool:
    """Whether the user has chosen how memory is allocated."""
    return any(
        value
        and (
            name.startswith('MALLOC_')
            or name in ('GLIBC_TUNABLES', 'LD_PRELOAD')
        )
        for name, value in os.environ.items()
    )
