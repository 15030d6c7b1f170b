"""The errors; most of them are shared with the runtime without PyTorch."""

from stnet_runtime.errors import (
    MissingCodecError,
    StNetInputError,
    check_choice,
)

__all__ = [
    'MissingCodecError',
    'NoFramesError',
    'NotAVideoError',
    'StNetInputError',
    'check_choice',
]


class NoFramesError(StNetInputError):
    """There are no images in a folder that is taken for a video."""


class NotAVideoError(StNetInputError):
    """No decoder opens a file."""
