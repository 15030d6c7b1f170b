"""Which decoder decodes what, tried on a sample of each codec.

The samples have eight gray frames of 64 x 64 pixels, from dark to light.
"""

from __future__ import annotations

from pathlib import Path
from typing import Callable

from ..utils.torchcodec_fault import find_torchcodec_fault

SAMPLES = Path(__file__).parent / 'samples'
CODECS = ('h264', 'hevc', 'vp9', 'av1')
LEVELS = [20 + 28 * number for number in range(8)]
TOLERANCE = 3  # of 255 levels; codecs lose some


def try_decoders() -> dict[str, dict]:
    """Decode a sample of each codec with each decoder.

    Returns:
        dict[str, dict]: By decoder and codec: None if it was decoded, else
        why not (str).
    """
    return {
        name: {codec: _fault_of(decode, codec) for codec in CODECS}
        for name, decode in DECODERS.items()
    }


def _fault_of(decode: Callable, codec: str) -> str | None:
    try:
        levels = decode(str(SAMPLES / f'{codec}.mp4'))
    except Exception as error:
        lines = str(error).splitlines() or ['']
        return f'{type(error).__name__}: {lines[0][:250]}'
    if len(levels) != len(LEVELS):
        return f'{len(levels)} of {len(LEVELS)} frames decoded'
    if any(abs(a - b) > TOLERANCE for a, b in zip(levels, LEVELS)):
        return 'frames have wrong colors'
    return None


def _decode_by_pyav(path: str) -> list[float]:
    import av

    with av.open(path) as container:
        return [
            float(frame.to_ndarray(format='rgb24').mean())
            for frame in container.decode(video=0)
        ]


def _decode_by_torchcodec(path: str) -> list[float]:
    fault = find_torchcodec_fault()
    if fault:
        raise ImportError(fault)
    from torchcodec.decoders import VideoDecoder

    frames = VideoDecoder(path, device='cpu').get_all_frames().data
    # [L, 3, H, W] -> [L]
    return frames.float().mean((1, 2, 3)).tolist()


def _decode_by_decord(path: str) -> list[float]:
    import decord

    reader = decord.VideoReader(path, num_threads=1)
    return [float(reader[i].asnumpy().mean()) for i in range(len(reader))]


def _decode_by_opencv(path: str) -> list[float]:
    import cv2

    capture = cv2.VideoCapture(path)
    levels: list[float] = []
    while True:
        read, frame = capture.read()
        if not read:
            return levels
        levels.append(float(frame.mean()))


DECODERS: dict[str, Callable[[str], list[float]]] = {
    'pyav': _decode_by_pyav,
    'torchcodec': _decode_by_torchcodec,
    'decord': _decode_by_decord,
    'opencv': _decode_by_opencv,
}
