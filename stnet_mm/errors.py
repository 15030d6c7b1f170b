"""The errors, which the runtime without PyTorch shares."""

from stnet_runtime.errors import (
    MissingCodecError,
    StNetInputError,
    check_choice,
)

__all__ = ['MissingCodecError', 'StNetInputError', 'check_choice']
