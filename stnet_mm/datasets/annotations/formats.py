"""The formats of data sets that can be read."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, NamedTuple

from ...errors import StNetInputError, check_choice
from .clip import FoundClips
from .folder import read_folder
from .hmdb51 import is_hmdb51, read_hmdb51
from .jester import is_jester, read_jester
from .kinetics import is_kinetics, read_kinetics
from .list_file import read_list
from .something_something import (
    is_something_something,
    read_something_something,
)
from .ucf101 import is_ucf101, read_ucf101


class Format(NamedTuple):
    """A format of a data set.

    Attributes:
        read (Callable[..., FoundClips]): Reads a source.
        fits (Callable[[Path], bool]): Whether a source has this format.
        options (tuple[str, ...]): Arguments that ``read`` takes beside the
            source.
    """

    read: Callable[..., FoundClips]
    fits: Callable[[Path], bool]
    options: tuple[str, ...]


# By name. The last two take every file and folder.
FORMATS = {
    'kinetics': Format(read_kinetics, is_kinetics, ('videos',)),
    'ucf101': Format(read_ucf101, is_ucf101, ('videos', 'split')),
    'hmdb51': Format(read_hmdb51, is_hmdb51, ('videos', 'split')),
    'something-something': Format(
        read_something_something, is_something_something, ('videos',)
    ),
    'jester': Format(read_jester, is_jester, ('videos',)),
    'list': Format(read_list, Path.is_file, ('videos', 'labels')),
    'folder': Format(read_folder, Path.is_dir, ()),
}


def find_format(source: str | Path) -> str:
    """Find out the format of a data set.

    Args:
        source (str | Path): Its file or folder.

    Returns:
        str: The name of the first format that fits.

    Raises:
        StNetInputError: If there is no such file or folder.
    """
    for name, known in FORMATS.items():
        if known.fits(Path(source)):
            return name
    raise StNetInputError(f'{source}: there is no such file or folder')


def read_clips(source: str | Path, name: str, **options: object) -> FoundClips:
    """Read a data set.

    Args:
        source (str | Path): Its file or folder.
        name (str): The name of its format.
        **options: ``videos``, ``labels`` or ``split``, as the
            format's reader takes them; None if not given.

    Returns:
        FoundClips: Its clips.

    Raises:
        StNetInputError: If the format does not take an option, or the
            reader refuses the data set.
    """
    check_choice('format', name, FORMATS)
    given = {key: value for key, value in options.items() if value is not None}
    for key in given:
        if key not in FORMATS[name].options:
            raise StNetInputError(
                f'{source}: the format {name} takes no {key}: leave it out, '
                'or name another format'
            )
    return FORMATS[name].read(source, **given)
