"""Results of a long run, kept so that an interrupted one can go on."""

from __future__ import annotations

import hashlib
import io
import json
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch

from ..errors import StNetInputError
from .atomic import write_atomically

# Seconds after which new results are written.
INTERVAL = 60.0


class ResultStore:
    """Results by number: plain data and tensors, written now and then.

    Each process writes files of its own into a folder and reads those of
    all, so that another number of processes can go on.

    Args:
        folder (str | Path, optional): The folder; made when there is
            something to write. None: results are in memory only.
        made_of (object): What the results depend on, as plain data. Each
            has a folder of its own in the folder, so that results of
            something else are never mixed in.
        resume (bool): Whether to go on with what is there. Else it is
            removed as soon as there is something to write.

    Attributes:
        found (int): How many results were there.
        news (str): What becomes of them, for people; empty if there is
            nothing to say.

    Raises:
        StNetInputError: If results to go on with are damaged.
    """

    def __init__(
        self, folder: str | Path | None, made_of: object, resume: bool
    ) -> None:
        self._folder: Path | None = None
        self._old: list[Path] = []
        if folder is not None:
            self._folder = Path(folder, digest(made_of, 8))
            self._old = sorted(self._folder.glob('*.pth'))
        # What is read or written here; another run may be writing there, too.
        self._files = [*self._old]
        self._results: dict[int, Any] = {}
        self._new: dict[int, Any] = {}
        for path in self._old:
            self._results.update(_read(path, resume))
        self.found = len(self._results)
        self.news = self._describe(folder, resume)
        if resume:
            self._old = []
        else:
            self._results = {}
        self._time = time.monotonic()

    def _describe(self, folder: str | Path | None, resume: bool) -> str:
        if resume and not self.found:
            return f'{folder} holds nothing of this run: it starts anew'
        if resume:
            return f'{self.found} results are known from {folder}'
        if self.found:
            return (
                f'{folder} holds {self.found} results of this run, which '
                '--resume would take: it starts anew'
            )
        return ''

    def __enter__(self) -> ResultStore:
        return self

    def __exit__(self, *error: object) -> None:
        self.save()

    def __contains__(self, number: int) -> bool:
        return number in self._results

    def __getitem__(self, number: int) -> Any:
        return self._results[number]

    def add(self, number: int, result: Any) -> None:
        """Keep a result.

        Args:
            number (int): Its number.
            result (Any): Plain data and tensors.
        """
        self._results[number] = self._new[number] = result
        if time.monotonic() - self._time >= INTERVAL:
            self.save()

    def save(self) -> None:
        """Write what is new."""
        self._time = time.monotonic()
        if not self._new or self._folder is None:
            return
        for path in self._old:
            path.unlink(missing_ok=True)
        self._old = []
        buffer = io.BytesIO()
        torch.save(self._new, buffer)
        path = self._folder / f'{uuid.uuid4().hex}.pth'
        write_atomically(path, buffer.getvalue())
        self._files.append(path)
        self._new = {}

    def remove(self) -> None:
        """Remove what has been read and written: the run is at its end."""
        if self._folder is None:
            return
        for path in self._files:
            path.unlink(missing_ok=True)
        # They may hold results of others, and of several processes another
        # one may have removed them meanwhile.
        with suppress(OSError):
            self._folder.rmdir()
            self._folder.parent.rmdir()


def _read(path: Path, needed: bool) -> dict[int, Any]:
    try:
        return torch.load(path, map_location='cpu', weights_only=True)
    except Exception as error:  # whatever is in it
        if not needed:
            return {}
        raise StNetInputError(
            f'{path} is damaged: remove it, and what it holds is done again'
        ) from error


def digest(value: object, size: int = 16) -> str:
    """A short text that follows from a value.

    Args:
        value (object): Plain data; what is none stands for its text.
        size (int): Bytes. Defaults to 16.

    Returns:
        str: Two hexadecimal digits for each.
    """
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=size).hexdigest()


def fingerprint(path: str | Path) -> str:
    """A short text that follows from the content of a file.

    Args:
        path (str | Path): The file; what is no file, such as a URL, stands
            for itself.

    Returns:
        str: 32 hexadecimal digits, or the path.
    """
    if not Path(path).is_file():
        return str(path)
    content = hashlib.blake2b(digest_size=16)
    with open(path, 'rb') as file:
        while block := file.read(2**20):
            content.update(block)
    return content.hexdigest()
