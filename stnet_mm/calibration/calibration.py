"""What a calibrated checkpoint says of itself."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from ..errors import StNetInputError

# Under this name a checkpoint's ``meta`` holds it.
KEY = 'stnet_calibration'


@dataclass(frozen=True)
class Calibration:
    """How a network was calibrated.

    Attributes:
        temperature (float): By what its logits have been divided: the
            weights of its classifier are those divided by it.
        thresholds (tuple[float, ...]): The least energy score of a video of
            each class; see ``open_set``.
        false_alarms (float): The share of videos of the classes that may be
            called unknown.
        videos (int): How many it was calibrated with.
    """

    temperature: float
    thresholds: tuple[float, ...]
    false_alarms: float
    videos: int


def store_calibration(meta: dict, calibration: Calibration) -> None:
    """Write a calibration into a checkpoint's ``meta``.

    Args:
        meta (dict): Takes it, as plain data.
        calibration (Calibration): The calibration.
    """
    content = asdict(calibration)
    meta[KEY] = dict(content, thresholds=[*calibration.thresholds])


def read_calibration(
    meta: Mapping, num_classes: int, name: str
) -> Calibration | None:
    """Read the calibration in a checkpoint's ``meta``.

    Args:
        meta (Mapping): What the checkpoint holds, whoever made it.
        num_classes (int): How many classes there are.
        name (str): The file's name, for messages.

    Returns:
        Calibration | None: The calibration; None if there is none.

    Raises:
        StNetInputError: If it is damaged.
    """
    if KEY not in meta:
        return None
    try:
        content = dict(meta[KEY])
        numbers = [float(value) for value in content['thresholds']]
        found = Calibration(
            float(content['temperature']),
            tuple(numbers),
            float(content['false_alarms']),
            int(content['videos']),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(name) from error
    if (
        len(numbers) != num_classes
        or not all(map(math.isfinite, numbers))
        or not 0 < found.temperature < math.inf
    ):
        raise _damaged(name)
    return found


def _damaged(name: str) -> StNetInputError:
    return StNetInputError(
        f'{name}: what it says of its calibration is damaged: calibrate it '
        'again by tools/calibrate.py'
    )
