"""Files of features: one for each video, or one for all."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path, PurePath

from torch import Tensor

from ..errors import StNetInputError
from ..utils.atomic import write_atomically
from ..utils.output_folder import claim_folder
from ..utils.safetensors_file import load_tensors, save_tensors

SUFFIX = '.safetensors'
# Name of a feature in the file of its video.
FEATURE = 'feature'
RECORD = 'features.json'


class FeatureFiles:
    """Writes features so that an interrupted program goes on.

    Each video has a file at once. Where one file for all is wanted, those of
    the videos wait in a hidden folder beside it until all are there.

    Args:
        out (str | Path): A file for all, ``*.safetensors``, or a folder for
            one of each video; new, or begun with the same settings.
        names (Mapping[str, str]): What to call the videos, by their files.
        settings (dict): What features depend on, as plain data.

    Raises:
        StNetInputError: If two videos would have one file, or ``out`` holds
            something else.
        OSError: If it cannot be written.
    """

    def __init__(
        self, out: str | Path, names: Mapping[str, str], settings: dict
    ) -> None:
        out = Path(out)
        self._file = out if out.suffix == SUFFIX else None
        self._folder = out
        if self._file is not None:
            self._folder = out.with_name(f'.{out.name}.parts')
        self._names = names
        self._paths = {v: self._path(name) for v, name in names.items()}
        taken: dict[Path, str] = {}
        for video, path in self._paths.items():
            other = taken.setdefault(path, video)
            if other != video:
                raise StNetInputError(
                    f'{other} and {video} would have the same file {path}: '
                    'extract the features of one of them elsewhere'
                )
        if self._file is not None and self._file.exists():
            raise StNetInputError(
                f'{self._file} is there already: remove it, or choose '
                'another file'
            )
        claim_folder(self._folder, RECORD, dict(settings=settings))

    def _path(self, name: str) -> Path:
        path = PurePath(name)
        parts = [p for p in path.parts if p not in (path.anchor, '..')]
        return self._folder.joinpath(*parts[:-1], f'{parts[-1]}{SUFFIX}')

    def missing(self) -> list[str]:
        """The videos that have no feature yet."""
        return [v for v, path in self._paths.items() if not path.exists()]

    def add(self, video: str, feature: Tensor) -> None:
        """Write the feature of a video.

        Args:
            video (str): The video.
            feature (Tensor): Its feature.

        Raises:
            OSError: If it cannot be written.
        """
        write_atomically(self._paths[video], save_tensors({FEATURE: feature}))

    def finish(self) -> None:
        """Put all features into one file, if there is to be one.

        Raises:
            OSError: If it cannot be written.
        """
        if self._file is None:
            return
        features = {
            self._names[video]: load_tensors(path)[FEATURE]
            for video, path in self._paths.items()
            if path.exists()
        }
        write_atomically(self._file, save_tensors(features))
        shutil.rmtree(self._folder)
