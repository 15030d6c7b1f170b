"""The error that says everything a user needs, so that no traceback is."""


class StNetInputError(ValueError):
    """Input of the user is wrong.

    The message names the file or value and says what to do. The tools print
    it in one line and leave with status 1.
    """


class MissingCodecError(StNetInputError):
    """A decoder lacks the codec of a video; another may have it."""
