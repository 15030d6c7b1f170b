"""What happens to the source of a stream."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from .broadcast import Broadcast


class Fault(NamedTuple):
    """A fault of a source.

    Attributes:
        name (str): What it is.
        lasts (float): Seconds until the source is well again.
        begin (Callable): Begins it; it ends by itself.
    """

    name: str
    lasts: float
    begin: Callable[[Broadcast, float], None]


def _silence(broadcast: Broadcast, seconds: float) -> None:
    broadcast.silent_until = time.monotonic() + seconds


def _hold(broadcast: Broadcast, seconds: float) -> None:
    broadcast.held_until = time.monotonic() + seconds


def _damage(broadcast: Broadcast, seconds: float) -> None:
    broadcast.damaged_until = time.monotonic() + seconds


def _end(broadcast: Broadcast, seconds: float) -> None:
    broadcast.off_until = time.monotonic() + seconds


def _jump_on(broadcast: Broadcast, seconds: float) -> None:
    broadcast.shift += 3600


def _jump_back(broadcast: Broadcast, seconds: float) -> None:
    broadcast.shift -= 1800


def _resize(broadcast: Broadcast, seconds: float) -> None:
    small, large = (480, 270), (640, 360)
    broadcast.size = large if broadcast.size == small else small


def _slow_down(broadcast: Broadcast, seconds: float) -> None:
    broadcast.fps = 10.0 if broadcast.fps > 10 else 25.0


FAULTS = (
    Fault('no frame for 5 s', 5, _silence),
    Fault('no frame for 20 s', 20, _silence),
    Fault('time stamps jump on by an hour', 0, _jump_on),
    Fault('another resolution', 0, _resize),
    Fault('it ends, and is back after 3 s', 3, _end),
    Fault('time stamps jump back by half an hour', 0, _jump_back),
    Fault('bytes are damaged for 3 s', 3, _damage),
    Fault('held back for 6 s, then all at once', 6, _hold),
    Fault('it ends, and is back after 20 s', 20, _end),
    Fault('10 frames per second instead of 25', 0, _slow_down),
)
