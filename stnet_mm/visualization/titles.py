"""What to call recognizers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def short_titles(configs: Sequence[str]) -> list[str]:
    """Short names of recognizers.

    Args:
        configs (Sequence[str]): Their config files.

    Returns:
        list[str]: The first part of each file's name, or all of it, or that
        with a number: whatever tells them apart.
    """
    stems = [Path(config).stem for config in configs]
    numbered = [f'{stem}-{i + 1}' for i, stem in enumerate(stems)]
    for titles in ([stem.split('_')[0] for stem in stems], stems):
        if len({*titles}) == len(titles):
            return titles
    return numbered
