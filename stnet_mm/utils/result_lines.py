"""A file of results, a line of JSON each, that a killed run goes on with."""

from __future__ import annotations

import errno
import json
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from ..errors import StNetInputError
from .atomic import write_atomically
from .result_store import digest

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


class ResultLines:
    """Writes a line for each of many videos, in their order.

    A record beside the file, ``NAME.run.json``, says what the lines follow
    from, so that those of something else are never mixed in. Nothing is
    written before the ``with`` block.

    Args:
        path (str | Path): The file.
        videos (Sequence[str]): What the lines are of; all differ.
        made_of (dict): What else they follow from, as plain data.
        resume (bool): Whether to go on with what is there, if anything is.
            Defaults to False.

    Attributes:
        done (int): How many lines there are: of the first videos.
        failed (int): How many of them have an ``error``.

    Raises:
        StNetInputError: If the file is there and is not to be resumed, or
            cannot be: it is of something else, or damaged.
    """

    def __init__(
        self,
        path: str | Path,
        videos: Sequence[str],
        made_of: dict,
        resume: bool = False,
    ) -> None:
        self.path, self.videos = Path(path), videos
        self._record = self.record_of(self.path)
        made_of = {**made_of, 'videos': videos}
        self._made_of = {key: digest(made_of[key]) for key in made_of}
        self.done = self.failed = self._bytes = 0
        if not self.path.exists():
            return
        if not resume:
            raise StNetInputError(
                f'{path} is there already: --resume goes on with it; or '
                'choose another name'
            )
        self._check_record()
        self._check_lines()

    @staticmethod
    def record_of(path: Path) -> Path:
        """The file that says what the lines of a file follow from.

        Args:
            path (Path): The file of lines.

        Returns:
            Path: The one beside it.
        """
        return path.with_name(f'{path.name}.run.json')

    def __enter__(self) -> ResultLines:
        if not self.path.exists():
            self.write_record()
        self._file: BinaryIO = open(self.path, 'ab', buffering=0)
        try:
            _lock(self._file)
            self._file.truncate(self._bytes)
        except BaseException:
            self._file.close()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def write_record(self) -> None:
        """Say what the lines follow from.

        Raises:
            OSError: If it cannot be written.
        """
        text = json.dumps(self._made_of, indent=2)
        write_atomically(self._record, text.encode() + b'\n')

    def add(self, result: dict) -> None:
        """Write the line of the next video, at once.

        Args:
            result (dict): What is known of it, as plain data.

        Raises:
            OSError: If it cannot be written; names the file.
        """
        line = dict(video=self.videos[self.done], **result)
        rest = memoryview(json.dumps(line).encode() + b'\n')
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            # A full disk names no file.
            if error.errno is not None and error.filename is None:
                error.filename = str(self.path)
            raise
        self.done += 1
        self.failed += 'error' in result

    def _check_record(self) -> None:
        try:
            found = json.loads(self._record.read_bytes())
            differing = [
                key
                for key, value in self._made_of.items()
                if found.get(key) != value
            ]
        except (FileNotFoundError, ValueError, AttributeError) as error:
            raise StNetInputError(
                f'{self.path} cannot be resumed: {self._record} does not say '
                'what it was made with; choose another name'
            ) from error
        if differing:
            raise StNetInputError(
                f'{self.path} was made with other {", ".join(differing)}: '
                'give the same ones, or choose another name'
            )

    def _check_lines(self) -> None:
        with open(self.path, 'rb') as file:
            for number, line in enumerate(file):
                if not line.endswith(b'\n'):
                    return  # of a process that was killed
                try:
                    result = json.loads(line)
                    fits = result['video'] == self.videos[number]
                except (ValueError, TypeError, LookupError):
                    fits = False
                if not fits:
                    raise StNetInputError(
                        f'{self.path}, line {number + 1} is damaged: remove '
                        'it and all after it, and they are done again'
                    )
                self.done += 1
                self.failed += 'error' in result
                self._bytes += len(line)


def _lock(file: BinaryIO) -> None:
    """Let no other process write; ends with this one, however it ends."""
    if fcntl is None:
        return
    try:
        # Not flock: processes that this one starts would keep that.
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # Some file systems of networks have no locks.
        if error.errno in (errno.EACCES, errno.EAGAIN):
            raise StNetInputError(
                f'{file.name} is being written by another process: wait for '
                'its end, or choose another name'
            ) from error
