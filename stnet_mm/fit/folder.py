"""The folder that a fit leaves, and goes on in after an interruption."""

from __future__ import annotations

from pathlib import Path

from ..utils.output_folder import claim_folder
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
        self.digest = root / 'lists.sha256'
        self.config = root / 'config.py'
        self.training = root / 'training'
        self.testing = root / 'testing'
        self.frames = root / 'frames'
        self.report = root / 'report'
        self.cam = root / 'cam'
        self.summary = root / 'README.md'
        claim_folder(root, 'fit.json', dict(settings=options.to_dict()))
