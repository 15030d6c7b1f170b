"""Times of frames that increase, whatever a file says."""

from __future__ import annotations

import av

# By so many seconds back it is another recording, joined to the one before;
# by less, frames are out of order.
JUMP = 1.0


class FrameClock:
    """When the frames of a file are shown, the first one at 0.

    Where time stamps cannot be trusted frames are counted, as ``VideoReader``
    does it: all those of an AVI file with B frames, which stores no order of
    showing, and elsewhere each that does not come after the one before. Where
    time stamps jump back, those that follow are taken from there on.

    Args:
        stream (av.VideoStream): The opened video.
        fps (float): Frames per second, to count by.
    """

    def __init__(
        self, stream: av.video.stream.VideoStream, fps: float
    ) -> None:
        avi = stream.container.format.name == 'avi'
        self._counts = avi and bool(stream.codec_context.has_b_frames)
        self._step = 1 / fps
        self._last = -self._step
        # Between the file's times and these.
        self._offset: float | None = None

    def time_of(self, frame: av.VideoFrame) -> float:
        """The time of the next frame.

        Args:
            frame (av.VideoFrame): The frame.

        Returns:
            float: When it is shown in seconds, after the one before.
        """
        counted = self._last + self._step
        time = counted
        if frame.time is not None and not self._counts:
            if self._offset is None:
                self._offset = counted - frame.time
            time = frame.time + self._offset
            if time <= self._last:
                if self._last - time > JUMP:
                    self._offset = counted - frame.time
                time = counted
        self._last = time
        return time
