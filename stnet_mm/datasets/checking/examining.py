"""Reading a video to the end, or some frames of it, as training does."""

from __future__ import annotations

import os
from pathlib import Path

from ...errors import NoFramesError, NotAVideoError, StNetInputError
from ...utils.error_lines import reason_of
from ...utils.quiet import quiet_stderr
from ...utils.watched_workers import report_alive
from ..annotations.probing import probe_clip
from ..transforms.folder_reading import read_frame
from ..transforms.frame_folder import list_frames
from . import finding
from .finding import Examination
from .truncation import find_truncation

DECODE = ('probe', 'full')
# So often a decoder says that it goes on.
_FRAMES = 16


def examine(file: str, decode: str) -> Examination:
    """Examine a video.

    Args:
        file (str): A video file or folder of frames.
        decode (str): ``'probe'``: decode its first, middle and last frame;
            ``'full'``: all of them, which needs PyAV.

    Returns:
        Examination: What is found out.

    Raises:
        ImportError: If PyAV is needed and missing.
    """
    if os.path.isdir(file):
        return _examine_folder(file, decode)
    try:
        if not os.path.getsize(file):
            return Examination(finding.EMPTY)
        cut = find_truncation(file)
    except OSError as error:
        kind = finding.NO_VIDEO
        if isinstance(error, FileNotFoundError):
            kind = finding.MISSING
        return Examination(kind, reason_of(error, file))
    found = _decode(file, decode)
    if cut:
        more = found.detail or f'{found.frames} frames can be read'
        return found._replace(kind=finding.TRUNCATED, detail=f'{cut}; {more}')
    return found


def _examine_folder(folder: str, decode: str) -> Examination:
    try:
        probe = probe_clip(folder)
        if decode == 'full':
            for path in list_frames(Path(folder)):
                read_frame(path)
                report_alive()
    except (OSError, StNetInputError) as error:
        empty = isinstance(error, NoFramesError)
        kind = finding.EMPTY if empty else finding.UNDECODABLE
        return Examination(kind, reason_of(error, folder))
    return Examination(finding.OK, '', *probe)


def _decode(file: str, decode: str) -> Examination:
    try:
        probe = probe_clip(file)
        if decode == 'full':
            damaged = _first_damaged(file)
            if damaged is not None:
                detail = f'frame {damaged} of {probe.frames} is damaged'
                return Examination(finding.UNDECODABLE, detail, *probe)
    except (OSError, StNetInputError) as error:
        unopened = isinstance(error, NotAVideoError)
        kind = finding.NO_VIDEO if unopened else finding.UNDECODABLE
        return Examination(kind, reason_of(error, file))
    return Examination(finding.OK, '', *probe)


def _first_damaged(file: str) -> int | None:
    """Number of the first frame that the decoder calls damaged."""
    import av

    from stnet_runtime.video_reader import VideoReader

    try:
        with quiet_stderr(), VideoReader(file) as reader:
            for number, frame in reader.decode(range(len(reader))):
                if frame.is_corrupt:
                    return number
                if number % _FRAMES == 0:
                    report_alive()
    except av.error.FFmpegError as error:
        raise StNetInputError(f'{file}: {error.strerror}') from error
    return None
