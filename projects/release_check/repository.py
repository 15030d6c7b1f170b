"""Checks of the repository: its version, changelog, pages and state."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from stnet_mm.errors import StNetInputError

VERSION_FILES = ('stnet_mm/version.py', 'stnet_runtime/__init__.py')
_ENTRY = re.compile(r'^## \[?([^\s\]]+)\]? - (.+)$', re.M)
_DATE = re.compile(r'\d{4}-\d{2}-\d{2}')
DOCS_TIMEOUT = 1800  # seconds; the first time packages are installed


def read_version(root: Path) -> str:
    """Read the version of the package.

    Args:
        root (Path): The repository.

    Returns:
        str: Its version.

    Raises:
        StNetInputError: If a file has none, or they differ.
    """
    found = {}
    for name in VERSION_FILES:
        text = (root / name).read_text(encoding='utf-8')
        match = re.search(r"^__version__ = '([^']+)'$", text, re.M)
        if match is None:
            raise StNetInputError(f'{name}: no __version__ in it')
        found[name] = match[1]
    if len({*found.values()}) > 1:
        raise StNetInputError(
            'the versions differ: '
            + ', '.join(f'{name} {value}' for name, value in found.items())
        )
    return found[VERSION_FILES[0]]


def check_changelog(root: Path) -> list[str]:
    """Check that the changelog begins with this version, dated.

    Args:
        root (Path): The repository.

    Returns:
        list[str]: What is wrong, a line each.
    """
    version = read_version(root)
    text = (root / 'CHANGELOG.md').read_text(encoding='utf-8')
    entries = _ENTRY.findall(text)
    if not entries or entries[0][0] != version:
        first = entries[0][0] if entries else 'nothing'
        return [f'CHANGELOG.md begins with {first}, not with {version}']
    if not _DATE.fullmatch(entries[0][1]):
        return [
            f'CHANGELOG.md: {version} is {entries[0][1]!r}: give its date as '
            'YYYY-MM-DD'
        ]
    names = [name for name, _ in entries]
    return [
        f'CHANGELOG.md has {name} twice'
        for name in sorted({*names})
        if names.count(name) > 1
    ]


def check_tree(root: Path) -> list[str]:
    """Check that everything is committed, and the version not tagged yet.

    Args:
        root (Path): The repository.

    Returns:
        list[str]: What is wrong, a line each.
    """
    problems = [
        f'not committed: {line[3:]}'
        for line in git(root, 'status', '--porcelain').splitlines()
    ]
    tag = f'v{read_version(root)}'
    if git(root, 'tag', '--list', tag).strip():
        tagged = git(root, 'rev-list', '-n', '1', tag)
        if tagged != git(root, 'rev-parse', 'HEAD'):
            problems.append(f'the tag {tag} is on another commit already')
    return problems


def check_support(root: Path) -> list[str]:
    """Check that the page of what is supported is there.

    Args:
        root (Path): The repository.

    Returns:
        list[str]: What is wrong, a line each.
    """
    if git(root, 'ls-files', 'docs/support.md').strip():
        return []
    return ['docs/support.md is not there: run the support matrix']


def check_docs(root: Path) -> list[str]:
    """Check that the manual can be built.

    Args:
        root (Path): The repository.

    Returns:
        list[str]: What is wrong, a line each.
    """
    result = subprocess.run(
        ['make', 'docs'],
        cwd=root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors='replace',
        timeout=DOCS_TIMEOUT,
    )
    if result.returncode == 0:
        return []
    return ['make docs fails:', *result.stdout.splitlines()[-10:]]


def git(root: Path, *args: str) -> str:
    """Ask git.

    Args:
        root (Path): The repository.
        *args (str): Command and arguments.

    Returns:
        str: What it prints.

    Raises:
        StNetInputError: If it fails; says why.
    """
    result = subprocess.run(
        ['git', *args], cwd=root, capture_output=True, text=True, timeout=60
    )
    if result.returncode:
        raise StNetInputError(f'git {args[0]}: {result.stderr.strip()}')
    return result.stdout
