"""Why torchcodec cannot be used, in one line."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import metadata

from ..environment import version_numbers

# The first with an index of a video's frames.
OLDEST = '0.17'
FFMPEG_MISSING = (
    'torchcodec finds no shared libraries of FFmpeg (version 4 to 9): '
    '`apt-get install ffmpeg` or `conda install ffmpeg` brings them'
)
# What its error says of those versions of FFmpeg that are not there.
_ABSENT = re.compile(
    r'lib(av|sw)\w+\.|Could not find module|Could not load this library|'
    'No spec found'
)


@lru_cache(maxsize=None)
def find_torchcodec_fault() -> str | None:
    """Tell why torchcodec cannot be used.

    Returns:
        str | None: What is missing and what to do; None if it can be used.
    """
    try:
        version = metadata.version('torchcodec')
    except metadata.PackageNotFoundError:
        return 'torchcodec is not installed: pip install torchcodec'
    if version_numbers(version) < version_numbers(OLDEST):
        return (
            f'torchcodec {OLDEST} or newer is needed (with torch 2.11 or '
            f'newer), not {version}: pip install -U torchcodec'
        )
    try:
        import torchcodec
    except Exception as error:
        return _misfit(version, str(error.__cause__ or error))
    if torchcodec.ffmpeg_major_version is not None:
        return None
    try:
        torchcodec.decoders.get_container_metadata(b'')
    except Exception as error:
        return explain_failure(str(error), version)
    return None


def explain_failure(text: str, version: str) -> str:
    """Say in one line why torchcodec's libraries cannot be loaded.

    It has a build of them for every version of FFmpeg, tries all, and shows
    the trace of every attempt.

    Args:
        text (str): Its error.
        version (str): Its version.

    Returns:
        str: The cause, and what to do.
    """
    for cause in re.findall(r'^\w+Error: (.+)', text, re.M):
        if not _ABSENT.search(cause):
            return _misfit(version, cause)
    return FFMPEG_MISSING


def _misfit(version: str, cause: str) -> str:
    lines = cause.splitlines() or ['unknown']
    text = f'torchcodec {version} does not fit this PyTorch ({lines[0][:150]})'
    if 'cuda' in cause:
        return (
            f'{text}: of a PyTorch without CUDA take the build without it, '
            'pip install torchcodec '
            '--index-url https://download.pytorch.org/whl/cpu'
        )
    return f'{text}: pip install -U torch torchcodec'
