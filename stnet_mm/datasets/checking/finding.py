"""What is found out about a video, and what is wrong with some."""

from __future__ import annotations

from typing import NamedTuple

OK = 'ok'
MISSING = 'missing'
EMPTY = 'empty'
TRUNCATED = 'truncated'
NO_VIDEO = 'no video'
UNDECODABLE = 'undecodable frame'
LOST = 'decoder crashes or hangs'
TOO_SHORT = 'too short'
DUPLICATE = 'duplicate content'
LABEL = 'label trouble'
OUTSIDE = 'outside of the root'

KINDS = (
    *(OK, MISSING, EMPTY, TRUNCATED, NO_VIDEO, UNDECODABLE, LOST),
    *(TOO_SHORT, DUPLICATE, LABEL, OUTSIDE),
)


class Examination(NamedTuple):
    """What reading a video shows.

    Attributes:
        kind (str): One of ``KINDS``: ``'ok'``, or what is wrong.
        detail (str): More on what is wrong.
        frames (int): Number of its frames; 0 if unknown.
        content (str): Hash of its bytes; empty if unknown.
    """

    kind: str
    detail: str = ''
    frames: int = 0
    content: str = ''


class Finding(NamedTuple):
    """What is to be said of a video of a list or folder.

    Attributes:
        path (str): Its path, as it stands in the list.
        kind (str): One of ``KINDS``.
        detail (str): More on what is wrong; empty if nothing is.
        line (str): The line of the list; of a folder, the path.
    """

    path: str
    kind: str
    detail: str
    line: str

    def __str__(self) -> str:
        detail = f' ({self.detail})' if self.detail else ''
        return f'{self.kind}: {self.path}{detail}'
