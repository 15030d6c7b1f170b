"""Videos that are downloaded, to be read more than once."""

from __future__ import annotations

import shutil
import string
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from urllib.parse import quote, urlsplit
from urllib.request import urlopen

from ..datasets.transforms.sources import TIMEOUT, is_url
from ..errors import StNetInputError
from ..utils.file_names import shorten_name


@contextmanager
def local_video(video: str) -> Iterator[str]:
    """Download a video for as long as it is needed.

    Args:
        video (str): A video file, a folder of frames, or a URL.

    Yields:
        str: The same, or of a URL a temporary file of the same name.

    Raises:
        StNetInputError: If it cannot be downloaded. Errors inside that name
            the temporary file name the URL instead.
    """
    if not is_url(video):
        yield video
        return
    with tempfile.TemporaryDirectory() as folder:
        name = shorten_name(Path(urlsplit(video).path).name.strip('.'))
        path = Path(folder, name or 'video')
        _download(video, path)
        try:
            yield str(path)
        except StNetInputError as error:
            text = str(error).replace(str(path), video)
            raise StNetInputError(text) from error


def _download(url: str, path: Path) -> None:
    try:
        # Other letters than those of ASCII are not quoted by people.
        quoted = quote(url, safe=string.punctuation)
        answer = urlopen(quoted, timeout=TIMEOUT)
        with answer, open(path, 'wb') as file:
            shutil.copyfileobj(answer, file)
    except (OSError, ValueError, HTTPException) as error:
        raise StNetInputError(
            f'{url} cannot be downloaded ({error}): download it elsewhere and '
            'give its path'
        ) from error
