"""Classifying frames as they come, from a camera or a network."""

from __future__ import annotations

import math
from typing import NamedTuple, Union

import av
import numpy as np
from torch import Tensor

from stnet_runtime.frame_converter import FrameConverter

from ..apis import VideoClassifier
from ..apis.inference import Prediction
from ..errors import StNetInputError
from .grid import place_clip
from .window_classifier import WindowClassifier

Frame = Union[np.ndarray, av.VideoFrame]
# Seconds by which times may be off.
ROUNDING = 1e-4


class StreamPrediction(NamedTuple):
    """What a recognizer says of the last seconds of a stream.

    Attributes:
        start (float): When the window begins, by the frames' times.
        end (float): The time of the last frame that the network saw.
        scores (Tensor): Of the classes, [num_classes].
        unknown (bool): Whether it is taken for one of no class.
    """

    start: float
    end: float
    scores: Tensor
    unknown: bool


class StreamClassifier:
    """Classifies a stream whose end is not known.

    The stream is cut into segments of equal time. Of each the network sees N
    successive frames, once, as soon as they are there; a prediction is of
    the last T segments. A segment with fewer frames, of a slow camera, has
    its last one repeated; one without frames is the one before once more.
    Where times jump by more than a window, or back by more than a segment,
    and where frames have another size than before, it begins anew.

    Args:
        classify (VideoClassifier): A StNet.
        window (float): Length of a window in seconds. Defaults to 4.
        stride (float): Seconds from a prediction to the next one, rounded to
            whole segments. Defaults to 1.
        fps (float): Frames per second to expect, which say where in a
            segment its N frames begin. Defaults to 25.

    Attributes:
        repeated (int): Frames that stood for missing ones.
        filled (int): Segments that stood for missing ones.
        sparse (bool): Whether there was a window's number of gaps in a row
            that are longer than a segment: most of what the network sees is
            repeated, and a longer window would be better.
        restarts (int): How often it has begun anew.

    Raises:
        StNetInputError: If the recognizer is no StNet, or a number is not
            positive.
    """

    def __init__(
        self,
        classify: VideoClassifier,
        window: float = 4.0,
        stride: float = 1.0,
        fps: float = 25.0,
    ) -> None:
        if not (0 < stride <= window and fps > 0):
            raise StNetInputError(
                f'windows of {window:g} s every {stride:g} s at {fps:g} '
                'frames per second: give positive numbers, and no stride '
                'above the window'
            )
        self._windows = WindowClassifier(classify)
        self._contract = contract = self._windows.contract
        self._seconds = window / contract.num_segments
        self._place_clip(fps)
        self._windows.stride = max(1, round(stride / self._seconds))
        self._size = (0, 0)
        self._origin = self._last = -math.inf
        self._number = 0
        self._images: list[np.ndarray] = []
        self._early: Frame
        self._convert: FrameConverter
        self.repeated = self.filled = self.restarts = 0
        self.sparse = False
        self._gaps = 0

    def _place_clip(self, fps: float) -> None:
        """Say when in a segment its N frames begin, in seconds."""
        segment = max(1, round(self._seconds * fps))
        self._lead = place_clip(self._contract, segment) / fps
        beyond = self._lead + self._contract.num_frames / fps - self._seconds
        # Segments are taken so much later, for all their frames to be there.
        self._shift = min(self._lead, max(0.0, beyond))
        self._lead -= self._shift

    def push(self, frame: Frame, time: float) -> StreamPrediction | None:
        """Take a frame.

        Args:
            frame (np.ndarray | av.VideoFrame): [H, W, 3] RGB uint8, or as it
                was decoded: only those that the network sees are converted.
            time (float): When it was taken in seconds, from any moment on.

        Returns:
            StreamPrediction | None: What the recognizer says, if it is time
            to and there is a whole window.

        Raises:
            StNetInputError: If it is no such frame, or smaller than the
                crops.
        """
        size = _size(frame)
        gap = time - self._last
        window = self._seconds * self._contract.num_segments + ROUNDING
        if size != self._size or not -self._seconds <= gap <= window:
            self._begin(size, time)
        self._gaps = self._gaps + 1 if gap > self._seconds + ROUNDING else 0
        self.sparse |= self._gaps >= self._contract.num_segments
        # Cameras give two frames one time, and files such out of order.
        time = max(time, self._last)
        since = time - self._origin - self._shift + ROUNDING
        number, place = divmod(since, self._seconds)
        found = None
        if number > self._number:
            found = self._complete_segment()
            found = self._fill_segments(int(number)) or found
            self._number, self._images = int(number), []
        self._last, self._early = time, frame
        if len(self._images) < self._contract.num_frames and (
            since >= 0 and place >= self._lead
        ):
            self._images.append(self._scaled(frame))
            if len(self._images) == self._contract.num_frames:
                found = self._take_segment()
        return found

    def _begin(self, size: tuple[int, int], time: float) -> None:
        """Begin anew."""
        self.restarts += math.isfinite(self._origin)
        self._origin = self._last = time
        self._size = size
        self._convert = FrameConverter(*size, self._contract.short_side)
        self._number, self._images = 0, []
        self._windows.clear()

    def _scaled(self, frame: Frame) -> np.ndarray:
        if isinstance(frame, np.ndarray):
            image = np.ascontiguousarray(frame)
            frame = av.VideoFrame.from_ndarray(image, 'rgb24')
        return self._convert(frame)

    def _complete_segment(self) -> StreamPrediction | None:
        """Take a segment in which too few frames came."""
        missing = self._contract.num_frames - len(self._images)
        if not missing:
            return None
        if not self._images:
            # The last frame came before those that are wanted.
            self._images = [self._scaled(self._early)]
            missing -= 1
        self.repeated += missing
        self._images += [self._images[-1]] * missing
        return self._take_segment()

    def _fill_segments(self, number: int) -> StreamPrediction | None:
        """Let the last segment stand for those up to this one."""
        missing = number - 1 - self._number
        if not missing:
            return None
        self.filled += missing
        self._number += missing
        return self._prediction(self._windows.repeat(missing))

    def _take_segment(self) -> StreamPrediction | None:
        return self._prediction(self._windows.push(self._images))

    def _prediction(self, found: Prediction | None) -> StreamPrediction | None:
        if found is None:
            return None
        first = self._number + 1 - self._contract.num_segments
        return StreamPrediction(
            self._origin + first * self._seconds,
            self._last,
            *found,
        )


def _size(frame: Frame) -> tuple[int, int]:
    """Width and height of a frame, which is checked."""
    if isinstance(frame, av.VideoFrame):
        return frame.width, frame.height
    if frame.ndim != 3 or frame.shape[2] != 3 or frame.dtype != np.uint8:
        raise StNetInputError(
            'a frame must be [height, width, 3] RGB uint8, not '
            f'{frame.dtype} {list(frame.shape)}'
        )
    return frame.shape[1], frame.shape[0]
