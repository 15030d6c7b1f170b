"""Playing a video file or a folder of frames."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..datasets.transforms.folder_reading import read_frame
from ..datasets.transforms.frame_folder import list_frames
from ..errors import StNetInputError
from ..utils.error_lines import reason_of
from ..utils.pyav import require_pyav

if TYPE_CHECKING:
    from stnet_runtime.video_reader import VideoReader

FOLDER_FPS = 25.0


class Frame(NamedTuple):
    """A frame of a video.

    Attributes:
        time (float): When it is shown, in seconds from the first.
        picture (np.ndarray): RGB, [H, W, 3] uint8.
    """

    time: float
    picture: np.ndarray


class SourceVideo:
    """A video to be played from its start, one frame in memory at a time.

    Frames are numbered as the data pipelines number them.

    Args:
        path (str | Path): A video file, or a folder of frames.
        fps (float, optional): Frames per second of a folder. Defaults to 25.

    Raises:
        ImportError: If PyAV is missing or too old.
        StNetInputError: If it cannot be opened; names it.
    """

    def __init__(self, path: str | Path, fps: float = FOLDER_FPS) -> None:
        self.path = Path(path)
        self.fps = fps
        self._folder = self.path.is_dir()
        if self._folder:
            self._frames = list_frames(self.path)
            self._count = len(self._frames)
            return
        with self._open() as reader:
            self._count = len(reader)
            self.fps = reader.fps or fps

    def __len__(self) -> int:
        """Number of frames."""
        return self._count

    def __iter__(self) -> Iterator[Frame]:
        """Play it.

        Yields:
            Frame: Each frame, in the order of showing.

        Raises:
            StNetInputError: If a frame cannot be read; names the file.
        """
        if self._folder:
            for i, file in enumerate(self._frames):
                yield Frame(i / self.fps, read_frame(file))
            return
        import av

        with self._open() as reader:
            try:
                for time, picture in reader.play():
                    yield Frame(time, picture)
            except (av.error.FFmpegError, StNetInputError) as error:
                raise StNetInputError(
                    f'{self.path}: {reason_of(error, str(self.path))}'
                ) from error

    def _open(self) -> VideoReader:
        require_pyav('to draw on videos')
        # Only now, because PyAV is not required otherwise.
        import av

        from stnet_runtime.video_reader import VideoReader

        if not self.path.exists():
            raise StNetInputError(f'{self.path}: there is no such file')
        try:
            return VideoReader(str(self.path))
        except (av.error.FFmpegError, StNetInputError) as error:
            raise StNetInputError(
                f'{self.path}: it cannot be opened as a video: '
                + reason_of(error, str(self.path))
            ) from error
