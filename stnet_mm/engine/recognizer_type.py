"""Whether a config's recognizer is a StNet."""

from __future__ import annotations

from collections.abc import Mapping

from mmaction.registry import MODELS

from ..models import StNetRecognizer


def is_stnet(model: Mapping) -> bool:
    """Whether a config builds a ``StNetRecognizer``, or one derived from it.

    Args:
        model (Mapping): The config's ``model``; its ``type`` is a class or
            the name of one in MMAction2's registry.

    Returns:
        bool: Whether it does.
    """
    kind = model['type']
    if isinstance(kind, str):
        kind = MODELS.get(kind)
    return isinstance(kind, type) and issubclass(kind, StNetRecognizer)
