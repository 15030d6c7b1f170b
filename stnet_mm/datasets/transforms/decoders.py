"""The decoders that ``StNetVideoInit`` can choose from."""

from __future__ import annotations

from typing import NamedTuple

from ...errors import StNetInputError


class Decoder(NamedTuple):
    """A pair of transforms that open a video and decode frames of it.

    Attributes:
        name (str): What ``StNetVideoInit`` calls it.
        open (str | type): The transform that opens a video, as the ``type``
            of a config. It takes ``io_backend`` and its arguments; it reads
            ``filename`` and adds ``video_reader`` and ``total_frames``.
            Building it must not need the decoder's library: transforming may
            raise ImportError, and the next decoder is tried.
        decode (str | type): The transform that decodes ``frame_inds`` to
            ``imgs``, a list of RGB uint8 arrays [H, W, 3].
        scales (bool): Whether ``decode`` takes ``short_side`` and scales
            while decoding. Defaults to False: frames are scaled afterwards.
        threads (bool): Whether ``open`` takes ``num_threads``. Defaults to
            False.
        trusted_to_diagnose (bool): Whether a video that it cannot open is
            damaged, so that no other decoder is tried; unless it raises
            ImportError or ``MissingCodecError``. Defaults to False.
    """

    name: str
    open: str | type
    decode: str | type
    scales: bool = False
    threads: bool = False
    trusted_to_diagnose: bool = False


# By name, in the order in which they are tried: the fastest first.
DECODERS: dict[str, Decoder] = {}


def register_decoder(decoder: Decoder) -> None:
    """Make a decoder known, to be tried after those known before it.

    Args:
        decoder (Decoder): The decoder.

    Raises:
        StNetInputError: If another decoder has its name.
    """
    if DECODERS.setdefault(decoder.name, decoder) != decoder:
        raise StNetInputError(
            f'there is a decoder {decoder.name!r} already: choose another name'
        )


register_decoder(
    Decoder(
        'pyav',
        'StNetPyAVInit',
        'StNetPyAVDecode',
        scales=True,
        threads=True,
        # Others may hang on damaged files.
        trusted_to_diagnose=True,
    )
)
register_decoder(
    Decoder(
        'torchcodec',
        'StNetTorchCodecInit',
        'StNetTorchCodecDecode',
        threads=True,
        trusted_to_diagnose=True,
    )
)
register_decoder(Decoder('decord', 'DecordInit', 'DecordDecode', threads=True))
register_decoder(Decoder('opencv', 'OpenCVInit', 'OpenCVDecode'))
