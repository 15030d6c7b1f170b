"""The authors' published checkpoints, read without Paddle."""

from .convert import Conversion, convert_authors_weights

__all__ = ['Conversion', 'convert_authors_weights']
