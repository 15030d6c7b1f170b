"""The compressed frames of a video: in memory, or read from its file again."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from itertools import dropwhile, islice
from typing import Any, BinaryIO, NamedTuple

import av

from .errors import StNetInputError

# Up to so many bytes they are kept: reading again costs more than memory.
KEPT_BYTES = 64 * 2**20
# Number of the packet that follows, where none is known: beyond all.
_UNKNOWN = sys.maxsize


class PacketInfo(NamedTuple):
    """What is known of a packet without its data.

    Attributes:
        pts (int, optional): When its frame is shown, in the stream's ticks.
        size (int): Its length in bytes.
        is_keyframe (bool): Whether decoding can start at it.
        is_discard (bool): Whether an edit list hides its frame.
        dts (int, optional): When it is decoded, in the stream's ticks.
    """

    pts: int | None
    size: int
    is_keyframe: bool
    is_discard: bool
    dts: int | None

    @classmethod
    def of(cls, packet: av.Packet) -> PacketInfo:
        """What is known of a packet."""
        return cls(
            packet.pts,
            packet.size,
            packet.is_keyframe,
            packet.is_discard,
            packet.dts,
        )


class PacketStore:
    """The packets of a video, in the order of decoding.

    Of more than ``KEPT_BYTES`` none stays in memory: they are read again when
    they are asked for, from the key frame where the container can seek, and
    from the start of the file where it cannot. What cannot be read twice, as
    a pipe, is kept whatever its length.

    Args:
        file (str | BinaryIO): Path or open file, before it is read.

    Attributes:
        infos (list[av.Packet | PacketInfo]): The packets while they are kept,
            then what is known of each.
    """

    def __init__(self, file: str | BinaryIO) -> None:
        self._file = file
        if isinstance(file, (str, os.PathLike)):
            self._can_reopen = os.path.isfile(file)
        else:
            seekable = getattr(file, 'seekable', None)
            self._can_reopen = bool(seekable and seekable())
        self.infos: list[Any] = []
        self._kept = True
        self._stream = 0
        self._skipped = 0
        self._container: av.container.InputContainer | None = None
        self._can_seek = True
        self._following: Iterator[av.Packet] = iter(())
        self._place = 0

    def __len__(self) -> int:
        """Number of packets."""
        return len(self.infos)

    def fill(
        self, container: av.container.InputContainer, stream: int
    ) -> Iterator[av.Packet]:
        """Read all packets for the first time.

        Args:
            container (InputContainer): The file.
            stream (int): Number of the stream in it.

        Yields:
            av.Packet: Each packet.

        Raises:
            av.error.FFmpegError: If the file is damaged.
        """
        self._stream = stream
        size = 0
        for packet in _demux(container, stream):
            size += packet.size
            if self._kept and self._can_reopen and size > KEPT_BYTES:
                self._kept = False
                self.infos = [*map(PacketInfo.of, self.infos)]
            self.infos.append(packet if self._kept else PacketInfo.of(packet))
            yield packet

    def cut(self, first: int, last: int) -> None:
        """Forget those before a number, and those from another one on.

        Args:
            first (int): Number of the one that becomes the first.
            last (int): Number of the first that is forgotten at the end.
        """
        self.infos = self.infos[first:last]
        self._skipped += first
        self._place = _UNKNOWN

    def since(self, number: int) -> Iterator[av.Packet]:
        """Packets from a number on; ends earlier iterations.

        Args:
            number (int): Number of the first one.

        Yields:
            av.Packet: Each packet.

        Raises:
            StNetInputError: If the file is not as it was.
            av.error.FFmpegError: If it cannot be read again.
        """
        if self._kept:
            yield from islice(self.infos, number, None)
            return
        self._reach(number)
        while number < len(self.infos):
            packet = next(self._following, None)
            if packet is not None and self._is(number, packet):
                number += 1
                self._place = number
                yield packet
            elif self._can_seek:
                # The seek led elsewhere: from the start, packets are counted.
                self._can_seek = False
                self._place = _UNKNOWN
                self._reach(number)
            else:
                raise StNetInputError('the file changes while it is read')

    def close(self) -> None:
        """Free the memory, and close the file if it was opened again."""
        self.infos = []
        self._following = iter(())
        if self._container is not None:
            self._container.close()
            self._container = None

    def _is(self, number: int, packet: av.Packet) -> bool:
        # After a seek FFmpeg may guess another dts.
        return PacketInfo.of(packet)[:-1] == self.infos[number][:-1]

    def _reach(self, number: int) -> None:
        """Let the packet of a number follow."""
        if self._can_seek:
            self._can_seek = self._seek(number)
        if self._can_seek:
            return
        if self._container is None or self._place > number:
            self._open()
        steps = number - self._place
        self._following = islice(self._following, steps, None)

    def _seek(self, number: int) -> bool:
        """Seek a packet; whether it may be found so."""
        info = self.infos[number]
        time = info.pts if info.dts is None else info.dts
        if time is None:
            return False
        if self._container is None:
            self._open()
        assert self._container is not None
        stream = self._container.streams[self._stream]
        self._place = _UNKNOWN
        try:
            self._container.seek(time, stream=stream)
        except av.error.FFmpegError:
            return False
        self._following = dropwhile(
            lambda packet: not self._is(number, packet),
            _demux(self._container, self._stream),
        )
        return True

    def _open(self) -> None:
        """Open the file again, at its start."""
        if self._container is not None:
            self._container.close()
        if not isinstance(self._file, (str, os.PathLike)):
            self._file.seek(0)
        self._container = av.open(self._file)
        packets = _demux(self._container, self._stream)
        self._following = islice(packets, self._skipped, None)
        self._place = 0


def _demux(
    container: av.container.InputContainer, stream: int
) -> Iterator[av.Packet]:
    packets = container.demux(container.streams[stream])
    return (packet for packet in packets if packet.size)
