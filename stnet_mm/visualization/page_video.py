"""The video of a page: inside of it if it is small, else beside it."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import av

from stnet_runtime.frame_stream import FrameStream

from ..errors import StNetInputError
from ..utils.mp4_writer import MP4Writer, playback_options
from ..utils.progress import progress_bar
from .rendering import data_uri

# A larger video is linked.
MAX_BYTES = 40_000_000
# Of a copy, for videos that browsers do not play.
SIDE = 640
QUALITY = 26
# What every browser plays, by the endings that tell it the container.
PLAYABLE = {
    '.mp4': ('video/mp4', {'h264'}),
    '.m4v': ('video/mp4', {'h264'}),
    '.webm': ('video/webm', {'vp8', 'vp9'}),
}
PIXELS = ('yuv420p', 'yuvj420p')
# Seconds by which pictures may begin after the sound: players count from the
# first of both, windows from the first picture.
MAX_DELAY = 0.1


def place_video(
    page: str | Path, video: str | Path, progress: bool = False
) -> tuple[str, bool]:
    """Find an address by which a page shows a video.

    A video that browsers play is taken as it is, another one as a copy, H.264
    of at most 640 pixels and without sound. Up to 40 MB are inside of the
    page. What is larger is linked: the video from where it is, a copy from
    beside the page, where it is written as ``PAGE_video.mp4``.

    Args:
        page (str | Path): The HTML file.
        video (str | Path): The video file.
        progress (bool): Whether to show a progress bar of copying. Defaults
            to False.

    Returns:
        tuple[str, bool]: The address, and whether the video is inside.

    Raises:
        StNetInputError: If the video cannot be decoded, or a file that is not
            ours has the name of the copy; names it.
        OSError: If it cannot be read, or the copy cannot be written.
    """
    page, video = Path(page), Path(video)
    kind = playable_kind(video)
    if kind is not None:
        if video.stat().st_size > MAX_BYTES:
            return relative_address(page, video), False
        return data_uri(video.read_bytes(), kind), True
    copy = page.with_name(f'{page.stem}_video.mp4')
    # On the same disk; the page's folder may be missing yet.
    place = next(p for p in page.absolute().parents if p.is_dir())
    with TemporaryDirectory(prefix='.', dir=place) as folder:
        made = Path(folder, copy.name)
        _write_copy(made, video, progress)
        if made.stat().st_size <= MAX_BYTES:
            return data_uri(made.read_bytes(), 'video/mp4'), True
        _check_place(copy, page, video)
        page.parent.mkdir(parents=True, exist_ok=True)
        os.replace(made, copy)
    return relative_address(page, copy), False


def playable_kind(video: str | Path) -> str | None:
    """Whether every browser plays a video, from its first frame on.

    Args:
        video (str | Path): The video file.

    Returns:
        str | None: Its media type; None if some browser may not play it, or
        would count its seconds from another moment.
    """
    kind, codecs = PLAYABLE.get(Path(video).suffix.lower(), ('', set()))
    if not kind:
        return None
    with av.open(str(video)) as container:
        stream = container.streams.best('video')
        if stream is None or stream.codec_context is None:
            return None
        codec = stream.codec_context
        begin = float((stream.start_time or 0) * stream.time_base)
        delay = begin - (container.start_time or 0) / av.time_base
        plays = codec.name in codecs and codec.pix_fmt in PIXELS
    return kind if plays and delay <= MAX_DELAY else None


def relative_address(page: Path, file: Path) -> str:
    """The address of a file as seen from a page.

    Args:
        page (Path): The HTML file.
        file (Path): The file.

    Returns:
        str: A relative one, if both are on one drive.
    """
    try:
        path = Path(os.path.relpath(file, page.parent))
    except ValueError:  # on Windows
        return file.resolve().as_uri()
    # Colons as well, or what is before one would be taken for a scheme.
    return quote(os.fsencode(path.as_posix()))


def _check_place(copy: Path, page: Path, video: Path) -> None:
    """Check that a copy takes the place of an older page's at most."""
    if copy.exists() and (not page.exists() or copy.samefile(video)):
        raise StNetInputError(
            f'{copy} is there already, where a copy of {video} is to be '
            'written that browsers play: give the page another name'
        )


def _write_copy(copy: Path, video: Path, progress: bool) -> None:
    """Write a video that browsers play."""
    with FrameStream(video) as stream, open(copy, 'wb') as file:
        options = playback_options(stream.fps, QUALITY)
        total = int((stream.duration or 0) * stream.fps)
        bar = progress_bar(total, 'encoding frames', progress)
        with MP4Writer(file, stream.fps, options, SIDE) as writer, bar as add:
            for time, frame in stream:
                writer.write(time, stream.to_rgb(frame))
                add()
