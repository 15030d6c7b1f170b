"""Folder trees of files that are not opened."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from stnet_mm.datasets.annotations import FoundClips


def make_tree(root: Path, *files: str) -> Path:
    """Make files in a folder; each holds its own name."""
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding='utf-8')
    return root


def write_lists_of(root: Path, **texts: str) -> Path:
    """Write text files; of ``train_csv`` to train.csv."""
    root.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        name = '.'.join(name.rsplit('_', 1))
        (root / name).write_text(text, encoding='utf-8')
    return root


def counts(found: FoundClips) -> Counter:
    """How many clips there are of each split and class."""
    return Counter((clip.split, clip.label) for clip in found.clips)


def noted(found: FoundClips) -> dict[str, list[str]]:
    """The files of each note, by its reason."""
    return {note.reason: note.paths for note in found.notes}
