"""Which images of a folder are the frames of a video, and in what order."""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from mmengine.logging import MMLogger

from ...errors import NoFramesError, StNetInputError

IMAGES = ('.jpg', '.jpeg', '.png', '.bmp', '.webp')
VIDEOS = (
    *('.3gp', '.asf', '.avi', '.flv', '.gif', '.m2ts', '.m4v', '.mkv'),
    *('.mov', '.mp4', '.mpeg', '.mpg', '.mts', '.ogv', '.ts', '.vob'),
    *('.webm', '.wmv'),
)
# What file managers and media players leave beside the frames.
_THUMBNAIL = re.compile(
    r'(thumb(nail)?s?|folder|cover|preview|poster|albumart.*)', re.IGNORECASE
)
# Series that are computed from frames, by what comes before the number.
_COMPUTED = re.compile(
    r'(?<![a-z])(flow|depth|disparity|mask|thumb)|^[xyuv]$', re.IGNORECASE
)
_TIME_STAMP = re.compile(r'\d+\.\d+')
_LAST_NUMBER = re.compile(r'(.*?)(\d+)(\D*)', re.DOTALL)
# Folders whose gaps have been reported.
_reported: set[str] = set()


def list_frames(
    folder: str | os.PathLike[str], template: str | None = None
) -> list[str]:
    """List the frames in a folder, in the order of their numbers.

    The number is the last one in a name, whatever surrounds it: ``frame2.png``
    comes before ``frame10.png``. Names that are times, such as ``0.04.png``,
    are taken in the order of time, and names without numbers in alphabetic
    order. Of several series the one of RGB frames is taken: ``img_*.jpg``
    beside ``flow_x_*.jpg``. Hidden files and thumbnails do not count. Gaps in
    the numbers are reported once.

    Args:
        folder (str | os.PathLike): The folder.
        template (str, optional): The series to take if it is there, as
            MMAction2's ``filename_tmpl``, such as ``'img_{:05}.jpg'``.
            Defaults to None, no preference.

    Returns:
        list[str]: Paths of the images.

    Raises:
        StNetInputError: If there are none, or it is not clear which series is
            the video, or two have the same number.
    """
    names = _list_images(folder)
    if template is not None:
        pattern = _pattern(template)
        names = [name for name in names if pattern.fullmatch(name)] or names
    series: dict[str, list[tuple]] = defaultdict(list)
    for name in names:
        kind, number = _split(name)
        series[kind].append((number, name))
    frames = sorted(series[_choose(folder, series)])
    for (number, name), (following, other) in zip(frames, frames[1:]):
        if number == following:
            raise StNetInputError(
                f'{folder}: {name} and {other} have the same number: leave '
                'one of them in the folder'
            )
    _report_gap(folder, frames)
    return [os.path.join(folder, name) for _, name in frames]


def list_files(path: str | os.PathLike[str]) -> list[str]:
    """List the files that a video is in.

    Args:
        path (str | os.PathLike): A video file or folder of frames.

    Returns:
        list[str]: The file, or the frames in their order.

    Raises:
        StNetInputError: As ``list_frames``.
    """
    return list_frames(path) if os.path.isdir(path) else [os.fspath(path)]


def version_of(path: str | os.PathLike[str]) -> tuple[int, int]:
    """What changes when a clip does.

    Args:
        path (str | os.PathLike): A video file or folder of frames.

    Returns:
        tuple[int, int]: Size in bytes, and time of the last change in
        nanoseconds; of a folder, the sum and the latest of its frames.

    Raises:
        StNetInputError: If a folder has no frames.
        OSError: If it is not there.
    """
    stats = [os.stat(file) for file in list_files(path)]
    size = sum(stat.st_size for stat in stats)
    return size, max(stat.st_mtime_ns for stat in stats)


def _list_images(folder: str | os.PathLike[str]) -> list[str]:
    """Names of the images in a folder, but for hidden ones and thumbnails."""
    try:
        with os.scandir(folder) as entries:
            files = [
                entry.name
                for entry in entries
                if not entry.name.startswith('.') and entry.is_file()
            ]
    except OSError as error:
        raise StNetInputError(
            f'{folder}: this folder cannot be read ({error.strerror})'
        ) from error
    images = [
        name
        for name in files
        if name.lower().endswith(IMAGES)
        and not _THUMBNAIL.fullmatch(os.path.splitext(name)[0])
    ]
    if images:
        return images
    videos = sorted(name for name in files if name.lower().endswith(VIDEOS))
    if videos:
        some = ', '.join(os.path.join(folder, name) for name in videos[:3])
        raise StNetInputError(
            f'{folder}: a folder of {len(videos)} videos where one video, or '
            f'a folder of its frames, is wanted: give its files, such as '
            f'{some}'
        )
    raise NoFramesError(
        f'{folder}: no frames ({", ".join(IMAGES)}) in this folder'
    )


def _pattern(template: str) -> re.Pattern:
    """What matches the names that a template makes of numbers."""
    parts = re.split(r'{[^}]*}', template)
    return re.compile(r'\d+'.join(map(re.escape, parts)))


def _split(name: str) -> tuple[str, float | str]:
    """The series that a name belongs to, and its number in it."""
    stem, suffix = os.path.splitext(name)
    if _TIME_STAMP.fullmatch(stem):
        return f'*{suffix.lower()}', float(stem)
    match = _LAST_NUMBER.fullmatch(stem)
    if match is None:
        return '', name
    before, number, after = match.groups()
    return f'{before}*{after}{suffix.lower()}', int(number)


def _choose(
    folder: str | os.PathLike[str], series: Mapping[str, Sequence[tuple]]
) -> str:
    """The series of RGB frames."""
    if len(series) == 1:
        return next(iter(series))
    rgb = [
        kind
        for kind in series
        if not _COMPUTED.search(kind.partition('*')[0].rstrip('_-. '))
    ]
    if len(rgb) == 1:
        return rgb[0]
    found = ', '.join(
        f'{kind or frames[0][1]} ({len(frames)})'
        for kind, frames in sorted(series.items())[:3]
    )
    raise StNetInputError(
        f'{folder}: images of {len(series)} series, such as {found}: give '
        'each series a folder of its own'
    )


def _report_gap(
    folder: str | os.PathLike[str], frames: Sequence[tuple[float | str, str]]
) -> None:
    """Warn of frames that are missing among numbered ones."""
    numbers = [number for number, _ in frames if isinstance(number, int)]
    steps = [b - a for a, b in zip(numbers, numbers[1:])]
    if not steps or str(folder) in _reported:
        return
    step, count = Counter(steps).most_common(1)[0]
    # Numbers that are times have no step of their own.
    if max(steps) <= step or 2 * count < len(steps):
        return
    _reported.add(str(folder))
    gap = next(i for i, found in enumerate(steps) if found > step)
    missing = sum(found // step - 1 for found in steps)
    MMLogger.get_current_instance().warning(
        f'{folder}: {missing} frames are missing, the first between '
        f'{frames[gap][1]} and {frames[gap + 1][1]}; the others are taken as '
        'they follow each other'
    )
