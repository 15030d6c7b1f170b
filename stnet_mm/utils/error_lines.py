"""Errors as lines that say what is wrong."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import StNetInputError
from .config_errors import explain_config_error
from .room import describe_lack, lines_of_full_disks


@contextmanager
def clear_errors() -> Iterator[None]:
    """Turn wrong input into one line on stderr and exit status 1.

    So are files that cannot be read or written, and a lack of memory. Other
    errors are faults of the program and keep their traceback. Characters
    that the terminal does not know are printed as escapes.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors='backslashreplace')
    try:
        with lines_of_full_disks():
            yield
    except OSError as error:
        sys.exit(f'error: {describe_lack(error) or one_line(error)}')
    except (MemoryError, RuntimeError) as error:
        lack = describe_lack(error)
        if lack is None:
            raise
        sys.exit(f'error: {lack}')
    except (StNetInputError, ImportError) as error:
        sys.exit(f'error: {one_line(error)}')
    except (KeyError, TypeError, ValueError, AssertionError) as error:
        line = explain_config_error(error)
        if line is None:
            raise
        sys.exit(f'error: {line}')
    except KeyboardInterrupt:
        sys.exit('interrupted')
    except SyntaxError as error:
        # MMEngine makes one of whatever stops it while it writes a config.
        if not isinstance(error.__context__, KeyboardInterrupt):
            raise
        sys.exit('interrupted')


def one_line(error: Exception) -> str:
    """The message of an error, without the traceback of a loader's worker.

    Args:
        error (Exception): The error.

    Returns:
        str: One line.
    """
    text = str(error).strip()
    if 'Original Traceback' in text:
        # A DataLoader puts the worker's whole traceback into the message.
        text = text.splitlines()[-1].partition(': ')[2]
    return ' '.join(text.split())


def one_line_of_video(error: Exception, video: str) -> str:
    """The message of an error, with the video that it is about.

    Args:
        error (Exception): The error; of a network that a video does not fit,
            it names no file.
        video (str): The video.

    Returns:
        str: One line.
    """
    why = one_line(error)
    return why if video in why else f'{video}: {why}'


def reason_of(error: Exception, video: str) -> str:
    """What an error says of a video, without its name.

    Args:
        error (Exception): The error; FFmpeg's name the file after what they
            say.
        video (str): The video.

    Returns:
        str: One line.
    """
    text = getattr(error, 'strerror', None) or one_line(error)
    return text.split(f'{video}: ', 1)[-1]
