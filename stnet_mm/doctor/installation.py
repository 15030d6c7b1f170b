"""What ``import stnet_mm`` did, and whether the network computes right."""

from __future__ import annotations

from typing import Callable

from .. import compat
from .devices import describe_cpu, describe_cuda
from .self_test import run_self_test


def look_inside() -> dict:
    """Look at the package after it has been imported.

    Returns:
        dict: ``patches`` (a list of dicts of ``name`` and ``summary``),
        ``cpu``, ``cuda`` and ``self_test``; a dict of ``error`` (str) in
        place of one that failed.
    """
    return dict(
        patches=list_patches(),
        cpu=_try(describe_cpu),
        cuda=_try(describe_cuda),
        self_test=_try(run_self_test),
    )


def list_patches() -> list[dict]:
    """The upstream faults that were found and patched.

    Returns:
        list[dict]: Of each ``name``, the function of ``stnet_mm.compat``, and
        ``summary``, what it does.
    """
    return [
        dict(
            name=name,
            summary=(getattr(compat, name).__doc__ or '').partition('\n')[0],
        )
        for name in compat.APPLIED
    ]


def _try(examine: Callable[[], dict]) -> dict:
    try:
        return examine()
    except Exception as error:
        return dict(error=f'{type(error).__name__}: {error}')
