"""The folder that a fit leaves, and goes on in after an interruption."""

from __future__ import annotations

import json
from pathlib import Path

from ..errors import StNetInputError
from ..utils.atomic import write_atomically
from .options import FitOptions


class FitFolder:
    """Where the files of a fit are.

    Args:
        root (Path): The folder; made if it is missing.
        options (FitOptions): What is asked of the fit.

    Raises:
        StNetInputError: If the folder holds something else, or a fit with
            other options.
        OSError: If it cannot be written to.
    """

    def __init__(self, root: Path, options: FitOptions) -> None:
        self.root = root
        self.lists = root / 'lists'
        self.config = root / 'config.py'
        self.training = root / 'training'
        self.testing = root / 'testing'
        self.frames = root / 'frames'
        self.report = root / 'report'
        self.cam = root / 'cam'
        self.summary = root / 'README.md'
        self._claim(options)

    def _claim(self, options: FitOptions) -> None:
        note = self.root / 'fit.json'
        if not note.exists():
            if self.root.exists() and any(self.root.iterdir()):
                raise StNetInputError(
                    f'{self.root} holds other files: name another folder by '
                    '--out'
                )
            text = json.dumps(options.to_dict(), indent=2)
            write_atomically(note, text.encode())
            return
        try:
            before = json.loads(note.read_text(encoding='utf-8'))
        except ValueError as error:
            raise StNetInputError(
                f'{note} is damaged: name another folder by --out'
            ) from error
        for key, value in options.to_dict().items():
            if before.get(key) != value:
                raise StNetInputError(
                    f'{self.root} holds a fit with {key}={before.get(key)!r}, '
                    f'not {value!r}: name another folder by --out'
                )
