"""Decoding chosen frames of a video with torchcodec."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice

import numpy as np
import torch
from torchcodec.decoders import (
    ColorConverter,
    Demuxer,
    RawFrame,
    VideoDecoder,
    VideoPacketDecoder,
    VideoStream,
)

from stnet_runtime.frame_numbers import check_frame_numbers

from ..errors import MissingCodecError, StNetInputError

# MP4 and QuickTime, Matroska and WebM, and Flash: they say of each frame when
# it is shown. AVI does not, and streams cannot be sought reliably.
_TIMED = re.compile(
    rb'.{4}(ftyp|moov|mdat|wide|free|skip)|\x1a\x45\xdf\xa3|FLV', re.S
)
# Codecs of which each packet shows a frame.
_ONE_EACH = ('h264', 'hevc', 'vp9', 'av1')
# Of videos that do not say it.
_DEFAULT_FPS = 25


class TorchCodecReader:
    """A video of which frames can be decoded by number, with torchcodec.

    Frames are numbered as ``stnet_runtime``'s ``VideoReader`` does, in the
    order in which they are shown, and have its pixels: to the bit in eight
    bits, but for interlaced ones. torchcodec seeks (``seek_mode='exact'``)
    where the file says when each frame is shown. It takes packets for frames,
    though, and a later frame if it does not find the wanted one: so the times
    of its frames are checked, and where they are wrong, or cannot be trusted,
    the file is decoded from its start and frames are counted.

    Attributes:
        fps (float): Frames per second on average; 0 if unknown.

    Args:
        source (str | bytes): Path of the file, or what is in it.
        num_threads (int): Threads of the decoder. Defaults to 1.

    Raises:
        FileNotFoundError: If there is no such file.
        StNetInputError: If it cannot be opened as a video.
        MissingCodecError: If FFmpeg lacks the codec of the video, or
            torchcodec cannot decode it as others do.
    """

    def __init__(self, source: str | bytes, num_threads: int = 1) -> None:
        self._source = source
        self._num_threads = num_threads
        self._decoder: VideoDecoder | None = None
        first_bytes = _first_bytes(source)
        with _errors_in_a_line(source):
            _, stream = _open_stream(source)
            self._codec = stream.metadata.codec
            self.fps = float(stream.metadata.average_fps_from_header or 0)
            try:
                index = stream.scan()
            except RuntimeError:  # a stream without times
                index = None
            # Frames before the first key frame refer to what was cut off.
            keys = [] if index is None else index.key_frame_indices.tolist()
            if self._codec == 'mpeg4' and keys[:1] != [0]:
                # Other codecs wait for a key frame, this one makes gray ones.
                raise MissingCodecError(
                    'torchcodec needs a key frame at its beginning'
                )
            # Each packet is a frame, to be found by its time.
            self._trusted = (
                keys[:1] == [0]
                and self._codec in _ONE_EACH
                and bool(_TIMED.match(first_bytes))
                and index is not None
                and _increase(index.pts_seconds)
            )
            if index is not None and self._trusted:
                self._times = index.pts_seconds
                if len(index) > 1:
                    span = (self._times[-1] - self._times[0]).item()
                    self.fps = (len(index) - 1) / span
                self._decoder = VideoDecoder(
                    source,
                    dimension_order='NHWC',
                    num_ffmpeg_threads=num_threads,
                    device='cpu',
                )
            else:
                self._times, self._packets = self._find_times()
        if not len(self):
            raise StNetInputError('no frames in it')

    def __len__(self) -> int:
        """Number of frames."""
        return len(self._times)

    @property
    def frame_times(self) -> list[float]:
        """When each frame is shown in seconds, the first at 0."""
        return (self._times - self._times[0]).tolist()

    def get_frames(self, indices: Iterable[int]) -> list[np.ndarray]:
        """Decode frames.

        Args:
            indices (Iterable[int]): Numbers of the frames, in any order and
                as often as one likes.

        Returns:
            list[np.ndarray]: The frames, each [H, W, 3] RGB uint8, upright if
            the file says how it is rotated. A frame that is asked for twice
            is the same array twice.

        Raises:
            StNetInputError: If there is no frame of a number, or the file is
                damaged.
        """
        indices = [int(i) for i in indices]
        wanted = sorted({*indices})
        check_frame_numbers(wanted, len(self))
        with _errors_in_a_line(self._source):
            images = self._decode_near(wanted)
            if images is None:
                images = self._decode_from_start(wanted)
        return [images[i] for i in indices]

    def _decode_near(self, wanted: list[int]) -> dict | None:
        """Decode from the key frames before; None if that goes wrong."""
        if self._decoder is None:
            return None
        try:
            frames = self._decoder.get_frames_at(wanted)
        except RuntimeError:
            return None
        if not torch.equal(frames.pts_seconds, self._times[wanted]):
            return None
        return dict(zip(wanted, frames.data.numpy()))  # [L, H, W, 3]

    def _decode_from_start(self, wanted: list[int]) -> dict:
        numbers = {self._times[i].item(): i for i in wanted}
        missing = {*wanted}
        convert = ColorConverter(device='cpu').convert
        images = {}
        with suppress(RuntimeError):  # a damaged packet
            for count, frame in enumerate(self._play()):
                number: int | None = count
                if self._trusted:
                    number = numbers.get(frame.pts_seconds)
                if number in missing:
                    # [3, H, W] -> [H, W, 3]
                    image = convert(frame).data.permute(1, 2, 0)
                    images[number] = image.numpy()
                    missing.remove(number)
                if not missing:
                    return images
        raise StNetInputError(
            f'frame {min(missing)} of {len(self)} cannot be decoded: the '
            'file is damaged'
        )

    def _play(self) -> Iterator[RawFrame]:
        """Decode all frames, in the order of showing."""
        demuxer, decoder = self._rewind()
        # What follows the last frame of a file is no damage.
        stop = None if self._trusted else self._packets
        for packet in islice(demuxer, stop):
            yield from decoder.decode(packet)
        yield from decoder.drain()

    def _find_times(self) -> tuple[torch.Tensor, int]:
        """Decode everything, to find when each frame is shown, in seconds.

        Returns:
            tuple[torch.Tensor, int]: The times, [L], and the number of
            packets up to the last intact one.
        """
        demuxer, decoder = self._rewind()
        times: list[float] = []
        intact = 0
        for i, packet in enumerate(demuxer):
            try:
                times += [
                    frame.pts_seconds for frame in decoder.decode(packet)
                ]
            except RuntimeError:
                continue
            intact = i + 1
        times += [frame.pts_seconds for frame in decoder.drain()]
        found = torch.tensor(times, dtype=torch.float64)
        if not _increase(found):
            found = torch.arange(len(times), dtype=torch.float64)
            found /= self.fps or _DEFAULT_FPS
        return found, intact

    def _rewind(self) -> tuple[Demuxer, VideoPacketDecoder]:
        demuxer, stream = _open_stream(self._source)
        return demuxer, stream.make_decoder(
            'cpu', num_ffmpeg_threads=self._num_threads
        )

    def close(self) -> None:
        """Close the file and free the memory."""
        self._source = b''
        self._decoder = None

    def __enter__(self) -> TorchCodecReader:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def _open_stream(source: str | bytes) -> tuple[Demuxer, VideoStream]:
    demuxer = Demuxer(source)
    (stream,) = demuxer.streams
    assert isinstance(stream, VideoStream)
    # They refer to each other, so files would stay open for a while.
    demuxer.streams = ()
    return demuxer, stream


def _increase(times: torch.Tensor) -> bool:
    return bool((times.diff() > 0).all())


def _first_bytes(source: str | bytes) -> bytes:
    if isinstance(source, bytes):
        return source[:8]
    with open(source, 'rb') as file:
        return file.read(8)


@contextmanager
def _errors_in_a_line(source: str | bytes) -> Iterator[None]:
    """Say in one line what torchcodec's errors say in many."""
    try:
        yield
    except StNetInputError:
        raise
    except (RuntimeError, ValueError) as error:
        text = (str(error).splitlines() or [''])[0]
        # The function, file and line of its source.
        text = re.sub(r'^\w+, \S+:\d+, ', '', text)
        if isinstance(source, str):
            text = text.replace(f'Could not open input file: {source} ', '')
        if 'No valid video stream' in text:
            text = 'no video stream in it'
        if 'odec not found' in text:
            text = 'the FFmpeg of torchcodec lacks the codec of its video'
            raise MissingCodecError(text) from error
        raise StNetInputError(text) from error
