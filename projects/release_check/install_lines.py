"""The commands by which our pages install packages."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import NamedTuple

PAGES = ('*.md', 'docs', 'configs', 'projects', 'stnet_runtime')
# Up to the end of a line of code, or of code in a sentence or a table.
_COMMAND = re.compile(r'\bpip install ([^`\n]+)')
_EXTRA = re.compile(r'(?:\.|stnet_mm)\[([\w,-]+)\]')
# In a table of extras the command is there once.
_CELL = re.compile(r'`"(\.\[[\w,-]+\])"`')


class InstallLine(NamedTuple):
    """A command that installs.

    Attributes:
        page (str): Where it is, relative to the repository.
        words (list[str]): What follows ``pip install``, options included.
    """

    page: str
    words: list[str]

    @property
    def targets(self) -> list[str]:
        """Packages, folders and files that it installs."""
        return [word for word in self.words if not word.startswith('-')]

    @property
    def extras(self) -> list[str]:
        """Our own extras that it names."""
        matches = map(_EXTRA.fullmatch, self.targets)
        return [extra for m in matches if m for extra in m[1].split(',')]


def find_install_lines(root: Path) -> list[InstallLine]:
    """Find the commands in all pages.

    Args:
        root (Path): The repository.

    Returns:
        list[InstallLine]: The commands, in the order of the pages.
    """
    pages: list[Path] = []
    for name in PAGES:
        pages += (
            root.glob(name) if '*' in name else (root / name).rglob('*.md')
        )
    found = []
    for page in sorted(pages):
        text = page.read_text(encoding='utf-8').replace('\\\n', ' ')
        commands = [*_COMMAND.findall(text), *_CELL.findall(text)]
        found += [
            InstallLine(
                page.relative_to(root).as_posix(),
                shlex.split(command, comments=True),
            )
            for command in commands
        ]
    return found
