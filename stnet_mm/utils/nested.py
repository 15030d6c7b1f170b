"""Configs and other plain data, part by part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def walk(value: Any, key: str = '') -> Iterator[tuple[str, Any]]:
    """Go through a value and all that is in it.

    Args:
        value (Any): Plain data; what is in dicts, lists and tuples is found.
        key (str): Its key. Defaults to ``''``.

    Yields:
        tuple[str, Any]: Key and value of each part, the whole first; keys
        have dots, as ``'model.backbone.num_frames'`` or ``'pipeline.0'``.
    """
    yield key, value
    if isinstance(value, dict):
        parts: list = [*value.items()]
    elif isinstance(value, (list, tuple)):
        parts = [*enumerate(value)]
    else:
        return
    for part, inner in parts:
        yield from walk(inner, f'{key}.{part}' if key else str(part))
