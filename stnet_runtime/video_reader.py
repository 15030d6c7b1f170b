"""Decoding chosen frames of a video, and as little else as possible."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import BinaryIO

import av
import numpy as np

from .errors import MissingCodecError, StNetInputError
from .frame_converter import FrameConverter
from .frame_numbers import check_frame_numbers
from .packet_store import PacketStore
from .pictures import find_pictures, stores_frames

if int(av.__version__.split('.')[0]) < 17:
    # Older ones start a thread per core for every frame that they convert.
    raise ImportError(
        f'PyAV 17 or newer is needed, not {av.__version__}: pip install -U av'
    )

# Of videos that do not say it.
DEFAULT_FPS = 25


class VideoReader:
    """A video of which frames can be decoded by number, with PyAV.

    Frames are numbered in the order in which they are shown. Decoding starts
    at the last key frame before a wanted frame, and of H.264 what no other
    frame refers to is skipped unless it is wanted. Both leave every pixel as
    it is when the whole file is decoded. Where time stamps cannot be trusted
    the file is decoded from its start.

    All wanted frames cost one pass over the file. Up to 64 MiB of compressed
    video stay in memory until the reader is closed; of a longer one no more
    than the times of its frames, and what is wanted is read again.

    Attributes:
        fps (float): Frames per second on average; 0 if unknown.
        size (tuple[int, int]): Height and width of the frames in pixels, as
            they are stored: a rotated video is not upright yet.
        pixel_aspect (Fraction, optional): Width of a pixel by its height;
            None if unknown. Frames are delivered as they are.

    Args:
        file (str | BinaryIO): Path or open file.
        num_threads (int): Threads of the decoder. Defaults to 1, because
            loaders have a worker per core.

    Raises:
        av.error.FFmpegError: If it cannot be opened as a video.
        StNetInputError: If there is no video in it.
        MissingCodecError: If PyAV lacks the codec of the video.
    """

    def __init__(self, file: str | BinaryIO, num_threads: int = 1) -> None:
        self._packets = PacketStore(file)
        self._container = av.open(file)
        try:
            stream = self._container.streams.best('video')
            if stream is None:
                raise StNetInputError('no video stream in it')
            self._codec = stream.codec_context
            if self._codec is None:
                raise MissingCodecError('PyAV lacks the codec of its video')
            self._codec.thread_count = num_threads
            self.fps = float(stream.average_rate or 0)
            self.size = self._codec.height, self._codec.width
            self.pixel_aspect = self._codec.sample_aspect_ratio
            rate = stream.average_rate or DEFAULT_FPS
            self._frame_time = Fraction(1) / rate
            self._time_base = stream.time_base
            self._read_packets(stream)
        except BaseException:
            self.close()
            raise

    def _read_packets(self, stream: av.video.stream.VideoStream) -> None:
        """Learn when the frames are shown, from the packets that hold them."""
        packets = self._packets.fill(self._container, stream.index)
        container = self._container.format.name
        pictures = find_pictures(
            packets,
            self._codec.name,
            container,
            self._codec.extradata or b'',
        )
        for _ in packets:
            pass  # Those that were not needed to find the pictures.
        infos = self._packets.infos
        if not infos:
            raise StNetInputError('no frames in it')
        shown = [infos[i] for i in pictures] if pictures else infos
        # Edit lists discard what was cut off when a video was trimmed.
        times = [info.pts for info in shown if not info.is_discard]
        self._trusted = (
            None not in times
            and len({*times}) == len(times)
            and not self._are_guesses(times, container)
        )
        if self._trusted:
            times.sort()
        elif not (stores_frames(container) and infos[0].is_keyframe):
            pictures = None
        if pictures is None:
            times = self._find_times()
        elif self._trusted and self._is_cut_open():
            # The first frames refer to others that were cut off.
            first = next(self._decode_all(), None)
            begin = times[-1] + 1 if first is None else first.pts
            times = times[bisect.bisect_left(times, begin) :]
        self._times = times
        if not times:
            raise StNetInputError('no frames in it')

    def _are_guesses(self, times: list[int], container: str) -> bool:
        """Whether times of frames in the order of decoding are made up."""
        if not self._codec.has_b_frames:
            return False
        # AVI stores no order of showing, nor do files that were AVI.
        from_avi = self._codec.name == 'mpeg4' and times == sorted(times)
        return container == 'avi' or from_avi

    def _find_times(self) -> list[int | None]:
        """Decode everything, to find when each frame is shown."""
        times: list[int | None] = []
        start = end = self._first_key()
        for i, packet in enumerate(self._rewind(), start):
            try:
                times += [frame.pts for frame in self._codec.decode(packet)]
            except av.error.FFmpegError:
                continue
            if packet is not None:
                end = i + 1
        # What follows the last frame of a file is no damage.
        self._packets.cut(start, end)
        self._trusted = self._trusted and None not in times
        return times

    def _is_cut_open(self) -> bool:
        """Whether frames come before the first key frame, in either order."""
        infos = self._packets.infos
        return not infos[0].is_keyframe or any(
            info.pts < infos[0].pts for info in infos if not info.is_discard
        )

    def __len__(self) -> int:
        """Number of frames."""
        return len(self._times)

    @property
    def tick(self) -> Fraction:
        """What the times of frames are multiples of, in seconds."""
        return self._time_base if self._trusted else self._frame_time

    @property
    def frame_times(self) -> list[float]:
        """When each frame is shown in seconds, the first at 0."""
        times = self._times if self._trusted else [*range(len(self))]
        return [float((time - times[0]) * self.tick) for time in times]

    def get_frames(
        self, indices: Iterable[int], short_side: int | None = None
    ) -> list[np.ndarray]:
        """Decode frames.

        Args:
            indices (Iterable[int]): Numbers of the frames, in any order and
                as often as one likes.
            short_side (int, optional): Length in pixels to scale the frames'
                short side to, keeping their aspect ratio. Defaults to None,
                no scaling.

        Returns:
            list[np.ndarray]: The frames, each [H, W, 3] RGB uint8, upright if
            the file says how it is rotated. A frame that is asked for twice
            is the same array twice.

        Raises:
            StNetInputError: As ``decode``.
            av.error.FFmpegError: If the file is damaged.
        """
        indices = [int(i) for i in indices]
        convert = FrameConverter(
            self._codec.width, self._codec.height, short_side
        )
        images = {i: convert(frame) for i, frame in self.decode(indices)}
        return [images[i] for i in indices]

    def play(self) -> Iterator[tuple[float, np.ndarray]]:
        """Decode all frames, one by one.

        Yields:
            tuple[float, np.ndarray]: When it is shown in seconds, the first
            at 0, and the frame, [H, W, 3] RGB uint8, as ``get_frames`` has it.

        Raises:
            StNetInputError: As ``decode``.
            av.error.FFmpegError: If the file is damaged.
        """
        convert = FrameConverter(self._codec.width, self._codec.height)
        for time, frame in self.decode_timed():
            yield float(time), convert(frame)

    def decode_timed(self) -> Iterator[tuple[Fraction, av.VideoFrame]]:
        """Decode all frames, one by one, without converting their pixels.

        Yields:
            tuple[Fraction, av.VideoFrame]: When it is shown in seconds, the
            first at 0, and the frame.

        Raises:
            StNetInputError: As ``decode``.
            av.error.FFmpegError: If the file is damaged.
        """
        start = None
        for i, frame in self.decode(range(len(self))):
            time = i * self._frame_time
            if self._trusted and frame.pts is not None:
                time = frame.pts * self._time_base
            start = time if start is None else start
            yield time - start, frame

    def decode(
        self, indices: Iterable[int]
    ) -> Iterator[tuple[int, av.VideoFrame]]:
        """Decode frames without converting their pixels.

        Args:
            indices (Iterable[int]): Numbers of the frames, in any order.

        Yields:
            tuple[int, av.VideoFrame]: Number and frame, each once.

        Raises:
            StNetInputError: If there is no frame of a number, or it cannot be
                decoded.
            av.error.FFmpegError: If the file is damaged.
        """
        missing = set(indices)
        wanted = sorted(missing)
        check_frame_numbers(wanted, len(self))
        if self._trusted:
            numbers = {self._times[i]: i for i in wanted}
            for frame in self._decode_near(list(numbers)):
                missing.remove(numbers[frame.pts])
                yield numbers[frame.pts], frame
        if missing:
            for i, frame in zip(range(max(missing) + 1), self._decode_all()):
                if i in missing:
                    missing.remove(i)
                    yield i, frame
        if missing:
            raise StNetInputError(
                f'frame {min(missing)} of {len(self)} cannot be decoded: the '
                'file is damaged'
            )

    def _decode_all(self) -> Iterator[av.VideoFrame]:
        """Decode from the first key frame, in the order of showing."""
        for packet in self._rewind():
            yield from self._codec.decode(packet)

    def _rewind(self) -> Iterator[av.Packet | None]:
        """Make ready to decode what this yields: all from a key frame on."""
        self._codec.flush_buffers()
        self._codec.skip_frame = 'DEFAULT'
        yield from self._packets.since(self._first_key())
        yield None

    def _first_key(self) -> int:
        """Number of the first packet at which decoding can start."""
        infos = enumerate(self._packets.infos)
        return next((i for i, info in infos if info.is_keyframe), 0)

    def _decode_near(self, times: Sequence[int]) -> Iterator[av.VideoFrame]:
        """Decode frames from the key frames before them.

        It ends early if a frame does not come when it should.

        Args:
            times (Sequence[int]): Their time stamps, in increasing order.
        """
        keys = [
            (i, info.pts)
            for i, info in enumerate(self._packets.infos)
            if info.is_keyframe and info.pts is not None
        ]
        key_times = [pts for _, pts in keys]
        can_skip = self._codec.name == 'h264'
        skipping = None
        waiting = set(times)
        packets: Iterator[av.Packet] = iter(())
        position = None
        for time in times:
            key = bisect.bisect_right(key_times, time) - 1
            start = keys[key][0] if key >= 0 else 0
            if position is None or start > position:
                self._codec.flush_buffers()
                packets = self._packets.since(start)
                position = start
            while time in waiting:
                if position > len(self._packets):
                    return
                packet = next(packets, None)
                if packet is not None:
                    skip = can_skip and packet.pts not in waiting
                    if skip != skipping:
                        self._codec.skip_frame = (
                            'NONREF' if skip else 'DEFAULT'
                        )
                        skipping = skip
                for frame in self._codec.decode(packet):
                    wanted = frame.pts in waiting
                    late = frame.pts is None or frame.pts > time
                    if late or (wanted and frame.is_corrupt):
                        return
                    if wanted:
                        waiting.remove(frame.pts)
                        yield frame
                position += 1

    def close(self) -> None:
        """Close the file and free the memory."""
        self._packets.close()
        self._container.close()

    def __enter__(self) -> VideoReader:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
