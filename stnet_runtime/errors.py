"""The error that says everything a user needs, so that no traceback is."""

from __future__ import annotations

from collections.abc import Collection


class StNetInputError(ValueError):
    """Input of the user is wrong.

    The message names the file or value and says what to do. The tools print
    it in one line and leave with status 1.
    """


class MissingCodecError(StNetInputError):
    """A decoder lacks the codec of a video; another may have it."""


def check_choice(what: str, value: object, choices: Collection) -> None:
    """Check that a value is one of a few.

    Args:
        what (str): What the value is, for the message: ``'decoder'``.
        value (object): The value.
        choices (Collection): The known values, in the order to list them.

    Raises:
        StNetInputError: If it is none of them; lists them.
    """
    if value not in choices:
        raise StNetInputError(
            f'unknown {what} {value!r}: choose one of '
            + ', '.join(map(repr, choices))
        )
